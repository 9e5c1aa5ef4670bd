/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/arbiter.h"

#include "call/lost-rings.h"
#include "call/machine.h"
#include "call/stale.h"

struct _AloqaArbiter {
  AloqaCallContext context;
  GPtrArray *calls; /* of AloqaCall, none of them ended */
  AloqaStale *stale;
  AloqaLostRings *lost_rings;
  guint n_numbers;
  guint max_calls;
  gboolean do_not_disturb;
};

static AloqaCall *
find_by_number (AloqaArbiter *self, guint number)
{
  for (guint i = 0; i < self->calls->len; i++) {
    AloqaCall *call = self->calls->pdata[i];

    if (call->number == number)
      return call;
  }
  return NULL;
}

static gboolean
is_ringing_here (const AloqaCall *call)
{
  return call->phase == ALOQA_PHASE_INCOMING || call->phase == ALOQA_PHASE_INCOMING_OFFER;
}

/* Those that ring unseen take no place from those that the person knows of. */
static gboolean
is_full (AloqaArbiter *self, gboolean is_unseen)
{
  guint n_calls = 0;

  for (guint i = 0; i < self->calls->len; i++)
    n_calls += ((AloqaCall *) self->calls->pdata[i])->is_unseen == is_unseen;
  return n_calls >= self->max_calls;
}

/* At most one: without call ids nothing would tell two apart. */
static AloqaCall *
find_by_peer (AloqaArbiter *self, gint64 peer)
{
  for (guint i = 0; i < self->calls->len; i++) {
    AloqaCall *call = self->calls->pdata[i];

    if (call->peer == peer)
      return call;
  }
  return NULL;
}

static AloqaCall *
add_call (AloqaArbiter *self, gint64 peer)
{
  AloqaCall *call = aloqa_call_new (&self->context, ++self->n_numbers, peer);

  g_ptr_array_add (self->calls, call);
  return call;
}

static gboolean
has_ids (AloqaArbiter *self, const char *call_id)
{
  return call_id != NULL && (self->context.features & ALOQA_FEATURE_CALL_ID) != 0;
}

static void
bury (AloqaArbiter *self, AloqaCall *call)
{
  if (!has_ids (self, call->call_id)) {
    if (call->said_goodbye)
      aloqa_stale_expect_end (self->stale, call->peer, ++self->n_numbers);
    if (call->owes_offer)
      aloqa_stale_expect_offer (self->stale, call->peer, ++self->n_numbers);
  }
  if (call->is_missed_later)
    aloqa_lost_rings_add (self->lost_rings, call, ++self->n_numbers);
  if (!call->may_ring_on)
    aloqa_stale_remember (self->stale, call->call_id);
  g_ptr_array_remove (self->calls, call);
}

/* Returns: whether the peer has left the call for a new one with us, which is still to be opened */
static gboolean
step (AloqaArbiter *self, AloqaCall *call, AloqaCallInput input, const AloqaCallEvent *event)
{
  gboolean is_reopened;

  aloqa_call_step (call, input, event);
  is_reopened = call->is_reopened;
  if (call->phase == ALOQA_PHASE_ENDED)
    bury (self, call);
  return is_reopened;
}

static void
add_missed_call (AloqaArbiter *self, const AloqaMessage *message)
{
  AloqaEffect *effect = g_new0 (AloqaEffect, 1);

  effect->type = ALOQA_EFFECT_MISSED_CALL;
  effect->role = ALOQA_ROLE_CALLEE;
  effect->peer = message->peer;
  effect->kind = message->call_kind;
  effect->caller = message->caller != NULL ? aloqa_caller_copy (message->caller) : NULL;
  g_ptr_array_add (self->context.effects, effect);
}

/* A call_request or an offer from somebody with whom there is no call. */
static void
open_call (AloqaArbiter *self, const AloqaCallEvent *event)
{
  const AloqaMessage *message = event->message;
  gboolean is_offer = message->type == ALOQA_MESSAGE_OFFER;

  if (aloqa_stale_has (self->stale, message->call_id) ||
      (is_offer && aloqa_stale_take_offer (self->stale, message->peer))) {
    if (is_offer)
      aloqa_call_refuse_as_over (&self->context, message);
    return;
  }
  aloqa_lost_rings_settle (self->lost_rings, message->peer, message->call_id);
  if (is_full (self, FALSE) || (self->do_not_disturb && is_full (self, TRUE))) {
    aloqa_call_refuse (&self->context, message);
    add_missed_call (self, message);
    if (!has_ids (self, message->call_id))
      aloqa_stale_expect_end (self->stale, message->peer, ++self->n_numbers);
  } else {
    AloqaCall *call = add_call (self, message->peer);

    call->has_spoken = TRUE;
    call->is_unseen = self->do_not_disturb;
    step (self, call, aloqa_call_input_from_message (message->type), event);
  }
}

