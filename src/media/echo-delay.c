/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-delay.h"

#include "media/audio-format.h"

#include <math.h>
#include <string.h>

/* A voice is below 2 kHz for the most part, and a quarter of a millisecond is near enough. */
#define DECIMATION 12
#define RATE_HZ (ALOQA_AUDIO_RATE_HZ / DECIMATION)
#define N_LAGS (ALOQA_ECHO_DELAY_MAX_MS * RATE_HZ / 1000)
#define BLOCK (RATE_HZ / 100)

/* What was heard a second ago counts for a third: long enough for some words. */
#define BLOCK_DECAY 0.99f

/* The best lag must stand out by so many deviations of what two sounds have in common that know
 * nothing of each other, and stay the best for so many looks. */
#define BLOCKS_PER_LOOK 10
#define MIN_DEVIATIONS 7
#define N_AGREEING_LOOKS 3
#define AGREEMENT (3 * RATE_HZ / 1000)

/* Half a second in which nothing was played says nothing. On the scale of 16-bit samples. */
#define MIN_PLAYED_RMS 30

/* Makes one of twelve samples, and its difference to the one before: a voice's low tones would
 * otherwise look alike at many lags. */
typedef struct {
  float sum;
  float last;
} Decimator;

struct _AloqaEchoDelay {
  Decimator played_decimator, heard_decimator;
  guint n_in_decimators;

  float played[N_LAGS + BLOCK]; /* the newest last */
  float heard[BLOCK];
  guint n_in_block;
  float correlations[N_LAGS]; /* by the lag from the longest to none */
  float variances[N_LAGS];    /* of these, if the two were independent */

  guint n_blocks;
  gint last_best;
  guint n_agreeing;
  gint found; /* -1: not yet */
};

AloqaEchoDelay *
aloqa_echo_delay_new (void)
{
  AloqaEchoDelay *self = g_new0 (AloqaEchoDelay, 1);

  self->found = -1;
  return self;
}

/* Forgets what was found and heard: one of the two sounds has moved. */
void
aloqa_echo_delay_reset (AloqaEchoDelay *self)
{
  *self = (AloqaEchoDelay){ .found = -1 };
}

void
aloqa_echo_delay_free (AloqaEchoDelay *self)
{
  g_free (self);
}

static float
take_difference (Decimator *decimator)
{
  float value = decimator->sum / DECIMATION, difference = value - decimator->last;

  decimator->last = value;
  decimator->sum = 0;
  return difference;
}

static gboolean
has_played (const AloqaEchoDelay *self)
{
  float sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (self->played); i++)
    sum += self->played[i] * self->played[i];

  return sum > MIN_PLAYED_RMS * MIN_PLAYED_RMS * (float) G_N_ELEMENTS (self->played);
}

static void
correlate (AloqaEchoDelay *self)
{
  for (guint k = 0; k < N_LAGS; k++) {
    self->correlations[k] *= BLOCK_DECAY;
    self->variances[k] *= BLOCK_DECAY * BLOCK_DECAY;
  }
  for (guint i = 0; i < BLOCK; i++) {
    const float *played = self->played + i + 1;
    float heard = self->heard[i];

    for (guint k = 0; k < N_LAGS; k++) {
      float product = heard * played[k];

      self->correlations[k] += product;
      self->variances[k] += product * product;
    }
  }
}

static void
look (AloqaEchoDelay *self)
{
  float best_value = 0;
  gint best = 0;

  for (guint k = 0; k < N_LAGS; k++) {
    float value = self->correlations[k] * self->correlations[k] / (self->variances[k] + 1);

    if (value > best_value) {
      best_value = value;
      best = N_LAGS - 1 - (gint) k;
    }
  }

  if (best_value < MIN_DEVIATIONS * MIN_DEVIATIONS)
    self->n_agreeing = 0;
  else if (ABS (best - self->last_best) > AGREEMENT)
    self->n_agreeing = 1;
  else if (++self->n_agreeing >= N_AGREEING_LOOKS)
    self->found = best;
  self->last_best = best;
}

static void
end_block (AloqaEchoDelay *self)
{
  if (has_played (self)) {
    correlate (self);
    if (++self->n_blocks % BLOCKS_PER_LOOK == 0)
      look (self);
  }

  memmove (self->played, self->played + BLOCK, N_LAGS * sizeof (float));
  self->n_in_block = 0;
}

/**
 * aloqa_echo_delay_add:
 * @played: samples that a speaker was given
 * @heard: samples that a microphone gave at the same time
 */
void
aloqa_echo_delay_add (AloqaEchoDelay *self, const gint16 *played, const gint16 *heard,
                      gsize n_samples)
{
  for (gsize i = 0; i < n_samples; i++) {
    self->played_decimator.sum += played[i];
    self->heard_decimator.sum += heard[i];
    if (++self->n_in_decimators < DECIMATION)
      continue;

    self->n_in_decimators = 0;
    self->played[N_LAGS + self->n_in_block] = take_difference (&self->played_decimator);
    self->heard[self->n_in_block] = take_difference (&self->heard_decimator);
    if (++self->n_in_block == BLOCK)
      end_block (self);
  }
}

/**
 * aloqa_echo_delay_get:
 * @delay_samples: (out): how many samples of 48 kHz the echo comes after what is played, to a
 *   quarter of a millisecond
 *
 * Returns: FALSE where no echo was heard so far
 */
gboolean
aloqa_echo_delay_get (AloqaEchoDelay *self, gsize *delay_samples)
{
  if (self->found < 0)
    return FALSE;

  *delay_samples = (gsize) self->found * DECIMATION;
  return TRUE;
}
