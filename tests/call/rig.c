/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

/* A fresh rig is online. */
Rig *
rig_new_for (gint64 own_id, AloqaFeatures features)
{
  Rig *self = g_new0 (Rig, 1);

  self->arbiter = aloqa_arbiter_new (own_id);
  tracker_init (&self->tracker);
  self->words = g_string_new (NULL);
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_message_unref);
  rig_connect (self, features);
  return self;
}

Rig *
rig_new (AloqaFeatures features)
{
  return rig_new_for (OWN_ID, features);
}

void
rig_free (Rig *self)
{
  aloqa_arbiter_free (self->arbiter);
  tracker_clear (&self->tracker);
  g_string_free (self->words, TRUE);
  g_ptr_array_unref (self->last);
  g_ptr_array_unref (self->sent);
  g_free (self);
}

static char *
describe_flow (const AloqaFlow *flow)
{
  const char *picture = flow->has_video ? (flow->send_video ? "v" : "b") : "";

  return g_strdup_printf ("flow:%s%s%s%s%s", flow->send_audio ? "a" : "", picture,
                          flow->play ? "p" : "", flow->is_muted ? "m" : "",
                          flow->is_held ? "h" : "");
}

/* Returns: (transfer full): the word for @effect */
char *
rig_describe (const AloqaEffect *effect)
{
  const char *deadline = aloqa_deadline_to_string (effect->deadline);

  switch (effect->type) {
  case ALOQA_EFFECT_SEND:
    return g_strdup_printf (">%s", aloqa_message_type_to_string (effect->message->type));
  case ALOQA_EFFECT_START_RINGTONE:
    return g_strdup ("+ringtone");
  case ALOQA_EFFECT_STOP_RINGTONE:
    return g_strdup ("-ringtone");
  case ALOQA_EFFECT_START_RINGBACK:
    return g_strdup ("+ringback");
  case ALOQA_EFFECT_STOP_RINGBACK:
    return g_strdup ("-ringback");
  case ALOQA_EFFECT_PREPARE_MEDIA:
    return g_strdup_printf ("+leg%u", effect->leg);
  case ALOQA_EFFECT_STOP_MEDIA:
    return g_strdup_printf ("-leg%u", effect->leg);
  case ALOQA_EFFECT_OPEN_DEVICES:
    return g_strdup ("+devices");
  case ALOQA_EFFECT_CLOSE_DEVICES:
    return g_strdup ("-devices");
  case ALOQA_EFFECT_SET_FLOW:
    return describe_flow (&effect->flow);
  case ALOQA_EFFECT_CREATE_OFFER:
    return g_strdup_printf ("offer%u", effect->leg);
  case ALOQA_EFFECT_ACCEPT_OFFER:
    return g_strdup_printf ("accept%u", effect->leg);
  case ALOQA_EFFECT_APPLY_ANSWER:
    return g_strdup_printf ("apply%u", effect->leg);
  case ALOQA_EFFECT_ADD_CANDIDATE:
    return g_strdup_printf ("add%u", effect->leg);
  case ALOQA_EFFECT_SWITCH_LEG:
    return g_strdup_printf ("switch%u", effect->leg);
  case ALOQA_EFFECT_START_DEADLINE:
    return g_strdup_printf ("+%s", deadline);
  case ALOQA_EFFECT_STOP_DEADLINE:
    return g_strdup_printf ("-%s", deadline);
  case ALOQA_EFFECT_SHOW_PHASE:
    return g_strdup_printf ("[%s%s]", effect->is_unseen ? "unseen-" : "",
                            aloqa_phase_to_string (effect->phase));
  case ALOQA_EFFECT_SHOW_NOTICE:
    return g_strdup ("notice");
  case ALOQA_EFFECT_MISSED_CALL:
    return g_strdup ("missed");
  case ALOQA_EFFECT_ENDED:
    return g_strdup_printf ("ended:%s%s", aloqa_ended_to_string (effect->ended),
                            effect->suggestion == ALOQA_SUGGEST_LEGACY ? "!legacy" : "");
  default:
    g_assert_not_reached ();
  }
}

