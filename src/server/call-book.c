/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/call-book.h"

#include "server/call-pair.h"

#include <string.h>

/* How often the forgotten are looked for. */
#define SWEEP_INTERVAL_US (60 * (gint64) G_USEC_PER_SEC)

struct _AloqaCallBook {
  GHashTable *pairs; /* of AloqaCallPair, which are their own keys */
  gint64 next_sweep_us;
};

static guint
pair_hash (gconstpointer data)
{
  const AloqaCallPair *pair = data;

  return g_int64_hash (&pair->low) * 31 + g_int64_hash (&pair->high);
}

static gboolean
pair_equal (gconstpointer a, gconstpointer b)
{
  const AloqaCallPair *first = a;
  const AloqaCallPair *second = b;

  return first->low == second->low && first->high == second->high;
}

static AloqaCallPair *
find_pair (AloqaCallBook *self, gint64 a, gint64 b)
{
  AloqaCallPair key = { .low = MIN (a, b), .high = MAX (a, b) };

  return g_hash_table_lookup (self->pairs, &key);
}

static AloqaCallPair *
ensure_pair (AloqaCallBook *self, gint64 a, gint64 b)
{
  AloqaCallPair *pair = find_pair (self, a, b);

  if (pair == NULL) {
    pair = aloqa_call_pair_new (MIN (a, b), MAX (a, b));
    g_hash_table_add (self->pairs, pair);
  }
  return pair;
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer user_data)
{
  return aloqa_call_pair_forget (key, *(gint64 *) user_data);
}

static void
sweep (AloqaCallBook *self, gint64 now_us)
{
  if (now_us < self->next_sweep_us)
    return;

  self->next_sweep_us = now_us + SWEEP_INTERVAL_US;
  g_hash_table_foreach_remove (self->pairs, is_forgotten, &now_us);
}

/* Which call a frame without an id belongs to. */
static AloqaCallEntry *
guess_call (AloqaCallPair *pair, AloqaMessageType type, gint64 sender, gint64 receiver)
{
  switch (type) {
  case ALOQA_MESSAGE_CALL_REQUEST:
  case ALOQA_MESSAGE_OFFER:
    return aloqa_call_pair_get_call_by (pair, sender);
  case ALOQA_MESSAGE_CALL_ACCEPT:
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_ANSWER:
  case ALOQA_MESSAGE_RINGING:
  case ALOQA_MESSAGE_BUSY:
    return aloqa_call_pair_get_call_by (pair, receiver);
  default:
    return aloqa_call_pair_get_main_call (pair);
  }
}

/* An offer that follows its own request, or its own first frame; not a redial of the old kind. */
static gboolean
continues (const AloqaCallEntry *call, const AloqaMessage *message)
{
  if (message->type != ALOQA_MESSAGE_OFFER || call->id == NULL || call->is_answered)
    return FALSE;
  return message->call_id == NULL || strcmp (message->call_id, call->id) == 0;
}

static AloqaBookVerdict
note_start (AloqaCallBook *self, const AloqaMessage *message, gint64 sender, gint64 now_us,
            char **call_id)
{
  AloqaCallPair *pair = ensure_pair (self, sender, message->peer);
  AloqaCallEntry *call = aloqa_call_pair_get_call_by (pair, sender);

  aloqa_call_pair_forget (pair, now_us);
  if (message->call_id != NULL && aloqa_call_pair_is_ended (pair, message->call_id))
    return ALOQA_BOOK_STALE;

  if (!continues (call, message))
    aloqa_call_pair_begin (pair, call, message->call_id);
  call->has_offer |= message->type == ALOQA_MESSAGE_OFFER;
  call->touched_us = now_us;
  *call_id = g_strdup (call->id);
  return ALOQA_BOOK_PASS;
}

/* What a frame that belongs to @call does to it. */
static void
advance (AloqaCallPair *pair, AloqaCallEntry *call, const AloqaMessage *message, gint64 now_us)
{
  switch (message->type) {
  case ALOQA_MESSAGE_CALL_END:
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_BUSY:
    aloqa_call_pair_end (pair, call, message->peer, now_us);
    break;
  case ALOQA_MESSAGE_ANSWER:
    call->is_answered = TRUE;
    call->touched_us = now_us;
    break;
  default:
    call->touched_us = now_us;
    break;
  }
}

