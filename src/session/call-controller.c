/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/call-controller-private.h"

enum { CALL_ADDED, CALL_MISSED, IDLE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallController, aloqa_call_controller, G_TYPE_OBJECT)

static void
run_event (const AloqaCallEvent *event, gpointer user_data)
{
  AloqaCallController *self = user_data;
  g_autoptr (GPtrArray) effects = aloqa_arbiter_handle (self->arbiter, event);

  for (guint i = 0; i < effects->len; i++)
    aloqa_call_controller_run_effect (self, effects->pdata[i]);
}

/* Runs @event, or leaves it to the turn that is running already. */
void
aloqa_call_controller_handle (const AloqaCallEvent *event, gpointer controller)
{
  AloqaCallController *self = controller;
  g_autoptr (AloqaCallController) held = g_object_ref (self);

  aloqa_event_queue_push (self->events, event);
  if (self->is_running)
    return;

  self->is_running = TRUE;
  while (aloqa_event_queue_pop (self->events, run_event, self))
    continue;
  self->is_running = FALSE;
}

/* Returns: (transfer none) (nullable) */
AloqaLiveCall *
aloqa_call_controller_find (AloqaCallController *self, guint number)
{
  for (guint i = 0; i < self->calls->len; i++) {
    if (aloqa_live_call_get_number (self->calls->pdata[i]) == number)
      return self->calls->pdata[i];
  }
  return NULL;
}

void
aloqa_call_controller_announce (AloqaCallController *self, AloqaLiveCall *call)
{
  g_signal_emit (self, signals[CALL_ADDED], 0, call);
}

void
aloqa_call_controller_announce_missed (AloqaCallController *self, AloqaContact *contact,
                                       AloqaCallKind kind)
{
  g_signal_emit (self, signals[CALL_MISSED], 0, contact, (int) kind);
}

void
aloqa_call_controller_announce_idle (AloqaCallController *self)
{
  if (aloqa_call_controller_is_idle (self))
    g_signal_emit (self, signals[IDLE], 0);
}

static void
message_cb (AloqaCallController *self, AloqaMessage *message)
{
  aloqa_call_controller_handle (
      &(AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MESSAGE, .message = message }, self);
}

static void
state_cb (AloqaCallController *self)
{
  AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_SIGNALLING_LOST };

  if (aloqa_connection_get_state (self->connection) == ALOQA_CONNECTION_REGISTERED) {
    event.type = ALOQA_CALL_EVENT_SIGNALLING_CONNECTED;
    event.features = aloqa_connection_get_features (self->connection);
  }
  aloqa_call_controller_handle (&event, self);
}

static void
deadline_cb (guint call, AloqaDeadline deadline, gpointer user_data)
{
  const AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_DEADLINE,
                                 .call = call,
                                 .deadline = deadline };

  aloqa_call_controller_handle (&event, user_data);
}

static void
device_changed_cb (AloqaCallController *self, const char *role, const char *source)
{
  AloqaLiveCall *call = aloqa_call_controller_find (self, self->devices_call);

  if (call != NULL)
    aloqa_live_call_show_device (call, role, source);
}

static void
device_error_cb (AloqaCallController *self, const char *role, const GError *error)
{
  AloqaLiveCall *call = aloqa_call_controller_find (self, self->devices_call);

  if (call != NULL)
    aloqa_live_call_show_device_error (call, role, error);
}

static void
device_news_cb (AloqaCallController *self, const char *role, int news, const char *name,
                const char *instead)
{
  AloqaLiveCall *call = aloqa_call_controller_find (self, self->devices_call);

  if (call != NULL)
    aloqa_live_call_show_device_news (call, role, news, name, instead);
}

static void
tone_speaker_cb (AloqaCallController *self)
{
  aloqa_tone_set_sink (self->tone, aloqa_device_follower_get_source (self->tone_speaker));
}

static void
tone_started_cb (AloqaCallController *self)
{
  aloqa_device_follower_note_success (self->tone_speaker);
}

static void
tone_failed_cb (AloqaCallController *self, const GError *error)
{
  aloqa_device_follower_note_failure (self->tone_speaker, error);
}

/* Nothing else of a call that rings has devices yet. */
static void
tone_news_cb (AloqaCallController *self, int news, const char *name, const char *instead)
{
  for (guint i = 0; i < self->calls->len; i++) {
    if (aloqa_live_call_get_phase (self->calls->pdata[i]) < ALOQA_PHASE_ACCEPTED)
      aloqa_live_call_show_device_news (self->calls->pdata[i], "ring", news, name, instead);
  }
}

