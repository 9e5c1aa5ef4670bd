/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* The built program, given by meson. */
#ifndef ALOQA_SERVER_PROGRAM
#error "ALOQA_SERVER_PROGRAM is the path of aloqa-server"
#endif

/* "listening on " */
#define READY "listening on "

typedef struct {
  char *folder;
  char *database;
  GSubprocessLauncher *launcher;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "API_HOST", "API_PORT", "DATABASE_URL", "SECRET_KEY",
                                       "ICE_SERVERS" };

  fixture->folder = g_dir_make_tmp ("aloqa-program-XXXXXX", NULL);
  fixture->database = g_build_filename (fixture->folder, "data", "server.db", NULL);
  fixture->launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (fixture->launcher, "TMPDIR", fixture->folder, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_subprocess_launcher_unsetenv (fixture->launcher, names[i]);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_unlink (child) != 0)
      remove_folder (child);
  }
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_folder (fixture->folder);
  g_object_unref (fixture->launcher);
  g_free (fixture->database);
  g_free (fixture->folder);
}

/* One run to its end. */
typedef struct {
  int status;
  char *out;
  char *err;
} Outcome;

static void
outcome_free (Outcome *self)
{
  g_free (self->out);
  g_free (self->err);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outcome, outcome_free)

/* @arguments: with spaces between; @database is put behind them where it is not NULL */
static GSubprocess *
spawn (Fixture *fixture, const char *arguments, const char *database)
{
  g_auto (GStrv) words = g_strsplit (arguments, " ", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_ptr_array_add (argv, (gpointer) ALOQA_SERVER_PROGRAM);
  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0')
      g_ptr_array_add (argv, words[i]);
  }
  if (database != NULL) {
    g_ptr_array_add (argv, (gpointer) "--database");
    g_ptr_array_add (argv, (gpointer) database);
  }
  g_ptr_array_add (argv, NULL);
  process =
      g_subprocess_launcher_spawnv (fixture->launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

static Outcome *
run (Fixture *fixture, const char *arguments, const char *database, const char *input)
{
  g_autoptr (GSubprocess) process = spawn (fixture, arguments, database);
  g_autoptr (GError) error = NULL;
  Outcome *outcome = g_new0 (Outcome, 1);

  g_subprocess_communicate_utf8 (process, input, NULL, &outcome->out, &outcome->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  outcome->status = g_subprocess_get_exit_status (process);
  g_test_message ("%s: %d\n%s%s", arguments, outcome->status, outcome->out, outcome->err);
  return outcome;
}

/* One that serves. */
typedef struct {
  GSubprocess *process;
  char *base;
} Serving;

static Serving *
serve (Fixture *fixture, const char *arguments, const char *database)
{
  Serving *self = g_new0 (Serving, 1);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;

  self->process = spawn (fixture, arguments, database);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, READY "http://127.0.0.1:"));
  self->base = g_strdup (line + strlen (READY));
  return self;
}

/* Returns: (transfer full): what it said on standard error */
static char *
stop_serving (Serving *self, int signal)
{
  char *err = NULL;

  g_subprocess_send_signal (self->process, signal);
  g_assert_true (g_subprocess_communicate_utf8 (self->process, NULL, NULL, NULL, &err, NULL));
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  g_object_unref (self->process);
  g_free (self->base);
  g_free (self);
  return err;
}

static void
assert_empty_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);

  g_assert_null (g_dir_read_name (folder));
}

static void
test_the_demo_serves_three_users_and_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  static const int signals[] = { SIGTERM, SIGINT };
  static const char *const users[] = { "ali", "vali", "echo" };

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++) {
    Serving *serving = serve (fixture, "--demo --port 0", NULL);
    g_autofree char *err = NULL;

    for (gsize j = 0; j < G_N_ELEMENTS (users); j++) {
      g_autofree char *token = sign_in (serving->base, users[j], "demo");

      g_assert_nonnull (token);
    }
    err = stop_serving (serving, signals[i]);
    assert_empty_folder (fixture->folder);
  }
}

static void
test_it_stops_with_clients_connected (Fixture *fixture, gconstpointer data)
{
  Serving *serving = serve (fixture, "--demo --port 0", NULL);
  g_autoptr (Client) client = client_connect (serving->base, "ali", "demo");
  g_autofree char *err = stop_serving (serving, SIGTERM);

  g_assert_cmpuint (client_wait_closed (client), ==, 1001);
}

static void
test_users_are_added_listed_changed_and_disabled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Outcome) add = run (fixture, "user add olim --first-name Olim --last-name Olimov",
                                 fixture->database, "first secret\n");
  g_autoptr (Outcome) admin =
      run (fixture, "user add root --admin", fixture->database, "root secret");
  g_autoptr (Outcome) list = run (fixture, "user list", fixture->database, NULL);
  Serving *serving = serve (fixture, "--port 0", fixture->database);
  g_autofree char *token = sign_in (serving->base, "olim", "first secret");
  g_autoptr (Outcome) passwd =
      run (fixture, "user passwd olim", fixture->database, "second secret\n");
  g_autoptr (Answer) revoked = http_get (serving->base, "/api/users/me", token);
  g_autofree char *old_password = sign_in (serving->base, "olim", "first secret");
  g_autofree char *new_password = sign_in (serving->base, "olim", "second secret");
  g_autoptr (Outcome) disable = run (fixture, "user disable olim", fixture->database, NULL);
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
  err = stop_serving (serving, SIGTERM);
}

