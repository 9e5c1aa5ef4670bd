/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-message.h"
#include "media/ice-check.h"

#include "fakes/fake-clock.h"
#include "support/support.h"

#include <string.h>

#define REALM "aloqa.test"

/* A server in the test's own process that answers what it is told to. */
typedef struct _Responder Responder;

struct _Responder {
  GSocket *socket;
  GSource *source;
  guint port;
  guint n_requests;
  GBytes *last_request;
  /* Returns: (nullable): the answer to the so-manieth request, counted from 1 */
  GByteArray *(*answer) (Responder *self, const AloqaStunMessage *request);
  guint parameter; /* of the answer */
};

typedef struct {
  AloqaClock *clock;
  Responder responder;
  GCancellable *cancellable;
  AloqaIceCheckResult *result;
  GError *error;
  gboolean is_over;
} Fixture;

static gboolean
request_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Responder *self = user_data;
  guint8 buffer[2048];
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (AloqaStunMessage) request = NULL;
  g_autoptr (GByteArray) answer = NULL;
  g_autoptr (GError) error = NULL;
  gssize length =
      g_socket_receive_from (socket, &from, (char *) buffer, sizeof buffer, NULL, &error);

  g_assert_no_error (error);
  request = aloqa_stun_message_parse (buffer, (gsize) length, &error);
  g_assert_no_error (error);
  self->n_requests++;
  g_clear_pointer (&self->last_request, g_bytes_unref);
  self->last_request = g_bytes_new (buffer, (gsize) length);
  answer = self->answer (self, request);
  if (answer != NULL)
    g_socket_send_to (socket, from, (const char *) answer->data, answer->len, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
start_responder (Responder *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;

  self->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (self->socket, any_port, FALSE, NULL));
  address = g_socket_get_local_address (self->socket, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (request_cb), self, NULL);
  g_source_attach (self->source, NULL);
}

static void
stop_responder (Responder *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->socket);
  g_clear_pointer (&self->last_request, g_bytes_unref);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = aloqa_fake_clock_new ();
  self->cancellable = g_cancellable_new ();
  start_responder (&self->responder);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->result, aloqa_ice_check_result_free);
  g_clear_error (&self->error);
  stop_responder (&self->responder);
  g_object_unref (self->cancellable);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (self->clock)), ==, 0);
  g_assert_finalize_object (self->clock);
}

/* What it says. */

static GByteArray *
make_answer (const AloqaStunMessage *request, AloqaStunClass message_class)
{
  GByteArray *answer = aloqa_stun_request_new ((AloqaStunMethod) request->method, request->id);

  answer->data[0] |= (guint8) (message_class >> 1);
  answer->data[1] |= (guint8) ((message_class & 1) << 4);
  return answer;
}

/* 192.0.2.1:32853, as RFC 5769 has it. */
static void
add_address (GByteArray *answer, AloqaStunAttribute type)
{
  static const guint8 value[] = { 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43 };

  aloqa_stun_request_add (answer, type, value, sizeof value);
}

static void
add_error (GByteArray *answer, guint code)
{
  guint8 value[] = { 0, 0, (guint8) (code / 100), (guint8) (code % 100), 'n', 'o' };

  aloqa_stun_request_add (answer, ALOQA_STUN_ERROR_CODE, value, sizeof value);
}

static GByteArray *
make_error (const AloqaStunMessage *request, guint code)
{
  GByteArray *answer = make_answer (request, ALOQA_STUN_CLASS_ERROR);

  add_error (answer, code);
  return answer;
}

static GByteArray *
make_challenge (const AloqaStunMessage *request, guint code, const char *nonce)
{
  GByteArray *answer = make_error (request, code);

  aloqa_stun_request_add (answer, ALOQA_STUN_REALM, REALM, strlen (REALM));
  aloqa_stun_request_add (answer, ALOQA_STUN_NONCE, nonce, strlen (nonce));
  return answer;
}

