/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-rig.h"

#include "fakes/fake-stun-server.h"

#include <string.h>

/* A TCP server in the test's own process that answers each request in a way of its own. */
typedef struct _Fixture Fixture;

typedef void (*AnswerFunc) (Fixture *self, const AloqaStunMessage *request);

struct _Fixture {
  IceRig rig;
  GSocketListener *listener;
  guint port;
  GSocketConnection *connection;
  guint8 buffer[2048];
  AnswerFunc answer;
  guint n_requests;
  gboolean was_closed; /* by the check */
};

static void read_request (Fixture *self);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  g_autoptr (AloqaStunMessage) request = NULL;

  if (length <= 0) {
    self->was_closed = TRUE;
    return;
  }
  /* Requests come one at a time: each read is one, or the beginning of a TLS handshake. */
  request = aloqa_stun_message_parse (self->buffer, (gsize) length, NULL);
  self->n_requests++;
  self->answer (self, request);
  if (!g_io_stream_is_closed (G_IO_STREAM (self->connection)))
    read_request (self);
}

static void
read_request (Fixture *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)),
                             self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT, NULL, read_cb,
                             self);
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (GError) error = NULL;

  self->connection =
      g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, &error);
  g_assert_no_error (error);
  /* So that each write leaves as it is. */
  g_socket_set_option (g_socket_connection_get_socket (self->connection), 6 /* TCP */,
                       1 /* TCP_NODELAY */, 1, NULL);
  read_request (self);
}

static void
write_bytes (Fixture *self, gconstpointer data, gsize length)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (output, data, length, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  ice_rig_set_up (&self->rig);
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, any_port, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_socket_listener_accept_async (self->listener, NULL, accepted_cb, self);
}

static gboolean
was_closed (gpointer user_data)
{
  return ((Fixture *) user_data)->was_closed;
}

/* Whatever the outcome, nothing of the check stays open. */
static void
tear_down (Fixture *self, gconstpointer data)
{
  if (!g_io_stream_is_closed (G_IO_STREAM (self->connection)))
    aloqa_test_wait_until (was_closed, self);
  g_object_unref (self->connection);
  g_object_unref (self->listener);
  ice_rig_tear_down (&self->rig);
}

static void
begin (Fixture *self, const char *format, AnswerFunc answer)
{
  g_autofree char *url = g_strdup_printf (format, self->port);

  self->answer = answer;
  ice_rig_begin (&self->rig, url, "secret", NULL);
}

static gboolean
has_request (gpointer user_data)
{
  return ((Fixture *) user_data)->n_requests > 0;
}

static void
answer_in_pieces (Fixture *self, const AloqaStunMessage *request)
{
  g_autoptr (GByteArray) answer = aloqa_fake_stun_make_success (request);

  for (guint i = 0; i < answer->len; i++) {
    write_bytes (self, answer->data + i, 1);
    aloqa_test_drain ();
  }
}

/* The second is the answer to a question that was never put. */
static void
answer_twice_at_once (Fixture *self, const AloqaStunMessage *request)
{
  g_autoptr (GByteArray) answer = aloqa_fake_stun_make_success (request),
                         other = aloqa_fake_stun_make_success (request);

  other->data[ALOQA_STUN_HEADER_BYTES - 1] ^= 1;
  g_byte_array_prepend (answer, other->data, other->len);
  write_bytes (self, answer->data, answer->len);
}

static void
test_success (Fixture *self, gconstpointer answer)
{
  begin (self, "turn:127.0.0.1:%u?transport=tcp", (AnswerFunc) answer);
  ice_rig_finish (&self->rig);
  g_assert_no_error (self->rig.error);
  g_assert_cmpstr (self->rig.result->relayed_address, ==, ALOQA_FAKE_STUN_ADDRESS);
  g_assert_cmpuint (self->n_requests, ==, 2); /* and the relay is given back */
}

static void
answer_with_end (Fixture *self, const AloqaStunMessage *request)
{
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
}

static void
answer_half_with_end (Fixture *self, const AloqaStunMessage *request)
{
  g_autoptr (GByteArray) answer = aloqa_fake_stun_make_success (request);

  write_bytes (self, answer->data, answer->len - 1);
  answer_with_end (self, request);
}

static void
test_end (Fixture *self, gconstpointer answer)
{
  begin (self, "turn:127.0.0.1:%u?transport=tcp", (AnswerFunc) answer);
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_NO_ANSWER);
}

static void
answer_as_web_server (Fixture *self, const AloqaStunMessage *request)
{
  static const char text[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

  write_bytes (self, text, strlen (text));
}

/* The header alone, of a message that would never end. */
static void
answer_without_end (Fixture *self, const AloqaStunMessage *request)
{
  g_autoptr (GByteArray) answer = aloqa_fake_stun_make_success (request);

  answer->data[2] = 0xff;
  answer->data[3] = 0xfc;
  write_bytes (self, answer->data, ALOQA_STUN_HEADER_BYTES);
}

static void
test_stranger (Fixture *self, gconstpointer answer)
{
  begin (self, "turn:127.0.0.1:%u?transport=tcp", (AnswerFunc) answer);
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER);
}

static void
answer_nothing (Fixture *self, const AloqaStunMessage *request)
{
}

static void
test_silence (Fixture *self, gconstpointer format)
{
  begin (self, format, answer_nothing);
  aloqa_test_wait_until (has_request, self);
  ice_rig_advance_ms (&self->rig, 4999);
  aloqa_test_drain ();
  g_assert_false (self->rig.is_over);
  ice_rig_advance_ms (&self->rig, 1);
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_NO_ANSWER);
  g_assert_cmpuint (self->n_requests, ==, 1); /* TCP sends again by itself */
}

static void
test_no_tls (Fixture *self, gconstpointer answer)
{
  begin (self, "turns:127.0.0.1:%u", (AnswerFunc) answer);
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_TLS);
}

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  ADD ("/ice-check/stream/answer-in-pieces-is-put-together", answer_in_pieces, test_success);
  ADD ("/ice-check/stream/two-answers-are-taken-apart", answer_twice_at_once, test_success);
  ADD ("/ice-check/stream/end-is-no-answer", answer_with_end, test_end);
  ADD ("/ice-check/stream/half-an-answer-is-none", answer_half_with_end, test_end);
  ADD ("/ice-check/stream/web-server-is-told", answer_as_web_server, test_stranger);
  ADD ("/ice-check/stream/endless-message-is-refused", answer_without_end, test_stranger);
  ADD ("/ice-check/stream/silence-has-a-limit", "turn:127.0.0.1:%u?transport=tcp", test_silence);
  ADD ("/ice-check/stream/silence-before-tls-has-a-limit", "turns:127.0.0.1:%u", test_silence);
  ADD ("/ice-check/stream/web-server-is-no-tls", answer_as_web_server, test_no_tls);
  ADD ("/ice-check/stream/end-is-no-tls", answer_with_end, test_no_tls);

  return g_test_run ();
}
