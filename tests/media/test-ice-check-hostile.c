/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-rig.h"

#include "fakes/fake-stun-server.h"

#include <string.h>

typedef struct {
  IceRig rig;
  AloqaFakeStunServer *server;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  ice_rig_set_up (&self->rig);
  self->server = aloqa_fake_stun_server_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  aloqa_fake_stun_server_free (self->server);
  ice_rig_tear_down (&self->rig);
}

static void
begin (Fixture *self, const char *scheme)
{
  g_autofree char *url = g_strdup_printf ("%s:127.0.0.1:%u", scheme, self->server->port);

  ice_rig_begin (&self->rig, url, "secret", NULL);
}

typedef struct {
  AloqaFakeStunServer *server;
  guint n_requests;
} RequestWait;

static gboolean
has_requests (gpointer user_data)
{
  RequestWait *wait = user_data;

  return wait->server->n_requests >= wait->n_requests;
}

static void
wait_for_requests (Fixture *self, guint n_requests)
{
  aloqa_test_wait_until (has_requests, &(RequestWait){ self->server, n_requests });
  g_assert_cmpuint (self->server->n_requests, ==, n_requests);
}

/* Whatever has been sent is on its way back: loopback delivers at once. */
static void
finish_by_limit (Fixture *self)
{
  aloqa_test_drain ();
  ice_rig_advance_ms (&self->rig, 5000);
  ice_rig_finish (&self->rig);
}

/* Errors. */

static GByteArray *
answer_with_error (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return aloqa_fake_stun_make_error (request, server->parameter);
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
  self->server->answer = answer_with_error;
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autofree char *number = g_strdup_printf ("%u", errors[i].number);

    self->server->parameter = errors[i].number;
    begin (self, errors[i].scheme);
    ice_rig_finish (&self->rig);
    ice_rig_assert_failed (&self->rig, errors[i].code);
    g_assert_nonnull (strstr (self->rig.error->message, number));
  }
}

static GByteArray *
answer_without_address (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return aloqa_fake_stun_make_answer (request, ALOQA_STUN_CLASS_SUCCESS);
}

static void
test_no_address (Fixture *self, gconstpointer scheme)
{
  self->server->answer = answer_without_address;
  begin (self, scheme);
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER);
}

/* No answer, in several ways. */

static GByteArray *
answer_nothing (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return NULL;
}

static GByteArray *
answer_to_somebody_else (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  GByteArray *answer = aloqa_fake_stun_make_success (request);

  answer->data[ALOQA_STUN_HEADER_BYTES - 1] ^= 1;
  return answer;
}

static GByteArray *
answer_another_question (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  GByteArray *answer = aloqa_fake_stun_make_success (request);

  answer->data[1] ^= ALOQA_STUN_BINDING ^ ALOQA_STUN_REFRESH;
  return answer;
}

static GByteArray *
answer_noise (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  static const guint8 noise[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

  return g_byte_array_append (g_byte_array_new (), noise, sizeof noise);
}

static void
test_no_answer (Fixture *self, gconstpointer answer)
{
  self->server->answer = (AloqaFakeStunAnswer) answer;
  begin (self, "stun");
  wait_for_requests (self, 1);
  finish_by_limit (self);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_NO_ANSWER);
}

static void
test_resends (Fixture *self, gconstpointer data)
{
  static const gint64 delays_ms[] = { 500, 1000, 2000 };
  g_autoptr (GBytes) first = NULL;

  self->server->answer = answer_nothing;
  begin (self, "stun");
  wait_for_requests (self, 1);
  first = g_bytes_ref (self->server->last_request);
  for (guint i = 0; i < G_N_ELEMENTS (delays_ms); i++) {
    g_assert_cmpint (aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (self->rig.clock)), ==,
                     delays_ms[i]);
    ice_rig_advance_ms (&self->rig, delays_ms[i]);
    wait_for_requests (self, 2 + i);
    g_assert_true (g_bytes_equal (first, self->server->last_request));
  }

  g_assert_false (self->rig.is_over);
  ice_rig_advance_ms (&self->rig, 1500);
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_NO_ANSWER);
}