static GByteArray *
make_success (const AloqaStunMessage *request)
{
  GByteArray *answer = make_answer (request, ALOQA_STUN_CLASS_SUCCESS);

  add_address (answer, ALOQA_STUN_XOR_MAPPED_ADDRESS);
  if (request->method == ALOQA_STUN_ALLOCATE)
    add_address (answer, ALOQA_STUN_XOR_RELAYED_ADDRESS);
  return answer;
}

static GByteArray *
sign (GByteArray *answer, const char *password)
{
  guint8 key[ALOQA_STUN_KEY_BYTES];

  aloqa_stun_make_key ("ali", REALM, password, key);
  aloqa_stun_request_sign (answer, key, sizeof key);
  return answer;
}

/* Checks, to the end or until the fake time given has passed without one. */

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  self->result = aloqa_ice_check_finish (result, &self->error);
  self->is_over = TRUE;
}

static void
begin_url (Fixture *self, const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaIceServer) server = aloqa_ice_server_new (url, "ali", "secret", &error);

  g_assert_no_error (error);
  aloqa_ice_check_async (server, NULL, self->clock, self->cancellable, checked_cb, self);
}

static void
begin (Fixture *self, const char *scheme)
{
  g_autofree char *url = g_strdup_printf ("%s:127.0.0.1:%u", scheme, self->responder.port);

  begin_url (self, url);
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

typedef struct {
  Responder *responder;
  guint n_requests;
} RequestWait;

static gboolean
has_requests (gpointer user_data)
{
  RequestWait *wait = user_data;

  return wait->responder->n_requests >= wait->n_requests;
}

static void
wait_for_requests (Fixture *self, guint n_requests)
{
  aloqa_test_wait_until (has_requests, &(RequestWait){ &self->responder, n_requests });
  g_assert_cmpuint (self->responder.n_requests, ==, n_requests);
}

static void
finish (Fixture *self)
{
  aloqa_test_wait_until (is_over, self);
}

/* Whatever has been sent is on its way back: loopback delivers at once. */
static void
finish_by_limit (Fixture *self)
{
  aloqa_test_drain ();
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 5000);
  finish (self);
}

static void
assert_failed (Fixture *self, AloqaIceCheckError code)
{
  g_assert_error (self->error, ALOQA_ICE_CHECK_ERROR, (int) code);
  g_assert_null (strstr (self->error->message, "secret"));
}

/* Errors. */

static GByteArray *
answer_with_error (Responder *self, const AloqaStunMessage *request)
{
  return make_error (request, self->parameter);
}