/* A terminal's other end, and a program that asks for a password at it. */
static GSubprocess *
ask_at_terminal (Fixture *fixture, const char *arguments, int *master, int *slave)
{
  GSubprocess *process;

  g_assert_cmpint (openpty (master, slave, NULL, NULL, NULL), ==, 0);
  g_subprocess_launcher_set_flags (fixture->launcher,
                                   G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_take_stdin_fd (fixture->launcher, dup (*slave));
  process = spawn (fixture, arguments, fixture->database);
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
test_a_terminal_shows_no_password (Fixture *fixture, gconstpointer data)
{
  int master;
  int slave;
  g_autoptr (GSubprocess) process = ask_at_terminal (fixture, "user add olim", &master, &slave);

  g_assert_false (is_echoing (slave));
  g_assert_cmpint (write (master, "hidden secret\n", 14), ==, 14);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_true (is_echoing (slave));
  close (master);
  close (slave);
}

static void
test_breaking_off_gives_the_terminal_back (Fixture *fixture, gconstpointer data)
{
  int master;
  int slave;
  g_autoptr (GSubprocess) process = ask_at_terminal (fixture, "user add olim", &master, &slave);

  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (process));
  g_assert_true (is_echoing (slave));
  close (master);
  close (slave);
}

static void
test_commands_that_fail_say_why (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *arguments;
    const char *input;
    const char *words;
  } cases[] = {
    { "user add olim", "another\n", "there is a user olim already" },
    { "user add new", "", "at least 4 characters" },
    { "user add new", "abc\n", "at least 4 characters" },
    { "user add new", "\xff\xff\xff\xff\xff\n", "UTF-8" },
    { "user passwd nobody", "another\n", "no such user" },
    { "user disable nobody", NULL, "there is no user nobody" },
  };
  g_autoptr (Outcome) add = run (fixture, "user add olim", fixture->database, "secret\n");

  g_assert_cmpint (add->status, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Outcome) outcome =
        run (fixture, cases[i].arguments, fixture->database, cases[i].input);

    g_assert_cmpint (outcome->status, ==, 1);
    g_assert_nonnull (strstr (outcome->err, cases[i].words));
  }
}

static void
test_command_lines_without_sense_are_told (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *arguments;
    const char *words;
  } cases[] = {
    { "--demo --host 0.0.0.0", "leave --host out" },
    { "--demo --host ::", "leave --host out" },
    { "--demo --database x.db", "database of its own" },
    { "--demo user add x", "are fixed" },
    { "--port 70000", "0 to 65535" },
    { "--port x", "--port" },
    { "--nonsense", "nonsense" },
    { "users", "user add" },
    { "user", "add, passwd, list or disable" },
    { "user remove x", "add, passwd, list or disable" },
    { "user add", "one user name" },
    { "user list x", "takes no name" },
    { "--admin", "go with" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Outcome) outcome = run (fixture, cases[i].arguments, NULL, NULL);

    g_assert_cmpint (outcome->status, ==, 2);
    g_assert_nonnull (strstr (outcome->err, cases[i].words));
    g_assert_cmpstr (outcome->out, ==, "");
  }
}

static void
test_a_taken_port_and_a_bad_address_are_told (Fixture *fixture, gconstpointer data)
{
  Serving *serving = serve (fixture, "--demo --port 0", NULL);
  g_autofree char *arguments = g_strdup_printf ("--port %s", strrchr (serving->base, ':') + 1);
  g_autoptr (Outcome) taken = run (fixture, arguments, fixture->database, NULL);
  g_autoptr (Outcome) bad = run (fixture, "--host example", fixture->database, NULL);
  g_autofree char *err = stop_serving (serving, SIGTERM);

  g_assert_cmpint (taken->status, ==, 1);
  g_assert_nonnull (strstr (taken->err, "cannot listen on 127.0.0.1, port"));
  g_assert_cmpint (bad->status, ==, 1);
  g_assert_nonnull (strstr (bad->err, "not a numeric address"));
}

static void
test_the_key_is_made_once_and_for_its_owner (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->database);
  g_autofree char *path = g_build_filename (folder, "aloqa-server.key", NULL);
  g_autoptr (Outcome) add = run (fixture, "user add olim", fixture->database, "secret\n");
  Serving *first = serve (fixture, "--port 0", fixture->database);
  g_autofree char *token = sign_in (first->base, "olim", "secret");
  g_autofree char *first_err = stop_serving (first, SIGTERM);
  Serving *second = serve (fixture, "--port 0", fixture->database);
  g_autoptr (Answer) still = http_get (second->base, "/api/users/me", token);
  g_autofree char *second_err = stop_serving (second, SIGTERM);
  g_autoptr (Outcome) open = NULL;
  GStatBuf status;

  g_assert_cmpint (add->status, ==, 0);
  g_assert_cmpuint (still->status, ==, 200);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  open = run (fixture, "--port 0", fixture->database, NULL);
  g_assert_cmpint (open->status, ==, 1);
  g_assert_nonnull (strstr (open->err, "others can read the key"));
}

