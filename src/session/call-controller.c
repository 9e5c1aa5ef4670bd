/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/call-controller.h"

#include "call/arbiter.h"
#include "media/tone.h"
#include "session/deadlines.h"
#include "session/live-call-private.h"

struct _AloqaCallController {
  GObject parent_instance;

  AloqaConnection *connection;
  AloqaArbiter *arbiter;
  AloqaDeadlines *deadlines;
  AloqaMediaSettings *settings;
  AloqaLocalMedia *local;
  AloqaTone *tone;
  GPtrArray *ice_servers; /* or NULL */
  GTlsDatabase *trust;    /* or NULL */

  GPtrArray *calls;      /* of AloqaLiveCall */
  GPtrArray *closing;    /* of AloqaCallMedia */
  AloqaContact *dialled; /* the last one, or NULL */
  guint devices_call;    /* whose the devices are, 0 for nobody's */

  GQueue events; /* of PendingEvent: an effect's consequences wait for the next turn */
  gboolean is_running;
};

enum { CALL_ADDED, CALL_MISSED, IDLE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallController, aloqa_call_controller, G_TYPE_OBJECT)

/* An event that owns what the plain one borrows. */
typedef struct {
  AloqaCallEvent event;
  char *call_id, *sdp, *detail;
} PendingEvent;

static PendingEvent *
copy_event (const AloqaCallEvent *event)
{
  PendingEvent *copy = g_new0 (PendingEvent, 1);

  copy->event = *event;
  copy->event.call_id = copy->call_id = g_strdup (event->call_id);
  copy->event.sdp = copy->sdp = g_strdup (event->sdp);
  copy->event.detail = copy->detail = g_strdup (event->detail);
  if (event->message != NULL)
    aloqa_message_ref (event->message);
  if (event->candidate != NULL)
    aloqa_candidate_ref (event->candidate);
  return copy;
}

static void
free_event (gpointer user_data)
{
  PendingEvent *pending = user_data;

  g_clear_pointer (&pending->event.message, aloqa_message_unref);
  g_clear_pointer (&pending->event.candidate, aloqa_candidate_unref);
  g_free (pending->call_id);
  g_free (pending->sdp);
  g_free (pending->detail);
  g_free (pending);
}

static AloqaLiveCall *
find_call (AloqaCallController *self, guint number)
{
  for (guint i = 0; i < self->calls->len; i++) {
    if (aloqa_live_call_get_number (self->calls->pdata[i]) == number)
      return self->calls->pdata[i];
  }
  return NULL;
}

static void
emit_idle_if_so (AloqaCallController *self)
{
  if (aloqa_call_controller_is_idle (self))
    g_signal_emit (self, signals[IDLE], 0);
}

/* Effects on what runs; each does one type. */

static void
send_message (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_connection_send (self->connection, effect->message);
}

static void
start_ringtone (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_tone_start (self->tone, ALOQA_TONE_RING);
}

static void
start_ringback (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_tone_start (self->tone, ALOQA_TONE_RINGBACK);
}

static void
stop_tone (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_tone_stop (self->tone);
}

static void
open_devices (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  self->devices_call = effect->call;
  aloqa_local_media_open (self->local, effect->kind == ALOQA_CALL_VIDEO);
  aloqa_live_call_open_legs (call);
}

static void
close_devices (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (self->devices_call != effect->call)
    return;

  self->devices_call = 0;
  aloqa_local_media_close (self->local);
}

static void
set_flow (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (self->devices_call == effect->call)
    aloqa_local_media_set_flow (self->local, &effect->flow);
  aloqa_live_call_show_flow (call, &effect->flow);
}

static void
create_offer (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_create_offer (media);
}

static void
accept_offer (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_accept_offer (media, effect->sdp);
}

static void
apply_answer (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_apply_answer (media, effect->sdp);
}

static void
add_candidate (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_add_candidate (media, effect->candidate);
}

static void
switch_leg (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_live_call_switch_leg (call, effect->leg);
}

static void
start_deadline (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_deadlines_start (self->deadlines, effect->call, effect->deadline, effect->duration_ms);
}

static void
stop_deadline (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_deadlines_stop (self->deadlines, effect->call, effect->deadline);
}

static void
show_notice (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_live_call_show_notice (call, effect->notice);
}

