/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth-trend.h"

#include <math.h>

/* Section 5.2: packets sent within it are a group. */
#define BURST_US 5000
#define MAX_BURST_US 100000
/* Of what the smoothing keeps with each group. */
#define SMOOTHING 0.9
/* What makes a slope comparable with the threshold, as in libwebrtc. */
#define SLOPE_GAIN 4.0
#define MAX_DELTAS 60
/* With fewer points a line says nothing; how few there are damps what it says. */
#define MIN_POINTS 5
/* Section 5.4, table 1. */
#define INITIAL_THRESHOLD_MS 12.5
#define MIN_THRESHOLD_MS 6.0
#define MAX_THRESHOLD_MS 600.0
#define THRESHOLD_UP 0.0087
#define THRESHOLD_DOWN 0.039
#define MAX_THRESHOLD_STEP_MS 100.0
#define MAX_OUTLIER_MS 15.0
#define OVERUSE_MS 10.0
/* A queue that has been there this long to twice as long is the path: somebody else's, for whom not
 * to give way for ever. */
#define STRETCH_US (5 * G_USEC_PER_SEC)
/* The other side restarted, or its clock was set: begin again. */
#define MAX_ARRIVAL_STEP_US (3 * G_USEC_PER_SEC)

void
aloqa_bandwidth_trend_init (AloqaBandwidthTrend *self)
{
  *self = (AloqaBandwidthTrend){ .threshold_ms = INITIAL_THRESHOLD_MS, .over_ms = -1 };
}

static double
get_slope (const AloqaBandwidthTrend *self)
{
  guint n_points = MIN (self->n_points, ALOQA_TREND_WINDOW);
  double mean_time = 0;
  double mean_delay = 0;
  double numerator = 0;
  double denominator = 0;

  if (n_points < MIN_POINTS)
    return 0;
  for (guint i = 0; i < n_points; i++) {
    mean_time += self->times_ms[i] / n_points;
    mean_delay += self->delays_ms[i] / n_points;
  }
  for (guint i = 0; i < n_points; i++) {
    double time = self->times_ms[i] - mean_time;

    numerator += time * (self->delays_ms[i] - mean_delay);
    denominator += time * time;
  }
  return denominator > 0 ? numerator / denominator : 0;
}

/* Section 5.4: gamma follows |m|, faster down than up; but not a single wild value. */
static void
move_threshold (AloqaBandwidthTrend *self, double trend_ms, gint64 now_us)
{
  double distance_ms = fabs (trend_ms) - self->threshold_ms;
  double rate = distance_ms < 0 ? THRESHOLD_DOWN : THRESHOLD_UP;
  double elapsed_ms = self->threshold_us != 0 ? (double) (now_us - self->threshold_us) / 1000 : 0;

  self->threshold_us = now_us;
  if (distance_ms > MAX_OUTLIER_MS)
    return;
  self->threshold_ms += rate * distance_ms * MIN (elapsed_ms, MAX_THRESHOLD_STEP_MS);
  self->threshold_ms = CLAMP (self->threshold_ms, MIN_THRESHOLD_MS, MAX_THRESHOLD_MS);
}

static void
detect (AloqaBandwidthTrend *self, double slope, double sent_delta_ms, gint64 now_us)
{
  double trend_ms = MIN (self->n_points, MAX_DELTAS) * slope * SLOPE_GAIN;

  if (trend_ms > self->threshold_ms) {
    self->over_ms = self->over_ms < 0 ? sent_delta_ms / 2 : self->over_ms + sent_delta_ms;
    /* A queue that is shrinking again is no overuse, however long it still is. */
    if (self->over_ms > OVERUSE_MS && slope >= self->last_slope)
      self->usage = ALOQA_BANDWIDTH_OVERUSED;
  } else {
    self->over_ms = -1;
    self->usage =
        trend_ms < -self->threshold_ms ? ALOQA_BANDWIDTH_UNDERUSED : ALOQA_BANDWIDTH_NORMAL;
  }
  self->last_slope = slope;
  move_threshold (self, trend_ms, now_us);
}

