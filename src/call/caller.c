/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/* The caller's side, from the wish to call until the answer. */

static void
start_offer (AloqaCall *self)
{
  aloqa_call_enter (self, ALOQA_PHASE_OFFERING);
  aloqa_call_add_sdp_effect (self, ALOQA_EFFECT_CREATE_OFFER, self->leg, NULL);
}

static void
warm_up (AloqaCall *self)
{
  self->leg = aloqa_call_prepare_leg (self, ALOQA_ROLE_CALLER, self->kind, 0);
  aloqa_call_open_devices (self);
}

static void
send_request (AloqaCall *self)
{
  AloqaMessage *message = aloqa_call_new_message (self, ALOQA_MESSAGE_CALL_REQUEST);

  message->call_kind = self->kind;
  aloqa_call_send (self, message);
}

/* The request goes out before the machine gets busy with devices. */
static void
run_dial (AloqaCall *self, const AloqaCallEvent *event)
{
  self->role = ALOQA_ROLE_CALLER;
  self->kind = event->kind;
  self->protocol = event->protocol;
  self->call_id = g_strdup (event->call_id);
  self->has_video = event->kind == ALOQA_CALL_VIDEO;
  self->wants_video = self->has_video;
  if (event->ring_timeout_ms > 0)
    self->ring_timeout_ms = event->ring_timeout_ms;
  if (aloqa_call_is_legacy (self)) {
    aloqa_call_enter (self, ALOQA_PHASE_OFFERING);
    warm_up (self);
    aloqa_call_add_sdp_effect (self, ALOQA_EFFECT_CREATE_OFFER, self->leg, NULL);
  } else {
    aloqa_call_enter (self, ALOQA_PHASE_CALLING);
    send_request (self);
    warm_up (self);
  }
}

static const AloqaCallAction aloqa_action_dial = {
  "dial", run_dial, ALOQA_PHASE_BIT (CALLING) | ALOQA_PHASE_BIT (OFFERING)
};

static void
run_cancel (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_CANCELLED, NULL);
}

static const AloqaCallAction aloqa_action_cancel = { "cancel", run_cancel,
                                                     ALOQA_PHASE_BIT (ENDED) };

static void
run_ringing (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_enter (self, ALOQA_PHASE_RINGING);
}

static const AloqaCallAction aloqa_action_ringing = { "ringing", run_ringing,
                                                      ALOQA_PHASE_BIT (RINGING) };

void
aloqa_call_forget_glare (AloqaCall *self)
{
  aloqa_call_stop_deadline (self, ALOQA_DEADLINE_GLARE);
  self->is_glare = FALSE;
  g_clear_pointer (&self->glare_id, g_free);
  g_clear_pointer (&self->glare_offer, g_free);
}

/* Our call was accepted, so the other side's own one is dropped there too. */
static void
run_offer (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_forget_glare (self);
  start_offer (self);
}

static const AloqaCallAction aloqa_action_offer = { "offer", run_offer,
                                                    ALOQA_PHASE_BIT (OFFERING) };

/* After a reconnect the server tells what may have been said while we were away. */
static void
run_catch_up (AloqaCall *self, const AloqaCallEvent *event)
{
  if (event->message->phase == ALOQA_CALL_STATE_ACCEPTED)
    run_offer (self, event);
}

static const AloqaCallAction aloqa_action_catch_up = { "catch up", run_catch_up,
                                                       ALOQA_PHASE_BIT (OFFERING) };

static void
run_send_offer (AloqaCall *self, const AloqaCallEvent *event)
{
  AloqaMessage *message = aloqa_call_new_message (self, ALOQA_MESSAGE_OFFER);

  message->sdp = g_strdup (event->sdp);
  message->call_kind = self->kind;
  aloqa_call_enter (self, ALOQA_PHASE_OFFERED);
  aloqa_call_send (self, message);
}

static const AloqaCallAction aloqa_action_send_offer = { "send offer", run_send_offer,
                                                         ALOQA_PHASE_BIT (OFFERED) };

/* A page builds its peer connection only with the answer: candidates sent before would be lost. */
static void
run_connect (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_forget_glare (self);
  aloqa_call_enter (self, ALOQA_PHASE_CONNECTING);
  aloqa_call_add_sdp_effect (self, ALOQA_EFFECT_APPLY_ANSWER, self->leg, event->message->sdp);
  aloqa_call_add_early (self, self->leg);
  aloqa_call_send_held (self, self->leg);
}

static const AloqaCallAction aloqa_action_connect = { "connect", run_connect,
                                                      ALOQA_PHASE_BIT (CONNECTING) };

