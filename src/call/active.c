/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/* Either side, once both descriptions are set. */

static void
run_send (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_send_candidate (self, self->leg, event->candidate);
}

static const AloqaCallAction aloqa_action_send = { "send", run_send };

static void
run_connected (AloqaCall *self, const AloqaCallEvent *event)
{
  self->is_leg_broken = FALSE;
  aloqa_call_enter (self, ALOQA_PHASE_CONNECTED);
}

static const AloqaCallAction aloqa_action_connected = { "connected", run_connected,
                                                        ALOQA_PHASE_BIT (CONNECTED) };

static void
run_no_path (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_COULD_NOT_CONNECT, NULL);
}

static const AloqaCallAction aloqa_action_no_path = { "no path", run_no_path,
                                                      ALOQA_PHASE_BIT (ENDED) };

static void
run_silent (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_enter (self, ALOQA_PHASE_RECONNECTING);
}

static const AloqaCallAction aloqa_action_silent = { "silent", run_silent,
                                                     ALOQA_PHASE_BIT (RECONNECTING) };

/* A peer that vanishes says nothing: its silence is all there is to go by. */
static void
run_lost (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_say_goodbye (self);
  aloqa_call_end (self, ALOQA_ENDED_LOST, NULL);
}

static const AloqaCallAction aloqa_action_lost = { "lost", run_lost, ALOQA_PHASE_BIT (ENDED) };

static void
run_replace (AloqaCall *self, const AloqaCallEvent *event)
{
  if (aloqa_call_can_replace (self))
    aloqa_call_step_next_leg (self, ALOQA_INPUT_NETWORK_CHANGED, event);
}

static const AloqaCallAction aloqa_action_replace = { "replace", run_replace };

/*
 * Between two Aloqas a new leg can bring the picture that the call began without. One that is agreed
 * on already comes first.
 */
static void
run_add_video (AloqaCall *self, const AloqaCallEvent *event)
{
  if (!event->is_on || self->has_video || !aloqa_call_can_replace (self)) {
    self->next_is_for_video = FALSE;
    aloqa_action_video.run (self, event);
    return;
  }
  self->next_is_for_video = TRUE;
  if (self->next_phase != ALOQA_LEG_ANSWERING && self->next_phase != ALOQA_LEG_CONNECTING)
    aloqa_call_step_next_leg (self, ALOQA_INPUT_NETWORK_CHANGED, event);
}

static const AloqaCallAction aloqa_action_add_video = { "video", run_add_video };

/* The path is gone, but another one may be on its way. */
static void
run_leg_failed (AloqaCall *self, const AloqaCallEvent *event)
{
  if (event->cause != ALOQA_MEDIA_CAUSE_NO_PATH || self->next == NULL) {
    aloqa_action_fail.run (self, event);
    return;
  }
  self->is_leg_broken = TRUE;
  aloqa_call_enter (self, ALOQA_PHASE_RECONNECTING);
}

static const AloqaCallAction aloqa_action_leg_failed = {
  "fail", run_leg_failed, ALOQA_PHASE_BIT (RECONNECTING) | ALOQA_PHASE_BIT (ENDED)
};

static void
run_leg_request (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_step_next_leg (self, ALOQA_INPUT_GOT_REPLACE, event);
}

static const AloqaCallAction aloqa_action_leg_request = { "replace", run_leg_request };

static void
run_leg_answer (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_step_next_leg (self, ALOQA_INPUT_GOT_REPLACE_ANSWER, event);
}

static const AloqaCallAction aloqa_action_leg_answer = { "replace", run_leg_answer };

static void
run_leg_over (AloqaCall *self, const AloqaCallEvent *event)
{
  aloqa_call_step_next_leg (self, ALOQA_INPUT_REPLACE_OVER, event);
}

static const AloqaCallAction aloqa_action_leg_over = { "give leg up", run_leg_over,
                                                       ALOQA_PHASE_BIT (ENDED) };

/* clang-format off */
#define TABLE(ROW) \
  /*   input               CONNECTING      CONNECTED       RECONNECTING */ \
  ROW (DIAL,               _,              _,              _) \
  ROW (ACCEPT,             _,              _,              _) \
  ROW (REJECT,             _,              _,              _) \
  ROW (HANG_UP,            hang_up,        hang_up,        hang_up) \
  ROW (SET_MUTED,          mute,           mute,           mute) \
  ROW (SET_VIDEO,          video,          add_video,      add_video) \
  ROW (SET_HELD,           hold,           hold,           hold) \
  ROW (NETWORK_CHANGED,    _,              replace,        replace) \
  ROW (GOT_REQUEST,        restart,        busy,           restart) \
  ROW (GOT_ACCEPT,         _,              _,              _) \
  ROW (GOT_REJECT,         _,              _,              _) \
  ROW (GOT_END,            remote_end,     remote_end,     remote_end) \
  ROW (GOT_OFFER,          refuse,         busy,           restart) \
  ROW (GOT_OTHER_OFFER,    restart,        busy,           restart) \
  ROW (GOT_ANSWER,         _,              _,              _) \
  ROW (GOT_CANDIDATE,      add_candidate,  add_candidate,  add_candidate) \
  ROW (GOT_RINGING,        _,              _,              _) \
  ROW (GOT_UNAVAILABLE,    _,              _,              _) \
  ROW (GOT_BUSY,           _,              _,              _) \
  ROW (GOT_CALL_STATE,     _,              _,              _) \
  ROW (GOT_REPLACE,        _,              leg_request,    leg_request) \
  ROW (GOT_REPLACE_ANSWER, _,              leg_answer,     leg_answer) \
  ROW (GOT_ERROR,          _,              _,              _) \
  ROW (OFFER_READY,        _,              _,              _) \
  ROW (ANSWER_READY,       _,              _,              _) \
  ROW (LOCAL_CANDIDATE,    send,           send,           send) \
  ROW (MEDIA_CONNECTED,    connected,      _,              _) \
  ROW (FIRST_MEDIA,        _,              _,              _) \
  ROW (MEDIA_SILENT,       _,              silent,         _) \
  ROW (MEDIA_RESUMED,      _,              _,              connected) \
  ROW (MEDIA_DEAD,         _,              lost,           lost) \
  ROW (MEDIA_FAILED,       fail,           leg_failed,     leg_failed) \
  ROW (RING_OVER,          _,              _,              _) \
  ROW (OFFER_OVER,         _,              _,              _) \
  ROW (ANSWER_OVER,        _,              _,              _) \
  ROW (CONNECT_OVER,       no_path,        _,              _) \
  ROW (MEDIA_OVER,         _,              _,              _) \
  ROW (AWAY_OVER,          _,              _,              _) \
  ROW (GLARE_OVER,         _,              _,              _) \
  ROW (REPLACE_OVER,       _,              leg_over,       leg_over)
/* clang-format on */

#define CELLS(input, a, b, c)                                                                      \
  [ALOQA_INPUT_##input] = { &aloqa_action_##a, &aloqa_action_##b, &aloqa_action_##c },

ALOQA_ASSERT_COMPLETE (TABLE);
const AloqaCallAction *const aloqa_active_table[ALOQA_N_INPUTS][3] = { TABLE (CELLS) };