static AloqaBookVerdict
note_with_id (AloqaCallPair *pair, const AloqaMessage *message, gint64 now_us, char **call_id)
{
  AloqaCallEntry *call = aloqa_call_pair_find_call (pair, message->call_id);

  /* With no call at all between the two this server may be younger than theirs: let it pass. */
  if (call == NULL && (aloqa_call_pair_is_ended (pair, message->call_id) ||
                       aloqa_call_pair_get_main_call (pair)->id != NULL))
    return ALOQA_BOOK_STALE;

  *call_id = g_strdup (message->call_id);
  if (call != NULL)
    advance (pair, call, message, now_us);
  return ALOQA_BOOK_PASS;
}

static AloqaBookVerdict
note_without_id (AloqaCallPair *pair, const AloqaMessage *message, gint64 sender, gint64 now_us,
                 char **call_id)
{
  AloqaCallEntry *call;

  if (message->type == ALOQA_MESSAGE_CALL_END)
    *call_id = aloqa_call_pair_take_echo (pair, sender);
  if (*call_id != NULL)
    return ALOQA_BOOK_PASS;

  call = guess_call (pair, message->type, sender, message->peer);
  *call_id = g_strdup (call->id);
  if (call->id != NULL)
    advance (pair, call, message, now_us);
  return ALOQA_BOOK_PASS;
}

AloqaCallBook *
aloqa_call_book_new (void)
{
  AloqaCallBook *self = g_new0 (AloqaCallBook, 1);

  self->pairs =
      g_hash_table_new_full (pair_hash, pair_equal, (GDestroyNotify) aloqa_call_pair_free, NULL);
  return self;
}

void
aloqa_call_book_free (AloqaCallBook *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->pairs);
  g_free (self);
}

/**
 * aloqa_call_book_note:
 * @message: of a call, as @sender wrote it: its peer is the receiver
 * @now_us: a monotonic time
 * @call_id: (out) (transfer full) (nullable): the call that it belongs to; NULL where it belongs to
 *   none that is known
 *
 * Takes note of a frame that is about to be passed on.
 */
AloqaBookVerdict
aloqa_call_book_note (AloqaCallBook *self, const AloqaMessage *message, gint64 sender,
                      gint64 now_us, char **call_id)
{
  AloqaCallPair *pair;

  *call_id = NULL;
  sweep (self, now_us);
  if (message->type == ALOQA_MESSAGE_CALL_REQUEST || message->type == ALOQA_MESSAGE_OFFER)
    return note_start (self, message, sender, now_us, call_id);

  pair = find_pair (self, sender, message->peer);
  if (pair == NULL) {
    *call_id = g_strdup (message->call_id);
    return ALOQA_BOOK_PASS;
  }

  aloqa_call_pair_forget (pair, now_us);
  return message->call_id != NULL ? note_with_id (pair, message, now_us, call_id)
                                  : note_without_id (pair, message, sender, now_us, call_id);
}

/**
 * aloqa_call_book_is_new_call:
 *
 * Returns: whether @message would make somebody ring: a request, or an offer that follows none
 */
gboolean
aloqa_call_book_is_new_call (AloqaCallBook *self, const AloqaMessage *message, gint64 sender)
{
  AloqaCallPair *pair;

  if (message->type == ALOQA_MESSAGE_CALL_REQUEST)
    return TRUE;
  if (message->type != ALOQA_MESSAGE_OFFER)
    return FALSE;
  pair = find_pair (self, sender, message->peer);
  return pair == NULL || !continues (aloqa_call_pair_get_call_by (pair, sender), message);
}

/**
 * aloqa_call_book_has_offer:
 *
 * Returns: whether @caller's call to @callee has got as far as an offer
 */
gboolean
aloqa_call_book_has_offer (AloqaCallBook *self, gint64 caller, gint64 callee)
{
  AloqaCallPair *pair = find_pair (self, caller, callee);

  return pair != NULL && aloqa_call_pair_get_call_by (pair, caller)->has_offer;
}

/**
 * aloqa_call_book_drop:
 *
 * Forgets @caller's call, which has reached nobody.
 */
void
aloqa_call_book_drop (AloqaCallBook *self, gint64 caller, gint64 callee)
{
  AloqaCallPair *pair = find_pair (self, caller, callee);

  if (pair != NULL)
    aloqa_call_pair_drop (pair, aloqa_call_pair_get_call_by (pair, caller));
}

guint
aloqa_call_book_get_n_calls (AloqaCallBook *self)
{
  GHashTableIter iter;
  gpointer key;
  guint n_calls = 0;

  g_hash_table_iter_init (&iter, self->pairs);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    AloqaCallPair *pair = key;

    n_calls += (pair->by_low.id != NULL) + (pair->by_high.id != NULL);
  }
  return n_calls;
}
