/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/* The callee's side, from the ring until the answer. Before accept nothing here names a device. */

static void
take_caller (AloqaCall *self, const AloqaMessage *message)
{
  g_free (self->call_id);
  self->call_id = g_strdup (message->call_id);
  self->kind = message->call_kind;
  if (message->caller != NULL) {
    g_clear_pointer (&self->caller, aloqa_caller_free);
    self->caller = aloqa_caller_copy (message->caller);
  }
}

static void
take_description (AloqaCall *self, const AloqaMessage *message)
{
  g_free (self->offer);
  self->offer = g_strdup (message->sdp);
}

/* Tells the caller that it truly rings, where the server can carry that. */
static void
send_ringing (AloqaCall *self)
{
  if ((self->context->features & ALOQA_FEATURE_RINGING) != 0 && self->call_id != NULL)
    aloqa_call_send_simple (self, ALOQA_MESSAGE_RINGING);
}

static void
ring (AloqaCall *self, AloqaPhase phase)
{
  self->role = ALOQA_ROLE_CALLEE;
  aloqa_call_enter (self, phase);
  self->leg = aloqa_call_prepare_leg (self, ALOQA_ROLE_CALLEE, self->kind, 0);
  send_ringing (self);
}

static void
run_ring (AloqaCall *self, const AloqaCallEvent *event)
{
  take_caller (self, event->message);
  ring (self, ALOQA_PHASE_INCOMING);
}

const AloqaCallAction aloqa_action_ring = { "ring", run_ring, ALOQA_PHASE_BIT (INCOMING) };

static void
run_ring_offer (AloqaCall *self, const AloqaCallEvent *event)
{
  take_caller (self, event->message);
  take_description (self, event->message);
  ring (self, ALOQA_PHASE_INCOMING_OFFER);
}

const AloqaCallAction aloqa_action_ring_offer = { "ring", run_ring_offer,
                                                  ALOQA_PHASE_BIT (INCOMING_OFFER) };

/* The caller gave up and calls again, without having said so. It goes on ringing, as a new call. */
static void
ring_again (AloqaCall *self, AloqaPhase phase)
{
  g_ptr_array_set_size (self->leg->early, 0);
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_RING);
  aloqa_call_enter (self, phase);
  send_ringing (self);
}

static void
run_ring_again (AloqaCall *self, const AloqaCallEvent *event)
{
  take_caller (self, event->message);
  g_clear_pointer (&self->offer, g_free);
  ring_again (self, ALOQA_PHASE_INCOMING);
}

static const AloqaCallAction aloqa_action_ring_again = { "ring again", run_ring_again,
                                                         ALOQA_PHASE_BIT (INCOMING) };

static void
run_offer_again (AloqaCall *self, const AloqaCallEvent *event)
{
  take_caller (self, event->message);
  take_description (self, event->message);
  ring_again (self, ALOQA_PHASE_INCOMING_OFFER);
}

static const AloqaCallAction aloqa_action_offer_again = { "ring again", run_offer_again,
                                                          ALOQA_PHASE_BIT (INCOMING_OFFER) };

/* The offer of the request that rings, before our person has decided. */
static void
run_store_offer (AloqaCall *self, const AloqaCallEvent *event)
{
  take_description (self, event->message);
  aloqa_call_enter (self, ALOQA_PHASE_INCOMING_OFFER);
}

static const AloqaCallAction aloqa_action_store_offer = { "store", run_store_offer,
                                                          ALOQA_PHASE_BIT (INCOMING_OFFER) };

static void
open_with_video (AloqaCall *self, gboolean with_video)
{
  self->wants_video = with_video && self->has_video;
  aloqa_call_open_devices (self);
}

/* Sent once per call: with a second one a page opens its camera and offers again. */
static void
run_accept (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_enter (self, ALOQA_PHASE_ACCEPTED);
  aloqa_call_send_simple (self, ALOQA_MESSAGE_CALL_ACCEPT);
  self->has_video = self->kind == ALOQA_CALL_VIDEO;
  open_with_video (self, event->is_on);
}

static const AloqaCallAction aloqa_action_accept = { "accept", run_accept,
                                                     ALOQA_PHASE_BIT (ACCEPTED) };

/* Answers the peer's offer, which the person here has accepted or asked for. */
void
aloqa_call_take_offer (AloqaCall *self)
{
  self->has_video = aloqa_sdp_text_has_video (self->offer);
  aloqa_call_enter (self, ALOQA_PHASE_ANSWERING);
  aloqa_call_add_sdp_effect (self, ALOQA_EFFECT_ACCEPT_OFFER, self->leg, self->offer);
  aloqa_call_add_early (self, self->leg);
}

/* The offer is here already: the answer is the accept, and call_accept would ask for another. */
static void
run_answer (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_take_offer (self);
  open_with_video (self, event->is_on);
}

static const AloqaCallAction aloqa_action_answer = { "answer", run_answer,
                                                     ALOQA_PHASE_BIT (ANSWERING) };

/* Asked for by our accept, so the person is not asked a second time. */
static void
run_take_offer (AloqaCall *self, const AloqaCallEvent *event)
{
  take_description (self, event->message);
  aloqa_call_take_offer (self);
}

static const AloqaCallAction aloqa_action_take_offer = { "answer", run_take_offer,
                                                         ALOQA_PHASE_BIT (ANSWERING) };