static const struct {
  const char *scheme;
  guint number;
  AloqaIceCheckError code;
} errors[] = {
  { "stun", 400, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
  { "stun", 401, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
  { "stun", 300, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
  { "turn", 300, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
  { "turn", 401, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED }, /* without realm and nonce */
  { "turn", 403, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
  { "turn", 437, ALOQA_ICE_CHECK_ERROR_NO_CAPACITY },
  { "turn", 438, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
  { "turn", 442, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
  { "turn", 486, ALOQA_ICE_CHECK_ERROR_NO_CAPACITY },
  { "turn", 508, ALOQA_ICE_CHECK_ERROR_NO_CAPACITY },
  { "turn", 699, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED },
};

static void
test_errors (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_with_error;
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autofree char *number = g_strdup_printf ("%u", errors[i].number);

    self->responder.parameter = errors[i].number;
    self->is_over = FALSE;
    begin (self, errors[i].scheme);
    finish (self);
    assert_failed (self, errors[i].code);
    g_assert_nonnull (strstr (self->error->message, number));
    g_clear_error (&self->error);
  }
}

static GByteArray *
answer_without_address (Responder *self, const AloqaStunMessage *request)
{
  return make_answer (request, ALOQA_STUN_CLASS_SUCCESS);
}

static void
test_no_address (Fixture *self, gconstpointer scheme)
{
  self->responder.answer = answer_without_address;
  begin (self, scheme);
  finish (self);
  assert_failed (self, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER);
}

/* No answer, in several ways. */

static GByteArray *
answer_nothing (Responder *self, const AloqaStunMessage *request)
{
  return NULL;
}

static GByteArray *
answer_to_somebody_else (Responder *self, const AloqaStunMessage *request)
{
  GByteArray *answer = make_success (request);

  answer->data[ALOQA_STUN_HEADER_BYTES - 1] ^= 1;
  return answer;
}

static GByteArray *
answer_another_question (Responder *self, const AloqaStunMessage *request)
{
  GByteArray *answer = make_success (request);

  answer->data[1] ^= ALOQA_STUN_BINDING ^ ALOQA_STUN_REFRESH;
  return answer;
}

static GByteArray *
answer_noise (Responder *self, const AloqaStunMessage *request)
{
  static const guint8 noise[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

  return g_byte_array_append (g_byte_array_new (), noise, sizeof noise);
}

static void
test_no_answer (Fixture *self, gconstpointer answer)
{
  self->responder.answer = (GByteArray * (*) (Responder *, const AloqaStunMessage *) ) answer;
  begin (self, "stun");
  wait_for_requests (self, 1);
  finish_by_limit (self);
  assert_failed (self, ALOQA_ICE_CHECK_ERROR_NO_ANSWER);
}

static void
test_resends (Fixture *self, gconstpointer data)
{
  static const gint64 delays_ms[] = { 500, 1000, 2000 };
  g_autoptr (GBytes) first = NULL;

  self->responder.answer = answer_nothing;
  begin (self, "stun");
  wait_for_requests (self, 1);
  first = g_bytes_ref (self->responder.last_request);
  for (guint i = 0; i < G_N_ELEMENTS (delays_ms); i++) {
    g_assert_cmpint (aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (self->clock)), ==,
                     delays_ms[i]);
    aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), delays_ms[i]);
    wait_for_requests (self, 2 + i);
    g_assert_true (g_bytes_equal (first, self->responder.last_request));
  }

  g_assert_false (self->is_over);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 1500);
  finish (self);
  assert_failed (self, ALOQA_ICE_CHECK_ERROR_NO_ANSWER);
}

static GByteArray *
answer_the_third (Responder *self, const AloqaStunMessage *request)
{
  return self->n_requests == 3 ? make_success (request) : NULL;
}

static void
test_late_answer (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_the_third;
  begin (self, "stun");
  wait_for_requests (self, 1);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 500);
  wait_for_requests (self, 2);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 1000);
  finish (self);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->result->seen_address, ==, "192.0.2.1:32853");
}

/* Doubtful ones: a true answer may follow, and counts. */

static GByteArray *
answer_broken (Responder *self, const AloqaStunMessage *request)
{
  GByteArray *answer = make_answer (request, ALOQA_STUN_CLASS_SUCCESS);

  aloqa_stun_request_add_uint32 (answer, ALOQA_STUN_XOR_MAPPED_ADDRESS, 0);
  return answer;
}

static GByteArray *
answer_with_indication (Responder *self, const AloqaStunMessage *request)
{
  return make_answer (request, ALOQA_STUN_CLASS_INDICATION);
}

static GByteArray *
answer_with_bare_error (Responder *self, const AloqaStunMessage *request)
{
  return make_answer (request, ALOQA_STUN_CLASS_ERROR);
}

static GByteArray *
answer_unsigned (Responder *self, const AloqaStunMessage *request)
{
  return request->realm == NULL ? make_challenge (request, 401, "n") : make_success (request);
}

static GByteArray *
answer_badly_signed (Responder *self, const AloqaStunMessage *request)
{
  return request->realm == NULL ? make_challenge (request, 401, "n")
                                : sign (make_success (request), "guessed");
}