static AloqaContact *
make_contact (AloqaCallController *self, const AloqaEffect *effect)
{
  g_autofree char *name = NULL;

  if (effect->caller != NULL)
    return aloqa_contact_new_from_caller (effect->caller);
  if (self->dialled != NULL && aloqa_contact_get_id (self->dialled) == effect->peer)
    return g_object_ref (self->dialled);

  /* A server that does not say who calls; the number is better than nothing. */
  name = g_strdup_printf ("%" G_GINT64_FORMAT, effect->peer);
  return aloqa_contact_new (effect->peer, name, NULL, NULL);
}

static void
report_missed (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  g_autoptr (AloqaContact) contact = make_contact (self, effect);

  g_signal_emit (self, signals[CALL_MISSED], 0, contact, (int) effect->kind);
}

static void
end_call (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  g_autoptr (AloqaLiveCall) held = g_object_ref (call);

  g_ptr_array_remove (self->calls, call);
  aloqa_live_call_show_end (held, effect);
  emit_idle_if_so (self);
}

static void handle_event (const AloqaCallEvent *event, gpointer user_data);

/* A leg's media, and the facts that come from them. */

typedef struct {
  AloqaCallController *self; /* held until the media are closed */
  guint call;
  guint leg;
} LegRef;

static void
free_leg_ref (gpointer data, GClosure *closure)
{
  LegRef *ref = data;

  g_object_unref (ref->self);
  g_free (ref);
}

static void
send_leg_event (LegRef *ref, AloqaCallEvent event)
{
  event.call = ref->call;
  event.leg = ref->leg;
  handle_event (&event, ref->self);
}

static void
offer_ready_cb (AloqaCallMedia *media, const char *sdp, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_OFFER_READY, .sdp = sdp });
}

static void
answer_ready_cb (AloqaCallMedia *media, const char *sdp, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_ANSWER_READY, .sdp = sdp });
}

static void
local_candidate_cb (AloqaCallMedia *media, AloqaCandidate *candidate, LegRef *ref)
{
  send_leg_event (
      ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_LOCAL_CANDIDATE, .candidate = candidate });
}

static void
connected_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_CONNECTED });
}

static void
first_audio_cb (AloqaCallMedia *media, gint64 t_us, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_FIRST_MEDIA });
}

static void
silent_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_SILENT });
}

static void
resumed_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_RESUMED });
}

static void
dead_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_DEAD });
}

static AloqaMediaCause
get_cause (const GError *error)
{
  if (error->domain != ALOQA_PEER_ERROR)
    return ALOQA_MEDIA_CAUSE_ERROR;

  switch ((AloqaPeerError) error->code) {
  case ALOQA_PEER_ERROR_NO_PATH:
  case ALOQA_PEER_ERROR_DTLS:
    return ALOQA_MEDIA_CAUSE_NO_PATH;
  case ALOQA_PEER_ERROR_FINGERPRINT:
    return ALOQA_MEDIA_CAUSE_FINGERPRINT;
  case ALOQA_PEER_ERROR_BAD_SDP:
  case ALOQA_PEER_ERROR_NO_CODEC:
    return ALOQA_MEDIA_CAUSE_DESCRIPTION;
  case ALOQA_PEER_ERROR_MEDIA:
  case ALOQA_PEER_ERROR_MISSING:
  case ALOQA_PEER_ERROR_BAD_SERVER:
  case ALOQA_PEER_ERROR_CLOSED:
  default:
    return ALOQA_MEDIA_CAUSE_ERROR;
  }
}

static void
failed_cb (AloqaCallMedia *media, const GError *error, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_FAILED,
                                         .cause = get_cause (error),
                                         .detail = error->message });
}

static void
media_closed_cb (AloqaCallMedia *media, LegRef *ref)
{
  g_ptr_array_remove_fast (ref->self->closing, media);
  emit_idle_if_so (ref->self);
}

