/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/world.h"

static void
party_init (Party *self, gint64 id, AloqaFeatures features)
{
  *self = (Party){
    .id = id,
    .arbiter = aloqa_arbiter_new (id),
    .inbox = G_QUEUE_INIT,
    .outbox = G_QUEUE_INIT,
  };
  tracker_init (&self->tracker);
}

static void
party_clear (Party *self)
{
  g_clear_pointer (&self->arbiter, aloqa_arbiter_free);
  tracker_clear (&self->tracker);
  g_queue_clear_full (&self->inbox, (GDestroyNotify) aloqa_message_unref);
  g_queue_clear_full (&self->outbox, (GDestroyNotify) aloqa_message_unref);
}

/* Ids 2 and 3, both there. */
void
world_init (World *self, guint64 seed, AloqaFeatures features_a, AloqaFeatures features_b)
{
  *self = (World){ .random = seed * 2654435761u + 1 };
  party_init (&self->parties[0], 2, features_a);
  party_init (&self->parties[1], 3, features_b);
  world_return (self, &self->parties[0], features_a);
  world_return (self, &self->parties[1], features_b);
}

void
world_clear (World *self)
{
  party_clear (&self->parties[0]);
  party_clear (&self->parties[1]);
  g_free (self->book[0].id);
  g_free (self->book[1].id);
}

/* Returns: a number below @limit. xorshift64*: the same on every machine, and fast */
guint
world_draw (World *self, guint limit)
{
  self->random ^= self->random >> 12;
  self->random ^= self->random << 25;
  self->random ^= self->random >> 27;
  return (guint) ((self->random * G_GUINT64_CONSTANT (2685821657736338717)) >> 33) % limit;
}

Party *
world_get_other (World *self, Party *party)
{
  return party == &self->parties[0] ? &self->parties[1] : &self->parties[0];
}

/* Tells @party's arbiter, runs the effects and takes what it sends. */
void
world_handle (World *self, Party *party, const AloqaCallEvent *event)
{
  g_autoptr (GPtrArray) effects = NULL;

  tracker_expect_consent (&party->tracker, event);
  effects = aloqa_arbiter_handle (party->arbiter, event);
  tracker_run (&party->tracker, event, effects);
  tracker_assert_agrees (&party->tracker, party->arbiter);
  for (guint i = 0; i < effects->len; i++) {
    AloqaEffect *effect = effects->pdata[i];

    if (effect->type == ALOQA_EFFECT_SEND)
      world_post (self, party, effect->message);
  }
}

static gboolean
is_opening (const AloqaMessage *message)
{
  return message->type == ALOQA_MESSAGE_CALL_REQUEST || message->type == ALOQA_MESSAGE_OFFER;
}

static BookedCall *
get_call_by (World *self, Party *party)
{
  return &self->book[party - self->parties];
}

/* A frame without an id is of the call that its type speaks of, or of the one that is further on. */
static BookedCall *
find_booked (World *self, const AloqaMessage *message, Party *from, Party *to)
{
  BookedCall *own = get_call_by (self, from);
  BookedCall *other = get_call_by (self, to);

  switch (message->type) {
  case ALOQA_MESSAGE_CALL_REQUEST:
  case ALOQA_MESSAGE_OFFER:
    return own;
  case ALOQA_MESSAGE_CALL_ACCEPT:
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_ANSWER:
    return other;
  default:
    return other->id == NULL || own->has_offer ? own : other;
  }
}

/* Returns: (transfer full) (nullable): the id of the call that @message is of */
static char *
book (World *self, const AloqaMessage *message, Party *from, Party *to)
{
  BookedCall *call = find_booked (self, message, from, to);
  gboolean is_offer = message->type == ALOQA_MESSAGE_OFFER;
  char *id;

  if (message->type == ALOQA_MESSAGE_CALL_REQUEST || (is_offer && call->id == NULL)) {
    g_free (call->id);
    call->id = message->call_id != NULL ? g_strdup (message->call_id)
                                        : g_strdup_printf ("server-%u", ++self->n_made);
    call->has_offer = FALSE;
  }
  call->has_offer |= is_offer;
  id = g_strdup (message->call_id != NULL ? message->call_id : call->id);
  if (message->type == ALOQA_MESSAGE_CALL_END || message->type == ALOQA_MESSAGE_CALL_REJECT ||
      message->type == ALOQA_MESSAGE_BUSY)
    g_clear_pointer (&call->id, g_free);
  return id;
}

