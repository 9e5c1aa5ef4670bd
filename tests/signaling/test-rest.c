/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rest.h"

#include <string.h>

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "protocol/limits.h"
#include "support/support.h"

typedef struct {
  AloqaFakeServer *server;
  AloqaServerAddress *address;
  AloqaClock *clock;
  AloqaRest *rest;
  GCancellable *cancellable;
  GAsyncResult *result;
  guint n_unauthorized;
} Fixture;

static void
count_unauthorized (AloqaRest *rest, Fixture *f)
{
  f->n_unauthorized++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *url = NULL;

  f->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (f->server);
  f->address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  f->clock = aloqa_fake_clock_new ();
  f->rest = aloqa_rest_new (f->address, NULL, f->clock);
  f->cancellable = g_cancellable_new ();
  g_signal_connect (f->rest, "unauthorized", G_CALLBACK (count_unauthorized), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->result);
  g_assert_finalize_object (f->rest);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (f->clock)), ==, 0);
  g_assert_finalize_object (f->clock);
  g_clear_object (&f->cancellable);
  aloqa_server_address_unref (f->address);
  aloqa_fake_server_free (f->server);
  aloqa_test_drain ();
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
has_result (gpointer user_data)
{
  return *(GAsyncResult **) user_data != NULL;
}

static void
await (Fixture *f)
{
  aloqa_test_wait_until (has_result, &f->result);
}

static AloqaCredentials *
log_in (Fixture *f, const char *username, const char *password, GError **error)
{
  g_clear_object (&f->result);
  aloqa_rest_login_async (f->rest, username, password, f->cancellable, keep_result, &f->result);
  await (f);
  return aloqa_rest_login_finish (f->rest, f->result, error);
}

static void
test_signs_in (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCredentials) credentials = log_in (f, "ali", "demo", &error);

  g_assert_no_error (error);
  g_assert_cmpint (credentials->user->id, ==, 2);
  g_assert_cmpstr (credentials->user->username, ==, "ali");
  g_assert_cmpstr (f->server->last_path, ==, "/api/auth/login");
}

static void
test_password_may_be_any_text (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCredentials) credentials = log_in (f, "ali", "\"\\\n\xc3\xbc\x01", &error);

  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
}

typedef struct {
  guint status;
  AloqaSignalingError code;
  const char *word; /* of the sentence */
} StatusCase;

