/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/lost-rings.h"

/* One rings at a time, and one unseen: more are of a connection that comes and goes. */
#define MAX_RINGS 8

typedef struct {
  guint number; /* of its deadline */
  char *call_id;
  AloqaEffect *missed; /* what is held back; NULL once it is told */
} LostRing;

struct _AloqaLostRings {
  AloqaCallContext *context;
  GPtrArray *rings; /* of LostRing, oldest first; one of a peer at most */
};

static void
free_ring (gpointer data)
{
  LostRing *ring = data;

  g_clear_pointer (&ring->missed, aloqa_effect_free);
  g_free (ring->call_id);
  g_free (ring);
}

AloqaLostRings *
aloqa_lost_rings_new (AloqaCallContext *context)
{
  AloqaLostRings *self = g_new0 (AloqaLostRings, 1);

  self->context = context;
  self->rings = g_ptr_array_new_with_free_func (free_ring);
  return self;
}

void
aloqa_lost_rings_free (AloqaLostRings *self)
{
  g_ptr_array_unref (self->rings);
  g_free (self);
}

static void
add_deadline (AloqaLostRings *self, AloqaEffectType type, guint number, guint duration_ms)
{
  AloqaEffect *effect = g_new0 (AloqaEffect, 1);

  effect->type = type;
  effect->call = number;
  effect->deadline = ALOQA_DEADLINE_LOST_RING;
  effect->duration_ms = duration_ms;
  g_ptr_array_add (self->context->effects, effect);
}

static void
tell (AloqaLostRings *self, LostRing *ring)
{
  g_ptr_array_add (self->context->effects, g_steal_pointer (&ring->missed));
}

static AloqaEffect *
make_missed (const AloqaCall *call)
{
  AloqaEffect *effect = g_new0 (AloqaEffect, 1);

  effect->type = ALOQA_EFFECT_MISSED_CALL;
  effect->role = ALOQA_ROLE_CALLEE;
  effect->peer = call->peer;
  effect->kind = call->kind;
  effect->caller = call->caller != NULL ? aloqa_caller_copy (call->caller) : NULL;
  return effect;
}

/**
 * aloqa_lost_rings_add:
 * @call: has ended, and has an id
 * @number: a call number that is used for nothing else
 *
 * It is missed where it has not begun to ring again before its ring time is over.
 */
void
aloqa_lost_rings_add (AloqaLostRings *self, const AloqaCall *call, guint number)
{
  LostRing *ring = g_new0 (LostRing, 1);

  if (self->rings->len == MAX_RINGS)
    aloqa_lost_rings_settle (self, ((LostRing *) self->rings->pdata[0])->missed->peer, NULL);
  ring->number = number;
  ring->call_id = g_strdup (call->call_id);
  ring->missed = make_missed (call);
  g_ptr_array_add (self->rings, ring);
  add_deadline (self, ALOQA_EFFECT_START_DEADLINE, number,
                self->context->is_online ? ALOQA_AWAY_WORD_MS : ALOQA_RING_TIMEOUT_MS);
}

/* The server is out of reach now, or back and about to name what still rings. */
void
aloqa_lost_rings_note_server (AloqaLostRings *self)
{
  for (guint i = 0; i < self->rings->len; i++) {
    LostRing *ring = self->rings->pdata[i];

    add_deadline (self, ALOQA_EFFECT_STOP_DEADLINE, ring->number, 0);
    add_deadline (self, ALOQA_EFFECT_START_DEADLINE, ring->number,
                  self->context->is_online ? ALOQA_AWAY_WORD_MS : ALOQA_RING_TIMEOUT_MS);
  }
}

/* A call with @peer begins: the one that was lost goes on where it has @call_id, else it is missed. */
void
aloqa_lost_rings_settle (AloqaLostRings *self, gint64 peer, const char *call_id)
{
  for (guint i = 0; i < self->rings->len; i++) {
    LostRing *ring = self->rings->pdata[i];

    if (ring->missed->peer != peer)
      continue;
    add_deadline (self, ALOQA_EFFECT_STOP_DEADLINE, ring->number, 0);
    if (g_strcmp0 (ring->call_id, call_id) != 0)
      tell (self, ring);
    g_ptr_array_remove_index (self->rings, i);
    return;
  }
}

/* Returns: whether the deadline was one of these; then that call was missed */
gboolean
aloqa_lost_rings_expire (AloqaLostRings *self, guint number, AloqaDeadline deadline)
{
  for (guint i = 0; deadline == ALOQA_DEADLINE_LOST_RING && i < self->rings->len; i++) {
    LostRing *ring = self->rings->pdata[i];

    if (ring->number != number)
      continue;
    tell (self, ring);
    g_ptr_array_remove_index (self->rings, i);
    return TRUE;
  }
  return FALSE;
}
