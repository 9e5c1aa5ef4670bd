/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/relay-private.h"

static void
leave_seat (AloqaRelay *self, AloqaCallSeat *seat, const AloqaDevice *device, gint64 now_us)
{
  gboolean is_gone = seat->device == device;

  if (is_gone)
    seat->device = NULL;
  if (aloqa_call_seat_is_single (seat))
    is_gone = aloqa_relay_find_single (self, device->user_id) == NULL;
  if (seat->is_taken && is_gone && seat->away_us == 0)
    seat->away_us = now_us;
}

/* Returns: whether @device rang; it is known by its name when it comes back */
static gboolean
stop_ringing_at (AloqaCallEntry *call, AloqaDevice *device)
{
  if (call->rung == NULL || !g_ptr_array_remove (call->rung, device))
    return FALSE;
  if (call->has_rung_at == NULL)
    call->has_rung_at = g_ptr_array_new_with_free_func (g_free);
  if (device->name != NULL)
    g_ptr_array_add (call->has_rung_at, g_strdup (device->name));
  return TRUE;
}

static void
leave_ring (AloqaCallEntry *call, AloqaDevice *device, gint64 now_us)
{
  if (!stop_ringing_at (call, device))
    return;
  if (call->rung->len == 0 && !call->callee_seat.is_taken)
    call->callee_seat.away_us = now_us;
}

/* Whether it rings for nobody, or because of nobody. */
static gboolean
is_urgent (const AloqaCallEntry *call)
{
  return !call->callee_seat.is_taken &&
         (call->caller_seat.away_us != 0 || call->callee_seat.away_us != 0);
}

/**
 * aloqa_relay_leave:
 * @device: is not in the hub any more
 *
 * A connection has ended. Its calls go on for as long as it may take to come back.
 */
void
aloqa_relay_leave (AloqaRelay *self, AloqaDevice *device, gint64 now_us)
{
  g_autoptr (GPtrArray) calls = aloqa_call_book_find_calls_of (self->book, device->user_id);

  for (guint i = 0; i < calls->len; i++) {
    AloqaCallEntry *call = g_ptr_array_index (calls, i);

    leave_ring (call, device, now_us);
    leave_seat (self, aloqa_call_entry_get_seat (call, device->user_id), device, now_us);
    self->is_urgent |= is_urgent (call);
  }
}

static AloqaCallStatePhase
get_phase (const AloqaCallEntry *call)
{
  if (call->stage == ALOQA_CALL_STAGE_ANSWERED)
    return ALOQA_CALL_STATE_CONNECTED;
  return call->callee_seat.is_taken ? ALOQA_CALL_STATE_ACCEPTED : ALOQA_CALL_STATE_RINGING;
}

/* What @device has missed while it was away. */
static void
send_state (AloqaCallEntry *call, AloqaDevice *device, GArray *deliveries)
{
  AloqaCallSeat *seat = aloqa_call_entry_get_seat (call, device->user_id);
  AloqaMessage *state;
  AloqaMessage *held;

  if (aloqa_device_has (device, ALOQA_FEATURE_CALL_ID)) {
    state = aloqa_message_new (ALOQA_MESSAGE_CALL_STATE,
                               aloqa_call_entry_get_other (call, device->user_id));
    state->call_id = g_strdup (call->id);
    state->phase = get_phase (call);
    state->call_kind = call->kind;
    aloqa_relay_deliver (deliveries, device, state);
  }
  while ((held = g_queue_pop_head (&seat->held)) != NULL)
    aloqa_relay_deliver (deliveries, device, held);
}

/* Returns: whether it rang at @device before it went away; that is forgotten herewith */
static gboolean
take_former_ring (AloqaCallEntry *call, const AloqaDevice *device)
{
  guint index;

  if (call->has_rung_at == NULL || device->name == NULL ||
      !g_ptr_array_find_with_equal_func (call->has_rung_at, device->name, g_str_equal, &index))
    return FALSE;
  g_ptr_array_remove_index_fast (call->has_rung_at, index);
  return TRUE;
}

