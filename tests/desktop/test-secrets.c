/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/secrets.h"

#include "support/support.h"

#include <glib/gstdio.h>
#include <libsecret/secret.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define SKIPPED 77
#define PLACE "https://chat.example.org"

/* A session bus of this program's own and, where wanted, GNOME's keyring on it, unlocked. */
typedef struct {
  char *folder;
  GSubprocess *bus;
  GSubprocess *keyring; /* or NULL */
} Desktop;

typedef struct {
  gboolean is_done;
  gboolean is_well;
  char *secret;
  GError *error;
} Answer;

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
has_keyring (gpointer connection)
{
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                   "NameHasOwner", g_variant_new ("(s)", "org.freedesktop.secrets"),
                                   G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean has_owner = FALSE;

  g_variant_get (answer, "(b)", &has_owner);
  return has_owner;
}

static GSubprocess *
spawn (const char *const *argv, const char *input)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  GOutputStream *stdin_pipe;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  stdin_pipe = g_subprocess_get_stdin_pipe (process);
  g_output_stream_write_all (stdin_pipe, input, strlen (input), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (stdin_pipe, NULL, &error);
  g_assert_no_error (error);
  return process;
}

/* With no services but those that the test starts. */
#define BUS_CONFIG                                                                                 \
  "<busconfig><type>session</type><listen>%s</listen><policy context='default'>"                   \
  "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow "                 \
  "own='*'/></policy></busconfig>"

static void
start_bus (Desktop *self)
{
  g_autofree char *socket = g_build_filename (self->folder, "bus", NULL);
  g_autofree char *address = g_strconcat ("unix:path=", socket, NULL);
  g_autofree char *config = g_build_filename (self->folder, "bus.conf", NULL);
  g_autofree char *text = g_strdup_printf (BUS_CONFIG, address);
  char first[1];

  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  self->bus = spawn ((const char *const[]){ "dbus-daemon", "--nofork", "--config-file", config,
                                            "--print-address", NULL },
                     "");
  /* It says where it listens as soon as it does. */
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (self->bus), first, 1, NULL, NULL), ==, 1);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
}

static void
start_keyring (Desktop *self, gboolean is_unlocked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  self->keyring =
      spawn ((const char *const[]){ "gnome-keyring-daemon", "--foreground", "--components=secrets",
                                    is_unlocked ? "--unlock" : NULL, NULL },
             is_unlocked ? "secret" : "");
  aloqa_test_wait_until (has_keyring, connection);
}

static Desktop *
desktop_start (void)
{
  Desktop *self = g_new0 (Desktop, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("aloqa-test-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("HOME", self->folder, TRUE);
  g_setenv ("XDG_DATA_HOME", self->folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", self->folder, TRUE);
  start_bus (self);
  return self;
}

static void
end_process (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      remove_folder (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

static void
desktop_stop (Desktop *self)
{
  end_process (&self->keyring);
  end_process (&self->bus);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self);
}

static void
clear_answer (Answer *answer)
{
  aloqa_secrets_free_secret (answer->secret);
  g_clear_error (&answer->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, clear_answer)

static gboolean
is_done (gpointer answer)
{
  return ((Answer *) answer)->is_done;
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_well = aloqa_secrets_store_finish (result, &answer->error);
  answer->is_done = TRUE;
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_well = aloqa_secrets_lookup_finish (result, &answer->secret, &answer->error);
  answer->is_done = TRUE;
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_well = aloqa_secrets_clear_finish (result, &answer->error);
  answer->is_done = TRUE;
}

static void
await_success (Answer *answer)
{
  aloqa_test_wait_until (is_done, answer);
  g_assert_no_error (answer->error);
  g_assert_true (answer->is_well);
}

static void
store (AloqaSecretKind kind, const char *place, const char *user, const char *secret)
{
  g_auto (Answer) answer = { 0 };

  aloqa_secrets_store_async (kind, place, user, secret, NULL, stored_cb, &answer);
  await_success (&answer);
}

static void
assert_secret (AloqaSecretKind kind, const char *place, const char *user, const char *expected)
{
  g_auto (Answer) answer = { 0 };

  aloqa_secrets_lookup_async (kind, place, user, NULL, looked_up_cb, &answer);
  await_success (&answer);
  g_assert_cmpstr (answer.secret, ==, expected);
}

static void
clear_all (void)
{
  g_auto (Answer) answer = { 0 };

  aloqa_secrets_clear_all_async (NULL, cleared_cb, &answer);
  await_success (&answer);
}

static void
test_what_is_stored_is_found (void)
{
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", NULL);
  store (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "first");
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "first");
  store (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "second ʻ ünïcode");
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "second ʻ ünïcode");
  clear_all ();
}

static void
test_kinds_places_and_users_are_apart (void)
{
  store (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "a");
  store (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "vali", "b");
  store (ALOQA_SECRET_REFRESH_TOKEN, "http://127.0.0.1:8030", "ali", "c");
  store (ALOQA_SECRET_TURN_PASSWORD, PLACE, "ali", "d");
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "a");
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "vali", "b");
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, "http://127.0.0.1:8030", "ali", "c");
  assert_secret (ALOQA_SECRET_TURN_PASSWORD, PLACE, "ali", "d");
  assert_secret (ALOQA_SECRET_TURN_PASSWORD, PLACE, "vali", NULL);
  clear_all ();
}

