/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor.h"

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "support/support.h"

/* A doctor for a machine without devices, with a server that does what it is told. */
typedef struct {
  AloqaFakeServer *server;
  AloqaServerAddress *address;
  AloqaClock *clock;
  AloqaMediaSettings *settings;
  AloqaAccount *account;
  AloqaDoctor *doctor;
  GCancellable *cancellable;
  GPtrArray *checked; /* of AloqaDoctorCheck, in order */

  gboolean is_over;
  gboolean is_healthy;
  GError *error;
} Fixture;

static void
set_string (char **value, const char *text)
{
  g_free (*value);
  *value = g_strdup (text);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *url = NULL;

  self->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (self->server);
  self->address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  self->clock = aloqa_fake_clock_new ();
  self->cancellable = g_cancellable_new ();
  self->settings = aloqa_media_settings_new ();
  set_string (&self->settings->video_source, "test");
  set_string (&self->settings->audio_source, "none");
  set_string (&self->settings->audio_sink, "null");
  self->account = aloqa_account_new (self->address, NULL, self->clock);
  self->checked = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->doctor != NULL)
    g_assert_finalize_object (self->doctor);
  g_assert_finalize_object (self->account);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (self->clock)), ==, 0);
  g_clear_error (&self->error);
  g_ptr_array_unref (self->checked);
  g_object_unref (self->cancellable);
  aloqa_media_settings_free (self->settings);
  aloqa_server_address_unref (self->address);
  aloqa_fake_server_free (self->server);
  aloqa_test_drain ();
  g_assert_finalize_object (self->clock);
}

static void
checked_cb (AloqaDoctor *doctor, AloqaDoctorCheck *check, Fixture *self)
{
  g_ptr_array_add (self->checked, g_object_ref (check));
}

static void
run_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  aloqa_doctor_run_finish (ALOQA_DOCTOR (source), result, &self->is_healthy, &self->error);
  self->is_over = TRUE;
}

/* No server but those of the list, none at first. */
static void
make_doctor (Fixture *self)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new ();

  self->doctor = aloqa_doctor_new (self->account, NULL, self->clock, self->settings);
  aloqa_doctor_set_password (self->doctor, "ali", "demo");
  aloqa_doctor_set_ice_servers (self->doctor, servers);
  g_signal_connect (self->doctor, "checked", G_CALLBACK (checked_cb), self);
}

static void
begin (Fixture *self)
{
  aloqa_doctor_run_async (self->doctor, self->cancellable, run_cb, self);
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

static gboolean
is_registered (gpointer user_data)
{
  Fixture *self = user_data;
  AloqaConnection *connection = aloqa_account_get_connection (self->account);

  return connection != NULL &&
         aloqa_connection_get_state (connection) == ALOQA_CONNECTION_REGISTERED;
}

static void
advance_ms (Fixture *self, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), duration_ms);
}

/* The first probe goes out a second after the registration. */
static void
run_registering (Fixture *self)
{
  begin (self);
  aloqa_test_wait_until (is_registered, self);
  advance_ms (self, 1000);
  aloqa_test_wait_until (is_over, self);
  g_assert_no_error (self->error);
}

static void
run (Fixture *self)
{
  begin (self);
  aloqa_test_wait_until (is_over, self);
  g_assert_no_error (self->error);
}

static char
get_letter (AloqaDoctorCheck *check)
{
  static const char letters[] = {
    [ALOQA_DOCTOR_RUNNING] = 'R',        [ALOQA_DOCTOR_OK] = 'O',
    [ALOQA_DOCTOR_FAILED] = 'F',         [ALOQA_DOCTOR_SKIPPED] = 'S',
    [ALOQA_DOCTOR_NOT_APPLICABLE] = 'N',
  };

  return letters[aloqa_doctor_check_get_state (check)];
}

static AloqaDoctorCheck *
find (Fixture *self, const char *id)
{
  for (guint i = 0; i < self->checked->len; i++)
    if (g_str_equal (aloqa_doctor_check_get_id (self->checked->pdata[i]), id))
      return self->checked->pdata[i];
  g_error ("%s was not checked", id);
}

