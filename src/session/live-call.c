/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/live-call-private.h"

struct _AloqaLiveCall {
  GObject parent_instance;

  guint number;
  AloqaContact *contact;
  AloqaCallKind kind;
  AloqaRole role;
  gboolean is_incoming; /* stays when a glare turns the roles round */
  AloqaPhase phase;
  gboolean is_unseen;
  AloqaFlow flow;
  gboolean is_talking; /* muted, but for a key that is held down */
  gint64 connected_us; /* when it was first connected, 0 before */
  AloqaCallEnd end;

  GPtrArray *legs; /* of AloqaCallMedia or NULL, by number */
  guint active_leg;

  AloqaCallEventFunc send_event; /* NULL once it has ended */
  gpointer user_data;
};

enum { PROP_PHASE = 1, PROP_MUTED, PROP_VIDEO_OFF, PROP_HELD, N_PROPS };

enum {
  FIRST_AUDIO,
  FIRST_VIDEO_FRAME,
  VIDEO_SIZE,
  DEVICE_ERROR,
  DEVICE_CHANGED,
  DEVICE_NEWS,
  SHARING,
  MEDIA_CHANGED,
  NOTICE,
  ENDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaLiveCall, aloqa_live_call, G_TYPE_OBJECT)

static void
send_event (AloqaLiveCall *self, AloqaCallEventType type, gboolean is_on)
{
  const AloqaCallEvent event = { .type = type, .call = self->number, .is_on = is_on };

  if (self->send_event != NULL)
    self->send_event (&event, self->user_data);
}

static void
first_audio_cb (AloqaLiveCall *self, gint64 t_us)
{
  g_signal_emit (self, signals[FIRST_AUDIO], 0, t_us);
}

static void
first_video_frame_cb (AloqaLiveCall *self, gint64 t_us)
{
  g_signal_emit (self, signals[FIRST_VIDEO_FRAME], 0, t_us);
}

static void
video_size_cb (AloqaLiveCall *self, guint width_px, guint height_px)
{
  g_signal_emit (self, signals[VIDEO_SIZE], 0, width_px, height_px);
}

static void
error_cb (AloqaLiveCall *self, const char *role, const GError *error)
{
  g_signal_emit (self, signals[DEVICE_ERROR], 0, role, error);
}

static void
unref_leg (gpointer media)
{
  if (media != NULL)
    g_object_unref (media);
}

