/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/switchboard.h"

#include "server/connection.h"
#include "server/hub.h"
#include "server/limits.h"
#include "server/relay.h"
#include "server/server.h"

/* How often silent connections are looked for: a fraction of the silence that ends them. */
#define CHECK_INTERVAL_US (10 * (gint64) G_USEC_PER_SEC)

struct _AloqaSwitchboard {
  AloqaAccounts *accounts; /* not owned */
  AloqaClock *clock;
  AloqaHub *hub;
  AloqaRelay *relay;
  guint check_timer;
};

static void
send_error (AloqaConnection *connection, const char *code, const char *text, const char *field,
            gint64 wait_us)
{
  g_autoptr (AloqaMessage) message =
      aloqa_relay_make_error (code, text, field, (wait_us + 999) / 1000);

  aloqa_connection_send (connection, message);
}

static void
answer_fault (AloqaSwitchboard *self, AloqaConnection *connection, const GError *error)
{
  gboolean is_large = g_error_matches (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);

  /* A chat's frames, as the existing server's pages send them. */
  if (g_error_matches (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE))
    return;

  g_debug ("a frame of user %" G_GINT64_FORMAT ": %s", connection->device.user_id, error->message);
  if (aloqa_rate_limiter_take (&connection->faults, aloqa_clock_get_now_us (self->clock)))
    send_error (connection, is_large ? "too_large" : "bad_message", error->message,
                aloqa_protocol_error_get_field (error), 0);
}

/* Returns: whether one more is allowed; if not the sender has been told */
static gboolean
take (AloqaSwitchboard *self, AloqaConnection *connection, AloqaRateLimiter *limiter,
      const char *text)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  if (aloqa_rate_limiter_take (limiter, now_us))
    return TRUE;

  if (aloqa_rate_limiter_take (&connection->faults, now_us))
    send_error (connection, "rate_limited", text, NULL,
                aloqa_rate_limiter_get_wait_us (limiter, now_us));
  return FALSE;
}

static gboolean
is_within_limits (AloqaSwitchboard *self, AloqaConnection *connection, AloqaHubUser *user,
                  const AloqaMessage *message)
{
  if (message->type == ALOQA_MESSAGE_CANDIDATE)
    return take (self, connection, &user->candidates, "Too many candidates: slow down");
  if (aloqa_relay_is_new_call (self->relay, &connection->device, message) &&
      !take (self, connection, &user->calls, "Too many calls: try again later"))
    return FALSE;
  return take (self, connection, &user->messages, "Too many messages: slow down");
}

/* Returns: (transfer full) (nullable): a user who is active at this moment */
static AloqaAccount *
find_active (AloqaSwitchboard *self, gint64 user_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaAccount) account = aloqa_accounts_find_by_id (self->accounts, user_id, &error);

  if (account == NULL && !g_error_matches (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_NO_USER))
    aloqa_accounts_warn (self->accounts, error);
  return account != NULL && account->user->is_active ? g_steal_pointer (&account) : NULL;
}

static void
send_all (GArray *deliveries)
{
  for (guint i = 0; i < deliveries->len; i++) {
    AloqaDelivery *delivery = &g_array_index (deliveries, AloqaDelivery, i);

    aloqa_connection_send ((AloqaConnection *) delivery->device, delivery->message);
  }
}

/* A request or an offer: the one that is called is told who calls. */
static void
pass_ring (AloqaSwitchboard *self, AloqaConnection *connection, const AloqaMessage *message,
           AloqaReceiver *receiver)
{
  g_autoptr (AloqaAccount) account = find_active (self, connection->device.user_id);
  g_autoptr (AloqaCaller) caller = account != NULL ? aloqa_account_dup_caller (account) : NULL;
  g_autoptr (GArray) deliveries = NULL;

  if (caller == NULL) {
    send_error (connection, "internal", "This account cannot be read", NULL, 0);
    return;
  }
  if (receiver->devices == NULL || receiver->devices->len == 0) {
    g_autoptr (AloqaAccount) callee = find_active (self, message->peer);

    receiver->exists = callee != NULL;
  }
  deliveries = aloqa_relay_pass (self->relay, &connection->device, message, caller, receiver,
                                 aloqa_clock_get_now_us (self->clock));
  send_all (deliveries);
}

static void
pass (AloqaSwitchboard *self, AloqaConnection *connection, const AloqaMessage *message)
{
  AloqaHubUser *other = message->peer != 0 ? aloqa_hub_find (self->hub, message->peer) : NULL;
  AloqaReceiver receiver = { .devices = other != NULL ? other->devices : NULL };
  g_autoptr (GArray) deliveries = NULL;

  if (message->type == ALOQA_MESSAGE_CALL_REQUEST || message->type == ALOQA_MESSAGE_OFFER) {
    pass_ring (self, connection, message, &receiver);
    return;
  }
  deliveries = aloqa_relay_pass (self->relay, &connection->device, message, NULL, &receiver,
                                 aloqa_clock_get_now_us (self->clock));
  send_all (deliveries);
}

