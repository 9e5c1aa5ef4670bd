/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/relay-private.h"

/* One frame on its way. */
typedef struct {
  AloqaRelay *relay;
  AloqaDevice *sender;
  const AloqaMessage *message;
  AloqaCallEntry *call;
  gint64 now_us;
  GArray *deliveries;
} Passing;

AloqaRelay *
aloqa_relay_new (AloqaHub *hub)
{
  AloqaRelay *self = g_new0 (AloqaRelay, 1);

  self->hub = hub;
  self->book = aloqa_call_book_new ();
  return self;
}

void
aloqa_relay_free (AloqaRelay *self)
{
  if (self == NULL)
    return;

  aloqa_call_book_free (self->book);
  g_free (self);
}

/**
 * aloqa_relay_greet:
 *
 * Returns: (transfer full): the first frame of a connection
 */
AloqaMessage *
aloqa_relay_greet (AloqaRelay *self, const AloqaDevice *device)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_CONNECTED, 0);

  message->user_id = device->user_id;
  message->has_features = TRUE;
  message->features = ALOQA_SERVER_FEATURES;
  return message;
}

/**
 * aloqa_relay_make_error:
 * @code: a word of protocol.md
 * @text: for people, without anything of theirs in it
 * @field: (nullable):
 */
AloqaMessage *
aloqa_relay_make_error (const char *code, const char *text, const char *field,
                        gint64 retry_after_ms)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_ERROR, 0);

  message->error_code = g_strdup (code);
  message->error_message = g_strdup (text);
  message->error_field = g_strdup (field);
  message->retry_after_ms = retry_after_ms;
  return message;
}

/* Nobody there: who calls is told so at once, if it can be told. */
static void
answer_absence (const Passing *passing, gboolean exists)
{
  AloqaUnavailableReason reason = exists ? ALOQA_UNAVAILABLE_OFFLINE : ALOQA_UNAVAILABLE_UNKNOWN;

  if (aloqa_device_has (passing->sender, ALOQA_FEATURE_UNAVAILABLE))
    aloqa_relay_deliver (passing->deliveries, passing->sender,
                         aloqa_relay_make_unavailable (passing->call, passing->sender, reason));
  aloqa_call_book_drop (passing->relay->book, passing->call,
                        exists ? "the callee is not there" : "there is no such user",
                        passing->now_us);
}

static void
start_ringing (const Passing *passing, const AloqaCaller *caller, gboolean exists)
{
  AloqaCallEntry *call = passing->call;
  g_autoptr (GPtrArray) devices = aloqa_relay_find_ringable (passing->relay, call->callee);

  aloqa_call_seat_take (&call->caller_seat, passing->sender);
  if (devices->len == 0) {
    answer_absence (passing, exists);
    return;
  }
  call->identity = aloqa_caller_copy (caller);
  call->rung = g_ptr_array_new ();
  for (guint i = 0; i < devices->len; i++)
    aloqa_relay_send_ring (call, passing->message, g_ptr_array_index (devices, i),
                           passing->deliveries);
}

#define STAGE(name) (1u << ALOQA_CALL_STAGE_##name)
#define BEFORE_ANSWER (STAGE (REQUESTED) | STAGE (ACCEPTED) | STAGE (OFFERED))
#define ANY_STAGE (BEFORE_ANSWER | STAGE (ANSWERED))

/* Who may say what, when. A type that is not named here is not of a call. */
static const struct {
  gboolean is_callees;
  gboolean is_callers;
  guint stages;
  AloqaFeatures features; /* that the sender must have announced */
} rules[ALOQA_N_MESSAGES] = {
  [ALOQA_MESSAGE_CALL_ACCEPT] = { TRUE, FALSE, STAGE (REQUESTED), 0 },
  [ALOQA_MESSAGE_CALL_REJECT] = { TRUE, FALSE, BEFORE_ANSWER, 0 },
  [ALOQA_MESSAGE_BUSY] = { TRUE, FALSE, BEFORE_ANSWER, ALOQA_FEATURE_BUSY },
  [ALOQA_MESSAGE_RINGING] = { TRUE, FALSE, STAGE (REQUESTED) | STAGE (OFFERED),
                              ALOQA_FEATURE_RINGING },
  [ALOQA_MESSAGE_OFFER] = { FALSE, TRUE, BEFORE_ANSWER, 0 },
  [ALOQA_MESSAGE_ANSWER] = { TRUE, FALSE, STAGE (OFFERED), 0 },
  [ALOQA_MESSAGE_CANDIDATE] = { TRUE, TRUE, ANY_STAGE, 0 },
  [ALOQA_MESSAGE_CALL_END] = { TRUE, TRUE, ANY_STAGE, 0 },
  [ALOQA_MESSAGE_REPLACE] = { TRUE, TRUE, STAGE (ANSWERED), ALOQA_FEATURE_REPLACE },
  [ALOQA_MESSAGE_REPLACE_ANSWER] = { TRUE, TRUE, STAGE (ANSWERED), ALOQA_FEATURE_REPLACE },
};