static void
aloqa_live_call_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaLiveCall *self = ALOQA_LIVE_CALL (object);

  switch (property_id) {
  case PROP_PHASE:
    g_value_set_int (value, (int) self->phase);
    break;
  case PROP_MUTED:
    g_value_set_boolean (value, self->flow.is_muted);
    break;
  case PROP_VIDEO_OFF:
    g_value_set_boolean (value, !self->flow.send_video);
    break;
  case PROP_HELD:
    g_value_set_boolean (value, self->flow.is_held);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_live_call_finalize (GObject *object)
{
  AloqaLiveCall *self = ALOQA_LIVE_CALL (object);

  g_ptr_array_unref (self->legs);
  g_object_unref (self->contact);
  g_free (self->end.detail);

  G_OBJECT_CLASS (aloqa_live_call_parent_class)->finalize (object);
}

static void
new_signal (guint signal, const char *name, guint n_params, GType first, GType second)
{
  signals[signal] = g_signal_new (name, ALOQA_TYPE_LIVE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, n_params, first, second);
}

static void
aloqa_live_call_class_init (AloqaLiveCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = aloqa_live_call_get_property;
  object_class->finalize = aloqa_live_call_finalize;

  properties[PROP_PHASE] =
      g_param_spec_int ("phase", NULL, NULL, 0, ALOQA_N_PHASES - 1, ALOQA_PHASE_NEW, flags);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags);
  properties[PROP_VIDEO_OFF] = g_param_spec_boolean ("video-off", NULL, NULL, FALSE, flags);
  properties[PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  new_signal (FIRST_AUDIO, "first-audio", 1, G_TYPE_INT64, 0);
  new_signal (FIRST_VIDEO_FRAME, "first-video-frame", 1, G_TYPE_INT64, 0);
  new_signal (VIDEO_SIZE, "video-size", 2, G_TYPE_UINT, G_TYPE_UINT);
  new_signal (DEVICE_ERROR, "device-error", 2, G_TYPE_STRING, G_TYPE_ERROR);
  new_signal (DEVICE_CHANGED, "device-changed", 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[DEVICE_NEWS] =
      g_signal_new ("device-news", ALOQA_TYPE_LIVE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
  new_signal (SHARING, "sharing", 1, ALOQA_TYPE_SCREEN_SHARE, 0);
  new_signal (MEDIA_CHANGED, "media-changed", 0, 0, 0);
  new_signal (NOTICE, "notice", 1, G_TYPE_UINT, 0);
  new_signal (ENDED, "ended", 0, 0, 0);
}

static void
aloqa_live_call_init (AloqaLiveCall *self)
{
  self->legs = g_ptr_array_new_with_free_func (unref_leg);
}

AloqaLiveCall *
aloqa_live_call_new (guint number, AloqaContact *contact, AloqaCallKind kind, AloqaRole role,
                     AloqaCallEventFunc send_event_func, gpointer user_data)
{
  AloqaLiveCall *self = g_object_new (ALOQA_TYPE_LIVE_CALL, NULL);

  self->number = number;
  self->contact = g_object_ref (contact);
  self->kind = kind;
  self->role = role;
  self->is_incoming = role == ALOQA_ROLE_CALLEE;
  self->send_event = send_event_func;
  self->user_data = user_data;
  return self;
}

void
aloqa_live_call_show_phase (AloqaLiveCall *self, AloqaPhase phase, AloqaCallKind kind,
                            gboolean is_unseen)
{
  self->kind = kind;
  self->is_unseen = is_unseen;
  if (phase == ALOQA_PHASE_CONNECTED && self->connected_us == 0)
    self->connected_us = g_get_monotonic_time ();
  if (phase == self->phase)
    return;

  g_debug ("Call %u: %s → %s", self->number, aloqa_phase_to_string (self->phase),
           aloqa_phase_to_string (phase));
  self->phase = phase;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PHASE]);
}

static void
tell_media_change (AloqaLiveCall *self, AloqaCallMedia *before)
{
  if (aloqa_live_call_get_media (self) != before)
    g_signal_emit (self, signals[MEDIA_CHANGED], 0);
}

/* Only the leg in use is heard. */
static void
apply_playing (AloqaLiveCall *self)
{
  for (guint i = 0; i < self->legs->len; i++) {
    if (self->legs->pdata[i] != NULL)
      aloqa_call_media_set_playing (self->legs->pdata[i], self->flow.play && i == self->active_leg);
  }
}

void
aloqa_live_call_show_flow (AloqaLiveCall *self, const AloqaFlow *flow)
{
  AloqaFlow before = self->flow;

  self->flow = *flow;
  apply_playing (self);
  if (before.is_muted != flow->is_muted)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MUTED]);
  if (before.send_video != flow->send_video)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIDEO_OFF]);
  if (before.is_held != flow->is_held)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
}

static void
explain_path (AloqaCallEnd *end, AloqaPathDiagnosis *diagnosis)
{
  g_autofree char *detail = NULL;

  end->trouble = aloqa_path_diagnosis_conclude (diagnosis, &detail);
  if (detail == NULL)
    return;
  g_free (end->detail);
  end->detail = g_steal_pointer (&detail);
}

/*
 * The last thing that is shown of a call: after it nothing is sent and nothing is heard of it.
 * @diagnosis: (nullable): what has been found out while it was connecting
 */
