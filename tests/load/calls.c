/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calls.h"

#include <stdlib.h>
#include <string.h>

/* Candidates of each side, a dozen interfaces with two kinds each. */
#define N_CANDIDATES 20

/* Between two frames of one side: the mean of what a browser's gathering takes. */
#define MIN_PAUSE_US 20000
#define MAX_PAUSE_US 100000

/* No frame is lost on loopback: one that has not come by then will not. */
#define FAILED_US (5 * (gint64) G_USEC_PER_SEC)

/* A call: request, accept, offer, answer, then candidates by turns, and the end. */
#define N_STEPS (4 + 2 * N_CANDIDATES + 1)

typedef struct {
  Calls *calls;
  Peer *caller;
  Peer *callee;
  guint step;     /* whose frame is under way, or comes next */
  gint64 sent_us; /* 0: none is under way */
  gint64 next_us; /* when the next one is sent */
  gboolean has_failed;
} Pair;

struct _Calls {
  Crowd *crowd;
  GPtrArray *pairs;
  GArray *latencies_us; /* of gint64 */
  char *sdp;
  guint n_done;
  guint n_failed;
};

static gboolean
is_of_caller (guint step)
{
  return step < 4 ? step % 2 == 0 : step % 2 == 0 || step == N_STEPS - 1;
}

static const char *
get_type (guint step)
{
  static const char *const types[] = { "call_request", "call_accept", "incoming_call",
                                       "call_answer" };

  if (step < G_N_ELEMENTS (types))
    return types[step];
  return step == N_STEPS - 1 ? "call_end" : "ice_candidate";
}

static char *
make_frame (Calls *self, guint step, guint to)
{
  const char *type = get_type (step);

  if (step == 0)
    return g_strdup_printf ("{\"type\":\"%s\",\"to\":%u,\"call_type\":\"video\"}", type, to);
  if (step == 2 || step == 3)
    return g_strdup_printf ("{\"type\":\"%s\",\"to\":%u,\"call_type\":\"video\","
                            "\"sdp\":{\"type\":\"%s\",\"sdp\":\"%s\"}}",
                            type, to, step == 2 ? "offer" : "answer", self->sdp);
  if (step >= 4 && step < N_STEPS - 1)
    return g_strdup_printf (
        "{\"type\":\"%s\",\"to\":%u,\"candidate\":{\"candidate\":"
        "\"candidate:%u 1 udp 2122260223 192.0.2.%u 54321 typ host generation 0 ufrag abcd\","
        "\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}",
        type, to, step, step);
  return g_strdup_printf ("{\"type\":\"%s\",\"to\":%u}", type, to);
}

static gint64
choose_pause_us (void)
{
  return g_random_int_range (MIN_PAUSE_US, MAX_PAUSE_US);
}

static void
received_cb (Peer *peer, const char *text, gpointer user_data)
{
  Pair *pair = user_data;
  g_autofree char *start = g_strdup_printf ("{\"type\":\"%s\"", get_type (pair->step));
  gint64 now_us = g_get_monotonic_time ();
  gint64 took_us = now_us - pair->sent_us;

  if (pair->sent_us == 0 || peer != (is_of_caller (pair->step) ? pair->callee : pair->caller) ||
      !g_str_has_prefix (text, start))
    return;
  g_array_append_val (pair->calls->latencies_us, took_us);
  pair->sent_us = 0;
  pair->step++;
  pair->next_us = now_us + choose_pause_us ();
  if (pair->step == N_STEPS) {
    pair->calls->n_done++;
    pair->step = 0;
    /* Past the time in which the server may hear an echo of the end. */
    pair->next_us = now_us + choose_pause_us ();
  }
}

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  peer_free (pair->caller);
  peer_free (pair->callee);
  g_free (pair);
}

/* As large as a browser's: 5 KiB. */
static char *
make_sdp (void)
{
  GString *sdp = g_string_new ("v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n"
                               "m=audio 9 UDP/TLS/RTP/SAVPF 111\\r\\nc=IN IP4 0.0.0.0\\r\\n"
                               "a=mid:0\\r\\na=rtpmap:111 opus/48000/2\\r\\n");

  for (guint i = 0; i < 120; i++)
    g_string_append_printf (sdp, "a=x-line-%u:what a browser says in so many words\\r\\n", i);
  return g_string_free (sdp, FALSE);
}