/* Becomes the callee of what the peer has sent; our own request or offer is dropped unsaid. */
static void
yield (AloqaCall *self)
{
  self->offer = g_steal_pointer (&self->glare_offer);
  g_free (self->call_id);
  self->call_id = g_steal_pointer (&self->glare_id);
  aloqa_call_forget_glare (self);
  self->role = ALOQA_ROLE_CALLEE;
  self->protocol = ALOQA_DIAL_NEW;
  aloqa_call_renew_leg (self);
  if (self->offer != NULL) {
    aloqa_call_take_offer (self);
  } else {
    aloqa_call_enter (self, ALOQA_PHASE_ACCEPTED);
    aloqa_call_send_simple (self, ALOQA_MESSAGE_CALL_ACCEPT);
  }
}

#define YIELD_TARGETS (ALOQA_PHASE_BIT (ACCEPTED) | ALOQA_PHASE_BIT (ANSWERING))

/*
 * Both call each other. The lower id stays caller, the higher accepts: at once when it is Aloqa. A
 * page may do neither, so the lower one waits a little and then accepts what the page asked for.
 */
static void
run_glare (AloqaCall *self, const AloqaCallEvent *event)
{
  const AloqaMessage *message = event->message;

  aloqa_call_forget_glare (self);
  self->is_glare = TRUE;
  self->glare_id = g_strdup (message->call_id);
  if (message->type == ALOQA_MESSAGE_OFFER) {
    self->glare_offer = g_strdup (message->sdp);
    g_ptr_array_set_size (self->leg->early, 0);
  }
  if (self->context->own_id > self->peer)
    yield (self);
  else
    aloqa_call_start_deadline (self, ALOQA_DEADLINE_GLARE, ALOQA_GLARE_TIMEOUT_MS);
}

static const AloqaCallAction aloqa_action_glare = { "glare", run_glare, YIELD_TARGETS };

static void
run_yield (AloqaCall *self, const AloqaCallEvent *event)
{
  yield (self);
}

static const AloqaCallAction aloqa_action_yield = { "yield", run_yield, YIELD_TARGETS };

/* Before our own offer is out, only an offer that crossed it can have candidates. */
static void
run_keep_glare (AloqaCall *self, const AloqaCallEvent *event)
{
  if (self->glare_offer != NULL)
    aloqa_leg_keep (self->leg, event->message->candidate);
}

static const AloqaCallAction aloqa_action_keep_glare = { "keep", run_keep_glare };

/* A page that is dialling us turns our request down as busy: its own call is the one to take. */
static void
run_rejected (AloqaCall *self, const AloqaCallEvent *event)
{
  if (self->is_glare)
    yield (self);
  else
    aloqa_call_end (
        self, event->message->type == ALOQA_MESSAGE_BUSY ? ALOQA_ENDED_BUSY : ALOQA_ENDED_REJECTED,
        NULL);
}

static const AloqaCallAction aloqa_action_rejected = { "rejected", run_rejected,
                                                       ALOQA_PHASE_BIT (ENDED) | YIELD_TARGETS };

/* To an offer call_end is the rejection; to a request it is not, so a crossing call is over too. */
static void
run_ended (AloqaCall *self, const AloqaCallEvent *event)
{
  if (self->is_glare && self->phase == ALOQA_PHASE_OFFERED && aloqa_call_is_legacy (self))
    yield (self);
  else
    aloqa_call_end (self, ALOQA_ENDED_REJECTED, NULL);
}

static const AloqaCallAction aloqa_action_ended = { "rejected", run_ended,
                                                    ALOQA_PHASE_BIT (ENDED) | YIELD_TARGETS };

static void
run_unavailable (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_end (self,
                  event->message->unavailable_reason == ALOQA_UNAVAILABLE_UNKNOWN
                      ? ALOQA_ENDED_UNKNOWN_USER
                      : ALOQA_ENDED_OFFLINE,
                  NULL);
}

static const AloqaCallAction aloqa_action_unavailable = { "unavailable", run_unavailable,
                                                          ALOQA_PHASE_BIT (ENDED) };

/*
 * An error frame names no call. While nothing but the request (or the offer) can be its cause, it
 * says that nobody will ring; but "not_in_call" is of a frame of an earlier call.
 */
static void
run_server_error (AloqaCall *self, const AloqaCallEvent *event)
{
  static const char *const codes[] = { "rate_limited", "bad_message", "too_large", "internal",
                                       NULL };
  const AloqaMessage *message = event->message;

  if (message->error_code != NULL && g_strv_contains (codes, message->error_code))
    aloqa_call_end (self, ALOQA_ENDED_SERVER_REFUSED, message->error_message);
}

static const AloqaCallAction aloqa_action_server_error = { "refused", run_server_error,
                                                           ALOQA_PHASE_BIT (ENDED) };

