/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

#include <string.h>

#define NO_DEADLINE ALOQA_N_DEADLINES
#define N_PHASE_DEADLINES ALOQA_DEADLINE_GLARE /* those before it belong to phases */

/* Adds an effect of this call to those of the event at hand; it belongs to their list. */
AloqaEffect *
aloqa_call_add_effect (AloqaCall *self, AloqaEffectType type)
{
  AloqaEffect *effect = g_new0 (AloqaEffect, 1);

  effect->type = type;
  effect->call = self->number;
  g_ptr_array_add (self->context->effects, effect);
  return effect;
}

/* Is (or was) the offer the first word to the callee? */
gboolean
aloqa_call_is_legacy (AloqaCall *self)
{
  return self->protocol == ALOQA_DIAL_LEGACY;
}

/* A frame about this call, to its peer. */
AloqaMessage *
aloqa_call_new_message (AloqaCall *self, AloqaMessageType type)
{
  AloqaMessage *message = aloqa_message_new (type, self->peer);

  if ((self->context->features & ALOQA_FEATURE_CALL_ID) != 0)
    message->call_id = g_strdup (self->call_id);
  return message;
}

/* Takes @message. */
void
aloqa_call_send (AloqaCall *self, AloqaMessage *message)
{
  aloqa_call_add_effect (self, ALOQA_EFFECT_SEND)->message = message;
  self->is_announced = TRUE;
}

void
aloqa_call_send_simple (AloqaCall *self, AloqaMessageType type)
{
  aloqa_call_send (self, aloqa_call_new_message (self, type));
}

void
aloqa_call_start_deadline (AloqaCall *self, AloqaDeadline deadline, guint duration_ms)
{
  AloqaEffect *effect;

  aloqa_call_stop_deadline (self, deadline);
  effect = aloqa_call_add_effect (self, ALOQA_EFFECT_START_DEADLINE);
  effect->deadline = deadline;
  effect->duration_ms = duration_ms;
  self->deadlines |= 1u << deadline;
}

/* Harmless where it does not run. */
void
aloqa_call_stop_deadline (AloqaCall *self, AloqaDeadline deadline)
{
  if ((self->deadlines & (1u << deadline)) == 0)
    return;
  aloqa_call_add_effect (self, ALOQA_EFFECT_STOP_DEADLINE)->deadline = deadline;
  self->deadlines &= ~(1u << deadline);
}

static gboolean
is_ringing_here (AloqaPhase phase)
{
  return phase == ALOQA_PHASE_INCOMING || phase == ALOQA_PHASE_INCOMING_OFFER;
}

static gboolean
is_ringing_there (AloqaCall *self, AloqaPhase phase)
{
  switch (phase) {
  case ALOQA_PHASE_CALLING:
  case ALOQA_PHASE_RINGING:
    return TRUE;
  case ALOQA_PHASE_OFFERING:
  case ALOQA_PHASE_OFFERED:
    return aloqa_call_is_legacy (self);
  default:
    return FALSE;
  }
}

/* The one wait of a phase. Silent media have their own watch, and a connected call waits for none. */
static AloqaDeadline
get_deadline (AloqaCall *self, AloqaPhase phase)
{
  switch (phase) {
  case ALOQA_PHASE_CALLING:
  case ALOQA_PHASE_RINGING:
  case ALOQA_PHASE_INCOMING:
  case ALOQA_PHASE_INCOMING_OFFER:
    return ALOQA_DEADLINE_RING;
  case ALOQA_PHASE_OFFERING:
  case ALOQA_PHASE_ANSWERING:
    return ALOQA_DEADLINE_MEDIA;
  case ALOQA_PHASE_OFFERED:
    return aloqa_call_is_legacy (self) ? ALOQA_DEADLINE_RING : ALOQA_DEADLINE_ANSWER;
  case ALOQA_PHASE_ACCEPTED:
    return ALOQA_DEADLINE_OFFER;
  case ALOQA_PHASE_CONNECTING:
    return ALOQA_DEADLINE_CONNECT;
  default:
    return NO_DEADLINE;
  }
}

static guint
get_duration_ms (AloqaCall *self, AloqaDeadline deadline)
{
  switch (deadline) {
  case ALOQA_DEADLINE_RING:
    return self->ring_timeout_ms;
  case ALOQA_DEADLINE_OFFER:
    return ALOQA_OFFER_TIMEOUT_MS;
  case ALOQA_DEADLINE_ANSWER:
    return ALOQA_ANSWER_TIMEOUT_MS;
  case ALOQA_DEADLINE_CONNECT:
    return ALOQA_CONNECT_TIMEOUT_MS;
  default:
    return ALOQA_MEDIA_TIMEOUT_MS;
  }
}

