/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/accounts.h"
#include "server/listener.h"
#include "server/passwords.h"
#include "server/server.h"
#include "server/sign-in-guard.h"
#include "server/switchboard.h"
#include "server/tokens.h"

/* The parts of a server, for those who serve its subjects (http-*.c, websocket.c). */
struct _AloqaServer {
  GObject parent_instance;

  char *host;
  guint16 port; /* as asked for, then the one it got */
  char *uploads_dir;
  GStrv ice_servers;
  gint64 access_token_lifetime_s;

  AloqaClock *clock;
  AloqaAccounts *accounts;
  AloqaPasswords *passwords;
  AloqaTokens *tokens;
  AloqaSignInGuard *sign_in_guard;
  AloqaSwitchboard *switchboard;

  SoupServer *soup;
  AloqaListener *listener;
};