static void
step_and_reopen (AloqaArbiter *self, AloqaCall *call, AloqaCallInput input,
                 const AloqaCallEvent *event)
{
  if (step (self, call, input, event))
    open_call (self, event);
}

/* The server believes that we are in a call: after a crash we are not, and the peer must know. */
static void
deny_call (AloqaArbiter *self, const AloqaMessage *state)
{
  if (state->call_id == NULL || state->phase == ALOQA_CALL_STATE_RINGING)
    return;
  aloqa_call_refuse_as_over (&self->context, state);
}

static void
handle_without_call (AloqaArbiter *self, const AloqaCallEvent *event)
{
  switch (event->message->type) {
  case ALOQA_MESSAGE_CALL_REQUEST:
  case ALOQA_MESSAGE_OFFER:
    open_call (self, event);
    break;
  case ALOQA_MESSAGE_CALL_END:
    aloqa_stale_take_end (self->stale, event->message->peer);
    break;
  case ALOQA_MESSAGE_CALL_STATE:
    deny_call (self, event->message);
    break;
  default:
    break;
  }
}

/* A frame with the id of another call: a new call, the end of one that crossed ours, or stale. */
static void
handle_other_id (AloqaArbiter *self, AloqaCall *call, const AloqaCallEvent *event)
{
  const AloqaMessage *message = event->message;

  if (message->type == ALOQA_MESSAGE_CALL_END && call->is_glare &&
      g_strcmp0 (message->call_id, call->glare_id) == 0)
    aloqa_call_forget_glare (call);
  else if (message->type == ALOQA_MESSAGE_OFFER && aloqa_stale_has (self->stale, message->call_id))
    aloqa_call_refuse_as_over (&self->context, message);
  else if (message->type == ALOQA_MESSAGE_OFFER)
    step_and_reopen (self, call, ALOQA_INPUT_GOT_OTHER_OFFER, event);
  else if (message->type == ALOQA_MESSAGE_CALL_REQUEST &&
           !aloqa_stale_has (self->stale, message->call_id))
    step_and_reopen (self, call, ALOQA_INPUT_GOT_REQUEST, event);
}

/* The server may deliver twice what it could not be sure of. */
static gboolean
is_duplicate (AloqaCall *call, const AloqaMessage *message, gboolean is_same_id)
{
  if (message->type == ALOQA_MESSAGE_OFFER)
    return g_strcmp0 (message->sdp, call->offer) == 0;
  return message->type == ALOQA_MESSAGE_CALL_REQUEST && is_same_id;
}

/* What the server says to who is back: a call of theirs rings as it did. */
static gboolean
rings_still (AloqaCall *call, const AloqaMessage *message, gboolean is_same_id)
{
  if (message->type == ALOQA_MESSAGE_CALL_STATE)
    return message->phase == ALOQA_CALL_STATE_RINGING;
  return is_duplicate (call, message, is_same_id);
}

/* Without an id: is it of a call before this one? Only while the peer has not spoken in this one. */
static gboolean
is_stale_end (AloqaArbiter *self, AloqaCall *call, const AloqaMessage *message)
{
  return message->type == ALOQA_MESSAGE_CALL_END && message->call_id == NULL && !call->has_spoken &&
         aloqa_stale_take_end (self->stale, call->peer);
}

static void
handle_for_call (AloqaArbiter *self, AloqaCall *call, const AloqaCallEvent *event)
{
  const AloqaMessage *message = event->message;
  gboolean has_both = message->call_id != NULL && call->call_id != NULL;
  gboolean is_same_id = has_both && g_str_equal (message->call_id, call->call_id);

  if (has_both && !is_same_id) {
    handle_other_id (self, call, event);
  } else if (rings_still (call, message, is_same_id)) {
    aloqa_call_note_word (call);
  } else if (!is_stale_end (self, call, message)) {
    call->has_spoken |= message->type != ALOQA_MESSAGE_CALL_STATE;
    step_and_reopen (self, call, aloqa_call_input_from_message (message->type), event);
  }
}

