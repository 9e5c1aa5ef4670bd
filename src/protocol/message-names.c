/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/message-names.h"

#include <string.h>

enum {
  HAS_PEER = 1 << 0, /* "to" or "from" */
  HAS_CALL_ID = 1 << 1,
  BY_CLIENT = 1 << 2,
  BY_SERVER = 1 << 3,
  OF_A_CALL = HAS_PEER | HAS_CALL_ID | BY_CLIENT | BY_SERVER, /* what the server passes on */
};

static const struct {
  const char *name;
  guint flags;
} types[ALOQA_N_MESSAGES] = {
  [ALOQA_MESSAGE_CONNECTED] = { "connected", BY_SERVER },
  [ALOQA_MESSAGE_HELLO] = { "hello", BY_CLIENT },
  [ALOQA_MESSAGE_TYPING] = { "typing", HAS_PEER | BY_CLIENT | BY_SERVER },
  [ALOQA_MESSAGE_CALL_REQUEST] = { "call_request", OF_A_CALL },
  [ALOQA_MESSAGE_CALL_ACCEPT] = { "call_accept", OF_A_CALL },
  [ALOQA_MESSAGE_CALL_REJECT] = { "call_reject", OF_A_CALL },
  [ALOQA_MESSAGE_CALL_END] = { "call_end", OF_A_CALL },
  [ALOQA_MESSAGE_OFFER] = { "incoming_call", OF_A_CALL },
  [ALOQA_MESSAGE_ANSWER] = { "call_answer", OF_A_CALL },
  [ALOQA_MESSAGE_CANDIDATE] = { "ice_candidate", OF_A_CALL },
  [ALOQA_MESSAGE_RINGING] = { "ringing", OF_A_CALL },
  [ALOQA_MESSAGE_UNAVAILABLE] = { "unavailable", HAS_PEER | HAS_CALL_ID | BY_SERVER },
  [ALOQA_MESSAGE_BUSY] = { "busy", OF_A_CALL },
  [ALOQA_MESSAGE_PRESENCE] = { "presence", BY_SERVER },
  /* Its peer is "peer": neither sender nor receiver. */
  [ALOQA_MESSAGE_CALL_STATE] = { "call_state", HAS_CALL_ID | BY_SERVER },
  [ALOQA_MESSAGE_REPLACE] = { "replace", OF_A_CALL },
  [ALOQA_MESSAGE_REPLACE_ANSWER] = { "replace_answer", OF_A_CALL },
  [ALOQA_MESSAGE_ERROR] = { "error", BY_SERVER },
};

const char *const aloqa_feature_names[ALOQA_N_FEATURES] = {
  "call_id", "ringing", "unavailable", "busy", "presence", "multi_device", "replace",
};

const char *const aloqa_end_reason_names[] = {
  [ALOQA_END_REASON_NONE] = "",
  [ALOQA_END_REASON_ANSWERED_ELSEWHERE] = "answered_elsewhere",
  [ALOQA_END_REASON_REJECTED_ELSEWHERE] = "rejected_elsewhere",
  [ALOQA_END_REASON_LOST] = "lost",
  NULL,
};

const char *const aloqa_unavailable_reason_names[] = {
  [ALOQA_UNAVAILABLE_OFFLINE] = "offline",
  [ALOQA_UNAVAILABLE_UNKNOWN] = "unknown",
  NULL,
};

const char *const aloqa_call_state_phase_names[] = {
  [ALOQA_CALL_STATE_RINGING] = "ringing",
  [ALOQA_CALL_STATE_ACCEPTED] = "accepted",
  [ALOQA_CALL_STATE_CONNECTED] = "connected",
  NULL,
};

/**
 * aloqa_message_type_to_string:
 *
 * Returns: the "type" of the frame, such as "incoming_call" for an offer; static
 */
const char *
aloqa_message_type_to_string (AloqaMessageType type)
{
  g_return_val_if_fail (type < ALOQA_N_MESSAGES, NULL);

  return types[type].name;
}

gboolean
aloqa_message_type_from_string (const char *name, AloqaMessageType *type)
{
  for (guint i = 0; i < ALOQA_N_MESSAGES; i++) {
    if (strcmp (name, types[i].name) == 0) {
      *type = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* Whether frames of this type have "to" or "from". */
gboolean
aloqa_message_has_peer (AloqaMessageType type)
{
  return (types[type].flags & HAS_PEER) != 0;
}

/* Whether frames of this type belong to one call. */
gboolean
aloqa_message_has_call_id (AloqaMessageType type)
{
  return (types[type].flags & HAS_CALL_ID) != 0;
}

gboolean
aloqa_message_is_written_by (AloqaMessageType type, AloqaSide writer)
{
  return (types[type].flags & (writer == ALOQA_SIDE_CLIENT ? BY_CLIENT : BY_SERVER)) != 0;
}