static void
test_doubt (Fixture *self, gconstpointer answer)
{
  gboolean is_turn = answer == answer_unsigned || answer == answer_badly_signed;

  self->responder.answer = (GByteArray * (*) (Responder *, const AloqaStunMessage *) ) answer;
  begin (self, is_turn ? "turn" : "stun");
  wait_for_requests (self, is_turn ? 2 : 1);
  finish_by_limit (self);
  assert_failed (self, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER);
}

static GByteArray *
answer_truly_at_last (Responder *self, const AloqaStunMessage *request)
{
  return self->n_requests == 1 ? answer_broken (self, request) : make_success (request);
}

static void
test_truth_after_doubt (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_truly_at_last;
  begin (self, "stun");
  wait_for_requests (self, 1);
  aloqa_test_drain ();
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 500);
  finish (self);
  g_assert_no_error (self->error);
}

/* Nonces and redirections. */

static GByteArray *
answer_with_fresh_nonces (Responder *self, const AloqaStunMessage *request)
{
  g_autofree char *nonce = g_strdup_printf ("nonce %u", self->n_requests);

  if (request->realm == NULL)
    return make_challenge (request, 401, nonce);
  if (self->n_requests <= self->parameter)
    return make_challenge (request, 438, nonce);
  return sign (make_success (request), "secret");
}

static void
test_stale_nonce (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_with_fresh_nonces;
  self->responder.parameter = 3;
  begin (self, "turn");
  finish (self);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->result->relayed_address, ==, "192.0.2.1:32853");
  g_assert_cmpuint (self->responder.n_requests, ==, 5); /* the last gives it back */
}

static void
test_stale_nonces (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_with_fresh_nonces;
  self->responder.parameter = G_MAXUINT;
  begin (self, "turn");
  finish (self);
  assert_failed (self, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED);
  g_assert_cmpuint (self->responder.n_requests, ==, 4);
}

static GByteArray *
answer_stale_to_the_end (Responder *self, const AloqaStunMessage *request)
{
  if (request->realm == NULL)
    return make_challenge (request, 401, "first");
  if (request->method == ALOQA_STUN_REFRESH && g_str_equal (request->nonce, "first"))
    return make_challenge (request, 438, "second");
  return sign (make_success (request), "secret");
}

static void
test_stale_nonce_at_end (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_stale_to_the_end;
  begin (self, "turn");
  finish (self);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->responder.n_requests, ==, 4);
}

static GByteArray *
answer_elsewhere (Responder *self, const AloqaStunMessage *request)
{
  GByteArray *answer = make_error (request, 300);
  guint8 value[] = {
    0, 1, (guint8) (self->parameter >> 8), (guint8) self->parameter, 127, 0, 0, 1,
  };

  aloqa_stun_request_add (answer, ALOQA_STUN_ALTERNATE_SERVER, value, sizeof value);
  return answer;
}

static GByteArray *
answer_well (Responder *self, const AloqaStunMessage *request)
{
  return make_success (request);
}

static void
test_redirection (Fixture *self, gconstpointer data)
{
  Responder other = { .answer = answer_well };

  start_responder (&other);
  self->responder.answer = answer_elsewhere;
  self->responder.parameter = other.port;
  begin (self, "turn");
  finish (self);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->responder.n_requests, ==, 1);
  g_assert_cmpuint (other.n_requests, ==, 2);
  stop_responder (&other);
}

static void
test_redirection_loop (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_elsewhere;
  self->responder.parameter = self->responder.port;
  begin (self, "turn");
  finish (self);
  assert_failed (self, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED);
  g_assert_cmpuint (self->responder.n_requests, ==, 2);
}

/* A relay that cannot be given back is a relay all the same. */

static GByteArray *
answer_allocation_only (Responder *self, const AloqaStunMessage *request)
{
  return request->method == ALOQA_STUN_ALLOCATE ? make_success (request) : NULL;
}

static void
test_release_unanswered (Fixture *self, gconstpointer data)
{
  self->responder.answer = answer_allocation_only;
  begin (self, "turn");
  wait_for_requests (self, 2);
  finish_by_limit (self);
  g_assert_no_error (self->error);
  g_assert_nonnull (self->result->relayed_address);
}

