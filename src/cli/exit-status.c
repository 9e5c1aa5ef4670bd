/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/exit-status.h"

typedef struct {
  AloqaExit exit;
  const char *sentence;
} Row;

/* A call that was hung up in order before it was connected counts as cancelled, see below. */
static const Row rows[ALOQA_N_ENDED] = {
  [ALOQA_ENDED_HUNG_UP] = { ALOQA_EXIT_OK, "You hung up." },
  [ALOQA_ENDED_REMOTE_HUNG_UP] = { ALOQA_EXIT_OK, "The other side hung up." },
  [ALOQA_ENDED_REJECTED] = { ALOQA_EXIT_REJECTED, "Declined." },
  [ALOQA_ENDED_BUSY] = { ALOQA_EXIT_REJECTED, "Busy: they are in another call." },
  [ALOQA_ENDED_CANCELLED] = { ALOQA_EXIT_REJECTED, "Cancelled." },
  [ALOQA_ENDED_NO_ANSWER] = { ALOQA_EXIT_NO_ANSWER, "No answer." },
  [ALOQA_ENDED_MISSED] = { ALOQA_EXIT_ERROR, "Missed: nobody answered here." },
  [ALOQA_ENDED_OFFLINE] = { ALOQA_EXIT_NO_ANSWER, "They are offline." },
  [ALOQA_ENDED_UNKNOWN_USER] = { ALOQA_EXIT_NO_ANSWER, "The server knows nobody by that name." },
  [ALOQA_ENDED_ANSWERED_ELSEWHERE] = { ALOQA_EXIT_ERROR, "Answered on another device." },
  [ALOQA_ENDED_REJECTED_ELSEWHERE] = { ALOQA_EXIT_ERROR, "Declined on another device." },
  [ALOQA_ENDED_NO_OFFER] = { ALOQA_EXIT_LOST, "Accepted, but the caller sent no offer." },
  [ALOQA_ENDED_COULD_NOT_CONNECT] = { ALOQA_EXIT_LOST, "Could not connect: no path was found." },
  [ALOQA_ENDED_LOST] = { ALOQA_EXIT_LOST, "The connection was lost." },
  [ALOQA_ENDED_SIGNALLING_LOST] = { ALOQA_EXIT_LOST, "The server was out of reach." },
  [ALOQA_ENDED_MEDIA_ERROR] = { ALOQA_EXIT_MEDIA, "Sound and picture failed here." },
  [ALOQA_ENDED_FINGERPRINT_MISMATCH] = { ALOQA_EXIT_LOST,
                                         "Ended for safety: somebody else's certificate." },
  [ALOQA_ENDED_SERVER_REFUSED] = { ALOQA_EXIT_ERROR, "The server refused the call." },
  [ALOQA_ENDED_IN_A_CALL] = { ALOQA_EXIT_REJECTED, "There is a call already." },
};

/**
 * aloqa_exit_from_end:
 *
 * Returns: the program's exit status for a call that ended so
 */
AloqaExit
aloqa_exit_from_end (const AloqaCallEnd *end)
{
  if (rows[end->reason].exit == ALOQA_EXIT_OK && !end->was_connected)
    return ALOQA_EXIT_REJECTED;
  return rows[end->reason].exit;
}

/* Why a call ended, in a sentence; static. */
const char *
aloqa_describe_end (const AloqaCallEnd *end, gboolean is_incoming)
{
  if (end->reason == ALOQA_ENDED_REJECTED && is_incoming)
    return "You declined.";
  if (end->reason == ALOQA_ENDED_CANCELLED && is_incoming)
    return "The caller gave up.";
  return rows[end->reason].sentence;
}
