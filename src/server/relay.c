/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/relay.h"

struct _AloqaRelay {
  AloqaCallBook *book;
};

AloqaRelay *
aloqa_relay_new (void)
{
  AloqaRelay *self = g_new0 (AloqaRelay, 1);

  self->book = aloqa_call_book_new ();
  return self;
}

void
aloqa_relay_free (AloqaRelay *self)
{
  if (self == NULL)
    return;

  aloqa_call_book_free (self->book);
  g_free (self);
}

static void
clear_delivery (gpointer data)
{
  AloqaDelivery *delivery = data;

  aloqa_message_unref (delivery->message);
}

static void
deliver (GArray *deliveries, AloqaDevice *device, AloqaMessage *message)
{
  AloqaDelivery delivery = { device, message };

  g_array_append_val (deliveries, delivery);
}

static gboolean
has_feature (const AloqaDevice *device, AloqaFeatures feature)
{
  return (device->features & feature) != 0;
}

/**
 * aloqa_relay_greet:
 *
 * Returns: (transfer full): the first frame of a connection
 */
AloqaMessage *
aloqa_relay_greet (AloqaRelay *self, const AloqaDevice *device)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_CONNECTED, 0);

  message->user_id = device->user_id;
  message->has_features = TRUE;
  message->features = ALOQA_SERVER_FEATURES;
  return message;
}

/**
 * aloqa_relay_make_error:
 * @code: a word of protocol.md
 * @text: for people, without anything of theirs in it
 * @field: (nullable):
 */
AloqaMessage *
aloqa_relay_make_error (const char *code, const char *text, const char *field,
                        gint64 retry_after_ms)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_ERROR, 0);

  message->error_code = g_strdup (code);
  message->error_message = g_strdup (text);
  message->error_field = g_strdup (field);
  message->retry_after_ms = retry_after_ms;
  return message;
}

static void
learn_hello (AloqaDevice *device, const AloqaMessage *message)
{
  device->features = message->features & ALOQA_SERVER_FEATURES;
  g_free (device->name);
  device->name = g_strdup (message->device);
}

/*
 * A client's frame as the server writes it to one device, as a frame of @type: what that device does
 * not know is left out.
 */
static AloqaMessage *
translate (const AloqaMessage *message, AloqaMessageType type, const AloqaDevice *sender,
           const AloqaCaller *caller, const AloqaDevice *device, const char *call_id)
{
  AloqaMessage *copy = aloqa_message_new (type, sender->user_id);

  if (has_feature (device, ALOQA_FEATURE_CALL_ID))
    copy->call_id = g_strdup (call_id);
  if (type == ALOQA_MESSAGE_CALL_REQUEST || type == ALOQA_MESSAGE_OFFER)
    copy->caller = aloqa_caller_copy (caller);
  copy->call_kind = message->call_kind;
  copy->sdp = g_strdup (message->sdp);
  if (message->candidate != NULL)
    copy->candidate = aloqa_candidate_ref (message->candidate);
  return copy;
}

/* The newest alone: among several old clients of one user that is what the existing system does. */
static AloqaDevice *
choose_device (const AloqaReceiver *receiver)
{
  if (receiver->devices == NULL || receiver->devices->len == 0)
    return NULL;
  return g_ptr_array_index (receiver->devices, receiver->devices->len - 1);
}

/*
 * What a device that has not got the feature of @message is sent instead.
 *
 * Returns: ALOQA_N_MESSAGES for nothing
 */
static AloqaMessageType
choose_type (AloqaRelay *self, const AloqaMessage *message, const AloqaDevice *sender,
             const AloqaDevice *device)
{
  if (message->type == ALOQA_MESSAGE_RINGING && !has_feature (device, ALOQA_FEATURE_RINGING))
    return ALOQA_N_MESSAGES;
  if (message->type != ALOQA_MESSAGE_BUSY || has_feature (device, ALOQA_FEATURE_BUSY))
    return message->type;

  /* As a page that is in a call itself answers a request, and an offer. */
  return aloqa_call_book_has_offer (self->book, message->peer, sender->user_id)
             ? ALOQA_MESSAGE_CALL_END
             : ALOQA_MESSAGE_CALL_REJECT;
}

