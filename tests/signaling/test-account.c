/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/account.h"

#include <string.h>

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "support/support.h"

typedef struct {
  AloqaFakeServer *server;
  AloqaServerAddress *address;
  AloqaClock *clock;
  AloqaAccount *account;
  GAsyncResult *result;
  GError *signed_out; /* or NULL */
  guint n_renewed;
} Fixture;

static void
note_signed_out (AloqaAccount *account, const GError *error, Fixture *f)
{
  g_clear_error (&f->signed_out);
  f->signed_out = g_error_copy (error);
}

static void
note_renewed (AloqaAccount *account, Fixture *f)
{
  f->n_renewed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *url = NULL;

  f->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (f->server);
  f->address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  f->clock = aloqa_fake_clock_new ();
  f->account = aloqa_account_new (f->address, NULL, f->clock);
  g_signal_connect (f->account, "signed-out", G_CALLBACK (note_signed_out), f);
  g_signal_connect (f->account, "renewed", G_CALLBACK (note_renewed), f);
}

/* Whatever the test did, nothing is left of the account: no reference, no timer. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->result);
  g_assert_finalize_object (f->account);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (f->clock)), ==, 0);
  g_clear_error (&f->signed_out);
  aloqa_server_address_unref (f->address);
  aloqa_fake_server_free (f->server);
  aloqa_test_drain ();
  g_assert_finalize_object (f->clock);
}

static void
advance_ms (Fixture *f, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), duration_ms);
}

static gint64
get_next_ms (Fixture *f)
{
  return aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (f->clock));
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

static gboolean
finish_sign_in (Fixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  aloqa_test_wait_until (has_result, &f->result);
  result = g_steal_pointer (&f->result);
  return aloqa_account_sign_in_finish (f->account, result, error);
}

static gboolean
sign_in (Fixture *f, const char *password, GError **error)
{
  aloqa_account_sign_in_async (f->account, "ali", password, NULL, keep_result, &f->result);
  return finish_sign_in (f, error);
}

static gboolean
sign_in_with_token (Fixture *f, const char *token, GError **error)
{
  aloqa_account_sign_in_with_token_async (f->account, token, NULL, keep_result, &f->result);
  return finish_sign_in (f, error);
}

typedef struct {
  Fixture *f;
  guint value;
} Wanted;

static gboolean
is_connection_in_state (gpointer user_data)
{
  Wanted *wanted = user_data;

  return aloqa_connection_get_state (aloqa_account_get_connection (wanted->f->account)) ==
         wanted->value;
}

static void
await_connection (Fixture *f, AloqaConnectionState state)
{
  Wanted wanted = { f, state };

  aloqa_test_wait_until (is_connection_in_state, &wanted);
}

static void
connect_and_await (Fixture *f)
{
  aloqa_connection_set_network_monitor (aloqa_account_get_connection (f->account), NULL);
  aloqa_connection_start (aloqa_account_get_connection (f->account));
  await_connection (f, ALOQA_CONNECTION_REGISTERED);
}

static gboolean
has_renewed (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->f->n_renewed == wanted->value;
}

static void
await_renewed (Fixture *f, guint n_renewed)
{
  Wanted wanted = { f, n_renewed };

  aloqa_test_wait_until (has_renewed, &wanted);
}

static gboolean
is_signed_out (gpointer user_data)
{
  return ((Fixture *) user_data)->signed_out != NULL;
}

static gboolean
has_refreshed (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->f->server->n_refreshes == wanted->value;
}

static void
await_refreshes (Fixture *f, guint n_refreshes)
{
  Wanted wanted = { f, n_refreshes };

  aloqa_test_wait_until (has_refreshed, &wanted);
}

/* Waits until the clock's next timer is due in @next_ms. */
static gboolean
is_next (gpointer user_data)
{
  Wanted *wanted = user_data;

  return get_next_ms (wanted->f) == wanted->value;
}

static void
await_next_ms (Fixture *f, guint next_ms)
{
  Wanted wanted = { f, next_ms };

  aloqa_test_wait_until (is_next, &wanted);
}

