/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/background.h"

#include "support/support.h"
#include "support/test-bus.h"

#include <glib/gstdio.h>
#include <string.h>

#define REQUEST_PATH "/org/freedesktop/portal/desktop/request/own/way"

/* A portal of the test's own, on a bus of the test's own, that does what it is told. */
typedef struct {
  GTestDBus *test_bus;
  GDBusConnection *bus;
  GDBusConnection *portal_bus;

  gboolean lacks_interface;
  guint response;              /* of its Response */
  gboolean is_silent;          /* no Response comes */
  gboolean is_old;             /* it does not go by the token */
  gboolean is_early;           /* the Response comes before the call is answered */
  gboolean is_slow;            /* the call is not answered until answer_call() */
  GDBusMethodInvocation *call; /* the last one */
  char *path;                  /* of the last request */
  GVariant *options;           /* of the last call */
  gboolean was_closed;         /* the request was, by who made it */
  GDBusNodeInfo *info;

  AloqaBackgroundAnswer answer;
  GError *error;
  gboolean is_over;
} Fixture;

static const char *const command[] = { "/opt/my \"apps\"/aloqa", "--hidden", "100%", NULL };

static const char introspection[] =
    "<node><interface name='org.freedesktop.portal.Background'><method name='RequestBackground'>"
    "<arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='o' direction='out'/></method></interface>"
    "<interface name='org.freedesktop.portal.Request'><method name='Close'/></interface></node>";

static void
send_response (Fixture *self)
{
  GVariantDict results;

  g_variant_dict_init (&results, NULL);
  g_variant_dict_insert (&results, "background", "b", TRUE);
  g_variant_dict_insert (&results, "autostart", "b", FALSE);
  g_dbus_connection_emit_signal (
      self->portal_bus, NULL, self->path, "org.freedesktop.portal.Request", "Response",
      g_variant_new ("(u@a{sv})", self->response, g_variant_dict_end (&results)), NULL);
}

static void
close_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
          const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
          gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_cmpstr (path, ==, self->path);
  self->was_closed = TRUE;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
add_request (Fixture *self, const char *sender)
{
  static const GDBusInterfaceVTable table = { .method_call = close_cb };
  g_autofree char *own = g_strdup (sender + 1);
  const char *token;

  g_assert_true (g_variant_lookup (self->options, "handle_token", "&s", &token));
  g_strdelimit (own, ".", '_');
  g_free (self->path);
  self->path = self->is_old
                   ? g_strdup (REQUEST_PATH)
                   : g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", own, token);
  g_dbus_connection_register_object (
      self->portal_bus, self->path,
      g_dbus_node_info_lookup_interface (self->info, "org.freedesktop.portal.Request"), &table,
      self, NULL, NULL);
}

static void
answer_call (Fixture *self)
{
  GDBusMethodInvocation *call = g_steal_pointer (&self->call);

  add_request (self, g_dbus_method_invocation_get_sender (call));
  if (self->is_early)
    send_response (self);
  g_dbus_method_invocation_return_value (call, g_variant_new ("(o)", self->path));
  if (!self->is_early && !self->is_silent)
    send_response (self);
}

static void
request_cb (GDBusConnection *connection, const char *sender, const char *path,
            const char *interface, const char *method, GVariant *parameters,
            GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *self = user_data;

  g_clear_pointer (&self->options, g_variant_unref);
  g_variant_get (parameters, "(&s@a{sv})", NULL, &self->options);
  self->call = invocation;
  if (self->lacks_interface)
    g_dbus_method_invocation_return_dbus_error (
        g_steal_pointer (&self->call), "org.freedesktop.DBus.Error.UnknownMethod", "What?");
  else if (!self->is_slow)
    answer_call (self);
}