static void
note_lowest (AloqaBandwidthTrend *self, gint64 now_us)
{
  if (now_us - self->stretch_us > STRETCH_US) {
    self->lowest_ms[1] = self->stretch_us != 0 ? self->lowest_ms[0] : self->smoothed_ms;
    self->lowest_ms[0] = self->smoothed_ms;
    self->stretch_us = now_us;
  }
  self->lowest_ms[0] = MIN (self->lowest_ms[0], self->smoothed_ms);
}

/* Two whole groups: by how much more the second was on its way. */
static void
compare_groups (AloqaBandwidthTrend *self)
{
  double sent_delta_ms = (double) (self->current.last_sent_us - self->previous.last_sent_us) / 1000;
  double arrived_delta_ms = (double) (self->current.arrived_us - self->previous.arrived_us) / 1000;
  guint slot = self->n_points % ALOQA_TREND_WINDOW;

  if (self->n_points == 0)
    self->start_us = self->current.arrived_us;
  self->sum_ms += arrived_delta_ms - sent_delta_ms;
  self->smoothed_ms = SMOOTHING * self->smoothed_ms + (1 - SMOOTHING) * self->sum_ms;
  note_lowest (self, self->current.arrived_us);
  self->times_ms[slot] = (double) (self->current.arrived_us - self->start_us) / 1000;
  self->delays_ms[slot] = self->smoothed_ms;
  self->n_points++;

  detect (self, get_slope (self), sent_delta_ms, self->current.arrived_us);
}

static gboolean
belongs_to_group (const AloqaPacketGroup *group, gint64 sent_us, gint64 arrived_us)
{
  gint64 sent_delta_us = sent_us - group->last_sent_us;
  gint64 arrived_delta_us = arrived_us - group->arrived_us;

  if (sent_us - group->first_sent_us <= BURST_US)
    return TRUE;
  /* They came out of a queue together: the network made a burst of them. */
  return arrived_delta_us < sent_delta_us && arrived_delta_us <= BURST_US &&
         arrived_us - group->first_arrived_us < MAX_BURST_US;
}

/**
 * aloqa_bandwidth_trend_add:
 * @sent_us: when a packet was sent; in the order of sending
 * @arrived_us: when it arrived, by the other side's clock
 *
 * Returns: what is thought of the path now
 */
AloqaBandwidthUsage
aloqa_bandwidth_trend_add (AloqaBandwidthTrend *self, gint64 sent_us, gint64 arrived_us)
{
  if (self->n_groups > 0 && ABS (arrived_us - self->current.arrived_us) > MAX_ARRIVAL_STEP_US)
    aloqa_bandwidth_trend_init (self);
  if (self->n_groups > 0 && sent_us < self->current.first_sent_us)
    return self->usage;

  if (self->n_groups > 0 && belongs_to_group (&self->current, sent_us, arrived_us)) {
    self->current.last_sent_us = MAX (self->current.last_sent_us, sent_us);
    self->current.arrived_us = MAX (self->current.arrived_us, arrived_us);
    return self->usage;
  }

  if (self->n_groups >= 2)
    compare_groups (self);
  self->previous = self->current;
  self->current = (AloqaPacketGroup){ sent_us, sent_us, arrived_us, arrived_us };
  self->n_groups++;
  return self->usage;
}

/**
 * aloqa_bandwidth_trend_get_queue_ms:
 *
 * Returns: by how much longer packets are on their way now than at the best moment of the last five to
 *   ten seconds: what lies in queues
 */
double
aloqa_bandwidth_trend_get_queue_ms (const AloqaBandwidthTrend *self)
{
  return self->smoothed_ms - MIN (self->lowest_ms[0], self->lowest_ms[1]);
}
