/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/* Answers to calls that never become ones of ours. */

static void
send_back (AloqaCallContext *context, const AloqaMessage *message, AloqaMessageType type)
{
  AloqaEffect *effect = g_new0 (AloqaEffect, 1);

  effect->type = ALOQA_EFFECT_SEND;
  effect->message = aloqa_message_new (type, message->peer);
  if ((context->features & ALOQA_FEATURE_CALL_ID) != 0)
    effect->message->call_id = g_strdup (message->call_id);
  g_ptr_array_add (context->effects, effect);
}

/**
 * aloqa_call_refuse:
 * @message: a call_request or an offer
 *
 * Says busy: in that word where the server knows it, else as the pages do, call_reject to a request
 * and call_end to an offer.
 */
void
aloqa_call_refuse (AloqaCallContext *context, const AloqaMessage *message)
{
  const AloqaFeatures needed = ALOQA_FEATURE_BUSY | ALOQA_FEATURE_CALL_ID;

  if ((context->features & needed) == needed && message->call_id != NULL)
    send_back (context, message, ALOQA_MESSAGE_BUSY);
  else if (message->type == ALOQA_MESSAGE_CALL_REQUEST)
    send_back (context, message, ALOQA_MESSAGE_CALL_REJECT);
  else
    send_back (context, message, ALOQA_MESSAGE_CALL_END);
}

/* Tells the sender of @message that the call it speaks of is over. */
void
aloqa_call_refuse_as_over (AloqaCallContext *context, const AloqaMessage *message)
{
  send_back (context, message, ALOQA_MESSAGE_CALL_END);
}
