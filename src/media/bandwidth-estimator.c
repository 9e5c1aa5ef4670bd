/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth-estimator.h"

#include <math.h>

#include "media/bandwidth-throughput.h"

/* Section 5.5, with libwebrtc's values where the draft leaves a choice. */
#define DECREASE 0.85
#define INCREASE_PER_S 1.08
/* Until the path's limit was met for the first time, where libwebrtc would send probes. */
#define FIRST_INCREASE_PER_S 2.0
#define FIRST_QUEUE_MS 60
/* Beyond the draft, which leaves a queue as long as it is once it no longer grows: more is taken back
 * the longer it has become, and nothing added before it is short again. */
#define SHORT_QUEUE_MS 40
#define MAX_QUEUE_MS 300
#define MAX_OVER_MEASURED 1.5
#define OVER_MEASURED_ALLOWANCE_KBPS 10
#define RESPONSE_EXTRA_MS 100
#define PACKET_BITS (1200 * 8)
#define MIN_ADDITIVE_KBPS_PER_S 4
/* How far from the last known limit is still near it, in standard deviations. */
#define NEAR_DEVIATIONS 3
#define LIMIT_SMOOTHING 0.05
/* Section 6: loss. */
#define LOW_LOSS 0.02
#define HIGH_LOSS 0.10
#define LOSS_INTERVAL_US (G_USEC_PER_SEC)
#define MIN_LOSS_PACKETS 20
#define DEFAULT_RTT_MS 200
#define MAX_DECREASE_INTERVAL_MS 200

struct _AloqaBandwidthEstimator {
  double min_kbps;
  double max_kbps;
  AloqaBandwidthTrend trend;

  AloqaBandwidthThroughput throughput;
  double rtt_ms;

  double delay_kbps;
  gint64 delay_us;       /* when it was last changed, or rightly not */
  gint64 decrease_us;    /* when it was last lowered */
  double limit_kbps;     /* where it was cut before, on average; 0 unknown */
  double limit_variance; /* relative */

  double loss_kbps;
  guint n_packets;
  guint n_lost;
  gint64 loss_us;
};

AloqaBandwidthEstimator *
aloqa_bandwidth_estimator_new (guint initial_kbps, guint min_kbps, guint max_kbps)
{
  AloqaBandwidthEstimator *self = g_new0 (AloqaBandwidthEstimator, 1);

  self->min_kbps = min_kbps;
  self->max_kbps = MAX (max_kbps, min_kbps);
  self->delay_kbps = self->loss_kbps = CLAMP (initial_kbps, self->min_kbps, self->max_kbps);
  self->rtt_ms = DEFAULT_RTT_MS;
  self->limit_variance = 0.4;
  aloqa_bandwidth_trend_init (&self->trend);
  return self;
}

void
aloqa_bandwidth_estimator_free (AloqaBandwidthEstimator *self)
{
  g_free (self);
}

/* --- Delay ----------------------------------------------------------------------------------- */

static gboolean
is_near_limit (AloqaBandwidthEstimator *self)
{
  double deviation_kbps = sqrt (self->limit_variance * self->limit_kbps);

  return self->limit_kbps > 0 &&
         fabs (self->throughput.kbps - self->limit_kbps) <= NEAR_DEVIATIONS * deviation_kbps;
}

static double
get_increase_per_s (AloqaBandwidthEstimator *self)
{
  return self->limit_kbps > 0 ? INCREASE_PER_S : FIRST_INCREASE_PER_S;
}

/* The average of where the path gave in, and how much that varies (libwebrtc's link capacity). */
static void
learn_limit (AloqaBandwidthEstimator *self)
{
  double error_kbps = self->throughput.kbps - self->limit_kbps;

  if (self->limit_kbps <= 0) {
    self->limit_kbps = self->throughput.kbps;
    return;
  }
  if (!is_near_limit (self)) {
    /* Another path than before. */
    self->limit_kbps = self->throughput.kbps;
    self->limit_variance = 0.4;
    return;
  }
  self->limit_kbps += LIMIT_SMOOTHING * error_kbps;
  self->limit_variance = (1 - LIMIT_SMOOTHING) * self->limit_variance +
                         LIMIT_SMOOTHING * error_kbps * error_kbps / MAX (self->limit_kbps, 1);
  self->limit_variance = CLAMP (self->limit_variance, 0.4, 2.5);
}

static void
decrease (AloqaBandwidthEstimator *self, gint64 now_us)
{
  double base_kbps = self->throughput.kbps > 0 ? self->throughput.kbps : self->delay_kbps;

  double queue_ms = MIN (aloqa_bandwidth_trend_get_queue_ms (&self->trend), MAX_QUEUE_MS);
  double interval_ms = MIN (self->rtt_ms, MAX_DECREASE_INTERVAL_MS);

  self->delay_us = now_us;
  /* Once a round trip: before that the feedback is of what was sent at the old rate. */
  if (self->decrease_us != 0 && now_us - self->decrease_us < (gint64) (interval_ms * 1000))
    return;
  self->delay_kbps = MIN (self->delay_kbps, (DECREASE - queue_ms / 1000) * base_kbps);
  self->decrease_us = now_us;
  if (self->throughput.kbps > 0)
    learn_limit (self);
}