/* Each with a finding, each failure with a remedy, and the list holds what was told. */
static void
assert_complete (Fixture *self)
{
  GListModel *list = aloqa_doctor_get_checks (self->doctor);
  gboolean has_failure = FALSE;

  g_assert_cmpuint (g_list_model_get_n_items (list), ==, self->checked->len);
  for (guint i = 0; i < self->checked->len; i++) {
    AloqaDoctorCheck *check = self->checked->pdata[i];
    g_autoptr (AloqaDoctorCheck) listed = g_list_model_get_item (list, i);

    g_assert_true (listed == check);
    g_assert_nonnull (aloqa_doctor_check_get_title (check));
    g_assert_true (g_str_has_suffix (aloqa_doctor_check_get_finding (check), "."));
    if (aloqa_doctor_check_get_state (check) == ALOQA_DOCTOR_FAILED) {
      has_failure = TRUE;
      g_assert_true (g_str_has_suffix (aloqa_doctor_check_get_remedy (check), "."));
    }
  }
  g_assert_cmpint (self->is_healthy, ==, !has_failure);
}

/* @wanted: such as "server=O sign-in=F", all of them in order */
static void
assert_checks (Fixture *self, const char *wanted)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < self->checked->len; i++)
    g_string_append_printf (found, "%s%s=%c", i > 0 ? " " : "",
                            aloqa_doctor_check_get_id (self->checked->pdata[i]),
                            get_letter (self->checked->pdata[i]));
  g_assert_cmpstr (found->str, ==, wanted);
  assert_complete (self);
}

#define SYSTEM_CHECKS " camera=N microphone=N speaker=N portal=N codecs=O"

static void
test_healthy (Fixture *self, gconstpointer data)
{
  make_doctor (self);
  run_registering (self);
  assert_checks (self, "server=O sign-in=O websocket=O ice=N" SYSTEM_CHECKS);
  g_assert_cmpuint (self->server->n_probes, ==, 1);
}

static void
test_token (Fixture *self, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (self->server, 3, "access");

  make_doctor (self);
  aloqa_doctor_set_token (self->doctor, token);
  run_registering (self);
  g_assert_cmpstr (aloqa_doctor_check_get_finding (find (self, "sign-in")), ==,
                   "Signed in as vali.");
  g_assert_cmpuint (self->server->n_logins, ==, 0);
}

static void
test_wrong_password (Fixture *self, gconstpointer data)
{
  make_doctor (self);
  aloqa_doctor_set_password (self->doctor, "ali", "wrong");
  run (self);
  assert_checks (self, "server=O sign-in=F websocket=S ice=N" SYSTEM_CHECKS);
  g_assert_cmpuint (self->server->n_upgrades, ==, 0);
}

static void
test_nobody (Fixture *self, gconstpointer data)
{
  make_doctor (self);
  aloqa_doctor_set_password (self->doctor, NULL, NULL);
  run (self);
  assert_checks (self, "server=O sign-in=F websocket=S ice=N" SYSTEM_CHECKS);
}

static void
test_no_server (Fixture *self, gconstpointer data)
{
  aloqa_fake_server_stop (self->server);
  make_doctor (self);
  run (self);
  assert_checks (self, "server=F sign-in=S websocket=S ice=N" SYSTEM_CHECKS);
}

static void
test_no_account (Fixture *self, gconstpointer data)
{
  self->doctor = aloqa_doctor_new (NULL, NULL, self->clock, self->settings);
  g_signal_connect (self->doctor, "checked", G_CALLBACK (checked_cb), self);
  run (self);
  assert_checks (self, "server=F sign-in=S websocket=S ice=S" SYSTEM_CHECKS);
}

/* A failure that the server explains is told in two parts. */
static void
test_finding_and_remedy (Fixture *self, gconstpointer data)
{
  aloqa_fake_server_answer (self->server, "/api/health", 500,
                            "{\"detail\":\"No disk. No database\"}");
  make_doctor (self);
  run (self);
  g_assert_cmpstr (aloqa_doctor_check_get_finding (find (self, "server")), ==,
                   "localhost has a fault of its own (500: No disk. No database).");
  g_assert_cmpstr (aloqa_doctor_check_get_remedy (find (self, "server")), ==, "Try again later.");
}

