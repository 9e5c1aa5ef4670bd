/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/candidate.h"
#include "protocol/error.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_MESSAGE_CONNECTED,
  ALOQA_MESSAGE_HELLO,
  ALOQA_MESSAGE_TYPING, /* only as the liveness probe, to and from oneself */
  ALOQA_MESSAGE_CALL_REQUEST,
  ALOQA_MESSAGE_CALL_ACCEPT,
  ALOQA_MESSAGE_CALL_REJECT,
  ALOQA_MESSAGE_CALL_END,
  ALOQA_MESSAGE_OFFER,  /* "incoming_call" */
  ALOQA_MESSAGE_ANSWER, /* "call_answer" */
  ALOQA_MESSAGE_CANDIDATE,
  ALOQA_MESSAGE_RINGING,
  ALOQA_MESSAGE_UNAVAILABLE,
  ALOQA_MESSAGE_BUSY,
  ALOQA_MESSAGE_PRESENCE,
  ALOQA_MESSAGE_CALL_STATE,
  ALOQA_MESSAGE_REPLACE,
  ALOQA_MESSAGE_REPLACE_ANSWER,
  ALOQA_MESSAGE_ERROR,
  ALOQA_N_MESSAGES,
} AloqaMessageType;

/* Who writes a frame decides its shape: a client writes "to", the server "from". */
typedef enum {
  ALOQA_SIDE_CLIENT,
  ALOQA_SIDE_SERVER,
} AloqaSide;

typedef enum {
  ALOQA_CALL_VIDEO, /* also where call_type is absent or not known */
  ALOQA_CALL_AUDIO,
} AloqaCallKind;

typedef enum {
  ALOQA_FEATURE_CALL_ID = 1 << 0,
  ALOQA_FEATURE_RINGING = 1 << 1,
  ALOQA_FEATURE_UNAVAILABLE = 1 << 2,
  ALOQA_FEATURE_BUSY = 1 << 3,
  ALOQA_FEATURE_PRESENCE = 1 << 4,
  ALOQA_FEATURE_MULTI_DEVICE = 1 << 5,
  ALOQA_FEATURE_REPLACE = 1 << 6,
} AloqaFeatures;

typedef enum {
  ALOQA_END_REASON_NONE, /* also for a word that is not known, and for all that a client writes */
  ALOQA_END_REASON_ANSWERED_ELSEWHERE,
  ALOQA_END_REASON_REJECTED_ELSEWHERE,
  ALOQA_END_REASON_LOST, /* nobody has ended it: the other side is out of the server's reach */
} AloqaEndReason;

typedef enum {
  ALOQA_UNAVAILABLE_OFFLINE, /* also for a word that is not known */
  ALOQA_UNAVAILABLE_UNKNOWN, /* there is no such user */
} AloqaUnavailableReason;

typedef enum {
  ALOQA_CALL_STATE_RINGING,
  ALOQA_CALL_STATE_ACCEPTED,
  ALOQA_CALL_STATE_CONNECTED,
} AloqaCallStatePhase;

/*
 * The "caller" that the server adds to a call_request and to an offer. Names are safe to show: clean
 * of control characters and cut to protocol/limits.h.
 */
typedef struct {
  gint64 id;
  char *username;
  char *first_name;  /* or NULL */
  char *last_name;   /* or NULL */
  char *profile_pic; /* or NULL: a file name, never a path */
} AloqaCaller;

/*
 * One frame of the WebSocket. Counted; filled by the one who makes it, then not changed. What a type
 * does not use is 0 or NULL.
 */
typedef struct {
  AloqaMessageType type;
  gint64 peer;   /* "to" or "from", over 0 on every frame that has one */
  char *call_id; /* or NULL */

  AloqaCallKind call_kind;   /* CALL_REQUEST, OFFER, CALL_STATE */
  AloqaCaller *caller;       /* or NULL: CALL_REQUEST, OFFER, from the server */
  char *sdp;                 /* OFFER, ANSWER, REPLACE, REPLACE_ANSWER: with CRLF, parses */
  AloqaCandidate *candidate; /* CANDIDATE */
  gint64 leg;                /* REPLACE, REPLACE_ANSWER, CANDIDATE: 0 is the call's first leg */
  AloqaEndReason end_reason; /* CALL_END */
  AloqaUnavailableReason unavailable_reason; /* UNAVAILABLE */
  AloqaCallStatePhase phase;                 /* CALL_STATE */

  gint64 user_id;         /* CONNECTED; PRESENCE of one user, else 0 */
  AloqaFeatures features; /* CONNECTED, HELLO: the ones known here; 0 where not announced */
  gboolean has_features;  /* CONNECTED: the server has extensions at all: say hello */
  char *device;           /* HELLO: or NULL */
  gboolean is_online;     /* PRESENCE of one user */
  GArray *online;         /* or NULL: PRESENCE of all: gint64 ids */

  char *error_code;      /* ERROR: a word such as "rate_limited" */
  char *error_message;   /* ERROR: for people; or NULL */
  char *error_field;     /* ERROR: or NULL */
  gint64 retry_after_ms; /* ERROR: or 0 */
} AloqaMessage;

AloqaMessage *aloqa_message_new (AloqaMessageType type, gint64 peer);
AloqaMessage *aloqa_message_ref (AloqaMessage *self);
void aloqa_message_unref (AloqaMessage *self);
AloqaMessage *
aloqa_message_parse (const char *text, gssize length, AloqaSide writer, GError **error);
char *aloqa_message_to_json (const AloqaMessage *self, AloqaSide writer);
const char *aloqa_message_type_to_string (AloqaMessageType type);

AloqaCaller *aloqa_caller_new (gint64 id, const char *username, const char *first_name,
                               const char *last_name, const char *profile_pic);
AloqaCaller *aloqa_caller_copy (const AloqaCaller *self);
void aloqa_caller_free (AloqaCaller *self);

#define ALOQA_TYPE_MESSAGE (aloqa_message_get_type ())
GType aloqa_message_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaMessage, aloqa_message_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaCaller, aloqa_caller_free)

G_END_DECLS