static void
connect_leg (AloqaCallController *self, AloqaCallMedia *media, guint call, guint leg)
{
  const struct {
    const char *signal;
    GCallback callback;
  } rows[] = {
    { "offer-ready", G_CALLBACK (offer_ready_cb) },
    { "answer-ready", G_CALLBACK (answer_ready_cb) },
    { "local-candidate", G_CALLBACK (local_candidate_cb) },
    { "connected", G_CALLBACK (connected_cb) },
    { "first-audio", G_CALLBACK (first_audio_cb) },
    { "silent", G_CALLBACK (silent_cb) },
    { "resumed", G_CALLBACK (resumed_cb) },
    { "dead", G_CALLBACK (dead_cb) },
    { "failed", G_CALLBACK (failed_cb) },
    { "closed", G_CALLBACK (media_closed_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    LegRef *ref = g_new0 (LegRef, 1);

    *ref = (LegRef){ g_object_ref (self), call, leg };
    g_signal_connect_data (media, rows[i].signal, rows[i].callback, ref, free_leg_ref, 0);
  }
}

static void
prepare_media (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  g_autoptr (AloqaCallMedia) media = NULL;
  AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;

  config.role = effect->role == ALOQA_ROLE_CALLER ? ALOQA_PEER_CALLER : ALOQA_PEER_CALLEE;
  config.has_video = effect->kind == ALOQA_CALL_VIDEO;
  config.video_codec = self->settings->video_codec;
  config.ice_servers = self->ice_servers;
  config.is_relay_only = self->settings->is_relay_only;
  config.tls_database = self->trust;
  config.max_kbps = self->settings->max_kbps;
  config.initial_kbps = MIN (config.initial_kbps, config.max_kbps);
  config.min_kbps = MIN (config.min_kbps, config.max_kbps);

  media = aloqa_call_media_new (self->settings, self->local, &config);
  connect_leg (self, media, effect->call, effect->leg);
  aloqa_live_call_set_leg (call, effect->leg, media);
  aloqa_call_media_prepare (media);
  if (self->devices_call == effect->call)
    aloqa_live_call_open_legs (call);
}

static void
stop_media (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media == NULL)
    return;

  g_ptr_array_add (self->closing, g_object_ref (media));
  aloqa_call_media_close (media);
  aloqa_live_call_set_leg (call, effect->leg, NULL);
}

static void
show_phase (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (call == NULL) {
    g_autoptr (AloqaContact) contact = make_contact (self, effect);

    call =
        aloqa_live_call_new (effect->call, contact, effect->kind, effect->role, handle_event, self);
    g_ptr_array_add (self->calls, call);
    g_signal_emit (self, signals[CALL_ADDED], 0, call);
  }
  aloqa_live_call_show_phase (call, effect->phase, effect->kind);
}

typedef struct {
  void (*run) (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect);
  gboolean needs_call;
} Runner;

static const Runner runners[] = {
  [ALOQA_EFFECT_SEND] = { send_message, FALSE },
  [ALOQA_EFFECT_START_RINGTONE] = { start_ringtone, FALSE },
  [ALOQA_EFFECT_STOP_RINGTONE] = { stop_tone, FALSE },
  [ALOQA_EFFECT_START_RINGBACK] = { start_ringback, FALSE },
  [ALOQA_EFFECT_STOP_RINGBACK] = { stop_tone, FALSE },
  [ALOQA_EFFECT_PREPARE_MEDIA] = { prepare_media, TRUE },
  [ALOQA_EFFECT_STOP_MEDIA] = { stop_media, TRUE },
  [ALOQA_EFFECT_OPEN_DEVICES] = { open_devices, TRUE },
  [ALOQA_EFFECT_CLOSE_DEVICES] = { close_devices, FALSE },
  [ALOQA_EFFECT_SET_FLOW] = { set_flow, TRUE },
  [ALOQA_EFFECT_CREATE_OFFER] = { create_offer, TRUE },
  [ALOQA_EFFECT_ACCEPT_OFFER] = { accept_offer, TRUE },
  [ALOQA_EFFECT_APPLY_ANSWER] = { apply_answer, TRUE },
  [ALOQA_EFFECT_ADD_CANDIDATE] = { add_candidate, TRUE },
  [ALOQA_EFFECT_SWITCH_LEG] = { switch_leg, TRUE },
  [ALOQA_EFFECT_START_DEADLINE] = { start_deadline, FALSE },
  [ALOQA_EFFECT_STOP_DEADLINE] = { stop_deadline, FALSE },
  [ALOQA_EFFECT_SHOW_PHASE] = { show_phase, FALSE },
  [ALOQA_EFFECT_SHOW_NOTICE] = { show_notice, TRUE },
  [ALOQA_EFFECT_MISSED_CALL] = { report_missed, FALSE },
  [ALOQA_EFFECT_ENDED] = { end_call, TRUE },
};

static void
run_effect (AloqaCallController *self, const AloqaEffect *effect)
{
  AloqaLiveCall *call = find_call (self, effect->call);
  const Runner *runner = &runners[effect->type];

  g_debug ("Call %u: %s", effect->call, aloqa_effect_type_to_string (effect->type));
  if (call != NULL || !runner->needs_call)
    runner->run (self, call, effect);
  else
    g_warning ("Call %u is not known for %s", effect->call,
               aloqa_effect_type_to_string (effect->type));
}

/* Runs @event, or leaves it to the turn that is running already. */
static void
handle_event (const AloqaCallEvent *event, gpointer user_data)
{
  AloqaCallController *self = user_data;
  g_autoptr (AloqaCallController) held = g_object_ref (self);
  PendingEvent *pending;

  g_queue_push_tail (&self->events, copy_event (event));
  if (self->is_running)
    return;

  self->is_running = TRUE;
  while ((pending = g_queue_pop_head (&self->events)) != NULL) {
    g_autoptr (GPtrArray) effects = aloqa_arbiter_handle (self->arbiter, &pending->event);

    for (guint i = 0; i < effects->len; i++)
      run_effect (self, effects->pdata[i]);
    free_event (pending);
  }
  self->is_running = FALSE;
}

static void
message_cb (AloqaCallController *self, AloqaMessage *message)
{
  handle_event (&(AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MESSAGE, .message = message }, self);
}

static void
state_cb (AloqaCallController *self)
{
  AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_SIGNALLING_LOST };

  if (aloqa_connection_get_state (self->connection) == ALOQA_CONNECTION_REGISTERED) {
    event.type = ALOQA_CALL_EVENT_SIGNALLING_CONNECTED;
    event.features = aloqa_connection_get_features (self->connection);
  }
  handle_event (&event, self);
}