void
aloqa_live_call_show_end (AloqaLiveCall *self, const AloqaEffect *effect,
                          AloqaPathDiagnosis *diagnosis)
{
  self->end.reason = effect->ended;
  self->end.cause = effect->cause;
  self->end.suggestion = effect->suggestion;
  self->end.detail = g_strdup (effect->detail);
  /* Whoever gives up first tells the other one, who has not been connected either. */
  if (diagnosis != NULL && (effect->ended == ALOQA_ENDED_COULD_NOT_CONNECT ||
                            effect->ended == ALOQA_ENDED_REMOTE_HUNG_UP))
    explain_path (&self->end, diagnosis);
  /* It may name a server. */
  if (self->end.detail != NULL)
    g_debug ("Call %u ended: %s", self->number, self->end.detail);
  self->end.was_connected = self->connected_us != 0;
  self->end.duration_us = aloqa_live_call_get_duration_us (self);
  self->send_event = NULL;
  aloqa_live_call_show_phase (self, ALOQA_PHASE_ENDED, self->kind, FALSE);
  g_signal_emit (self, signals[ENDED], 0);
}

void
aloqa_live_call_show_notice (AloqaLiveCall *self, AloqaNotice notice)
{
  g_signal_emit (self, signals[NOTICE], 0, (guint) notice);
}

void
aloqa_live_call_show_device (AloqaLiveCall *self, const char *role, const char *source)
{
  g_signal_emit (self, signals[DEVICE_CHANGED], 0, role, source);
}

void
aloqa_live_call_show_device_error (AloqaLiveCall *self, const char *role, const GError *error)
{
  g_signal_emit (self, signals[DEVICE_ERROR], 0, role, error);
}

void
aloqa_live_call_show_device_news (AloqaLiveCall *self, const char *role, int news, const char *name,
                                  const char *instead)
{
  g_signal_emit (self, signals[DEVICE_NEWS], 0, role, news, name, instead);
}

void
aloqa_live_call_show_sharing (AloqaLiveCall *self, AloqaScreenShare *share)
{
  g_signal_emit (self, signals[SHARING], 0, share);
}

/**
 * aloqa_live_call_set_leg:
 * @media: (nullable): the media of a leg, or %NULL once they are stopped
 */
