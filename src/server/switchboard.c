/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/switchboard.h"

#include "server/address-book.h"
#include "server/connection.h"
#include "server/event-log.h"
#include "server/hub.h"
#include "server/limits.h"
#include "server/presence.h"
#include "server/relay.h"
#include "server/ring-watch.h"
#include "server/server.h"
#include "server/token-check.h"

/* How often silent connections are looked for: a fraction of the silence that ends them. */
#define CHECK_INTERVAL_US (10 * (gint64) G_USEC_PER_SEC)

/* How exact the deadlines of calls are. */
#define TICK_INTERVAL_US ((gint64) G_USEC_PER_SEC)

/* … and while somebody is awaited for whom it rings. */
#define URGENT_TICK_INTERVAL_US (100 * (gint64) 1000)

/* How soon it is told who has come. */
#define TELL_INTERVAL_US (100 * (gint64) 1000)

struct _AloqaSwitchboard {
  const AloqaSettings *settings; /* not owned */
  AloqaAccounts *accounts;       /* not owned */
  AloqaMetrics *metrics;         /* not owned */
  AloqaClock *clock;
  AloqaHub *hub;
  AloqaAddressBook *addresses;
  AloqaRelay *relay;
  AloqaRingWatch *ring_watch;
  AloqaPresence *presence;
  AloqaTokenCheck *token_check;
  guint tell_timer; /* 0: there is no news */
  guint check_timer;
  guint tick_timer;
  gint64 next_tick_us;
};

static void
send_error (AloqaServerConnection *connection, const char *code, const char *text,
            const char *field, gint64 wait_us)
{
  g_autoptr (AloqaMessage) message =
      aloqa_relay_make_error (code, text, field, (wait_us + 999) / 1000);
  g_autofree char *json = aloqa_message_to_json (message, ALOQA_SIDE_SERVER);

  aloqa_server_connection_send (connection, json);
}

static void
answer_fault (AloqaSwitchboard *self, AloqaServerConnection *connection, const GError *error)
{
  gboolean is_large = g_error_matches (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);

  /* A chat's frames, as the existing server's pages send them. */
  if (g_error_matches (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE))
    return;

  aloqa_metrics_note_rejection (self->metrics,
                                is_large ? ALOQA_REJECTION_TOO_LARGE : ALOQA_REJECTION_BAD_MESSAGE,
                                connection->device.user_id);
  g_debug ("a frame of user %" G_GINT64_FORMAT ": %s", connection->device.user_id, error->message);
  if (aloqa_rate_limiter_take (&connection->faults, aloqa_clock_get_now_us (self->clock)))
    send_error (connection, is_large ? "too_large" : "bad_message", error->message,
                aloqa_protocol_error_get_field (error), 0);
}

/* Returns: whether one more is allowed to the user and to their address; if not they are told */
static gboolean
take (AloqaSwitchboard *self, AloqaServerConnection *connection, AloqaRateLimiter *of_user,
      AloqaRateLimiter *of_address, const char *text)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  gint64 wait_us;

  if (aloqa_rate_limiter_take (of_user, now_us) && aloqa_rate_limiter_take (of_address, now_us))
    return TRUE;

  aloqa_metrics_note_rejection (self->metrics, ALOQA_REJECTION_RATE_LIMITED,
                                connection->device.user_id);
  wait_us = MAX (aloqa_rate_limiter_get_wait_us (of_user, now_us),
                 aloqa_rate_limiter_get_wait_us (of_address, now_us));
  if (aloqa_rate_limiter_take (&connection->faults, now_us))
    send_error (connection, "rate_limited", text, NULL, wait_us);
  return FALSE;
}

