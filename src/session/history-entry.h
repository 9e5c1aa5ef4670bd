/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/call.h"
#include "session/contact.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_HISTORY_ENTRY (aloqa_history_entry_get_type ())
G_DECLARE_FINAL_TYPE (AloqaHistoryEntry, aloqa_history_entry, ALOQA, HISTORY_ENTRY, GObject)

/* How a call came out, for the person who looks back at it. Kept as a number: only add at the end. */
typedef enum {
  ALOQA_OUTCOME_ONGOING,   /* not over; never in the list */
  ALOQA_OUTCOME_ANSWERED,  /* somebody took it: here, there, or on another device of ours */
  ALOQA_OUTCOME_MISSED,    /* came in and nobody took it */
  ALOQA_OUTCOME_DECLINED,  /* by the one who was called, by hand or for being busy */
  ALOQA_OUTCOME_CANCELLED, /* we gave up before anybody answered */
  ALOQA_OUTCOME_NO_ANSWER, /* rang out, or the other side was not there */
  ALOQA_OUTCOME_FAILED,    /* did not come about or went wrong: see the reason */
  ALOQA_N_OUTCOMES,
} AloqaOutcome;

/*
 * One call of the past. Properties, read-only:
 *   incoming (gboolean), peer-id (gint64), username, name (const char *), picture (const char *,
 *   nullable): the other side as it was known then
 *   video (gboolean)
 *   started-us (gint64): when it was dialled or began to ring, in microseconds since 1970, UTC
 *   duration-us (gint64): of the time connected, 0 for none
 *   outcome (int): an AloqaOutcome
 *   reason (const char *): a word of aloqa_ended_to_string() that says more than the outcome, such
 *     as "busy", "lost" or "answered-elsewhere"; "interrupted" where the program ended first; ""
 *     for none
 *   seen (gboolean, with notify): FALSE only for a missed call that was not looked at
 */
gboolean aloqa_history_entry_is_incoming (AloqaHistoryEntry *self);
gint64 aloqa_history_entry_get_peer_id (AloqaHistoryEntry *self);
const char *aloqa_history_entry_get_username (AloqaHistoryEntry *self);
const char *aloqa_history_entry_get_name (AloqaHistoryEntry *self);
AloqaCallKind aloqa_history_entry_get_kind (AloqaHistoryEntry *self);
gint64 aloqa_history_entry_get_started_us (AloqaHistoryEntry *self);
gint64 aloqa_history_entry_get_duration_us (AloqaHistoryEntry *self);
AloqaOutcome aloqa_history_entry_get_outcome (AloqaHistoryEntry *self);
const char *aloqa_history_entry_get_reason (AloqaHistoryEntry *self);
gboolean aloqa_history_entry_is_seen (AloqaHistoryEntry *self);

GDateTime *aloqa_history_entry_dup_local_start (AloqaHistoryEntry *self);
AloqaContact *aloqa_history_entry_new_contact (AloqaHistoryEntry *self);

G_END_DECLS
