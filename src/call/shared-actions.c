/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/* Actions that more than one table uses. */

const AloqaCallAction aloqa_action__ = { .name = "ignore" };

static void
run_mute (AloqaCall *self, const AloqaCallEvent *event)
{
  self->is_muted = event->is_on;
}

const AloqaCallAction aloqa_action_mute = { "mute", run_mute };

/* An audio call has no m=video, and only a new leg can bring one: a page would refuse it. */
static void
run_video (AloqaCall *self, const AloqaCallEvent *event)
{
  self->wants_video = event->is_on && self->has_video;
  if (event->is_on && !self->has_video)
    aloqa_call_add_effect (self, ALOQA_EFFECT_SHOW_NOTICE)->notice = ALOQA_NOTICE_NO_VIDEO;
}

const AloqaCallAction aloqa_action_video = { "video", run_video };

/* The wire knows no hold: the peer gets silence and black. */
static void
run_hold (AloqaCall *self, const AloqaCallEvent *event)
{
  self->is_held = event->is_on;
}

const AloqaCallAction aloqa_action_hold = { "hold", run_hold };

static AloqaEnded
get_failure (AloqaCall *self, AloqaMediaCause cause)
{
  gboolean was_connected =
      self->phase == ALOQA_PHASE_CONNECTED || self->phase == ALOQA_PHASE_RECONNECTING;

  switch (cause) {
  case ALOQA_MEDIA_CAUSE_FINGERPRINT:
    return ALOQA_ENDED_FINGERPRINT_MISMATCH;
  case ALOQA_MEDIA_CAUSE_NO_PATH:
    return was_connected ? ALOQA_ENDED_LOST : ALOQA_ENDED_COULD_NOT_CONNECT;
  case ALOQA_MEDIA_CAUSE_DESCRIPTION:
  case ALOQA_MEDIA_CAUSE_NO_CODEC:
    return ALOQA_ENDED_COULD_NOT_CONNECT;
  default:
    return ALOQA_ENDED_MEDIA_ERROR;
  }
}

static void
run_fail (AloqaCall *self, const AloqaCallEvent *event)
{
  AloqaEnded reason = get_failure (self, event->cause);

  aloqa_call_say_goodbye (self);
  aloqa_call_end_by_media (self, reason, event->cause, event->detail);
}

const AloqaCallAction aloqa_action_fail = { "fail", run_fail, ALOQA_PHASE_BIT (ENDED) };

static void
run_media_late (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end_by_media (self, ALOQA_ENDED_MEDIA_ERROR, ALOQA_MEDIA_CAUSE_LATE,
                           "the call's media did not get ready in time");
}

const AloqaCallAction aloqa_action_media_late = { "give up", run_media_late,
                                                  ALOQA_PHASE_BIT (ENDED) };

static void
run_hang_up (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_HUNG_UP, NULL);
}

const AloqaCallAction aloqa_action_hang_up = { "hang up", run_hang_up, ALOQA_PHASE_BIT (ENDED) };

static AloqaEnded
get_remote_reason (const AloqaMessage *message, AloqaEnded plain)
{
  switch (message->end_reason) {
  case ALOQA_END_REASON_ANSWERED_ELSEWHERE:
    return ALOQA_ENDED_ANSWERED_ELSEWHERE;
  case ALOQA_END_REASON_REJECTED_ELSEWHERE:
    return ALOQA_ENDED_REJECTED_ELSEWHERE;
  /* Who calls and is lost before we have answered has given up as well. */
  case ALOQA_END_REASON_LOST:
    return plain == ALOQA_ENDED_REMOTE_HUNG_UP ? ALOQA_ENDED_LOST : plain;
  default:
    return plain;
  }
}

/* The call_end that was to come for a second call which we turned down during this one. */
static gboolean
is_of_refused_call (AloqaCall *self, const AloqaMessage *message)
{
  return message->call_id == NULL && (self->deadlines & (1u << ALOQA_DEADLINE_STALE_END)) != 0;
}

/* A page echoes call_end. We do not: two that did would never stop. */
static void
run_remote_end (AloqaCall *self, const AloqaCallEvent *event)
{
  gboolean is_ringing =
      self->phase == ALOQA_PHASE_INCOMING || self->phase == ALOQA_PHASE_INCOMING_OFFER;

  if (is_of_refused_call (self, event->message)) {
    aloqa_call_stop_deadline (self, ALOQA_DEADLINE_STALE_END);
    return;
  }
  aloqa_call_end (self,
                  get_remote_reason (event->message, is_ringing ? ALOQA_ENDED_CANCELLED
                                                                : ALOQA_ENDED_REMOTE_HUNG_UP),
                  NULL);
}

const AloqaCallAction aloqa_action_remote_end = { "end", run_remote_end, ALOQA_PHASE_BIT (ENDED) };

/* A second offer in this call, by its id: we never renegotiate. */
static gboolean
is_of_this_call (AloqaCall *self, const AloqaMessage *message)
{
  return message->call_id != NULL && g_strcmp0 (message->call_id, self->call_id) == 0;
}

static void
run_refuse (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_refuse_as_over (self->context, event->message);
}

const AloqaCallAction aloqa_action_refuse = { "refuse", run_refuse };

/*
 * While media come the peer is in this call, and calls from elsewhere (a second tab): busy. The
 * call_end with which a page answers that is not for this call.
 */
static void
run_busy (AloqaCall *self, const AloqaCallEvent *event)
{
  if (is_of_this_call (self, event->message)) {
    run_refuse (self, event);
    return;
  }
  aloqa_call_refuse (self->context, event->message);
  if (event->message->call_id == NULL)
    aloqa_call_start_deadline (self, ALOQA_DEADLINE_STALE_END, ALOQA_STALE_END_TIMEOUT_MS);
}

const AloqaCallAction aloqa_action_busy = { "busy", run_busy };

/* The peer calls anew, so it is no longer in this call: its page was closed or reloaded. */
static void
run_restart (AloqaCall *self, const AloqaCallEvent *event)
{
  if (is_of_this_call (self, event->message)) {
    run_refuse (self, event);
    return;
  }
  aloqa_call_end (self, ALOQA_ENDED_REMOTE_HUNG_UP, NULL);
  self->is_reopened = TRUE;
}

const AloqaCallAction aloqa_action_restart = { "start again", run_restart,
                                               ALOQA_PHASE_BIT (ENDED) };

/* What was gathered on the old network would mislead; nothing of it has been sent. */
static void
run_rewarm (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_renew_leg (self);
}

const AloqaCallAction aloqa_action_rewarm = { "prepare again", run_rewarm };

static void
run_hold_candidate (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_leg_hold (self->leg, event->candidate);
}

const AloqaCallAction aloqa_action_hold_candidate = { "hold back", run_hold_candidate };

static void
run_keep_candidate (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_leg_keep (self->leg, event->message->candidate);
}

const AloqaCallAction aloqa_action_keep_candidate = { "keep", run_keep_candidate };

static void
run_add_candidate (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_add_candidate (self, self->leg, event->message->candidate);
}

const AloqaCallAction aloqa_action_add_candidate = { "add", run_add_candidate };
