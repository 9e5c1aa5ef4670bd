/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What the server costs: frames passed on for each second of its processor time, with its real
 * limits. What it carries and how long it takes is tests/load.
 *
 * Usage: bench-server PROGRAM
 */
#include "load/rig.h"
#include "server/limits.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>

/* Pairs that talk, with as many frames each as the rates allow at once. */
#define N_PAIRS 200
#define N_FRAMES_EACH 200

G_STATIC_ASSERT (N_FRAMES_EACH <= ALOQA_CANDIDATES_BURST);

/* Users of one address: what their common quota is made for. */
#define N_PER_ADDRESS ALOQA_USERS_PER_ADDRESS

/* So that every id has four digits. */
#define FIRST_USER 1001

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

static GSocket *
open_websocket (LoadRig *rig, guint user)
{
  g_autofree char *request = load_rig_make_request (rig, user);
  GSocket *socket = g_socket_new_from_fd (load_rig_connect (rig, user / N_PER_ADDRESS), NULL);

  g_assert_nonnull (socket);
  g_socket_set_blocking (socket, TRUE);
  g_assert_cmpint (g_socket_send (socket, request, strlen (request), NULL, NULL), >, 0);
  receive_until (socket, "\"connected\"");
  return socket;
}

/* All that one user says, as one run of bytes; the frames have masks of zeros. */
static GByteArray *
make_frames (const char *text, guint n_frames)
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
  for (guint i = 0; i < n_frames; i++) {
    g_byte_array_append (bytes, header, n_header + 4);
    g_byte_array_append (bytes, (const guint8 *) text, (guint) length);
  }
  return bytes;
}

static void
say (GSocket *socket, const char *text, guint n_frames)
{
  g_autoptr (GByteArray) frames = make_frames (text, n_frames);
  gssize n_sent = g_socket_send (socket, (const char *) frames->data, frames->len, NULL, NULL);

  g_assert_cmpint (n_sent, ==, frames->len);
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

#define CANDIDATE                                                                                  \
  "\"candidate\":{\"candidate\":\"candidate:1 1 udp 1 192.0.2.1 9 typ host\",\"sdpMid\":\"0\","    \
  "\"sdpMLineIndex\":0}}"

static void
measure_relay (LoadRig *rig)
{
  g_autofree GSocket **senders = g_new0 (GSocket *, N_PAIRS);
  g_autofree GSocket **receivers = g_new0 (GSocket *, N_PAIRS);
  g_autofree char *answer =
      g_strdup_printf ("{\"type\":\"ice_candidate\",\"from\":%u," CANDIDATE, FIRST_USER);
  gsize n_answer_bytes = strlen (answer) + (strlen (answer) < 126 ? 2 : 4);
  double cpu_s;

  for (guint i = 0; i < N_PAIRS; i++) {
    g_autofree char *request =
        g_strdup_printf ("{\"type\":\"call_request\",\"to\":%u}", FIRST_USER + 2 * i + 1);

    senders[i] = open_websocket (rig, FIRST_USER + 2 * i);
    receivers[i] = open_websocket (rig, FIRST_USER + 2 * i + 1);
    say (senders[i], request, 1);
    receive_until (receivers[i], "\"call_request\"");
  }
  cpu_s = load_rig_get_cpu_s (rig);
  for (guint i = 0; i < N_PAIRS; i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"ice_candidate\",\"to\":%u," CANDIDATE,
                                             FIRST_USER + 2 * i + 1);

    say (senders[i], text, N_FRAMES_EACH);
  }
  receive_frames (receivers, n_answer_bytes * N_FRAMES_EACH);
  cpu_s = load_rig_get_cpu_s (rig) - cpu_s;
  g_print ("%-52s %10.0f a second of the server's processor\n",
           "Relayed: ice_candidate of 131 bytes", N_PAIRS * N_FRAMES_EACH / cpu_s);

  for (guint i = 0; i < N_PAIRS; i++) {
    g_object_unref (senders[i]);
    g_object_unref (receivers[i]);
  }
}

int
main (int argc, char **argv)
{
  LoadRig *rig;

  if (argc != 2) {
    g_printerr ("Usage: bench-server PROGRAM\n");
    return 2;
  }
  rig = load_rig_new (argv[1], FIRST_USER + 2 * N_PAIRS);
  measure_relay (rig);
  load_rig_free (rig);
  return 0;
}
