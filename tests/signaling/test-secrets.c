/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "signaling/account.h"
#include "support/support.h"

/* Everything that any library of the process has logged, at every level, before it is redacted. */
static GString *logged;
static GMutex logged_mutex; /* guards logged: name look-up logs from a thread */

static GLogWriterOutput
keep_fields (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_mutex_lock (&logged_mutex);
  for (gsize i = 0; i < n_fields; i++) {
    if (fields[i].length < 0)
      g_string_append_printf (logged, "%s=%s\n", fields[i].key, (const char *) fields[i].value);
  }
  g_mutex_unlock (&logged_mutex);
  return G_LOG_WRITER_HANDLED;
}

static void
assert_logged (const char *text, gboolean is_expected)
{
  g_mutex_lock (&logged_mutex);
  if ((strstr (logged->str, text) != NULL) != is_expected)
    g_error ("“%s” was %s", text, is_expected ? "not logged" : "logged");
  g_mutex_unlock (&logged_mutex);
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
is_registered (gpointer user_data)
{
  return aloqa_connection_get_state (user_data) == ALOQA_CONNECTION_REGISTERED;
}

static gboolean
is_waiting (gpointer user_data)
{
  return aloqa_connection_get_state (user_data) == ALOQA_CONNECTION_WAITING;
}

static void
note_renewed (AloqaAccount *account, gboolean *is_renewed)
{
  *is_renewed = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
sign_in (AloqaAccount *account, const char *password)
{
  g_autoptr (GAsyncResult) result = NULL;

  aloqa_account_sign_in_async (account, "ali", password, NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  aloqa_account_sign_in_finish (account, result, NULL);
}

/* A life with everything in it that carries a secret: HTTP, the URL of a WebSocket, failures. */
static void
live (AloqaFakeServer *server, AloqaAccount *account, AloqaClock *clock)
{
  AloqaConnection *connection;
  gboolean is_renewed = FALSE;

  g_signal_connect (account, "renewed", G_CALLBACK (note_renewed), &is_renewed);
  sign_in (account, "wrong-geheim");
  sign_in (account, "demo");
  connection = aloqa_account_get_connection (account);
  aloqa_connection_set_network_monitor (connection, NULL);
  aloqa_connection_start (connection);
  aloqa_test_wait_until (is_registered, connection);

  aloqa_fake_server_close (server, 1008);
  aloqa_test_wait_until (is_true, &is_renewed);
  aloqa_test_wait_until (is_registered, connection);
  server->upgrade_status = 503;
  aloqa_fake_server_drop (server);
  aloqa_test_wait_until (is_waiting, connection);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 1000);
  aloqa_test_wait_until (is_waiting, connection);
}

static void
test_no_secret_is_ever_logged (void)
{
  g_autoptr (AloqaFakeServer) server = aloqa_fake_server_new (NULL);
  g_autofree char *url = aloqa_fake_server_dup_url (server);
  g_autoptr (AloqaServerAddress) address =
      aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  g_autoptr (AloqaClock) clock = aloqa_fake_clock_new ();
  g_autoptr (AloqaAccount) account = aloqa_account_new (address, NULL, clock);

  live (server, account, clock);

  /* It was listening, to others as well. */
  assert_logged ("GLIB_DOMAIN=aloqa-signaling\n", TRUE);
  assert_logged ("GLIB_DOMAIN=libsoup\n", TRUE);
  assert_logged ("connection: connecting → registered", TRUE);
  /* The fake server makes tokens that look like real ones. */
  g_assert_cmpuint (server->n_tokens, >=, 4);
  assert_logged ("eyJ", FALSE);
  assert_logged ("signature", FALSE);
  assert_logged ("token=", FALSE);
  assert_logged ("geheim", FALSE);
  assert_logged ("demo", FALSE);
}

int
main (int argc, char **argv)
{
  int status;

  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  logged = g_string_new (NULL);
  aloqa_test_init (&argc, &argv);
  g_log_set_writer_func (keep_fields, NULL, NULL);
  /* That of the test framework would come before the writer. */
  g_log_set_default_handler (g_log_default_handler, NULL);
  g_test_add_func ("/signaling/secrets/no-secret-is-ever-logged", test_no_secret_is_ever_logged);
  status = g_test_run ();
  g_string_free (logged, TRUE);
  return status;
}