/* Nobody there: who calls is told so at once, if it can be told. */
static void
answer_absence (AloqaRelay *self, AloqaDevice *sender, const AloqaMessage *message,
                const AloqaReceiver *receiver, const char *call_id, GArray *deliveries)
{
  AloqaMessage *answer;

  if (message->type != ALOQA_MESSAGE_CALL_REQUEST && message->type != ALOQA_MESSAGE_OFFER)
    return;

  aloqa_call_book_drop (self->book, sender->user_id, message->peer);
  if (!has_feature (sender, ALOQA_FEATURE_UNAVAILABLE))
    return;
  answer = aloqa_message_new (ALOQA_MESSAGE_UNAVAILABLE, message->peer);
  answer->unavailable_reason =
      receiver->exists ? ALOQA_UNAVAILABLE_OFFLINE : ALOQA_UNAVAILABLE_UNKNOWN;
  if (has_feature (sender, ALOQA_FEATURE_CALL_ID))
    answer->call_id = g_strdup (call_id);
  deliver (deliveries, sender, answer);
}

static void
pass_call_frame (AloqaRelay *self, AloqaDevice *sender, const AloqaMessage *message,
                 const AloqaCaller *caller, const AloqaReceiver *receiver, gint64 now_us,
                 GArray *deliveries)
{
  AloqaDevice *device = choose_device (receiver);
  /* Before the book notes that the call is over. */
  AloqaMessageType type =
      device != NULL ? choose_type (self, message, sender, device) : ALOQA_N_MESSAGES;
  g_autofree char *call_id = NULL;

  if (aloqa_call_book_note (self->book, message, sender->user_id, now_us, &call_id) ==
      ALOQA_BOOK_STALE)
    g_debug ("a stale %s was dropped", aloqa_message_type_to_string (message->type));
  else if (device == NULL)
    answer_absence (self, sender, message, receiver, call_id, deliveries);
  else if (type != ALOQA_N_MESSAGES)
    deliver (deliveries, device, translate (message, type, sender, caller, device, call_id));
}

/* A device's own "typing" is how a client finds out that its registration is alive. */
static void
pass_typing (AloqaDevice *sender, const AloqaMessage *message, GArray *deliveries)
{
  if (message->peer == sender->user_id)
    deliver (deliveries, sender, aloqa_message_new (ALOQA_MESSAGE_TYPING, sender->user_id));
}

/**
 * aloqa_relay_is_new_call:
 *
 * Returns: whether passing @message on would make somebody ring
 */
gboolean
aloqa_relay_is_new_call (AloqaRelay *self, const AloqaDevice *sender, const AloqaMessage *message)
{
  return aloqa_call_book_is_new_call (self->book, message, sender->user_id);
}

/**
 * aloqa_relay_pass:
 * @message: what @sender wrote
 * @caller: (nullable): @sender as others see it; needed for a request and an offer
 * @receiver: the user in @message, if it has one
 * @now_us: a monotonic time
 *
 * Returns: (transfer full) (element-type AloqaDelivery): what is to be sent now, in this order;
 *   empty for what is not relayed here
 */
GArray *
aloqa_relay_pass (AloqaRelay *self, AloqaDevice *sender, const AloqaMessage *message,
                  const AloqaCaller *caller, const AloqaReceiver *receiver, gint64 now_us)
{
  GArray *deliveries = g_array_new (FALSE, FALSE, sizeof (AloqaDelivery));

  g_array_set_clear_func (deliveries, clear_delivery);
  switch (message->type) {
  case ALOQA_MESSAGE_HELLO:
    learn_hello (sender, message);
    break;
  case ALOQA_MESSAGE_TYPING:
    pass_typing (sender, message, deliveries);
    break;
  case ALOQA_MESSAGE_CALL_REQUEST:
  case ALOQA_MESSAGE_CALL_ACCEPT:
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_CALL_END:
  case ALOQA_MESSAGE_OFFER:
  case ALOQA_MESSAGE_ANSWER:
  case ALOQA_MESSAGE_CANDIDATE:
    pass_call_frame (self, sender, message, caller, receiver, now_us, deliveries);
    break;
  case ALOQA_MESSAGE_RINGING:
    if (has_feature (sender, ALOQA_FEATURE_RINGING))
      pass_call_frame (self, sender, message, caller, receiver, now_us, deliveries);
    break;
  case ALOQA_MESSAGE_BUSY:
    if (has_feature (sender, ALOQA_FEATURE_BUSY))
      pass_call_frame (self, sender, message, caller, receiver, now_us, deliveries);
    break;
  default:
    /* Of a feature that this server does not announce. */
    break;
  }

  return deliveries;
}
