/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/jitter-estimator.h"

#include <math.h>

/* Which part of the packets is to be in time. */
#define QUANTILE 0.95
/* What a packet's weight falls by with each one after it: a few seconds of either kind count. */
#define FORGETTING 0.995
#define MINIMUM_SPAN_US (G_USEC_PER_SEC / 2)
/* A pause or a restart of the sender, not jitter. */
#define MAX_STEP_US (3 * G_USEC_PER_SEC)

/* Down by this a second, or where there is far to go by a part of the way. */
#define FALL_MS 5
#define FALL_PART 8
#define FALL_INTERVAL_US G_USEC_PER_SEC

/**
 * aloqa_jitter_estimator_init:
 * @clock_rate_hz: of the RTP timestamps
 */
void
aloqa_jitter_estimator_init (AloqaJitterEstimator *self, guint clock_rate_hz)
{
  *self = (AloqaJitterEstimator){ .clock_rate_hz = clock_rate_hz };
}

static void
start (AloqaJitterEstimator *self, gint64 arrival_us, guint32 rtp_time)
{
  self->has_packets = TRUE;
  self->last_rtp_time = rtp_time;
  self->rtp_time = 0;
  self->first_us = arrival_us;
  self->minimum_index = 0;
  for (guint i = 0; i < ALOQA_JITTER_N_MINIMA; i++)
    self->minima_us[i] = G_MAXINT64;
}

/* The least delay of the last four seconds, @delay_us included. */
static gint64
update_minimum (AloqaJitterEstimator *self, gint64 arrival_us, gint64 delay_us)
{
  gint64 index = (arrival_us - self->first_us) / MINIMUM_SPAN_US;
  gint64 least_us = G_MAXINT64;
  gint64 *slot;

  for (; self->minimum_index < index; self->minimum_index++)
    self->minima_us[(self->minimum_index + 1) % ALOQA_JITTER_N_MINIMA] = G_MAXINT64;
  slot = &self->minima_us[self->minimum_index % ALOQA_JITTER_N_MINIMA];
  *slot = MIN (*slot, delay_us);
  for (guint i = 0; i < ALOQA_JITTER_N_MINIMA; i++)
    least_us = MIN (least_us, self->minima_us[i]);

  return least_us;
}

static void
add_to_bins (AloqaJitterEstimator *self, gint64 late_us)
{
  gint64 bin = MIN (late_us / ALOQA_JITTER_BIN_US, ALOQA_JITTER_N_BINS - 1);

  for (guint i = 0; i < ALOQA_JITTER_N_BINS; i++)
    self->bins[i] *= FORGETTING;
  self->bins[bin] += 1;
  self->weight = self->weight * FORGETTING + 1;
}

/**
 * aloqa_jitter_estimator_add:
 * @arrival_us: when the packet came, a monotonic time
 * @rtp_time: its RTP timestamp
 * @counts: whether its lateness is to be borne; what does not count may still be the quickest
 */
void
aloqa_jitter_estimator_add (AloqaJitterEstimator *self, gint64 arrival_us, guint32 rtp_time,
                            gboolean counts)
{
  gint64 delay_us;
  gint64 least_us;

  if (!self->has_packets)
    start (self, arrival_us, rtp_time);

  self->rtp_time += (gint32) (rtp_time - self->last_rtp_time);
  self->last_rtp_time = rtp_time;
  delay_us = arrival_us - self->first_us -
             (gint64) ((double) self->rtp_time * G_USEC_PER_SEC / self->clock_rate_hz);
  least_us = update_minimum (self, arrival_us, delay_us);
  if (delay_us - least_us > MAX_STEP_US) {
    start (self, arrival_us, rtp_time);
    return;
  }
  if (counts)
    add_to_bins (self, delay_us - least_us);
}

/**
 * aloqa_jitter_estimator_get_ms:
 *
 * Returns: the lateness that 95 of 100 packets stay below, in ms; 0 without packets
 */
double
aloqa_jitter_estimator_get_ms (const AloqaJitterEstimator *self)
{
  double sum = 0;

  for (guint i = 0; i < ALOQA_JITTER_N_BINS && self->weight > 0; i++) {
    sum += self->bins[i];
    if (sum >= QUANTILE * self->weight)
      return (i + 1) * (ALOQA_JITTER_BIN_US / 1000.0);
  }
  return 0;
}

/**
 * aloqa_jitter_target_update:
 * @wanted_ms: the lateness to bear
 * @now_us: a monotonic time
 *
 * Returns: whether latency_ms is another than before
 */
gboolean
aloqa_jitter_target_update (AloqaJitterTarget *self, double wanted_ms, gint64 now_us)
{
  const AloqaJitterPolicy *policy = self->policy;
  guint goal_ms = (guint) lrint (
      CLAMP (wanted_ms + policy->margin_ms, policy->least_ms, ALOQA_JITTER_MAX_LATENCY_MS));

  if (goal_ms >= self->latency_ms + policy->min_rise_ms)
    self->latency_ms = goal_ms;
  else if (goal_ms + policy->min_fall_ms <= self->latency_ms &&
           now_us - self->changed_us >= FALL_INTERVAL_US)
    self->latency_ms -=
        MIN (MAX (FALL_MS, (self->latency_ms - goal_ms) / FALL_PART), self->latency_ms - goal_ms);
  else
    return FALSE;

  self->changed_us = now_us;
  return TRUE;
}
