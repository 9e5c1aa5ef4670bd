/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"
#include "server/accounts.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The built program, given by meson. */
#ifndef ALOQA_SERVER_PROGRAM
#error "ALOQA_SERVER_PROGRAM is the path of aloqa-server"
#endif

#define SECRET_KEY "a key that this test has made for itself"

/* bcrypt of "demo", with the fewest rounds. */
#define PASSWORD_HASH "$2b$04$FhfWn9Cq91cMmsEEE8fw2.EScQedYvHaJhgFGoxHTru.Eg0Ec.rai"

typedef struct {
  char *folder;
  char *database;
  char *config;
  int notify_fd;
  GPtrArray *arguments;
  GSubprocess *process;
  char *base;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AloqaAccounts) accounts = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("aloqa-operation-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->database = g_build_filename (fixture->folder, "server.db", NULL);
  fixture->config = g_build_filename (fixture->folder, "server.conf", NULL);
  fixture->notify_fd = -1;
  accounts = aloqa_accounts_open (fixture->database, &error);
  g_assert_no_error (error);
  aloqa_accounts_add (accounts, "ali", PASSWORD_HASH, NULL, NULL, FALSE, &error);
  aloqa_accounts_add (accounts, "vali", PASSWORD_HASH, NULL, NULL, FALSE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (fixture->folder);
  if (fixture->notify_fd >= 0)
    close (fixture->notify_fd);
  g_free (fixture->folder);
  g_free (fixture->database);
  g_free (fixture->config);
  g_free (fixture->base);
}

static GSubprocessLauncher *
new_launcher (void)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);

  g_subprocess_launcher_setenv (launcher, "SECRET_KEY", SECRET_KEY, TRUE);
  return launcher;
}

static void
start (Fixture *fixture, GSubprocessLauncher *launcher)
{
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  fixture->process = g_subprocess_launcher_spawn (launcher, &error, ALOQA_SERVER_PROGRAM, "--port",
                                                  "0", "--database", fixture->database, "--config",
                                                  fixture->config, "--die-with-parent", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  fixture->base = g_strdup (line + strlen ("listening on "));
}

static void
write_config (Fixture *fixture, const char *text)
{
  g_assert_true (g_file_set_contents (fixture->config, text, -1, NULL));
}

static void
stop (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (fixture->process, SIGTERM);
  g_assert_true (g_subprocess_wait_check (fixture->process, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&fixture->process);
}

/* A socket as a service manager has it. */
static char *
open_notify_socket (Fixture *fixture)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  char *path = g_build_filename (fixture->folder, "notify", NULL);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  fixture->notify_fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fixture->notify_fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return path;
}

typedef struct {
  int fd;
  const char *state;
} Notice;

static gboolean
is_noticed (gpointer user_data)
{
  Notice *notice = user_data;
  char state[256] = "";

  return recv (notice->fd, state, sizeof state - 1, 0) > 0 && strcmp (state, notice->state) == 0;
}

static void
expect_notice (Fixture *fixture, const char *state)
{
  aloqa_test_wait_until (is_noticed, &(Notice){ fixture->notify_fd, state });
}

/* The new settings are in force when this returns. */
static void
reload (Fixture *fixture, const char *config)
{
  write_config (fixture, config);
  g_subprocess_send_signal (fixture->process, SIGHUP);
  expect_notice (fixture, "RELOADING=1");
  expect_notice (fixture, "READY=1");
}

static GSubprocessLauncher *
new_noticed_launcher (Fixture *fixture)
{
  GSubprocessLauncher *launcher = new_launcher ();
  g_autofree char *path = open_notify_socket (fixture);

  g_subprocess_launcher_setenv (launcher, "NOTIFY_SOCKET", path, TRUE);
  return launcher;
}

static gboolean
is_limited (Client *ali)
{
  g_autoptr (JsonObject) answer = NULL;

  client_send (ali, "{\"type\":\"call_request\",\"to\":99}");
  client_send (ali, "{\"type\":\"typing\",\"to\":1}");
  answer = client_take (ali);
  if (g_strcmp0 (json_object_get_string_member (answer, "type"), "error") != 0)
    return FALSE;
  json_object_unref (client_take_type (ali, "typing"));
  return TRUE;
}

static void
test_sighup_reads_the_settings_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_noticed_launcher (fixture);
  g_autoptr (Client) ali = NULL;

  write_config (fixture, "[limits]\ncalls-burst=100\n");
  start (fixture, launcher);
  expect_notice (fixture, "READY=1");
  ali = client_connect (fixture->base, "ali", "demo");
  g_assert_false (is_limited (ali));

  /* With a fault in it everything stays as it was. */
  reload (fixture, "[limits]\ncalls-burst=0\n");
  g_assert_false (is_limited (ali));

  reload (fixture, "[limits]\ncalls-burst=1\ncalls-hz=0.001\n");
  g_assert_true (is_limited (ali));
  stop (fixture);
  g_assert_cmpuint (client_wait_closed (ali), ==, 1001);
}

