/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/rate-limiter.h"
#include "server/frame-guard.h"
#include "server/relay.h"

G_BEGIN_DECLS

typedef struct _AloqaConnection AloqaConnection;

typedef void (*AloqaConnectionTextFunc) (AloqaConnection *connection, const char *text,
                                         gsize length, gpointer user_data);
typedef void (*AloqaConnectionEndFunc) (AloqaConnection *connection, gpointer user_data);

/*
 * A WebSocket of a user who is signed in. @ended is called once, when nothing more can be sent; it
 * frees the connection later by itself, when the socket has closed.
 */
struct _AloqaConnection {
  AloqaDevice device;      /* first, so that the relay's devices are connections */
  AloqaRateLimiter faults; /* how many of its faults are answered */
  guint n_dropped;         /* frames that were not even read */

  SoupWebsocketConnection *websocket;
  GSocket *socket; /* below the WebSocket */
  AloqaFrameGuard *guard;
  AloqaConnectionTextFunc received;
  AloqaConnectionEndFunc ended; /* NULL once it has been called */
  gpointer user_data;
};

AloqaConnection *aloqa_connection_new (SoupWebsocketConnection *websocket, GSocket *socket,
                                       gint64 user_id, AloqaConnectionTextFunc received,
                                       AloqaConnectionEndFunc ended, gpointer user_data);
void aloqa_connection_send (AloqaConnection *self, const AloqaMessage *message);
void aloqa_connection_close (AloqaConnection *self, gushort code, const char *reason);
void aloqa_connection_check (AloqaConnection *self, gint64 now_us);

G_END_DECLS
