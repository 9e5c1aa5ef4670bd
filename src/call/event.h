/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/call.h"

G_BEGIN_DECLS

/*
 * All that can happen to calls. What is not named behind a type is left 0. "call" is the number
 * from the effects; an event for a number that is forgotten is dropped, so late ones do no harm.
 */
typedef enum {
  /* Wishes of the person. */
  ALOQA_CALL_EVENT_DIAL,            /* peer, kind, protocol, call_id, ring_timeout_ms */
  ALOQA_CALL_EVENT_ACCEPT,          /* call, is_on: with our own video */
  ALOQA_CALL_EVENT_REJECT,          /* call */
  ALOQA_CALL_EVENT_HANG_UP,         /* call: cancels, rejects or hangs up, as the phase asks */
  ALOQA_CALL_EVENT_SET_MUTED,       /* call, is_on */
  ALOQA_CALL_EVENT_SET_VIDEO,       /* call, is_on: our own camera or screen */
  ALOQA_CALL_EVENT_SET_HELD,        /* call, is_on */
  ALOQA_CALL_EVENT_NETWORK_CHANGED, /* call: its path may be gone; make a new leg where possible */

  /* The server. */
  ALOQA_CALL_EVENT_MESSAGE,              /* message: any that was parsed, whoever sent it */
  ALOQA_CALL_EVENT_SIGNALLING_CONNECTED, /* features: what both the server and we announced */
  ALOQA_CALL_EVENT_SIGNALLING_LOST,

  /* Facts about media, each of one leg. */
  ALOQA_CALL_EVENT_OFFER_READY,     /* call, leg, sdp: with all candidates gathered so far */
  ALOQA_CALL_EVENT_ANSWER_READY,    /* call, leg, sdp: likewise */
  ALOQA_CALL_EVENT_LOCAL_CANDIDATE, /* call, leg, candidate: one that was in neither */
  ALOQA_CALL_EVENT_MEDIA_CONNECTED, /* call, leg: ICE, DTLS and the fingerprint are good */
  ALOQA_CALL_EVENT_FIRST_MEDIA,     /* call, leg: the first packet came */
  ALOQA_CALL_EVENT_MEDIA_SILENT,    /* call, leg: no packet for 5 s */
  ALOQA_CALL_EVENT_MEDIA_RESUMED,   /* call, leg: packets after silence */
  ALOQA_CALL_EVENT_MEDIA_DEAD,      /* call, leg: no packet for 15 s */
  ALOQA_CALL_EVENT_MEDIA_FAILED,    /* call, leg, cause, detail */

  ALOQA_CALL_EVENT_DEADLINE, /* call, deadline: a started one is over; late ones are dropped */
} AloqaCallEventType;

/* Lives as long as the call of aloqa_arbiter_handle(); everything in it is borrowed. */
typedef struct {
  AloqaCallEventType type;
  guint call;

  gint64 peer;
  AloqaCallKind kind;
  AloqaDialProtocol protocol;
  const char *call_id;   /* new and random for each DIAL: 1–64 of A-Za-z0-9_-; or NULL */
  guint ring_timeout_ms; /* 0: ALOQA_RING_TIMEOUT_MS */
  gboolean is_on;

  AloqaMessage *message;
  AloqaFeatures features;

  guint leg;
  const char *sdp;
  AloqaCandidate *candidate;
  AloqaMediaCause cause;
  const char *detail; /* for people, or NULL */

  AloqaDeadline deadline;
} AloqaCallEvent;

G_END_DECLS
