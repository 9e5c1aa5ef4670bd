/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/effect.h"
#include "call/event.h"

G_BEGIN_DECLS

/*
 * Inside of this folder (and its tests): one call as a table of phase × input → action. An action
 * changes the call and adds effects; what rings, and which deadline runs, follows from the phase
 * alone (aloqa_call_enter()), so that each start has its stop on every way out.
 */

/* A browser with six addresses sends some forty; more than this is not for a call. */
#define ALOQA_MAX_HELD_CANDIDATES 64

/* What all calls of an arbiter see. */
typedef struct {
  gint64 own_id;
  AloqaFeatures features; /* of the connection to the server; 0 from an old server */
  gboolean is_online;
  GPtrArray *effects; /* of the event at hand */
} AloqaCallContext;

/* One webrtcbin, as far as the machine needs to know it. */
typedef struct {
  guint number;    /* as in events and effects */
  gint64 wire_leg; /* as in frames: 0 is the call's first */
  gboolean has_video;
  GPtrArray *held;  /* own candidates, until the peer can take them */
  GPtrArray *early; /* the peer's candidates, until its description is set */
} AloqaLeg;

/* A replacement's way to becoming the call's leg. */
typedef enum {
  ALOQA_LEG_NONE,
  ALOQA_LEG_OFFERING,
  ALOQA_LEG_OFFERED,
  ALOQA_LEG_ANSWERING,
  ALOQA_LEG_CONNECTING,
  ALOQA_N_LEG_PHASES,
} AloqaLegPhase;

typedef struct {
  AloqaCallContext *context; /* the arbiter's */
  guint number;
  gint64 peer;
  AloqaPhase phase;
  AloqaRole role;
  AloqaCallKind kind;
  char *call_id; /* or NULL */
  AloqaCaller *caller;
  AloqaDialProtocol protocol;
  guint ring_timeout_ms;
  guint deadlines;    /* running: 1 << AloqaDeadline */
  gboolean is_unseen; /* rings here for the caller alone: nothing is heard or shown */
  gboolean has_ringtone;
  gboolean has_ringback;

  gboolean is_announced;    /* a frame of ours belonged to this call */
  gboolean has_spoken;      /* a frame of the peer's did */
  gboolean is_reopened;     /* ended by the peer's calling anew */
  gboolean may_ring_on;     /* at the end: the server may make it ring here once more */
  gboolean is_missed_later; /* at the end: likewise, and missed only where it does not */
  gboolean owes_offer;      /* at the end: the peer may still send the offer we asked for */
  gboolean said_goodbye;    /* at the end: we told the peer, and a page will answer with call_end */

  char *offer; /* the peer's, from its arrival to the end of the call; or NULL */

  /* Both call each other, and ours is to win: what the peer sent, in case it is a page. */
  gboolean is_glare;
  char *glare_id;    /* or NULL */
  char *glare_offer; /* or NULL where it was a request */

  AloqaLeg *leg;
  AloqaLeg *next; /* or NULL */
  AloqaLegPhase next_phase;
  gboolean next_is_for_video; /* asked for by our person, who is told when it fails */
  guint n_legs;
  gint64 last_wire_leg;
  gboolean is_leg_broken; /* the call's leg has failed while the next one is under way */

  gboolean are_devices_open;
  gboolean has_video; /* there is an m=video */
  gboolean wants_video;
  gboolean is_muted;
  gboolean is_held;
  AloqaFlow flow;
} AloqaCall;

