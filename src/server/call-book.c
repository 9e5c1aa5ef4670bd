/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/call-book.h"

#include <string.h>

/*
 * A page sends a call_end of its own for every call_end it gets, and one 2 s after a call_reject.
 * Within this time such an echo is taken for what it is.
 */
#define ECHO_LIMIT_US (4 * G_USEC_PER_SEC)

/* Ring 60 s, accept to offer 60 s, offer to answer 120 s: after that nobody waits for the call. */
#define SETUP_LIMIT_US (5 * 60 * G_USEC_PER_SEC)

/* An answered call needs no frames; one that nobody ends in a day has been forgotten. */
#define CALL_LIMIT_US (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)

/* How often the forgotten are looked for. */
#define SWEEP_INTERVAL_US (60 * (gint64) G_USEC_PER_SEC)

/* Redials within the time of an echo. */
#define MAX_ENDED 8

typedef struct {
  gint64 low;
  gint64 high;
} PairKey;

typedef struct {
  char *id; /* or NULL: there is no such call */
  gboolean has_offer;
  gboolean is_answered;
  gint64 touched_us;
} Call;

typedef struct {
  char *id;
  gint64 until_us;
  gint64 echo_from; /* who may still send a call_end without an id; or 0 */
} Ended;

/* Two people. Both can call at once (glare), so there is one call each way. */
typedef struct {
  PairKey key;
  Call by_low;
  Call by_high;
  GQueue ended; /* of Ended, the newest at the tail */
} Pair;

struct _AloqaCallBook {
  GHashTable *pairs; /* PairKey * → Pair * */
  gint64 next_sweep_us;
};

static guint
pair_key_hash (gconstpointer data)
{
  const PairKey *key = data;

  return g_int64_hash (&key->low) * 31 + g_int64_hash (&key->high);
}

static gboolean
pair_key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (PairKey)) == 0;
}

static void
ended_free (gpointer data)
{
  Ended *ended = data;

  g_free (ended->id);
  g_free (ended);
}

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_free (pair->by_low.id);
  g_free (pair->by_high.id);
  g_queue_clear_full (&pair->ended, ended_free);
  g_free (pair);
}

static PairKey
make_key (gint64 a, gint64 b)
{
  return (PairKey){ .low = MIN (a, b), .high = MAX (a, b) };
}

static Pair *
find_pair (AloqaCallBook *self, gint64 a, gint64 b)
{
  PairKey key = make_key (a, b);

  return g_hash_table_lookup (self->pairs, &key);
}

static Pair *
ensure_pair (AloqaCallBook *self, gint64 a, gint64 b)
{
  Pair *pair = find_pair (self, a, b);

  if (pair == NULL) {
    pair = g_new0 (Pair, 1);
    pair->key = make_key (a, b);
    g_hash_table_insert (self->pairs, &pair->key, pair);
  }
  return pair;
}

static Call *
get_call_by (Pair *pair, gint64 caller)
{
  return caller == pair->key.low ? &pair->by_low : &pair->by_high;
}

static void
clear_call (Call *call)
{
  g_free (call->id);
  *call = (Call){ 0 };
}

static void
expire_call (Call *call, gint64 now_us)
{
  gint64 limit_us = call->is_answered ? CALL_LIMIT_US : SETUP_LIMIT_US;

  if (call->id != NULL && now_us - call->touched_us > limit_us)
    clear_call (call);
}

static void
expire_ended (Pair *pair, gint64 now_us)
{
  Ended *oldest;

  while ((oldest = g_queue_peek_head (&pair->ended)) != NULL && oldest->until_us < now_us)
    ended_free (g_queue_pop_head (&pair->ended));
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer user_data)
{
  Pair *pair = value;
  gint64 now_us = *(gint64 *) user_data;

  expire_call (&pair->by_low, now_us);
  expire_call (&pair->by_high, now_us);
  expire_ended (pair, now_us);
  return pair->by_low.id == NULL && pair->by_high.id == NULL && pair->ended.length == 0;
}

static void
sweep (AloqaCallBook *self, gint64 now_us)
{
  if (now_us < self->next_sweep_us)
    return;

  self->next_sweep_us = now_us + SWEEP_INTERVAL_US;
  g_hash_table_foreach_remove (self->pairs, is_forgotten, &now_us);
}

static void
begin_call (Call *call, const char *id, gboolean has_offer)
{
  char *new_id = id != NULL ? g_strdup (id) : g_uuid_string_random ();

  clear_call (call);
  call->id = new_id;
  call->has_offer = has_offer;
}

static void
end_call (Pair *pair, Call *call, gint64 echo_from, gint64 now_us)
{
  Ended *ended = g_new0 (Ended, 1);

  ended->id = g_strdup (call->id);
  ended->until_us = now_us + ECHO_LIMIT_US;
  ended->echo_from = echo_from;
  clear_call (call);
  g_queue_push_tail (&pair->ended, ended);
  if (pair->ended.length > MAX_ENDED)
    ended_free (g_queue_pop_head (&pair->ended));
}

/* Returns: the call that is over and whose echo from @sender has not come yet; or NULL */
static Ended *
find_echo (Pair *pair, gint64 sender)
{
  for (GList *link = pair->ended.head; link != NULL; link = link->next) {
    Ended *ended = link->data;

    if (ended->echo_from == sender)
      return ended;
  }
  return NULL;
}

