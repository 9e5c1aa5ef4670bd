/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/call.h"

static const char *const phase_words[ALOQA_N_PHASES] = {
  [ALOQA_PHASE_NEW] = "new",
  [ALOQA_PHASE_CALLING] = "calling",
  [ALOQA_PHASE_RINGING] = "ringing",
  [ALOQA_PHASE_OFFERING] = "offering",
  [ALOQA_PHASE_OFFERED] = "offered",
  [ALOQA_PHASE_INCOMING] = "incoming",
  [ALOQA_PHASE_INCOMING_OFFER] = "incoming-offer",
  [ALOQA_PHASE_ACCEPTED] = "accepted",
  [ALOQA_PHASE_ANSWERING] = "answering",
  [ALOQA_PHASE_CONNECTING] = "connecting",
  [ALOQA_PHASE_CONNECTED] = "connected",
  [ALOQA_PHASE_RECONNECTING] = "reconnecting",
  [ALOQA_PHASE_ENDED] = "ended",
};

static const char *const ended_words[ALOQA_N_ENDED] = {
  [ALOQA_ENDED_HUNG_UP] = "hung-up",
  [ALOQA_ENDED_REMOTE_HUNG_UP] = "remote-hung-up",
  [ALOQA_ENDED_REJECTED] = "rejected",
  [ALOQA_ENDED_BUSY] = "busy",
  [ALOQA_ENDED_CANCELLED] = "cancelled",
  [ALOQA_ENDED_NO_ANSWER] = "no-answer",
  [ALOQA_ENDED_MISSED] = "missed",
  [ALOQA_ENDED_OFFLINE] = "offline",
  [ALOQA_ENDED_UNKNOWN_USER] = "unknown-user",
  [ALOQA_ENDED_ANSWERED_ELSEWHERE] = "answered-elsewhere",
  [ALOQA_ENDED_REJECTED_ELSEWHERE] = "rejected-elsewhere",
  [ALOQA_ENDED_NO_OFFER] = "no-offer",
  [ALOQA_ENDED_COULD_NOT_CONNECT] = "could-not-connect",
  [ALOQA_ENDED_LOST] = "lost",
  [ALOQA_ENDED_SIGNALLING_LOST] = "signalling-lost",
  [ALOQA_ENDED_MEDIA_ERROR] = "media-error",
  [ALOQA_ENDED_FINGERPRINT_MISMATCH] = "fingerprint-mismatch",
  [ALOQA_ENDED_SERVER_REFUSED] = "server-refused",
  [ALOQA_ENDED_IN_A_CALL] = "in-a-call",
};

static const char *const deadline_words[ALOQA_N_DEADLINES] = {
  [ALOQA_DEADLINE_RING] = "ring",           [ALOQA_DEADLINE_OFFER] = "offer",
  [ALOQA_DEADLINE_ANSWER] = "answer",       [ALOQA_DEADLINE_CONNECT] = "connect",
  [ALOQA_DEADLINE_MEDIA] = "media",         [ALOQA_DEADLINE_AWAY] = "away",
  [ALOQA_DEADLINE_GLARE] = "glare",         [ALOQA_DEADLINE_REPLACE] = "replace",
  [ALOQA_DEADLINE_STALE_END] = "stale-end", [ALOQA_DEADLINE_STALE_OFFER] = "stale-offer",
  [ALOQA_DEADLINE_LOST_RING] = "lost-ring",
};

/**
 * aloqa_phase_to_string:
 *
 * Returns: a word for logs and diagrams, such as "calling"; static
 */
const char *
aloqa_phase_to_string (AloqaPhase phase)
{
  g_return_val_if_fail (phase < ALOQA_N_PHASES, NULL);

  return phase_words[phase];
}

/**
 * aloqa_ended_to_string:
 *
 * Returns: the reason as one word that programs may rely on, such as "could-not-connect"; static
 */
const char *
aloqa_ended_to_string (AloqaEnded reason)
{
  g_return_val_if_fail (reason < ALOQA_N_ENDED, NULL);

  return ended_words[reason];
}

/**
 * aloqa_deadline_to_string:
 *
 * Returns: a word for logs, such as "ring"; static
 */
const char *
aloqa_deadline_to_string (AloqaDeadline deadline)
{
  g_return_val_if_fail (deadline < ALOQA_N_DEADLINES, NULL);

  return deadline_words[deadline];
}
