/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "server/frame-guard.h"
#include "server/metrics.h"
#include "server/quota.h"
#include "server/device.h"
#include "server/tokens.h"

G_BEGIN_DECLS

typedef struct _AloqaServerConnection AloqaServerConnection;

typedef void (*AloqaServerConnectionTextFunc) (AloqaServerConnection *connection, const char *text,
                                               gsize length, gpointer user_data);
typedef void (*AloqaServerConnectionEndFunc) (AloqaServerConnection *connection,
                                              gpointer user_data);

/*
 * A WebSocket of a user who is signed in. @ended is called once, when nothing more can be sent; it
 * frees the connection later by itself, when the socket has closed.
 */
struct _AloqaServerConnection {
  AloqaDevice device;      /* first, so that the relay's devices are connections */
  AloqaClaims *claims;     /* of the token it came with */
  AloqaQuota *address;     /* of all at its address; not owned */
  AloqaRateLimiter faults; /* how many of its faults are answered */
  gint64 begun_us;         /* monotonic */
  char *end_reason;        /* or NULL before that */
  guint n_dropped;         /* frames that were not even read */

  SoupWebsocketConnection *websocket;
  GSocket *socket; /* below the WebSocket */
  AloqaFrameGuard *guard;
  AloqaServerConnectionTextFunc received;
  AloqaServerConnectionEndFunc ended; /* NULL once it has been called */
  gpointer user_data;
  AloqaMetrics *metrics; /* not owned */
};

AloqaServerConnection *
aloqa_server_connection_new (SoupWebsocketConnection *websocket, GSocket *socket, gint64 user_id,
                             const AloqaSettings *settings, AloqaServerConnectionTextFunc received,
                             AloqaServerConnectionEndFunc ended, gpointer user_data);
void aloqa_server_connection_send (AloqaServerConnection *self, const char *text);
void aloqa_server_connection_close (AloqaServerConnection *self, gushort code, const char *reason);
void
aloqa_server_connection_check (AloqaServerConnection *self, gint64 now_us, gint64 max_silence_us);
void aloqa_server_connection_set_ping_interval (AloqaServerConnection *self, guint interval_s);

G_END_DECLS