/* All inputs of the table, in its order. */
#define ALOQA_CALL_INPUTS(INPUT)                                                                   \
  INPUT (DIAL)                                                                                     \
  INPUT (ACCEPT)                                                                                   \
  INPUT (REJECT)                                                                                   \
  INPUT (HANG_UP)                                                                                  \
  INPUT (SET_MUTED)                                                                                \
  INPUT (SET_VIDEO)                                                                                \
  INPUT (SET_HELD)                                                                                 \
  INPUT (NETWORK_CHANGED)                                                                          \
  INPUT (GOT_REQUEST)                                                                              \
  INPUT (GOT_ACCEPT)                                                                               \
  INPUT (GOT_REJECT)                                                                               \
  INPUT (GOT_END)                                                                                  \
  INPUT (GOT_OFFER)       /* of this call, or with no id to tell */                                \
  INPUT (GOT_OTHER_OFFER) /* with the id of another call */                                        \
  INPUT (GOT_ANSWER)                                                                               \
  INPUT (GOT_CANDIDATE)                                                                            \
  INPUT (GOT_RINGING)                                                                              \
  INPUT (GOT_UNAVAILABLE)                                                                          \
  INPUT (GOT_BUSY)                                                                                 \
  INPUT (GOT_CALL_STATE)                                                                           \
  INPUT (GOT_REPLACE)                                                                              \
  INPUT (GOT_REPLACE_ANSWER)                                                                       \
  INPUT (GOT_ERROR)                                                                                \
  INPUT (OFFER_READY)                                                                              \
  INPUT (ANSWER_READY)                                                                             \
  INPUT (LOCAL_CANDIDATE)                                                                          \
  INPUT (MEDIA_CONNECTED)                                                                          \
  INPUT (FIRST_MEDIA)                                                                              \
  INPUT (MEDIA_SILENT)                                                                             \
  INPUT (MEDIA_RESUMED)                                                                            \
  INPUT (MEDIA_DEAD)                                                                               \
  INPUT (MEDIA_FAILED)                                                                             \
  INPUT (RING_OVER)                                                                                \
  INPUT (OFFER_OVER)                                                                               \
  INPUT (ANSWER_OVER)                                                                              \
  INPUT (CONNECT_OVER)                                                                             \
  INPUT (MEDIA_OVER)                                                                               \
  INPUT (AWAY_OVER)                                                                                \
  INPUT (GLARE_OVER)                                                                               \
  INPUT (REPLACE_OVER)

#define ALOQA_CALL_INPUT_MEMBER(name) ALOQA_INPUT_##name,
typedef enum { ALOQA_CALL_INPUTS (ALOQA_CALL_INPUT_MEMBER) ALOQA_N_INPUTS } AloqaCallInput;

#define ALOQA_PHASE_BIT(phase) (1u << ALOQA_PHASE_##phase)

/* One thing that a call can do. */
typedef struct {
  const char *name;
  void (*run) (AloqaCall *self, const AloqaCallEvent *event); /* NULL: nothing */
  guint targets; /* ALOQA_PHASE_BIT()s of where it may lead; 0: stays */
} AloqaCallAction;

/*
 * A table that lacks a cell does not compile: ROW() names every column, and the rows are counted and
 * their inputs collected. "_" is the action that ignores.
 */
#define ALOQA_INPUT_BIT(input, ...) | (G_GUINT64_CONSTANT (1) << ALOQA_INPUT_##input)
#define ALOQA_INPUT_ONE(input, ...) +1
#define ALOQA_ASSERT_COMPLETE(TABLE)                                                               \
  _Static_assert((0 TABLE (ALOQA_INPUT_BIT)) == (G_GUINT64_CONSTANT (1) << ALOQA_N_INPUTS) - 1 &&  \
                     (0 TABLE (ALOQA_INPUT_ONE)) == ALOQA_N_INPUTS,                                \
                 "an input has no row, or two")

/* Phase × input → action, by group of phases. */
extern const AloqaCallAction *const aloqa_caller_table[ALOQA_N_INPUTS][5]; /* NEW … OFFERED */
extern const AloqaCallAction
    *const aloqa_callee_table[ALOQA_N_INPUTS][4]; /* INCOMING … ANSWERING */
extern const AloqaCallAction *const aloqa_active_table[ALOQA_N_INPUTS][3]; /* CONNECTING … */

const AloqaCallAction *aloqa_call_get_action (AloqaPhase phase, AloqaCallInput input);
AloqaCallInput aloqa_call_input_from_event (AloqaCallEventType type);
AloqaCallInput aloqa_call_input_from_message (AloqaMessageType type);
AloqaCallInput aloqa_call_input_from_deadline (AloqaDeadline deadline);
gboolean aloqa_call_input_has_leg (AloqaCallInput input);
const char *aloqa_call_input_to_string (AloqaCallInput input);
char *aloqa_call_table_to_dot (void);

/* A call's life. */
AloqaCall *aloqa_call_new (AloqaCallContext *context, guint number, gint64 peer);
void aloqa_call_free (AloqaCall *self);
void aloqa_call_step (AloqaCall *self, AloqaCallInput input, const AloqaCallEvent *event);

