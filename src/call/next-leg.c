/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

#include "protocol/limits.h"

/*
 * Make before break ("replace"): a second leg is agreed on while the first goes on, and takes over
 * once it carries media. Both ends switch by themselves. A leg that fails or takes too long is
 * dropped, and nothing has happened.
 */

typedef void (*AloqaLegAction) (AloqaCall *self, const AloqaCallEvent *event);

gboolean
aloqa_call_can_replace (AloqaCall *self)
{
  const AloqaFeatures needed = ALOQA_FEATURE_REPLACE | ALOQA_FEATURE_CALL_ID;

  return (self->context->features & needed) == needed && self->call_id != NULL &&
         self->last_wire_leg < ALOQA_MAX_LEG;
}

static void
forget_next (AloqaCall *self)
{
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_REPLACE);
  aloqa_call_stop_leg (self, &self->next);
  self->next_phase = ALOQA_LEG_NONE;
}

/* Gives up the leg that was to come, where there is one. */
void
aloqa_call_drop_next_leg (AloqaCall *self)
{
  forget_next (self);
  if (self->next_is_for_video)
    aloqa_call_add_effect (self, ALOQA_EFFECT_SHOW_NOTICE)->notice = ALOQA_NOTICE_NO_VIDEO;
  self->next_is_for_video = FALSE;
}

static void
prepare_next (AloqaCall *self, AloqaRole role, gboolean has_video, gint64 wire_leg)
{
  forget_next (self);
  self->next = aloqa_call_prepare_leg (self, role, has_video ? ALOQA_CALL_VIDEO : ALOQA_CALL_AUDIO,
                                       wire_leg);
  aloqa_call_start_deadline (self, ALOQA_DEADLINE_REPLACE, ALOQA_REPLACE_TIMEOUT_MS);
}

static void
ignore (AloqaCall *self, const AloqaCallEvent *event)
{
}

/* With the first leg gone as well there is nothing to go on with. */
static void
give_up (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_drop_next_leg (self);
  if (!self->is_leg_broken)
    return;
  aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_LOST, event->detail);
}

/* Again from the start where one is under way: the network has changed once more. */
static void
begin (AloqaCall *self, const AloqaCallEvent *event)
{
  prepare_next (self, ALOQA_ROLE_CALLER, self->has_video || self->next_is_for_video,
                self->last_wire_leg + 1);
  aloqa_call_add_sdp_effect (self, ALOQA_EFFECT_CREATE_OFFER, self->next, NULL);
  self->next_phase = ALOQA_LEG_OFFERING;
}

/* The peer's leg. A picture in it is shown; our own camera stays as it is. */
static void
take (AloqaCall *self, const AloqaCallEvent *event)
{
  const AloqaMessage *message = event->message;

  if (message->leg <= self->leg->wire_leg || message->leg > ALOQA_MAX_LEG)
    return;
  prepare_next (self, ALOQA_ROLE_CALLEE, aloqa_sdp_text_has_video (message->sdp), message->leg);
  aloqa_call_add_sdp_effect (self, ALOQA_EFFECT_ACCEPT_OFFER, self->next, message->sdp);
  self->next_phase = ALOQA_LEG_ANSWERING;
}

/* Another one, not the same frame again. */
static void
take_newer (AloqaCall *self, const AloqaCallEvent *event)
{
  if (event->message->leg > self->next->wire_leg)
    take (self, event);
}

/* Both want a new leg at once: as with calls, the lower id's goes on and the other is dropped. */
static void
collide (AloqaCall *self, const AloqaCallEvent *event)
{
  if (self->context->own_id > self->peer)
    take (self, event);
}

static void
send_description (AloqaCall *self, AloqaMessageType type, const char *sdp)
{
  AloqaMessage *message = aloqa_call_new_message (self, type);

  message->leg = self->next->wire_leg;
  message->sdp = g_strdup (sdp);
  aloqa_call_send (self, message);
}

static void
send_offer (AloqaCall *self, const AloqaCallEvent *event)
{
  send_description (self, ALOQA_MESSAGE_REPLACE, event->sdp);
  self->next_phase = ALOQA_LEG_OFFERED;
}

static void
send_answer (AloqaCall *self, const AloqaCallEvent *event)
{
  send_description (self, ALOQA_MESSAGE_REPLACE_ANSWER, event->sdp);
  aloqa_call_send_held (self, self->next);
  self->next_phase = ALOQA_LEG_CONNECTING;
}

