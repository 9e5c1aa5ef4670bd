/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rig.h"

#include "server/accounts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECRET_KEY "the key of a measurement, and of nothing else"
#define PASSWORD_HASH "*" /* nobody signs in with a password here */

static void
fail_on (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static char *
make_username (guint user)
{
  return g_strdup_printf ("user%u", user);
}

static void
add_users (LoadRig *self, guint n_users)
{
  GError *error = NULL;
  g_autoptr (AloqaAccounts) accounts = aloqa_accounts_open (self->database_path, &error);

  fail_on (error);
  for (guint i = 1; i <= n_users; i++) {
    g_autofree char *username = make_username (i);

    aloqa_accounts_add (accounts, username, PASSWORD_HASH, NULL, NULL, FALSE, &error);
    fail_on (error);
  }
}

/*
 * One processor for the server: what it can do there is what is measured. And the descriptors of
 * select(): it has to raise that by itself.
 */
static void
confine (gpointer user_data)
{
  cpu_set_t set;
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MIN (256, limit.rlim_max);
  setrlimit (RLIMIT_NOFILE, &limit);
  CPU_ZERO (&set);
  CPU_SET (0, &set);
  sched_setaffinity (0, sizeof set, &set);
}

static void
start (LoadRig *self, const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  GError *error = NULL;

  g_subprocess_launcher_setenv (launcher, "SECRET_KEY", SECRET_KEY, TRUE);
  g_subprocess_launcher_set_child_setup (launcher, confine, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, "--port", "0",
                                               "--database", self->database_path, "--drain-ms", "0",
                                               "--die-with-parent", NULL);
  fail_on (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  self->port = (guint16) atoi (strrchr (line, ':') + 1);
  self->pid = atoi (g_subprocess_get_identifier (self->process));
}

/* @program: aloqa-server; its users have the numbers 1 to @n_users, which are their ids */
LoadRig *
load_rig_new (const char *program, guint n_users)
{
  LoadRig *self = g_new0 (LoadRig, 1);
  GError *error = NULL;

  self->tokens = aloqa_tokens_new (SECRET_KEY);
  self->folder = g_dir_make_tmp ("aloqa-load-XXXXXX", &error);
  fail_on (error);
  self->database_path = g_build_filename (self->folder, "load.db", NULL);
  add_users (self, n_users);
  start (self, program);
  return self;
}

/* The same server, for another process. */
LoadRig *
load_rig_join (guint16 port)
{
  LoadRig *self = g_new0 (LoadRig, 1);

  self->tokens = aloqa_tokens_new (SECRET_KEY);
  self->port = port;
  return self;
}

static void
stop (LoadRig *self)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = g_strconcat (self->database_path, suffixes[i], NULL);

    g_unlink (path);
  }
  g_rmdir (self->folder);
}

void
load_rig_free (LoadRig *self)
{
  if (self->process != NULL)
    stop (self);
  aloqa_tokens_free (self->tokens);
  g_free (self->database_path);
  g_free (self->folder);
  g_free (self);
}

/* Returns: (transfer full): the handshake of a WebSocket of @user */
char *
load_rig_make_request (LoadRig *self, guint user)
{
  g_autofree char *username = make_username (user);
  g_autofree char *token =
      aloqa_tokens_issue (self->tokens, ALOQA_TOKEN_ACCESS, username, PASSWORD_HASH, NULL, 3600);

  return g_strdup_printf (
      "GET /api/messages/ws/%u?token=%s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      user, token);
}

/* Returns: a socket that does not block, connected from one of many addresses */
int
load_rig_connect (LoadRig *self, guint nth_address)
{
  struct sockaddr_in from = { .sin_family = AF_INET };
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (self->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  from.sin_addr.s_addr = htonl (INADDR_LOOPBACK + 256 + nth_address);
  to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || bind (fd, (struct sockaddr *) &from, sizeof from) != 0 ||
      connect (fd, (struct sockaddr *) &to, sizeof to) != 0)
    g_error ("cannot connect: %s", g_strerror (errno));
  fcntl (fd, F_SETFL, O_NONBLOCK);
  return fd;
}

double
load_rig_get_cpu_s (const LoadRig *self)
{
  clockid_t clock;
  struct timespec time;

  g_assert_cmpint (clock_getcpuclockid (self->pid, &clock), ==, 0);
  clock_gettime (clock, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

double
load_rig_get_pss_kib (const LoadRig *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", self->pid);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_ascii_strtod (strstr (text, "\nPss:") + strlen ("\nPss:"), NULL);
}
