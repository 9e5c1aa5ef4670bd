/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-monitor.h"

#define LEVEL_INTERVAL_MS 100
/* Levels between two judgements of the quality. */
#define LEVELS_PER_JUDGEMENT 10

struct _AloqaCallMonitor {
  GObject parent_instance;

  AloqaLiveCall *call;
  AloqaLocalMedia *local; /* or NULL */
  AloqaAudioMeter *meter; /* of the other side's sound, or NULL */
  guint timeout_id;
  guint n_levels;
  gint64 last_us;
  gboolean expects_picture;

  AloqaMicrophoneWatch microphone;
  AloqaQualityJudge judge;
  AloqaQuality quality;
  AloqaCallHint hint;
};

enum { PROP_QUALITY = 1, PROP_HINT, N_PROPS };
enum { LEVEL, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallMonitor, aloqa_call_monitor, G_TYPE_OBJECT)

static void
media_changed_cb (AloqaCallMonitor *self)
{
  AloqaCallMedia *media = aloqa_live_call_get_media (self->call);

  g_clear_object (&self->meter);
  if (media != NULL)
    self->meter = aloqa_audio_meter_new (aloqa_call_media_get_remote_audio (media));
}

static void
set_quality (AloqaCallMonitor *self, AloqaQuality quality)
{
  if (quality == self->quality)
    return;
  self->quality = quality;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUALITY]);
}

static void
set_hint (AloqaCallMonitor *self, AloqaCallHint hint)
{
  if (hint == ALOQA_HINT_NONE && self->quality != ALOQA_QUALITY_UNKNOWN &&
      self->quality <= ALOQA_QUALITY_POOR)
    hint = ALOQA_HINT_POOR_NETWORK;
  if (hint == self->hint)
    return;
  self->hint = hint;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HINT]);
}

static void
judge (AloqaCallMonitor *self, AloqaCallMedia *media)
{
  AloqaCallStats stats;

  if (aloqa_live_call_get_phase (self->call) == ALOQA_PHASE_RECONNECTING)
    return;
  aloqa_call_media_take_stats (media, &stats);
  set_quality (self, aloqa_quality_judge (&self->judge, &stats, self->expects_picture));
}

static AloqaCallHint
watch_microphone (AloqaCallMonitor *self)
{
  gint64 now_us = g_get_monotonic_time (), elapsed_us = now_us - self->last_us;
  AloqaCaptureLevel level;

  self->last_us = now_us;
  if (self->local == NULL)
    return ALOQA_HINT_NONE;
  aloqa_local_media_take_level (self->local, &level);
  if (!aloqa_local_media_has_microphone (self->local))
    return aloqa_microphone_watch_miss (&self->microphone, elapsed_us);
  return aloqa_microphone_watch_update (
      &self->microphone, &level, aloqa_live_call_get_flow (self->call)->is_muted, elapsed_us);
}

static gboolean
timeout_cb (gpointer user_data)
{
  AloqaCallMonitor *self = user_data;
  AloqaCallMedia *media = aloqa_live_call_get_media (self->call);
  AloqaAudioReport report = { .level_db = ALOQA_AUDIO_METER_FLOOR_DB };

  if (media == NULL || aloqa_live_call_get_flow (self->call)->is_held) {
    self->microphone = (AloqaMicrophoneWatch){ 0 };
    g_signal_emit (self, signals[LEVEL], 0, report.level_db);
    set_hint (self, ALOQA_HINT_NONE);
    return G_SOURCE_CONTINUE;
  }

  if (self->meter != NULL)
    aloqa_audio_meter_take_report (self->meter, &report);
  g_signal_emit (self, signals[LEVEL], 0, report.level_db);
  if (++self->n_levels % LEVELS_PER_JUDGEMENT == 0)
    judge (self, media);
  set_hint (self, watch_microphone (self));
  return G_SOURCE_CONTINUE;
}

/* Before it is connected there is nothing to look at. */
static void
phase_cb (AloqaCallMonitor *self)
{
  AloqaPhase phase = aloqa_live_call_get_phase (self->call);
  gboolean runs = phase == ALOQA_PHASE_CONNECTED || phase == ALOQA_PHASE_RECONNECTING;

  if (phase == ALOQA_PHASE_RECONNECTING)
    set_quality (self, aloqa_quality_judge_silence (&self->judge));
  if (runs == (self->timeout_id != 0))
    return;
  if (runs) {
    self->last_us = g_get_monotonic_time ();
    self->timeout_id = g_timeout_add (LEVEL_INTERVAL_MS, timeout_cb, self);
  } else {
    g_clear_handle_id (&self->timeout_id, g_source_remove);
  }
}

static void
aloqa_call_monitor_get_property (GObject *object, guint property_id, GValue *value,
                                 GParamSpec *pspec)
{
  AloqaCallMonitor *self = ALOQA_CALL_MONITOR (object);

  switch (property_id) {
  case PROP_QUALITY:
    g_value_set_int (value, (int) self->quality);
    break;
  case PROP_HINT:
    g_value_set_int (value, (int) self->hint);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_call_monitor_finalize (GObject *object)
{
  AloqaCallMonitor *self = ALOQA_CALL_MONITOR (object);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_object (&self->meter);
  g_clear_object (&self->local);
  g_clear_object (&self->call);

  G_OBJECT_CLASS (aloqa_call_monitor_parent_class)->finalize (object);
}

static void
aloqa_call_monitor_class_init (AloqaCallMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = aloqa_call_monitor_get_property;
  object_class->finalize = aloqa_call_monitor_finalize;

  properties[PROP_QUALITY] = g_param_spec_int ("quality", NULL, NULL, 0, ALOQA_QUALITY_EXCELLENT,
                                               ALOQA_QUALITY_UNKNOWN, flags);
  properties[PROP_HINT] =
      g_param_spec_int ("hint", NULL, NULL, 0, ALOQA_HINT_MUTED, ALOQA_HINT_NONE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[LEVEL] = g_signal_new ("level", ALOQA_TYPE_CALL_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
aloqa_call_monitor_init (AloqaCallMonitor *self)
{
}

/**
 * aloqa_call_monitor_new:
 * @local: (nullable): whose microphone is watched
 */
AloqaCallMonitor *
aloqa_call_monitor_new (AloqaLiveCall *call, AloqaLocalMedia *local)
{
  AloqaCallMonitor *self = g_object_new (ALOQA_TYPE_CALL_MONITOR, NULL);

  self->call = g_object_ref (call);
  self->local = local != NULL ? g_object_ref (local) : NULL;
  g_signal_connect_object (call, "media-changed", G_CALLBACK (media_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::phase", G_CALLBACK (phase_cb), self, G_CONNECT_SWAPPED);
  media_changed_cb (self);
  phase_cb (self);
  return self;
}

AloqaQuality
aloqa_call_monitor_get_quality (AloqaCallMonitor *self)
{
  return self->quality;
}

AloqaCallHint
aloqa_call_monitor_get_hint (AloqaCallMonitor *self)
{
  return self->hint;
}

/* Whether a picture that stands still is a fault. */
void
aloqa_call_monitor_set_expects_picture (AloqaCallMonitor *self, gboolean expects_picture)
{
  self->expects_picture = expects_picture;
}
