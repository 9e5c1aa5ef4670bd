/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-meter.h"

#include "base/hop.h"

#include <gst/audio/audio.h>
#include <math.h>

/* Long enough that a tone is told from its neighbours 10 Hz away. */
#define TONE_BLOCK_MS 100

/* Power relative to a constant full scale. */
typedef struct {
  double sum;
  guint64 n;
} Mean;

struct _AloqaAudioMeter {
  GObject parent_instance;

  AloqaFeed *feed;
  guint listener_id;
  AloqaHop *hop;

  GMutex lock; /* guards everything below */
  GstCaps *caps;
  guint rate_hz;
  guint n_channels;
  guint n_buffers;
  gboolean has_begun;
  gint64 last_us;
  gint64 longest_gap_us;
  Mean level;
  Mean tone;

  /* The running block of Goertzel's algorithm (Am. Math. Monthly 65, 1958). */
  double tone_hz;
  double coefficient;
  double s1, s2;
  guint n_in_block;
};

enum { FIRST_AUDIO, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaAudioMeter, aloqa_audio_meter, G_TYPE_OBJECT)

static void
begin_block (AloqaAudioMeter *self)
{
  self->s1 = self->s2 = 0;
  self->n_in_block = 0;
}

static void
update_coefficient (AloqaAudioMeter *self)
{
  self->coefficient = self->rate_hz > 0 ? 2 * cos (2 * G_PI * self->tone_hz / self->rate_hz) : 0;
  begin_block (self);
}

static void
update_caps (AloqaAudioMeter *self, GstCaps *caps)
{
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  gint rate_hz = 0, n_channels = 0;

  gst_structure_get_int (structure, "rate", &rate_hz);
  gst_structure_get_int (structure, "channels", &n_channels);
  self->rate_hz = rate_hz;
  self->n_channels = n_channels;
  gst_caps_replace (&self->caps, caps);
  update_coefficient (self);
}

static void
end_block (AloqaAudioMeter *self)
{
  double n = self->n_in_block;
  double power =
      self->s1 * self->s1 + self->s2 * self->s2 - self->coefficient * self->s1 * self->s2;

  self->tone.sum += 2 * power / (n * n); /* the square of a sine's RMS */
  self->tone.n++;
  begin_block (self);
}

static void
add_tone (AloqaAudioMeter *self, const gint16 *samples, gsize n_frames)
{
  for (gsize i = 0; i < n_frames; i++) {
    double value = 0;

    for (guint channel = 0; channel < self->n_channels; channel++)
      value += samples[i * self->n_channels + channel];
    value = value / (32768.0 * self->n_channels) + self->coefficient * self->s1 - self->s2;
    self->s2 = self->s1;
    self->s1 = value;
    if (++self->n_in_block >= self->rate_hz * TONE_BLOCK_MS / 1000)
      end_block (self);
  }
}

static void
add_level (AloqaAudioMeter *self, const gint16 *samples, gsize n_samples)
{
  gint64 sum = 0;

  for (gsize i = 0; i < n_samples; i++)
    sum += (gint64) samples[i] * samples[i];
  self->level.sum += sum / (32768.0 * 32768.0);
  self->level.n += n_samples;
}

/* Called with the lock held. */
static void
measure (AloqaAudioMeter *self, GstSample *sample)
{
  GstMapInfo map;

  if (gst_sample_get_caps (sample) != self->caps)
    update_caps (self, gst_sample_get_caps (sample));
  if (self->n_channels == 0 || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return;

  add_level (self, (const gint16 *) map.data, map.size / sizeof (gint16));
  if (self->tone_hz > 0)
    add_tone (self, (const gint16 *) map.data, map.size / sizeof (gint16) / self->n_channels);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

static void
emit_first_audio (gpointer object, gpointer payload)
{
  g_signal_emit (object, signals[FIRST_AUDIO], 0, *(gint64 *) payload);
}

static void
buffer_cb (GstSample *sample, gpointer user_data)
{
  AloqaAudioMeter *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_first;

  g_mutex_lock (&self->lock);
  is_first = !self->has_begun;
  self->has_begun = TRUE;
  if (!is_first)
    self->longest_gap_us = MAX (self->longest_gap_us, now_us - self->last_us);
  self->last_us = now_us;
  self->n_buffers++;
  measure (self, sample);
  g_mutex_unlock (&self->lock);

  if (is_first)
    aloqa_hop_call (self->hop, emit_first_audio, g_memdup2 (&now_us, sizeof now_us), g_free);
}

static double
take_db (Mean *mean)
{
  double power = mean->n > 0 ? mean->sum / mean->n : 0;

  *mean = (Mean){ 0 };
  return power > 0 ? MAX (10 * log10 (power), ALOQA_AUDIO_METER_FLOOR_DB)
                   : ALOQA_AUDIO_METER_FLOOR_DB;
}

static void
aloqa_audio_meter_dispose (GObject *object)
{
  AloqaAudioMeter *self = ALOQA_AUDIO_METER (object);

  if (self->feed != NULL)
    aloqa_feed_remove_listener (self->feed, &self->listener_id);
  g_clear_object (&self->feed);

  G_OBJECT_CLASS (aloqa_audio_meter_parent_class)->dispose (object);
}

static void
aloqa_audio_meter_finalize (GObject *object)
{
  AloqaAudioMeter *self = ALOQA_AUDIO_METER (object);

  gst_caps_replace (&self->caps, NULL);
  aloqa_hop_unref (self->hop);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aloqa_audio_meter_parent_class)->finalize (object);
}

static void
aloqa_audio_meter_class_init (AloqaAudioMeterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aloqa_audio_meter_dispose;
  object_class->finalize = aloqa_audio_meter_finalize;
  signals[FIRST_AUDIO] = g_signal_new ("first-audio", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
aloqa_audio_meter_init (AloqaAudioMeter *self)
{
  g_mutex_init (&self->lock);
  self->hop = aloqa_hop_new (self);
}

/**
 * aloqa_audio_meter_new:
 *
 * Returns: (transfer full): a meter that listens to @feed from now on
 */
AloqaAudioMeter *
aloqa_audio_meter_new (AloqaFeed *feed)
{
  AloqaAudioMeter *self = g_object_new (ALOQA_TYPE_AUDIO_METER, NULL);

  self->feed = g_object_ref (feed);
  self->listener_id = aloqa_feed_add_listener (feed, buffer_cb, self);

  return self;
}

/**
 * aloqa_audio_meter_set_tone:
 * @tone_hz: the tone to look for from now on, below half the sample rate; 0 for none
 */
void
aloqa_audio_meter_set_tone (AloqaAudioMeter *self, double tone_hz)
{
  g_mutex_lock (&self->lock);
  self->tone_hz = tone_hz;
  self->tone = (Mean){ 0 };
  update_coefficient (self);
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_audio_meter_take_report:
 * @report: (out): what came since the report before; a tone takes 100 ms of sound to be seen
 */
void
aloqa_audio_meter_take_report (AloqaAudioMeter *self, AloqaAudioReport *report)
{
  gint64 now_us = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  *report = (AloqaAudioReport){
    .n_buffers = self->n_buffers,
    .level_db = take_db (&self->level),
    .tone_db = take_db (&self->tone),
    .longest_gap_us = self->has_begun ? MAX (self->longest_gap_us, now_us - self->last_us) : 0,
  };
  self->n_buffers = 0;
  self->longest_gap_us = 0;
  g_mutex_unlock (&self->lock);
}