static void
test_a_service_manager_is_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_noticed_launcher (fixture);

  write_config (fixture, "");
  start (fixture, launcher);
  expect_notice (fixture, "READY=1");
  reload (fixture, "");
  stop (fixture);
  expect_notice (fixture, "STOPPING=1");
}

/* LISTEN_PID can only be known to the process itself: the shell becomes the server. */
#define AS_SERVICE "export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$@\""

static void
test_a_socket_can_be_handed_over (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *base = NULL;
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_bind (socket, any, TRUE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  address = g_socket_get_local_address (socket, NULL);
  base = g_strdup_printf ("http://127.0.0.1:%u",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (socket)), 3);
  fixture->process = g_subprocess_launcher_spawn (
      launcher, &error, "/bin/sh", "-c", AS_SERVICE, "sh", ALOQA_SERVER_PROGRAM, "--port", "0",
      "--die-with-parent", "--database", fixture->database, NULL);
  g_assert_no_error (error);
  /* Whoever connects before it runs waits in the socket. */
  token = sign_in (base, "ali", "demo");
  g_assert_nonnull (token);
  stop (fixture);
}

static void
test_a_backup_is_a_database_of_its_own (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autofree char *path = g_build_filename (fixture->folder, "copy.db", NULL);
  g_autoptr (GSubprocess) backup = NULL;
  g_autoptr (GSubprocess) again = NULL;
  g_autoptr (AloqaAccounts) copy = NULL;
  g_autoptr (AloqaAccount) ali = NULL;
  GStatBuf status;

  write_config (fixture, "");
  start (fixture, launcher);
  backup = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, ALOQA_SERVER_PROGRAM,
                             "backup", path, "--database", fixture->database, NULL);
  g_assert_true (g_subprocess_wait_check (backup, NULL, NULL));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  copy = aloqa_accounts_open (path, NULL);
  ali = aloqa_accounts_find_by_name (copy, "ali", NULL);
  g_assert_nonnull (ali);

  /* It overwrites nothing. */
  again = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, ALOQA_SERVER_PROGRAM, "backup",
                            path, "--database", fixture->database, NULL);
  g_assert_false (g_subprocess_wait_check (again, NULL, NULL));
  stop (fixture);
}

static void
test_who_is_disabled_is_disconnected (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GSubprocess) disable = NULL;
  g_autoptr (Client) ali = NULL;
  g_autoptr (Client) vali = NULL;

  write_config (fixture, "");
  start (fixture, launcher);
  ali = client_connect (fixture->base, "ali", "demo");
  vali = client_connect (fixture->base, "vali", "demo");
  disable = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, ALOQA_SERVER_PROGRAM, "user",
                              "disable", "vali", "--database", fixture->database, NULL);
  g_assert_true (g_subprocess_wait_check (disable, NULL, NULL));
  g_assert_cmpuint (client_wait_closed (vali), ==, 1008);
  client_sync (ali);
  stop (fixture);
}

