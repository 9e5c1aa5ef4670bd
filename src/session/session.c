/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/session.h"

#include "desktop/network.h"
#include "session/history-recorder.h"
#include "session/ice-choice.h"
#include "session/ice-renewal.h"

/* How long a goodbye may take: a hang-up not confirmed, a stuck pipeline, or a certificate still being
 * made, which cannot be broken off (seconds on a slow machine). */
#define CLOSE_LIMIT_US (5 * G_USEC_PER_SEC)

struct _AloqaSession {
  GObject parent_instance;

  AloqaServerAddress *address;
  GTlsDatabase *trust;
  AloqaClock *clock;
  AloqaMediaSettings *settings;
  AloqaAccount *account;
  AloqaConnection *connection;     /* the account's; NULL until signed in */
  AloqaCallController *controller; /* likewise */
  GPtrArray *ice_servers;          /* or NULL: ask the server */
  AloqaIceRenewal *ice_renewal;    /* or NULL: they hold for good */
  GPtrArray *own_ice_servers;      /* the person's, instead of those; or NULL */
  AloqaNetworkWatch *network;      /* likewise */
  AloqaRoster *roster;             /* likewise; not loaded until it is asked for */
  gboolean is_roster_wanted;
  gboolean stays_signed_in;
  gboolean keeps_history;
  char *history_path; /* or NULL: the usual one */
  AloqaHistoryStore *store;
  AloqaHistory *history;
  AloqaHistoryRecorder *recorder;
  gulong idle_handler;
  guint close_timer;
};

enum { PROP_ONLINE = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];
static guint signed_out_signal;

G_DEFINE_FINAL_TYPE (AloqaSession, aloqa_session, G_TYPE_OBJECT)

static void
state_cb (AloqaSession *self)
{
  if (self->ice_renewal != NULL && aloqa_session_is_online (self))
    aloqa_ice_renewal_check (self->ice_renewal);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
}

static void
signed_out_cb (AloqaSession *self, const GError *error)
{
  g_signal_emit (self, signed_out_signal, 0, error);
}

