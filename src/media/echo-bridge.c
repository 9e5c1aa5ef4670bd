/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-bridge.h"

#include "media/audio-format.h"
#include "media/echo-delay.h"

/* Longer than it takes if there is a voice at all; what else is played is heard meanwhile. */
#define MAX_SAMPLES (ALOQA_AUDIO_RATE_HZ * 6 / 10)

/* The delay is found to a quarter of a millisecond, and then made exact over so many samples. */
#define REACH 12
#define REFINED (ALOQA_AUDIO_RATE_HZ / 10)

struct _AloqaEchoBridge {
  AloqaEchoDelay *delay;
  gint64 voice, whole; /* where the two are at one time */
  gsize n_compared;
  gboolean is_found;
  gint64 lag; /* of the whole, in samples */
};

/* @begin: from when on the two are compared, by media/timeline.h */
AloqaEchoBridge *
aloqa_echo_bridge_new (GstClockTime begin)
{
  AloqaEchoBridge *self = g_new0 (AloqaEchoBridge, 1);

  self->delay = aloqa_echo_delay_new ();
  aloqa_echo_reference_find (ALOQA_ECHO_REFERENCE_VOICE, begin, &self->voice);
  aloqa_echo_reference_find (ALOQA_ECHO_REFERENCE_WHOLE, begin, &self->whole);
  return self;
}

void
aloqa_echo_bridge_free (AloqaEchoBridge *self)
{
  aloqa_echo_delay_free (self->delay);
  g_free (self);
}

/* The last samples that were compared, with the voice @lag earlier. */
static double
correlate (AloqaEchoBridge *self, const gint16 *whole, gint64 lag)
{
  gint64 end = (gint64) self->n_compared;
  gint16 voice[REFINED];
  double sum = 0;

  aloqa_echo_reference_read (ALOQA_ECHO_REFERENCE_VOICE, self->voice + end - REFINED - lag, voice,
                             REFINED);
  for (guint i = 0; i < REFINED; i++)
    sum += (double) whole[i] * voice[i];
  return sum;
}

static void
refine (AloqaEchoBridge *self, gint64 lag)
{
  gint16 whole[REFINED];
  double best = 0;

  aloqa_echo_reference_read (ALOQA_ECHO_REFERENCE_WHOLE,
                             self->whole + (gint64) self->n_compared - REFINED, whole, REFINED);
  self->lag = lag;
  for (gint64 i = lag - REACH; i <= lag + REACH; i++) {
    double value = correlate (self, whole, i);

    if (value > best) {
      best = value;
      self->lag = i;
    }
  }
}

/**
 * aloqa_echo_bridge_compare:
 * @n_samples: to go on by; they are written by now
 *
 * Returns: whether there is nothing to wait for any more
 */
gboolean
aloqa_echo_bridge_compare (AloqaEchoBridge *self, gsize n_samples)
{
  gint64 at = (gint64) self->n_compared;
  g_autofree gint16 *voice = g_new (gint16, n_samples);
  g_autofree gint16 *whole = g_new (gint16, n_samples);
  gsize lag = 0;

  aloqa_echo_reference_read (ALOQA_ECHO_REFERENCE_VOICE, self->voice + at, voice, n_samples);
  aloqa_echo_reference_read (ALOQA_ECHO_REFERENCE_WHOLE, self->whole + at, whole, n_samples);
  aloqa_echo_delay_add (self->delay, voice, whole, n_samples);
  self->n_compared += n_samples;
  self->is_found = aloqa_echo_delay_get (self->delay, &lag);
  if (self->is_found)
    refine (self, (gint64) lag);

  return self->is_found || self->n_compared >= MAX_SAMPLES;
}

/**
 * aloqa_echo_bridge_map:
 * @to: the kind to go over to
 * @index: (inout): a sample of the other kind, and where @to has the same
 *
 * Returns: FALSE where the voice was not found
 */
gboolean
aloqa_echo_bridge_map (AloqaEchoBridge *self, AloqaEchoReferenceKind to, gint64 *index)
{
  gint64 distance = self->whole - self->voice + self->lag;

  *index += to == ALOQA_ECHO_REFERENCE_WHOLE ? distance : -distance;
  return self->is_found;
}
