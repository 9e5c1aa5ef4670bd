/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/world.h"

#include "support/support.h"

/*
 * Two who want to talk do talk: whoever calls, in whichever protocol, with old and new clients, and
 * in whatever order things happen. Nothing is lost here and nobody hangs up; no deadline is needed.
 */

#define ALL_FEATURES ((AloqaFeatures) 0x7f)
#define N_ORDERS 200

typedef struct {
  gboolean a_dials;
  gboolean b_dials;
  AloqaDialProtocol a_protocol;
  AloqaDialProtocol b_protocol;
  AloqaFeatures a_features;
  AloqaFeatures b_features;
} Wish;

static gboolean
accept_call (World *world, Party *party, TrackedCall *call)
{
  if (call->phase != ALOQA_PHASE_INCOMING && call->phase != ALOQA_PHASE_INCOMING_OFFER)
    return FALSE;
  world_do (world, party, ALOQA_CALL_EVENT_ACCEPT, call->number, TRUE);
  return TRUE;
}

static gboolean
connect_media (World *world, Party *party, TrackedCall *call, TrackedLeg *leg)
{
  if (leg->is_connected || !leg->is_described || call->phase != ALOQA_PHASE_CONNECTING)
    return FALSE;
  leg->is_connected = TRUE;
  world_media (world, party, ALOQA_CALL_EVENT_MEDIA_CONNECTED, call->number, leg->number);
  return TRUE;
}

static gboolean
gather (World *world, Party *party, TrackedCall *call, TrackedLeg *leg)
{
  if (!leg->is_running || leg->n_candidates == 3)
    return FALSE;
  world_gather (world, party, call, leg);
  return TRUE;
}

/* Returns: whether the thing of this kind could be done */
static gboolean
try (World *world, Party *party, guint what)
{
  GPtrArray *calls = party->tracker.calls;
  TrackedCall *call = calls->len > 0 ? calls->pdata[0] : NULL;
  TrackedLeg *leg = call != NULL ? tracker_find_leg (call, call->leg) : NULL;

  if (what == 0)
    return world_deliver (world, party);
  if (leg == NULL)
    return FALSE;
  switch (what) {
  case 1:
    return accept_call (world, party, call);
  case 2:
    return world_make_descriptions (world, party, call, leg);
  case 3:
    return gather (world, party, call, leg);
  default:
    return connect_media (world, party, call, leg);
  }
}

static gboolean
do_anything (World *world)
{
  guint first = world_draw (world, 10);

  for (guint i = 0; i < 10; i++) {
    guint lot = (first + i) % 10;

    if (try (world, &world->parties[lot % 2], lot / 2))
      return TRUE;
  }
  return FALSE;
}

static void
assert_talking (World *world)
{
  TrackedCall *calls[2];

  for (guint i = 0; i < 2; i++) {
    g_assert_cmpuint (world->parties[i].tracker.calls->len, ==, 1);
    g_assert_cmpuint (world->parties[i].tracker.n_ended, ==, 0);
    calls[i] = world->parties[i].tracker.calls->pdata[0];
    g_assert_cmpstr (aloqa_phase_to_string (calls[i]->phase), ==, "connected");
    g_assert_cmpuint (calls[i]->deadlines, ==, 0);
  }
  g_assert_cmpint (calls[0]->role, !=, calls[1]->role);
  g_assert_cmpuint (world->parties[0].n_answers_sent + world->parties[1].n_answers_sent, ==, 1);
}

static void
talk (const Wish *wish, guint64 seed)
{
  g_auto (World) world;
  guint n_before_b;
  guint n_legacy = (wish->a_dials && wish->a_protocol == ALOQA_DIAL_LEGACY) +
                   (wish->b_dials && wish->b_protocol == ALOQA_DIAL_LEGACY);

  world_init (&world, seed, wish->a_features, wish->b_features);
  n_before_b = world_draw (&world, 6);
  if (wish->a_dials)
    world_dial (&world, &world.parties[0], 3, ALOQA_CALL_VIDEO, wish->a_protocol);
  while (n_before_b-- > 0)
    do_anything (&world);
  if (wish->b_dials)
    world_dial (&world, &world.parties[1], 2, ALOQA_CALL_VIDEO, wish->b_protocol);
  while (do_anything (&world))
    continue;
  assert_talking (&world);
  /* One offer only: but legacy ones may have crossed. */
  if (n_legacy == 0)
    g_assert_cmpuint (world.parties[0].n_offers_sent + world.parties[1].n_offers_sent, ==, 1);
}

static void
talk_in_any_order (const Wish *wish)
{
  for (guint64 seed = 1; seed <= N_ORDERS; seed++)
    talk (wish, seed);
}

static void
ignore_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

/* @who: 1 is a, 2 is b, 3 is both, which is glare. */
static void
talk_in_all_ways (guint who)
{
  static const AloqaDialProtocol protocols[] = { ALOQA_DIAL_AUTO, ALOQA_DIAL_LEGACY };
  guint handler = g_log_set_handler ("aloqa-call", G_LOG_LEVEL_DEBUG, ignore_log, NULL);

  for (guint ways = 0; ways < 16; ways++) {
    Wish wish = {
      .a_dials = (who & 1) != 0,
      .b_dials = (who & 2) != 0,
      .a_protocol = protocols[ways & 1],
      .b_protocol = protocols[(ways >> 1) & 1],
      .a_features = (ways & 4) != 0 ? ALL_FEATURES : 0,
      .b_features = (ways & 8) != 0 ? ALL_FEATURES : 0,
    };

    talk_in_any_order (&wish);
  }
  g_log_remove_handler ("aloqa-call", handler);
}

static void
test_the_lower_id_calls (void)
{
  talk_in_all_ways (1);
}

static void
test_the_higher_id_calls (void)
{
  talk_in_all_ways (2);
}

static void
test_both_call (void)
{
  talk_in_all_ways (3);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/liveness/the-lower-id-calls", test_the_lower_id_calls);
  g_test_add_func ("/call/liveness/the-higher-id-calls", test_the_higher_id_calls);
  g_test_add_func ("/call/liveness/both-call", test_both_call);
  return g_test_run ();
}