/* Before anything is read in it, for reading is what costs. */
static gboolean
is_worth_reading (AloqaSwitchboard *self, AloqaConnection *connection, AloqaHubUser *user,
                  gsize length)
{
  for (gsize i = 0; i <= length / ALOQA_FRAME_UNIT_BYTES; i++) {
    if (take (self, connection, &user->frames, "Too many frames: slow down"))
      continue;
    connection->n_dropped++;
    if (connection->n_dropped > ALOQA_MAX_DROPPED_FRAMES)
      aloqa_connection_close (connection, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "a flood");
    return FALSE;
  }
  return TRUE;
}

static void
received_cb (AloqaConnection *connection, const char *text, gsize length, gpointer user_data)
{
  AloqaSwitchboard *self = user_data;
  AloqaHubUser *user = aloqa_hub_find (self->hub, connection->device.user_id);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message = NULL;

  if (!is_worth_reading (self, connection, user, length))
    return;

  message = aloqa_message_parse (text, (gssize) length, ALOQA_SIDE_CLIENT, &error);
  if (message != NULL && message->peer == user->id && message->type != ALOQA_MESSAGE_TYPING) {
    aloqa_protocol_error_set (&error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "to", "is oneself");
    g_clear_pointer (&message, aloqa_message_unref);
  }
  if (message == NULL)
    answer_fault (self, connection, error);
  else if (is_within_limits (self, connection, user, message))
    pass (self, connection, message);
}

static void
ended_cb (AloqaConnection *connection, gpointer user_data)
{
  AloqaSwitchboard *self = user_data;

  aloqa_hub_remove (self->hub, &connection->device);
  g_debug ("user %" G_GINT64_FORMAT " has a connection less", connection->device.user_id);
}

static void
check_all_cb (gpointer user_data)
{
  AloqaSwitchboard *self = user_data;
  g_autoptr (GPtrArray) devices = aloqa_hub_dup_devices (self->hub);
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  for (guint i = 0; i < devices->len; i++)
    aloqa_connection_check (g_ptr_array_index (devices, i), now_us);
  self->check_timer = aloqa_clock_add_timer (self->clock, CHECK_INTERVAL_US, check_all_cb, self);
}

/**
 * aloqa_switchboard_new:
 * @accounts: outlives the switchboard
 */
AloqaSwitchboard *
aloqa_switchboard_new (AloqaAccounts *accounts, AloqaClock *clock)
{
  AloqaSwitchboard *self = g_new0 (AloqaSwitchboard, 1);

  self->accounts = accounts;
  self->clock = g_object_ref (clock);
  self->hub = aloqa_hub_new ();
  self->relay = aloqa_relay_new ();
  self->check_timer = aloqa_clock_add_timer (clock, CHECK_INTERVAL_US, check_all_cb, self);
  return self;
}

/**
 * aloqa_switchboard_free:
 *
 * There must be no connections any more: aloqa_switchboard_close_all() and wait.
 */
void
aloqa_switchboard_free (AloqaSwitchboard *self)
{
  if (self == NULL)
    return;

  aloqa_clock_clear_timer (self->clock, &self->check_timer);
  aloqa_relay_free (self->relay);
  aloqa_hub_free (self->hub);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * aloqa_switchboard_connect:
 * @websocket: open, over an AloqaFrameGuard, of a user whose token has been checked
 * @socket: what is below it
 */
void
aloqa_switchboard_connect (AloqaSwitchboard *self, SoupWebsocketConnection *websocket,
                           GSocket *socket, gint64 user_id)
{
  AloqaConnection *connection =
      aloqa_connection_new (websocket, socket, user_id, received_cb, ended_cb, self);
  AloqaHubUser *user = aloqa_hub_add (self->hub, &connection->device);
  g_autoptr (AloqaMessage) greeting = aloqa_relay_greet (self->relay, &connection->device);

  g_debug ("user %" G_GINT64_FORMAT " has a connection more", user_id);
  aloqa_connection_send (connection, greeting);
  if (user->devices->len > ALOQA_MAX_DEVICES_PER_USER)
    aloqa_connection_close (g_ptr_array_index (user->devices, 0),
                            SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "too many connections");
}

static void
close_each (GPtrArray *devices, gushort code, const char *reason)
{
  for (guint i = 0; i < devices->len; i++)
    aloqa_connection_close (g_ptr_array_index (devices, i), code, reason);
}

/**
 * aloqa_switchboard_close_all:
 *
 * Tells every client that the server is going, and closes.
 */
void
aloqa_switchboard_close_all (AloqaSwitchboard *self)
{
  g_autoptr (GPtrArray) devices = aloqa_hub_dup_devices (self->hub);

  close_each (devices, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "the server is stopping");
}

/**
 * aloqa_switchboard_close_user:
 *
 * Ends the connections of somebody who may not be here any more.
 */
void
aloqa_switchboard_close_user (AloqaSwitchboard *self, gint64 user_id)
{
  AloqaHubUser *user = aloqa_hub_find (self->hub, user_id);
  g_autoptr (GPtrArray) devices =
      user != NULL ? g_ptr_array_copy (user->devices, NULL, NULL) : NULL;

  if (devices != NULL)
    close_each (devices, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "not active");
}