static void
set_tone (AloqaCall *self, gboolean *is_on, gboolean wanted, AloqaEffectType start,
          AloqaEffectType stop)
{
  if (*is_on == wanted)
    return;
  *is_on = wanted;
  aloqa_call_add_effect (self, wanted ? start : stop);
}

/* A wait that the phases before and after share goes on. */
static void
set_deadline (AloqaCall *self, AloqaDeadline wanted)
{
  for (AloqaDeadline deadline = 0; deadline < N_PHASE_DEADLINES; deadline++) {
    if (deadline != wanted)
      aloqa_call_stop_deadline (self, deadline);
  }
  if (wanted != NO_DEADLINE && (self->deadlines & (1u << wanted)) == 0)
    aloqa_call_start_deadline (self, wanted, get_duration_ms (self, wanted));
}

/* An effect with all that a call is shown by. */
static AloqaEffect *
add_record (AloqaCall *self, AloqaEffectType type)
{
  AloqaEffect *effect = aloqa_call_add_effect (self, type);

  effect->role = self->role;
  effect->peer = self->peer;
  effect->kind = self->kind;
  effect->caller = self->caller != NULL ? aloqa_caller_copy (self->caller) : NULL;
  return effect;
}

static void
show_phase (AloqaCall *self)
{
  AloqaEffect *effect = add_record (self, ALOQA_EFFECT_SHOW_PHASE);

  effect->phase = self->phase;
  effect->is_unseen = self->is_unseen;
}

/* A ring is heard only while it can be answered: not while the server is away, nor until it has said
 * that it knows of the call. */
void
aloqa_call_update_tones (AloqaCall *self)
{
  gboolean is_away =
      !self->context->is_online || (self->deadlines & (1u << ALOQA_DEADLINE_AWAY)) != 0;

  set_tone (self, &self->has_ringtone,
            is_ringing_here (self->phase) && !is_away && !self->is_unseen,
            ALOQA_EFFECT_START_RINGTONE, ALOQA_EFFECT_STOP_RINGTONE);
  set_tone (self, &self->has_ringback, is_ringing_there (self, self->phase) && !is_away,
            ALOQA_EFFECT_START_RINGBACK, ALOQA_EFFECT_STOP_RINGBACK);
}

/*
 * The one way from phase to phase: what rings and which deadline runs is what the new phase asks
 * for.
 */
void
aloqa_call_enter (AloqaCall *self, AloqaPhase phase)
{
  g_debug ("call %u: from %s to %s", self->number, aloqa_phase_to_string (self->phase),
           aloqa_phase_to_string (phase));
  self->phase = phase;
  self->is_unseen &= is_ringing_here (phase); /* what the person takes, they see */
  if (phase != ALOQA_PHASE_ENDED)
    show_phase (self);
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_AWAY);
  aloqa_call_update_tones (self);
  set_deadline (self, get_deadline (self, phase));
  aloqa_call_note_server (self);
}

/* Tells the peer that the call is over, in the word that it understands at this point. */
void
aloqa_call_say_goodbye (AloqaCall *self)
{
  if (self->role == ALOQA_ROLE_CALLER && !self->is_announced)
    return;
  aloqa_call_send_simple (self, self->phase == ALOQA_PHASE_INCOMING ? ALOQA_MESSAGE_CALL_REJECT
                                                                    : ALOQA_MESSAGE_CALL_END);
  self->said_goodbye = TRUE;
}

static gboolean
is_missed (AloqaCall *self, AloqaEnded reason)
{
  return is_ringing_here (self->phase) && !self->is_missed_later &&
         reason != ALOQA_ENDED_REJECTED && reason != ALOQA_ENDED_ANSWERED_ELSEWHERE &&
         reason != ALOQA_ENDED_REJECTED_ELSEWHERE;
}

static void
stop_all_media (AloqaCall *self)
{
  aloqa_call_drop_next_leg (self);
  aloqa_call_stop_leg (self, &self->leg);
  if (self->are_devices_open)
    aloqa_call_add_effect (self, ALOQA_EFFECT_CLOSE_DEVICES);
  self->are_devices_open = FALSE;
}

static AloqaEffect *
end (AloqaCall *self, AloqaEnded reason)
{
  gboolean was_missed = is_missed (self, reason);

  self->owes_offer = self->said_goodbye && self->phase == ALOQA_PHASE_ACCEPTED;
  self->next_is_for_video = FALSE;
  aloqa_call_enter (self, ALOQA_PHASE_ENDED);
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_GLARE);
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_STALE_END);
  stop_all_media (self);
  if (was_missed)
    add_record (self, ALOQA_EFFECT_MISSED_CALL);
  return add_record (self, ALOQA_EFFECT_ENDED);
}

