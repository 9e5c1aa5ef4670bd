/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/account-rig.h"

static void
test_signs_in_and_connects (AccountRig *rig, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aloqa_account_is_signed_in (rig->account));
  g_assert_null (aloqa_account_get_connection (rig->account));
  g_assert_true (account_rig_sign_in (rig, "demo", &error));
  g_assert_no_error (error);
  g_assert_true (aloqa_account_is_signed_in (rig->account));
  g_assert_cmpstr (aloqa_account_get_user (rig->account)->username, ==, "ali");
  g_assert_nonnull (aloqa_account_get_refresh_token (rig->account));
  account_rig_connect (rig);
  g_assert_cmpuint (rig->server->n_logins, ==, 1);
}

static void
test_a_failed_sign_in_leaves_nothing (AccountRig *rig, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (account_rig_sign_in (rig, "wrong", &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_false (aloqa_account_is_signed_in (rig->account));
  g_assert_null (aloqa_account_get_user (rig->account));
  g_assert_null (aloqa_account_get_refresh_token (rig->account));
  g_assert_cmpint (account_rig_get_next_ms (rig), ==, -1);
  /* And may be tried again. */
  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
}

static void
test_signs_in_with_an_access_token (AccountRig *rig, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (rig->server, 3, "access");
  g_autoptr (GError) error = NULL;

  g_assert_true (account_rig_sign_in_with_token (rig, token, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (aloqa_account_get_user (rig->account)->username, ==, "vali");
  g_assert_cmpuint (rig->server->n_refreshes, ==, 0);
  account_rig_connect (rig);
}

static void
test_signs_in_with_a_refresh_token (AccountRig *rig, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (rig->server, 3, "refresh");
  g_autoptr (GError) error = NULL;

  g_assert_true (account_rig_sign_in_with_token (rig, token, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (aloqa_account_get_user (rig->account)->username, ==, "vali");
  g_assert_cmpuint (rig->server->n_refreshes, ==, 1);
  account_rig_connect (rig);
}

static void
test_refuses_what_is_no_token (AccountRig *rig, gconstpointer data)
{
  g_autofree char *endless = g_strnfill (100000, 'a');
  const char *const tokens[] = { "", " ", "a b", "a\r\nHost: evil", "\xc3\xbc", endless };

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (account_rig_sign_in_with_token (rig, tokens[i], &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
  }
  g_assert_null (rig->server->last_path);
}

static void
test_says_when_a_token_is_not_valid (AccountRig *rig, gconstpointer data)
{
  static const struct {
    guint me_status, refresh_status; /* 0: what it answers by itself */
    AloqaSignalingError code;
  } rows[] = {
    { 0, 0, ALOQA_SIGNALING_ERROR_UNAUTHORIZED },
    { 0, 401, ALOQA_SIGNALING_ERROR_UNAUTHORIZED },
    { 0, 403, ALOQA_SIGNALING_ERROR_FORBIDDEN },
    { 403, 0, ALOQA_SIGNALING_ERROR_FORBIDDEN },
    /* These say nothing about the token. */
    { 0, 500, ALOQA_SIGNALING_ERROR_SERVER_FAILED },
    { 0, 503, ALOQA_SIGNALING_ERROR_SERVER_FAILED },
    { 0, 429, ALOQA_SIGNALING_ERROR_RATE_LIMITED },
    { 403, 502, ALOQA_SIGNALING_ERROR_SERVER_FAILED },
    { 500, 0, ALOQA_SIGNALING_ERROR_SERVER_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("me %u, refresh %u", rows[i].me_status, rows[i].refresh_status);
    aloqa_fake_server_answer (rig->server, "/api/users/me",
                              rows[i].me_status != 0 ? rows[i].me_status : 401, "{}");
    rig->server->refresh_status = rows[i].refresh_status;
    g_assert_false (account_rig_sign_in_with_token (rig, "stale", &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, (int) rows[i].code);
    g_assert_false (aloqa_account_is_signed_in (rig->account));
  }
}

static gboolean
is_refresh_asked (gpointer user_data)
{
  return g_strcmp0 (((AccountRig *) user_data)->server->last_path, "/api/auth/refresh") == 0;
}

/* The answer that the refresh token is no access token is there already. */
static void
test_a_network_lost_before_the_refresh_is_told_as_such (AccountRig *rig, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (rig->server, 3, "refresh");
  g_autoptr (GError) error = NULL;

  aloqa_fake_server_never_answer (rig->server, "/api/auth/refresh");
  aloqa_account_sign_in_with_token_async (rig->account, token, NULL, account_rig_keep_result,
                                          &rig->result);
  aloqa_test_wait_until (is_refresh_asked, rig);
  account_rig_advance_ms (rig, 10000);
  g_assert_false (account_rig_finish_sign_in (rig, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE);
}

static void
test_signs_out (AccountRig *rig, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (account_rig_sign_in (rig, "demo", NULL));
  account_rig_connect (rig);
  aloqa_account_sign_out_async (rig->account, NULL, account_rig_keep_result, &rig->result);
  g_assert_false (aloqa_account_is_signed_in (rig->account));
  g_assert_null (aloqa_account_get_connection (rig->account));
  g_assert_null (aloqa_account_get_refresh_token (rig->account));
  aloqa_test_wait_until (account_rig_has_result, &rig->result);
  g_assert_true (aloqa_account_sign_out_finish (rig->account, rig->result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rig->server->n_logouts, ==, 1);
  g_assert_null (rig->signed_out);
  g_assert_cmpint (account_rig_get_next_ms (rig), ==, -1);
}

static gboolean
has_login (gpointer user_data)
{
  return ((AccountRig *) user_data)->server->n_logins > 0;
}

static void
test_signing_out_ends_a_sign_in (AccountRig *rig, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  aloqa_account_sign_in_async (rig->account, "ali", "demo", NULL, account_rig_keep_result,
                               &rig->result);
  aloqa_test_wait_until (has_login, rig);
  aloqa_account_sign_out_async (rig->account, NULL, account_rig_keep_result, &result);
  g_assert_false (account_rig_finish_sign_in (rig, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (aloqa_account_is_signed_in (rig->account));
  aloqa_test_wait_until (account_rig_has_result, &result);
}

static void
test_a_sign_in_can_be_cancelled (AccountRig *rig, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  aloqa_account_sign_in_async (rig->account, "ali", "demo", cancellable, account_rig_keep_result,
                               &rig->result);
  g_cancellable_cancel (cancellable);
  g_assert_false (account_rig_finish_sign_in (rig, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (aloqa_account_is_signed_in (rig->account));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function)                                                                        \
  g_test_add ("/signaling/account/" name, AccountRig, NULL, account_rig_set_up, function,          \
              account_rig_tear_down)
  ADD ("signs-in-and-connects", test_signs_in_and_connects);
  ADD ("a-failed-sign-in-leaves-nothing", test_a_failed_sign_in_leaves_nothing);
  ADD ("signs-in-with-an-access-token", test_signs_in_with_an_access_token);
  ADD ("signs-in-with-a-refresh-token", test_signs_in_with_a_refresh_token);
  ADD ("refuses-what-is-no-token", test_refuses_what_is_no_token);
  ADD ("says-when-a-token-is-not-valid", test_says_when_a_token_is_not_valid);
  ADD ("a-network-lost-before-the-refresh-is-told-as-such",
       test_a_network_lost_before_the_refresh_is_told_as_such);
  ADD ("signs-out", test_signs_out);
  ADD ("signing-out-ends-a-sign-in", test_signing_out_ends_a_sign_in);
  ADD ("a-sign-in-can-be-cancelled", test_a_sign_in_can_be_cancelled);
  return g_test_run ();
}