static void
refuse (const Passing *passing)
{
  aloqa_relay_deliver (
      passing->deliveries, passing->sender,
      aloqa_relay_make_error ("not_in_call", "There is no such call with this user", "to", 0));
}

/* Only who is in the call speaks in it. What is only late is dropped without a word. */
static gboolean
is_allowed (const Passing *passing)
{
  AloqaCallEntry *call = passing->call;
  AloqaMessageType type = passing->message->type;
  gint64 sender_id = passing->sender->user_id;

  if (!(sender_id == call->caller ? rules[type].is_callers : rules[type].is_callees)) {
    refuse (passing);
    return FALSE;
  }
  return (rules[type].stages & (1u << call->stage)) != 0 &&
         aloqa_call_seat_fits (aloqa_call_entry_get_seat (call, sender_id), passing->sender);
}

static void
forward (const Passing *passing)
{
  aloqa_relay_forward (passing->relay, passing->call, passing->message, passing->sender->user_id,
                       passing->deliveries);
}

/* The callee takes the call on this device. */
static void
settle (const Passing *passing, AloqaCallStage stage)
{
  AloqaCallEntry *call = passing->call;

  if (!call->callee_seat.is_taken) {
    aloqa_call_seat_take (&call->callee_seat, passing->sender);
    aloqa_relay_stop_others (call, passing->sender, ALOQA_END_REASON_ANSWERED_ELSEWHERE,
                             passing->deliveries);
  }
  forward (passing);
  aloqa_call_entry_enter (call, stage, passing->now_us);
  if (stage == ALOQA_CALL_STAGE_ANSWERED)
    aloqa_call_book_answer (passing->relay->book, call, passing->now_us);
}

/* For the log. */
static const char *
get_end_reason (const Passing *passing)
{
  if (passing->message->type == ALOQA_MESSAGE_BUSY)
    return "busy";
  if (passing->call->stage == ALOQA_CALL_STAGE_ANSWERED)
    return passing->sender->user_id == passing->call->caller ? "the caller hung up"
                                                             : "the callee hung up";
  return passing->sender->user_id == passing->call->caller ? "cancelled" : "rejected";
}

/* A rejection, or the end of the call. */
static void
finish (const Passing *passing)
{
  AloqaCallEntry *call = passing->call;
  gint64 sender_id = passing->sender->user_id;

  forward (passing);
  if (sender_id == call->callee && !call->callee_seat.is_taken)
    aloqa_relay_stop_others (call, passing->sender, ALOQA_END_REASON_REJECTED_ELSEWHERE,
                             passing->deliveries);
  aloqa_call_book_end (passing->relay->book, call, aloqa_call_entry_get_other (call, sender_id),
                       get_end_reason (passing), passing->now_us);
}

/* Where it rings at other devices as well the call goes on: only this one has no room for it. */
static void
note_busy (const Passing *passing)
{
  AloqaCallEntry *call = passing->call;

  if (call->rung != NULL)
    g_ptr_array_remove (call->rung, passing->sender);
  if (call->rung == NULL || call->rung->len == 0)
    finish (passing);
}

/* Several devices ring, and the caller hears it once. */
static void
note_ringing (const Passing *passing)
{
  if (!passing->call->has_rung)
    forward (passing);
  passing->call->has_rung = TRUE;
}

static void
advance (const Passing *passing)
{
  switch (passing->message->type) {
  case ALOQA_MESSAGE_CALL_ACCEPT:
    settle (passing, ALOQA_CALL_STAGE_ACCEPTED);
    break;
  case ALOQA_MESSAGE_ANSWER:
    settle (passing, ALOQA_CALL_STAGE_ANSWERED);
    break;
  case ALOQA_MESSAGE_OFFER:
    forward (passing);
    aloqa_call_entry_enter (passing->call, ALOQA_CALL_STAGE_OFFERED, passing->now_us);
    break;
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_CALL_END:
    finish (passing);
    break;
  case ALOQA_MESSAGE_BUSY:
    note_busy (passing);
    break;
  case ALOQA_MESSAGE_RINGING:
    note_ringing (passing);
    break;
  default:
    forward (passing);
    break;
  }
}

/* A page's echo of an end: nothing to those who know ids, and to a page what it is used to. */
static void
pass_echo (const Passing *passing)
{
  AloqaDevice *device = aloqa_relay_find_single (passing->relay, passing->message->peer);

  if (device != NULL && !aloqa_device_has (device, ALOQA_FEATURE_CALL_ID))
    aloqa_relay_deliver (passing->deliveries, device,
                         aloqa_message_new (ALOQA_MESSAGE_CALL_END, passing->sender->user_id));
}