static void
test_the_environment_stands_in_for_options (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = g_strconcat ("sqlite:///", fixture->database, NULL);
  g_autoptr (Outcome) add = NULL;
  g_autoptr (Outcome) empty_key = NULL;
  g_autoptr (Outcome) other_url = NULL;
  g_autoptr (Answer) ice = NULL;
  g_autofree char *token = NULL;
  g_autofree char *err = NULL;
  Serving *serving;

  g_subprocess_launcher_setenv (fixture->launcher, "DATABASE_URL", url, TRUE);
  g_subprocess_launcher_setenv (fixture->launcher, "SECRET_KEY", "a key of thirty-two characters!!",
                                TRUE);
  g_subprocess_launcher_setenv (fixture->launcher, "API_HOST", "127.0.0.1", TRUE);
  g_subprocess_launcher_setenv (fixture->launcher, "API_PORT", "0", TRUE);
  g_subprocess_launcher_setenv (fixture->launcher, "ICE_SERVERS", "stun:a.example stun:b.example",
                                TRUE);
  add = run (fixture, "user add olim", NULL, "secret\n");
  g_assert_cmpint (add->status, ==, 0);
  serving = serve (fixture, "", NULL);
  token = sign_in (serving->base, "olim", "secret");
  g_assert_nonnull (token);
  ice = http_get (serving->base, "/api/ice", token);
  g_assert_nonnull (strstr (ice->text, "stun:b.example"));
  err = stop_serving (serving, SIGTERM);

  g_subprocess_launcher_setenv (fixture->launcher, "SECRET_KEY", "", TRUE);
  empty_key = run (fixture, "", NULL, NULL);
  g_assert_cmpint (empty_key->status, ==, 2);
  g_subprocess_launcher_setenv (fixture->launcher, "DATABASE_URL", "postgresql://x/y", TRUE);
  other_url = run (fixture, "", NULL, NULL);
  g_assert_cmpint (other_url->status, ==, 2);
  g_assert_nonnull (strstr (other_url->err, "sqlite:///"));
}

static void
test_no_secret_is_logged (Fixture *fixture, gconstpointer data)
{
  Serving *serving = serve (fixture, "--demo --port 0 --verbose", NULL);
  g_autofree char *token = sign_in (serving->base, "ali", "demo");
  g_autofree char *wrong = sign_in (serving->base, "ali", "a mistyped password");
  g_autoptr (Client) ali = client_open (serving->base, 1, token);
  g_autofree char *err = NULL;

  json_object_unref (client_take_type (ali, "connected"));
  client_send (ali, "{\"type\":\"incoming_call\",\"to\":2,\"sdp\":\"v=0 a private address\"}");
  json_object_unref (client_take_type (ali, "error"));
  err = stop_serving (serving, SIGTERM);

  g_assert_nonnull (strstr (err, "user 1 has a connection more"));
  g_assert_null (strstr (err, "token="));
  g_assert_null (strstr (err, token));
  g_assert_null (strstr (err, "eyJ"));
  g_assert_null (strstr (err, "mistyped"));
  g_assert_null (strstr (err, "a private address"));
  g_assert_null (strstr (err, "127.0.0.1"));
}

static void
test_it_dies_with_its_parent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) shell = g_subprocess_launcher_spawn (
      fixture->launcher, &error, "sh", "-c",
      ALOQA_SERVER_PROGRAM " --demo --port 0 --die-with-parent & read forever", NULL);
  GInputStream *out = g_subprocess_get_stdout_pipe (shell);
  char buffer[256];
  gssize n_read;

  g_assert_no_error (error);
  n_read = g_input_stream_read (out, buffer, sizeof buffer, NULL, NULL);
  g_assert_cmpint (n_read, >, (gssize) strlen (READY));
  g_assert_true (strncmp (buffer, READY, strlen (READY)) == 0);

  g_subprocess_send_signal (shell, SIGKILL);
  /* Its standard output ends with it. */
  while (g_input_stream_read (out, buffer, sizeof buffer, NULL, NULL) > 0)
    continue;
  assert_empty_folder (fixture->folder);
}

#define ADD(name, func) g_test_add ("/server/program/" name, Fixture, NULL, set_up, func, tear_down)

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
  ADD ("commands-that-fail-say-why", test_commands_that_fail_say_why);
  ADD ("command-lines-without-sense-are-told", test_command_lines_without_sense_are_told);
  ADD ("a-taken-port-and-a-bad-address-are-told", test_a_taken_port_and_a_bad_address_are_told);
  ADD ("the-key-is-made-once-and-for-its-owner", test_the_key_is_made_once_and_for_its_owner);
  ADD ("the-environment-stands-in-for-options", test_the_environment_stands_in_for_options);
  ADD ("no-secret-is-logged", test_no_secret_is_logged);
  ADD ("it-dies-with-its-parent", test_it_dies_with_its_parent);
  return g_test_run ();
}
