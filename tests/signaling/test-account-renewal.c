/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/account-rig.h"

static void
test_renews_before_the_token_ends (AccountRig *rig, gconstpointer data)
{
  g_autofree char *first = NULL;

  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  first = g_strdup (aloqa_account_get_refresh_token (rig->account));
  /* 80 % of 30 minutes, give or take the second in which the token was made. */
  g_assert_cmpint (ABS (account_rig_get_next_ms (rig) - 24 * 60 * 1000), <=, 2000);

  account_rig_advance_ms (rig, 24 * 60 * 1000 + 2000);
  account_rig_await_renewals (rig, 1);
  g_assert_cmpuint (rig->server->n_refreshes, ==, 1);
  g_assert_cmpuint (rig->server->n_logins, ==, 1);
  g_assert_cmpstr (aloqa_account_get_refresh_token (rig->account), !=, first);
  g_assert_cmpint (ABS (account_rig_get_next_ms (rig) - 24 * 60 * 1000), <=, 2000);
}

static void
test_a_wrong_clock_changes_nothing (AccountRig *rig, gconstpointer data)
{
  rig->server->clock_ahead_s = -86400;
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  g_assert_cmpint (ABS (account_rig_get_next_ms (rig) - 24 * 60 * 1000), <=, 2000);
}

static void
test_a_senseless_life_is_bounded (AccountRig *rig, gconstpointer data)
{
  const gint64 lives_s[] = { -1000, 0, 1, 100 * 365 * 24 * 3600LL };

  for (gsize i = 0; i < G_N_ELEMENTS (lives_s); i++) {
    g_autoptr (GAsyncResult) result = NULL;

    rig->server->token_life_s = lives_s[i];
    g_assert_true (account_rig_sign_in (rig, "demo", NULL));
    g_assert_cmpint (account_rig_get_next_ms (rig), >=, 24 * 1000);
    g_assert_cmpint (account_rig_get_next_ms (rig), <=, 24 * 3600 * 1000);
    aloqa_account_sign_out_async (rig->account, NULL, account_rig_keep_result, &result);
    aloqa_test_wait_until (account_rig_has_result, &result);
  }
}

static void
test_a_failing_refresh_signs_in_again (AccountRig *rig, gconstpointer data)
{
  rig->server->refresh_status = 500;
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  account_rig_advance_ms (rig, 24 * 60 * 1000 + 2000);
  account_rig_await_refreshes (rig, 1);
  account_rig_await_next_ms (rig, 0);
  account_rig_advance_ms (rig, 0);
  account_rig_await_renewals (rig, 1);
  g_assert_cmpuint (rig->server->n_logins, ==, 2);
}