static void
test_what_is_cleared_is_gone (void)
{
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) again = { 0 };

  store (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "a");
  store (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "vali", "b");
  aloqa_secrets_clear_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", NULL, cleared_cb, &answer);
  await_success (&answer);
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", NULL);
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "vali", "b");

  /* What is not there can be cleared as well. */
  aloqa_secrets_clear_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", NULL, cleared_cb, &again);
  await_success (&again);
  clear_all ();
  assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "vali", NULL);
}

static void
test_cancelled_is_no_failure (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { 0 };

  g_cancellable_cancel (cancellable);
  aloqa_secrets_lookup_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", cancellable, looked_up_cb,
                              &answer);
  aloqa_test_wait_until (is_done, &answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
assert_no_keyring (void)
{
  g_auto (Answer) stored = { 0 };
  g_auto (Answer) found = { 0 };
  g_auto (Answer) cleared = { 0 };

  aloqa_secrets_store_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "a", NULL, stored_cb,
                             &stored);
  aloqa_test_wait_until (is_done, &stored);
  g_assert_error (stored.error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_NO_KEYRING);
  aloqa_secrets_lookup_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", NULL, looked_up_cb, &found);
  aloqa_test_wait_until (is_done, &found);
  g_assert_error (found.error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_NO_KEYRING);
  aloqa_secrets_clear_all_async (NULL, cleared_cb, &cleared);
  aloqa_test_wait_until (is_done, &cleared);
  g_assert_error (cleared.error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_NO_KEYRING);
}

/* Each in a process of its own: a program finds its session bus once. */
static void
test_no_bus_is_no_keyring (void)
{
  if (g_test_subprocess ()) {
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/invalid/bus", TRUE);
    assert_no_keyring ();
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_bus_without_a_keyring_is_no_keyring (void)
{
  if (g_test_subprocess ()) {
    Desktop *desktop = desktop_start ();
    g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

    g_dbus_connection_set_exit_on_close (connection, FALSE);
    assert_no_keyring ();
    desktop_stop (desktop);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* As where people are logged in without a password. */
static void
test_keyring_that_was_never_made_is_no_keyring (void)
{
  if (g_test_subprocess ()) {
    Desktop *desktop = desktop_start ();
    g_auto (Answer) answer = { 0 };

    start_keyring (desktop, FALSE);
    assert_secret (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", NULL);
    aloqa_secrets_store_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "a", NULL, stored_cb,
                               &answer);
    aloqa_test_wait_until (is_done, &answer);
    g_assert_error (answer.error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_NO_KEYRING);
    desktop_stop (desktop);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_locked_keyring_is_told (void)
{
  if (g_test_subprocess ()) {
    Desktop *desktop = desktop_start ();
    g_auto (Answer) stored = { 0 };
    g_auto (Answer) found = { 0 };

    start_keyring (desktop, TRUE);
    store (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "a");
    end_process (&desktop->keyring);
    secret_service_disconnect ();
    start_keyring (desktop, FALSE);

    /* Nobody is there to ask for its password, which is as if nobody wanted to give it. */
    aloqa_secrets_lookup_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", NULL, looked_up_cb,
                                &found);
    aloqa_test_wait_until (is_done, &found);
    g_assert_error (found.error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_LOCKED);
    g_assert_null (found.secret);
    aloqa_secrets_store_async (ALOQA_SECRET_REFRESH_TOKEN, PLACE, "ali", "b", NULL, stored_cb,
                               &stored);
    aloqa_test_wait_until (is_done, &stored);
    g_assert_error (stored.error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_LOCKED);
    desktop_stop (desktop);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static gboolean
has_programs (void)
{
  const char *const names[] = { "dbus-daemon", "gnome-keyring-daemon" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_find_program_in_path (names[i]);

    if (path == NULL) {
      g_printerr ("%s is not installed\n", names[i]);
      return FALSE;
    }
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  Desktop *desktop = NULL;
  int status;

  aloqa_test_init (&argc, &argv);
  if (!has_programs ())
    return SKIPPED;

  g_test_add_func ("/desktop/secrets/no-bus-is-no-keyring", test_no_bus_is_no_keyring);
  g_test_add_func ("/desktop/secrets/bus-without-a-keyring-is-no-keyring",
                   test_bus_without_a_keyring_is_no_keyring);
  g_test_add_func ("/desktop/secrets/keyring-that-was-never-made-is-no-keyring",
                   test_keyring_that_was_never_made_is_no_keyring);
  g_test_add_func ("/desktop/secrets/locked-keyring-is-told", test_locked_keyring_is_told);
  g_test_add_func ("/desktop/secrets/what-is-stored-is-found", test_what_is_stored_is_found);
  g_test_add_func ("/desktop/secrets/kinds-places-and-users-are-apart",
                   test_kinds_places_and_users_are_apart);
  g_test_add_func ("/desktop/secrets/what-is-cleared-is-gone", test_what_is_cleared_is_gone);
  g_test_add_func ("/desktop/secrets/cancelled-is-no-failure", test_cancelled_is_no_failure);
  if (g_test_subprocess ())
    return g_test_run ();

  desktop = desktop_start ();
  start_keyring (desktop, TRUE);
  status = g_test_run ();
  desktop_stop (desktop);
  return status;
}