static gboolean
is_known_to_old_clients (AloqaMessageType type)
{
  return type != ALOQA_MESSAGE_RINGING && type != ALOQA_MESSAGE_REPLACE &&
         type != ALOQA_MESSAGE_REPLACE_ANSWER;
}

static AloqaMessage *
copy_for (const AloqaMessage *message, const char *call_id, Party *from, Party *to)
{
  AloqaMessage *copy = aloqa_message_new (message->type, from->id);

  copy->call_kind = message->call_kind;
  copy->leg = message->leg;
  copy->sdp = g_strdup (message->sdp);
  if (message->candidate != NULL)
    copy->candidate = aloqa_candidate_ref (message->candidate);
  if ((to->features & ALOQA_FEATURE_CALL_ID) != 0)
    copy->call_id = g_strdup (call_id);
  if (message->type == ALOQA_MESSAGE_BUSY && to->features == 0)
    copy->type = ALOQA_MESSAGE_CALL_REJECT;
  return copy;
}

static void
tell_unavailable (Party *from, const AloqaMessage *message)
{
  AloqaMessage *answer = aloqa_message_new (ALOQA_MESSAGE_UNAVAILABLE, message->peer);

  answer->call_id = g_strdup (message->call_id);
  g_queue_push_tail (&from->inbox, answer);
}

static void
relay (World *self, Party *from, const AloqaMessage *message)
{
  Party *to = world_get_other (self, from);
  g_autofree char *call_id = NULL;

  if (message->peer != to->id)
    return;
  call_id = book (self, message, from, to);
  if (!to->is_online && (from->features & ALOQA_FEATURE_UNAVAILABLE) != 0 && is_opening (message))
    tell_unavailable (from, message);
  if (to->is_online && (to->features != 0 || is_known_to_old_clients (message->type)))
    g_queue_push_tail (&to->inbox, copy_for (message, call_id, from, to));
}

/* @from says something: now, or once it is back. */
void
world_post (World *self, Party *from, AloqaMessage *message)
{
  from->n_offers_sent += message->type == ALOQA_MESSAGE_OFFER;
  from->n_answers_sent += message->type == ALOQA_MESSAGE_ANSWER;
  if (from->is_online)
    relay (self, from, message);
  else
    g_queue_push_tail (&from->outbox, aloqa_message_ref (message));
}

/* Returns: whether there was a frame for @party */
gboolean
world_deliver (World *self, Party *party)
{
  g_autoptr (AloqaMessage) message = g_queue_pop_head (&party->inbox);
  AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_MESSAGE, .message = message };

  if (message == NULL)
    return FALSE;
  world_handle (self, party, &event);
  return TRUE;
}

/* The socket is gone, and with it all that was on its way to @party. */
void
world_leave (World *self, Party *party)
{
  AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_SIGNALLING_LOST };

  if (!party->is_online)
    return;
  party->is_online = FALSE;
  g_queue_clear_full (&party->inbox, (GDestroyNotify) aloqa_message_unref);
  world_handle (self, party, &event);
}

void
world_return (World *self, Party *party, AloqaFeatures features)
{
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_SIGNALLING_CONNECTED,
    .features = features,
  };

  if (party->is_online)
    return;
  party->is_online = TRUE;
  party->features = features;
  world_handle (self, party, &event);
  while (!g_queue_is_empty (&party->outbox)) {
    g_autoptr (AloqaMessage) message = g_queue_pop_head (&party->outbox);

    relay (self, party, message);
  }
}