/* The server, and what it says of a call that rings. */
void aloqa_call_note_server (AloqaCall *self);
void aloqa_call_note_word (AloqaCall *self);

/* What actions are made of. */
AloqaEffect *aloqa_call_add_effect (AloqaCall *self, AloqaEffectType type);
void aloqa_call_enter (AloqaCall *self, AloqaPhase phase);
void aloqa_call_end (AloqaCall *self, AloqaEnded reason, const char *detail);
void aloqa_call_end_by_media (AloqaCall *self, AloqaEnded reason, AloqaMediaCause cause,
                              const char *detail);
void
aloqa_call_end_with_suggestion (AloqaCall *self, AloqaEnded reason, AloqaSuggestion suggestion);
void aloqa_call_say_goodbye (AloqaCall *self);
AloqaMessage *aloqa_call_new_message (AloqaCall *self, AloqaMessageType type);
void aloqa_call_send (AloqaCall *self, AloqaMessage *message);
void aloqa_call_send_simple (AloqaCall *self, AloqaMessageType type);
void aloqa_call_start_deadline (AloqaCall *self, AloqaDeadline deadline, guint duration_ms);
void aloqa_call_stop_deadline (AloqaCall *self, AloqaDeadline deadline);
void aloqa_call_open_devices (AloqaCall *self);
void aloqa_call_update_tones (AloqaCall *self);
gboolean aloqa_call_is_legacy (AloqaCall *self);
gboolean aloqa_call_can_replace (AloqaCall *self);
void aloqa_call_refuse (AloqaCallContext *context, const AloqaMessage *message);
void aloqa_call_refuse_as_over (AloqaCallContext *context, const AloqaMessage *message);

/* Legs. */
AloqaLeg *
aloqa_call_prepare_leg (AloqaCall *self, AloqaRole role, AloqaCallKind kind, gint64 wire_leg);
void aloqa_call_renew_leg (AloqaCall *self);
void aloqa_call_stop_leg (AloqaCall *self, AloqaLeg **leg);
void
aloqa_call_add_sdp_effect (AloqaCall *self, AloqaEffectType type, AloqaLeg *leg, const char *sdp);
void aloqa_leg_free (AloqaLeg *self);
void aloqa_leg_hold (AloqaLeg *self, AloqaCandidate *candidate);
void aloqa_leg_keep (AloqaLeg *self, AloqaCandidate *candidate);
void aloqa_call_send_candidate (AloqaCall *self, AloqaLeg *leg, AloqaCandidate *candidate);
void aloqa_call_send_held (AloqaCall *self, AloqaLeg *leg);
void aloqa_call_add_candidate (AloqaCall *self, AloqaLeg *leg, AloqaCandidate *candidate);
void aloqa_call_add_early (AloqaCall *self, AloqaLeg *leg);
gboolean aloqa_sdp_text_has_video (const char *sdp);

/* The replacement of a leg while the call goes on. */
void aloqa_call_step_next_leg (AloqaCall *self, AloqaCallInput input, const AloqaCallEvent *event);
void aloqa_call_drop_next_leg (AloqaCall *self);

/* Caller: the peer's call that crossed ours is over. */
void aloqa_call_forget_glare (AloqaCall *self);

/* Callee: on with self->offer. */
void aloqa_call_take_offer (AloqaCall *self);

/* Actions of more than one table. */
extern const AloqaCallAction aloqa_action__;
extern const AloqaCallAction aloqa_action_mute;
extern const AloqaCallAction aloqa_action_video;
extern const AloqaCallAction aloqa_action_hold;
extern const AloqaCallAction aloqa_action_fail;
extern const AloqaCallAction aloqa_action_hang_up;
extern const AloqaCallAction aloqa_action_remote_end;
extern const AloqaCallAction aloqa_action_restart;
extern const AloqaCallAction aloqa_action_refuse;
extern const AloqaCallAction aloqa_action_busy;
extern const AloqaCallAction aloqa_action_rewarm;
extern const AloqaCallAction aloqa_action_hold_candidate;
extern const AloqaCallAction aloqa_action_keep_candidate;
extern const AloqaCallAction aloqa_action_add_candidate;
extern const AloqaCallAction aloqa_action_media_late;
extern const AloqaCallAction aloqa_action_lose_server;
extern const AloqaCallAction aloqa_action_ring;
extern const AloqaCallAction aloqa_action_ring_offer;

G_END_DECLS
