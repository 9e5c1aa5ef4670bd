/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/call-seat.h"

G_BEGIN_DECLS

/* In this order, where a call of the old kind begins with its offer. */
typedef enum {
  ALOQA_CALL_STAGE_REQUESTED,
  ALOQA_CALL_STAGE_ACCEPTED,
  ALOQA_CALL_STAGE_OFFERED,
  ALOQA_CALL_STAGE_ANSWERED,
} AloqaCallStage;

/* A call as far as its frames tell. */
typedef struct {
  char *id; /* or NULL: there is no such call */
  gint64 caller;
  gint64 callee;
  AloqaCallStage stage;
  AloqaCallKind kind;
  gint64 begun_us;
  gint64 touched_us;  /* its last frame */
  gint64 deadline_us; /* when nobody can be waiting for the next stage any more */

  /* For whoever passes its frames on. */
  AloqaCallSeat caller_seat;
  AloqaCallSeat callee_seat;
  GPtrArray *rung;        /* of AloqaDevice, not owned: those that ring; or NULL */
  GPtrArray *has_rung_at; /* of char *: names of those that rang and are away now; or NULL */
  gboolean has_rung;      /* the caller has been told that it rings */
  AloqaCaller *identity;  /* of the caller, as the callee sees it; or NULL */
} AloqaCallEntry;

/*
 * Two people and the calls between them: both can call at once (glare), so one each way, and those
 * that are over but may still be echoed.
 */
typedef struct {
  gint64 low;  /* the smaller of the two user ids */
  gint64 high; /* the larger */
  AloqaCallEntry by_low;
  AloqaCallEntry by_high;
  GQueue ended; /* the newest at the tail */
} AloqaCallPair;

AloqaCallPair *aloqa_call_pair_new (gint64 low, gint64 high);
void aloqa_call_pair_free (AloqaCallPair *self);

AloqaCallEntry *aloqa_call_pair_get_call_by (AloqaCallPair *self, gint64 caller);
AloqaCallEntry *aloqa_call_pair_get_main_call (AloqaCallPair *self);
AloqaCallEntry *aloqa_call_pair_find_call (AloqaCallPair *self, const char *id);
AloqaCallSeat *aloqa_call_entry_get_seat (AloqaCallEntry *self, gint64 user_id);
gint64 aloqa_call_entry_get_other (const AloqaCallEntry *self, gint64 user_id);
gboolean aloqa_call_entry_is_ringing_at (const AloqaCallEntry *self, const AloqaDevice *device);
void aloqa_call_entry_enter (AloqaCallEntry *self, AloqaCallStage stage, gint64 now_us);
void aloqa_call_pair_begin (AloqaCallPair *self, AloqaCallEntry *call, const char *id);
void aloqa_call_pair_drop (AloqaCallPair *self, AloqaCallEntry *call);
void
aloqa_call_pair_end (AloqaCallPair *self, AloqaCallEntry *call, gint64 echo_from, gint64 now_us);

gboolean aloqa_call_pair_is_ended (AloqaCallPair *self, const char *id);
char *aloqa_call_pair_take_echo (AloqaCallPair *self, gint64 sender);
gboolean aloqa_call_pair_forget (AloqaCallPair *self, gint64 now_us);

G_END_DECLS