static gboolean
is_ended (Pair *pair, const char *id)
{
  for (GList *link = pair->ended.head; link != NULL; link = link->next) {
    Ended *ended = link->data;

    if (strcmp (ended->id, id) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Of two calls, the one that has come further; of two that are equally far, the later one. */
static Call *
get_main_call (Pair *pair)
{
  Call *a = &pair->by_low;
  Call *b = &pair->by_high;

  if (a->id == NULL || b->id == NULL)
    return a->id != NULL ? a : b;
  if (a->is_answered != b->is_answered)
    return a->is_answered ? a : b;
  if (a->has_offer != b->has_offer)
    return a->has_offer ? a : b;
  return a->touched_us > b->touched_us ? a : b;
}

/* Which call a frame without an id belongs to. */
static Call *
guess_call (Pair *pair, AloqaMessageType type, gint64 sender, gint64 receiver)
{
  switch (type) {
  case ALOQA_MESSAGE_CALL_REQUEST:
  case ALOQA_MESSAGE_OFFER:
    return get_call_by (pair, sender);
  case ALOQA_MESSAGE_CALL_ACCEPT:
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_ANSWER:
  case ALOQA_MESSAGE_RINGING:
  case ALOQA_MESSAGE_BUSY:
    return get_call_by (pair, receiver);
  default:
    return get_main_call (pair);
  }
}

static Call *
find_call (Pair *pair, const char *id)
{
  if (g_strcmp0 (pair->by_low.id, id) == 0)
    return &pair->by_low;
  if (g_strcmp0 (pair->by_high.id, id) == 0)
    return &pair->by_high;
  return NULL;
}

/* An offer that follows its own request, or its own first frame; not a redial of the old kind. */
static gboolean
continues (const Call *call, const AloqaMessage *message)
{
  if (message->type != ALOQA_MESSAGE_OFFER || call->id == NULL || call->is_answered)
    return FALSE;
  return message->call_id == NULL || strcmp (message->call_id, call->id) == 0;
}

static AloqaBookVerdict
note_start (AloqaCallBook *self, const AloqaMessage *message, gint64 sender, gint64 now_us,
            char **call_id)
{
  Pair *pair = ensure_pair (self, sender, message->peer);
  Call *call = get_call_by (pair, sender);
  gboolean is_offer = message->type == ALOQA_MESSAGE_OFFER;

  expire_ended (pair, now_us);
  if (message->call_id != NULL && is_ended (pair, message->call_id))
    return ALOQA_BOOK_STALE;

  if (!continues (call, message))
    begin_call (call, message->call_id, is_offer);
  call->has_offer |= is_offer;
  call->touched_us = now_us;
  *call_id = g_strdup (call->id);
  return ALOQA_BOOK_PASS;
}

/* What a frame that belongs to @call does to it. */
static void
advance (Pair *pair, Call *call, const AloqaMessage *message, gint64 now_us)
{
  switch (message->type) {
  case ALOQA_MESSAGE_CALL_END:
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_BUSY:
    end_call (pair, call, message->peer, now_us);
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
note_with_id (Pair *pair, const AloqaMessage *message, gint64 now_us, char **call_id)
{
  Call *call = find_call (pair, message->call_id);

  /* With no call at all between the two this server may be younger than theirs: let it pass. */
  if (call == NULL && (is_ended (pair, message->call_id) || get_main_call (pair)->id != NULL))
    return ALOQA_BOOK_STALE;

  *call_id = g_strdup (message->call_id);
  if (call != NULL)
    advance (pair, call, message, now_us);
  return ALOQA_BOOK_PASS;
}

static AloqaBookVerdict
note_without_id (Pair *pair, const AloqaMessage *message, gint64 sender, gint64 now_us,
                 char **call_id)
{
  Ended *echo = message->type == ALOQA_MESSAGE_CALL_END ? find_echo (pair, sender) : NULL;
  Call *call;

  if (echo != NULL) {
    *call_id = g_strdup (echo->id);
    echo->echo_from = 0;
    return ALOQA_BOOK_PASS;
  }

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

  self->pairs = g_hash_table_new_full (pair_key_hash, pair_key_equal, NULL, pair_free);
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
  Pair *pair;

  *call_id = NULL;
  sweep (self, now_us);
  if (message->type == ALOQA_MESSAGE_CALL_REQUEST || message->type == ALOQA_MESSAGE_OFFER)
    return note_start (self, message, sender, now_us, call_id);

  pair = find_pair (self, sender, message->peer);
  if (pair == NULL) {
    *call_id = g_strdup (message->call_id);
    return ALOQA_BOOK_PASS;
  }

  expire_ended (pair, now_us);
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
  Pair *pair;

  if (message->type == ALOQA_MESSAGE_CALL_REQUEST)
    return TRUE;
  if (message->type != ALOQA_MESSAGE_OFFER)
    return FALSE;
  pair = find_pair (self, sender, message->peer);
  return pair == NULL || !continues (get_call_by (pair, sender), message);
}

/**
 * aloqa_call_book_has_offer:
 *
 * Returns: whether @caller's call to @callee has got as far as an offer
 */
gboolean
aloqa_call_book_has_offer (AloqaCallBook *self, gint64 caller, gint64 callee)
{
  Pair *pair = find_pair (self, caller, callee);

  return pair != NULL && get_call_by (pair, caller)->has_offer;
}

/**
 * aloqa_call_book_drop:
 *
 * Forgets @caller's call, which has reached nobody.
 */
void
aloqa_call_book_drop (AloqaCallBook *self, gint64 caller, gint64 callee)
{
  Pair *pair = find_pair (self, caller, callee);

  if (pair != NULL)
    clear_call (get_call_by (pair, caller));
}

guint
aloqa_call_book_get_n_calls (AloqaCallBook *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n_calls = 0;

  g_hash_table_iter_init (&iter, self->pairs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Pair *pair = value;

    n_calls += (pair->by_low.id != NULL) + (pair->by_high.id != NULL);
  }
  return n_calls;
}
