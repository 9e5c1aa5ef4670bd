/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/call-seat.h"

/* What a call's peer says within ten seconds: a description and its candidates. */
#define MAX_HELD 64

static void
forget_held (AloqaCallSeat *self)
{
  g_queue_clear_full (&self->held, (GDestroyNotify) aloqa_message_unref);
}

void
aloqa_call_seat_clear (AloqaCallSeat *self)
{
  g_clear_pointer (&self->name, g_free);
  forget_held (self);
  *self = (AloqaCallSeat){ 0 };
}

/**
 * aloqa_call_seat_take:
 * @device: is in the call from now on. What is held stays, for it, unless it is in words that it does
 *   not know any more.
 */
void
aloqa_call_seat_take (AloqaCallSeat *self, AloqaDevice *device)
{
  if (self->features != device->features)
    forget_held (self);
  g_free (self->name);
  self->name = g_strdup (device->name);
  self->features = device->features;
  self->device = device;
  self->is_taken = TRUE;
  self->away_us = 0;
}

gboolean
aloqa_call_seat_is_single (const AloqaCallSeat *self)
{
  return self->is_taken && (self->features & ALOQA_FEATURE_MULTI_DEVICE) == 0;
}

/**
 * aloqa_call_seat_fits:
 * @device: of the seat's user
 *
 * Returns: whether @device may speak in the call
 */
gboolean
aloqa_call_seat_fits (const AloqaCallSeat *self, const AloqaDevice *device)
{
  if (!self->is_taken || self->device == device)
    return TRUE;
  return aloqa_call_seat_is_single (self) && !aloqa_device_has (device, ALOQA_FEATURE_MULTI_DEVICE);
}

/**
 * aloqa_call_seat_waits_for:
 * @device: of the seat's user, has just said who it is
 *
 * Returns: whether it is the device whose connection was lost
 */
gboolean
aloqa_call_seat_waits_for (const AloqaCallSeat *self, const AloqaDevice *device)
{
  return self->is_taken && self->device == NULL && self->name != NULL &&
         g_strcmp0 (self->name, device->name) == 0;
}

/**
 * aloqa_call_seat_hold:
 * @message: (transfer full): forgotten where too many are held already
 */
void
aloqa_call_seat_hold (AloqaCallSeat *self, AloqaMessage *message)
{
  if (self->held.length < MAX_HELD)
    g_queue_push_tail (&self->held, message);
  else
    aloqa_message_unref (message);
}
