/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/call-book.h"

#include "server/event-log.h"

#include <string.h>

struct _AloqaCallBook {
  GHashTable *pairs;   /* of AloqaCallPair, which are their own keys */
  GHashTable *by_user; /* gint64 * → GPtrArray of AloqaCallPair, not owned */
  guint n_calls;
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

static void
index_pair (AloqaCallBook *self, gint64 user_id, AloqaCallPair *pair)
{
  GPtrArray *pairs = g_hash_table_lookup (self->by_user, &user_id);

  if (pairs == NULL) {
    pairs = g_ptr_array_new ();
    g_hash_table_insert (self->by_user, g_memdup2 (&user_id, sizeof user_id), pairs);
  }
  g_ptr_array_add (pairs, pair);
}

static void
unindex_pair (AloqaCallBook *self, gint64 user_id, AloqaCallPair *pair)
{
  GPtrArray *pairs = g_hash_table_lookup (self->by_user, &user_id);

  g_ptr_array_remove_fast (pairs, pair);
  if (pairs->len == 0)
    g_hash_table_remove (self->by_user, &user_id);
}

static AloqaCallPair *
ensure_pair (AloqaCallBook *self, gint64 a, gint64 b)
{
  AloqaCallPair *pair = find_pair (self, a, b);

  if (pair == NULL) {
    pair = aloqa_call_pair_new (MIN (a, b), MAX (a, b));
    g_hash_table_add (self->pairs, pair);
    index_pair (self, a, pair);
    index_pair (self, b, pair);
  }
  return pair;
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
  if (message->type != ALOQA_MESSAGE_OFFER || call->id == NULL ||
      call->stage == ALOQA_CALL_STAGE_ANSWERED)
    return FALSE;
  return message->call_id == NULL || strcmp (message->call_id, call->id) == 0;
}

static void
log_call (const AloqaCallEntry *call, const char *name, const char *text, const char *why,
          gint64 now_us)
{
  aloqa_event_log (&(AloqaEvent){
      .name = name,
      .text = text,
      .user_id = call->caller,
      .peer_id = call->callee,
      .call_id = call->id,
      .reason = why,
      .took_us = now_us - call->begun_us,
  });
}

static void
log_end (const AloqaCallEntry *call, const char *why, gint64 now_us)
{
  log_call (call, "call-ended", "A call ended", why, now_us);
}

static AloqaBookVerdict
begin (AloqaCallBook *self, AloqaCallPair *pair, AloqaCallEntry *call, const AloqaMessage *message,
       gint64 now_us)
{
  if (call->id != NULL)
    log_end (call, "called again", now_us);
  self->n_calls += call->id == NULL;
  aloqa_call_pair_begin (pair, call, message->call_id);
  call->kind = message->call_kind;
  call->begun_us = now_us;
  call->touched_us = now_us;
  log_call (call, "call-began", "A call began", call->kind == ALOQA_CALL_AUDIO ? "audio" : "video",
            now_us);
  aloqa_call_entry_enter (call,
                          message->type == ALOQA_MESSAGE_OFFER ? ALOQA_CALL_STAGE_OFFERED
                                                               : ALOQA_CALL_STAGE_REQUESTED,
                          now_us);
  return ALOQA_BOOK_NEW_CALL;
}

static AloqaBookVerdict
look_up_start (AloqaCallBook *self, const AloqaMessage *message, gint64 sender, gint64 now_us,
               AloqaCallEntry **found)
{
  AloqaCallPair *pair = ensure_pair (self, sender, message->peer);
  AloqaCallEntry *call = aloqa_call_pair_get_call_by (pair, sender);

  aloqa_call_pair_forget (pair, now_us);
  if (message->call_id != NULL && aloqa_call_pair_is_ended (pair, message->call_id))
    return ALOQA_BOOK_STALE;

  *found = call;
  if (continues (call, message))
    return ALOQA_BOOK_CALL;
  /* Twice the same request, or a second offer in a call that is on: nothing begins with it. */
  if (call->id != NULL && g_strcmp0 (call->id, message->call_id) == 0)
    return ALOQA_BOOK_STALE;
  return begin (self, pair, call, message, now_us);
}

static AloqaBookVerdict
look_up_with_id (AloqaCallPair *pair, const AloqaMessage *message, AloqaCallEntry **call)
{
  *call = aloqa_call_pair_find_call (pair, message->call_id);
  if (*call != NULL)
    return ALOQA_BOOK_CALL;
  return aloqa_call_pair_is_ended (pair, message->call_id) ||
                 aloqa_call_pair_get_main_call (pair)->id != NULL
             ? ALOQA_BOOK_STALE
             : ALOQA_BOOK_UNKNOWN;
}

static AloqaBookVerdict
look_up_without_id (AloqaCallPair *pair, const AloqaMessage *message, gint64 sender,
                    AloqaCallEntry **call, char **echo_id)
{
  if (message->type == ALOQA_MESSAGE_CALL_END)
    *echo_id = aloqa_call_pair_take_echo (pair, sender);
  if (*echo_id != NULL)
    return ALOQA_BOOK_ECHO;

  *call = guess_call (pair, message->type, sender, message->peer);
  if ((*call)->id != NULL)
    return ALOQA_BOOK_CALL;
  return pair->ended.length > 0 ? ALOQA_BOOK_STALE : ALOQA_BOOK_UNKNOWN;
}

AloqaCallBook *
aloqa_call_book_new (void)
{
  AloqaCallBook *self = g_new0 (AloqaCallBook, 1);

  self->pairs =
      g_hash_table_new_full (pair_hash, pair_equal, (GDestroyNotify) aloqa_call_pair_free, NULL);
  self->by_user = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                         (GDestroyNotify) g_ptr_array_unref);
  return self;
}