static gboolean
is_within_limits (AloqaSwitchboard *self, AloqaServerConnection *connection, AloqaHubUser *user,
                  const AloqaMessage *message)
{
  AloqaQuota *own = &user->quota;
  AloqaQuota *all = connection->address;

  if (message->type == ALOQA_MESSAGE_CANDIDATE)
    return take (self, connection, &own->candidates, &all->candidates,
                 "Too many candidates: slow down");
  if (aloqa_relay_is_new_call (self->relay, &connection->device, message) &&
      !take (self, connection, &own->calls, &all->calls, "Too many calls: try again later"))
    return FALSE;
  return take (self, connection, &own->messages, &all->messages, "Too many messages: slow down");
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

static gboolean
may_send (AloqaSwitchboard *self, AloqaServerConnection *connection, const AloqaMessage *message)
{
  if (message->type != ALOQA_MESSAGE_ERROR)
    return TRUE;
  /* The only fault that the relay finds. */
  aloqa_metrics_note_rejection (self->metrics, ALOQA_REJECTION_NOT_IN_CALL,
                                connection->device.user_id);
  return aloqa_rate_limiter_take (&connection->faults, aloqa_clock_get_now_us (self->clock));
}

/*
 * A connection may end while it is sent to, but it is freed later, from the main loop: none of those
 * that are named here is gone. What goes to several in a row is written once.
 */
static void
send_all (AloqaSwitchboard *self, GArray *deliveries)
{
  const AloqaMessage *written = NULL;
  g_autofree char *json = NULL;

  for (guint i = 0; i < deliveries->len; i++) {
    AloqaDelivery *delivery = &g_array_index (deliveries, AloqaDelivery, i);
    AloqaServerConnection *connection = (AloqaServerConnection *) delivery->device;

    if (delivery->message == NULL) {
      aloqa_server_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, "connected again");
    } else if (may_send (self, connection, delivery->message)) {
      if (delivery->message != written) {
        g_free (json);
        json = aloqa_message_to_json (delivery->message, ALOQA_SIDE_SERVER);
        written = delivery->message;
      }
      aloqa_server_connection_send (connection, json);
      self->metrics->n_relayed++;
    }
  }
}

/* A request or an offer: the one that is called is told who calls. */
static void
pass_ring (AloqaSwitchboard *self, AloqaServerConnection *connection, const AloqaMessage *message)
{
  g_autoptr (AloqaAccount) account = find_active (self, connection->device.user_id);
  g_autoptr (AloqaCaller) caller = account != NULL ? aloqa_account_dup_caller (account) : NULL;
  AloqaHubUser *callee = aloqa_hub_find (self->hub, message->peer);
  g_autoptr (AloqaAccount) absent = NULL;
  g_autoptr (GArray) deliveries = NULL;

  if (caller == NULL) {
    send_error (connection, "internal", "This account cannot be read", NULL, 0);
    return;
  }
  if (callee == NULL || callee->devices->len == 0)
    absent = find_active (self, message->peer);
  self->metrics->n_calls += aloqa_relay_is_new_call (self->relay, &connection->device, message);
  deliveries = aloqa_relay_pass (self->relay, &connection->device, message, caller, absent != NULL,
                                 aloqa_clock_get_now_us (self->clock));
  send_all (self, deliveries);
}

static void tell_cb (gpointer user_data);

/* Soon, not at once: who comes and goes is no hurry, and often it is many. */
static void
tell_soon (AloqaSwitchboard *self)
{
  if (self->tell_timer == 0 && aloqa_presence_has_news (self->presence))
    self->tell_timer = aloqa_clock_add_timer (self->clock, TELL_INTERVAL_US, tell_cb, self);
}

static void
tell_cb (gpointer user_data)
{
  AloqaSwitchboard *self = user_data;
  g_autoptr (GArray) deliveries =
      aloqa_presence_tell (self->presence, aloqa_clock_get_now_us (self->clock));

  self->tell_timer = 0;
  send_all (self, deliveries);
  tell_soon (self);
}

static void
pass (AloqaSwitchboard *self, AloqaServerConnection *connection, const AloqaMessage *message)
{
  g_autoptr (GArray) deliveries = NULL;

  if (message->type == ALOQA_MESSAGE_CALL_REQUEST || message->type == ALOQA_MESSAGE_OFFER) {
    pass_ring (self, connection, message);
    return;
  }
  deliveries = aloqa_relay_pass (self->relay, &connection->device, message, NULL, FALSE,
                                 aloqa_clock_get_now_us (self->clock));
  send_all (self, deliveries);
  if (message->type == ALOQA_MESSAGE_HELLO) {
    aloqa_presence_subscribe (self->presence, &connection->device);
    tell_soon (self);
  }
}

/* Before anything is read in it, for reading is what costs. */
static gboolean
is_worth_reading (AloqaSwitchboard *self, AloqaServerConnection *connection, AloqaHubUser *user,
                  gsize length)
{
  for (gsize i = 0; i <= length / ALOQA_FRAME_UNIT_BYTES; i++) {
    if (take (self, connection, &user->quota.frames, &connection->address->frames,
              "Too many frames: slow down"))
      continue;
    connection->n_dropped++;
    aloqa_frame_guard_pause (connection->guard);
    if (connection->n_dropped <= self->settings->limits[ALOQA_LIMIT_DROPPED_FRAMES])
      return FALSE;
    aloqa_metrics_note_rejection (self->metrics, ALOQA_REJECTION_FLOOD, connection->device.user_id);
    aloqa_server_connection_close (connection, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "a flood");
    return FALSE;
  }
  return TRUE;
}

