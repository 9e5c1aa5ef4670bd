/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"

#include "support/support.h"

#include <string.h>
#include <sys/socket.h>

/* Small, so that a client that does not read is one soon. */
#define RECEIVE_BUFFER_BYTES 4096

Raw *
raw_connect (guint16 port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GError) error = NULL;
  Raw *self = g_new0 (Raw, 1);

  self->received = g_byte_array_new ();
  self->is_reading = TRUE;
  self->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES, NULL);
  g_socket_connect (self->socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->socket, FALSE);
  return self;
}

void
raw_free (Raw *self)
{
  g_object_unref (self->socket);
  g_byte_array_unref (self->received);
  g_free (self);
}

/* Returns: FALSE where the other end has gone */
gboolean
raw_try_send (Raw *self, const void *data, gsize length)
{
  gsize n_sent = 0;

  while (n_sent < length) {
    g_autoptr (GError) error = NULL;
    gssize n =
        g_socket_send (self->socket, (const char *) data + n_sent, length - n_sent, NULL, &error);

    if (n > 0)
      n_sent += (gsize) n;
    else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return FALSE;
    aloqa_test_drain ();
  }
  return TRUE;
}

/* @length: -1 for a text */
void
raw_send (Raw *self, const void *data, gssize length)
{
  g_assert_true (raw_try_send (self, data, length >= 0 ? (gsize) length : strlen (data)));
}

/* A frame of RFC 6455 with a mask of zeros; the last ones may not be taken by a server that cut. */
void
raw_send_frame (Raw *self, guint8 first_byte, const char *payload, gsize length)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint8 header[14] = { first_byte };
  gsize n_header = 2;

  if (length < 126) {
    header[1] = (guint8) length;
  } else {
    gsize n_length = length <= G_MAXUINT16 ? 2 : 8;

    header[1] = n_length == 2 ? 126 : 127;
    for (gsize i = 0; i < n_length; i++)
      header[2 + i] = (guint8) ((guint64) length >> (8 * (n_length - 1 - i)));
    n_header += n_length;
  }
  header[1] |= 0x80;
  g_byte_array_append (frame, header, (guint) n_header + 4);
  g_byte_array_append (frame, (const guint8 *) payload, (guint) length);
  raw_try_send (self, frame->data, frame->len);
}

static void
read_some (Raw *self)
{
  char buffer[4096];
  gssize n_read;
  g_autoptr (GError) error = NULL;

  while (self->is_reading &&
         (n_read = g_socket_receive (self->socket, buffer, sizeof buffer, NULL, &error)) > 0)
    g_byte_array_append (self->received, (const guint8 *) buffer, (guint) n_read);
  if (self->is_reading && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    self->is_ended = TRUE;
}

typedef struct {
  Raw *raw;
  const char *text;
} Search;

static gboolean
has_text (gpointer user_data)
{
  Search *search = user_data;

  read_some (search->raw);
  return memmem (search->raw->received->data, search->raw->received->len, search->text,
                 strlen (search->text)) != NULL;
}

void
raw_wait_for (Raw *self, const char *text)
{
  aloqa_test_wait_until (has_text, &(Search){ self, text });
}

static gboolean
has_ended (gpointer user_data)
{
  Raw *self = user_data;

  read_some (self);
  return self->is_ended;
}

/* Returns: (transfer none): all that came before the other end closed */
const char *
raw_wait_end (Raw *self)
{
  aloqa_test_wait_until (has_ended, self);
  g_byte_array_append (self->received, (const guint8 *) "", 1);
  return (const char *) self->received->data;
}

/* Returns: after the server's greeting */
Raw *
raw_open_websocket (guint16 port, gint64 user_id, const char *token)
{
  Raw *self = raw_connect (port);
  g_autofree char *request = g_strdup_printf (
      "GET /api/messages/ws/%" G_GINT64_FORMAT "?token=%s HTTP/1.1\r\nHost: localhost\r\n"
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      user_id, token);

  raw_send (self, request, -1);
  raw_wait_for (self, "\"connected\"");
  return self;
}