void
aloqa_live_call_set_leg (AloqaLiveCall *self, guint leg, AloqaCallMedia *media)
{
  const struct {
    const char *signal;
    GCallback callback;
  } rows[] = {
    { "first-audio", G_CALLBACK (first_audio_cb) },
    { "first-video-frame", G_CALLBACK (first_video_frame_cb) },
    { "video-size", G_CALLBACK (video_size_cb) },
    { "error", G_CALLBACK (error_cb) },
    { "device-news", G_CALLBACK (aloqa_live_call_show_device_news) },
  };
  AloqaCallMedia *before = aloqa_live_call_get_media (self); /* only compared from here on */

  if (self->legs->len <= leg)
    g_ptr_array_set_size (self->legs, (int) leg + 1);
  unref_leg (self->legs->pdata[leg]);
  self->legs->pdata[leg] = media != NULL ? g_object_ref (media) : NULL;

  for (gsize i = 0; media != NULL && i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (media, rows[i].signal, rows[i].callback, self, G_CONNECT_SWAPPED);

  /* A call that changed sides begins anew with another leg. */
  if (media != NULL && aloqa_live_call_get_media (self) == NULL) {
    self->active_leg = leg;
    apply_playing (self);
  }
  tell_media_change (self, before);
}

/* The person wants this call: media may flow on each of its legs. */
void
aloqa_live_call_open_legs (AloqaLiveCall *self)
{
  for (guint i = 0; i < self->legs->len; i++) {
    if (self->legs->pdata[i] != NULL)
      aloqa_call_media_open (self->legs->pdata[i]);
  }
}

/* Returns: (transfer none) (nullable): the media of that leg while they run */
AloqaCallMedia *
aloqa_live_call_get_leg (AloqaLiveCall *self, guint leg)
{
  return leg < self->legs->len ? self->legs->pdata[leg] : NULL;
}

void
aloqa_live_call_switch_leg (AloqaLiveCall *self, guint leg)
{
  AloqaCallMedia *before = aloqa_live_call_get_media (self);

  self->active_leg = leg;
  apply_playing (self);
  tell_media_change (self, before);
}

/* The controller goes away: wishes lead nowhere from here on. */
void
aloqa_live_call_detach (AloqaLiveCall *self)
{
  self->send_event = NULL;
}

guint
aloqa_live_call_get_number (AloqaLiveCall *self)
{
  return self->number;
}

/* Returns: (transfer none): the person on the other side */
AloqaContact *
aloqa_live_call_get_contact (AloqaLiveCall *self)
{
  return self->contact;
}

AloqaCallKind
aloqa_live_call_get_kind (AloqaLiveCall *self)
{
  return self->kind;
}

gboolean
aloqa_live_call_is_incoming (AloqaLiveCall *self)
{
  return self->is_incoming;
}

gboolean
aloqa_live_call_is_ringing (AloqaLiveCall *self)
{
  return !self->is_unseen &&
         (self->phase == ALOQA_PHASE_INCOMING || self->phase == ALOQA_PHASE_INCOMING_OFFER);
}

gboolean
aloqa_live_call_is_unseen (AloqaLiveCall *self)
{
  return self->is_unseen;
}

AloqaPhase
aloqa_live_call_get_phase (AloqaLiveCall *self)
{
  return self->phase;
}

const AloqaFlow *
aloqa_live_call_get_flow (AloqaLiveCall *self)
{
  return &self->flow;
}

/* How long it has been connected, in microseconds; 0 before. */
gint64
aloqa_live_call_get_duration_us (AloqaLiveCall *self)
{
  return self->connected_us != 0 ? g_get_monotonic_time () - self->connected_us : 0;
}

/* Of use in and after "ended". */
const AloqaCallEnd *
aloqa_live_call_get_end (AloqaLiveCall *self)
{
  return &self->end;
}

/* Returns: (transfer none) (nullable): the media that are shown and played, if there are any */
AloqaCallMedia *
aloqa_live_call_get_media (AloqaLiveCall *self)
{
  return aloqa_live_call_get_leg (self, self->active_leg);
}

/**
 * aloqa_live_call_accept:
 * @with_video: whether the camera is on from the start, where it is a call with video
 *
 * Answers a call that rings here.
 */
void
aloqa_live_call_accept (AloqaLiveCall *self, gboolean with_video)
{
  send_event (self, ALOQA_CALL_EVENT_ACCEPT, with_video);
}

void
aloqa_live_call_reject (AloqaLiveCall *self)
{
  send_event (self, ALOQA_CALL_EVENT_REJECT, FALSE);
}

/* Cancels, rejects or hangs up, as the phase asks. */
void
aloqa_live_call_hang_up (AloqaLiveCall *self)
{
  send_event (self, ALOQA_CALL_EVENT_HANG_UP, FALSE);
}

void
aloqa_live_call_set_muted (AloqaLiveCall *self, gboolean is_muted)
{
  self->is_talking = FALSE; /* what the person chooses stays when they let the key go */
  send_event (self, ALOQA_CALL_EVENT_SET_MUTED, is_muted);
}

/**
 * aloqa_live_call_set_talking:
 * @is_talking: whether the key is held down
 *
 * Push-to-talk: who is muted is heard as long as a key is held down. Who is not muted need not hold it,
 * and stays heard when it is let go. Held down again without having been let go means that nobody tells
 * of that, as on some desktops: there one press begins, and the next one ends.
 */
void
aloqa_live_call_set_talking (AloqaLiveCall *self, gboolean is_talking)
{
  is_talking = is_talking && !self->is_talking;
  if (is_talking ? !self->flow.is_muted : !self->is_talking)
    return;
  aloqa_live_call_set_muted (self, !is_talking);
  self->is_talking = is_talking;
}

void
aloqa_live_call_set_video (AloqaLiveCall *self, gboolean is_on)
{
  send_event (self, ALOQA_CALL_EVENT_SET_VIDEO, is_on);
}

void
aloqa_live_call_set_held (AloqaLiveCall *self, gboolean is_held)
{
  send_event (self, ALOQA_CALL_EVENT_SET_HELD, is_held);
}
