/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calls.h"

#include "ui/settings.h"

/* As long as the programs of the other side ring. */
#define RING_TIMEOUT_MS 45000

struct _AloqaCalls {
  GObject parent_instance;

  GSettings *settings;
  AloqaSession *session; /* or NULL */
  AloqaLiveCall *ringing, *running;
};

enum { PROP_RINGING = 1, PROP_RUNNING, N_PROPS };
enum { REFUSED, MISSED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCalls, aloqa_calls, G_TYPE_OBJECT)

static void
set_call (AloqaCalls *self, AloqaLiveCall **place, AloqaLiveCall *call, guint property)
{
  if (g_set_object (place, call))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_ringing (AloqaCalls *self, AloqaLiveCall *call)
{
  set_call (self, &self->ringing, call, PROP_RINGING);
}

static void
set_running (AloqaCalls *self, AloqaLiveCall *call)
{
  set_call (self, &self->running, call, PROP_RUNNING);
}

static void
ended_cb (AloqaCalls *self, AloqaLiveCall *call)
{
  if (call == self->running)
    set_running (self, NULL);
  else if (!aloqa_live_call_is_incoming (call))
    g_signal_emit (self, signals[REFUSED], 0, call);
}

static void
phase_cb (AloqaCalls *self, GParamSpec *pspec, AloqaLiveCall *call)
{
  if (aloqa_live_call_is_ringing (call))
    set_ringing (self, call);
  else if (call == self->ringing)
    set_ringing (self, NULL);
  if (!aloqa_live_call_is_ringing (call) && !aloqa_live_call_is_unseen (call) &&
      aloqa_live_call_get_phase (call) != ALOQA_PHASE_ENDED)
    set_running (self, call);
}

/* It is not known yet what becomes of it; one that is refused leaves the others as they are. */
static void
call_added_cb (AloqaCalls *self, AloqaLiveCall *call)
{
  g_signal_connect_object (call, "notify::phase", G_CALLBACK (phase_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
}

static void
call_missed_cb (AloqaCalls *self, AloqaContact *contact, int kind)
{
  g_signal_emit (self, signals[MISSED], 0, contact, kind);
}

static void
do_not_disturb_cb (AloqaCalls *self)
{
  if (self->session != NULL)
    aloqa_call_controller_set_do_not_disturb (
        aloqa_session_get_controller (self->session),
        g_settings_get_boolean (self->settings, "do-not-disturb"));
}

static void
aloqa_calls_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaCalls *self = ALOQA_CALLS (object);

  switch (property_id) {
  case PROP_RINGING:
    g_value_set_object (value, self->ringing);
    break;
  case PROP_RUNNING:
    g_value_set_object (value, self->running);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_calls_dispose (GObject *object)
{
  AloqaCalls *self = ALOQA_CALLS (object);

  aloqa_calls_set_session (self, NULL);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aloqa_calls_parent_class)->dispose (object);
}

static void
aloqa_calls_class_init (AloqaCallsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = aloqa_calls_get_property;
  object_class->dispose = aloqa_calls_dispose;

  properties[PROP_RINGING] =
      g_param_spec_object ("ringing", NULL, NULL, ALOQA_TYPE_LIVE_CALL, flags);
  properties[PROP_RUNNING] =
      g_param_spec_object ("running", NULL, NULL, ALOQA_TYPE_LIVE_CALL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[REFUSED] = g_signal_new ("refused", ALOQA_TYPE_CALLS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, ALOQA_TYPE_LIVE_CALL);
  signals[MISSED] = g_signal_new ("missed", ALOQA_TYPE_CALLS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, ALOQA_TYPE_CONTACT, G_TYPE_INT);
}

static void
aloqa_calls_init (AloqaCalls *self)
{
}

AloqaCalls *
aloqa_calls_new (GSettings *settings)
{
  AloqaCalls *self = g_object_new (ALOQA_TYPE_CALLS, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::do-not-disturb", G_CALLBACK (do_not_disturb_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}

/* %NULL when nobody is signed in any more. */
void
aloqa_calls_set_session (AloqaCalls *self, AloqaSession *session)
{
  AloqaCallController *controller;

  if (self->session == session)
    return;

  if (self->session != NULL) {
    controller = aloqa_session_get_controller (self->session);
    g_signal_handlers_disconnect_by_data (controller, self);
  }
  set_ringing (self, NULL);
  set_running (self, NULL);
  g_set_object (&self->session, session);
  if (session == NULL)
    return;

  controller = aloqa_session_get_controller (session);
  g_signal_connect_swapped (controller, "call-added", G_CALLBACK (call_added_cb), self);
  g_signal_connect_swapped (controller, "call-missed", G_CALLBACK (call_missed_cb), self);
  do_not_disturb_cb (self);
}

/**
 * aloqa_calls_dial:
 * @protocol: what to dial by; %ALOQA_DIAL_AUTO for what is known to work with @contact
 *
 * To dial somebody whose call rings here, seen or unseen, is to answer it.
 */
void
aloqa_calls_dial (AloqaCalls *self, AloqaContact *contact, AloqaCallKind kind,
                  AloqaDialProtocol protocol)
{
  if (self->session == NULL)
    return;
  protocol =
      aloqa_roster_choose_protocol (aloqa_session_get_roster (self->session), contact, protocol);
  aloqa_call_controller_dial (aloqa_session_get_controller (self->session), contact, kind, protocol,
                              RING_TIMEOUT_MS);
}

/* The same by the protocol that the person chose for all calls. */
void
aloqa_calls_dial_as_chosen (AloqaCalls *self, AloqaContact *contact, AloqaCallKind kind)
{
  aloqa_calls_dial (self, contact, kind, aloqa_settings_get_protocol (self->settings));
}

void
aloqa_calls_answer (AloqaCalls *self, gboolean with_video)
{
  if (self->ringing != NULL)
    aloqa_live_call_accept (self->ringing, with_video);
}

void
aloqa_calls_decline (AloqaCalls *self)
{
  if (self->ringing != NULL)
    aloqa_live_call_reject (self->ringing);
}

void
aloqa_calls_hang_up (AloqaCalls *self)
{
  if (self->running != NULL)
    aloqa_live_call_hang_up (self->running);
}

void
aloqa_calls_toggle_mute (AloqaCalls *self)
{
  if (self->running != NULL)
    aloqa_live_call_set_muted (self->running, !aloqa_live_call_get_flow (self->running)->is_muted);
}

/* What is on hold shows nothing, before and after. */
void
aloqa_calls_toggle_camera (AloqaCalls *self)
{
  if (self->running != NULL && !aloqa_live_call_get_flow (self->running)->is_held)
    aloqa_live_call_set_video (self->running,
                               !aloqa_live_call_get_flow (self->running)->send_video);
}

void
aloqa_calls_toggle_hold (AloqaCalls *self)
{
  AloqaPhase phase;

  if (self->running == NULL)
    return;
  phase = aloqa_live_call_get_phase (self->running);
  if (phase == ALOQA_PHASE_CONNECTED || phase == ALOQA_PHASE_RECONNECTING)
    aloqa_live_call_set_held (self->running, !aloqa_live_call_get_flow (self->running)->is_held);
}

/* As aloqa_live_call_set_talking() does. */
void
aloqa_calls_set_talking (AloqaCalls *self, gboolean is_talking)
{
  if (self->running != NULL)
    aloqa_live_call_set_talking (self->running, is_talking);
}

/* Returns: (transfer none) (nullable) */
AloqaLiveCall *
aloqa_calls_get_ringing (AloqaCalls *self)
{
  return self->ringing;
}

/* Returns: (transfer none) (nullable) */
AloqaLiveCall *
aloqa_calls_get_running (AloqaCalls *self)
{
  return self->running;
}
