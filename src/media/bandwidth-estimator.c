/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth-estimator.h"

#include <math.h>

/* Section 5.5, with libwebrtc's values where the draft leaves a choice. */
#define DECREASE 0.85
#define INCREASE_PER_S 1.08
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
/* Over how much time what arrives is measured. */
#define MEASURE_US (500 * 1000)
#define MIN_MEASURE_US (150 * 1000)
#define DEFAULT_RTT_MS 200

typedef struct {
  gint64 arrived_us;
  gsize size_bytes;
} Arrival;

struct _AloqaBandwidthEstimator {
  double min_kbps;
  double max_kbps;
  AloqaBandwidthTrend trend;

  GArray *arrivals;     /* of Arrival: those of the last half second, by the other side's clock */
  double measured_kbps; /* 0 unknown */
  double rtt_ms;

  double delay_kbps;
  gint64 delay_us;       /* when it was last changed */
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
  self->arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));
  aloqa_bandwidth_trend_init (&self->trend);
  return self;
}

void
aloqa_bandwidth_estimator_free (AloqaBandwidthEstimator *self)
{
  g_array_unref (self->arrivals);
  g_free (self);
}

/* --- What arrives ---------------------------------------------------------------------------- */

static void
forget_old_arrivals (AloqaBandwidthEstimator *self, gint64 latest_us)
{
  guint n_old = 0;

  while (n_old < self->arrivals->len &&
         ABS (latest_us - g_array_index (self->arrivals, Arrival, n_old).arrived_us) > MEASURE_US)
    n_old++;
  if (n_old > 0)
    g_array_remove_range (self->arrivals, 0, n_old);
}

static void
measure (AloqaBandwidthEstimator *self)
{
  const Arrival *first = &g_array_index (self->arrivals, Arrival, 0);
  const Arrival *last = &g_array_index (self->arrivals, Arrival, self->arrivals->len - 1);
  gint64 span_us = last->arrived_us - first->arrived_us;
  gsize n_bytes = 0;

  if (span_us < MIN_MEASURE_US)
    return;
  /* The first one came at the beginning of the span: its bytes were before it. */
  for (guint i = 1; i < self->arrivals->len; i++)
    n_bytes += g_array_index (self->arrivals, Arrival, i).size_bytes;
  self->measured_kbps = (double) n_bytes * 8 * 1000 / (double) span_us;
}

/* --- Delay ----------------------------------------------------------------------------------- */

static gboolean
is_near_limit (AloqaBandwidthEstimator *self)
{
  double deviation_kbps = sqrt (self->limit_variance * self->limit_kbps);

  return self->limit_kbps > 0 &&
         fabs (self->measured_kbps - self->limit_kbps) <= NEAR_DEVIATIONS * deviation_kbps;
}

/* The average of where the path gave in, and how much that varies (libwebrtc's link capacity). */
static void
learn_limit (AloqaBandwidthEstimator *self)
{
  double error_kbps = self->measured_kbps - self->limit_kbps;

  if (self->limit_kbps <= 0) {
    self->limit_kbps = self->measured_kbps;
    return;
  }
  if (!is_near_limit (self)) {
    /* Another path than before. */
    self->limit_kbps = self->measured_kbps;
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
  double base_kbps = self->measured_kbps > 0 ? self->measured_kbps : self->delay_kbps;

  /* Once a round trip: before that the feedback is of what was sent at the old rate. */
  if (self->delay_us != 0 && now_us - self->delay_us < (gint64) (self->rtt_ms * 1000))
    return;
  self->delay_kbps = MIN (self->delay_kbps, DECREASE * base_kbps);
  self->delay_us = now_us;
  if (self->measured_kbps > 0)
    learn_limit (self);
}

static void
increase (AloqaBandwidthEstimator *self, gint64 now_us)
{
  double elapsed_s = self->delay_us != 0 ? (double) (now_us - self->delay_us) / G_USEC_PER_SEC : 0;
  double ceiling_kbps = MAX_OVER_MEASURED * self->measured_kbps + OVER_MEASURED_ALLOWANCE_KBPS;
  double wanted_kbps;

  elapsed_s = MIN (elapsed_s, 1);
  if (is_near_limit (self)) {
    double per_s = PACKET_BITS / (self->rtt_ms + RESPONSE_EXTRA_MS);

    wanted_kbps = self->delay_kbps + MAX (per_s, MIN_ADDITIVE_KBPS_PER_S) * elapsed_s;
  } else {
    wanted_kbps = self->delay_kbps * pow (INCREASE_PER_S, elapsed_s) + elapsed_s;
  }
  self->delay_us = now_us;
  /* What was never sent proves nothing; but no less than before because there was little to send. */
  if (self->measured_kbps > 0)
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
    increase (self, now_us);
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
    self->loss_kbps = self->loss_kbps * INCREASE_PER_S + 1;
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
    Arrival arrival = { report->arrived_us, report->size_bytes };

    self->n_packets++;
    self->n_lost += report->is_lost ? 1 : 0;
    if (report->is_lost)
      continue;
    g_array_append_val (self->arrivals, arrival);
    newest_us = MAX (newest_us, report->sent_us);
    usage = aloqa_bandwidth_trend_add (&self->trend, report->sent_us, report->arrived_us);
    is_overused = is_overused || usage == ALOQA_BANDWIDTH_OVERUSED;
  }
  if (self->arrivals->len > 0) {
    forget_old_arrivals (
        self, g_array_index (self->arrivals, Arrival, self->arrivals->len - 1).arrived_us);
    measure (self);
  }
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