/* Nothing from the callee may mean an old client, which ignores call_request. */
static void
run_no_answer (AloqaCall *self, const AloqaCallEvent *event)
{
  gboolean is_silent = self->phase == ALOQA_PHASE_CALLING;

  aloqa_call_say_goodbye (self);
  if (!self->context->is_online)
    aloqa_call_end (self, ALOQA_ENDED_SIGNALLING_LOST, NULL);
  else
    aloqa_call_end_with_suggestion (self, ALOQA_ENDED_NO_ANSWER,
                                    is_silent ? ALOQA_SUGGEST_LEGACY : ALOQA_SUGGEST_NOTHING);
}

static const AloqaCallAction aloqa_action_no_answer = { "no answer", run_no_answer,
                                                        ALOQA_PHASE_BIT (ENDED) };

/* clang-format off */
#define TABLE(ROW) \
  /*   input               NEW         CALLING         RINGING         OFFERING        OFFERED */ \
  ROW (DIAL,               dial,       _,              _,              _,              _) \
  ROW (ACCEPT,             _,          _,              _,              _,              _) \
  ROW (REJECT,             _,          _,              _,              _,              _) \
  ROW (HANG_UP,            _,          cancel,         cancel,         cancel,         cancel) \
  ROW (SET_MUTED,          _,          mute,           mute,           mute,           mute) \
  ROW (SET_VIDEO,          _,          video,          video,          video,          video) \
  ROW (SET_HELD,           _,          hold,           hold,           hold,           hold) \
  ROW (NETWORK_CHANGED,    _,          rewarm,         rewarm,         _,              _) \
  ROW (GOT_REQUEST,        ring,       glare,          glare,          glare,          glare) \
  ROW (GOT_ACCEPT,         _,          offer,          offer,          _,              _) \
  ROW (GOT_REJECT,         _,          rejected,       rejected,       rejected,       rejected) \
  ROW (GOT_END,            _,          ended,          ended,          ended,          ended) \
  ROW (GOT_OFFER,          ring_offer, glare,          glare,          glare,          glare) \
  ROW (GOT_OTHER_OFFER,    _,          glare,          glare,          glare,          glare) \
  ROW (GOT_ANSWER,         _,          _,              _,              _,              connect) \
  ROW (GOT_CANDIDATE,      _,          keep_glare,     keep_glare,     keep_glare,     keep_candidate) \
  ROW (GOT_RINGING,        _,          ringing,        _,              _,              _) \
  ROW (GOT_UNAVAILABLE,    _,          unavailable,    unavailable,    unavailable,    unavailable) \
  ROW (GOT_BUSY,           _,          rejected,       rejected,       rejected,       rejected) \
  ROW (GOT_CALL_STATE,     _,          catch_up,       catch_up,       _,              _) \
  ROW (GOT_REPLACE,        _,          _,              _,              _,              _) \
  ROW (GOT_REPLACE_ANSWER, _,          _,              _,              _,              _) \
  ROW (GOT_ERROR,          _,          server_error,   _,              _,              server_error) \
  ROW (OFFER_READY,        _,          _,              _,              send_offer,     _) \
  ROW (ANSWER_READY,       _,          _,              _,              _,              _) \
  ROW (LOCAL_CANDIDATE,    _,          hold_candidate, hold_candidate, hold_candidate, hold_candidate) \
  ROW (MEDIA_CONNECTED,    _,          _,              _,              _,              _) \
  ROW (FIRST_MEDIA,        _,          _,              _,              _,              _) \
  ROW (MEDIA_SILENT,       _,          _,              _,              _,              _) \
  ROW (MEDIA_RESUMED,      _,          _,              _,              _,              _) \
  ROW (MEDIA_DEAD,         _,          _,              _,              _,              _) \
  ROW (MEDIA_FAILED,       _,          fail,           fail,           fail,           fail) \
  ROW (RING_OVER,          _,          no_answer,      no_answer,      _,              no_answer) \
  ROW (OFFER_OVER,         _,          _,              _,              _,              _) \
  ROW (ANSWER_OVER,        _,          _,              _,              _,              no_answer) \
  ROW (CONNECT_OVER,       _,          _,              _,              _,              _) \
  ROW (MEDIA_OVER,         _,          _,              _,              media_late,     _) \
  ROW (AWAY_OVER,          _,          lose_server,    lose_server,    _,              lose_server) \
  ROW (GLARE_OVER,         _,          yield,          yield,          yield,          yield) \
  ROW (REPLACE_OVER,       _,          _,              _,              _,              _)
/* clang-format on */

#define CELLS(input, a, b, c, d, e)                                                                \
  [ALOQA_INPUT_##input] = { &aloqa_action_##a, &aloqa_action_##b, &aloqa_action_##c,               \
                            &aloqa_action_##d, &aloqa_action_##e },

ALOQA_ASSERT_COMPLETE (TABLE);
const AloqaCallAction *const aloqa_caller_table[ALOQA_N_INPUTS][5] = { TABLE (CELLS) };
