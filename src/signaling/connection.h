/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"
#include "protocol/message.h"
#include "signaling/error.h"
#include "signaling/server-address.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_CONNECTION_STOPPED,       /* not started, or stopped: holds no socket and no timer */
  ALOQA_CONNECTION_WAITING,       /* for the next try; see aloqa_connection_get_error() */
  ALOQA_CONNECTION_CONNECTING,    /* to the server, or for its "connected" */
  ALOQA_CONNECTION_REGISTERED,    /* messages arrive */
  ALOQA_CONNECTION_TOKEN_REFUSED, /* until aloqa_connection_set_access_token() */
} AloqaConnectionState;

/*
 * Keeps one WebSocket to the server alive, whatever happens to it: connects again after any loss,
 * proves with a frame to itself that what others send would arrive, and holds back what is sent
 * meanwhile.
 *
 * Property "state": an AloqaConnectionState, as int.
 * Signal "message" (AloqaMessage *): each valid frame but the connection's own (connected, typing).
 * Signal "drained": the last that was sent has reached the server.
 * Signal "proven": a probe came back, so what others send would have arrived.
 */
#define ALOQA_TYPE_CONNECTION (aloqa_connection_get_type ())
G_DECLARE_FINAL_TYPE (AloqaConnection, aloqa_connection, ALOQA, CONNECTION, GObject)

AloqaConnection *aloqa_connection_new (AloqaServerAddress *address, GTlsDatabase *trust,
                                       AloqaClock *clock, gint64 user_id, const char *access_token);
void aloqa_connection_set_network_monitor (AloqaConnection *self, GNetworkMonitor *monitor);
void aloqa_connection_set_known_features (AloqaConnection *self, AloqaFeatures features);
void aloqa_connection_set_device (AloqaConnection *self, const char *device);

void aloqa_connection_start (AloqaConnection *self);
void aloqa_connection_stop (AloqaConnection *self);
void aloqa_connection_set_access_token (AloqaConnection *self, const char *access_token);
void aloqa_connection_check_now (AloqaConnection *self);

void aloqa_connection_send (AloqaConnection *self, AloqaMessage *message);
void aloqa_connection_flush_async (AloqaConnection *self, gint64 limit_us,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean
aloqa_connection_flush_finish (AloqaConnection *self, GAsyncResult *result, GError **error);

gboolean aloqa_connection_is_drained (AloqaConnection *self);
AloqaConnectionState aloqa_connection_get_state (AloqaConnection *self);
const GError *aloqa_connection_get_error (AloqaConnection *self);
gint64 aloqa_connection_get_user_id (AloqaConnection *self);
AloqaFeatures aloqa_connection_get_features (AloqaConnection *self);

G_END_DECLS