static void
test_signs_in_and_connects (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aloqa_account_is_signed_in (f->account));
  g_assert_null (aloqa_account_get_connection (f->account));
  g_assert_true (sign_in (f, "demo", &error));
  g_assert_no_error (error);
  g_assert_true (aloqa_account_is_signed_in (f->account));
  g_assert_cmpstr (aloqa_account_get_user (f->account)->username, ==, "ali");
  g_assert_nonnull (aloqa_account_get_refresh_token (f->account));
  connect_and_await (f);
  g_assert_cmpuint (f->server->n_logins, ==, 1);
}

static void
test_a_failed_sign_in_leaves_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sign_in (f, "wrong", &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_false (aloqa_account_is_signed_in (f->account));
  g_assert_null (aloqa_account_get_user (f->account));
  g_assert_null (aloqa_account_get_refresh_token (f->account));
  g_assert_cmpint (get_next_ms (f), ==, -1);
  /* And may be tried again. */
  g_assert_true (sign_in (f, "demo", NULL));
}

static void
test_signs_in_with_an_access_token (Fixture *f, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (f->server, 3, "access");
  g_autoptr (GError) error = NULL;

  g_assert_true (sign_in_with_token (f, token, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (aloqa_account_get_user (f->account)->username, ==, "vali");
  g_assert_cmpuint (f->server->n_refreshes, ==, 0);
  connect_and_await (f);
}

static void
test_signs_in_with_a_refresh_token (Fixture *f, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (f->server, 3, "refresh");
  g_autoptr (GError) error = NULL;

  g_assert_true (sign_in_with_token (f, token, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (aloqa_account_get_user (f->account)->username, ==, "vali");
  g_assert_cmpuint (f->server->n_refreshes, ==, 1);
  connect_and_await (f);
}

static void
test_refuses_what_is_no_token (Fixture *f, gconstpointer data)
{
  g_autofree char *endless = g_strnfill (100000, 'a');
  const char *const tokens[] = { "", " ", "a b", "a\r\nHost: evil", "\xc3\xbc", endless };

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (sign_in_with_token (f, tokens[i], &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
  }
  g_assert_null (f->server->last_path);
}

static void
test_says_when_a_token_is_not_valid (Fixture *f, gconstpointer data)
{
  const guint refresh_statuses[] = { 0, 500 };

  for (gsize i = 0; i < G_N_ELEMENTS (refresh_statuses); i++) {
    g_autoptr (GError) error = NULL;

    f->server->refresh_status = refresh_statuses[i];
    g_assert_false (sign_in_with_token (f, "stale", &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
    g_assert_false (aloqa_account_is_signed_in (f->account));
  }
}

static void
test_renews_before_the_token_ends (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;

  g_assert_true (sign_in (f, "demo", NULL));
  first = g_strdup (aloqa_account_get_refresh_token (f->account));
  /* 80 % of 30 minutes, give or take the second in which the token was made. */
  g_assert_cmpint (ABS (get_next_ms (f) - 24 * 60 * 1000), <=, 2000);

  advance_ms (f, 24 * 60 * 1000 + 2000);
  await_renewed (f, 1);
  g_assert_cmpuint (f->server->n_refreshes, ==, 1);
  g_assert_cmpuint (f->server->n_logins, ==, 1);
  g_assert_cmpstr (aloqa_account_get_refresh_token (f->account), !=, first);
  g_assert_cmpint (ABS (get_next_ms (f) - 24 * 60 * 1000), <=, 2000);
}

static void
test_a_wrong_clock_changes_nothing (Fixture *f, gconstpointer data)
{
  f->server->clock_ahead_s = -86400;
  g_assert_true (sign_in (f, "demo", NULL));
  g_assert_cmpint (ABS (get_next_ms (f) - 24 * 60 * 1000), <=, 2000);
}

static void
test_a_senseless_life_is_bounded (Fixture *f, gconstpointer data)
{
  const gint64 lives_s[] = { -1000, 0, 1, 100 * 365 * 24 * 3600LL };

  for (gsize i = 0; i < G_N_ELEMENTS (lives_s); i++) {
    g_autoptr (GAsyncResult) result = NULL;

    f->server->token_life_s = lives_s[i];
    g_assert_true (sign_in (f, "demo", NULL));
    g_assert_cmpint (get_next_ms (f), >=, 24 * 1000);
    g_assert_cmpint (get_next_ms (f), <=, 24 * 3600 * 1000);
    aloqa_account_sign_out_async (f->account, NULL, keep_result, &result);
    aloqa_test_wait_until (has_result, &result);
  }
}

static void
test_a_failing_refresh_signs_in_again (Fixture *f, gconstpointer data)
{
  f->server->refresh_status = 500;
  g_assert_true (sign_in (f, "demo", NULL));
  advance_ms (f, 24 * 60 * 1000 + 2000);
  await_refreshes (f, 1);
  await_next_ms (f, 0);
  advance_ms (f, 0);
  await_renewed (f, 1);
  g_assert_cmpuint (f->server->n_logins, ==, 2);
}

/* The existing server fails where one user signs in twice within a second. */
static void
test_two_sign_ins_keep_their_distance (Fixture *f, gconstpointer data)
{
  f->server->refresh_status = 500;
  g_assert_true (sign_in (f, "demo", NULL));
  aloqa_fake_server_expire_tokens (f->server);
  aloqa_connection_set_network_monitor (aloqa_account_get_connection (f->account), NULL);
  aloqa_connection_start (aloqa_account_get_connection (f->account));
  await_connection (f, ALOQA_CONNECTION_TOKEN_REFUSED);
  await_refreshes (f, 1);
  await_next_ms (f, 1100);
  advance_ms (f, 1099);
  aloqa_test_drain ();
  g_assert_cmpuint (f->server->n_logins, ==, 1);
  advance_ms (f, 1);
  await_renewed (f, 1);
  g_assert_cmpuint (f->server->n_logins, ==, 2);
  await_connection (f, ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_refused_token_is_renewed (Fixture *f, gconstpointer data)
{
  g_assert_true (sign_in (f, "demo", NULL));
  connect_and_await (f);

  aloqa_fake_server_close (f->server, 1008);
  await_renewed (f, 1);
  await_connection (f, ALOQA_CONNECTION_REGISTERED);
  g_assert_cmpuint (f->server->n_refreshes, ==, 1);
  g_assert_cmpuint (f->server->n_upgrades, ==, 2);
  g_assert_null (f->signed_out);
}

static void
test_new_tokens_that_are_refused_too_are_not_got_in_a_rush (Fixture *f, gconstpointer data)
{
  gint64 waited_ms = 0;

  f->server->close_code = 1011;
  g_assert_true (sign_in (f, "demo", NULL));
  aloqa_connection_set_network_monitor (aloqa_account_get_connection (f->account), NULL);
  aloqa_connection_start (aloqa_account_get_connection (f->account));
  await_renewed (f, 1);
  for (guint i = 2; i < 10; i++) {
    await_connection (f, ALOQA_CONNECTION_TOKEN_REFUSED);
    waited_ms += get_next_ms (f);
    advance_ms (f, get_next_ms (f));
    await_renewed (f, i);
  }
  g_assert_cmpint (waited_ms, >, 8 * 1000);
  g_assert_null (f->signed_out);

  await_connection (f, ALOQA_CONNECTION_TOKEN_REFUSED);
  f->server->close_code = 0;
  advance_ms (f, get_next_ms (f));
  await_connection (f, ALOQA_CONNECTION_REGISTERED);
}

static void
test_signed_out_when_nothing_helps (Fixture *f, gconstpointer data)
{
  const guint login_statuses[] = { 401, 403 };
  const AloqaSignalingError codes[] = { ALOQA_SIGNALING_ERROR_UNAUTHORIZED,
                                        ALOQA_SIGNALING_ERROR_FORBIDDEN };

  for (gsize i = 0; i < G_N_ELEMENTS (login_statuses); i++) {
    g_autoptr (AloqaConnection) connection = NULL;

    f->server->login_status = 0;
    advance_ms (f, 2000);
    g_assert_true (sign_in (f, "demo", NULL));
    connect_and_await (f);
    connection = g_object_ref (aloqa_account_get_connection (f->account));

    f->server->login_status = login_statuses[i];
    f->server->refresh_status = 401;
    advance_ms (f, 2000);
    aloqa_fake_server_expire_tokens (f->server);
    aloqa_fake_server_close (f->server, 1008);
    await_refreshes (f, f->server->n_refreshes + 1);
    await_next_ms (f, 0);
    advance_ms (f, 0);
    aloqa_test_wait_until (is_signed_out, f);

    g_assert_error (f->signed_out, ALOQA_SIGNALING_ERROR, (int) codes[i]);
    g_clear_error (&f->signed_out);
    g_assert_false (aloqa_account_is_signed_in (f->account));
    g_assert_null (aloqa_account_get_refresh_token (f->account));
    g_assert_cmpint (aloqa_connection_get_state (connection), ==, ALOQA_CONNECTION_STOPPED);
    g_assert_finalize_object (g_steal_pointer (&connection));
  }
}

static void
test_an_access_token_alone_ends_when_it_ends (Fixture *f, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (f->server, 2, "access");

  g_assert_true (sign_in_with_token (f, token, NULL));
  g_assert_cmpint (get_next_ms (f), ==, -1);
  connect_and_await (f);

  /* The fault of a server that still knows it is no reason to end. */
  aloqa_fake_server_close (f->server, 1008);
  await_renewed (f, 1);
  await_connection (f, ALOQA_CONNECTION_REGISTERED);

  aloqa_fake_server_expire_tokens (f->server);
  aloqa_fake_server_close (f->server, 1008);
  aloqa_test_wait_until (is_signed_out, f);
  g_assert_error (f->signed_out, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
}

/* A call may be going on over the open connection. */
static void
test_an_open_connection_outlives_the_renewal (Fixture *f, gconstpointer data)
{
  g_assert_true (sign_in (f, "demo", NULL));
  connect_and_await (f);
  f->server->login_status = 401;
  f->server->refresh_status = 401;

  aloqa_rest_get_me_async (aloqa_account_get_rest (f->account), NULL, keep_result, &f->result);
  aloqa_test_wait_until (has_result, &f->result);
  g_assert_cmpuint (f->server->n_refreshes, ==, 0);
  aloqa_fake_server_expire_tokens (f->server);
  g_clear_object (&f->result);
  advance_ms (f, 500);
  aloqa_rest_get_me_async (aloqa_account_get_rest (f->account), NULL, keep_result, &f->result);
  await_refreshes (f, 1);
  await_next_ms (f, 500);
  advance_ms (f, 600);
  aloqa_test_drain ();
  g_assert_null (f->signed_out);
  g_assert_cmpint (aloqa_connection_get_state (aloqa_account_get_connection (f->account)), ==,
                   ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_refusal_by_http_renews_too (Fixture *f, gconstpointer data)
{
  g_assert_true (sign_in (f, "demo", NULL));
  aloqa_fake_server_answer (f->server, "/api/users/me", 401, "{}");
  aloqa_rest_get_me_async (aloqa_account_get_rest (f->account), NULL, keep_result, &f->result);
  aloqa_test_wait_until (has_result, &f->result);
  await_renewed (f, 1);
  g_assert_cmpuint (f->server->n_refreshes, ==, 1);
}

static void
test_a_server_that_is_away_signs_nobody_out (Fixture *f, gconstpointer data)
{
  g_assert_true (sign_in (f, "demo", NULL));
  connect_and_await (f);
  aloqa_fake_server_stop (f->server);
  await_connection (f, ALOQA_CONNECTION_WAITING);
  for (guint i = 0; i < 60; i++) {
    advance_ms (f, 60 * 1000);
    aloqa_test_drain ();
  }
  g_assert_null (f->signed_out);

  aloqa_fake_server_start_again (f->server);
  aloqa_connection_check_now (aloqa_account_get_connection (f->account));
  advance_ms (f, 1000);
  await_connection (f, ALOQA_CONNECTION_REGISTERED);
}

static void
test_signs_out (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sign_in (f, "demo", NULL));
  connect_and_await (f);
  aloqa_account_sign_out_async (f->account, NULL, keep_result, &f->result);
  g_assert_false (aloqa_account_is_signed_in (f->account));
  g_assert_null (aloqa_account_get_connection (f->account));
  g_assert_null (aloqa_account_get_refresh_token (f->account));
  aloqa_test_wait_until (has_result, &f->result);
  g_assert_true (aloqa_account_sign_out_finish (f->account, f->result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (f->server->n_logouts, ==, 1);
  g_assert_null (f->signed_out);
  g_assert_cmpint (get_next_ms (f), ==, -1);
}

static gboolean
has_login (gpointer user_data)
{
  return ((Fixture *) user_data)->server->n_logins > 0;
}

static void
test_signing_out_ends_a_sign_in (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  aloqa_account_sign_in_async (f->account, "ali", "demo", NULL, keep_result, &f->result);
  aloqa_test_wait_until (has_login, f);
  aloqa_account_sign_out_async (f->account, NULL, keep_result, &result);
  g_assert_false (finish_sign_in (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (aloqa_account_is_signed_in (f->account));
  aloqa_test_wait_until (has_result, &result);
}

static void
test_a_sign_in_can_be_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  aloqa_account_sign_in_async (f->account, "ali", "demo", cancellable, keep_result, &f->result);
  g_cancellable_cancel (cancellable);
  g_assert_false (finish_sign_in (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (aloqa_account_is_signed_in (f->account));
}

/* The tear-down finds what is left behind in each of these. */
static void
test_ends_while_renewing (Fixture *f, gconstpointer data)
{
  g_assert_true (sign_in (f, "demo", NULL));
  aloqa_fake_server_never_answer (f->server, "/api/auth/refresh");
  advance_ms (f, 24 * 60 * 1000 + 2000);
}

static void
test_ends_before_the_next_sign_in (Fixture *f, gconstpointer data)
{
  f->server->refresh_status = 500;
  f->server->close_code = 1011;
  g_assert_true (sign_in (f, "demo", NULL));
  aloqa_connection_start (aloqa_account_get_connection (f->account));
  await_next_ms (f, 1100);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function)                                                                        \
  g_test_add ("/signaling/account/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("signs-in-and-connects", test_signs_in_and_connects);
  ADD ("a-failed-sign-in-leaves-nothing", test_a_failed_sign_in_leaves_nothing);
  ADD ("signs-in-with-an-access-token", test_signs_in_with_an_access_token);
  ADD ("signs-in-with-a-refresh-token", test_signs_in_with_a_refresh_token);
  ADD ("refuses-what-is-no-token", test_refuses_what_is_no_token);
  ADD ("says-when-a-token-is-not-valid", test_says_when_a_token_is_not_valid);
  ADD ("renews-before-the-token-ends", test_renews_before_the_token_ends);
  ADD ("a-wrong-clock-changes-nothing", test_a_wrong_clock_changes_nothing);
  ADD ("a-senseless-life-is-bounded", test_a_senseless_life_is_bounded);
  ADD ("a-failing-refresh-signs-in-again", test_a_failing_refresh_signs_in_again);
  ADD ("two-sign-ins-keep-their-distance", test_two_sign_ins_keep_their_distance);
  ADD ("a-refused-token-is-renewed", test_a_refused_token_is_renewed);
  ADD ("new-tokens-that-are-refused-too-are-not-got-in-a-rush",
       test_new_tokens_that_are_refused_too_are_not_got_in_a_rush);
  ADD ("signed-out-when-nothing-helps", test_signed_out_when_nothing_helps);
  ADD ("an-access-token-alone-ends-when-it-ends", test_an_access_token_alone_ends_when_it_ends);
  ADD ("an-open-connection-outlives-the-renewal", test_an_open_connection_outlives_the_renewal);
  ADD ("a-refusal-by-http-renews-too", test_a_refusal_by_http_renews_too);
  ADD ("a-server-that-is-away-signs-nobody-out", test_a_server_that_is_away_signs_nobody_out);
  ADD ("signs-out", test_signs_out);
  ADD ("signing-out-ends-a-sign-in", test_signing_out_ends_a_sign_in);
  ADD ("a-sign-in-can-be-cancelled", test_a_sign_in_can_be_cancelled);
  ADD ("ends-while-renewing", test_ends_while_renewing);
  ADD ("ends-before-the-next-sign-in", test_ends_before_the_next_sign_in);
  return g_test_run ();
}
