/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/accounts.h"
#include "server/listener.h"
#include "server/metrics.h"
#include "server/passwords.h"
#include "server/rate-table.h"
#include "server/server.h"
#include "server/settings.h"
#include "server/sign-in-guard.h"
#include "server/switchboard.h"
#include "server/tokens.h"

/* The parts of a server, for those who serve its subjects (http-*.c, websocket.c). */
struct _AloqaServer {
  GObject parent_instance;

  char *host;
  int socket_fd; /* to be taken over at the start; or 0 */
  gboolean has_tls;
  guint16 port; /* as asked for, then the one it got */
  char *uploads_dir;
  AloqaSettings *settings; /* never another one: what is in it changes */
  gint64 access_token_lifetime_s;

  AloqaMetrics metrics;
  AloqaClock *clock;
  AloqaAccounts *accounts;
  AloqaPasswords *passwords;
  AloqaTokens *tokens;
  AloqaSignInGuard *sign_in_guard;
  AloqaRateTable *requests; /* of HTTP, by address */
  AloqaSwitchboard *switchboard;

  SoupServer *soup;
  AloqaListener *listener;
};
