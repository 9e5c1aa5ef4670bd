/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-server-private.h"

#include <stdio.h>
#include <string.h>

static void
websocket_message_cb (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *data,
                      AloqaFakeServer *self)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  int to;

  if (self->is_deaf) {
    self->n_swallowed++;
    return;
  }
  /* The client may not have heard yet. */
  if (soup_websocket_connection_get_state (websocket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (sscanf (text, "{\"type\":\"typing\",\"to\":%d}", &to) == 1) {
    g_autofree char *echo = g_strdup_printf ("{\"type\":\"typing\",\"from\":%d}", to);

    self->n_probes++;
    soup_websocket_connection_send_text (websocket, echo);
  } else {
    g_ptr_array_add (self->frames, g_steal_pointer (&text));
  }
}

static void
websocket_closed_cb (SoupWebsocketConnection *websocket, AloqaFakeServer *self)
{
  self->was_closed_in_order =
      soup_websocket_connection_get_close_code (websocket) == SOUP_WEBSOCKET_CLOSE_NORMAL;
  g_signal_handlers_disconnect_by_data (websocket, self);
  g_ptr_array_remove (self->websockets, websocket);
}

void
aloqa_fake_server_handle_websocket (SoupServer *server, SoupServerMessage *message,
                                    const char *path, SoupWebsocketConnection *websocket,
                                    gpointer user_data)
{
  AloqaFakeServer *self = user_data;
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  gint64 id = aloqa_fake_server_check_token (self, query + strlen ("token="), "access");
  GSocket *socket = g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)),
                                       ALOQA_FAKE_SERVER_SOCKET);

  g_ptr_array_add (self->websockets, g_object_ref (websocket));
  g_object_set_data_full (G_OBJECT (websocket), ALOQA_FAKE_SERVER_SOCKET, g_object_ref (socket),
                          g_object_unref);
  soup_websocket_connection_set_max_incoming_payload_size (websocket, 0);
  g_signal_connect (websocket, "message", G_CALLBACK (websocket_message_cb), self);
  g_signal_connect (websocket, "closed", G_CALLBACK (websocket_closed_cb), self);

  if (self->close_code != 0 || id == 0) {
    aloqa_fake_server_close (self, id == 0 ? 1011 : self->close_code);
  } else if (!self->is_silent) {
    g_autofree char *connected = g_strdup_printf (
        "{\"type\":\"connected\",\"user_id\":%d%s}",
        (int) (self->connected_user_id != 0 ? self->connected_user_id : id),
        self->has_features ? ",\"features\":[\"call_id\",\"ringing\",\"replace\",\"new\"]" : "");

    aloqa_fake_server_send (self, connected);
  }
}

/**
 * aloqa_fake_server_get_websocket:
 *
 * Returns: (transfer none) (nullable): the newest open one
 */
SoupWebsocketConnection *
aloqa_fake_server_get_websocket (AloqaFakeServer *self)
{
  if (self->websockets->len == 0)
    return NULL;
  return g_ptr_array_index (self->websockets, self->websockets->len - 1);
}

/* Sends a frame on the newest WebSocket. */
void
aloqa_fake_server_send (AloqaFakeServer *self, const char *text)
{
  soup_websocket_connection_send_text (aloqa_fake_server_get_websocket (self), text);
}

/* Closes the newest WebSocket in order. */
void
aloqa_fake_server_close (AloqaFakeServer *self, guint code)
{
  soup_websocket_connection_close (aloqa_fake_server_get_websocket (self), code, NULL);
}

/* Cuts the newest WebSocket: its connection ends without a close frame. */
void
aloqa_fake_server_drop (AloqaFakeServer *self)
{
  GSocket *socket = g_object_get_data (G_OBJECT (aloqa_fake_server_get_websocket (self)),
                                       ALOQA_FAKE_SERVER_SOCKET);

  g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/**
 * aloqa_fake_server_write_raw:
 *
 * Writes to the newest WebSocket's connection past all rules. The client runs meanwhile.
 *
 * Returns: whether all was written; %FALSE where the client has closed the connection
 */
gboolean
aloqa_fake_server_write_raw (AloqaFakeServer *self, gconstpointer data, gsize n_bytes)
{
  const guint8 *bytes = data;

  while (n_bytes > 0) {
    SoupWebsocketConnection *websocket = aloqa_fake_server_get_websocket (self);
    g_autoptr (GError) error = NULL;
    gssize n_written;

    if (websocket == NULL)
      return FALSE;
    n_written = g_pollable_output_stream_write_nonblocking (
        G_POLLABLE_OUTPUT_STREAM (
            g_io_stream_get_output_stream (soup_websocket_connection_get_io_stream (websocket))),
        bytes, n_bytes, NULL, &error);
    if (n_written < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return FALSE;
    bytes += MAX (n_written, 0);
    n_bytes -= (gsize) MAX (n_written, 0);
    g_main_context_iteration (NULL, FALSE);
  }
  return TRUE;
}