static void
handle (AloqaSwitchboard *self, AloqaServerConnection *connection, AloqaHubUser *user,
        const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message = NULL;

  if (length > self->settings->limits[ALOQA_LIMIT_FRAME_BYTES])
    aloqa_protocol_error_set (&error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, NULL,
                              "the frame is too large");
  else
    message = aloqa_message_parse (text, (gssize) length, ALOQA_SIDE_CLIENT, &error);
  if (message != NULL && message->peer == user->id && message->type != ALOQA_MESSAGE_TYPING) {
    aloqa_protocol_error_set (&error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "to", "is oneself");
    g_clear_pointer (&message, aloqa_message_unref);
  }
  if (message == NULL) {
    answer_fault (self, connection, error);
    return;
  }
  self->metrics->n_messages[message->type]++;
  if (is_within_limits (self, connection, user, message))
    pass (self, connection, message);
}

static void
received_cb (AloqaServerConnection *connection, const char *text, gsize length, gpointer user_data)
{
  AloqaSwitchboard *self = user_data;
  AloqaHubUser *user = aloqa_hub_find (self->hub, connection->device.user_id);
  gint64 start_us = g_get_monotonic_time ();

  if (is_worth_reading (self, connection, user, length))
    handle (self, connection, user, text, length);
  aloqa_metrics_note_handled (self->metrics, g_get_monotonic_time () - start_us);
}

static void tick_cb (gpointer user_data);

static void
start_tick (AloqaSwitchboard *self, gint64 now_us)
{
  gint64 delay_us =
      aloqa_relay_is_urgent (self->relay) ? URGENT_TICK_INTERVAL_US : TICK_INTERVAL_US;

  aloqa_clock_clear_timer (self->clock, &self->tick_timer);
  self->next_tick_us = now_us + delay_us;
  self->tick_timer = aloqa_clock_add_timer (self->clock, delay_us, tick_cb, self);
}

static void
ended_cb (AloqaServerConnection *connection, gpointer user_data)
{
  AloqaSwitchboard *self = user_data;
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  aloqa_hub_remove (self->hub, &connection->device);
  aloqa_address_book_release (self->addresses, connection->address);
  aloqa_ring_watch_forget (self->ring_watch, connection);
  aloqa_relay_leave (self->relay, &connection->device, now_us);
  if (aloqa_relay_is_urgent (self->relay))
    start_tick (self, now_us);
  aloqa_presence_unsubscribe (self->presence, &connection->device);
  aloqa_presence_note (self->presence, connection->device.user_id, now_us);
  aloqa_event_log (&(AloqaEvent){
      .name = "connection-closed",
      .text = "A connection was closed",
      .user_id = connection->device.user_id,
      .reason = connection->end_reason,
      .took_us = g_get_monotonic_time () - connection->begun_us,
  });
}

static void
check_all_cb (gpointer user_data)
{
  AloqaSwitchboard *self = user_data;
  g_autoptr (GPtrArray) devices = aloqa_hub_dup_devices (self->hub);
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  for (guint i = 0; i < devices->len; i++)
    aloqa_server_connection_check (g_ptr_array_index (devices, i), now_us,
                                   (gint64) self->settings->limits[ALOQA_LIMIT_SILENCE_MS] * 1000);
  aloqa_address_book_forget (self->addresses, now_us);
  self->check_timer = aloqa_clock_add_timer (self->clock, CHECK_INTERVAL_US, check_all_cb, self);
}

static void
tick_cb (gpointer user_data)
{
  AloqaSwitchboard *self = user_data;
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  g_autoptr (GArray) deliveries = aloqa_relay_tick (self->relay, now_us);
  g_autoptr (GPtrArray) callers = aloqa_relay_find_callers (self->relay);

  self->tick_timer = 0;
  aloqa_metrics_note_lag (self->metrics, now_us - self->next_tick_us);
  aloqa_ring_watch_check (self->ring_watch, callers, now_us);
  send_all (self, deliveries);
  aloqa_presence_expire (self->presence, now_us);
  tell_soon (self);
  start_tick (self, now_us);
}

/**
 * aloqa_switchboard_new:
 * @settings: outlives the switchboard
 * @accounts: outlives the switchboard
 * @tokens: outlives the switchboard
 * @metrics: outlives the switchboard
 */