static void
sharing_cb (AloqaCallController *self, AloqaScreenShare *share)
{
  AloqaLiveCall *call = aloqa_call_controller_find (self, self->devices_call);

  if (call != NULL)
    aloqa_live_call_show_sharing (call, share);
}

static void
aloqa_call_controller_finalize (GObject *object)
{
  AloqaCallController *self = ALOQA_CALL_CONTROLLER (object);

  g_ptr_array_foreach (self->calls, (GFunc) (void (*) (void)) aloqa_live_call_detach, NULL);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->closing);
  aloqa_event_queue_free (self->events);
  g_clear_pointer (&self->deadlines, aloqa_deadlines_free);
  g_clear_pointer (&self->arbiter, aloqa_arbiter_free);
  g_clear_pointer (&self->settings, aloqa_media_settings_free);
  g_clear_pointer (&self->diagnosis, aloqa_path_diagnosis_free);
  g_clear_error (&self->media_error);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_clear_object (&self->trust);
  g_clear_object (&self->dialled);
  g_clear_object (&self->tone_speaker);
  g_clear_object (&self->tone);
  g_clear_object (&self->local);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (aloqa_call_controller_parent_class)->finalize (object);
}

static void
aloqa_call_controller_class_init (AloqaCallControllerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_call_controller_finalize;

  signals[CALL_ADDED] = g_signal_new ("call-added", ALOQA_TYPE_CALL_CONTROLLER, G_SIGNAL_RUN_LAST,
                                      0, NULL, NULL, NULL, G_TYPE_NONE, 1, ALOQA_TYPE_LIVE_CALL);
  signals[CALL_MISSED] =
      g_signal_new ("call-missed", ALOQA_TYPE_CALL_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, ALOQA_TYPE_CONTACT, G_TYPE_INT);
  signals[IDLE] = g_signal_new ("idle", ALOQA_TYPE_CALL_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_call_controller_init (AloqaCallController *self)
{
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->closing = g_ptr_array_new_with_free_func (g_object_unref);
  self->events = aloqa_event_queue_new ();
}

/**
 * aloqa_call_controller_new:
 * @connection: of an account that is signed in
 * @settings: copied
 */
AloqaCallController *
aloqa_call_controller_new (AloqaConnection *connection, AloqaClock *clock,
                           const AloqaMediaSettings *settings)
{
  AloqaCallController *self = g_object_new (ALOQA_TYPE_CALL_CONTROLLER, NULL);
  AloqaScreenShare *share;

  self->connection = g_object_ref (connection);
  self->settings = aloqa_media_settings_copy (settings);
  self->local = aloqa_local_media_new (settings);
  self->tone = aloqa_tone_new (settings->ring_sink);
  self->tone_speaker = aloqa_device_follower_new (ALOQA_DEVICE_SPEAKER, "null");
  aloqa_tone_set_ring (self->tone, settings->ring, settings->ring_volume);
  self->deadlines = aloqa_deadlines_new (clock, deadline_cb, self);
  self->arbiter = aloqa_arbiter_new (aloqa_connection_get_user_id (connection));

  g_signal_connect_object (connection, "message", G_CALLBACK (message_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->local, "device-changed", G_CALLBACK (device_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->local, "device-news", G_CALLBACK (device_news_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tone_speaker, "changed", G_CALLBACK (tone_speaker_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tone_speaker, "news", G_CALLBACK (tone_news_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tone, "started", G_CALLBACK (tone_started_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tone, "failed", G_CALLBACK (tone_failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->local, "error", G_CALLBACK (device_error_cb), self,
                           G_CONNECT_SWAPPED);
  share = aloqa_local_media_get_share (self->local);
  g_signal_connect_object (share, "changed", G_CALLBACK (sharing_cb), self, G_CONNECT_SWAPPED);
  state_cb (self);
  return self;
}

/**
 * aloqa_call_controller_set_ice_servers:
 * @servers: (nullable) (element-type AloqaIceServer): for the calls from now on
 * @trust: (nullable): whose certificates a TURN server over TLS may show; %NULL for the system's
 */
void
aloqa_call_controller_set_ice_servers (AloqaCallController *self, GPtrArray *servers,
                                       GTlsDatabase *trust)
{
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  self->ice_servers = servers != NULL ? g_ptr_array_ref (servers) : NULL;
  g_set_object (&self->trust, trust);
}

/**
 * aloqa_call_controller_set_settings:
 * @settings: copied
 *
 * What the person chose since: devices change in the calls that there are, too; bit rate, codec and
 * relaying from the next call on, for they are part of what was negotiated.
 */
void
aloqa_call_controller_set_settings (AloqaCallController *self, const AloqaMediaSettings *settings)
{
  aloqa_media_settings_free (self->settings);
  self->settings = aloqa_media_settings_copy (settings);
  aloqa_call_controller_place_tone (self);
  aloqa_tone_set_ring (self->tone, settings->ring, settings->ring_volume);
  aloqa_local_media_apply_settings (self->local, settings);
  for (guint i = 0; i < self->calls->len; i++)
    aloqa_call_controller_apply_speaker (self, self->calls->pdata[i]);
}

/* The one in the settings, to the media that @call has now: those of another leg have what was chosen
 * when they were made. */
void
aloqa_call_controller_apply_speaker (AloqaCallController *self, AloqaLiveCall *call)
{
  AloqaCallMedia *media = aloqa_live_call_get_media (call);
  const char *sink = self->settings->audio_sink;
  g_autoptr (GError) error = NULL;

  if (media != NULL && g_strcmp0 (aloqa_call_media_get_speaker (media), sink) != 0 &&
      !aloqa_call_media_set_speaker (media, sink, &error))
    aloqa_live_call_show_device_error (call, "speaker", error);
}

/**
 * aloqa_call_controller_set_speaker:
 * @sink: as media/audio-output.h names it
 * @error: #AloqaMediaError
 *
 * For the calls that there are and will be. Returns: whether it can play there; where it cannot, all
 * stays as it was
 */
gboolean
aloqa_call_controller_set_speaker (AloqaCallController *self, const char *sink, GError **error)
{
  for (guint i = 0; i < self->calls->len; i++) {
    AloqaCallMedia *media = aloqa_live_call_get_media (self->calls->pdata[i]);

    if (media != NULL && !aloqa_call_media_set_speaker (media, sink, error))
      return FALSE;
  }
  g_free (self->settings->audio_sink);
  self->settings->audio_sink = g_strdup (sink);
  return TRUE;
}

/**
 * aloqa_call_controller_set_do_not_disturb:
 * @is_on: whether calls ring unseen from now on, see aloqa_arbiter_set_do_not_disturb(); one that
 *   rings already is still seen, and not heard any more
 */
void
aloqa_call_controller_set_do_not_disturb (AloqaCallController *self, gboolean is_on)
{
  self->do_not_disturb = is_on;
  aloqa_arbiter_set_do_not_disturb (self->arbiter, is_on);
  if (is_on)
    aloqa_call_controller_silence_ringing (self);
}

/* Returns: (transfer none) */
AloqaLocalMedia *
aloqa_call_controller_get_local_media (AloqaCallController *self)
{
  return self->local;
}

/**
 * aloqa_call_controller_dial:
 * @ring_timeout_ms: when to give up, 0 for the usual time
 *
 * Calls @contact. "call-added" follows in any case; where nothing can be sent the call ends at once,
 * with the reason.
 */
void
aloqa_call_controller_dial (AloqaCallController *self, AloqaContact *contact, AloqaCallKind kind,
                            AloqaDialProtocol protocol, guint ring_timeout_ms)
{
  g_autofree char *call_id = g_uuid_string_random ();
  const AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_DIAL,
                                 .peer = aloqa_contact_get_id (contact),
                                 .kind = kind,
                                 .protocol = protocol,
                                 .call_id = call_id,
                                 .ring_timeout_ms = ring_timeout_ms };

  g_set_object (&self->dialled, contact);
  aloqa_call_controller_handle (&event, self);
}

/**
 * aloqa_call_controller_note_network_change:
 *
 * The paths that the calls use may be gone: each looks for a new one, where it can.
 */
void
aloqa_call_controller_note_network_change (AloqaCallController *self)
{
  g_autofree guint *numbers = g_new (guint, self->calls->len);
  guint n_calls = self->calls->len;

  for (guint i = 0; i < n_calls; i++)
    numbers[i] = aloqa_live_call_get_number (self->calls->pdata[i]);
  for (guint i = 0; i < n_calls; i++)
    aloqa_call_controller_handle (
        &(AloqaCallEvent){ .type = ALOQA_CALL_EVENT_NETWORK_CHANGED, .call = numbers[i] }, self);
}

/* Whether there is no call, and nothing left of any call's media. */
gboolean
aloqa_call_controller_is_idle (AloqaCallController *self)
{
  return self->calls->len == 0 && self->closing->len == 0;
}

void
aloqa_call_controller_hang_up_all (AloqaCallController *self)
{
  g_autoptr (GPtrArray) calls =
      g_ptr_array_copy (self->calls, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);

  for (guint i = 0; i < calls->len; i++)
    aloqa_live_call_hang_up (calls->pdata[i]);
}
