/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "program-rig.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static void
assert_empty_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);

  g_assert_null (g_dir_read_name (folder));
}

static void
test_the_demo_serves_three_users_and_leaves_nothing (ProgramRig *rig, gconstpointer data)
{
  static const int signals[] = { SIGTERM, SIGINT };
  static const char *const users[] = { "ali", "vali", "echo" };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++) {
    ProgramServing *serving = program_serve (rig, "--demo --port 0", NULL);
    g_autofree char *err = NULL;

    for (gsize j = 0; j < G_N_ELEMENTS (users); j++) {
      g_autofree char *token = sign_in (serving->base, users[j], "demo");

      g_assert_nonnull (token);
    }
    err = program_stop (serving, signals[i]);
    assert_empty_folder (rig->folder);
  }
}

static void
test_it_stops_with_clients_connected (ProgramRig *rig, gconstpointer data)
{
  ProgramServing *serving = program_serve (rig, "--demo --port 0", NULL);
  g_autoptr (Client) client = client_connect (serving->base, "ali", "demo");
  g_autofree char *err = program_stop (serving, SIGTERM);

  g_assert_cmpuint (client_wait_closed (client), ==, 1001);
}

static void
test_users_are_added_listed_changed_and_disabled (ProgramRig *rig, gconstpointer data)
{
  g_autoptr (ProgramOutcome) add = program_run (
      rig, "user add olim --first-name Olim --last-name Olimov", rig->database, "first secret\n");
  g_autoptr (ProgramOutcome) admin =
      program_run (rig, "user add root --admin", rig->database, "root secret");
  g_autoptr (ProgramOutcome) list = program_run (rig, "user list", rig->database, NULL);
  ProgramServing *serving = program_serve (rig, "--port 0", rig->database);
  g_autofree char *token = sign_in (serving->base, "olim", "first secret");
  g_autoptr (ProgramOutcome) passwd =
      program_run (rig, "user passwd olim", rig->database, "second secret\n");
  g_autoptr (Answer) revoked = http_get (serving->base, "/api/users/me", token);
  g_autofree char *old_password = sign_in (serving->base, "olim", "first secret");
  g_autofree char *new_password = sign_in (serving->base, "olim", "second secret");
  g_autoptr (ProgramOutcome) disable = program_run (rig, "user disable olim", rig->database, NULL);
  g_autofree char *disabled = sign_in (serving->base, "olim", "second secret");
  g_autofree char *err = NULL;

  g_assert_cmpint (add->status, ==, 0);
  g_assert_cmpint (admin->status, ==, 0);
  g_assert_cmpstr (list->out, ==,
                   "1\tolim\tOlim Olimov\tuser\tactive\n2\troot\troot\tadmin\tactive\n");
  g_assert_nonnull (token);
  g_assert_cmpint (passwd->status, ==, 0);
  g_assert_cmpuint (revoked->status, ==, 401);
  g_assert_null (old_password);
  g_assert_nonnull (new_password);
  g_assert_cmpint (disable->status, ==, 0);
  g_assert_null (disabled);
  err = program_stop (serving, SIGTERM);
}

/* A terminal's other end, and a program that asks for a password at it. */
static GSubprocess *
ask_at_terminal (ProgramRig *rig, const char *arguments, int *master, int *slave)
{
  GSubprocess *process;

  g_assert_cmpint (openpty (master, slave, NULL, NULL, NULL), ==, 0);
  g_subprocess_launcher_set_flags (rig->launcher,
                                   G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_take_stdin_fd (rig->launcher, dup (*slave));
  process = program_spawn (rig, arguments, rig->database);
  for (char letter = 0; letter != ':';)
    g_assert_cmpint (
        g_input_stream_read (g_subprocess_get_stderr_pipe (process), &letter, 1, NULL, NULL), ==,
        1);
  return process;
}

static gboolean
is_echoing (int terminal)
{
  struct termios state;

  g_assert_cmpint (tcgetattr (terminal, &state), ==, 0);
  return (state.c_lflag & ECHO) != 0;
}

static void
test_a_terminal_shows_no_password (ProgramRig *rig, gconstpointer data)
{
  int master;
  int slave;
  g_autoptr (GSubprocess) process = ask_at_terminal (rig, "user add olim", &master, &slave);

  g_assert_false (is_echoing (slave));
  g_assert_cmpint (write (master, "hidden secret\n", 14), ==, 14);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_true (is_echoing (slave));
  close (master);
  close (slave);
}

static void
test_breaking_off_gives_the_terminal_back (ProgramRig *rig, gconstpointer data)
{
  int master;
  int slave;
  g_autoptr (GSubprocess) process = ask_at_terminal (rig, "user add olim", &master, &slave);

  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (process));
  g_assert_true (is_echoing (slave));
  close (master);
  close (slave);
}