/* Cancelling, and hosts that are not there. */

static void
test_cancel (Fixture *self, gconstpointer scheme)
{
  self->responder.answer = answer_allocation_only;
  begin (self, scheme);
  if (g_str_equal (scheme, "turn"))
    wait_for_requests (self, 2);
  g_cancellable_cancel (self->cancellable);
  finish (self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (self->result);
}

/* On a port that was in use a moment ago. */
static void
test_dead_port (Fixture *self, gconstpointer format)
{
  Responder gone = { .answer = answer_nothing };
  g_autofree char *url = NULL;

  start_responder (&gone);
  url = g_strdup_printf (format, gone.port);
  stop_responder (&gone);
  begin_url (self, url);
  finish (self);
  assert_failed (self, ALOQA_ICE_CHECK_ERROR_REFUSED);
}

/* "localhost" is two addresses, of which the responder has one. */
static void
test_half_dead_host (Fixture *self, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("stun:localhost:%u", self->responder.port);

  self->responder.answer = answer_well;
  begin_url (self, url);
  finish (self);
  g_assert_no_error (self->error);
}

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  ADD ("/ice-check/errors-are-told-apart", NULL, test_errors);
  ADD ("/ice-check/stun-without-address-is-refused", "stun", test_no_address);
  ADD ("/ice-check/turn-without-address-is-refused", "turn", test_no_address);
  ADD ("/ice-check/silence/nothing", answer_nothing, test_no_answer);
  ADD ("/ice-check/silence/answer-to-somebody-else", answer_to_somebody_else, test_no_answer);
  ADD ("/ice-check/silence/answer-to-another-question", answer_another_question, test_no_answer);
  ADD ("/ice-check/silence/noise", answer_noise, test_no_answer);
  ADD ("/ice-check/silence/is-asked-again-with-pauses", NULL, test_resends);
  ADD ("/ice-check/silence/a-late-answer-counts", NULL, test_late_answer);
  ADD ("/ice-check/doubt/broken-answer", answer_broken, test_doubt);
  ADD ("/ice-check/doubt/indication", answer_with_indication, test_doubt);
  ADD ("/ice-check/doubt/error-without-number", answer_with_bare_error, test_doubt);
  ADD ("/ice-check/doubt/unsigned", answer_unsigned, test_doubt);
  ADD ("/ice-check/doubt/badly-signed", answer_badly_signed, test_doubt);
  ADD ("/ice-check/doubt/a-true-answer-counts", NULL, test_truth_after_doubt);
  ADD ("/ice-check/nonce/stale-is-replaced", NULL, test_stale_nonce);
  ADD ("/ice-check/nonce/stale-for-ever-is-refused", NULL, test_stale_nonces);
  ADD ("/ice-check/nonce/stale-at-the-end-gives-back", NULL, test_stale_nonce_at_end);
  ADD ("/ice-check/redirection/is-followed", NULL, test_redirection);
  ADD ("/ice-check/redirection/once", NULL, test_redirection_loop);
  ADD ("/ice-check/release/need-not-be-answered", NULL, test_release_unanswered);
  ADD ("/ice-check/cancel/at-once", "stun", test_cancel);
  ADD ("/ice-check/cancel/while-giving-back", "turn", test_cancel);
  ADD ("/ice-check/dead-port/udp", "stun:127.0.0.1:%u", test_dead_port);
  ADD ("/ice-check/dead-port/tcp", "turn:127.0.0.1:%u?transport=tcp", test_dead_port);
  ADD ("/ice-check/dead-port/tls", "turns:127.0.0.1:%u", test_dead_port);
  ADD ("/ice-check/dead-port/both-addresses", "stun:localhost:%u", test_dead_port);
  ADD ("/ice-check/half-dead-host-answers", NULL, test_half_dead_host);

  return g_test_run ();
}
