/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"

G_BEGIN_DECLS

/* The words that events and effects share. A call is known by its number: never 0, never reused. */

/* How long each wait may last, in ms. Nothing on the wire ends them for us. */
#define ALOQA_RING_TIMEOUT_MS 60000    /* either side's ring; the caller's can be set per call */
#define ALOQA_OFFER_TIMEOUT_MS 60000   /* callee: accept sent → offer */
#define ALOQA_ANSWER_TIMEOUT_MS 120000 /* caller: offer sent → answer; pages ask their user again */
#define ALOQA_CONNECT_TIMEOUT_MS 20000     /* both descriptions set → connected */
#define ALOQA_MEDIA_TIMEOUT_MS 20000       /* our own offer or answer asked for → ready */
#define ALOQA_AWAY_CALLEE_MS 800           /* a ring that cannot be answered any more stops */
#define ALOQA_AWAY_CALLER_MS 10000         /* a change of networks and a few tries */
#define ALOQA_AWAY_WORD_MS 2000            /* back → the server says that it still rings */
#define ALOQA_GLARE_TIMEOUT_MS 2000        /* the other side yields at once, or is a page */
#define ALOQA_REPLACE_TIMEOUT_MS 15000     /* new leg asked for → carries media */
#define ALOQA_STALE_END_TIMEOUT_MS 3000    /* a page sends call_end 2 s after our call_reject */
#define ALOQA_STALE_OFFER_TIMEOUT_MS 10000 /* a page offers once its user let it have the camera */

typedef enum {
  ALOQA_ROLE_CALLER, /* makes the offer */
  ALOQA_ROLE_CALLEE, /* makes the answer */
} AloqaRole;

typedef enum {
  ALOQA_DIAL_AUTO,   /* new first; the end suggests legacy when nothing answered */
  ALOQA_DIAL_NEW,    /* call_request → call_accept → offer → answer */
  ALOQA_DIAL_LEGACY, /* offer → answer */
} AloqaDialProtocol;

typedef enum {
  ALOQA_PHASE_NEW,            /* made, nothing done yet */
  ALOQA_PHASE_CALLING,        /* caller: the request is out */
  ALOQA_PHASE_RINGING,        /* caller: the callee's device says that it rings */
  ALOQA_PHASE_OFFERING,       /* caller: accepted (or legacy); our offer is being made */
  ALOQA_PHASE_OFFERED,        /* caller: our offer is out, "waiting for the other side" */
  ALOQA_PHASE_INCOMING,       /* callee: a request rings here */
  ALOQA_PHASE_INCOMING_OFFER, /* callee: an offer rings here (legacy) */
  ALOQA_PHASE_ACCEPTED,       /* callee: accept sent, the offer is awaited */
  ALOQA_PHASE_ANSWERING,      /* callee: our answer is being made */
  ALOQA_PHASE_CONNECTING,     /* both descriptions are set */
  ALOQA_PHASE_CONNECTED,      /* media may flow */
  ALOQA_PHASE_RECONNECTING,   /* no media came for 5 s */
  ALOQA_PHASE_ENDED,          /* the number is forgotten after this */
  ALOQA_N_PHASES,
} AloqaPhase;

typedef enum {
  ALOQA_ENDED_HUNG_UP,              /* by the person here, after accept */
  ALOQA_ENDED_REMOTE_HUNG_UP,       /* by the other side, after accept */
  ALOQA_ENDED_REJECTED,             /* by the callee: see the role for which side that is */
  ALOQA_ENDED_BUSY,                 /* the callee is in another call */
  ALOQA_ENDED_CANCELLED,            /* by the caller, before it was answered */
  ALOQA_ENDED_NO_ANSWER,            /* caller: rang out */
  ALOQA_ENDED_MISSED,               /* callee: rang out */
  ALOQA_ENDED_OFFLINE,              /* the server says that the callee is not there */
  ALOQA_ENDED_UNKNOWN_USER,         /* the server (or we) know no such callee */
  ALOQA_ENDED_ANSWERED_ELSEWHERE,   /* on another device of ours */
  ALOQA_ENDED_REJECTED_ELSEWHERE,   /* on another device of ours */
  ALOQA_ENDED_NO_OFFER,             /* callee: accepted, and the caller's offer never came */
  ALOQA_ENDED_COULD_NOT_CONNECT,    /* no path for media was found */
  ALOQA_ENDED_LOST,                 /* no media for 15 s, the path failed, or the peer vanished */
  ALOQA_ENDED_SIGNALLING_LOST,      /* a wait ran out while the server was out of reach */
  ALOQA_ENDED_MEDIA_ERROR,          /* an own device, codec or pipeline; see the detail */
  ALOQA_ENDED_FINGERPRINT_MISMATCH, /* not the certificate that was promised: somebody between */
  ALOQA_ENDED_SERVER_REFUSED, /* rate limit or a fault it found in our request; see the detail */
  ALOQA_ENDED_IN_A_CALL,      /* dialled while another call is on; nothing was sent */
  ALOQA_N_ENDED,
} AloqaEnded;

/* Why media failed. */
typedef enum {
  ALOQA_MEDIA_CAUSE_ERROR,       /* own device, codec or pipeline */
  ALOQA_MEDIA_CAUSE_MISSING,     /* a part that calls need is not installed here */
  ALOQA_MEDIA_CAUSE_BAD_SERVER,  /* what was set as a STUN or TURN server is none's address */
  ALOQA_MEDIA_CAUSE_LATE,        /* not ready in time */
  ALOQA_MEDIA_CAUSE_NO_PATH,     /* ICE or DTLS failed */
  ALOQA_MEDIA_CAUSE_FINGERPRINT, /* the peer's certificate is not the one of its description */
  ALOQA_MEDIA_CAUSE_DESCRIPTION, /* the peer's description cannot be used */
  ALOQA_MEDIA_CAUSE_NO_CODEC,    /* it can, but names nothing that we know, too */
  ALOQA_N_MEDIA_CAUSES,
} AloqaMediaCause;

typedef enum {
  ALOQA_SUGGEST_NOTHING,
  ALOQA_SUGGEST_LEGACY, /* nothing showed that the callee knows call_request: try legacy */
} AloqaSuggestion;

typedef enum {
  ALOQA_DEADLINE_RING,
  ALOQA_DEADLINE_OFFER,
  ALOQA_DEADLINE_ANSWER,
  ALOQA_DEADLINE_CONNECT,
  ALOQA_DEADLINE_MEDIA,
  ALOQA_DEADLINE_AWAY, /* while the server does not vouch for a call that rings */
  ALOQA_DEADLINE_GLARE,
  ALOQA_DEADLINE_REPLACE,
  ALOQA_DEADLINE_STALE_END,   /* of a number that never was a call: memory of a refusal */
  ALOQA_DEADLINE_STALE_OFFER, /* likewise */
  ALOQA_DEADLINE_LOST_RING,   /* likewise: of a ring that the server may begin again */
  ALOQA_N_DEADLINES,
} AloqaDeadline;

const char *aloqa_phase_to_string (AloqaPhase phase);
const char *aloqa_ended_to_string (AloqaEnded reason);
const char *aloqa_deadline_to_string (AloqaDeadline deadline);

G_END_DECLS
