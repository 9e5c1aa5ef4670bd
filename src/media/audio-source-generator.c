/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-source-generator.h"

#include "media/audio-format.h"
#include "media/echo-line.h"

#include <math.h>
#include <string.h>

struct _AloqaAudioGenerator {
  AloqaSource parent_instance;

  AloqaAudioFillFunc fill;
  gpointer user_data;
  GDestroyNotify free_user_data;
  AloqaAudioPacer *pacer;
};

typedef struct {
  double phase; /* in turns */
  double step;
  double amplitude;
} Sine;

G_DEFINE_FINAL_TYPE (AloqaAudioGenerator, aloqa_audio_generator, ALOQA_TYPE_SOURCE)

static gboolean
fill_silence (gint16 *samples, gpointer user_data)
{
  memset (samples, 0, ALOQA_AUDIO_BUFFER_BYTES);
  return TRUE;
}

static gboolean
fill_sine (gint16 *samples, gpointer user_data)
{
  Sine *sine = user_data;

  for (guint i = 0; i < ALOQA_AUDIO_BUFFER_SAMPLES; i++) {
    samples[i] = (gint16) lrint (sine->amplitude * sin (2 * G_PI * sine->phase));
    sine->phase += sine->step;
    sine->phase -= sine->phase >= 1;
  }

  return TRUE;
}

static void
aloqa_audio_generator_open (AloqaSource *source, AloqaInlet *inlet)
{
  AloqaAudioGenerator *self = ALOQA_AUDIO_GENERATOR (source);

  self->pacer = aloqa_audio_pacer_start (inlet, self->fill, self->user_data);
}

static void
aloqa_audio_generator_close (AloqaSource *source)
{
  g_clear_pointer (&ALOQA_AUDIO_GENERATOR (source)->pacer, aloqa_audio_pacer_stop);
}

static void
aloqa_audio_generator_finalize (GObject *object)
{
  AloqaAudioGenerator *self = ALOQA_AUDIO_GENERATOR (object);

  if (self->free_user_data != NULL)
    self->free_user_data (self->user_data);

  G_OBJECT_CLASS (aloqa_audio_generator_parent_class)->finalize (object);
}

static void
aloqa_audio_generator_class_init (AloqaAudioGeneratorClass *klass)
{
  AloqaSourceClass *source_class = ALOQA_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_audio_generator_finalize;
  source_class->open = aloqa_audio_generator_open;
  source_class->close = aloqa_audio_generator_close;
  source_class->is_generated = TRUE;
}

static void
aloqa_audio_generator_init (AloqaAudioGenerator *self)
{
}

/**
 * aloqa_audio_generator_new:
 * @fill: makes the sound, on a thread of its own
 * @user_data: (transfer full): for @fill
 * @free_user_data: (nullable): called on the main thread
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_audio_generator_new (AloqaAudioFillFunc fill, gpointer user_data,
                           GDestroyNotify free_user_data)
{
  AloqaAudioGenerator *self = g_object_new (ALOQA_TYPE_AUDIO_GENERATOR, NULL);

  self->fill = fill;
  self->user_data = user_data;
  self->free_user_data = free_user_data;

  return ALOQA_SOURCE (self);
}

AloqaSource *
aloqa_audio_generator_new_silence (void)
{
  return aloqa_audio_generator_new (fill_silence, NULL, NULL);
}

/**
 * aloqa_audio_generator_new_sine:
 * @tone_hz: below half the sample rate
 * @amplitude_dbfs: 0 is full scale
 */
AloqaSource *
aloqa_audio_generator_new_sine (double tone_hz, double amplitude_dbfs)
{
  Sine *sine = g_new0 (Sine, 1);

  sine->step = tone_hz / ALOQA_AUDIO_RATE_HZ;
  sine->amplitude = G_MAXINT16 * pow (10, MIN (amplitude_dbfs, 0) / 20);

  return aloqa_audio_generator_new (fill_sine, sine, g_free);
}

/**
 * aloqa_audio_generator_new_echo:
 * @feed: whose sound comes again, from now on
 * @delay_ms: how much later, up to ALOQA_ECHO_LINE_MAX_MS
 */
AloqaSource *
aloqa_audio_generator_new_echo (AloqaFeed *feed, guint delay_ms)
{
  return aloqa_audio_generator_new (aloqa_echo_line_fill, aloqa_echo_line_new (feed, delay_ms),
                                    aloqa_echo_line_free);
}
