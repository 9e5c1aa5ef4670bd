/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/connection-private.h"

#include "signaling/frame-limit.h"
#include "signaling/http-session.h"
#include "signaling/secret.h"

/* Networks announce themselves many times while they come up. */
#define MIN_ATTEMPT_INTERVAL_US G_USEC_PER_SEC

/* An attempt that has taken this long may have begun over another network. */
#define STALE_ATTEMPT_US (3 * G_USEC_PER_SEC)

/* "replace" needs media that can do it: whoever has it says so. */
#define DEFAULT_FEATURES                                                                           \
  (ALOQA_FEATURE_CALL_ID | ALOQA_FEATURE_RINGING | ALOQA_FEATURE_UNAVAILABLE |                     \
   ALOQA_FEATURE_BUSY | ALOQA_FEATURE_PRESENCE | ALOQA_FEATURE_MULTI_DEVICE)

enum { PROP_STATE = 1, N_PROPS };
enum { SIGNAL_MESSAGE, SIGNAL_DRAINED, SIGNAL_PROVEN, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaConnection, aloqa_connection, G_TYPE_OBJECT)

static const char *
get_state_name (AloqaConnectionState state)
{
  const char *const names[] = {
    [ALOQA_CONNECTION_STOPPED] = "stopped",
    [ALOQA_CONNECTION_WAITING] = "waiting",
    [ALOQA_CONNECTION_CONNECTING] = "connecting",
    [ALOQA_CONNECTION_REGISTERED] = "registered",
    [ALOQA_CONNECTION_TOKEN_REFUSED] = "token refused",
  };

  return names[state];
}

/* To be called last: whoever is told may stop the connection, or send. */
void
aloqa_connection_enter (AloqaConnection *self, AloqaConnectionState state)
{
  if (self->state == state)
    return;
  g_debug ("connection: %s → %s%s%s", get_state_name (self->state), get_state_name (state),
           self->error != NULL ? ": " : "", self->error != NULL ? self->error->message : "");
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
aloqa_connection_emit_message (AloqaConnection *self, AloqaMessage *message)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, message);
}

void
aloqa_connection_emit_drained (AloqaConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_DRAINED], 0);
}

void
aloqa_connection_emit_proven (AloqaConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_PROVEN], 0);
}

static void
monitor_network_changed_cb (AloqaConnection *self, gboolean is_available)
{
  if (is_available)
    aloqa_connection_check_now (self);
}

static void
aloqa_connection_dispose (GObject *object)
{
  AloqaConnection *self = ALOQA_CONNECTION (object);

  aloqa_connection_life_drop (self);
  aloqa_connection_set_network_monitor (self, NULL);

  G_OBJECT_CLASS (aloqa_connection_parent_class)->dispose (object);
}

static void
aloqa_connection_finalize (GObject *object)
{
  AloqaConnection *self = ALOQA_CONNECTION (object);

  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->outbox, aloqa_outbox_free);
  g_clear_error (&self->error);
  aloqa_secret_clear (&self->access_token);
  g_free (self->device);
  aloqa_server_address_unref (self->address);

  G_OBJECT_CLASS (aloqa_connection_parent_class)->finalize (object);
}