/* Of an offer, which was the first word: who has seen it learns that it still rings. */
static void
join_ring_of_offer (AloqaCallEntry *call, AloqaDevice *device, GArray *deliveries)
{
  if (!aloqa_device_has (device, ALOQA_FEATURE_CALL_ID))
    return;
  g_ptr_array_add (call->rung, device);
  call->callee_seat.away_us = 0;
  send_state (call, device, deliveries);
}

/*
 * It rings at a device that has just come, too; but not with an offer that it has never seen: that it
 * cannot take, and the caller must not wait for it.
 */
static void
join_ring (AloqaCallEntry *call, AloqaDevice *device, GArray *deliveries)
{
  g_autoptr (AloqaMessage) request = NULL;
  gboolean has_rung;

  if (call->callee != device->user_id || call->callee_seat.is_taken || call->rung == NULL ||
      !aloqa_device_has (device, ALOQA_FEATURE_MULTI_DEVICE) ||
      aloqa_call_entry_is_ringing_at (call, device))
    return;
  has_rung = take_former_ring (call, device);
  if (call->stage != ALOQA_CALL_STAGE_REQUESTED) {
    if (has_rung)
      join_ring_of_offer (call, device, deliveries);
    return;
  }
  request = aloqa_message_new (ALOQA_MESSAGE_CALL_REQUEST, call->callee);
  request->call_kind = call->kind;
  aloqa_relay_send_ring (call, request, device, deliveries);
}

static void
join_call (AloqaCallEntry *call, AloqaDevice *device, GArray *deliveries)
{
  AloqaCallSeat *seat = aloqa_call_entry_get_seat (call, device->user_id);
  gboolean is_back = aloqa_call_seat_waits_for (seat, device);

  /* Its first words came before it had said hello, or it is back. */
  if (is_back || (seat->is_taken && seat->device == device))
    aloqa_call_seat_take (seat, device);
  if (is_back)
    send_state (call, device, deliveries);
  join_ring (call, device, deliveries);
}

/* The same device with an older connection, whose end the network has not told us of yet. */
static AloqaDevice *
find_former (AloqaRelay *self, const AloqaDevice *device)
{
  AloqaHubUser *user = aloqa_hub_find (self->hub, device->user_id);

  for (guint i = 0; user != NULL && device->name != NULL && i < user->devices->len; i++) {
    AloqaDevice *other = g_ptr_array_index (user->devices, i);

    if (other != device && g_strcmp0 (other->name, device->name) == 0)
      return other;
  }
  return NULL;
}

static void
leave_for_newer (AloqaCallEntry *call, AloqaDevice *former)
{
  AloqaCallSeat *seat = aloqa_call_entry_get_seat (call, former->user_id);

  stop_ringing_at (call, former);
  if (seat->device == former)
    seat->device = NULL;
}

void
aloqa_relay_learn_hello (AloqaRelay *self, AloqaDevice *device, const AloqaMessage *message,
                         GArray *deliveries)
{
  g_autoptr (GPtrArray) calls = aloqa_call_book_find_calls_of (self->book, device->user_id);
  AloqaDevice *former;

  device->features = message->features & ALOQA_SERVER_FEATURES;
  g_free (device->name);
  device->name = g_strdup (message->device);

  former = find_former (self, device);
  for (guint i = 0; i < calls->len; i++) {
    AloqaCallEntry *call = g_ptr_array_index (calls, i);

    if (former != NULL)
      leave_for_newer (call, former);
    join_call (call, device, deliveries);
  }
  if (former != NULL)
    aloqa_relay_deliver (deliveries, former, NULL);
}