/* An error of the server's names no call. */
static void
handle_error (AloqaArbiter *self, const AloqaCallEvent *event)
{
  for (guint i = self->calls->len; i > 0; i--)
    step (self, self->calls->pdata[i - 1], ALOQA_INPUT_GOT_ERROR, event);
}

/* RTP and RTCP share a port in all our calls, so a candidate for RTCP alone has no use. */
static gboolean
is_usable (const AloqaMessage *message)
{
  switch (message->type) {
  case ALOQA_MESSAGE_OFFER:
  case ALOQA_MESSAGE_ANSWER:
  case ALOQA_MESSAGE_REPLACE:
  case ALOQA_MESSAGE_REPLACE_ANSWER:
    return message->sdp != NULL;
  case ALOQA_MESSAGE_CANDIDATE:
    return message->candidate != NULL &&
           (aloqa_candidate_is_end (message->candidate) || message->candidate->component == 1);
  default:
    return aloqa_call_input_from_message (message->type) != ALOQA_N_INPUTS;
  }
}

static void
handle_message (AloqaArbiter *self, const AloqaCallEvent *event)
{
  const AloqaMessage *message = event->message;
  AloqaCall *call = find_by_peer (self, message->peer);

  if (message->type == ALOQA_MESSAGE_ERROR)
    handle_error (self, event);
  else if (!is_usable (message) || message->peer <= 0 || message->peer == self->context.own_id)
    g_debug ("a frame of type %s that is nothing to a call",
             aloqa_message_type_to_string (message->type));
  else if (call != NULL)
    handle_for_call (self, call, event);
  else
    handle_without_call (self, event);
}

static AloqaEffect *
add_refused (AloqaArbiter *self, const AloqaCallEvent *event, AloqaEffectType type)
{
  AloqaEffect *effect = g_new0 (AloqaEffect, 1);

  effect->type = type;
  effect->call = self->n_numbers;
  effect->role = ALOQA_ROLE_CALLER;
  effect->peer = event->peer;
  effect->kind = event->kind;
  g_ptr_array_add (self->context.effects, effect);
  return effect;
}

/* A call that is over before it begins: whoever dialled sees it come and go. */
static void
refuse_dial (AloqaArbiter *self, const AloqaCallEvent *event, AloqaEnded reason)
{
  self->n_numbers++;
  add_refused (self, event, ALOQA_EFFECT_SHOW_PHASE)->phase = ALOQA_PHASE_NEW;
  add_refused (self, event, ALOQA_EFFECT_ENDED)->ended = reason;
}

/* To dial somebody whose call rings here is to accept it. */
static void
accept_by_dialling (AloqaArbiter *self, AloqaCall *call, const AloqaCallEvent *event)
{
  AloqaCallEvent accept = {
    .type = ALOQA_CALL_EVENT_ACCEPT,
    .call = call->number,
    .is_on = event->kind == ALOQA_CALL_VIDEO,
  };

  step (self, call, ALOQA_INPUT_ACCEPT, &accept);
}

static void
dial (AloqaArbiter *self, const AloqaCallEvent *event)
{
  AloqaCall *call = find_by_peer (self, event->peer);

  if (event->peer <= 0 || event->peer == self->context.own_id)
    refuse_dial (self, event, ALOQA_ENDED_UNKNOWN_USER);
  else if (call != NULL && is_ringing_here (call) && (!call->is_unseen || !is_full (self, FALSE)))
    accept_by_dialling (self, call, event);
  else if (call != NULL || is_full (self, FALSE))
    refuse_dial (self, event, ALOQA_ENDED_IN_A_CALL);
  else {
    aloqa_lost_rings_settle (self->lost_rings, event->peer, NULL);
    step (self, add_call (self, event->peer), ALOQA_INPUT_DIAL, event);
  }
}

/* A deadline that was stopped may have been on its way already. */
static void
handle_deadline (AloqaArbiter *self, const AloqaCallEvent *event)
{
  AloqaCall *call = find_by_number (self, event->call);
  AloqaCallInput input = aloqa_call_input_from_deadline (event->deadline);

  if (call == NULL) {
    if (!aloqa_lost_rings_expire (self->lost_rings, event->call, event->deadline))
      aloqa_stale_expire (self->stale, event->call, event->deadline);
  } else if ((call->deadlines & (1u << event->deadline)) != 0) {
    call->deadlines &= ~(1u << event->deadline);
    if (input != ALOQA_N_INPUTS)
      step (self, call, input, event);
  }
}