void
aloqa_call_book_free (AloqaCallBook *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_user);
  g_hash_table_unref (self->pairs);
  g_free (self);
}

/**
 * aloqa_call_book_look_up:
 * @message: of a call, as @sender wrote it: its peer is the receiver
 * @now_us: a monotonic time
 * @call: (out) (transfer none): valid until the book is asked for something else; only with
 *   ALOQA_BOOK_CALL and ALOQA_BOOK_NEW_CALL
 * @echo_id: (out) (transfer full): the call that is over, with ALOQA_BOOK_ECHO; else NULL
 *
 * Finds what a frame belongs to. A request or an offer begins a call where it continues none.
 */
AloqaBookVerdict
aloqa_call_book_look_up (AloqaCallBook *self, const AloqaMessage *message, gint64 sender,
                         gint64 now_us, AloqaCallEntry **call, char **echo_id)
{
  AloqaBookVerdict verdict;
  AloqaCallPair *pair;

  *call = NULL;
  *echo_id = NULL;
  if (message->type == ALOQA_MESSAGE_CALL_REQUEST || message->type == ALOQA_MESSAGE_OFFER)
    return look_up_start (self, message, sender, now_us, call);

  pair = find_pair (self, sender, message->peer);
  if (pair == NULL)
    return ALOQA_BOOK_UNKNOWN;

  aloqa_call_pair_forget (pair, now_us);
  verdict = message->call_id != NULL ? look_up_with_id (pair, message, call)
                                     : look_up_without_id (pair, message, sender, call, echo_id);
  if (verdict == ALOQA_BOOK_CALL)
    (*call)->touched_us = now_us;
  return verdict;
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
 * aloqa_call_book_end:
 * @echo_from: who may answer the end with a call_end of their own
 * @why: for the log
 */
void
aloqa_call_book_end (AloqaCallBook *self, AloqaCallEntry *call, gint64 echo_from, const char *why,
                     gint64 now_us)
{
  log_end (call, why, now_us);
  aloqa_call_pair_end (find_pair (self, call->caller, call->callee), call, echo_from, now_us);
  self->n_calls--;
}

/**
 * aloqa_call_book_drop:
 * @why: for the log
 *
 * Forgets a call that nobody is to be told the end of.
 */
void
aloqa_call_book_drop (AloqaCallBook *self, AloqaCallEntry *call, const char *why, gint64 now_us)
{
  log_end (call, why, now_us);
  aloqa_call_pair_drop (find_pair (self, call->caller, call->callee), call);
  self->n_calls--;
}

static AloqaCallEntry *
get_crossing (AloqaCallBook *self, const AloqaCallEntry *call)
{
  AloqaCallPair *pair = find_pair (self, call->caller, call->callee);

  return aloqa_call_pair_get_call_by (pair, call->callee);
}

/* Whether the callee of @call has called its caller, too. */
gboolean
aloqa_call_book_has_crossing (AloqaCallBook *self, const AloqaCallEntry *call)
{
  return get_crossing (self, call)->id != NULL;
}

/**
 * aloqa_call_book_answer:
 *
 * The callee has taken @call with an answer: one that crossed it is none any more.
 */
void
aloqa_call_book_answer (AloqaCallBook *self, const AloqaCallEntry *call, gint64 now_us)
{
  AloqaCallEntry *crossing = get_crossing (self, call);

  log_call (call, "call-answered", "A call was answered", NULL, now_us);
  if (crossing->id != NULL)
    aloqa_call_book_drop (self, crossing, "the other's call was answered", now_us);
}

static void
add_calls_of (GPtrArray *calls, AloqaCallPair *pair)
{
  if (pair->by_low.id != NULL)
    g_ptr_array_add (calls, &pair->by_low);
  if (pair->by_high.id != NULL)
    g_ptr_array_add (calls, &pair->by_high);
}

/**
 * aloqa_call_book_find_calls_of:
 *
 * Returns: (transfer container) (element-type AloqaCallEntry): those that @user_id is called in, or
 *   calls in; usable as long as a call that is looked up
 */
GPtrArray *
aloqa_call_book_find_calls_of (AloqaCallBook *self, gint64 user_id)
{
  GPtrArray *pairs = g_hash_table_lookup (self->by_user, &user_id);
  GPtrArray *calls = g_ptr_array_new ();

  for (guint i = 0; pairs != NULL && i < pairs->len; i++)
    add_calls_of (calls, g_ptr_array_index (pairs, i));
  return calls;
}

/**
 * aloqa_call_book_find_all:
 *
 * Forgets what is over for long, too.
 *
 * Returns: as aloqa_call_book_find_calls_of()
 */
GPtrArray *
aloqa_call_book_find_all (AloqaCallBook *self, gint64 now_us)
{
  GPtrArray *calls = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->pairs);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    AloqaCallPair *pair = key;

    if (aloqa_call_pair_forget (pair, now_us)) {
      unindex_pair (self, pair->low, pair);
      unindex_pair (self, pair->high, pair);
      g_hash_table_iter_remove (&iter);
    } else {
      add_calls_of (calls, pair);
    }
  }
  return calls;
}

guint
aloqa_call_book_get_n_calls (AloqaCallBook *self)
{
  return self->n_calls;
}