static void
start_portal (Fixture *self)
{
  static const GDBusInterfaceVTable table = { .method_call = request_cb };
  g_autoptr (GError) error = NULL;

  self->info = g_dbus_node_info_new_for_xml (introspection, &error);
  g_assert_no_error (error);
  self->portal_bus = aloqa_test_bus_connect (self->test_bus);
  g_dbus_connection_register_object (
      self->portal_bus, "/org/freedesktop/portal/desktop",
      g_dbus_node_info_lookup_interface (self->info, "org.freedesktop.portal.Background"), &table,
      self, NULL, &error);
  g_assert_no_error (error);
  aloqa_test_bus_own_name (self->portal_bus, "org.freedesktop.portal.Desktop");
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->test_bus);
  self->bus = aloqa_test_bus_connect (self->test_bus);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  aloqa_test_bus_disconnect (&self->bus);
  aloqa_test_bus_disconnect (&self->portal_bus);
  aloqa_test_drain ();
  g_test_dbus_down (self->test_bus);
  g_object_unref (self->test_bus);
  g_clear_pointer (&self->info, g_dbus_node_info_unref);
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_error (&self->error);
  g_free (self->path);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  aloqa_background_request_finish (result, &self->answer, &self->error);
  self->is_over = TRUE;
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

static void
begin (Fixture *self, gboolean starts_at_login, GDBusConnection *bus, GCancellable *cancellable)
{
  const AloqaBackgroundWish wish = { .reason = "to be called",
                                     .command = command,
                                     .starts_at_login = starts_at_login };

  self->is_over = FALSE;
  g_clear_error (&self->error);
  aloqa_background_request_async (&wish, bus, cancellable, answered_cb, self);
}

static void
ask (Fixture *self)
{
  begin (self, TRUE, self->bus, NULL);
  aloqa_test_wait_until (is_over, self);
}

static void
assert_answer (Fixture *self)
{
  g_assert_no_error (self->error);
  g_assert_true (self->answer.may_run);
  g_assert_false (self->answer.starts_at_login);
}

static void
test_portal_is_asked (Fixture *self, gconstpointer data)
{
  const char *reason;
  gboolean starts_at_login;
  g_autofree const char **argv = NULL;

  start_portal (self);
  ask (self);
  assert_answer (self);
  g_assert_true (g_variant_lookup (self->options, "reason", "&s", &reason));
  g_assert_cmpstr (reason, ==, "to be called");
  g_assert_true (g_variant_lookup (self->options, "autostart", "b", &starts_at_login));
  g_assert_true (starts_at_login);
  g_assert_true (g_variant_lookup (self->options, "commandline", "^a&s", &argv));
  g_assert_cmpstrv (argv, command);
}

static void
test_response_is_never_missed (Fixture *self, gconstpointer data)
{
  start_portal (self);
  self->is_early = TRUE;
  ask (self);
  assert_answer (self);
}

static gboolean
has_path (gpointer user_data)
{
  return ((Fixture *) user_data)->path != NULL;
}

static void
test_old_portal_chooses_the_path (Fixture *self, gconstpointer data)
{
  start_portal (self);
  self->is_old = TRUE;
  self->is_silent = TRUE;
  begin (self, TRUE, self->bus, NULL);
  aloqa_test_wait_until (has_path, self);
  /* The call's answer has left, has come, and what is listened to for it is settled. */
  aloqa_test_bus_settle (self->portal_bus);
  aloqa_test_bus_settle (self->bus);
  aloqa_test_bus_settle (self->bus);
  send_response (self);
  aloqa_test_wait_until (is_over, self);
  assert_answer (self);
}

static void
test_refusals_are_told_apart (Fixture *self, gconstpointer data)
{
  ask (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED);

  start_portal (self);
  self->lacks_interface = TRUE;
  ask (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_BACKEND);
  self->lacks_interface = FALSE;
  self->response = 1;
  ask (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_DECLINED);
  self->response = 2;
  ask (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED);
}

static void
test_portal_that_ends_is_noticed (Fixture *self, gconstpointer data)
{
  start_portal (self);
  self->is_silent = TRUE;
  begin (self, TRUE, self->bus, NULL);
  aloqa_test_wait_until (has_path, self);
  g_dbus_connection_close_sync (self->portal_bus, NULL, NULL);
  aloqa_test_wait_until (is_over, self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED);
}

static gboolean
was_closed (gpointer user_data)
{
  return ((Fixture *) user_data)->was_closed;
}