/* The one way out: stops all that runs. @detail is for people, or NULL. */
void
aloqa_call_end (AloqaCall *self, AloqaEnded reason, const char *detail)
{
  AloqaEffect *effect = end (self, reason);

  effect->ended = reason;
  effect->detail = g_strdup (detail);
}

/* As aloqa_call_end(), with what failed. */
void
aloqa_call_end_by_media (AloqaCall *self, AloqaEnded reason, AloqaMediaCause cause,
                         const char *detail)
{
  AloqaEffect *effect = end (self, reason);

  effect->ended = reason;
  effect->cause = cause;
  effect->detail = g_strdup (detail);
}

/* As aloqa_call_end(), with what the person could try next. */
void
aloqa_call_end_with_suggestion (AloqaCall *self, AloqaEnded reason, AloqaSuggestion suggestion)
{
  AloqaEffect *effect = end (self, reason);

  effect->ended = reason;
  effect->suggestion = suggestion;
}

static void
update_flow (AloqaCall *self)
{
  AloqaFlow flow = {
    .send_audio = !self->is_muted && !self->is_held,
    .send_video = self->wants_video && self->has_video && !self->is_held,
    .play = !self->is_held,
    .has_video = self->has_video,
    .is_muted = self->is_muted,
    .is_held = self->is_held,
  };

  if (!self->are_devices_open || memcmp (&flow, &self->flow, sizeof flow) == 0)
    return;
  self->flow = flow;
  aloqa_call_add_effect (self, ALOQA_EFFECT_SET_FLOW)->flow = flow;
}

/* Only where the person here has called or accepted. Once open they stay so until the end. */
void
aloqa_call_open_devices (AloqaCall *self)
{
  if (self->are_devices_open)
    return;
  self->are_devices_open = TRUE;
  aloqa_call_add_effect (self, ALOQA_EFFECT_OPEN_DEVICES)->kind =
      self->has_video ? ALOQA_CALL_VIDEO : ALOQA_CALL_AUDIO;
  self->flow = (AloqaFlow){ 0 };
  update_flow (self);
}

static gboolean
is_about_next_leg (AloqaCall *self, AloqaCallInput input, const AloqaCallEvent *event)
{
  if (self->next == NULL)
    return FALSE;
  if (input == ALOQA_INPUT_GOT_CANDIDATE)
    return event->message->leg == self->next->wire_leg;
  return aloqa_call_input_has_leg (input) && event->leg == self->next->number;
}

/* Facts about a leg that is gone, and candidates for one, come late and mean nothing. */
static gboolean
is_about_lost_leg (AloqaCall *self, AloqaCallInput input, const AloqaCallEvent *event)
{
  if (self->leg == NULL)
    return FALSE;
  if (input == ALOQA_INPUT_GOT_CANDIDATE)
    return event->message->leg != self->leg->wire_leg;
  return aloqa_call_input_has_leg (input) && event->leg != self->leg->number;
}

/* Runs the action of the call's phase for @input; the effects are added to the context's. */
void
aloqa_call_step (AloqaCall *self, AloqaCallInput input, const AloqaCallEvent *event)
{
  const AloqaCallAction *action = aloqa_call_get_action (self->phase, input);
  AloqaPhase old = self->phase;

  if (is_about_next_leg (self, input, event)) {
    aloqa_call_step_next_leg (self, input, event);
  } else if (action->run != NULL && !is_about_lost_leg (self, input, event)) {
    action->run (self, event);
    g_warn_if_fail (self->phase == old || (action->targets & (1u << self->phase)) != 0);
  }
  update_flow (self);
}

AloqaCall *
aloqa_call_new (AloqaCallContext *context, guint number, gint64 peer)
{
  AloqaCall *self = g_new0 (AloqaCall, 1);

  self->context = context;
  self->number = number;
  self->peer = peer;
  self->ring_timeout_ms = ALOQA_RING_TIMEOUT_MS;
  return self;
}

void
aloqa_call_free (AloqaCall *self)
{
  g_clear_pointer (&self->caller, aloqa_caller_free);
  g_clear_pointer (&self->leg, aloqa_leg_free);
  g_clear_pointer (&self->next, aloqa_leg_free);
  g_free (self->call_id);
  g_free (self->offer);
  g_free (self->glare_id);
  g_free (self->glare_offer);
  g_free (self);
}
