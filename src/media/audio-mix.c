/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-mix.h"

#include "media/audio-format.h"

#include <math.h>

#define N ALOQA_AUDIO_BUFFER_SAMPLES
/* What is played is no louder than a voice usually is: an RMS of -20 dBFS. */
#define MAX_POWER (3277.0 * 3277.0)
/* It gets quieter at once, and louder by this part of the way with each buffer: within seconds. */
#define UP 0.02

static double
measure_power (const gint16 *samples)
{
  double sum = 0;

  for (guint i = 0; i < N; i++)
    sum += (double) samples[i] * samples[i];
  return sum / N;
}

/**
 * aloqa_audio_mix_add:
 * @voice: (inout): one buffer of media/audio-format.h, to which is added
 * @played: another one
 */
void
aloqa_audio_mix_add (AloqaAudioMix *self, gint16 *voice, const gint16 *played)
{
  double power = measure_power (played), gain;

  self->power = MAX (power, self->power + (power - self->power) * UP);
  gain = self->power > MAX_POWER ? sqrt (MAX_POWER / self->power) : 1;
  for (guint i = 0; i < N; i++) {
    double now = self->gain + (gain - self->gain) * (i + 1) / N;

    voice[i] = (gint16) CLAMP (lrint (voice[i] + now * played[i]), G_MININT16, G_MAXINT16);
  }
  self->gain = gain;
}
