/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/effect.h"

static const char *const type_words[] = {
  [ALOQA_EFFECT_SEND] = "send",
  [ALOQA_EFFECT_START_RINGTONE] = "start-ringtone",
  [ALOQA_EFFECT_STOP_RINGTONE] = "stop-ringtone",
  [ALOQA_EFFECT_START_RINGBACK] = "start-ringback",
  [ALOQA_EFFECT_STOP_RINGBACK] = "stop-ringback",
  [ALOQA_EFFECT_PREPARE_MEDIA] = "prepare-media",
  [ALOQA_EFFECT_STOP_MEDIA] = "stop-media",
  [ALOQA_EFFECT_OPEN_DEVICES] = "open-devices",
  [ALOQA_EFFECT_CLOSE_DEVICES] = "close-devices",
  [ALOQA_EFFECT_SET_FLOW] = "set-flow",
  [ALOQA_EFFECT_CREATE_OFFER] = "create-offer",
  [ALOQA_EFFECT_ACCEPT_OFFER] = "accept-offer",
  [ALOQA_EFFECT_APPLY_ANSWER] = "apply-answer",
  [ALOQA_EFFECT_ADD_CANDIDATE] = "add-candidate",
  [ALOQA_EFFECT_SWITCH_LEG] = "switch-leg",
  [ALOQA_EFFECT_START_DEADLINE] = "start-deadline",
  [ALOQA_EFFECT_STOP_DEADLINE] = "stop-deadline",
  [ALOQA_EFFECT_SHOW_PHASE] = "show-phase",
  [ALOQA_EFFECT_SHOW_NOTICE] = "show-notice",
  [ALOQA_EFFECT_MISSED_CALL] = "missed-call",
  [ALOQA_EFFECT_ENDED] = "ended",
};

void
aloqa_effect_free (AloqaEffect *self)
{
  g_clear_pointer (&self->message, aloqa_message_unref);
  g_clear_pointer (&self->candidate, aloqa_candidate_unref);
  g_clear_pointer (&self->caller, aloqa_caller_free);
  g_free (self->sdp);
  g_free (self->detail);
  g_free (self);
}

/**
 * aloqa_effect_type_to_string:
 *
 * Returns: a word for logs, such as "create-offer"; static
 */
const char *
aloqa_effect_type_to_string (AloqaEffectType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (type_words), NULL);

  return type_words[type];
}