static void
test_says_why_it_did_not_sign_in (Fixture *f, gconstpointer data)
{
  const StatusCase cases[] = {
    { 401, ALOQA_SIGNALING_ERROR_UNAUTHORIZED, "password" },
    { 403, ALOQA_SIGNALING_ERROR_FORBIDDEN, "disabled" },
    { 404, ALOQA_SIGNALING_ERROR_BAD_ANSWER, "address" },
    { 422, ALOQA_SIGNALING_ERROR_BAD_ANSWER, "422" },
    { 429, ALOQA_SIGNALING_ERROR_RATE_LIMITED, "Wait" },
    { 500, ALOQA_SIGNALING_ERROR_SERVER_FAILED, "later" },
    { 503, ALOQA_SIGNALING_ERROR_SERVER_FAILED, "later" },
    { 204, ALOQA_SIGNALING_ERROR_BAD_ANSWER, "address" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    f->server->login_status = cases[i].status;
    g_assert_null (log_in (f, "ali", "geheim", &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, (int) cases[i].code);
    g_assert_nonnull (strstr (error->message, "localhost"));
    g_assert_nonnull (strstr (error->message, cases[i].word));
    g_assert_null (strstr (error->message, "geheim"));
  }
  /* A wrong password is no token that went bad. */
  g_assert_cmpuint (f->n_unauthorized, ==, 0);
}

static void
test_refuses_answers_of_something_else (Fixture *f, gconstpointer data)
{
  const char *const bodies[] = {
    "",
    "<html><body>It works!</body></html>",
    "{}",
    "[]",
    "null",
    "{\"access_token\":\"a\"}",
    "{\"access_token\":\"a b\",\"refresh_token\":\"r\",\"user\":{\"id\":2,\"username\":\"a\"}}",
    "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"user\":{\"id\":\"2\",\"username\":\"a\"}}",
    "{\"access_token\":\"a\\r\\nX: y\",\"refresh_token\":\"r\",\"user\":{\"id\":2,\"username\":"
    "\"a\",\"role\":\"user\",\"is_active\":true}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (GError) error = NULL;

    aloqa_fake_server_answer (f->server, "/api/auth/login", 200, bodies[i]);
    g_assert_null (log_in (f, "ali", "demo", &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ANSWER);
  }
}

static void
test_redirects_are_refused_and_named (Fixture *f, gconstpointer data)
{
  const char *const targets[] = { "https://evil.example.org/api/auth/login", "//evil.example.org/",
                                  "https://evil.example.org/?x=1" };
  const guint statuses[] = { 301, 302, 303, 307, 308 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (GError) error = NULL;

    aloqa_fake_server_answer (f->server, "/api/auth/login", statuses[i],
                              targets[i % G_N_ELEMENTS (targets)]);
    g_assert_null (log_in (f, "ali", "demo", &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS);
    g_assert_nonnull (strstr (error->message, "://evil.example.org."));
  }
}

static void
test_nobody_there (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  aloqa_fake_server_stop (f->server);
  g_assert_null (log_in (f, "ali", "demo", &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (error->message, "no server answers"));
}

static gboolean
has_request (gpointer user_data)
{
  return ((Fixture *) user_data)->server->last_path != NULL;
}

static void
test_a_silent_server_is_given_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  aloqa_fake_server_never_answer (f->server, "/api/auth/login");
  aloqa_rest_login_async (f->rest, "ali", "demo", NULL, keep_result, &f->result);
  aloqa_test_wait_until (has_request, f);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 9999);
  aloqa_test_drain ();
  g_assert_null (f->result);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 1);
  await (f);

  g_assert_null (aloqa_rest_login_finish (f->rest, f->result, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (error->message, "10 seconds"));
}

static void
test_can_be_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  aloqa_fake_server_never_answer (f->server, "/api/auth/login");
  aloqa_rest_login_async (f->rest, "ali", "demo", f->cancellable, keep_result, &f->result);
  aloqa_test_wait_until (has_request, f);
  g_cancellable_cancel (f->cancellable);
  await (f);

  g_assert_null (aloqa_rest_login_finish (f->rest, f->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_can_be_cancelled_before_it_begins (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (f->cancellable);
  g_assert_null (log_in (f, "ali", "demo", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (f->server->n_logins, ==, 0);
}

static void
test_an_answer_without_end_is_cut (Fixture *f, gconstpointer data)
{
  g_autofree char *body = g_strnfill (3 * ALOQA_MAX_BODY_BYTES, ' ');
  g_autoptr (GError) error = NULL;

  aloqa_fake_server_answer (f->server, "/api/auth/login", 200, body);
  g_assert_null (log_in (f, "ali", "demo", &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TOO_LARGE);
}

static void
test_tells_when_the_token_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  aloqa_rest_set_access_token (f->rest, "stale");
  aloqa_rest_get_me_async (f->rest, NULL, keep_result, &f->result);
  await (f);
  g_assert_null (aloqa_rest_get_me_finish (f->rest, f->result, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_cmpuint (f->n_unauthorized, ==, 1);
}

static void
use_token (Fixture *f)
{
  g_autofree char *token = aloqa_fake_server_make_token (f->server, 2, "access");

  aloqa_rest_set_access_token (f->rest, token);
}

static void
test_finds_users (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaUser) me = NULL;
  g_autoptr (AloqaUser) other = NULL;
  g_autoptr (GPtrArray) users = NULL;

  use_token (f);
  aloqa_rest_get_me_async (f->rest, NULL, keep_result, &f->result);
  await (f);
  me = aloqa_rest_get_me_finish (f->rest, f->result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (me->username, ==, "ali");

  g_clear_object (&f->result);
  aloqa_rest_get_user_async (f->rest, 3, NULL, keep_result, &f->result);
  await (f);
  other = aloqa_rest_get_user_finish (f->rest, f->result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other->username, ==, "vali");

  g_clear_object (&f->result);
  aloqa_rest_list_users_async (f->rest, "o'b &=ü", NULL, keep_result, &f->result);
  await (f);
  users = aloqa_rest_list_users_finish (f->rest, f->result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (users->len, ==, 1);
  g_assert_cmpstr (f->server->last_path, ==, "/api/users/list?search=o%27b%20%26%3D%C3%BC");

  g_clear_object (&f->result);
  aloqa_rest_get_user_async (f->rest, 99, NULL, keep_result, &f->result);
  await (f);
  g_assert_null (aloqa_rest_get_user_finish (f->rest, f->result, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_NOT_FOUND);
}

static void
test_ice_servers_are_optional (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) some = NULL;
  const AloqaIceServer *turn;
  gint64 ttl_s = -1;

  use_token (f);
  aloqa_rest_get_ice_servers_async (f->rest, NULL, keep_result, &f->result);
  await (f);
  none = aloqa_rest_get_ice_servers_finish (f->rest, f->result, &ttl_s, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpint (ttl_s, ==, 0);

  aloqa_fake_server_answer (f->server, "/api/ice", 200,
                            "{\"ice_servers\":[{\"urls\":\"stun:s.example.org\"},{\"urls\":["
                            "\"turn:t.example.org:3478?transport=udp\",\"turns:t.example.org\"],"
                            "\"username\":\"u\",\"credential\":\"c\"}],\"ttl_s\":600}");
  g_clear_object (&f->result);
  aloqa_rest_get_ice_servers_async (f->rest, NULL, keep_result, &f->result);
  await (f);
  some = aloqa_rest_get_ice_servers_finish (f->rest, f->result, &ttl_s, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (some->len, ==, 3);
  g_assert_cmpint (ttl_s, ==, 600);
  turn = g_ptr_array_index (some, 2);
  g_assert_cmpstr (turn->url, ==, "turns:t.example.org");
  g_assert_cmpstr (turn->credential, ==, "c");
}

static void
test_checks_health (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  aloqa_rest_check_health_async (f->rest, NULL, keep_result, &f->result);
  await (f);
  g_assert_true (aloqa_rest_check_health_finish (f->rest, f->result, &error));
  g_assert_no_error (error);

  aloqa_fake_server_answer (f->server, "/api/health", 200, "It works!");
  g_clear_object (&f->result);
  aloqa_rest_check_health_async (f->rest, NULL, keep_result, &f->result);
  await (f);
  g_assert_false (aloqa_rest_check_health_finish (f->rest, f->result, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ANSWER);
}

static void
test_pictures_have_a_limit (Fixture *f, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (301 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = NULL;

  aloqa_fake_server_answer (f->server, "/uploads/a.png", 200, "picture");
  aloqa_rest_get_picture_async (f->rest, "a.png", NULL, keep_result, &f->result);
  await (f);
  picture = aloqa_rest_get_picture_finish (f->rest, f->result, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (picture, NULL), g_bytes_get_size (picture), "picture", 7);

  aloqa_fake_server_answer (f->server, "/uploads/a.png", 200, huge);
  g_clear_object (&f->result);
  aloqa_rest_get_picture_async (f->rest, "a.png", NULL, keep_result, &f->result);
  await (f);
  g_assert_null (aloqa_rest_get_picture_finish (f->rest, f->result, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TOO_LARGE);

  g_clear_error (&error);
  g_clear_object (&f->result);
  aloqa_rest_get_picture_async (f->rest, "gone.png", NULL, keep_result, &f->result);
  await (f);
  g_assert_null (aloqa_rest_get_picture_finish (f->rest, f->result, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_NOT_FOUND);
}

static void
test_knows_the_servers_clock (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaCredentials) credentials = NULL;

  f->server->clock_ahead_s = -5000;
  credentials = log_in (f, "ali", "demo", NULL);
  g_assert_cmpint (ABS (aloqa_rest_get_server_ahead_s (f->rest) + 5000), <=, 60);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function)                                                                        \
  g_test_add ("/signaling/rest/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("signs-in", test_signs_in);
  ADD ("password-may-be-any-text", test_password_may_be_any_text);
  ADD ("says-why-it-did-not-sign-in", test_says_why_it_did_not_sign_in);
  ADD ("refuses-answers-of-something-else", test_refuses_answers_of_something_else);
  ADD ("redirects-are-refused-and-named", test_redirects_are_refused_and_named);
  ADD ("nobody-there", test_nobody_there);
  ADD ("a-silent-server-is-given-up", test_a_silent_server_is_given_up);
  ADD ("can-be-cancelled", test_can_be_cancelled);
  ADD ("can-be-cancelled-before-it-begins", test_can_be_cancelled_before_it_begins);
  ADD ("an-answer-without-end-is-cut", test_an_answer_without_end_is_cut);
  ADD ("tells-when-the-token-is-refused", test_tells_when_the_token_is_refused);
  ADD ("finds-users", test_finds_users);
  ADD ("ice-servers-are-optional", test_ice_servers_are_optional);
  ADD ("checks-health", test_checks_health);
  ADD ("pictures-have-a-limit", test_pictures_have_a_limit);
  ADD ("knows-the-servers-clock", test_knows_the_servers_clock);
  return g_test_run ();
}
