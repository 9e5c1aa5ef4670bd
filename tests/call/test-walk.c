/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/world.h"

#include "support/support.h"

/*
 * A million and more random steps of two people, their media, the server between them, time, and
 * whoever else may send frames. The tracker holds what must be true after every step.
 */

#define ALL_FEATURES ((AloqaFeatures) 0x7f)
#define N_WALKS 24
#define N_STEPS 100000
#define STEPS_TO_SETTLE 500

typedef void (*Step) (World *world, Party *party);

static TrackedCall *
draw_call (World *world, Party *party)
{
  GPtrArray *calls = party->tracker.calls;

  return calls->len > 0 ? calls->pdata[world_draw (world, calls->len)] : NULL;
}

static TrackedLeg *
draw_leg (World *world, TrackedCall *call)
{
  if (call == NULL || call->legs->len == 0)
    return NULL;
  /* Mostly one that runs; at times one that is long gone. */
  return tracker_find_leg (call, world_draw (world, 8) > 0 ? call->legs->len - 1
                                                           : world_draw (world, call->legs->len));
}

static void
step_deliver (World *world, Party *party)
{
  world_deliver (world, party);
}

static void
step_dial (World *world, Party *party)
{
  static const AloqaDialProtocol protocols[] = { ALOQA_DIAL_AUTO, ALOQA_DIAL_NEW,
                                                 ALOQA_DIAL_LEGACY };

  world_dial (world, party, world_draw (world, 20) == 0 ? 9 : world_get_other (world, party)->id,
              world_draw (world, 2), protocols[world_draw (world, G_N_ELEMENTS (protocols))]);
}

static void
step_accept (World *world, Party *party)
{
  TrackedCall *call = draw_call (world, party);

  if (call != NULL)
    world_do (world, party, ALOQA_CALL_EVENT_ACCEPT, call->number, world_draw (world, 2));
}

static void
step_end (World *world, Party *party)
{
  TrackedCall *call = draw_call (world, party);

  if (call != NULL)
    world_do (world, party,
              world_draw (world, 2) == 0 ? ALOQA_CALL_EVENT_HANG_UP : ALOQA_CALL_EVENT_REJECT,
              call->number, FALSE);
}

static void
step_change (World *world, Party *party)
{
  static const AloqaCallEventType types[] = {
    ALOQA_CALL_EVENT_SET_MUTED,
    ALOQA_CALL_EVENT_SET_VIDEO,
    ALOQA_CALL_EVENT_SET_HELD,
    ALOQA_CALL_EVENT_NETWORK_CHANGED,
  };
  TrackedCall *call = draw_call (world, party);

  if (call != NULL)
    world_do (world, party, types[world_draw (world, G_N_ELEMENTS (types))], call->number,
              world_draw (world, 2));
}

static void
step_describe (World *world, Party *party)
{
  TrackedCall *call = draw_call (world, party);
  TrackedLeg *leg = draw_leg (world, call);

  if (leg != NULL)
    world_make_descriptions (world, party, call, leg);
}

static void
step_gather (World *world, Party *party)
{
  TrackedCall *call = draw_call (world, party);
  TrackedLeg *leg = draw_leg (world, call);

  if (leg != NULL)
    world_gather (world, party, call, leg);
}

static void
step_connect (World *world, Party *party)
{
  static const AloqaCallEventType types[] = { ALOQA_CALL_EVENT_MEDIA_CONNECTED,
                                              ALOQA_CALL_EVENT_FIRST_MEDIA };
  TrackedCall *call = draw_call (world, party);
  TrackedLeg *leg = draw_leg (world, call);

  if (leg != NULL && leg->is_described)
    world_media (world, party, types[world_draw (world, 2)], call->number, leg->number);
}

static void
step_trouble (World *world, Party *party)
{
  static const AloqaCallEventType types[] = {
    ALOQA_CALL_EVENT_MEDIA_SILENT,  ALOQA_CALL_EVENT_MEDIA_SILENT, ALOQA_CALL_EVENT_MEDIA_RESUMED,
    ALOQA_CALL_EVENT_MEDIA_RESUMED, ALOQA_CALL_EVENT_MEDIA_DEAD,   ALOQA_CALL_EVENT_MEDIA_FAILED,
  };
  TrackedCall *call = draw_call (world, party);
  TrackedLeg *leg = draw_leg (world, call);
  AloqaCallEvent event = { .type = types[world_draw (world, G_N_ELEMENTS (types))] };

  if (leg == NULL)
    return;
  event.call = call->number;
  event.leg = leg->number;
  event.cause = world_draw (world, ALOQA_N_MEDIA_CAUSES);
  world_handle (world, party, &event);
}

/* One that runs, or at times one that was stopped while it fired. */
static void
step_time (World *world, Party *party)
{
  TrackedCall *call = draw_call (world, party);
  GArray *memories = party->tracker.memories;

  if (call != NULL) {
    AloqaDeadline deadline = world_draw (world, ALOQA_N_DEADLINES);

    world_fire (world, party, call->number, deadline);
  }
  if (memories->len > 0 && world_draw (world, 2) == 0) {
    TrackedMemory memory =
        g_array_index (memories, TrackedMemory, world_draw (world, memories->len));

    world_fire (world, party, memory.number, memory.deadline);
  }
}

