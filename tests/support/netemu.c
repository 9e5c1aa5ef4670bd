/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bad network between two network namespaces, in user space: each namespace gets a TUN device
 * held by this program, and every packet between them meets loss, delay, jitter, a rate limit with a
 * bounded queue, or a blackout, changed while running.
 *
 *   netemu NAMESPACE_A ADDRESS_A NAMESPACE_B ADDRESS_B      (needs CAP_NET_ADMIN)
 *
 * Standard input, a line each, "ab" or "ba" in front for one direction only:
 *   loss PERCENT | delay MS | jitter MS | rate KBIT (0 = no limit) | queue MS | down 0|1
 * Prints "ready" once both devices are up; ends when its standard input does.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define MTU_BYTES 1500

typedef struct {
  double due_ms;
  gssize n_bytes;
  guint8 bytes[];
} Packet;

typedef struct {
  int out_fd;
  double loss_percent, delay_ms, jitter_ms, rate_kbps, queue_ms;
  gboolean is_down;
  double free_at_ms; /* when the rate limit lets the next packet begin */
  GQueue packets;    /* of Packet, by due time */
} Link;

static double
get_now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000;
}

static gboolean
run (const char *format, const char *namespace, const char *own, const char *other)
{
  g_autofree char *with_namespace =
      g_strdup_printf ("nsenter --net=/run/netns/%s -- ip %s", namespace, format);
  g_autoptr (GString) line = g_string_new (with_namespace);
  int status;

  g_string_replace (line, "OWN", own, 0);
  g_string_replace (line, "OTHER", other, 0);
  return g_spawn_command_line_sync (line->str, NULL, NULL, &status, NULL) && status == 0;
}

static int
open_tun (const char *namespace, const char *own, const char *other)
{
  g_autofree char *path = g_strdup_printf ("/var/run/netns/%s", namespace);
  struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "emu0" };
  int home = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int away = open (path, O_RDONLY | O_CLOEXEC);
  int fd = -1;

  if (home >= 0 && away >= 0 && setns (away, CLONE_NEWNET) == 0) {
    fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || ioctl (fd, TUNSETIFF, &request) != 0 || setns (home, CLONE_NEWNET) != 0)
      g_error ("no TUN device in %s: %s", namespace, g_strerror (errno));
  } else {
    g_error ("no namespace %s: %s", namespace, g_strerror (errno));
  }
  close (home);
  close (away);

  if (!run ("link set lo up", namespace, own, other) ||
      !run ("addr add OWN peer OTHER dev emu0", namespace, own, other) ||
      !run ("link set emu0 up mtu 1500", namespace, own, other) ||
      !run ("route add default via OTHER", namespace, own, other))
    g_error ("ip could not set up %s", namespace);

  return fd;
}

static int
compare_due (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return ((const Packet *) a)->due_ms < ((const Packet *) b)->due_ms ? -1 : 1;
}

static void
link_take (Link *self, const guint8 *bytes, gssize n_bytes)
{
  double now_ms = get_now_ms (), start_ms = now_ms;
  Packet *packet;

  if (self->is_down || g_random_double () * 100 < self->loss_percent)
    return;
  if (self->rate_kbps > 0) {
    self->free_at_ms = MAX (self->free_at_ms, now_ms);
    if (self->free_at_ms - now_ms > self->queue_ms)
      return;
    self->free_at_ms += (double) n_bytes * 8 / self->rate_kbps;
    start_ms = self->free_at_ms;
  }

  packet = g_malloc (sizeof *packet + n_bytes);
  packet->due_ms = start_ms + self->delay_ms + (g_random_double () * 2 - 1) * self->jitter_ms;
  packet->n_bytes = n_bytes;
  memcpy (packet->bytes, bytes, n_bytes);
  g_queue_insert_sorted (&self->packets, packet, compare_due, NULL);
}

/* Sends what is due. Returns: how long until the next is, in ms. */
static double
link_send (Link *self)
{
  double now_ms = get_now_ms ();
  Packet *packet;

  while ((packet = g_queue_peek_head (&self->packets)) != NULL && packet->due_ms <= now_ms) {
    /* A full device drops, as a network would. */
    if (write (self->out_fd, packet->bytes, packet->n_bytes) < 0 && errno != EAGAIN)
      g_printerr ("netemu: %s\n", g_strerror (errno));
    g_free (g_queue_pop_head (&self->packets));
  }

  return packet != NULL ? packet->due_ms - now_ms : 1000;
}

static void
link_set (Link *self, const char *key, double value)
{
  if (g_str_equal (key, "loss"))
    self->loss_percent = value;
  else if (g_str_equal (key, "delay"))
    self->delay_ms = value;
  else if (g_str_equal (key, "jitter"))
    self->jitter_ms = value;
  else if (g_str_equal (key, "rate"))
    self->rate_kbps = value;
  else if (g_str_equal (key, "queue"))
    self->queue_ms = value;
  else if (g_str_equal (key, "down"))
    self->is_down = value != 0;
  else
    g_error ("'%s' is not a setting", key);
}

/* Returns: FALSE at the end of input. */
static gboolean
obey (Link *links)
{
  char line[128], direction[3] = "", key[16];
  double value;

  if (fgets (line, sizeof line, stdin) == NULL)
    return FALSE;
  if (sscanf (line, "%2[ab] %15s %lf", direction, key, &value) != 3 &&
      sscanf (line, "%15s %lf", key, &value) != 2)
    g_error ("not understood: %s", line);
  if (!g_str_equal (direction, "ba"))
    link_set (&links[0], key, value);
  if (!g_str_equal (direction, "ab"))
    link_set (&links[1], key, value);

  return TRUE;
}

int
main (int argc, char **argv)
{
  Link links[2] = { { .queue_ms = 200 }, { .queue_ms = 200 } };
  int in_fds[2];

  if (argc != 5) {
    g_printerr ("usage: netemu NAMESPACE_A ADDRESS_A NAMESPACE_B ADDRESS_B\n");
    return 2;
  }
  in_fds[0] = links[1].out_fd = open_tun (argv[1], argv[2], argv[4]);
  in_fds[1] = links[0].out_fd = open_tun (argv[3], argv[4], argv[2]);
  setvbuf (stdin, NULL, _IONBF, 0);
  puts ("ready");
  fflush (stdout);

  for (;;) {
    double wait_ms = MIN (link_send (&links[0]), link_send (&links[1]));
    struct timespec timeout = { (time_t) (MAX (wait_ms, 0) / 1000),
                                (long) (MAX (wait_ms, 0) * 1e6) % 1000000000 };
    struct pollfd fds[3] = { { in_fds[0], POLLIN, 0 },
                             { in_fds[1], POLLIN, 0 },
                             { STDIN_FILENO, POLLIN, 0 } };

    ppoll (fds, 3, &timeout, NULL);
    for (int i = 0; i < 2; i++) {
      guint8 bytes[MTU_BYTES + 100];
      gssize n_bytes;

      while ((n_bytes = read (in_fds[i], bytes, sizeof bytes)) > 0)
        link_take (&links[i], bytes, n_bytes);
    }
    if (fds[2].revents != 0 && !obey (links))
      return 0;
  }
}