static void
aloqa_connection_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  AloqaConnection *self = ALOQA_CONNECTION (object);

  if (prop_id == PROP_STATE)
    g_value_set_int (value, self->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
aloqa_connection_class_init (AloqaConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aloqa_connection_dispose;
  object_class->finalize = aloqa_connection_finalize;
  object_class->get_property = aloqa_connection_get_property;

  props[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, ALOQA_CONNECTION_STOPPED,
                        ALOQA_CONNECTION_TOKEN_REFUSED, ALOQA_CONNECTION_STOPPED,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_MESSAGE] = g_signal_new ("message", ALOQA_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, ALOQA_TYPE_MESSAGE);
  signals[SIGNAL_DRAINED] = g_signal_new ("drained", ALOQA_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PROVEN] = g_signal_new ("proven", ALOQA_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_connection_init (AloqaConnection *self)
{
  self->known_features = DEFAULT_FEATURES;
  self->device = g_uuid_string_random ();
}

/**
 * aloqa_connection_new:
 * @trust: (nullable): from aloqa_trust_load_ca_file(), or %NULL for the system's authorities
 * @user_id: whose @access_token is
 *
 * Returns: (transfer full): a connection that is not started. It listens to the system's network
 *   monitor, and has an opaque device id of its own.
 */
AloqaConnection *
aloqa_connection_new (AloqaServerAddress *address, GTlsDatabase *trust, AloqaClock *clock,
                      gint64 user_id, const char *access_token)
{
  AloqaConnection *self = g_object_new (ALOQA_TYPE_CONNECTION, NULL);

  self->address = aloqa_server_address_ref (address);
  self->clock = g_object_ref (clock);
  self->session = aloqa_http_session_new (address, trust);
  aloqa_frame_limit_add_to_session (self->session);
  self->user_id = user_id;
  aloqa_secret_set (&self->access_token, access_token);
  aloqa_connection_life_init (self);
  aloqa_connection_set_network_monitor (self, g_network_monitor_get_default ());
  return self;
}

/**
 * aloqa_connection_set_network_monitor:
 * @monitor: (nullable): who tells when the network returns, instead of the system's own
 */
void
aloqa_connection_set_network_monitor (AloqaConnection *self, GNetworkMonitor *monitor)
{
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_set_object (&self->monitor, monitor);
  if (monitor != NULL)
    g_signal_connect_object (monitor, "network-changed", G_CALLBACK (monitor_network_changed_cb),
                             self, G_CONNECT_SWAPPED);
}

/**
 * aloqa_connection_set_known_features:
 * @features: the extensions that this program can use; all but "replace" unless told. Counts from
 *   the next connection on.
 */
void
aloqa_connection_set_known_features (AloqaConnection *self, AloqaFeatures features)
{
  self->known_features = features;
}

/**
 * aloqa_connection_set_device:
 * @device: an opaque name for this device, of 1 to 64 of A-Za-z0-9_-; a random one for each object
 *   unless told
 */
void
aloqa_connection_set_device (AloqaConnection *self, const char *device)
{
  g_free (self->device);
  self->device = g_strdup (device);
}

/**
 * aloqa_connection_start:
 *
 * Begins to connect. Does nothing where it was started.
 */
void
aloqa_connection_start (AloqaConnection *self)
{
  if (self->state == ALOQA_CONNECTION_STOPPED)
    aloqa_connection_life_begin (self);
}

/**
 * aloqa_connection_stop:
 *
 * Closes the socket, forgets what was not sent, and stays stopped.
 */
void
aloqa_connection_stop (AloqaConnection *self)
{
  aloqa_connection_life_drop (self);
  aloqa_outbox_clear (self->outbox);
  aloqa_backoff_reset (&self->backoff);
  g_clear_error (&self->error);
  aloqa_connection_enter (self, ALOQA_CONNECTION_STOPPED);
}

/**
 * aloqa_connection_set_access_token:
 * @access_token: for the next try; the open socket stays as it is. A connection that waits for a
 *   token connects at once.
 */
void
aloqa_connection_set_access_token (AloqaConnection *self, const char *access_token)
{
  aloqa_secret_set (&self->access_token, access_token);
  if (self->state == ALOQA_CONNECTION_TOKEN_REFUSED)
    aloqa_connection_life_begin (self);
}

/**
 * aloqa_connection_check_now:
 *
 * The network or the machine has come back, or something else speaks for looking now: probes an open
 * connection, and does not wait for the next try of a lost one (but tries at most once a second).
 */
void
aloqa_connection_check_now (AloqaConnection *self)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  gint64 earliest_us = self->last_attempt_us + MIN_ATTEMPT_INTERVAL_US;

  switch (self->state) {
  case ALOQA_CONNECTION_REGISTERED:
    aloqa_probe_hurry (&self->probe);
    break;
  case ALOQA_CONNECTION_WAITING:
    aloqa_backoff_reset (&self->backoff);
    aloqa_connection_life_begin_in (self, MAX (earliest_us - now_us, 0));
    break;
  case ALOQA_CONNECTION_CONNECTING:
    /* What was begun over a network that is gone would be waited for in vain. */
    if (now_us >= self->last_attempt_us + STALE_ATTEMPT_US) {
      aloqa_connection_life_drop (self);
      aloqa_connection_life_begin (self);
    }
    break;
  default:
    break;
  }
}

/**
 * aloqa_connection_send:
 * @message: a message of a call, to a peer; not changed by the caller from here on
 *
 * Sends @message now, or as soon as there is a connection, in order, unless it is too old by then.
 * It is sent again where the connection turns out to have been dead when it was written. Forgotten
 * where the connection is stopped.
 */
void
aloqa_connection_send (AloqaConnection *self, AloqaMessage *message)
{
  g_return_if_fail (message->peer > 0 && message->type != ALOQA_MESSAGE_TYPING);

  if (self->state != ALOQA_CONNECTION_STOPPED)
    aloqa_connection_life_send (self, message);
}

/**
 * aloqa_connection_is_drained:
 *
 * Returns: whether everything that was sent is known to have reached the server; see the signal
 *   "drained"
 */
gboolean
aloqa_connection_is_drained (AloqaConnection *self)
{
  return aloqa_outbox_is_empty (self->outbox);
}

AloqaConnectionState
aloqa_connection_get_state (AloqaConnection *self)
{
  return self->state;
}

/**
 * aloqa_connection_get_error:
 *
 * Returns: (nullable): why it is not registered, an %ALOQA_SIGNALING_ERROR for people; owned by
 *   @self, until its state changes
 */
const GError *
aloqa_connection_get_error (AloqaConnection *self)
{
  return self->error;
}

gint64
aloqa_connection_get_user_id (AloqaConnection *self)
{
  return self->user_id;
}

/**
 * aloqa_connection_get_features:
 *
 * Returns: the extensions that both ends of the present connection have announced; none while it is
 *   not registered
 */
AloqaFeatures
aloqa_connection_get_features (AloqaConnection *self)
{
  return self->features;
}