static void
note (Rig *self, const AloqaEffect *effect)
{
  g_autofree char *word = rig_describe (effect);

  if (self->words->len > 0)
    g_string_append_c (self->words, ' ');
  g_string_append (self->words, word);
  if (effect->type == ALOQA_EFFECT_SEND)
    g_ptr_array_add (self->sent, aloqa_message_ref (effect->message));
  if (effect->type == ALOQA_EFFECT_SHOW_PHASE || effect->type == ALOQA_EFFECT_ENDED)
    self->call = effect->call;
}

/* Tells the arbiter, runs what comes of it, and holds the invariants. */
void
rig_handle (Rig *self, const AloqaCallEvent *event)
{
  tracker_expect_consent (&self->tracker, event);
  g_clear_pointer (&self->last, g_ptr_array_unref);
  self->last = aloqa_arbiter_handle (self->arbiter, event);
  for (guint i = 0; i < self->last->len; i++)
    note (self, self->last->pdata[i]);
  tracker_run (&self->tracker, event, self->last);
  tracker_assert_agrees (&self->tracker, self->arbiter);
}

/* All effects since the last time, as words. */
void
rig_expect (Rig *self, const char *words)
{
  g_assert_cmpstr (self->words->str, ==, words);
  g_string_truncate (self->words, 0);
}

void
rig_skip (Rig *self)
{
  g_string_truncate (self->words, 0);
}

void
rig_expect_phase (Rig *self, AloqaPhase phase)
{
  g_assert_cmpstr (aloqa_phase_to_string (aloqa_arbiter_get_phase (self->arbiter, self->call)), ==,
                   aloqa_phase_to_string (phase));
}

/* Returns: the first effect of this type that the last event brought; there must be one */
const AloqaEffect *
rig_find (Rig *self, AloqaEffectType type)
{
  for (guint i = 0; i < self->last->len; i++) {
    const AloqaEffect *effect = self->last->pdata[i];

    if (effect->type == type)
      return effect;
  }
  g_error ("there is no %s", aloqa_effect_type_to_string (type));
}

const AloqaMessage *
rig_last_sent (Rig *self)
{
  g_assert_cmpuint (self->sent->len, >, 0);
  return self->sent->pdata[self->sent->len - 1];
}

void
rig_connect (Rig *self, AloqaFeatures features)
{
  AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_SIGNALLING_CONNECTED, .features = features };

  rig_handle (self, &event);
}

/* With the call id "ours". */
void
rig_dial (Rig *self, gint64 peer, AloqaCallKind kind, AloqaDialProtocol protocol)
{
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_DIAL,
    .peer = peer,
    .kind = kind,
    .protocol = protocol,
    .call_id = "ours",
  };

  rig_handle (self, &event);
}

void
rig_do (Rig *self, AloqaCallEventType type)
{
  AloqaCallEvent event = { .type = type, .call = self->call };

  rig_handle (self, &event);
}

void
rig_set (Rig *self, AloqaCallEventType type, gboolean is_on)
{
  AloqaCallEvent event = { .type = type, .call = self->call, .is_on = is_on };

  rig_handle (self, &event);
}

void
rig_ready (Rig *self, AloqaCallEventType type, guint leg, const char *sdp)
{
  AloqaCallEvent event = { .type = type, .call = self->call, .leg = leg, .sdp = sdp };

  rig_handle (self, &event);
}

void
rig_media (Rig *self, AloqaCallEventType type, guint leg)
{
  AloqaCallEvent event = { .type = type, .call = self->call, .leg = leg };

  rig_handle (self, &event);
}

void
rig_fail (Rig *self, guint leg, AloqaMediaCause cause)
{
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_MEDIA_FAILED,
    .call = self->call,
    .leg = leg,
    .cause = cause,
    .detail = "why",
  };

  rig_handle (self, &event);
}