/* It is out of reach, or back. */
static void
note_server (AloqaArbiter *self, gboolean is_online)
{
  gboolean has_changed = self->context.is_online != is_online;

  self->context.is_online = is_online;
  if (has_changed)
    aloqa_lost_rings_note_server (self->lost_rings);
  for (guint i = 0; i < self->calls->len; i++)
    aloqa_call_note_server (self->calls->pdata[i]);
}

static void
handle_call_event (AloqaArbiter *self, const AloqaCallEvent *event)
{
  AloqaCall *call = find_by_number (self, event->call);

  if (call != NULL)
    step (self, call, aloqa_call_input_from_event (event->type), event);
}

static void
dispatch (AloqaArbiter *self, const AloqaCallEvent *event)
{
  switch (event->type) {
  case ALOQA_CALL_EVENT_DIAL:
    dial (self, event);
    break;
  case ALOQA_CALL_EVENT_MESSAGE:
    handle_message (self, event);
    break;
  case ALOQA_CALL_EVENT_SIGNALLING_CONNECTED:
    self->context.features = event->features;
    note_server (self, TRUE);
    break;
  case ALOQA_CALL_EVENT_SIGNALLING_LOST:
    note_server (self, FALSE);
    break;
  case ALOQA_CALL_EVENT_DEADLINE:
    handle_deadline (self, event);
    break;
  default:
    handle_call_event (self, event);
    break;
  }
}

/**
 * aloqa_arbiter_new:
 * @own_id: the account's user id, which decides when two call each other
 *
 * Returns: (transfer full): an arbiter for one call at a time; free with aloqa_arbiter_free()
 */
AloqaArbiter *
aloqa_arbiter_new (gint64 own_id)
{
  AloqaArbiter *self = g_new0 (AloqaArbiter, 1);

  self->context.own_id = own_id;
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_call_free);
  self->stale = aloqa_stale_new (&self->context);
  self->lost_rings = aloqa_lost_rings_new (&self->context);
  self->max_calls = 1;
  return self;
}

/* Forgets calls that are on without effects: hang up before. */
void
aloqa_arbiter_free (AloqaArbiter *self)
{
  g_ptr_array_unref (self->calls);
  aloqa_stale_free (self->stale);
  aloqa_lost_rings_free (self->lost_rings);
  g_free (self);
}

/**
 * aloqa_arbiter_set_max_calls:
 * @n_calls: with how many people there can be calls at a time, at least 1; others find us busy. As
 *   many more may ring unseen
 */
void
aloqa_arbiter_set_max_calls (AloqaArbiter *self, guint n_calls)
{
  g_return_if_fail (n_calls > 0);

  self->max_calls = n_calls;
}

/**
 * aloqa_arbiter_set_do_not_disturb:
 * @is_on: whether calls ring unseen: their callers hear it ring until they are told that nobody
 *   answers, and here nothing is heard or shown of it. What rings already goes on as it is
 */
void
aloqa_arbiter_set_do_not_disturb (AloqaArbiter *self, gboolean is_on)
{
  self->do_not_disturb = is_on;
}

/**
 * aloqa_arbiter_handle:
 * @event: what has happened
 *
 * Decides. Must not be called again before the effects are run, or at least queued.
 *
 * Returns: (transfer full) (element-type AloqaEffect): what to do, in order; often nothing
 */
GPtrArray *
aloqa_arbiter_handle (AloqaArbiter *self, const AloqaCallEvent *event)
{
  self->context.effects = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_effect_free);
  dispatch (self, event);
  return g_steal_pointer (&self->context.effects);
}

/* How many calls ring or go on. */
guint
aloqa_arbiter_get_n_calls (AloqaArbiter *self)
{
  return self->calls->len;
}

/**
 * aloqa_arbiter_get_phase:
 * @call: its number
 *
 * Returns: its phase; ENDED where there is no such call any more
 */
AloqaPhase
aloqa_arbiter_get_phase (AloqaArbiter *self, guint call)
{
  AloqaCall *found = find_by_number (self, call);

  return found != NULL ? found->phase : ALOQA_PHASE_ENDED;
}