static void
test_cancelled_wish_closes_the_dialog (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  start_portal (self);
  self->is_silent = TRUE;
  begin (self, TRUE, self->bus, cancellable);
  aloqa_test_wait_until (has_path, self);
  g_cancellable_cancel (cancellable);
  aloqa_test_wait_until (is_over, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  aloqa_test_wait_until (was_closed, self);

  begin (self, TRUE, self->bus, cancellable);
  aloqa_test_wait_until (is_over, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
was_called (gpointer user_data)
{
  return ((Fixture *) user_data)->call != NULL;
}

/* Portals make the request in a thread of their own, and those older than 0.9 choose its path. */
static void
test_wish_cancelled_before_its_answer_closes_the_dialog (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  start_portal (self);
  self->is_slow = self->is_old = self->is_silent = TRUE;
  begin (self, TRUE, self->bus, cancellable);
  aloqa_test_wait_until (was_called, self);
  g_cancellable_cancel (cancellable);
  aloqa_test_wait_until (is_over, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  aloqa_test_bus_settle (self->bus);
  aloqa_test_bus_settle (self->portal_bus);
  answer_call (self);
  aloqa_test_wait_until (was_closed, self);
}

static void
test_autostart_is_a_file (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "autostart",
                                            ALOQA_APPLICATION_ID ".desktop", NULL);
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autofree char *line = NULL;

  for (guint i = 0; i < 2; i++) {
    begin (self, TRUE, NULL, NULL);
    aloqa_test_wait_until (is_over, self);
    g_assert_no_error (self->error);
    g_assert_true (self->answer.may_run && self->answer.starts_at_login);
  }
  g_assert_true (g_key_file_load_from_file (entry, path, G_KEY_FILE_NONE, NULL));
  line = g_key_file_get_string (entry, "Desktop Entry", "Exec", NULL);
  g_assert_cmpstr (line, ==, "\"/opt/my \\\"apps\\\"/aloqa\" \"--hidden\" \"100%%\"");

  for (guint i = 0; i < 2; i++) {
    begin (self, FALSE, NULL, NULL);
    aloqa_test_wait_until (is_over, self);
    g_assert_no_error (self->error);
    g_assert_true (self->answer.may_run && !self->answer.starts_at_login);
  }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_autostart_that_cannot_be_written_is_told (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "autostart", NULL);

  g_rmdir (folder);
  g_assert_true (g_file_set_contents (folder, "a file in the way", -1, NULL));
  begin (self, TRUE, NULL, NULL);
  aloqa_test_wait_until (is_over, self);
  g_assert_nonnull (self->error);
  g_assert_cmpint (self->error->domain, ==, G_IO_ERROR);
  /* Running needs no file. */
  g_assert_true (self->answer.may_run);
  g_assert_false (self->answer.starts_at_login);
  g_unlink (folder);
}

/* It is still there, and is shown so. */
static void
test_autostart_that_cannot_be_removed_is_told (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "autostart",
                                            ALOQA_APPLICATION_ID ".desktop", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *inside = g_build_filename (path, "inside", NULL);

  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0); /* what is no file stays */
  begin (self, FALSE, NULL, NULL);
  aloqa_test_wait_until (is_over, self);
  g_assert_nonnull (self->error);
  g_assert_cmpint (self->error->domain, ==, G_IO_ERROR);
  g_assert_true (self->answer.may_run);
  g_assert_true (self->answer.starts_at_login);
  g_rmdir (inside);
  g_rmdir (path);
  g_rmdir (folder);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/desktop/background/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("aloqa-test-XXXXXX", NULL);
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  int status;

  if (daemon == NULL) {
    g_printerr ("dbus-daemon is not installed\n");
    return 77;
  }

  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  aloqa_test_init (&argc, &argv);
  ADD ("portal-is-asked", test_portal_is_asked);
  ADD ("response-is-never-missed", test_response_is_never_missed);
  ADD ("old-portal-chooses-the-path", test_old_portal_chooses_the_path);
  ADD ("refusals-are-told-apart", test_refusals_are_told_apart);
  ADD ("portal-that-ends-is-noticed", test_portal_that_ends_is_noticed);
  ADD ("cancelled-wish-closes-the-dialog", test_cancelled_wish_closes_the_dialog);
  ADD ("wish-cancelled-before-its-answer-closes-the-dialog",
       test_wish_cancelled_before_its_answer_closes_the_dialog);
  ADD ("autostart-is-a-file", test_autostart_is_a_file);
  ADD ("autostart-that-cannot-be-written-is-told", test_autostart_that_cannot_be_written_is_told);
  ADD ("autostart-that-cannot-be-removed-is-told", test_autostart_that_cannot_be_removed_is_told);
  status = g_test_run ();
  g_rmdir (folder);
  return status;
}
