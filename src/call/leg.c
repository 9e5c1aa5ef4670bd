/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

#include <string.h>

/* What waits on either side of one webrtcbin, and the effects that name it. */

/**
 * aloqa_call_prepare_leg:
 * @wire_leg: its number in frames
 *
 * Has a webrtcbin made. The leg is the call's, which must stop it.
 */
AloqaLeg *
aloqa_call_prepare_leg (AloqaCall *self, AloqaRole role, AloqaCallKind kind, gint64 wire_leg)
{
  AloqaLeg *leg = g_new0 (AloqaLeg, 1);
  AloqaEffect *effect = aloqa_call_add_effect (self, ALOQA_EFFECT_PREPARE_MEDIA);

  leg->number = self->n_legs++;
  leg->wire_leg = wire_leg;
  leg->has_video = kind == ALOQA_CALL_VIDEO;
  leg->held = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_candidate_unref);
  leg->early = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_candidate_unref);
  self->last_wire_leg = MAX (self->last_wire_leg, wire_leg);
  effect->leg = leg->number;
  effect->role = role;
  effect->kind = kind;
  return leg;
}

void
aloqa_leg_free (AloqaLeg *self)
{
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->early);
  g_free (self);
}

/* Stops and forgets @leg, where there is one. */
void
aloqa_call_stop_leg (AloqaCall *self, AloqaLeg **leg)
{
  if (*leg == NULL)
    return;
  aloqa_call_add_effect (self, ALOQA_EFFECT_STOP_MEDIA)->leg = (*leg)->number;
  g_clear_pointer (leg, aloqa_leg_free);
}

/*
 * A fresh webrtcbin in place of the call's: there is no way back from an offer or a network. What
 * the peer has sent stays; own candidates of the old one are void.
 */
void
aloqa_call_renew_leg (AloqaCall *self)
{
  g_autoptr (GPtrArray) early = g_ptr_array_ref (self->leg->early);

  aloqa_call_stop_leg (self, &self->leg);
  self->leg = aloqa_call_prepare_leg (self, self->role, self->kind, 0);
  g_ptr_array_unref (self->leg->early);
  self->leg->early = g_steal_pointer (&early);
}

void
aloqa_call_add_sdp_effect (AloqaCall *self, AloqaEffectType type, AloqaLeg *leg, const char *sdp)
{
  AloqaEffect *effect = aloqa_call_add_effect (self, type);

  effect->leg = leg->number;
  effect->sdp = g_strdup (sdp);
}

static void
push (GPtrArray *queue, AloqaCandidate *candidate)
{
  if (queue->len < ALOQA_MAX_HELD_CANDIDATES)
    g_ptr_array_add (queue, aloqa_candidate_ref (candidate));
}

/* Keeps an own candidate until the peer can take it; those over the limit are dropped. */
void
aloqa_leg_hold (AloqaLeg *self, AloqaCandidate *candidate)
{
  push (self->held, candidate);
}

/* Keeps one of the peer's until its description is set; those over the limit are dropped. */
void
aloqa_leg_keep (AloqaLeg *self, AloqaCandidate *candidate)
{
  push (self->early, candidate);
}

void
aloqa_call_send_candidate (AloqaCall *self, AloqaLeg *leg, AloqaCandidate *candidate)
{
  AloqaMessage *message = aloqa_call_new_message (self, ALOQA_MESSAGE_CANDIDATE);

  message->candidate = aloqa_candidate_ref (candidate);
  message->leg = leg->wire_leg;
  aloqa_call_send (self, message);
}

void
aloqa_call_send_held (AloqaCall *self, AloqaLeg *leg)
{
  for (guint i = 0; i < leg->held->len; i++)
    aloqa_call_send_candidate (self, leg, leg->held->pdata[i]);
  g_ptr_array_set_size (leg->held, 0);
}

void
aloqa_call_add_candidate (AloqaCall *self, AloqaLeg *leg, AloqaCandidate *candidate)
{
  AloqaEffect *effect = aloqa_call_add_effect (self, ALOQA_EFFECT_ADD_CANDIDATE);

  effect->leg = leg->number;
  effect->candidate = aloqa_candidate_ref (candidate);
}

void
aloqa_call_add_early (AloqaCall *self, AloqaLeg *leg)
{
  for (guint i = 0; i < leg->early->len; i++)
    aloqa_call_add_candidate (self, leg, leg->early->pdata[i]);
  g_ptr_array_set_size (leg->early, 0);
}

/* Is there a picture in it? All that is asked of a description here; media reads the rest. */
gboolean
aloqa_sdp_text_has_video (const char *sdp)
{
  return strstr (sdp, "\nm=video ") != NULL;
}
