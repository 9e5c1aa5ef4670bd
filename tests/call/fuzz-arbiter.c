/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/tracker.h"

#include "fuzz/fuzz.h"

/*
 * Bytes as a list of events for one arbiter, the first byte as its settings. Whatever comes, the
 * tracker's promises hold, and at the end everything that was started can be stopped.
 */

#define OWN_ID 5

typedef struct {
  const uint8_t *bytes;
  size_t size;
} Source;

typedef struct {
  AloqaArbiter *arbiter;
  Tracker tracker;
  Source source;
} Run;

/* Returns: the next byte, 0 after the last one */
static guint
draw (Source *source, guint limit)
{
  if (source->size == 0)
    return 0;
  source->size--;
  return *source->bytes++ % limit;
}

static void
handle (Run *run, const AloqaCallEvent *event)
{
  g_autoptr (GPtrArray) effects = NULL;

  tracker_expect_consent (&run->tracker, event);
  effects = aloqa_arbiter_handle (run->arbiter, event);
  tracker_run (&run->tracker, event, effects);
  tracker_assert_agrees (&run->tracker, run->arbiter);
}

/* Few of each, so that they meet. */
static const char *
draw_id (Source *source)
{
  static const char *const ids[] = { NULL, "a", "b", "c" };

  return ids[draw (source, G_N_ELEMENTS (ids))];
}

static gint64
draw_peer (Source *source)
{
  static const gint64 peers[] = { 7, 3, 9, OWN_ID, 0 };

  return peers[draw (source, G_N_ELEMENTS (peers))];
}

static char *
draw_sdp (Source *source)
{
  guint lot = draw (source, 8);

  return lot == 0 ? NULL
                  : g_strdup_printf ("v=0\r\no=%u\r\nm=audio 9\r\n%s", lot,
                                     lot % 2 == 0 ? "m=video 9\r\n" : "");
}

static AloqaCandidate *
draw_candidate (Source *source)
{
  static const char *const lines[] = {
    "",
    "candidate:1 1 udp 1 192.0.2.2 9 typ host",
    "candidate:1 2 udp 1 192.0.2.2 9 typ host",
  };
  guint lot = draw (source, G_N_ELEMENTS (lines) + 1);

  return lot < G_N_ELEMENTS (lines) ? aloqa_candidate_new (lines[lot], "0", 0, NULL, NULL) : NULL;
}

static AloqaMessage *
draw_message (Source *source)
{
  static const char *const codes[] = { NULL, "rate_limited", "not_in_call" };
  AloqaMessage *message = aloqa_message_new (draw (source, ALOQA_N_MESSAGES), draw_peer (source));
  guint bits = draw (source, 256);

  message->call_id = g_strdup (draw_id (source));
  message->sdp = draw_sdp (source);
  message->candidate = draw_candidate (source);
  message->leg = draw (source, 256) - 2;
  message->call_kind = bits & 1;
  message->end_reason = (bits >> 1) % (ALOQA_END_REASON_LOST + 1);
  message->phase = (bits >> 3) % 3;
  message->error_code = g_strdup (codes[(bits >> 5) % 3]);
  message->unavailable_reason = bits >> 7;
  return message;
}

/* A leg that runs, where the next byte says so, and media that only say what they were asked for. */
static gboolean
is_plausible (Run *run, const AloqaCallEvent *event)
{
  TrackedCall *call = tracker_find (&run->tracker, event->call);
  TrackedLeg *leg = call != NULL ? tracker_find_leg (call, event->leg) : NULL;

  if (event->type == ALOQA_CALL_EVENT_OFFER_READY)
    return leg != NULL && leg->wants_offer;
  if (event->type == ALOQA_CALL_EVENT_ANSWER_READY)
    return leg != NULL && leg->wants_answer;
  if (event->type == ALOQA_CALL_EVENT_FIRST_MEDIA)
    return leg != NULL && leg->is_described;
  return TRUE;
}

static void
run_event (Run *run)
{
  Source *source = &run->source;
  AloqaCallEventType type = draw (source, ALOQA_CALL_EVENT_DEADLINE + 1);
  g_autoptr (AloqaMessage) message = NULL;
  g_autoptr (AloqaCandidate) candidate =
      aloqa_candidate_new ("candidate:1 1 udp 1 192.0.2.2 9 typ host", "0", 0, NULL, NULL);
  g_autofree char *sdp = NULL;
  guint bits = draw (source, 256);
  AloqaCallEvent event = {
    .type = type,
    .call = run->tracker.last_number - bits % 3,
    .leg = (bits >> 2) % 4,
    .is_on = (bits >> 4) & 1,
    .cause = (bits >> 5) % 4,
    .deadline = bits % ALOQA_N_DEADLINES,
    .features = (bits & 16) != 0 ? 0x7f : 0,
    .candidate = candidate,
  };

  if (type == ALOQA_CALL_EVENT_DIAL) {
    event.peer = draw_peer (source);
    event.kind = bits & 1;
    event.protocol = (bits >> 1) % 3;
    event.call_id = draw_id (source);
  }
  if (type == ALOQA_CALL_EVENT_MESSAGE)
    event.message = message = draw_message (source);
  if (type == ALOQA_CALL_EVENT_OFFER_READY || type == ALOQA_CALL_EVENT_ANSWER_READY)
    event.sdp = sdp = g_strdup_printf ("v=0\r\no=%u\r\n", bits);
  if (is_plausible (run, &event))
    handle (run, &event);
}

/* All hang up, and time passes. */
static void
settle (Run *run)
{
  while (run->tracker.calls->len > 0) {
    AloqaCallEvent event = {
      .type = ALOQA_CALL_EVENT_HANG_UP,
      .call = ((TrackedCall *) run->tracker.calls->pdata[0])->number,
    };

    handle (run, &event);
  }
  while (run->tracker.memories->len > 0) {
    TrackedMemory memory = g_array_index (run->tracker.memories, TrackedMemory, 0);
    AloqaCallEvent event = {
      .type = ALOQA_CALL_EVENT_DEADLINE,
      .call = memory.number,
      .deadline = memory.deadline,
    };

    handle (run, &event);
  }
  tracker_assert_idle (&run->tracker);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Run run = { .arbiter = aloqa_arbiter_new (OWN_ID), .source = { data, size } };
  guint settings = draw (&run.source, 256);
  AloqaCallEvent online = {
    .type = ALOQA_CALL_EVENT_SIGNALLING_CONNECTED,
    .features = (settings & 1) != 0 ? 0x7f : 0,
  };

  tracker_init (&run.tracker);
  aloqa_arbiter_set_max_calls (run.arbiter, 1 + (settings >> 1) % 3);
  aloqa_arbiter_set_do_not_disturb (run.arbiter, (settings >> 4) == 15);
  handle (&run, &online);
  while (run.source.size > 0)
    run_event (&run);
  settle (&run);
  tracker_clear (&run.tracker);
  aloqa_arbiter_free (run.arbiter);
  return 0;
}
