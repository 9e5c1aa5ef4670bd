/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/backoff.h"
#include "signaling/connection.h"
#include "signaling/outbox.h"
#include "signaling/probe.h"
#include "signaling/socket.h"

G_BEGIN_DECLS

/* Shared by connection.c (what it offers) and connection-life.c (how it stays alive). */
struct _AloqaConnection {
  GObject parent_instance;

  AloqaServerAddress *address;
  AloqaClock *clock;
  SoupSession *session;
  GNetworkMonitor *monitor; /* or NULL; may be absent, late or wrong: only ever a hint */
  gint64 user_id;
  char *access_token;
  char *device;
  AloqaFeatures known_features;

  AloqaConnectionState state;
  GError *error; /* or NULL: why it is not registered */
  AloqaSocket *socket;
  AloqaFeatures features;
  AloqaBackoff backoff;
  gint64 last_attempt_us;
  gint64 registered_us;
  guint wait_timer;
  guint register_timer;
  AloqaProbe probe;
  AloqaOutbox *outbox;
};

/* connection-life.c */
void aloqa_connection_life_init (AloqaConnection *self);
void aloqa_connection_life_begin (AloqaConnection *self);
void aloqa_connection_life_begin_in (AloqaConnection *self, gint64 delay_us);
void aloqa_connection_life_drop (AloqaConnection *self);
void aloqa_connection_life_send (AloqaConnection *self, AloqaMessage *message);

/* connection.c: what the life tells it, each as the last thing it does */
void aloqa_connection_enter (AloqaConnection *self, AloqaConnectionState state);
void aloqa_connection_emit_message (AloqaConnection *self, AloqaMessage *message);
void aloqa_connection_emit_drained (AloqaConnection *self);
void aloqa_connection_emit_proven (AloqaConnection *self);

G_END_DECLS