/* Another program changes the password; who knows it only by an older sign-in is out. */
static void
test_a_new_password_ends_connections (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (GSubprocess) passwd = NULL;
  g_autoptr (Client) ali = NULL;
  g_autoptr (Client) vali = NULL;
  g_autoptr (Client) again = NULL;

  write_config (fixture, "");
  start (fixture, launcher);
  ali = client_connect (fixture->base, "ali", "demo");
  vali = client_connect (fixture->base, "vali", "demo");
  passwd = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                             NULL, ALOQA_SERVER_PROGRAM, "user", "passwd", "vali", "--database",
                             fixture->database, NULL);
  g_assert_true (
      g_subprocess_communicate_utf8 (passwd, "another secret\n", NULL, NULL, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (passwd), ==, 0);
  g_assert_cmpuint (client_wait_closed (vali), ==, 1008);
  client_sync (ali);

  again = client_connect (fixture->base, "vali", "another secret");
  client_sync (again);
  stop (fixture);
}

/* As on a full disk: no file can grow any more, and writing fails instead of ending the process. */
static void
fill_disk (gpointer user_data)
{
  const struct rlimit limit = { 0, 0 };

  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &limit);
}

static void
test_on_a_full_disk_calls_go_on (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (AloqaAccounts) holder = aloqa_accounts_open (fixture->database, NULL);
  g_autoptr (Answer) answer = NULL;
  g_autoptr (Answer) logout = NULL;
  g_autoptr (Client) ali = NULL;
  g_autoptr (Client) vali = NULL;
  g_autofree char *body = NULL;

  write_config (fixture, "");
  g_subprocess_launcher_set_child_setup (launcher, fill_disk, NULL, NULL);
  start (fixture, launcher);
  answer = post_sign_in (fixture->base, "ali", "demo");
  g_assert_cmpuint (answer->status, ==, 200);
  body =
      g_strdup_printf ("{\"refresh_token\":\"%s\"}", answer_get_string (answer, "refresh_token"));
  logout = http_post (fixture->base, "/api/auth/logout", answer_get_string (answer, "access_token"),
                      body);
  assert_error (logout, 500, "the server cannot write its database");

  ali = client_connect (fixture->base, "ali", "demo");
  vali = client_connect (fixture->base, "vali", "demo");
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (vali, "call_request"));
  client_send (vali, "{\"type\":\"call_accept\",\"to\":1}");
  client_expect (ali, "{\"type\":\"call_accept\",\"from\":2}");
  client_send (ali, "{\"type\":\"call_end\",\"to\":2}");
  client_expect (vali, "{\"type\":\"call_end\",\"from\":1}");
  stop (fixture);
}

/* What rings when SIGTERM comes may be answered still. */
static void
test_sigterm_lets_a_call_be_answered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher ();
  g_autoptr (Client) ali = NULL;
  g_autoptr (Client) vali = NULL;

  write_config (fixture, "");
  start (fixture, launcher);
  ali = client_connect (fixture->base, "ali", "demo");
  vali = client_connect (fixture->base, "vali", "demo");
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (vali, "call_request"));
  g_subprocess_send_signal (fixture->process, SIGTERM);
  client_send (vali, "{\"type\":\"call_accept\",\"to\":1}");
  client_expect (ali, "{\"type\":\"call_accept\",\"from\":2}");
  client_send (ali, "{\"type\":\"call_end\",\"to\":2}");
  client_expect (vali, "{\"type\":\"call_end\",\"from\":1}");
  g_assert_cmpuint (client_wait_closed (ali), ==, 1001);
  g_assert_true (g_subprocess_wait_check (fixture->process, NULL, NULL));
  g_clear_object (&fixture->process);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/server/operation/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("sighup-reads-the-settings-again", test_sighup_reads_the_settings_again);
  ADD ("a-service-manager-is-told", test_a_service_manager_is_told);
  ADD ("a-socket-can-be-handed-over", test_a_socket_can_be_handed_over);
  ADD ("a-backup-is-a-database-of-its-own", test_a_backup_is_a_database_of_its_own);
  ADD ("who-is-disabled-is-disconnected", test_who_is_disabled_is_disconnected);
  ADD ("a-new-password-ends-connections", test_a_new_password_ends_connections);
  ADD ("on-a-full-disk-calls-go-on", test_on_a_full_disk_calls_go_on);
  ADD ("sigterm-lets-a-call-be-answered", test_sigterm_lets_a_call_be_answered);
  return g_test_run ();
}