/*
 * A call that this server does not know. It may have begun before the server did, so its end is
 * passed on to those who can tell by its id whether it is theirs.
 */
static void
pass_unknown (const Passing *passing)
{
  const AloqaMessage *message = passing->message;
  AloqaHubUser *user = aloqa_hub_find (passing->relay->hub, message->peer);

  if (message->type != ALOQA_MESSAGE_CALL_END || message->call_id == NULL) {
    refuse (passing);
    return;
  }
  for (guint i = 0; user != NULL && i < user->devices->len; i++) {
    AloqaDevice *device = g_ptr_array_index (user->devices, i);
    AloqaMessage *end;

    if (!aloqa_device_has (device, ALOQA_FEATURE_CALL_ID))
      continue;
    end = aloqa_message_new (ALOQA_MESSAGE_CALL_END, passing->sender->user_id);
    end->call_id = g_strdup (message->call_id);
    aloqa_relay_deliver (passing->deliveries, device, end);
  }
}

static void
pass_call_frame (Passing *passing, const AloqaCaller *caller, gboolean exists)
{
  g_autofree char *echo_id = NULL;

  switch (aloqa_call_book_look_up (passing->relay->book, passing->message, passing->sender->user_id,
                                   passing->now_us, &passing->call, &echo_id)) {
  case ALOQA_BOOK_NEW_CALL:
    start_ringing (passing, caller, exists);
    break;
  case ALOQA_BOOK_CALL:
    if (is_allowed (passing))
      advance (passing);
    break;
  case ALOQA_BOOK_ECHO:
    pass_echo (passing);
    break;
  case ALOQA_BOOK_UNKNOWN:
    pass_unknown (passing);
    break;
  case ALOQA_BOOK_STALE:
    g_debug ("a stale %s was dropped", aloqa_message_type_to_string (passing->message->type));
    break;
  default:
    g_assert_not_reached ();
  }
}

/* A device's own "typing" is how a client finds out that its registration is alive. */
static void
pass_typing (AloqaDevice *sender, const AloqaMessage *message, GArray *deliveries)
{
  if (message->peer == sender->user_id)
    aloqa_relay_deliver (deliveries, sender,
                         aloqa_message_new (ALOQA_MESSAGE_TYPING, sender->user_id));
}

/* A client speaks of what it has announced alone. */
static gboolean
is_of_a_call (const AloqaDevice *sender, const AloqaMessage *message)
{
  AloqaFeatures needed = rules[message->type].features;

  if (message->type == ALOQA_MESSAGE_CALL_REQUEST)
    return TRUE;
  if (message->leg != 0)
    needed |= ALOQA_FEATURE_REPLACE;
  return rules[message->type].stages != 0 && aloqa_device_has (sender, needed);
}

/**
 * aloqa_relay_is_new_call:
 *
 * Returns: whether passing @message on would make somebody ring
 */
gboolean
aloqa_relay_is_new_call (AloqaRelay *self, const AloqaDevice *sender, const AloqaMessage *message)
{
  return aloqa_call_book_is_new_call (self->book, message, sender->user_id);
}

/**
 * aloqa_relay_pass:
 * @message: what @sender wrote
 * @caller: (nullable): @sender as others see it; needed for a request and an offer
 * @exists: whether there is such a user as @message names; matters only for a request and an offer
 *   to somebody who is not connected
 * @now_us: a monotonic time
 *
 * Returns: (transfer full) (element-type AloqaDelivery): what is to be sent now, in this order;
 *   empty for what is not relayed here
 */
GArray *
aloqa_relay_pass (AloqaRelay *self, AloqaDevice *sender, const AloqaMessage *message,
                  const AloqaCaller *caller, gboolean exists, gint64 now_us)
{
  g_autoptr (GArray) deliveries = aloqa_relay_new_deliveries ();
  Passing passing = { self, sender, message, NULL, now_us, deliveries };

  if (message->type == ALOQA_MESSAGE_HELLO)
    aloqa_relay_learn_hello (self, sender, message, deliveries);
  else if (message->type == ALOQA_MESSAGE_TYPING)
    pass_typing (sender, message, deliveries);
  else if (is_of_a_call (sender, message))
    pass_call_frame (&passing, caller, exists);
  return g_steal_pointer (&deliveries);
}

guint
aloqa_relay_get_n_calls (AloqaRelay *self)
{
  return aloqa_call_book_get_n_calls (self->book);
}

/* Returns: how many of the calls ring or are being set up */
guint
aloqa_relay_get_n_unanswered (AloqaRelay *self)
{
  g_autoptr (GPtrArray) calls = aloqa_call_book_find_all (self->book, 0);
  guint n_unanswered = 0;

  for (guint i = 0; i < calls->len; i++) {
    AloqaCallEntry *call = g_ptr_array_index (calls, i);

    n_unanswered += call->stage != ALOQA_CALL_STAGE_ANSWERED;
  }
  return n_unanswered;
}
