/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/relay-private.h"

static void
clear_delivery (gpointer data)
{
  AloqaDelivery *delivery = data;

  g_clear_pointer (&delivery->message, aloqa_message_unref);
}

GArray *
aloqa_relay_new_deliveries (void)
{
  GArray *deliveries = g_array_new (FALSE, FALSE, sizeof (AloqaDelivery));

  g_array_set_clear_func (deliveries, clear_delivery);
  return deliveries;
}

/* @message: (transfer full) (nullable): see AloqaDelivery */
void
aloqa_relay_deliver (GArray *deliveries, AloqaDevice *device, AloqaMessage *message)
{
  AloqaDelivery delivery = { device, message };

  g_array_append_val (deliveries, delivery);
}

/*
 * Of a user's clients without multi_device the newest alone gets anything: that is what the existing
 * system does.
 */
AloqaDevice *
aloqa_relay_find_single (AloqaRelay *self, gint64 user_id)
{
  AloqaHubUser *user = aloqa_hub_find (self->hub, user_id);

  for (guint i = user != NULL ? user->devices->len : 0; i > 0; i--) {
    AloqaDevice *device = g_ptr_array_index (user->devices, i - 1);

    if (!aloqa_device_has (device, ALOQA_FEATURE_MULTI_DEVICE))
      return device;
  }
  return NULL;
}

/* Returns: (transfer container) (element-type AloqaDevice): where a call to @user_id rings */
GPtrArray *
aloqa_relay_find_ringable (AloqaRelay *self, gint64 user_id)
{
  AloqaHubUser *user = aloqa_hub_find (self->hub, user_id);
  AloqaDevice *single = aloqa_relay_find_single (self, user_id);
  GPtrArray *devices = g_ptr_array_new ();

  for (guint i = 0; user != NULL && i < user->devices->len; i++) {
    AloqaDevice *device = g_ptr_array_index (user->devices, i);

    if (device == single || aloqa_device_has (device, ALOQA_FEATURE_MULTI_DEVICE))
      g_ptr_array_add (devices, device);
  }
  return devices;
}

/* What a client must know to be sent @message as it is; 0 where every client does. */
static AloqaFeatures
get_needed (const AloqaMessage *message)
{
  switch (message->type) {
  case ALOQA_MESSAGE_RINGING:
    return ALOQA_FEATURE_RINGING;
  case ALOQA_MESSAGE_BUSY:
    return ALOQA_FEATURE_BUSY;
  case ALOQA_MESSAGE_REPLACE:
  case ALOQA_MESSAGE_REPLACE_ANSWER:
    return ALOQA_FEATURE_REPLACE;
  case ALOQA_MESSAGE_CANDIDATE:
    return message->leg != 0 ? ALOQA_FEATURE_REPLACE : 0;
  default:
    return 0;
  }
}

/*
 * As what a client with @features is sent @message. Instead of "busy" it is what a page sends that is
 * in a call itself: one answer to a request, another to an offer.
 *
 * Returns: ALOQA_N_MESSAGES for nothing
 */
static AloqaMessageType
choose_type (const AloqaCallEntry *call, const AloqaMessage *message, AloqaFeatures features)
{
  AloqaFeatures needed = get_needed (message);

  if ((features & needed) == needed)
    return message->type;
  if (message->type != ALOQA_MESSAGE_BUSY)
    return ALOQA_N_MESSAGES;
  return call->stage == ALOQA_CALL_STAGE_OFFERED ? ALOQA_MESSAGE_CALL_END
                                                 : ALOQA_MESSAGE_CALL_REJECT;
}

/*
 * A client's frame as the server writes it to a client with @features: what that one does not know
 * is left out.
 *
 * Returns: (transfer full) (nullable): NULL where nothing of it is left
 */
static AloqaMessage *
translate (const AloqaCallEntry *call, const AloqaMessage *message, gint64 from,
           AloqaFeatures features)
{
  AloqaMessageType type = choose_type (call, message, features);
  AloqaMessage *copy;

  if (type == ALOQA_N_MESSAGES)
    return NULL;
  copy = aloqa_message_new (type, from);
  if ((features & ALOQA_FEATURE_CALL_ID) != 0)
    copy->call_id = g_strdup (call->id);
  if (type == ALOQA_MESSAGE_CALL_REQUEST || type == ALOQA_MESSAGE_OFFER)
    copy->caller = aloqa_caller_copy (call->identity);
  if ((features & ALOQA_FEATURE_MULTI_DEVICE) != 0)
    copy->end_reason = message->end_reason;
  copy->call_kind = message->call_kind;
  copy->sdp = g_strdup (message->sdp);
  copy->leg = message->leg;
  if (message->candidate != NULL)
    copy->candidate = aloqa_candidate_ref (message->candidate);
  return copy;
}

