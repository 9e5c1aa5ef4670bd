/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/call.h"

G_BEGIN_DECLS

/*
 * What the runner is to do, in this order. Every START, PREPARE and OPEN is followed by its STOP or
 * CLOSE, exactly once and before ENDED; nothing with a call's number follows its ENDED.
 *
 * A leg is one webrtcbin: 0 first, a later one when a call changes sides (glare) or its network.
 * Legs are numbered within their call and not as on the wire.
 */
typedef enum {
  ALOQA_EFFECT_SEND, /* message: to signalling, which keeps it while the server is out of reach */

  ALOQA_EFFECT_START_RINGTONE, /* here */
  ALOQA_EFFECT_STOP_RINGTONE,
  ALOQA_EFFECT_START_RINGBACK, /* what the caller hears */
  ALOQA_EFFECT_STOP_RINGBACK,

  /*
   * leg, role, kind: make all that needs no device, no remote candidate and no packet to the peer:
   * certificate, elements, own candidates; as caller the offer as well.
   */
  ALOQA_EFFECT_PREPARE_MEDIA,
  ALOQA_EFFECT_STOP_MEDIA, /* leg */

  /*
   * kind: capture and playback, as SET_FLOW says, which follows at once. At a callee after accept
   * only.
   */
  ALOQA_EFFECT_OPEN_DEVICES,
  ALOQA_EFFECT_CLOSE_DEVICES,
  ALOQA_EFFECT_SET_FLOW, /* flow: the whole of it, each time some of it changes */

  ALOQA_EFFECT_CREATE_OFFER,  /* leg: answer with OFFER_READY */
  ALOQA_EFFECT_ACCEPT_OFFER,  /* leg, sdp: answer with ANSWER_READY */
  ALOQA_EFFECT_APPLY_ANSWER,  /* leg, sdp */
  ALOQA_EFFECT_ADD_CANDIDATE, /* leg, candidate: always after ACCEPT_OFFER or APPLY_ANSWER */
  ALOQA_EFFECT_SWITCH_LEG,    /* leg: show and play this one; the old one's STOP_MEDIA follows */

  ALOQA_EFFECT_START_DEADLINE, /* deadline, duration_ms: then send DEADLINE, once */
  ALOQA_EFFECT_STOP_DEADLINE,  /* deadline: not for one that has fired */

  /*
   * phase, role, peer, kind, caller, is_unseen: a new call, whose first effect it is, or one that
   * went on. NEW is shown only of a dial that is refused here; its ENDED follows.
   */
  ALOQA_EFFECT_SHOW_PHASE,
  ALOQA_EFFECT_SHOW_NOTICE, /* notice */
  ALOQA_EFFECT_MISSED_CALL, /* peer, kind, caller: write it down; call is 0 where none rings */
  ALOQA_EFFECT_ENDED,       /* ended, cause, suggestion, detail, role, peer, kind */
} AloqaEffectType;

typedef enum {
  ALOQA_NOTICE_NO_VIDEO, /* video cannot be added to this call: the other side cannot take it */
} AloqaNotice;

/* What is captured, sent and played. Held: nothing. What is not sent is silence and black. */
typedef struct {
  gboolean send_audio;
  gboolean send_video; /* the camera (or screen) is to be open exactly while this is TRUE */
  gboolean play;       /* what the peer sends is played and shown */
  gboolean has_video;  /* there is a stream for pictures: black where send_video is FALSE */
  gboolean is_muted;   /* the person's wishes, to be shown */
  gboolean is_held;
} AloqaFlow;

typedef struct {
  AloqaEffectType type;
  guint call;

  AloqaMessage *message;
  guint leg;
  AloqaRole role;
  AloqaCallKind kind;
  char *sdp;
  AloqaCandidate *candidate;
  AloqaFlow flow;

  AloqaDeadline deadline;
  guint duration_ms;

  AloqaPhase phase;
  gboolean is_unseen; /* it rings, and nobody here is to see or hear that */
  gint64 peer;
  AloqaCaller *caller; /* who calls, as the server says; or NULL */
  AloqaNotice notice;
  AloqaEnded ended;
  AloqaMediaCause cause; /* where media failed */
  AloqaSuggestion suggestion;
  char *detail; /* for people, or NULL */
} AloqaEffect;

void aloqa_effect_free (AloqaEffect *self);
const char *aloqa_effect_type_to_string (AloqaEffectType type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaEffect, aloqa_effect_free)

G_END_DECLS