static Peer *
add_peer (Calls *self, Pair *pair, guint user, guint n_per_address)
{
  Peer *peer = peer_new (self->crowd, user, user / n_per_address);

  peer->received = received_cb;
  peer->user_data = pair;
  return peer;
}

/* The users from @first_user on call each other two by two. */
Calls *
calls_new (Crowd *crowd, guint first_user, guint n_pairs, guint n_per_address)
{
  Calls *self = g_new0 (Calls, 1);

  self->crowd = crowd;
  self->pairs = g_ptr_array_new_with_free_func (pair_free);
  self->latencies_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->sdp = make_sdp ();
  for (guint i = 0; i < n_pairs; i++) {
    Pair *pair = g_new0 (Pair, 1);

    pair->calls = self;
    pair->caller = add_peer (self, pair, first_user + 2 * i, n_per_address);
    pair->callee = add_peer (self, pair, first_user + 2 * i + 1, n_per_address);
    g_ptr_array_add (self->pairs, pair);
    crowd_turn (crowd, 0);
  }
  return self;
}

void
calls_free (Calls *self)
{
  g_ptr_array_unref (self->pairs);
  g_array_unref (self->latencies_us);
  g_free (self->sdp);
  g_free (self);
}

gboolean
calls_are_open (Calls *self)
{
  for (guint i = 0; i < self->pairs->len; i++) {
    Pair *pair = g_ptr_array_index (self->pairs, i);

    if (!pair->caller->is_open || !pair->callee->is_open)
      return FALSE;
  }
  return TRUE;
}

static void
advance (Calls *self, Pair *pair, gint64 now_us)
{
  Peer *sender = is_of_caller (pair->step) ? pair->caller : pair->callee;
  Peer *receiver = sender == pair->caller ? pair->callee : pair->caller;
  g_autofree char *frame = NULL;

  if (pair->has_failed)
    return;
  if (pair->sent_us != 0 && now_us - pair->sent_us > FAILED_US) {
    g_printerr ("a %s of user %u did not arrive\n", get_type (pair->step), sender->user);
    pair->has_failed = TRUE;
    self->n_failed++;
  }
  if (pair->sent_us != 0 || now_us < pair->next_us)
    return;
  frame = make_frame (self, pair->step, receiver->user);
  pair->sent_us = now_us;
  peer_say (sender, frame);
}

/* Starts counting anew. */
void
calls_run (Calls *self, gint64 until_us)
{
  gint64 now_us = g_get_monotonic_time ();

  g_array_set_size (self->latencies_us, 0);
  self->n_done = 0;
  for (guint i = 0; i < self->pairs->len; i++) {
    Pair *pair = g_ptr_array_index (self->pairs, i);

    /* Not all in one step. */
    pair->next_us = MAX (pair->next_us, now_us + g_random_int_range (0, G_USEC_PER_SEC));
  }
  while ((now_us = g_get_monotonic_time ()) < until_us) {
    for (guint i = 0; i < self->pairs->len; i++)
      advance (self, g_ptr_array_index (self->pairs, i), now_us);
    crowd_turn (self->crowd, 1);
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 difference = *(const gint64 *) a - *(const gint64 *) b;

  return difference < 0 ? -1 : difference > 0;
}

double
calls_get_percentile_ms (Calls *self, double percent)
{
  guint n = self->latencies_us->len;

  if (n == 0)
    return 0;
  g_array_sort (self->latencies_us, compare);
  return (double) g_array_index (self->latencies_us, gint64,
                                 MIN ((guint) (n * percent / 100), n - 1)) /
         1000;
}

guint
calls_get_n_done (Calls *self)
{
  return self->n_done;
}

guint
calls_get_n_failed (Calls *self)
{
  return self->n_failed;
}

guint
calls_get_n_frames (Calls *self)
{
  return self->latencies_us->len;
}