static void
test_the_key_is_made_once_and_for_its_owner (ProgramRig *rig, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (rig->database);
  g_autofree char *path = g_build_filename (folder, "aloqa-server.key", NULL);
  g_autoptr (ProgramOutcome) add = program_run (rig, "user add olim", rig->database, "secret\n");
  ProgramServing *first = program_serve (rig, "--port 0", rig->database);
  g_autofree char *token = sign_in (first->base, "olim", "secret");
  g_autofree char *first_err = program_stop (first, SIGTERM);
  ProgramServing *second = program_serve (rig, "--port 0", rig->database);
  g_autoptr (Answer) still = http_get (second->base, "/api/users/me", token);
  g_autofree char *second_err = program_stop (second, SIGTERM);
  g_autoptr (ProgramOutcome) open = NULL;
  GStatBuf status;

  g_assert_cmpint (add->status, ==, 0);
  g_assert_cmpuint (still->status, ==, 200);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  open = program_run (rig, "--port 0", rig->database, NULL);
  g_assert_cmpint (open->status, ==, 1);
  g_assert_nonnull (strstr (open->err, "others can read the key"));
}

static void
test_no_secret_is_logged (ProgramRig *rig, gconstpointer data)
{
  ProgramServing *serving = program_serve (rig, "--demo --port 0 --verbose", NULL);
  g_autofree char *token = sign_in (serving->base, "ali", "demo");
  g_autofree char *wrong = sign_in (serving->base, "ali", "a mistyped password");
  g_autoptr (Client) ali = client_open (serving->base, 1, token);
  g_autofree char *err = NULL;

  json_object_unref (client_take_type (ali, "connected"));
  client_send (ali, "{\"type\":\"incoming_call\",\"to\":2,\"sdp\":\"v=0 a private address\"}");
  json_object_unref (client_take_type (ali, "error"));
  err = program_stop (serving, SIGTERM);

  g_assert_nonnull (strstr (err, "A connection was opened: user 1"));
  g_assert_null (strstr (err, "token="));
  g_assert_null (strstr (err, token));
  g_assert_null (strstr (err, "eyJ"));
  g_assert_null (strstr (err, "mistyped"));
  g_assert_null (strstr (err, "a private address"));
  g_assert_null (strstr (err, "127.0.0.1"));
}

static void
test_it_dies_with_its_parent (ProgramRig *rig, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) shell = g_subprocess_launcher_spawn (
      rig->launcher, &error, "sh", "-c",
      ALOQA_SERVER_PROGRAM " --demo --port 0 --die-with-parent & read forever", NULL);
  GInputStream *out = g_subprocess_get_stdout_pipe (shell);
  char buffer[256];
  gssize n_read;

  g_assert_no_error (error);
  n_read = g_input_stream_read (out, buffer, sizeof buffer, NULL, NULL);
  g_assert_cmpint (n_read, >, (gssize) strlen (PROGRAM_READY));
  g_assert_true (strncmp (buffer, PROGRAM_READY, strlen (PROGRAM_READY)) == 0);

  g_subprocess_send_signal (shell, SIGKILL);
  /* Its standard output ends with it. */
  while (g_input_stream_read (out, buffer, sizeof buffer, NULL, NULL) > 0)
    continue;
  assert_empty_folder (rig->folder);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/server/program/" name, ProgramRig, NULL, program_rig_set_up, func,                 \
              program_rig_tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("the-demo-serves-three-users-and-leaves-nothing",
       test_the_demo_serves_three_users_and_leaves_nothing);
  ADD ("it-stops-with-clients-connected", test_it_stops_with_clients_connected);
  ADD ("users-are-added-listed-changed-and-disabled",
       test_users_are_added_listed_changed_and_disabled);
  ADD ("a-terminal-shows-no-password", test_a_terminal_shows_no_password);
  ADD ("breaking-off-gives-the-terminal-back", test_breaking_off_gives_the_terminal_back);
  ADD ("the-key-is-made-once-and-for-its-owner", test_the_key_is_made_once_and_for_its_owner);
  ADD ("no-secret-is-logged", test_no_secret_is_logged);
  ADD ("it-dies-with-its-parent", test_it_dies_with_its_parent);
  return g_test_run ();
}