static void
aloqa_session_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_ONLINE)
    g_value_set_boolean (value, aloqa_session_is_online (ALOQA_SESSION (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
aloqa_session_finalize (GObject *object)
{
  AloqaSession *self = ALOQA_SESSION (object);

  aloqa_clock_clear_timer (self->clock, &self->close_timer);
  g_clear_object (&self->network);
  g_clear_object (&self->ice_renewal);
  g_clear_object (&self->roster);
  g_clear_object (&self->recorder);
  g_clear_object (&self->history);
  g_clear_object (&self->store);
  g_clear_object (&self->controller);
  g_clear_object (&self->connection);
  g_clear_object (&self->account);
  g_clear_object (&self->trust);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_clear_pointer (&self->own_ice_servers, g_ptr_array_unref);
  g_clear_pointer (&self->settings, aloqa_media_settings_free);
  g_free (self->history_path);
  g_clear_pointer (&self->address, aloqa_server_address_unref);

  G_OBJECT_CLASS (aloqa_session_parent_class)->finalize (object);
}

static void
aloqa_session_class_init (AloqaSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = aloqa_session_get_property;
  object_class->finalize = aloqa_session_finalize;

  properties[PROP_ONLINE] =
      g_param_spec_boolean ("online", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signed_out_signal = g_signal_new ("signed-out", ALOQA_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_session_init (AloqaSession *self)
{
}

/**
 * aloqa_session_new:
 * @choice: which server; copied, as are the @settings
 *
 * Returns: (transfer full): a session that is not signed in
 */
AloqaSession *
aloqa_session_new (const AloqaServerChoice *choice, const AloqaMediaSettings *settings)
{
  AloqaSession *self = g_object_new (ALOQA_TYPE_SESSION, NULL);

  self->address = aloqa_server_address_ref (choice->address);
  g_set_object (&self->trust, choice->trust);
  if (choice->ice_servers != NULL)
    self->ice_servers = g_ptr_array_ref (choice->ice_servers);
  self->clock = aloqa_clock_new ();
  self->settings = aloqa_media_settings_copy (settings);
  self->account = aloqa_account_new (choice->address, choice->trust, self->clock);
  g_signal_connect_object (self->account, "signed-out", G_CALLBACK (signed_out_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * aloqa_session_keep_history:
 * @path: (nullable): the file, or `:memory:`; %NULL for `$XDG_DATA_HOME/aloqa/history.db`
 *
 * Writes every call down from signing in on. To be called before that.
 */
void
aloqa_session_keep_history (AloqaSession *self, const char *path)
{
  self->keeps_history = TRUE;
  g_free (self->history_path);
  self->history_path = g_strdup (path);
}

/**
 * aloqa_session_set_stays_signed_in:
 * @stays_signed_in: whether closing leaves the refresh token valid, for the next run to sign in with
 */
void
aloqa_session_set_stays_signed_in (AloqaSession *self, gboolean stays_signed_in)
{
  self->stays_signed_in = stays_signed_in;
}

/**
 * aloqa_session_set_media_settings:
 * @settings: copied
 *
 * What the person chose since, see aloqa_call_controller_set_settings().
 */
void
aloqa_session_set_media_settings (AloqaSession *self, const AloqaMediaSettings *settings)
{
  aloqa_media_settings_free (self->settings);
  self->settings = aloqa_media_settings_copy (settings);
  if (self->controller != NULL)
    aloqa_call_controller_set_settings (self->controller, settings);
}

/* For the calls from now on. */
static void
apply_ice_servers (AloqaSession *self)
{
  aloqa_call_controller_set_ice_servers (self->controller, aloqa_session_get_ice_servers (self),
                                         self->trust);
}

/**
 * aloqa_session_use_ice_servers:
 * @servers: (nullable) (element-type AloqaIceServer): the person's own, for the calls from now on;
 *   %NULL for those that the server named
 *
 * To be called when signed in.
 */
void
aloqa_session_use_ice_servers (AloqaSession *self, GPtrArray *servers)
{
  g_return_if_fail (self->controller != NULL);

  g_clear_pointer (&self->own_ice_servers, g_ptr_array_unref);
  if (servers != NULL)
    self->own_ice_servers = g_ptr_array_ref (servers);
  apply_ice_servers (self);
}

static void
start_history (AloqaSession *self)
{
  self->store =
      aloqa_history_store_new (self->history_path, aloqa_server_address_get_origin (self->address),
                               aloqa_connection_get_user_id (self->connection));
  self->history = aloqa_history_new (self->store);
  self->recorder = aloqa_history_recorder_new (self->history, self->controller);
}

static void
network_changed_cb (AloqaSession *self)
{
  aloqa_connection_check_now (self->connection);
  aloqa_call_controller_note_network_change (self->controller);
}

static void
start_calls (AloqaSession *self)
{
  self->connection = g_object_ref (aloqa_account_get_connection (self->account));
  self->controller = aloqa_call_controller_new (self->connection, self->clock, self->settings);
  aloqa_call_controller_set_ice_servers (self->controller, self->ice_servers, self->trust);
  if (self->keeps_history)
    start_history (self);
  /* Before the connection begins: who is there is told once. */
  self->roster = aloqa_roster_new (self->account, self->clock, self->controller, self->store);
  self->network = aloqa_network_watch_new (self->clock);
  g_signal_connect_object (self->network, "changed", G_CALLBACK (network_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connection, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  aloqa_connection_start (self->connection);
}

static void
renewed_cb (AloqaSession *self, GPtrArray *servers)
{
  g_ptr_array_unref (self->ice_servers);
  self->ice_servers = g_ptr_array_ref (servers);
  apply_ice_servers (self);
}

static void
ice_servers_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  gint64 ttl_s = 0;

  self->ice_servers =
      aloqa_rest_get_ice_servers_finish (ALOQA_REST (source), result, &ttl_s, &error);
  if (self->ice_servers == NULL || self->ice_servers->len == 0) {
    if (error != NULL)
      g_debug ("No STUN or TURN servers from the server: %s", error->message);
    g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
    self->ice_servers = aloqa_ice_choice_new_default (self->address);
  }
  /* An older server knows no such request; any other failure passes. */
  if (ttl_s > 0 || (error != NULL && !g_error_matches (error, ALOQA_SIGNALING_ERROR,
                                                       ALOQA_SIGNALING_ERROR_NOT_FOUND))) {
    self->ice_renewal = aloqa_ice_renewal_new (ALOQA_REST (source), self->clock, ttl_s);
    g_signal_connect_object (self->ice_renewal, "renewed", G_CALLBACK (renewed_cb), self,
                             G_CONNECT_SWAPPED);
  }
  start_calls (self);
  g_task_return_boolean (task, TRUE);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaSession *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!aloqa_account_sign_in_finish (self->account, result, &error)) {
    g_task_return_error (task, error);
  } else if (self->ice_servers != NULL) {
    start_calls (self);
    g_task_return_boolean (task, TRUE);
  } else {
    aloqa_rest_get_ice_servers_async (aloqa_account_get_rest (self->account), NULL, ice_servers_cb,
                                      g_steal_pointer (&task));
  }
}

/**
 * aloqa_session_sign_in_async:
 *
 * Signs in, once in a session's life; the connection is then made, and kept, by itself. Fails as
 * aloqa_account_sign_in_async() does.
 */
void
aloqa_session_sign_in_async (AloqaSession *self, const char *username, const char *password,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  aloqa_account_sign_in_async (self->account, username, password, NULL, signed_in_cb, task);
}

/* The same with an access or refresh token. */
void
aloqa_session_sign_in_with_token_async (AloqaSession *self, const char *token,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  aloqa_account_sign_in_with_token_async (self->account, token, NULL, signed_in_cb, task);
}

gboolean
aloqa_session_sign_in_finish (AloqaSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Closing: calls end, their last messages reach the server, then the account is left. */

static void
signed_out_for_good_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!aloqa_account_sign_out_finish (ALOQA_ACCOUNT (source), result, &error))
    g_debug ("Sign-out: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
sign_out (GTask *task)
{
  AloqaSession *self = g_task_get_source_object (task);

  if (self->stays_signed_in) {
    aloqa_connection_stop (self->connection);
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  aloqa_account_sign_out_async (self->account, NULL, signed_out_for_good_cb, task);
}

static void
history_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!aloqa_history_flush_finish (ALOQA_HISTORY (source), result, &error))
    g_warning ("Not every call is in the history: %s", error->message);
  sign_out (user_data);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  AloqaSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!aloqa_connection_flush_finish (ALOQA_CONNECTION (source), result, &error))
    g_debug ("Not everything reached the server: %s", error->message);
  if (self->history != NULL)
    aloqa_history_flush_async (self->history, history_flushed_cb, task);
  else
    sign_out (task);
}

static void
leave (GTask *task)
{
  AloqaSession *self = g_task_get_source_object (task);

  g_clear_signal_handler (&self->idle_handler, self->controller);
  aloqa_clock_clear_timer (self->clock, &self->close_timer);
  aloqa_connection_flush_async (self->connection, G_USEC_PER_SEC, flushed_cb, task);
}

static void
idle_cb (AloqaCallController *controller, GTask *task)
{
  leave (task);
}

static void
close_limit_cb (gpointer user_data)
{
  GTask *task = user_data;
  AloqaSession *self = g_task_get_source_object (task);

  self->close_timer = 0;
  g_warning ("A call's media take too long to end; leaving all the same");
  leave (task);
}

/**
 * aloqa_session_close_async:
 *
 * Hangs up, waits until the server knows and the media are gone (5 s at most), and signs out unless
 * told to stay signed in. To be called once, before the last reference goes.
 */
void
aloqa_session_close_async (AloqaSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  if (self->controller == NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }

  aloqa_call_controller_hang_up_all (self->controller);
  if (aloqa_call_controller_is_idle (self->controller)) {
    leave (task);
    return;
  }
  self->idle_handler = g_signal_connect (self->controller, "idle", G_CALLBACK (idle_cb), task);
  self->close_timer = aloqa_clock_add_timer (self->clock, CLOSE_LIMIT_US, close_limit_cb, task);
}

void
aloqa_session_close_finish (AloqaSession *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* Of its server, by which what is kept of it is known: "https://example.org". */
const char *
aloqa_session_get_origin (AloqaSession *self)
{
  return aloqa_server_address_get_origin (self->address);
}

/* Returns: (transfer none) */
AloqaAccount *
aloqa_session_get_account (AloqaSession *self)
{
  return self->account;
}

/* Returns: (transfer none) (nullable): %NULL before signing in */
AloqaCallController *
aloqa_session_get_controller (AloqaSession *self)
{
  return self->controller;
}

/* Returns: (transfer none) (nullable): loaded when it is first asked for; %NULL before signing in */
AloqaRoster *
aloqa_session_get_roster (AloqaSession *self)
{
  if (self->roster != NULL && !self->is_roster_wanted) {
    self->is_roster_wanted = TRUE;
    aloqa_roster_refresh (self->roster);
  }
  return self->roster;
}

/* Returns: (transfer none) (nullable): %NULL before signing in, and where none is kept */
AloqaHistory *
aloqa_session_get_history (AloqaSession *self)
{
  return self->history;
}

/* Returns: (transfer none) (nullable) (element-type AloqaIceServer): those in use; %NULL before
 * signing in */
GPtrArray *
aloqa_session_get_ice_servers (AloqaSession *self)
{
  return self->own_ice_servers != NULL ? self->own_ice_servers : self->ice_servers;
}

gboolean
aloqa_session_is_online (AloqaSession *self)
{
  return self->connection != NULL &&
         aloqa_connection_get_state (self->connection) == ALOQA_CONNECTION_REGISTERED;
}