static GByteArray *
answer_the_third (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return server->n_requests == 3 ? aloqa_fake_stun_make_success (request) : NULL;
}

static void
test_late_answer (Fixture *self, gconstpointer data)
{
  self->server->answer = answer_the_third;
  begin (self, "stun");
  wait_for_requests (self, 1);
  ice_rig_advance_ms (&self->rig, 500);
  wait_for_requests (self, 2);
  ice_rig_advance_ms (&self->rig, 1000);
  ice_rig_finish (&self->rig);
  g_assert_no_error (self->rig.error);
  g_assert_cmpstr (self->rig.result->seen_address, ==, ALOQA_FAKE_STUN_ADDRESS);
}

/* Doubtful ones: a true answer may follow, and counts. */

static GByteArray *
answer_broken (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  GByteArray *answer = aloqa_fake_stun_make_answer (request, ALOQA_STUN_CLASS_SUCCESS);

  aloqa_stun_request_add_uint32 (answer, ALOQA_STUN_XOR_MAPPED_ADDRESS, 0);
  return answer;
}

static GByteArray *
answer_with_indication (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return aloqa_fake_stun_make_answer (request, ALOQA_STUN_CLASS_INDICATION);
}

static GByteArray *
answer_with_bare_error (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return aloqa_fake_stun_make_answer (request, ALOQA_STUN_CLASS_ERROR);
}

static GByteArray *
answer_unsigned (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return request->realm == NULL ? aloqa_fake_stun_make_challenge (request, 401, "n")
                                : aloqa_fake_stun_make_success (request);
}

static GByteArray *
answer_badly_signed (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return request->realm == NULL
             ? aloqa_fake_stun_make_challenge (request, 401, "n")
             : aloqa_fake_stun_sign (aloqa_fake_stun_make_success (request), "guessed");
}

static void
test_doubt (Fixture *self, gconstpointer answer)
{
  gboolean is_turn = answer == answer_unsigned || answer == answer_badly_signed;

  self->server->answer = (AloqaFakeStunAnswer) answer;
  begin (self, is_turn ? "turn" : "stun");
  wait_for_requests (self, is_turn ? 2 : 1);
  finish_by_limit (self);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER);
}

static GByteArray *
answer_truly_at_last (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return server->n_requests == 1 ? answer_broken (server, request)
                                 : aloqa_fake_stun_make_success (request);
}

static void
test_truth_after_doubt (Fixture *self, gconstpointer data)
{
  self->server->answer = answer_truly_at_last;
  begin (self, "stun");
  wait_for_requests (self, 1);
  aloqa_test_drain ();
  ice_rig_advance_ms (&self->rig, 500);
  ice_rig_finish (&self->rig);
  g_assert_no_error (self->rig.error);
}

/* Nonces and redirections. */

static GByteArray *
answer_with_fresh_nonces (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  g_autofree char *nonce = g_strdup_printf ("nonce %u", server->n_requests);

  if (request->realm == NULL)
    return aloqa_fake_stun_make_challenge (request, 401, nonce);
  if (server->n_requests <= server->parameter)
    return aloqa_fake_stun_make_challenge (request, 438, nonce);
  return aloqa_fake_stun_sign (aloqa_fake_stun_make_success (request), "secret");
}

static void
test_stale_nonce (Fixture *self, gconstpointer data)
{
  self->server->answer = answer_with_fresh_nonces;
  self->server->parameter = 3;
  begin (self, "turn");
  ice_rig_finish (&self->rig);
  g_assert_no_error (self->rig.error);
  g_assert_cmpstr (self->rig.result->relayed_address, ==, ALOQA_FAKE_STUN_ADDRESS);
  g_assert_cmpuint (self->server->n_requests, ==, 5); /* the last gives it back */
}

static void
test_stale_nonces (Fixture *self, gconstpointer data)
{
  self->server->answer = answer_with_fresh_nonces;
  self->server->parameter = G_MAXUINT;
  begin (self, "turn");
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED);
  g_assert_cmpuint (self->server->n_requests, ==, 4);
}