/* Answer first: a page loses the candidates that come before it. */
static void
run_send_answer (AloqaCall *self, const AloqaCallEvent *event)
{
  AloqaMessage *message = aloqa_call_new_message (self, ALOQA_MESSAGE_ANSWER);

  message->sdp = g_strdup (event->sdp);
  aloqa_call_enter (self, ALOQA_PHASE_CONNECTING);
  aloqa_call_send (self, message);
  aloqa_call_send_held (self, self->leg);
}

static const AloqaCallAction aloqa_action_send_answer = { "send answer", run_send_answer,
                                                          ALOQA_PHASE_BIT (CONNECTING) };

static void
run_reject (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_REJECTED, NULL);
}

static const AloqaCallAction aloqa_action_reject = { "reject", run_reject,
                                                     ALOQA_PHASE_BIT (ENDED) };

/* A page has no ring timer: unless it is told, it rings for ever. */
static void
run_miss (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_MISSED, NULL);
}

static const AloqaCallAction aloqa_action_miss = { "miss", run_miss, ALOQA_PHASE_BIT (ENDED) };

static void
run_no_offer (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end (
      self, self->context->is_online ? ALOQA_ENDED_NO_OFFER : ALOQA_ENDED_SIGNALLING_LOST, NULL);
}

static const AloqaCallAction aloqa_action_no_offer = { "no offer", run_no_offer,
                                                       ALOQA_PHASE_BIT (ENDED) };

/* clang-format off */
#define TABLE(ROW) \
  /*   input               INCOMING        INCOMING_OFFER  ACCEPTED        ANSWERING */ \
  ROW (DIAL,               _,              _,              _,              _) \
  ROW (ACCEPT,             accept,         answer,         _,              _) \
  ROW (REJECT,             reject,         reject,         _,              _) \
  ROW (HANG_UP,            reject,         reject,         hang_up,        hang_up) \
  ROW (SET_MUTED,          mute,           mute,           mute,           mute) \
  ROW (SET_VIDEO,          _,              _,              video,          video) \
  ROW (SET_HELD,           hold,           hold,           hold,           hold) \
  ROW (NETWORK_CHANGED,    rewarm,         rewarm,         rewarm,         _) \
  ROW (GOT_REQUEST,        ring_again,     ring_again,     restart,        restart) \
  ROW (GOT_ACCEPT,         _,              _,              _,              _) \
  ROW (GOT_REJECT,         _,              _,              _,              _) \
  ROW (GOT_END,            remote_end,     remote_end,     remote_end,     remote_end) \
  ROW (GOT_OFFER,          store_offer,    offer_again,    take_offer,     refuse) \
  ROW (GOT_OTHER_OFFER,    offer_again,    offer_again,    restart,        restart) \
  ROW (GOT_ANSWER,         _,              _,              _,              _) \
  ROW (GOT_CANDIDATE,      keep_candidate, keep_candidate, keep_candidate, add_candidate) \
  ROW (GOT_RINGING,        _,              _,              _,              _) \
  ROW (GOT_UNAVAILABLE,    _,              _,              _,              _) \
  ROW (GOT_BUSY,           _,              _,              _,              _) \
  ROW (GOT_CALL_STATE,     _,              _,              _,              _) \
  ROW (GOT_REPLACE,        _,              _,              _,              _) \
  ROW (GOT_REPLACE_ANSWER, _,              _,              _,              _) \
  ROW (GOT_ERROR,          _,              _,              _,              _) \
  ROW (OFFER_READY,        _,              _,              _,              _) \
  ROW (ANSWER_READY,       _,              _,              _,              send_answer) \
  ROW (LOCAL_CANDIDATE,    hold_candidate, hold_candidate, hold_candidate, hold_candidate) \
  ROW (MEDIA_CONNECTED,    _,              _,              _,              _) \
  ROW (FIRST_MEDIA,        _,              _,              _,              _) \
  ROW (MEDIA_SILENT,       _,              _,              _,              _) \
  ROW (MEDIA_RESUMED,      _,              _,              _,              _) \
  ROW (MEDIA_DEAD,         _,              _,              _,              _) \
  ROW (MEDIA_FAILED,       fail,           fail,           fail,           fail) \
  ROW (RING_OVER,          miss,           miss,           _,              _) \
  ROW (OFFER_OVER,         _,              _,              no_offer,       _) \
  ROW (ANSWER_OVER,        _,              _,              _,              _) \
  ROW (CONNECT_OVER,       _,              _,              _,              _) \
  ROW (MEDIA_OVER,         _,              _,              _,              media_late) \
  ROW (AWAY_OVER,          lose_server,    lose_server,    _,              _) \
  ROW (GLARE_OVER,         _,              _,              _,              _) \
  ROW (REPLACE_OVER,       _,              _,              _,              _)
/* clang-format on */

#define CELLS(input, a, b, c, d)                                                                   \
  [ALOQA_INPUT_##                                                                                  \
      input] = { &aloqa_action_##a, &aloqa_action_##b, &aloqa_action_##c, &aloqa_action_##d },

ALOQA_ASSERT_COMPLETE (TABLE);
const AloqaCallAction *const aloqa_callee_table[ALOQA_N_INPUTS][4] = { TABLE (CELLS) };
