/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/stale.h"

/* Calls that ended within the time that a frame can be on its way. */
#define N_REMEMBERED_IDS 16
/* Callers turned down within 10 s; the oldest is forgotten, so that strangers cannot fill memory. */
#define MAX_EXPECTED 32
/* Several refusals of one caller in a row. */
#define MAX_ENDS 4

typedef struct {
  gint64 peer;
  guint number; /* of its deadlines */
  guint n_ends; /* call_end frames that may come */
  gboolean is_offer_due;
} Expected;

struct _AloqaStale {
  AloqaCallContext *context;
  GQueue ids;
  GPtrArray *expected; /* of Expected, oldest first */
};

AloqaStale *
aloqa_stale_new (AloqaCallContext *context)
{
  AloqaStale *self = g_new0 (AloqaStale, 1);

  self->context = context;
  self->expected = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
aloqa_stale_free (AloqaStale *self)
{
  g_queue_clear_full (&self->ids, g_free);
  g_ptr_array_unref (self->expected);
  g_free (self);
}

/* The call with this id (or NULL) is over. */
void
aloqa_stale_remember (AloqaStale *self, const char *call_id)
{
  if (call_id == NULL)
    return;
  g_queue_push_tail (&self->ids, g_strdup (call_id));
  if (self->ids.length > N_REMEMBERED_IDS)
    g_free (g_queue_pop_head (&self->ids));
}

gboolean
aloqa_stale_has (AloqaStale *self, const char *call_id)
{
  return call_id != NULL &&
         g_queue_find_custom (&self->ids, call_id, (GCompareFunc) g_strcmp0) != NULL;
}

static void
add_deadline (AloqaStale *self, AloqaEffectType type, guint number, AloqaDeadline deadline,
              guint duration_ms)
{
  AloqaEffect *effect = g_new0 (AloqaEffect, 1);

  effect->type = type;
  effect->call = number;
  effect->deadline = deadline;
  effect->duration_ms = duration_ms;
  g_ptr_array_add (self->context->effects, effect);
}

static void
stop_end (AloqaStale *self, Expected *expected)
{
  if (expected->n_ends > 0)
    add_deadline (self, ALOQA_EFFECT_STOP_DEADLINE, expected->number, ALOQA_DEADLINE_STALE_END, 0);
}

static void
stop_offer (AloqaStale *self, Expected *expected)
{
  if (expected->is_offer_due)
    add_deadline (self, ALOQA_EFFECT_STOP_DEADLINE, expected->number, ALOQA_DEADLINE_STALE_OFFER,
                  0);
}

static Expected *
find (AloqaStale *self, gint64 peer)
{
  for (guint i = 0; i < self->expected->len; i++) {
    Expected *expected = self->expected->pdata[i];

    if (expected->peer == peer)
      return expected;
  }
  return NULL;
}

static Expected *
find_or_add (AloqaStale *self, gint64 peer, guint number)
{
  Expected *expected = find (self, peer);

  if (expected != NULL)
    return expected;
  if (self->expected->len == MAX_EXPECTED) {
    stop_end (self, self->expected->pdata[0]);
    stop_offer (self, self->expected->pdata[0]);
    g_ptr_array_remove_index (self->expected, 0);
  }
  expected = g_new0 (Expected, 1);
  expected->peer = peer;
  expected->number = number;
  g_ptr_array_add (self->expected, expected);
  return expected;
}

static void
forget_if_done (AloqaStale *self, Expected *expected)
{
  if (expected->n_ends == 0 && !expected->is_offer_due)
    g_ptr_array_remove (self->expected, expected);
}

/**
 * aloqa_stale_expect_end:
 * @number: a call number that is used for nothing else
 *
 * A call_end of @peer's may come in the next 3 s that is of a call which is over.
 */
void
aloqa_stale_expect_end (AloqaStale *self, gint64 peer, guint number)
{
  Expected *expected = find_or_add (self, peer, number);

  stop_end (self, expected);
  expected->n_ends = MIN (expected->n_ends + 1, MAX_ENDS);
  add_deadline (self, ALOQA_EFFECT_START_DEADLINE, expected->number, ALOQA_DEADLINE_STALE_END,
                ALOQA_STALE_END_TIMEOUT_MS);
}

/**
 * aloqa_stale_expect_offer:
 * @number: a call number that is used for nothing else
 *
 * We asked @peer for an offer and then hung up: it may come all the same.
 */
void
aloqa_stale_expect_offer (AloqaStale *self, gint64 peer, guint number)
{
  Expected *expected = find_or_add (self, peer, number);

  stop_offer (self, expected);
  expected->is_offer_due = TRUE;
  add_deadline (self, ALOQA_EFFECT_START_DEADLINE, expected->number, ALOQA_DEADLINE_STALE_OFFER,
                ALOQA_STALE_OFFER_TIMEOUT_MS);
}

/* Returns: whether a call_end of @peer's was expected; it counts as come */
gboolean
aloqa_stale_take_end (AloqaStale *self, gint64 peer)
{
  Expected *expected = find (self, peer);

  if (expected == NULL || expected->n_ends == 0)
    return FALSE;
  if (expected->n_ends == 1)
    stop_end (self, expected);
  expected->n_ends--;
  forget_if_done (self, expected);
  return TRUE;
}

/* Returns: whether an offer of @peer's was expected; it counts as come */
gboolean
aloqa_stale_take_offer (AloqaStale *self, gint64 peer)
{
  Expected *expected = find (self, peer);

  if (expected == NULL || !expected->is_offer_due)
    return FALSE;
  stop_offer (self, expected);
  expected->is_offer_due = FALSE;
  forget_if_done (self, expected);
  return TRUE;
}

/* Returns: whether the deadline was one of these */
gboolean
aloqa_stale_expire (AloqaStale *self, guint number, AloqaDeadline deadline)
{
  for (guint i = 0; i < self->expected->len; i++) {
    Expected *expected = self->expected->pdata[i];

    if (expected->number != number)
      continue;
    if (deadline == ALOQA_DEADLINE_STALE_END)
      expected->n_ends = 0;
    else if (deadline == ALOQA_DEADLINE_STALE_OFFER)
      expected->is_offer_due = FALSE;
    forget_if_done (self, expected);
    return TRUE;
  }
  return FALSE;
}
