/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/tracker.h"

G_BEGIN_DECLS

/*
 * One account's arbiter with its tracker. Whatever it is told, the effects come out as words, one
 * after another in the order in which they are to be run:
 *
 *   [calling]       SHOW_PHASE            >call_end       SEND
 *   [unseen-incoming]                     likewise, where it rings unseen
 *   +ringtone -ringtone  +ringback -ringback              the tones
 *   +leg0 -leg0     PREPARE_MEDIA, STOP_MEDIA             +devices -devices
 *   flow:avp        SET_FLOW: audio, video (or black: "b"), play; muted and held: "m" and "h"
 *   offer0 accept0 apply0 add0 switch1                    media, of this leg
 *   +ring -ring     START_DEADLINE, STOP_DEADLINE
 *   notice  missed  ended:cancelled  (ended:no-answer!legacy where legacy is suggested)
 */

#define OWN_ID 5
#define PEER 7     /* a higher id than ours */
#define LOW_PEER 3 /* a lower one */
#define STRANGER 9

#define ALL_FEATURES                                                                               \
  (ALOQA_FEATURE_CALL_ID | ALOQA_FEATURE_RINGING | ALOQA_FEATURE_UNAVAILABLE |                     \
   ALOQA_FEATURE_BUSY | ALOQA_FEATURE_PRESENCE | ALOQA_FEATURE_MULTI_DEVICE |                      \
   ALOQA_FEATURE_REPLACE)

#define VIDEO_SDP "v=0\r\nm=audio 9 x\r\nm=video 9 x\r\n"
#define AUDIO_SDP "v=0\r\nm=audio 9 x\r\n"

typedef struct {
  AloqaArbiter *arbiter;
  Tracker tracker;
  GString *words;  /* since the last rig_expect() */
  GPtrArray *last; /* effects of the last event */
  GPtrArray *sent; /* of AloqaMessage, all of them */
  guint call;      /* the number of the newest call */
} Rig;

Rig *rig_new (AloqaFeatures features);
Rig *rig_new_for (gint64 own_id, AloqaFeatures features);
void rig_free (Rig *self);

char *rig_describe (const AloqaEffect *effect);
void rig_handle (Rig *self, const AloqaCallEvent *event);
void rig_expect (Rig *self, const char *words);
void rig_expect_phase (Rig *self, AloqaPhase phase);
const AloqaEffect *rig_find (Rig *self, AloqaEffectType type);
const AloqaMessage *rig_last_sent (Rig *self);

void rig_connect (Rig *self, AloqaFeatures features);
void rig_dial (Rig *self, gint64 peer, AloqaCallKind kind, AloqaDialProtocol protocol);
void rig_do (Rig *self, AloqaCallEventType type);
void rig_set (Rig *self, AloqaCallEventType type, gboolean is_on);
void rig_ready (Rig *self, AloqaCallEventType type, guint leg, const char *sdp);
void rig_media (Rig *self, AloqaCallEventType type, guint leg);
void rig_fail (Rig *self, guint leg, AloqaMediaCause cause);
void rig_candidate (Rig *self, guint leg);
void rig_over (Rig *self, AloqaDeadline deadline);
void rig_pass_memories (Rig *self);

/* Frames that come. With the call's id where the rig has features. */
AloqaMessage *rig_message (Rig *self, AloqaMessageType type, gint64 from);
void rig_receive (Rig *self, AloqaMessage *message);
void rig_get (Rig *self, AloqaMessageType type, gint64 from);
void rig_get_with_id (Rig *self, AloqaMessageType type, gint64 from, const char *call_id);

/* Whole stretches of a call with PEER, which leave no words. */
void rig_skip (Rig *self);
void rig_ring (Rig *self, gint64 peer);
void rig_connect_as_caller (Rig *self, gint64 peer);
void rig_connect_as_callee (Rig *self, gint64 peer);

AloqaCandidate *rig_new_candidate (guint component);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

G_END_DECLS