/* The server may have been exchanged for an older or a newer one. */
static void
step_network (World *world, Party *party)
{
  if (party->is_online)
    world_leave (world, party);
  else
    world_return (world, party,
                  world_draw (world, 10) > 0 ? party->features
                                             : (world_draw (world, 2) == 0 ? 0 : ALL_FEATURES));
}

static void
fill (World *world, AloqaMessage *message)
{
  static const char *const codes[] = { "rate_limited", "bad_message", "not_in_call" };

  message->call_kind = world_draw (world, 2);
  message->leg = world_draw (world, 4);
  message->end_reason = world_draw (world, ALOQA_END_REASON_LOST + 1);
  message->unavailable_reason = world_draw (world, 2);
  message->phase = world_draw (world, 3);
  if (world_draw (world, 8) > 0)
    message->sdp = g_strdup_printf ("v=0\r\no=%u\r\nm=video 9\r\n", world_draw (world, 6));
  if (world_draw (world, 8) > 0)
    message->candidate = aloqa_candidate_new ("", "0", 0, NULL, NULL);
  if (message->type == ALOQA_MESSAGE_ERROR)
    message->error_code = g_strdup (codes[world_draw (world, G_N_ELEMENTS (codes))]);
}

/* A frame out of nowhere: of a page, of a call long over, or of a stranger. */
static void
step_stray (World *world, Party *party)
{
  const char *const ids[] = { NULL, world->book[0].id, world->book[1].id, "bogus", "call-1" };
  const gint64 senders[] = { world_get_other (world, party)->id, 9, party->id, 0 };
  g_autoptr (AloqaMessage) message =
      aloqa_message_new (world_draw (world, ALOQA_N_MESSAGES), senders[world_draw (world, 4)]);
  AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_MESSAGE, .message = message };

  fill (world, message);
  message->call_id = g_strdup (ids[world_draw (world, G_N_ELEMENTS (ids))]);
  world_handle (world, party, &event);
}

/* In each hundred steps, so many of each. */
static const struct {
  Step step;
  guint weight;
} steps[] = {
  { step_deliver, 38 }, { step_dial, 5 },      { step_accept, 8 },  { step_end, 2 },
  { step_change, 4 },   { step_describe, 16 }, { step_gather, 8 },  { step_connect, 12 },
  { step_trouble, 2 },  { step_time, 1 },      { step_network, 1 }, { step_stray, 3 },
};

static Step
draw_step (World *world)
{
  guint lot = world_draw (world, 100);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    if (lot < steps[i].weight)
      return steps[i].step;
    lot -= steps[i].weight;
  }
  g_assert_not_reached ();
}

static void
note_phases (World *world, guint *n_seen)
{
  for (guint i = 0; i < 2; i++) {
    GPtrArray *calls = world->parties[i].tracker.calls;

    for (guint k = 0; k < calls->len; k++)
      n_seen[((TrackedCall *) calls->pdata[k])->phase]++;
  }
}

static void
walk (guint64 seed, guint *n_seen, guint *n_ended)
{
  g_auto (World) world;

  world_init (&world, seed, seed % 2 == 0 ? ALL_FEATURES : 0,
              (seed / 2) % 2 == 0 ? ALL_FEATURES : 0);
  aloqa_arbiter_set_max_calls (world.parties[0].arbiter, 1 + seed % 3);
  aloqa_arbiter_set_do_not_disturb (world.parties[1].arbiter, seed % 8 == 0);
  for (guint i = 0; i < N_STEPS; i++) {
    Party *party = &world.parties[world_draw (&world, 2)];

    draw_step (&world) (&world, party);
    note_phases (&world, n_seen);
    if (i % STEPS_TO_SETTLE == STEPS_TO_SETTLE - 1)
      world_settle (&world);
  }
  *n_ended += world.parties[0].tracker.n_ended + world.parties[1].tracker.n_ended;
}

static void
ignore_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

/* The walk is of no use unless it gets around: every phase is seen often. */
static void
test_invariants_hold (void)
{
  guint handler = g_log_set_handler ("aloqa-call", G_LOG_LEVEL_DEBUG, ignore_log, NULL);
  guint n_seen[ALOQA_N_PHASES] = { 0 };
  guint n_ended = 0;
  g_autoptr (GTimer) timer = g_timer_new ();

  for (guint64 seed = 1; seed <= N_WALKS; seed++)
    walk (seed, n_seen, &n_ended);
  g_test_message ("%d steps, %.0f per second, %u calls ended", N_WALKS * N_STEPS,
                  N_WALKS * N_STEPS / g_timer_elapsed (timer, NULL), n_ended);
  for (AloqaPhase phase = ALOQA_PHASE_CALLING; phase < ALOQA_PHASE_ENDED; phase++) {
    g_test_message ("%s: %u", aloqa_phase_to_string (phase), n_seen[phase]);
    g_assert_cmpuint (n_seen[phase], >, 1000);
  }
  g_log_remove_handler ("aloqa-call", handler);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/walk/invariants-hold", test_invariants_hold);
  return g_test_run ();
}