static GByteArray *
answer_stale_to_the_end (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  if (request->realm == NULL)
    return aloqa_fake_stun_make_challenge (request, 401, "first");
  if (request->method == ALOQA_STUN_REFRESH && g_str_equal (request->nonce, "first"))
    return aloqa_fake_stun_make_challenge (request, 438, "second");
  return aloqa_fake_stun_sign (aloqa_fake_stun_make_success (request), "secret");
}

static void
test_stale_nonce_at_end (Fixture *self, gconstpointer data)
{
  self->server->answer = answer_stale_to_the_end;
  begin (self, "turn");
  ice_rig_finish (&self->rig);
  g_assert_no_error (self->rig.error);
  g_assert_cmpuint (self->server->n_requests, ==, 4);
}

static GByteArray *
answer_elsewhere (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  GByteArray *answer = aloqa_fake_stun_make_error (request, 300);
  guint8 value[] = {
    0, 1, (guint8) (server->parameter >> 8), (guint8) server->parameter, 127, 0, 0, 1,
  };

  aloqa_stun_request_add (answer, ALOQA_STUN_ALTERNATE_SERVER, value, sizeof value);
  return answer;
}

static GByteArray *
answer_well (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return aloqa_fake_stun_make_success (request);
}

static void
test_redirection (Fixture *self, gconstpointer data)
{
  g_autoptr (AloqaFakeStunServer) other = aloqa_fake_stun_server_new (answer_well);

  self->server->answer = answer_elsewhere;
  self->server->parameter = other->port;
  begin (self, "turn");
  ice_rig_finish (&self->rig);
  g_assert_no_error (self->rig.error);
  g_assert_cmpuint (self->server->n_requests, ==, 1);
  g_assert_cmpuint (other->n_requests, ==, 2);
}

static void
test_redirection_loop (Fixture *self, gconstpointer data)
{
  self->server->answer = answer_elsewhere;
  self->server->parameter = self->server->port;
  begin (self, "turn");
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED);
  g_assert_cmpuint (self->server->n_requests, ==, 2);
}

/* A relay that cannot be given back is a relay all the same. */

static GByteArray *
answer_allocation_only (AloqaFakeStunServer *server, const AloqaStunMessage *request)
{
  return request->method == ALOQA_STUN_ALLOCATE ? aloqa_fake_stun_make_success (request) : NULL;
}

static void
test_release_unanswered (Fixture *self, gconstpointer data)
{
  self->server->answer = answer_allocation_only;
  begin (self, "turn");
  wait_for_requests (self, 2);
  finish_by_limit (self);
  g_assert_no_error (self->rig.error);
  g_assert_nonnull (self->rig.result->relayed_address);
}

/* Cancelling, and hosts that are not there. */

static void
test_cancel (Fixture *self, gconstpointer scheme)
{
  self->server->answer = answer_allocation_only;
  begin (self, scheme);
  if (g_str_equal (scheme, "turn"))
    wait_for_requests (self, 2);
  g_cancellable_cancel (self->rig.cancellable);
  ice_rig_finish (&self->rig);
  g_assert_error (self->rig.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (self->rig.result);
}

/* On a port that was in use a moment ago. */
static void
test_dead_port (Fixture *self, gconstpointer format)
{
  AloqaFakeStunServer *gone = aloqa_fake_stun_server_new (answer_nothing);
  g_autofree char *url = g_strdup_printf (format, gone->port);

  aloqa_fake_stun_server_free (gone);
  ice_rig_begin (&self->rig, url, "secret", NULL);
  ice_rig_finish (&self->rig);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_REFUSED);
}

/* "localhost" is two addresses, of which the server has one. */
static void
test_half_dead_host (Fixture *self, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("stun:localhost:%u", self->server->port);

  self->server->answer = answer_well;
  ice_rig_begin (&self->rig, url, "secret", NULL);
  ice_rig_finish (&self->rig);
  g_assert_no_error (self->rig.error);
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