/* The WebSocket. */

/* As on a connection that is half open: the registration holds, and nothing arrives. */
static void
test_deaf (Fixture *self, gconstpointer data)
{
  self->server->is_deaf = TRUE;
  make_doctor (self);
  begin (self);
  aloqa_test_wait_until (is_registered, self);
  advance_ms (self, 1000);
  aloqa_test_drain ();
  g_assert_cmpuint (self->checked->len, ==, 2);
  advance_ms (self, 5000);
  aloqa_test_wait_until (is_over, self);
  assert_checks (self, "server=O sign-in=O websocket=F ice=N" SYSTEM_CHECKS);
}

static gboolean
has_upgraded (gpointer user_data)
{
  return ((Fixture *) user_data)->server->n_upgrades > 0;
}

static void
test_silent (Fixture *self, gconstpointer data)
{
  self->server->is_silent = TRUE;
  make_doctor (self);
  begin (self);
  aloqa_test_wait_until (has_upgraded, self);
  advance_ms (self, 15000);
  aloqa_test_wait_until (is_over, self);
  assert_checks (self, "server=O sign-in=O websocket=F ice=N" SYSTEM_CHECKS);
}

static void
test_upgrade_refused (Fixture *self, gconstpointer data)
{
  self->server->upgrade_status = 502;
  make_doctor (self);
  run (self);
  assert_checks (self, "server=O sign-in=O websocket=F ice=N" SYSTEM_CHECKS);
}

/* It is not the password that is wrong then. */
static void
assert_signed_out (Fixture *self, const char *id)
{
  AloqaDoctorCheck *check = find (self, id);

  g_assert_cmpint (aloqa_doctor_check_get_state (check), ==, ALOQA_DOCTOR_FAILED);
  g_assert_cmpstr (aloqa_doctor_check_get_finding (check), ==, "The server has ended the sign-in.");
  g_assert_cmpstr (aloqa_doctor_check_get_remedy (check), ==, "Sign in again.");
}

static gboolean
is_refused (gpointer user_data)
{
  AloqaConnection *connection = aloqa_account_get_connection (((Fixture *) user_data)->account);

  return connection != NULL && aloqa_connection_get_error (connection) != NULL;
}

static void
test_sign_in_ends (Fixture *self, gconstpointer data)
{
  self->server->upgrade_status = 401;
  aloqa_fake_server_answer (self->server, "/api/ice", 401, "{}");
  make_doctor (self);
  aloqa_doctor_set_ice_servers (self->doctor, NULL);
  begin (self);
  aloqa_test_wait_until (is_refused, self);
  advance_ms (self, 22000);
  aloqa_test_wait_until (is_over, self);
  assert_signed_out (self, "websocket");
  assert_signed_out (self, "ice");
}

/* The application's own connection is proven as it is, and stays. */
static void
test_live_connection (Fixture *self, gconstpointer data)
{
  g_autofree char *token = aloqa_fake_server_make_token (self->server, 2, "access");

  make_doctor (self);
  aloqa_doctor_set_token (self->doctor, token);
  run_registering (self);
  g_assert_finalize_object (self->doctor);
  g_ptr_array_set_size (self->checked, 0);
  self->is_over = FALSE;

  make_doctor (self);
  begin (self);
  aloqa_test_wait_until (has_upgraded, self);
  while (self->checked->len < 2)
    g_main_context_iteration (NULL, TRUE);
  advance_ms (self, 250);
  aloqa_test_wait_until (is_over, self);
  assert_checks (self, "server=O sign-in=O websocket=O ice=N" SYSTEM_CHECKS);
  g_assert_cmpuint (self->server->n_upgrades, ==, 1);
  g_assert_cmpuint (self->server->n_probes, ==, 2);
}

/* STUN and TURN. */

