/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/connection.h"

#include <string.h>

/* @reason: for an operator; the first one that is known is the one */
static void
end (AloqaServerConnection *self, const char *reason)
{
  AloqaServerConnectionEndFunc ended = g_steal_pointer (&self->ended);

  if (self->end_reason == NULL)
    self->end_reason = g_strdup (reason);
  if (ended != NULL)
    ended (self, self->user_data);
}

static void
connection_free (AloqaServerConnection *self)
{
  g_signal_handlers_disconnect_by_data (self->websocket, self);
  g_object_unref (self->websocket);
  g_object_unref (self->socket);
  g_object_unref (self->guard);
  aloqa_claims_free (self->claims);
  g_free (self->device.name);
  g_free (self->end_reason);
  g_free (self);
}

static void
message_cb (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *bytes,
            gpointer user_data)
{
  AloqaServerConnection *self = user_data;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  /* Nothing that anybody speaks here is binary. */
  if (type == SOUP_WEBSOCKET_DATA_TEXT && self->ended != NULL)
    self->received (self, text != NULL ? text : "", length, self->user_data);
}

static void
closing_cb (SoupWebsocketConnection *websocket, gpointer user_data)
{
  end (user_data, "closed by the client");
}

/* The socket closes after it, without a "closing". */
static void
error_cb (SoupWebsocketConnection *websocket, GError *error, gpointer user_data)
{
  AloqaServerConnection *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    aloqa_metrics_note_rejection (self->metrics, ALOQA_REJECTION_SLOW_READER, self->device.user_id);
  g_debug ("a connection of user %" G_GINT64_FORMAT ": %s", self->device.user_id, error->message);
  end (self, "the network or the protocol failed");
}

static void
closed_cb (SoupWebsocketConnection *websocket, gpointer user_data)
{
  AloqaServerConnection *self = user_data;

  end (self, "the network failed");
  connection_free (self);
}

/* Without the exchange of a close, for an other end that would not take part in it. */
static void
cut (AloqaServerConnection *self, const char *reason)
{
  end (self, reason);
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
}

/**
 * aloqa_server_connection_new:
 * @websocket: open, over an AloqaFrameGuard
 * @socket: what is below it
 * @settings: as they are now
 * @received: (scope forever): called with each text frame, which has a NUL behind it
 * @ended: (scope forever):
 *
 * Returns: (transfer none): it lives as long as its socket
 */
AloqaServerConnection *
aloqa_server_connection_new (SoupWebsocketConnection *websocket, GSocket *socket, gint64 user_id,
                             const AloqaSettings *settings, AloqaServerConnectionTextFunc received,
                             AloqaServerConnectionEndFunc ended, gpointer user_data)
{
  AloqaServerConnection *self = g_new0 (AloqaServerConnection, 1);
  const double *limits = settings->limits;

  self->device.user_id = user_id;
  self->begun_us = g_get_monotonic_time ();
  self->faults = (AloqaRateLimiter){ .rate_hz = limits[ALOQA_LIMIT_FAULTS_HZ],
                                     .burst = limits[ALOQA_LIMIT_FAULTS_BURST] };
  self->websocket = g_object_ref (websocket);
  self->socket = g_object_ref (socket);
  self->guard =
      g_object_ref (ALOQA_FRAME_GUARD (soup_websocket_connection_get_io_stream (websocket)));
  self->received = received;
  self->ended = ended;
  self->user_data = user_data;

  soup_websocket_connection_set_max_incoming_payload_size (
      websocket, 2 * (guint64) limits[ALOQA_LIMIT_FRAME_BYTES]);
  soup_websocket_connection_set_keepalive_interval (websocket,
                                                    (guint) limits[ALOQA_LIMIT_PING_INTERVAL_S]);
  g_signal_connect (websocket, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (websocket, "closing", G_CALLBACK (closing_cb), self);
  g_signal_connect (websocket, "error", G_CALLBACK (error_cb), self);
  g_signal_connect (websocket, "closed", G_CALLBACK (closed_cb), self);
  return self;
}

/**
 * aloqa_server_connection_send:
 * @text: a whole frame
 *
 * Queues a frame. A client that does not read loses its connection, not the server its memory.
 */
void
aloqa_server_connection_send (AloqaServerConnection *self, const char *text)
{
  if (self->ended == NULL ||
      soup_websocket_connection_get_state (self->websocket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (aloqa_frame_guard_is_full (self->guard)) {
    aloqa_metrics_note_rejection (self->metrics, ALOQA_REJECTION_SLOW_READER, self->device.user_id);
    g_debug ("a connection of user %" G_GINT64_FORMAT " does not read", self->device.user_id);
    cut (self, "does not read");
    return;
  }

  aloqa_frame_guard_note_sent (self->guard, strlen (text));
  soup_websocket_connection_send_text (self->websocket, text);
}

/**
 * aloqa_server_connection_close:
 * @reason: for people who debug
 */
void
aloqa_server_connection_close (AloqaServerConnection *self, gushort code, const char *reason)
{
  if (soup_websocket_connection_get_state (self->websocket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (self->end_reason == NULL)
    self->end_reason = g_strdup (reason);
  soup_websocket_connection_close (self->websocket, code, reason);
}

/**
 * aloqa_server_connection_check:
 *
 * Ends it if nothing has come for so long that the other end must be gone: our pings are answered by
 * every client's WebSocket, without the client's doing.
 */
void
aloqa_server_connection_check (AloqaServerConnection *self, gint64 now_us, gint64 max_silence_us)
{
  gint64 silence_us = now_us - aloqa_frame_guard_get_last_read_us (self->guard);

  if (silence_us > max_silence_us && self->ended != NULL) {
    aloqa_metrics_note_rejection (self->metrics, ALOQA_REJECTION_SILENT, self->device.user_id);
    cut (self, "silent");
  }
}

/* Between pings from now on; what is set already goes on as it is. */
void
aloqa_server_connection_set_ping_interval (AloqaServerConnection *self, guint interval_s)
{
  soup_websocket_connection_set_keepalive_interval (self->websocket, interval_s);
}