/* Returns: whether the one who had this seat has been away for too long */
static gboolean
is_lost (AloqaRelay *self, const AloqaCallEntry *call, AloqaCallSeat *seat, gint64 user_id,
         gint64 now_us)
{
  gint64 limit_us = call->callee_seat.is_taken ? aloqa_hub_get_reconnect_limit_us (self->hub)
                                               : aloqa_hub_get_ring_return_limit_us (self->hub);

  if (aloqa_call_seat_is_single (seat) && aloqa_relay_find_single (self, user_id) != NULL)
    seat->away_us = 0;
  return seat->away_us != 0 && now_us - seat->away_us >= limit_us;
}

/* The callee's last device has gone while it rang: a caller who can be told is told why. */
static void
send_lost_callee (AloqaRelay *self, AloqaCallEntry *call, GArray *deliveries)
{
  AloqaDevice *caller = call->caller_seat.device;

  if (!call->callee_seat.is_taken && caller != NULL &&
      aloqa_device_has (caller, ALOQA_FEATURE_UNAVAILABLE))
    aloqa_relay_deliver (deliveries, caller,
                         aloqa_relay_make_unavailable (call, caller, ALOQA_UNAVAILABLE_OFFLINE));
  else
    aloqa_relay_send_end (self, call, call->callee, ALOQA_END_REASON_LOST, deliveries);
}

static void
check_call (AloqaRelay *self, AloqaCallEntry *call, gint64 now_us, GArray *deliveries)
{
  gboolean is_caller_lost = is_lost (self, call, &call->caller_seat, call->caller, now_us);
  gboolean is_callee_lost = is_lost (self, call, &call->callee_seat, call->callee, now_us);
  gboolean is_late = now_us >= call->deadline_us;

  if (!is_caller_lost && !is_callee_lost && !is_late) {
    self->is_urgent |= is_urgent (call);
    return;
  }
  /* Both have called, and the other call is the one that goes on: an end would be taken for its. */
  if (is_late && aloqa_call_book_has_crossing (self->book, call)) {
    aloqa_call_book_drop (self->book, call, "the other's call goes on", now_us);
    return;
  }
  if (is_callee_lost)
    send_lost_callee (self, call, deliveries);
  else if (is_late)
    aloqa_relay_send_end (self, call, call->callee, ALOQA_END_REASON_NONE, deliveries);
  if (is_caller_lost || is_late)
    aloqa_relay_send_end (self, call, call->caller,
                          is_caller_lost ? ALOQA_END_REASON_LOST : ALOQA_END_REASON_NONE,
                          deliveries);
  aloqa_call_book_end (self->book, call, is_callee_lost ? call->caller : call->callee,
                       is_caller_lost   ? "the caller was lost"
                       : is_callee_lost ? "the callee was lost"
                                        : "nobody went on with it",
                       now_us);
}

/**
 * aloqa_relay_tick:
 *
 * To be called about once a second: ends the calls of those who do not come back, and those that
 * nobody goes on with.
 *
 * Returns: as aloqa_relay_pass()
 */
GArray *
aloqa_relay_tick (AloqaRelay *self, gint64 now_us)
{
  GArray *deliveries = aloqa_relay_new_deliveries ();
  g_autoptr (GPtrArray) calls = aloqa_call_book_find_all (self->book, now_us);

  self->is_urgent = FALSE;
  for (guint i = 0; i < calls->len; i++)
    check_call (self, g_ptr_array_index (calls, i), now_us, deliveries);
  return deliveries;
}

/* Returns: whether a second is too long until the next tick */
gboolean
aloqa_relay_is_urgent (AloqaRelay *self)
{
  return self->is_urgent;
}

/* Returns: (transfer container) (element-type AloqaDevice): those whose calls ring */
GPtrArray *
aloqa_relay_find_callers (AloqaRelay *self)
{
  g_autoptr (GPtrArray) calls = aloqa_call_book_find_all (self->book, 0);
  GPtrArray *callers = g_ptr_array_new ();

  for (guint i = 0; i < calls->len; i++) {
    AloqaCallEntry *call = g_ptr_array_index (calls, i);
    AloqaDevice *device = call->caller_seat.device;

    if (!call->callee_seat.is_taken && device != NULL)
      g_ptr_array_add (callers, device);
  }
  return callers;
}