AloqaSwitchboard *
aloqa_switchboard_new (const AloqaSettings *settings, AloqaAccounts *accounts, AloqaTokens *tokens,
                       AloqaMetrics *metrics, AloqaClock *clock)
{
  AloqaSwitchboard *self = g_new0 (AloqaSwitchboard, 1);

  self->settings = settings;
  self->accounts = accounts;
  self->metrics = metrics;
  self->clock = g_object_ref (clock);
  self->hub = aloqa_hub_new (settings);
  self->addresses = aloqa_address_book_new (settings);
  self->relay = aloqa_relay_new (self->hub);
  self->ring_watch = aloqa_ring_watch_new (settings);
  self->presence = aloqa_presence_new (self->hub);
  self->token_check = aloqa_token_check_new (tokens, accounts, self->hub, clock);
  self->check_timer = aloqa_clock_add_timer (clock, CHECK_INTERVAL_US, check_all_cb, self);
  start_tick (self, aloqa_clock_get_now_us (clock));
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
  aloqa_clock_clear_timer (self->clock, &self->tick_timer);
  aloqa_clock_clear_timer (self->clock, &self->tell_timer);
  aloqa_token_check_free (self->token_check);
  aloqa_presence_free (self->presence);
  aloqa_ring_watch_free (self->ring_watch);
  aloqa_relay_free (self->relay);
  aloqa_hub_free (self->hub);
  aloqa_address_book_free (self->addresses);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * aloqa_switchboard_connect:
 * @websocket: open, over an AloqaFrameGuard, of a user whose token has been checked
 * @socket: what is below it
 * @address: by what to count where it comes from
 * @claims: (transfer full): of that token
 */
void
aloqa_switchboard_connect (AloqaSwitchboard *self, SoupWebsocketConnection *websocket,
                           GSocket *socket, const char *address, gint64 user_id,
                           AloqaClaims *claims)
{
  AloqaServerConnection *connection = aloqa_server_connection_new (
      websocket, socket, user_id, self->settings, received_cb, ended_cb, self);
  AloqaHubUser *user = aloqa_hub_add (self->hub, &connection->device);
  g_autoptr (AloqaMessage) greeting = aloqa_relay_greet (self->relay, &connection->device);
  g_autofree char *json = aloqa_message_to_json (greeting, ALOQA_SIDE_SERVER);

  connection->metrics = self->metrics;
  connection->claims = claims;
  connection->address = aloqa_address_book_acquire (self->addresses, address);
  aloqa_event_log (&(AloqaEvent){
      .name = "connection-opened", .text = "A connection was opened", .user_id = user_id });
  aloqa_server_connection_send (connection, json);
  aloqa_presence_note (self->presence, user_id, aloqa_clock_get_now_us (self->clock));
  tell_soon (self);
  if (user->devices->len > self->settings->limits[ALOQA_LIMIT_DEVICES_PER_USER])
    aloqa_server_connection_close (g_ptr_array_index (user->devices, 0),
                                   SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "too many connections");
  /* The token may have been revoked while the handshake was written. */
  aloqa_token_check_user (self->token_check, user_id);
}

/* The settings have changed. */
void
aloqa_switchboard_reload (AloqaSwitchboard *self)
{
  aloqa_hub_reload (self->hub);
  aloqa_address_book_reload (self->addresses);
}

void
aloqa_switchboard_measure (AloqaSwitchboard *self, AloqaGauges *gauges)
{
  g_autoptr (GPtrArray) devices = aloqa_hub_dup_devices (self->hub);

  gauges->n_websockets = devices->len;
  gauges->n_users = aloqa_hub_get_n_online (self->hub);
  gauges->n_calls = aloqa_relay_get_n_calls (self->relay);
}

guint
aloqa_switchboard_get_n_unanswered (AloqaSwitchboard *self)
{
  return aloqa_relay_get_n_unanswered (self->relay);
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

  for (guint i = 0; i < devices->len; i++)
    aloqa_server_connection_close (g_ptr_array_index (devices, i), SOUP_WEBSOCKET_CLOSE_GOING_AWAY,
                                   "the server is stopping");
}

/**
 * aloqa_switchboard_check_user:
 *
 * Ends those connections of @user_id that may not be here any more.
 */
void
aloqa_switchboard_check_user (AloqaSwitchboard *self, gint64 user_id)
{
  aloqa_token_check_user (self->token_check, user_id);
}