AloqaCandidate *
rig_new_candidate (guint component)
{
  g_autofree char *line =
      g_strdup_printf ("candidate:1 %u udp 2122194687 192.0.2.2 43501 typ host", component);
  g_autoptr (GError) error = NULL;
  AloqaCandidate *candidate = aloqa_candidate_new (line, "0", 0, NULL, &error);

  g_assert_no_error (error);
  return candidate;
}

/* An own candidate was gathered. */
void
rig_candidate (Rig *self, guint leg)
{
  g_autoptr (AloqaCandidate) candidate = rig_new_candidate (1);
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_LOCAL_CANDIDATE,
    .call = self->call,
    .leg = leg,
    .candidate = candidate,
  };

  rig_handle (self, &event);
}

void
rig_over (Rig *self, AloqaDeadline deadline)
{
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_DEADLINE,
    .call = self->call,
    .deadline = deadline,
  };

  rig_handle (self, &event);
}

/* Lets the time pass for which refusals are remembered. */
void
rig_pass_memories (Rig *self)
{
  while (self->tracker.memories->len > 0) {
    TrackedMemory *memory = &g_array_index (self->tracker.memories, TrackedMemory, 0);
    AloqaCallEvent event = {
      .type = ALOQA_CALL_EVENT_DEADLINE,
      .call = memory->number,
      .deadline = memory->deadline,
    };

    rig_handle (self, &event);
  }
}

/* A frame as the server would hand it out, with what its type needs. */
AloqaMessage *
rig_message (Rig *self, AloqaMessageType type, gint64 from)
{
  AloqaMessage *message = aloqa_message_new (type, from);

  if (type == ALOQA_MESSAGE_OFFER || type == ALOQA_MESSAGE_ANSWER ||
      type == ALOQA_MESSAGE_REPLACE || type == ALOQA_MESSAGE_REPLACE_ANSWER)
    message->sdp = g_strdup (VIDEO_SDP);
  if (type == ALOQA_MESSAGE_CANDIDATE)
    message->candidate = rig_new_candidate (1);
  if (type == ALOQA_MESSAGE_CALL_REQUEST || type == ALOQA_MESSAGE_OFFER)
    message->caller = aloqa_caller_new (from, "vali", "Vali", NULL, NULL);
  return message;
}

/* Takes @message. */
void
rig_receive (Rig *self, AloqaMessage *message)
{
  g_autoptr (AloqaMessage) owned = message;
  AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_MESSAGE, .message = owned };

  rig_handle (self, &event);
}

void
rig_get (Rig *self, AloqaMessageType type, gint64 from)
{
  rig_receive (self, rig_message (self, type, from));
}

void
rig_get_with_id (Rig *self, AloqaMessageType type, gint64 from, const char *call_id)
{
  AloqaMessage *message = rig_message (self, type, from);

  message->call_id = g_strdup (call_id);
  rig_receive (self, message);
}

/* A call_request of @peer's rings. */
void
rig_ring (Rig *self, gint64 peer)
{
  rig_get (self, ALOQA_MESSAGE_CALL_REQUEST, peer);
  rig_skip (self);
}

void
rig_connect_as_caller (Rig *self, gint64 peer)
{
  rig_dial (self, peer, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get (self, ALOQA_MESSAGE_CALL_ACCEPT, peer);
  rig_ready (self, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_get (self, ALOQA_MESSAGE_ANSWER, peer);
  rig_media (self, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_expect_phase (self, ALOQA_PHASE_CONNECTED);
  rig_skip (self);
}

void
rig_connect_as_callee (Rig *self, gint64 peer)
{
  rig_ring (self, peer);
  rig_set (self, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_get (self, ALOQA_MESSAGE_OFFER, peer);
  rig_ready (self, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
  rig_media (self, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_expect_phase (self, ALOQA_PHASE_CONNECTED);
  rig_skip (self);
}