static void
apply (AloqaCall *self, const AloqaCallEvent *event)
{
  if (event->message->leg != self->next->wire_leg)
    return;
  aloqa_call_add_sdp_effect (self, ALOQA_EFFECT_APPLY_ANSWER, self->next, event->message->sdp);
  aloqa_call_add_early (self, self->next);
  aloqa_call_send_held (self, self->next);
  self->next_phase = ALOQA_LEG_CONNECTING;
}

static void
hold_back (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_leg_hold (self->next, event->candidate);
}

static void
send (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_send_candidate (self, self->next, event->candidate);
}

static void
keep (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_leg_keep (self->next, event->message->candidate);
}

static void
add (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_add_candidate (self, self->next, event->message->candidate);
}

/* What the new leg carries is what the call has from now on. */
static void
adopt (AloqaCall *self)
{
  aloqa_call_stop_leg (self, &self->leg);
  self->leg = g_steal_pointer (&self->next);
  self->next_phase = ALOQA_LEG_NONE;
  self->is_leg_broken = FALSE;
  self->has_video = self->leg->has_video;
  self->kind = self->has_video ? ALOQA_CALL_VIDEO : ALOQA_CALL_AUDIO;
}

/* The picture that the person asked for can be sent, or cannot. */
static void
take_wish (AloqaCall *self)
{
  if (self->has_video) {
    self->wants_video = TRUE;
    self->next_is_for_video = FALSE;
  } else {
    aloqa_call_drop_next_leg (self);
  }
}

/* Where the peer's leg came before the one that we wanted for our picture, ours is next. */
static void
swap (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_REPLACE);
  aloqa_call_add_effect (self, ALOQA_EFFECT_SWITCH_LEG)->leg = self->next->number;
  adopt (self);
  aloqa_call_enter (self, ALOQA_PHASE_CONNECTED);
  if (self->next_is_for_video && !self->has_video && aloqa_call_can_replace (self))
    begin (self, event);
  else if (self->next_is_for_video)
    take_wish (self);
}

/* clang-format off */
static const AloqaLegAction table[ALOQA_N_INPUTS][ALOQA_N_LEG_PHASES] = {
  /*                                    NONE    OFFERING   OFFERED    ANSWERING    CONNECTING */
  [ALOQA_INPUT_NETWORK_CHANGED] =    { begin,  begin,     begin,     begin,       begin },
  [ALOQA_INPUT_GOT_REPLACE] =        { take,   collide,   collide,   take_newer,  take_newer },
  [ALOQA_INPUT_GOT_REPLACE_ANSWER] = { ignore, ignore,    apply,     ignore,      ignore },
  [ALOQA_INPUT_GOT_CANDIDATE] =      { ignore, ignore,    keep,      add,         add },
  [ALOQA_INPUT_OFFER_READY] =        { ignore, send_offer, ignore,   ignore,      ignore },
  [ALOQA_INPUT_ANSWER_READY] =       { ignore, ignore,    ignore,    send_answer, ignore },
  [ALOQA_INPUT_LOCAL_CANDIDATE] =    { ignore, hold_back, hold_back, hold_back,   send },
  [ALOQA_INPUT_MEDIA_CONNECTED] =    { ignore, ignore,    ignore,    ignore,      ignore },
  [ALOQA_INPUT_FIRST_MEDIA] =        { ignore, ignore,    ignore,    ignore,      swap },
  [ALOQA_INPUT_MEDIA_SILENT] =       { ignore, ignore,    ignore,    ignore,      ignore },
  [ALOQA_INPUT_MEDIA_RESUMED] =      { ignore, ignore,    ignore,    ignore,      ignore },
  [ALOQA_INPUT_MEDIA_DEAD] =         { ignore, give_up,   give_up,   give_up,     give_up },
  [ALOQA_INPUT_MEDIA_FAILED] =       { ignore, give_up,   give_up,   give_up,     give_up },
  [ALOQA_INPUT_REPLACE_OVER] =       { ignore, give_up,   give_up,   give_up,     give_up },
};
/* clang-format on */

/* Runs what @input means for the leg that is to come; for a new wish NETWORK_CHANGED. */
void
aloqa_call_step_next_leg (AloqaCall *self, AloqaCallInput input, const AloqaCallEvent *event)
{
  AloqaLegAction action = table[input][self->next_phase];

  g_return_if_fail (action != NULL);

  action (self, event);
}
