/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hostile.h"

#include <string.h>

/* Between two deeds of one client: a thousand a second is what a program in a hurry does. */
#define PAUSE_US 1000

/* Between being thrown out and coming back. */
#define RETURN_US 100000

/* Frames of one deed of a flood. */
#define N_FLOOD 20

#define HUGE_BYTES 60000

typedef enum { FLOOD, HUGE_FRAMES, SLOW, MALFORMED, HALF_OPEN, N_KINDS } Kind;

typedef struct {
  Kind kind;
  guint user;
  guint nth_address;
  Peer *peer;
  gint64 next_us;
  guint n_deeds;
} Enemy;

typedef struct {
  Crowd *crowd;
  GPtrArray *enemies;
  char *huge;
  guint n_thrown_out;
} Hostile;

static void
enemy_free (gpointer data)
{
  Enemy *enemy = data;

  peer_free (enemy->peer);
  g_free (enemy);
}

static Peer *
enter (Hostile *self, Enemy *enemy)
{
  gboolean is_signed_in = enemy->kind != SLOW && enemy->kind != HALF_OPEN;

  enemy->n_deeds = 0;
  return peer_new (self->crowd, is_signed_in ? enemy->user : 0, enemy->nth_address);
}

static void
flood (Enemy *enemy)
{
  g_autofree char *frame =
      g_strdup_printf ("{\"type\":\"call_request\",\"to\":%u}", 1 + enemy->n_deeds % 100);

  for (guint i = 0; i < N_FLOOD; i++)
    peer_say (enemy->peer, frame);
}

static void
send_malformed (Enemy *enemy)
{
  static const char *const frames[] = {
    "{",
    "[[[[[[[[[[[[[[[[[[[[[[[[",
    "{\"type\":\"call_answer\",\"to\":1,\"sdp\":{\"sdp\":7}}",
    "{\"type\":\"ice_candidate\",\"to\":1,\"candidate\":\"\"}",
    "\xff\xfe",
    "{\"type\":\"call_end\",\"to\":1e999}",
  };

  if (enemy->n_deeds % 50 == 49)
    peer_send_raw (enemy->peer, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10);
  else
    peer_say (enemy->peer, frames[enemy->n_deeds % G_N_ELEMENTS (frames)]);
}

/* An HTTP request, one byte at a time. */
static void
drip (Enemy *enemy)
{
  static const char request[] = "POST /api/auth/login HTTP/1.1\r\nContent-Length: 9999\r\n\r\n";

  if (enemy->n_deeds % 20 == 0 && enemy->n_deeds / 20 < sizeof request - 1)
    peer_send_raw (enemy->peer, request + enemy->n_deeds / 20, 1);
}

static void
do_harm (Hostile *self, Enemy *enemy)
{
  /* Nobody who floods waits until the network has taken it all; but our memory is bounded. */
  if (enemy->peer->out->len > 1024 * 1024)
    return;
  switch (enemy->kind) {
  case FLOOD:
    flood (enemy);
    break;
  case HUGE_FRAMES:
    peer_say (enemy->peer, self->huge);
    break;
  case SLOW:
    drip (enemy);
    break;
  case MALFORMED:
    send_malformed (enemy);
    break;
  default:
    break;
  }
  enemy->n_deeds++;
}

static void
act (Hostile *self)
{
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; i < self->enemies->len; i++) {
    Enemy *enemy = g_ptr_array_index (self->enemies, i);

    if (now_us < enemy->next_us)
      continue;
    enemy->next_us = now_us + PAUSE_US;
    if (enemy->peer->fd >= 0) {
      do_harm (self, enemy);
    } else if (enemy->n_deeds != G_MAXUINT) {
      self->n_thrown_out++;
      enemy->n_deeds = G_MAXUINT;
      enemy->next_us = now_us + RETURN_US;
    } else {
      peer_free (enemy->peer);
      enemy->peer = enter (self, enemy);
    }
  }
}

/**
 * hostile_run:
 * @first_user: from whom on users are its own
 *
 * Returns: how often one of them has been thrown out
 */
guint
hostile_run (LoadRig *rig, guint first_user, guint n_clients, gint64 until_us)
{
  Hostile self = { .crowd = crowd_new (rig), .huge = g_strnfill (HUGE_BYTES, 'x') };

  self.enemies = g_ptr_array_new_with_free_func (enemy_free);
  for (guint i = 0; i < n_clients; i++) {
    Enemy *enemy = g_new0 (Enemy, 1);

    enemy->kind = i % N_KINDS;
    enemy->user = first_user + i;
    enemy->nth_address = 50000 + i;
    enemy->peer = enter (&self, enemy);
    g_ptr_array_add (self.enemies, enemy);
  }
  while (g_get_monotonic_time () < until_us) {
    crowd_turn (self.crowd, 1);
    act (&self);
  }
  g_ptr_array_unref (self.enemies);
  crowd_free (self.crowd);
  g_free (self.huge);
  return self.n_thrown_out;
}
