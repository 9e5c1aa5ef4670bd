/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/* What happens, as the columns of the tables know it. */

static const AloqaCallInput event_inputs[] = {
  [ALOQA_CALL_EVENT_ACCEPT] = ALOQA_INPUT_ACCEPT,
  [ALOQA_CALL_EVENT_REJECT] = ALOQA_INPUT_REJECT,
  [ALOQA_CALL_EVENT_HANG_UP] = ALOQA_INPUT_HANG_UP,
  [ALOQA_CALL_EVENT_SET_MUTED] = ALOQA_INPUT_SET_MUTED,
  [ALOQA_CALL_EVENT_SET_VIDEO] = ALOQA_INPUT_SET_VIDEO,
  [ALOQA_CALL_EVENT_SET_HELD] = ALOQA_INPUT_SET_HELD,
  [ALOQA_CALL_EVENT_NETWORK_CHANGED] = ALOQA_INPUT_NETWORK_CHANGED,
  [ALOQA_CALL_EVENT_OFFER_READY] = ALOQA_INPUT_OFFER_READY,
  [ALOQA_CALL_EVENT_ANSWER_READY] = ALOQA_INPUT_ANSWER_READY,
  [ALOQA_CALL_EVENT_LOCAL_CANDIDATE] = ALOQA_INPUT_LOCAL_CANDIDATE,
  [ALOQA_CALL_EVENT_MEDIA_CONNECTED] = ALOQA_INPUT_MEDIA_CONNECTED,
  [ALOQA_CALL_EVENT_FIRST_MEDIA] = ALOQA_INPUT_FIRST_MEDIA,
  [ALOQA_CALL_EVENT_MEDIA_SILENT] = ALOQA_INPUT_MEDIA_SILENT,
  [ALOQA_CALL_EVENT_MEDIA_RESUMED] = ALOQA_INPUT_MEDIA_RESUMED,
  [ALOQA_CALL_EVENT_MEDIA_DEAD] = ALOQA_INPUT_MEDIA_DEAD,
  [ALOQA_CALL_EVENT_MEDIA_FAILED] = ALOQA_INPUT_MEDIA_FAILED,
};

static const AloqaCallInput deadline_inputs[] = {
  [ALOQA_DEADLINE_RING] = ALOQA_INPUT_RING_OVER,
  [ALOQA_DEADLINE_OFFER] = ALOQA_INPUT_OFFER_OVER,
  [ALOQA_DEADLINE_ANSWER] = ALOQA_INPUT_ANSWER_OVER,
  [ALOQA_DEADLINE_CONNECT] = ALOQA_INPUT_CONNECT_OVER,
  [ALOQA_DEADLINE_MEDIA] = ALOQA_INPUT_MEDIA_OVER,
  [ALOQA_DEADLINE_AWAY] = ALOQA_INPUT_AWAY_OVER,
  [ALOQA_DEADLINE_GLARE] = ALOQA_INPUT_GLARE_OVER,
  [ALOQA_DEADLINE_REPLACE] = ALOQA_INPUT_REPLACE_OVER,
};

static const AloqaCallInput message_inputs[ALOQA_N_MESSAGES] = {
  [ALOQA_MESSAGE_CALL_REQUEST] = ALOQA_INPUT_GOT_REQUEST,
  [ALOQA_MESSAGE_CALL_ACCEPT] = ALOQA_INPUT_GOT_ACCEPT,
  [ALOQA_MESSAGE_CALL_REJECT] = ALOQA_INPUT_GOT_REJECT,
  [ALOQA_MESSAGE_CALL_END] = ALOQA_INPUT_GOT_END,
  [ALOQA_MESSAGE_OFFER] = ALOQA_INPUT_GOT_OFFER,
  [ALOQA_MESSAGE_ANSWER] = ALOQA_INPUT_GOT_ANSWER,
  [ALOQA_MESSAGE_CANDIDATE] = ALOQA_INPUT_GOT_CANDIDATE,
  [ALOQA_MESSAGE_RINGING] = ALOQA_INPUT_GOT_RINGING,
  [ALOQA_MESSAGE_UNAVAILABLE] = ALOQA_INPUT_GOT_UNAVAILABLE,
  [ALOQA_MESSAGE_BUSY] = ALOQA_INPUT_GOT_BUSY,
  [ALOQA_MESSAGE_CALL_STATE] = ALOQA_INPUT_GOT_CALL_STATE,
  [ALOQA_MESSAGE_REPLACE] = ALOQA_INPUT_GOT_REPLACE,
  [ALOQA_MESSAGE_REPLACE_ANSWER] = ALOQA_INPUT_GOT_REPLACE_ANSWER,
};

/* None of the lists has DIAL, which is 0 and so marks what a list leaves out. */
static AloqaCallInput
look_up (const AloqaCallInput *inputs, guint n_inputs, guint index)
{
  return index < n_inputs && inputs[index] != ALOQA_INPUT_DIAL ? inputs[index] : ALOQA_N_INPUTS;
}

/* Returns: the input, or ALOQA_N_INPUTS where the arbiter has its own way with the event */
AloqaCallInput
aloqa_call_input_from_event (AloqaCallEventType type)
{
  return look_up (event_inputs, G_N_ELEMENTS (event_inputs), type);
}

/* Returns: the input, or ALOQA_N_INPUTS where the frame is nothing to a call */
AloqaCallInput
aloqa_call_input_from_message (AloqaMessageType type)
{
  return look_up (message_inputs, G_N_ELEMENTS (message_inputs), type);
}

/* Returns: the input, or ALOQA_N_INPUTS where its being over is all there is to it */
AloqaCallInput
aloqa_call_input_from_deadline (AloqaDeadline deadline)
{
  return look_up (deadline_inputs, G_N_ELEMENTS (deadline_inputs), deadline);
}

#define INPUT_WORD(name) [ALOQA_INPUT_##name] = #name,
static const char *const input_words[ALOQA_N_INPUTS] = { ALOQA_CALL_INPUTS (INPUT_WORD) };

const char *
aloqa_call_input_to_string (AloqaCallInput input)
{
  g_return_val_if_fail (input < ALOQA_N_INPUTS, NULL);

  return input_words[input];
}

/* Is it a fact about one webrtcbin? */
gboolean
aloqa_call_input_has_leg (AloqaCallInput input)
{
  return input >= ALOQA_INPUT_OFFER_READY && input <= ALOQA_INPUT_MEDIA_FAILED;
}