static char *
make_dead_list (guint n_servers)
{
  GString *list = g_string_new ("{\"ice_servers\":[");

  for (guint i = 0; i < n_servers; i++)
    g_string_append_printf (list, "%s{\"urls\":\"stun:127.0.0.1:1\"}", i > 0 ? "," : "");
  g_string_append (list, "]}");
  return g_string_free (list, FALSE);
}

static void
test_server_list (Fixture *self, gconstpointer data)
{
  g_autofree char *list = make_dead_list (2);

  aloqa_fake_server_answer (self->server, "/api/ice", 200, list);
  make_doctor (self);
  aloqa_doctor_set_ice_servers (self->doctor, NULL);
  run_registering (self);
  assert_checks (self, "server=O sign-in=O websocket=O ice=F ice=F" SYSTEM_CHECKS);
}

static void
test_bad_server_list (Fixture *self, gconstpointer data)
{
  aloqa_fake_server_answer (self->server, "/api/ice", 200, "{\"ice_servers\":[{}]}");
  make_doctor (self);
  aloqa_doctor_set_ice_servers (self->doctor, NULL);
  run_registering (self);
  assert_checks (self, "server=O sign-in=O websocket=O ice=F" SYSTEM_CHECKS);
}

static void
test_own_list (Fixture *self, gconstpointer data)
{
  g_autofree char *text = make_dead_list (3);
  g_autoptr (GPtrArray) servers = aloqa_ice_server_parse_list (text, -1, NULL, NULL);

  aloqa_fake_server_stop (self->server);
  make_doctor (self);
  aloqa_doctor_set_ice_servers (self->doctor, servers);
  run (self);
  assert_checks (self, "server=F sign-in=S websocket=S ice=F ice=F ice=F" SYSTEM_CHECKS);
}

static void
test_relay_only (Fixture *self, gconstpointer data)
{
  self->settings->is_relay_only = TRUE;
  make_doctor (self);
  run_registering (self);
  assert_checks (self, "server=O sign-in=O websocket=O ice=F" SYSTEM_CHECKS);
}

/* Cancelling, at each check over the network. */

static void
cancel_and_finish (Fixture *self)
{
  g_cancellable_cancel (self->cancellable);
  aloqa_test_wait_until (is_over, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel_at_once (Fixture *self, gconstpointer data)
{
  make_doctor (self);
  begin (self);
  cancel_and_finish (self);
  g_assert_cmpuint (self->checked->len, ==, 0);
}

static void
test_cancel_while_waiting (Fixture *self, gconstpointer data)
{
  self->server->is_deaf = TRUE;
  make_doctor (self);
  begin (self);
  aloqa_test_wait_until (is_registered, self);
  cancel_and_finish (self);
  g_assert_cmpuint (self->checked->len, ==, 2);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/invalid/bus", TRUE);

  ADD ("/doctor/healthy", test_healthy);
  ADD ("/doctor/token-signs-in", test_token);
  ADD ("/doctor/wrong-password-is-told", test_wrong_password);
  ADD ("/doctor/nobody-to-sign-in-is-told", test_nobody);
  ADD ("/doctor/server-out-of-reach-is-told", test_no_server);
  ADD ("/doctor/no-account-is-told", test_no_account);
  ADD ("/doctor/finding-and-remedy-are-apart", test_finding_and_remedy);
  ADD ("/doctor/websocket/deaf-is-not-live", test_deaf);
  ADD ("/doctor/websocket/silent-is-not-live", test_silent);
  ADD ("/doctor/websocket/refused-is-told", test_upgrade_refused);
  ADD ("/doctor/websocket/sign-in-that-ends-is-told", test_sign_in_ends);
  ADD ("/doctor/websocket/that-of-the-application-stays", test_live_connection);
  ADD ("/doctor/ice/servers-list-is-asked-one-by-one", test_server_list);
  ADD ("/doctor/ice/bad-list-is-told", test_bad_server_list);
  ADD ("/doctor/ice/own-list-needs-no-server", test_own_list);
  ADD ("/doctor/ice/relay-only-needs-turn", test_relay_only);
  ADD ("/doctor/cancel/at-once", test_cancel_at_once);
  ADD ("/doctor/cancel/while-waiting", test_cancel_while_waiting);

  return g_test_run ();
}
