/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What the server costs: frames passed on for each second of its processor time, and memory for
 * each idle connection. It runs the real program with its real limits; the users sign their tokens
 * with the key that the server was started with, and come from many addresses of 127.0.0.0/8.
 *
 * Usage: bench-server PROGRAM
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/accounts.h"
#include "server/limits.h"
#include "server/tokens.h"

#define SECRET_KEY "the key of a measurement, and of nothing else"
#define PASSWORD_HASH "*" /* nobody signs in with a password here */

/* Pairs that talk, with as many frames each as the rates allow at once. */
#define N_PAIRS 200
#define N_FRAMES_EACH ALOQA_MESSAGES_BURST

/* Connections of one address, below what the server allows. */
#define N_PER_ADDRESS 100

#define N_IDLE 2000

typedef struct {
  char *folder;
  char *database_path;
  GSubprocess *process;
  pid_t pid;
  guint16 port;
  AloqaTokens *tokens;
} Bench;

static void
fail_on (GError *error)
{
  if (error != NULL) {
    g_printerr ("bench-server: %s\n", error->message);
    exit (EXIT_FAILURE);
  }
}

static char *
make_username (guint number)
{
  return g_strdup_printf ("user%u", number);
}

static void
add_users (Bench *self, guint n_users)
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

static void
start (Bench *self, const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  GError *error = NULL;

  g_subprocess_launcher_setenv (launcher, "SECRET_KEY", SECRET_KEY, TRUE);
  self->process =
      g_subprocess_launcher_spawn (launcher, &error, program, "--port", "0", "--database",
                                   self->database_path, "--die-with-parent", NULL);
  fail_on (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  self->port = (guint16) atoi (strrchr (line, ':') + 1);
  self->pid = atoi (g_subprocess_get_identifier (self->process));
}

static void
receive_until (GSocket *socket, const char *text)
{
  char buffer[4096];
  gsize length = 0;

  while (memmem (buffer, length, text, strlen (text)) == NULL) {
    gssize n_read = g_socket_receive (socket, buffer + length, sizeof buffer - length, NULL, NULL);

    if (n_read <= 0)
      g_error ("the server did not say %s", text);
    length += (gsize) n_read;
  }
}

/* A WebSocket of user @number, from the address that the how-manieth connection it is gives it. */
static GSocket *
open_websocket (Bench *self, guint number, guint nth)
{
  g_autofree char *username = make_username (number);
  g_autofree char *token =
      aloqa_tokens_issue (self->tokens, ALOQA_TOKEN_ACCESS, username, PASSWORD_HASH, 3600);
  g_autofree char *request = g_strdup_printf (
      "GET /api/messages/ws/%u?token=%s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      number, token);
  g_autofree char *from = g_strdup_printf ("127.0.1.%u", 1 + nth / N_PER_ADDRESS);
  g_autoptr (GSocketAddress) source = g_inet_socket_address_new_from_string (from, 0);
  g_autoptr (GSocketAddress) target =
      g_inet_socket_address_new_from_string ("127.0.0.1", self->port);
  GError *error = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  fail_on (error);
  g_socket_bind (socket, source, FALSE, &error);
  fail_on (error);
  g_socket_connect (socket, target, NULL, &error);
  fail_on (error);
  g_socket_send (socket, request, strlen (request), NULL, &error);
  fail_on (error);
  receive_until (socket, "\"connected\"");
  return socket;
}

/* All that one user says, as one run of bytes; the frames have masks of zeros. */
static GByteArray *
make_frames (const char *text)
{
  GByteArray *bytes = g_byte_array_new ();
  gsize length = strlen (text);
  guint8 header[8] = { 0x81 };
  guint n_header = 2;

  header[1] = 0x80 | (guint8) MIN (length, 126);
  if (length >= 126) {
    header[2] = (guint8) (length >> 8);
    header[3] = (guint8) length;
    n_header = 4;
  }
  for (guint i = 0; i < N_FRAMES_EACH; i++) {
    g_byte_array_append (bytes, header, n_header + 4);
    g_byte_array_append (bytes, (const guint8 *) text, (guint) length);
  }
  return bytes;
}

/* Frames of a server are not masked and these are all of one kind. */
static void
receive_frames (GSocket **receivers, gsize n_bytes_each)
{
  g_autofree gsize *n_left = g_new (gsize, N_PAIRS);
  g_autofree struct pollfd *fds = g_new0 (struct pollfd, N_PAIRS);
  guint n_open = N_PAIRS;
  char buffer[65536];

  for (guint i = 0; i < N_PAIRS; i++) {
    n_left[i] = n_bytes_each;
    fds[i] = (struct pollfd){ .fd = g_socket_get_fd (receivers[i]), .events = POLLIN };
  }
  while (n_open > 0 && poll (fds, N_PAIRS, 10000) > 0) {
    for (guint i = 0; i < N_PAIRS; i++) {
      gssize n_read;

      if ((fds[i].revents & POLLIN) == 0)
        continue;
      n_read = g_socket_receive (receivers[i], buffer, sizeof buffer, NULL, NULL);
      g_assert_cmpint (n_read, >, 0);
      g_assert_cmpuint ((gsize) n_read, <=, n_left[i]);
      n_left[i] -= (gsize) n_read;
      if (n_left[i] == 0) {
        fds[i].fd = -1;
        n_open--;
      }
    }
  }
  g_assert_cmpuint (n_open, ==, 0);
}

static double
get_cpu_s (const Bench *self)
{
  clockid_t clock;
  struct timespec time;

  g_assert_cmpint (clock_getcpuclockid (self->pid, &clock), ==, 0);
  clock_gettime (clock, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
measure_relay (Bench *self, const char *name, const char *format, const char *answer_format)
{
  g_autofree GSocket **senders = g_new0 (GSocket *, N_PAIRS);
  g_autofree GSocket **receivers = g_new0 (GSocket *, N_PAIRS);
  /* Users from 1001 on, so that every id has four digits. */
  g_autofree char *answer = g_strdup_printf (answer_format, 1001);
  gsize n_answer_bytes = strlen (answer) + (strlen (answer) < 126 ? 2 : 4);
  gint64 start_us;
  double cpu_s;
  double wall_s;

  for (guint i = 0; i < N_PAIRS; i++) {
    senders[i] = open_websocket (self, 1001 + 2 * i, 2 * i);
    receivers[i] = open_websocket (self, 1002 + 2 * i, 2 * i + 1);
  }
  cpu_s = get_cpu_s (self);
  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < N_PAIRS; i++) {
    g_autofree char *text = g_strdup_printf (format, 1002 + 2 * i);
    g_autoptr (GByteArray) frames = make_frames (text);
    gssize n_sent =
        g_socket_send (senders[i], (const char *) frames->data, frames->len, NULL, NULL);

    g_assert_cmpint (n_sent, ==, frames->len);
  }
  receive_frames (receivers, n_answer_bytes * N_FRAMES_EACH);
  cpu_s = get_cpu_s (self) - cpu_s;
  wall_s = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
  g_print ("%-40s %8.0f a second of the server's processor (%u frames in %.2f s)\n", name,
           N_PAIRS * N_FRAMES_EACH / cpu_s, N_PAIRS * N_FRAMES_EACH, wall_s);

  for (guint i = 0; i < N_PAIRS; i++) {
    g_object_unref (senders[i]);
    g_object_unref (receivers[i]);
  }
}

static double
get_pss_kib (const Bench *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", self->pid);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_ascii_strtod (strstr (text, "\nPss:") + strlen ("\nPss:"), NULL);
}

static void
measure_idle (Bench *self)
{
  g_autofree GSocket **sockets = g_new0 (GSocket *, N_IDLE);
  double cpu_s = get_cpu_s (self);
  double pss_kib = get_pss_kib (self);

  for (guint i = 0; i < N_IDLE; i++)
    sockets[i] = open_websocket (self, i + 1, i);
  cpu_s = get_cpu_s (self) - cpu_s;
  g_print ("%-40s %8.1f KiB (PSS, of %u; %.1f MiB before)\n", "Memory of an idle connection",
           (get_pss_kib (self) - pss_kib) / N_IDLE, N_IDLE, pss_kib / 1024);
  g_print ("%-40s %8.2f ms of the server's processor\n", "A connection with its token",
           cpu_s / N_IDLE * 1000);
  for (guint i = 0; i < N_IDLE; i++)
    g_object_unref (sockets[i]);
}

static void
clean_up (Bench *self)
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
  aloqa_tokens_free (self->tokens);
  g_free (self->database_path);
  g_free (self->folder);
}

int
main (int argc, char **argv)
{
  Bench bench = { .tokens = aloqa_tokens_new (SECRET_KEY) };
  GError *error = NULL;

  if (argc != 2) {
    g_printerr ("Usage: bench-server PROGRAM\n");
    return 2;
  }
  bench.folder = g_dir_make_tmp ("aloqa-bench-XXXXXX", &error);
  fail_on (error);
  bench.database_path = g_build_filename (bench.folder, "bench.db", NULL);
  add_users (&bench, N_IDLE);
  start (&bench, argv[1]);

  measure_idle (&bench);
  /* 100 bytes each. */
  measure_relay (&bench, "Relayed: call_accept of 100 bytes",
                 "{\"type\":\"call_accept\",\"to\":%u,\"call_id\":"
                 "\"0123456789012345678901234567890123456789012345678901\"}",
                 "{\"type\":\"call_accept\",\"from\":%u}");
  measure_relay (&bench, "Relayed: ice_candidate of 131 bytes",
                 "{\"type\":\"ice_candidate\",\"to\":%u,\"candidate\":{\"candidate\":"
                 "\"candidate:1 1 udp 1 192.0.2.1 9 typ host\",\"sdpMid\":\"0\","
                 "\"sdpMLineIndex\":0}}",
                 "{\"type\":\"ice_candidate\",\"from\":%u,\"candidate\":{\"candidate\":"
                 "\"candidate:1 1 udp 1 192.0.2.1 9 typ host\",\"sdpMid\":\"0\","
                 "\"sdpMLineIndex\":0}}");
  clean_up (&bench);
  return 0;
}