void
world_dial (World *self, Party *party, gint64 peer, AloqaCallKind kind, AloqaDialProtocol protocol)
{
  g_autofree char *call_id = g_strdup_printf ("call-%u", ++self->n_made);
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_DIAL,
    .peer = peer,
    .kind = kind,
    .protocol = protocol,
    .call_id = call_id,
  };

  world_handle (self, party, &event);
}

void
world_do (World *self, Party *party, AloqaCallEventType type, guint call, gboolean is_on)
{
  AloqaCallEvent event = { .type = type, .call = call, .is_on = is_on };

  world_handle (self, party, &event);
}

void
world_media (World *self, Party *party, AloqaCallEventType type, guint call, guint leg)
{
  AloqaCallEvent event = { .type = type, .call = call, .leg = leg };

  world_handle (self, party, &event);
}

static void
make_description (World *self, Party *party, AloqaCallEventType type, guint call, guint leg)
{
  g_autofree char *sdp = g_strdup_printf ("v=0\r\no=%u\r\nm=audio 9\r\n%s", ++self->n_made,
                                          world_draw (self, 2) == 0 ? "m=video 9 x\r\n" : "");
  AloqaCallEvent event = { .type = type, .call = call, .leg = leg, .sdp = sdp };

  world_handle (self, party, &event);
}

/* Returns: whether media owed an offer or an answer; @leg may be gone after */
gboolean
world_make_descriptions (World *self, Party *party, TrackedCall *call, TrackedLeg *leg)
{
  if (leg->wants_offer && !leg->is_offer_made) {
    leg->is_offer_made = TRUE;
    make_description (self, party, ALOQA_CALL_EVENT_OFFER_READY, call->number, leg->number);
    return TRUE;
  }
  if (leg->wants_answer && !leg->is_answer_made) {
    leg->is_answer_made = TRUE;
    make_description (self, party, ALOQA_CALL_EVENT_ANSWER_READY, call->number, leg->number);
    return TRUE;
  }
  return FALSE;
}

/* The same candidate each time: nobody looks into it. */
void
world_gather (World *self, Party *party, TrackedCall *call, TrackedLeg *leg)
{
  g_autoptr (AloqaCandidate) candidate =
      aloqa_candidate_new ("candidate:1 1 udp 1 192.0.2.2 9 typ host", "0", 0, NULL, NULL);
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_LOCAL_CANDIDATE,
    .call = call->number,
    .leg = leg->number,
    .candidate = candidate,
  };

  leg->n_candidates++;
  world_handle (self, party, &event);
}

void
world_fire (World *self, Party *party, guint call, AloqaDeadline deadline)
{
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_DEADLINE,
    .call = call,
    .deadline = deadline,
  };

  world_handle (self, party, &event);
}

static void
fire_memories (World *self, Party *party)
{
  while (party->tracker.memories->len > 0) {
    TrackedMemory memory = g_array_index (party->tracker.memories, TrackedMemory, 0);

    world_fire (self, party, memory.number, memory.deadline);
  }
}

/* Both hang up, all is delivered and time passes: nothing must be left. */
void
world_settle (World *self)
{
  for (guint i = 0; i < 2; i++) {
    Party *party = &self->parties[i];

    while (party->tracker.calls->len > 0) {
      TrackedCall *call = party->tracker.calls->pdata[0];

      world_do (self, party, ALOQA_CALL_EVENT_HANG_UP, call->number, FALSE);
    }
    world_return (self, party, party->features);
  }
  while (world_deliver (self, &self->parties[0]) || world_deliver (self, &self->parties[1]))
    continue;
  for (guint i = 0; i < 2; i++) {
    while (self->parties[i].tracker.calls->len > 0) {
      TrackedCall *call = self->parties[i].tracker.calls->pdata[0];

      world_do (self, &self->parties[i], ALOQA_CALL_EVENT_HANG_UP, call->number, FALSE);
    }
    g_queue_clear_full (&self->parties[i].inbox, (GDestroyNotify) aloqa_message_unref);
    fire_memories (self, &self->parties[i]);
    tracker_assert_idle (&self->parties[i].tracker);
  }
}