/* The existing server fails where one user signs in twice within a second. */
static void
test_two_sign_ins_keep_their_distance (AccountRig *rig, gconstpointer data)
{
  rig->server->refresh_status = 500;
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  aloqa_fake_server_expire_tokens (rig->server);
  account_rig_start (rig);
  account_rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
  account_rig_await_refreshes (rig, 1);
  account_rig_await_next_ms (rig, 1100);
  account_rig_advance_ms (rig, 1099);
  aloqa_test_drain ();
  g_assert_cmpuint (rig->server->n_logins, ==, 1);
  account_rig_advance_ms (rig, 1);
  account_rig_await_renewals (rig, 1);
  g_assert_cmpuint (rig->server->n_logins, ==, 2);
  account_rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_refused_token_is_renewed (AccountRig *rig, gconstpointer data)
{
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  account_rig_connect (rig);

  aloqa_fake_server_close (rig->server, 1008);
  account_rig_await_renewals (rig, 1);
  account_rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  g_assert_cmpuint (rig->server->n_refreshes, ==, 1);
  g_assert_cmpuint (rig->server->n_upgrades, ==, 2);
  g_assert_null (rig->signed_out);
}

static void
test_new_tokens_that_are_refused_too_are_not_got_in_a_rush (AccountRig *rig, gconstpointer data)
{
  gint64 waited_ms = 0;

  rig->server->close_code = 1011;
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  account_rig_start (rig);
  account_rig_await_renewals (rig, 1);
  for (guint i = 2; i < 10; i++) {
    account_rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
    waited_ms += account_rig_get_next_ms (rig);
    account_rig_advance_ms (rig, account_rig_get_next_ms (rig));
    account_rig_await_renewals (rig, i);
  }
  g_assert_cmpint (waited_ms, >, 8 * 1000);
  g_assert_null (rig->signed_out);

  account_rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
  rig->server->close_code = 0;
  account_rig_advance_ms (rig, account_rig_get_next_ms (rig));
  account_rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static void
test_signed_out_when_nothing_helps (AccountRig *rig, gconstpointer data)
{
  const guint login_statuses[] = { 401, 403 };
  const AloqaSignalingError codes[] = { ALOQA_SIGNALING_ERROR_UNAUTHORIZED,
                                        ALOQA_SIGNALING_ERROR_FORBIDDEN };

  for (gsize i = 0; i < G_N_ELEMENTS (login_statuses); i++) {
    g_autoptr (AloqaConnection) connection = NULL;

    rig->server->login_status = 0;
    account_rig_advance_ms (rig, 2000);
    g_assert_true (account_rig_sign_in (rig, "demo", NULL));
    account_rig_connect (rig);
    connection = g_object_ref (aloqa_account_get_connection (rig->account));

    rig->server->login_status = login_statuses[i];
    rig->server->refresh_status = 401;
    account_rig_advance_ms (rig, 2000);
    aloqa_fake_server_expire_tokens (rig->server);
    aloqa_fake_server_close (rig->server, 1008);
    account_rig_await_refreshes (rig, rig->server->n_refreshes + 1);
    account_rig_await_next_ms (rig, 0);
    account_rig_advance_ms (rig, 0);
    account_rig_await_end (rig);

    g_assert_error (rig->signed_out, ALOQA_SIGNALING_ERROR, (int) codes[i]);
    g_clear_error (&rig->signed_out);
    g_assert_false (aloqa_account_is_signed_in (rig->account));
    g_assert_null (aloqa_account_get_refresh_token (rig->account));
    g_assert_cmpint (aloqa_connection_get_state (connection), ==, ALOQA_CONNECTION_STOPPED);
    g_assert_finalize_object (g_steal_pointer (&connection));
  }
}

static void
test_an_access_token_alone_ends_when_it_ends (AccountRig *rig, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (rig->server, 2, "access");

  g_assert_true (account_rig_sign_in_with_token (rig, token, NULL));
  g_assert_cmpint (account_rig_get_next_ms (rig), ==, -1);
  account_rig_connect (rig);

  /* The fault of a server that still knows it is no reason to end. */
  aloqa_fake_server_close (rig->server, 1008);
  account_rig_await_renewals (rig, 1);
  account_rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);

  aloqa_fake_server_expire_tokens (rig->server);
  aloqa_fake_server_close (rig->server, 1008);
  account_rig_await_end (rig);
  g_assert_error (rig->signed_out, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
}

/* The probe's timer is left, and none of a request. */
static gboolean
has_failed_to_log_in (gpointer user_data)
{
  AccountRig *rig = user_data;

  return rig->server->n_logins == 2 &&
         aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (rig->clock)) == 1;
}

/* A call may be going on over it. */
static void
test_an_open_connection_outlives_the_renewal (AccountRig *rig, gconstpointer data)
{
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  account_rig_connect (rig);
  rig->server->login_status = 401;
  rig->server->refresh_status = 401;
  aloqa_fake_server_expire_tokens (rig->server);

  account_rig_advance_ms (rig, 1000);
  account_rig_await_next_ms (rig, 15000);
  aloqa_rest_get_me_async (aloqa_account_get_rest (rig->account), NULL, account_rig_keep_result,
                           &rig->result);
  account_rig_await_next_ms (rig, 100);
  account_rig_advance_ms (rig, 100);
  aloqa_test_wait_until (has_failed_to_log_in, rig);
  aloqa_test_drain ();
  g_assert_null (rig->signed_out);
  g_assert_cmpint (aloqa_connection_get_state (aloqa_account_get_connection (rig->account)), ==,
                   ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_refusal_by_http_renews_too (AccountRig *rig, gconstpointer data)
{
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  aloqa_fake_server_answer (rig->server, "/api/users/me", 401, "{}");
  aloqa_rest_get_me_async (aloqa_account_get_rest (rig->account), NULL, account_rig_keep_result,
                           &rig->result);
  aloqa_test_wait_until (account_rig_has_result, &rig->result);
  account_rig_await_renewals (rig, 1);
  g_assert_cmpuint (rig->server->n_refreshes, ==, 1);
}

static void
be_refused_by_http (AccountRig *rig)
{
  g_clear_object (&rig->result);
  aloqa_rest_get_me_async (aloqa_account_get_rest (rig->account), NULL, account_rig_keep_result,
                           &rig->result);
  aloqa_test_wait_until (account_rig_has_result, &rig->result);
}

static void
test_refusals_do_not_put_off_the_next_try (AccountRig *rig, gconstpointer data)
{
  gint64 next_ms;

  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  aloqa_fake_server_answer (rig->server, "/api/users/me", 401, "{}");
  be_refused_by_http (rig);
  account_rig_await_renewals (rig, 1);

  be_refused_by_http (rig);
  next_ms = account_rig_get_next_ms (rig);
  for (guint i = 0; i < 10; i++) {
    be_refused_by_http (rig);
    g_assert_cmpint (account_rig_get_next_ms (rig), <=, next_ms);
    next_ms = account_rig_get_next_ms (rig);
  }
  account_rig_advance_ms (rig, next_ms);
  account_rig_await_renewals (rig, 2);
}

static void
test_a_server_that_is_away_signs_nobody_out (AccountRig *rig, gconstpointer data)
{
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  account_rig_connect (rig);
  aloqa_fake_server_stop (rig->server);
  account_rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  for (guint i = 0; i < 60; i++) {
    account_rig_advance_ms (rig, 60 * 1000);
    aloqa_test_drain ();
  }
  g_assert_null (rig->signed_out);

  aloqa_fake_server_start_again (rig->server);
  aloqa_connection_check_now (aloqa_account_get_connection (rig->account));
  account_rig_advance_ms (rig, 1000);
  account_rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

/* The tear-down finds what is left behind in each of these. */
static void
test_ends_while_renewing (AccountRig *rig, gconstpointer data)
{
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  aloqa_fake_server_never_answer (rig->server, "/api/auth/refresh");
  account_rig_advance_ms (rig, 24 * 60 * 1000 + 2000);
}

static void
test_ends_before_the_next_sign_in (AccountRig *rig, gconstpointer data)
{
  rig->server->refresh_status = 500;
  rig->server->close_code = 1011;
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  account_rig_start (rig);
  account_rig_await_next_ms (rig, 1100);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function)                                                                        \
  g_test_add ("/signaling/account-renewal/" name, AccountRig, NULL, account_rig_set_up, function,  \
              account_rig_tear_down)
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
  ADD ("refusals-do-not-put-off-the-next-try", test_refusals_do_not_put_off_the_next_try);
  ADD ("a-server-that-is-away-signs-nobody-out", test_a_server_that_is_away_signs_nobody_out);
  ADD ("ends-while-renewing", test_ends_while_renewing);
  ADD ("ends-before-the-next-sign-in", test_ends_before_the_next_sign_in);
  return g_test_run ();
}
