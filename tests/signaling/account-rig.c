/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/account-rig.h"

typedef struct {
  AccountRig *rig;
  gint64 value;
} Wanted;

static void
note_signed_out (AloqaAccount *account, const GError *error, AccountRig *rig)
{
  g_clear_error (&rig->signed_out);
  rig->signed_out = g_error_copy (error);
}

static void
note_renewed (AloqaAccount *account, AccountRig *rig)
{
  rig->n_renewed++;
}

void
account_rig_set_up (AccountRig *rig, gconstpointer data)
{
  g_autofree char *url = NULL;

  rig->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (rig->server);
  rig->address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  rig->clock = aloqa_fake_clock_new ();
  rig->account = aloqa_account_new (rig->address, NULL, rig->clock);
  g_signal_connect (rig->account, "signed-out", G_CALLBACK (note_signed_out), rig);
  g_signal_connect (rig->account, "renewed", G_CALLBACK (note_renewed), rig);
}

/* Whatever the test did, nothing is left of the account: no reference, no timer. */
void
account_rig_tear_down (AccountRig *rig, gconstpointer data)
{
  g_clear_object (&rig->result);
  g_assert_finalize_object (rig->account);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (rig->clock)), ==, 0);
  g_clear_error (&rig->signed_out);
  aloqa_server_address_unref (rig->address);
  aloqa_fake_server_free (rig->server);
  aloqa_test_drain ();
  g_assert_finalize_object (rig->clock);
}

void
account_rig_advance_ms (AccountRig *rig, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (rig->clock), duration_ms);
}

gint64
account_rig_get_next_ms (AccountRig *rig)
{
  return aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (rig->clock));
}

void
account_rig_keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

gboolean
account_rig_has_result (gpointer user_data)
{
  return *(GAsyncResult **) user_data != NULL;
}

gboolean
account_rig_finish_sign_in (AccountRig *rig, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  aloqa_test_wait_until (account_rig_has_result, &rig->result);
  result = g_steal_pointer (&rig->result);
  return aloqa_account_sign_in_finish (rig->account, result, error);
}

/* As user "ali", whose password is "demo". */
gboolean
account_rig_sign_in (AccountRig *rig, const char *password, GError **error)
{
  aloqa_account_sign_in_async (rig->account, "ali", password, NULL, account_rig_keep_result,
                               &rig->result);
  return account_rig_finish_sign_in (rig, error);
}

gboolean
account_rig_sign_in_with_token (AccountRig *rig, const char *token, GError **error)
{
  aloqa_account_sign_in_with_token_async (rig->account, token, NULL, account_rig_keep_result,
                                          &rig->result);
  return account_rig_finish_sign_in (rig, error);
}

void
account_rig_start (AccountRig *rig)
{
  aloqa_connection_set_network_monitor (aloqa_account_get_connection (rig->account), NULL);
  aloqa_connection_start (aloqa_account_get_connection (rig->account));
}

void
account_rig_connect (AccountRig *rig)
{
  account_rig_start (rig);
  account_rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static gboolean
is_in_state (gpointer user_data)
{
  Wanted *wanted = user_data;

  return aloqa_connection_get_state (aloqa_account_get_connection (wanted->rig->account)) ==
         (AloqaConnectionState) wanted->value;
}

void
account_rig_await_state (AccountRig *rig, AloqaConnectionState state)
{
  Wanted wanted = { rig, state };

  aloqa_test_wait_until (is_in_state, &wanted);
}

static gboolean
has_renewals (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->n_renewed == wanted->value;
}

void
account_rig_await_renewals (AccountRig *rig, guint n_renewals)
{
  Wanted wanted = { rig, n_renewals };

  aloqa_test_wait_until (has_renewals, &wanted);
}

static gboolean
has_refreshes (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->server->n_refreshes == wanted->value;
}

void
account_rig_await_refreshes (AccountRig *rig, guint n_refreshes)
{
  Wanted wanted = { rig, n_refreshes };

  aloqa_test_wait_until (has_refreshes, &wanted);
}

static gboolean
is_next (gpointer user_data)
{
  Wanted *wanted = user_data;

  return account_rig_get_next_ms (wanted->rig) == wanted->value;
}

void
account_rig_await_next_ms (AccountRig *rig, gint64 next_ms)
{
  Wanted wanted = { rig, next_ms };

  aloqa_test_wait_until (is_next, &wanted);
}

static gboolean
is_signed_out (gpointer user_data)
{
  return ((AccountRig *) user_data)->signed_out != NULL;
}

/* Of the sign-in, by the server's will. */
void
account_rig_await_end (AccountRig *rig)
{
  aloqa_test_wait_until (is_signed_out, rig);
}
