/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/*
 * A call that rings while the server is out of reach: nobody can answer it, and its end would not be
 * heard of. Nothing is heard then; it is over where the server does not come back soon, or comes back
 * and does not know it.
 */

static gboolean
is_callee (AloqaCall *self)
{
  return self->phase == ALOQA_PHASE_INCOMING || self->phase == ALOQA_PHASE_INCOMING_OFFER;
}

/* Whether it waits for somebody to answer. */
static gboolean
waits (AloqaCall *self)
{
  return (self->deadlines & (1u << ALOQA_DEADLINE_RING)) != 0;
}

/* A server with call ids tells who is back of each call that it knew before. */
static gboolean
expects_word (AloqaCall *self)
{
  return (self->context->features & ALOQA_FEATURE_CALL_ID) != 0 && self->call_id != NULL &&
         (is_callee (self) || self->phase == ALOQA_PHASE_RINGING);
}

/* The server is out of reach now, or back: the context says which. */
void
aloqa_call_note_server (AloqaCall *self)
{
  gboolean is_away = (self->deadlines & (1u << ALOQA_DEADLINE_AWAY)) != 0;

  if (!self->context->is_online && waits (self) && !is_away)
    aloqa_call_start_deadline (self, ALOQA_DEADLINE_AWAY,
                               is_callee (self) ? ALOQA_AWAY_CALLEE_MS : ALOQA_AWAY_CALLER_MS);
  else if (self->context->is_online && is_away && expects_word (self))
    aloqa_call_start_deadline (self, ALOQA_DEADLINE_AWAY,
                               is_callee (self) ? ALOQA_AWAY_CALLEE_MS : ALOQA_AWAY_WORD_MS);
  else if (self->context->is_online)
    aloqa_call_stop_deadline (self, ALOQA_DEADLINE_AWAY);
  aloqa_call_update_tones (self);
}

/* The server has said that the call rings. */
void
aloqa_call_note_word (AloqaCall *self)
{
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_AWAY);
  aloqa_call_update_tones (self);
}

/*
 * A callee says nothing: at other devices it may ring on, and here, too, once the server is back. A
 * request comes again then, an offer does not.
 */
static void
run_lose_server (AloqaCall *self, const AloqaCallEvent *event)
{
  self->may_ring_on = is_callee (self);
  self->is_missed_later = self->phase == ALOQA_PHASE_INCOMING && expects_word (self);
  if (!is_callee (self))
    aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_SIGNALLING_LOST, NULL);
}

const AloqaCallAction aloqa_action_lose_server = { "lose server", run_lose_server,
                                                   ALOQA_PHASE_BIT (ENDED) };