static void
increase (AloqaBandwidthEstimator *self, gint64 now_us)
{
  double elapsed_s = self->delay_us != 0 ? (double) (now_us - self->delay_us) / G_USEC_PER_SEC : 0;
  double ceiling_kbps = MAX_OVER_MEASURED * self->throughput.kbps + OVER_MEASURED_ALLOWANCE_KBPS;
  double wanted_kbps;

  elapsed_s = MIN (elapsed_s, 1);
  if (is_near_limit (self)) {
    double per_s = PACKET_BITS / (self->rtt_ms + RESPONSE_EXTRA_MS);

    wanted_kbps = self->delay_kbps + MAX (per_s, MIN_ADDITIVE_KBPS_PER_S) * elapsed_s;
  } else {
    wanted_kbps = self->delay_kbps * pow (get_increase_per_s (self), elapsed_s) + elapsed_s;
  }
  self->delay_us = now_us;
  /* What was never sent proves nothing; but no less than before because there was little to send. */
  if (self->throughput.kbps > 0)
    wanted_kbps = MIN (wanted_kbps, MAX (ceiling_kbps, self->delay_kbps));
  self->delay_kbps = wanted_kbps;
}

static void
control_delay (AloqaBandwidthEstimator *self, AloqaBandwidthUsage usage, gint64 now_us)
{
  switch (usage) {
  case ALOQA_BANDWIDTH_OVERUSED:
    decrease (self, now_us);
    break;
  case ALOQA_BANDWIDTH_UNDERUSED:
    /* The queue empties: hold, so that it does. */
    self->delay_us = now_us;
    break;
  case ALOQA_BANDWIDTH_NORMAL:
    if (aloqa_bandwidth_trend_get_queue_ms (&self->trend) <= SHORT_QUEUE_MS)
      increase (self, now_us);
    else
      self->delay_us = now_us;
    break;
  }
  self->delay_kbps = CLAMP (self->delay_kbps, self->min_kbps, self->max_kbps);
}

/* --- Loss ------------------------------------------------------------------------------------ */

static void
control_loss (AloqaBandwidthEstimator *self, gint64 now_us)
{
  double loss;

  if (self->loss_us == 0)
    self->loss_us = now_us;
  if (now_us - self->loss_us < LOSS_INTERVAL_US || self->n_packets < MIN_LOSS_PACKETS)
    return;

  loss = (double) self->n_lost / self->n_packets;
  if (loss > HIGH_LOSS)
    self->loss_kbps *= 1 - 0.5 * loss;
  else if (loss < LOW_LOSS)
    self->loss_kbps = self->loss_kbps * get_increase_per_s (self) + 1;
  self->loss_kbps = CLAMP (self->loss_kbps, self->min_kbps, self->max_kbps);
  self->loss_us = now_us;
  self->n_packets = 0;
  self->n_lost = 0;
}

/**
 * aloqa_bandwidth_estimator_take_feedback:
 * @reports: one feedback packet's, in the order of sending
 * @now_us: a monotonic time, of the same clock as sent_us
 */
void
aloqa_bandwidth_estimator_take_feedback (AloqaBandwidthEstimator *self,
                                         const AloqaPacketReport *reports, gsize n_reports,
                                         gint64 now_us)
{
  AloqaBandwidthUsage usage = self->trend.usage;
  gboolean is_overused = FALSE;
  gint64 newest_us = 0;

  for (gsize i = 0; i < n_reports; i++) {
    const AloqaPacketReport *report = &reports[i];

    self->n_packets++;
    self->n_lost += report->is_lost ? 1 : 0;
    if (report->is_lost)
      continue;
    aloqa_bandwidth_throughput_add (&self->throughput, report->arrived_us, report->size_bytes);
    newest_us = MAX (newest_us, report->sent_us);
    usage = aloqa_bandwidth_trend_add (&self->trend, report->sent_us, report->arrived_us);
    is_overused = is_overused || usage == ALOQA_BANDWIDTH_OVERUSED;
  }
  /* The first guess may be far too high: whatever the slope, a queue is no place to begin in. */
  if (self->limit_kbps <= 0 && aloqa_bandwidth_trend_get_queue_ms (&self->trend) > FIRST_QUEUE_MS)
    is_overused = TRUE;
  if (newest_us > 0 && now_us > newest_us)
    self->rtt_ms += 0.1 * ((double) (now_us - newest_us) / 1000 - self->rtt_ms);

  control_delay (self, is_overused ? ALOQA_BANDWIDTH_OVERUSED : usage, now_us);
  control_loss (self, now_us);
}

/**
 * aloqa_bandwidth_estimator_get_kbps:
 *
 * Returns: what may be sent, all streams and headers together
 */
guint
aloqa_bandwidth_estimator_get_kbps (AloqaBandwidthEstimator *self)
{
  return (guint) MIN (self->delay_kbps, self->loss_kbps);
}