static void
deadline_cb (guint call, AloqaDeadline deadline, gpointer user_data)
{
  const AloqaCallEvent event = { .type = ALOQA_CALL_EVENT_DEADLINE,
                                 .call = call,
                                 .deadline = deadline };

  handle_event (&event, user_data);
}

static void
device_changed_cb (AloqaCallController *self, const char *role, const char *source)
{
  AloqaLiveCall *call = find_call (self, self->devices_call);

  if (call != NULL)
    aloqa_live_call_show_device (call, role, source);
}

static void
device_error_cb (AloqaCallController *self, const char *role, const GError *error)
{
  AloqaLiveCall *call = find_call (self, self->devices_call);

  if (call != NULL)
    aloqa_live_call_show_device_error (call, role, error);
}

static void
aloqa_call_controller_finalize (GObject *object)
{
  AloqaCallController *self = ALOQA_CALL_CONTROLLER (object);

  g_ptr_array_foreach (self->calls, (GFunc) (void (*) (void)) aloqa_live_call_detach, NULL);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->closing);
  g_queue_clear_full (&self->events, free_event);
  g_clear_pointer (&self->deadlines, aloqa_deadlines_free);
  g_clear_pointer (&self->arbiter, aloqa_arbiter_free);
  g_clear_pointer (&self->settings, aloqa_media_settings_free);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_clear_object (&self->trust);
  g_clear_object (&self->dialled);
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
  g_queue_init (&self->events);
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

  self->connection = g_object_ref (connection);
  self->settings = aloqa_media_settings_copy (settings);
  self->local = aloqa_local_media_new (settings);
  self->tone = aloqa_tone_new (settings->ring_sink);
  self->deadlines = aloqa_deadlines_new (clock, deadline_cb, self);
  self->arbiter = aloqa_arbiter_new (aloqa_connection_get_user_id (connection));

  g_signal_connect_object (connection, "message", G_CALLBACK (message_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->local, "device-changed", G_CALLBACK (device_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->local, "error", G_CALLBACK (device_error_cb), self,
                           G_CONNECT_SWAPPED);
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
  handle_event (&event, self);
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
    handle_event (&(AloqaCallEvent){ .type = ALOQA_CALL_EVENT_NETWORK_CHANGED, .call = numbers[i] },
                  self);
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
