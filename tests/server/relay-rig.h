/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/relay.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

#define OLD 0
#define NEW ALOQA_SERVER_FEATURES

#define ALI 1
#define VALI 2
#define GULI 3

/* A relay without a socket; what it delivers is kept in order. */
typedef struct {
  AloqaSettings *settings;
  AloqaHub *hub;
  AloqaRelay *relay;
  gint64 now_us;
  GQueue said;        /* of AloqaDelivery * */
  GPtrArray *devices; /* of AloqaDevice */
} RelayRig;

RelayRig *relay_rig_new (void);
void relay_rig_free (RelayRig *self);
AloqaDevice *
relay_rig_connect (RelayRig *self, gint64 user_id, AloqaFeatures features, const char *name);
void relay_rig_disconnect (RelayRig *self, AloqaDevice *device);
void relay_rig_say (RelayRig *self, AloqaDevice *device, const char *json);
void relay_rig_say_to (RelayRig *self, AloqaDevice *device, const char *json, gboolean exists);
void relay_rig_wait (RelayRig *self, gint64 us);
void relay_rig_hear (RelayRig *self, AloqaDevice *device, const char *json);
void relay_rig_see_closed (RelayRig *self, AloqaDevice *device);
char *relay_rig_hear_id (RelayRig *self, AloqaDevice *device);
void relay_rig_skip (RelayRig *self);
void relay_rig_hear_nothing (RelayRig *self);
void relay_rig_begin_call (RelayRig *self, AloqaDevice *caller, AloqaDevice *callee);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayRig, relay_rig_free)

/* Ali's name and call, as the server writes them. */
#define CALLER                                                                                     \
  "\"caller\":{\"id\":1,\"username\":\"user-1\",\"profile_pic\":null,"                             \
  "\"first_name\":null,\"last_name\":null}"
#define ID ",\"call_id\":\"x\""
#define REQUEST(id) "{\"type\":\"call_request\",\"to\":2,\"call_type\":\"audio\"" id "}"
#define REQUEST_FROM(id)                                                                           \
  "{\"type\":\"call_request\",\"from\":1,\"call_type\":\"audio\"," CALLER id "}"
#define SDP                                                                                        \
  "v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n"                                      \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:0\\r\\n"                       \
  "a=rtpmap:111 opus/48000/2\\r\\n"
#define OFFER_SDP ",\"sdp\":{\"type\":\"offer\",\"sdp\":\"" SDP "\"}"
#define ANSWER_SDP ",\"sdp\":{\"type\":\"answer\",\"sdp\":\"" SDP "\"}"
#define OFFER(id) "{\"type\":\"incoming_call\",\"to\":2,\"call_type\":\"audio\"" OFFER_SDP id "}"
#define OFFER_FROM(id)                                                                             \
  "{\"type\":\"incoming_call\",\"from\":1,\"call_type\":\"audio\"," CALLER OFFER_SDP id "}"
#define ANSWER(id) "{\"type\":\"call_answer\",\"to\":1" ANSWER_SDP id "}"
#define ANSWER_FROM(id) "{\"type\":\"call_answer\",\"from\":2" ANSWER_SDP id "}"
/* A frame of nothing but a type, the other's id, and what follows. */
#define TO(type, id, more) "{\"type\":\"" type "\",\"to\":" #id more "}"
#define FROM(type, id, more) "{\"type\":\"" type "\",\"from\":" #id more "}"
#define NOT_IN_CALL                                                                                \
  "{\"type\":\"error\",\"code\":\"not_in_call\",\"field\":\"to\","                                 \
  "\"message\":\"There is no such call with this user\"}"
