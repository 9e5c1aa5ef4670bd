/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/call-pair.h"

#include <string.h>

/*
 * A page sends a call_end of its own for every call_end it gets, and one 2 s after a call_reject.
 * Within this time such an echo is taken for what it is.
 */
#define ECHO_LIMIT_US (4 * G_USEC_PER_SEC)

/*
 * How long the two may take to get further, and ten seconds more for clocks and networks: the ring
 * 60 s, accept to offer 60 s, and offer to answer 120 s, for web pages ask their user a second time.
 * An answered call needs no frames; one that nobody ends in a day has been forgotten.
 */
static const gint64 stage_limits_us[] = {
  [ALOQA_CALL_STAGE_REQUESTED] = 70 * G_USEC_PER_SEC,
  [ALOQA_CALL_STAGE_ACCEPTED] = 70 * G_USEC_PER_SEC,
  [ALOQA_CALL_STAGE_OFFERED] = 130 * G_USEC_PER_SEC,
  [ALOQA_CALL_STAGE_ANSWERED] = 24 * 60 * 60 * (gint64) G_USEC_PER_SEC,
};

/* Redials within the time of an echo. */
#define MAX_ENDED 8

typedef struct {
  char *id;
  gint64 until_us;
  gint64 echo_from; /* who may still send a call_end without an id; or 0 */
} Ended;

static void
ended_free (gpointer data)
{
  Ended *ended = data;

  g_free (ended->id);
  g_free (ended);
}

AloqaCallPair *
aloqa_call_pair_new (gint64 low, gint64 high)
{
  AloqaCallPair *self = g_new0 (AloqaCallPair, 1);

  self->low = low;
  self->high = high;
  return self;
}

void
aloqa_call_pair_free (AloqaCallPair *self)
{
  aloqa_call_pair_drop (self, &self->by_low);
  aloqa_call_pair_drop (self, &self->by_high);
  g_queue_clear_full (&self->ended, ended_free);
  g_free (self);
}

AloqaCallEntry *
aloqa_call_pair_get_call_by (AloqaCallPair *self, gint64 caller)
{
  return caller == self->low ? &self->by_low : &self->by_high;
}

/**
 * aloqa_call_pair_get_main_call:
 *
 * Returns: (transfer none): of two calls, the one that has come further; of two that are equally
 *   far, the later one. Its id is NULL where there is none.
 */
AloqaCallEntry *
aloqa_call_pair_get_main_call (AloqaCallPair *self)
{
  AloqaCallEntry *a = &self->by_low;
  AloqaCallEntry *b = &self->by_high;

  if (a->id == NULL || b->id == NULL)
    return a->id != NULL ? a : b;
  if (a->stage != b->stage)
    return a->stage > b->stage ? a : b;
  return a->touched_us > b->touched_us ? a : b;
}

/**
 * aloqa_call_pair_find_call:
 *
 * Returns: (transfer none) (nullable):
 */
AloqaCallEntry *
aloqa_call_pair_find_call (AloqaCallPair *self, const char *id)
{
  if (g_strcmp0 (self->by_low.id, id) == 0)
    return &self->by_low;
  if (g_strcmp0 (self->by_high.id, id) == 0)
    return &self->by_high;
  return NULL;
}

/* The seat of @user_id, who is one of the two. */
AloqaCallSeat *
aloqa_call_entry_get_seat (AloqaCallEntry *self, gint64 user_id)
{
  return user_id == self->caller ? &self->caller_seat : &self->callee_seat;
}

gint64
aloqa_call_entry_get_other (const AloqaCallEntry *self, gint64 user_id)
{
  return user_id == self->caller ? self->callee : self->caller;
}

gboolean
aloqa_call_entry_is_ringing_at (const AloqaCallEntry *self, const AloqaDevice *device)
{
  return self->rung != NULL && g_ptr_array_find (self->rung, device, NULL);
}

void
aloqa_call_entry_enter (AloqaCallEntry *self, AloqaCallStage stage, gint64 now_us)
{
  self->stage = stage;
  self->deadline_us = now_us + stage_limits_us[stage];
}

/**
 * aloqa_call_pair_begin:
 * @call: one of the two of @self
 * @id: (nullable): NULL for one made here
 */
void
aloqa_call_pair_begin (AloqaCallPair *self, AloqaCallEntry *call, const char *id)
{
  char *new_id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  gboolean is_by_low = call == &self->by_low;

  aloqa_call_pair_drop (self, call);
  call->id = new_id;
  call->caller = is_by_low ? self->low : self->high;
  call->callee = is_by_low ? self->high : self->low;
}

/* As if it had never been. */
void
aloqa_call_pair_drop (AloqaCallPair *self, AloqaCallEntry *call)
{
  g_free (call->id);
  aloqa_call_seat_clear (&call->caller_seat);
  aloqa_call_seat_clear (&call->callee_seat);
  g_clear_pointer (&call->rung, g_ptr_array_unref);
  g_clear_pointer (&call->has_rung_at, g_ptr_array_unref);
  g_clear_pointer (&call->identity, aloqa_caller_free);
  *call = (AloqaCallEntry){ 0 };
}

/**
 * aloqa_call_pair_end:
 * @echo_from: who may answer the end with a call_end of their own
 */
void
aloqa_call_pair_end (AloqaCallPair *self, AloqaCallEntry *call, gint64 echo_from, gint64 now_us)
{
  Ended *ended = g_new0 (Ended, 1);

  ended->id = g_strdup (call->id);
  ended->until_us = now_us + ECHO_LIMIT_US;
  ended->echo_from = echo_from;
  aloqa_call_pair_drop (self, call);
  g_queue_push_tail (&self->ended, ended);
  if (self->ended.length > MAX_ENDED)
    ended_free (g_queue_pop_head (&self->ended));
}

gboolean
aloqa_call_pair_is_ended (AloqaCallPair *self, const char *id)
{
  for (GList *link = self->ended.head; link != NULL; link = link->next) {
    Ended *ended = link->data;

    if (strcmp (ended->id, id) == 0)
      return TRUE;
  }
  return FALSE;
}

/**
 * aloqa_call_pair_take_echo:
 *
 * Returns: (transfer full) (nullable): the call that is over and whose echo from @sender this is;
 *   there is one echo a call
 */
char *
aloqa_call_pair_take_echo (AloqaCallPair *self, gint64 sender)
{
  for (GList *link = self->ended.head; link != NULL; link = link->next) {
    Ended *ended = link->data;

    if (ended->echo_from == sender) {
      ended->echo_from = 0;
      return g_strdup (ended->id);
    }
  }
  return NULL;
}

/**
 * aloqa_call_pair_forget:
 *
 * Forgets ends that nobody can be echoing any more.
 *
 * Returns: whether nothing is left
 */
gboolean
aloqa_call_pair_forget (AloqaCallPair *self, gint64 now_us)
{
  Ended *oldest;

  while ((oldest = g_queue_peek_head (&self->ended)) != NULL && oldest->until_us < now_us)
    ended_free (g_queue_pop_head (&self->ended));
  return self->by_low.id == NULL && self->by_high.id == NULL && self->ended.length == 0;
}