static void
forward_to (const AloqaCallEntry *call, const AloqaMessage *message, gint64 from,
            AloqaDevice *device, GArray *deliveries)
{
  AloqaMessage *copy = translate (call, message, from, device->features);

  if (copy != NULL)
    aloqa_relay_deliver (deliveries, device, copy);
}

/* One device is in the call, or was and may come back. */
static void
forward_to_seat (AloqaRelay *self, AloqaCallEntry *call, const AloqaMessage *message, gint64 from,
                 GArray *deliveries)
{
  gint64 to = aloqa_call_entry_get_other (call, from);
  AloqaCallSeat *seat = aloqa_call_entry_get_seat (call, to);
  AloqaDevice *device =
      aloqa_call_seat_is_single (seat) ? aloqa_relay_find_single (self, to) : seat->device;
  AloqaMessage *copy;

  if (device != NULL) {
    forward_to (call, message, from, device, deliveries);
  } else if (!aloqa_call_seat_is_single (seat)) {
    copy = translate (call, message, from, seat->features);
    if (copy != NULL)
      aloqa_call_seat_hold (seat, copy);
  }
}

/**
 * aloqa_relay_forward:
 * @from: the user who has written @message
 *
 * Passes @message on to the other side of @call: to the device that is in it, or to all that ring.
 */
void
aloqa_relay_forward (AloqaRelay *self, AloqaCallEntry *call, const AloqaMessage *message,
                     gint64 from, GArray *deliveries)
{
  AloqaCallSeat *seat = aloqa_call_entry_get_seat (call, aloqa_call_entry_get_other (call, from));

  if (seat->is_taken) {
    forward_to_seat (self, call, message, from, deliveries);
    return;
  }
  for (guint i = 0; call->rung != NULL && i < call->rung->len; i++)
    forward_to (call, message, from, g_ptr_array_index (call->rung, i), deliveries);
}

/* Makes one more device ring. */
void
aloqa_relay_send_ring (AloqaCallEntry *call, const AloqaMessage *message, AloqaDevice *device,
                       GArray *deliveries)
{
  if (!aloqa_call_entry_is_ringing_at (call, device))
    g_ptr_array_add (call->rung, device);
  call->callee_seat.away_us = 0;
  forward_to (call, message, call->caller, device, deliveries);
}

/* An end that @from has not written: the server knows that there is nothing to wait for. */
void
aloqa_relay_send_end (AloqaRelay *self, AloqaCallEntry *call, gint64 from, AloqaEndReason reason,
                      GArray *deliveries)
{
  g_autoptr (AloqaMessage) end =
      aloqa_message_new (ALOQA_MESSAGE_CALL_END, aloqa_call_entry_get_other (call, from));

  end->end_reason = reason;
  aloqa_relay_forward (self, call, end, from, deliveries);
}

/* The callee has decided on one of their devices: the others stop. */
void
aloqa_relay_stop_others (AloqaCallEntry *call, const AloqaDevice *except, AloqaEndReason reason,
                         GArray *deliveries)
{
  for (guint i = 0; call->rung != NULL && i < call->rung->len; i++) {
    AloqaDevice *device = g_ptr_array_index (call->rung, i);
    AloqaMessage *end;

    if (device == except)
      continue;
    end = aloqa_message_new (ALOQA_MESSAGE_CALL_END, call->caller);
    if (aloqa_device_has (device, ALOQA_FEATURE_CALL_ID))
      end->call_id = g_strdup (call->id);
    if (aloqa_device_has (device, ALOQA_FEATURE_MULTI_DEVICE))
      end->end_reason = reason;
    aloqa_relay_deliver (deliveries, device, end);
  }
  g_clear_pointer (&call->rung, g_ptr_array_unref);
}

AloqaMessage *
aloqa_relay_make_unavailable (const AloqaCallEntry *call, const AloqaDevice *device,
                              AloqaUnavailableReason reason)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_UNAVAILABLE, call->callee);

  message->unavailable_reason = reason;
  if (aloqa_device_has (device, ALOQA_FEATURE_CALL_ID))
    message->call_id = g_strdup (call->id);
  return message;
}
