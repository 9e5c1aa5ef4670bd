/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Whether the queues on the way are growing: the slope of the one-way delay over the last groups of
 * packets, against a threshold that adapts to how uneven the network is by itself (draft-ietf-rmcat-
 * gcc-02, section 5; instead of its Kalman filter the line through the points that libwebrtc has
 * taken since, "trendline"). A plain struct, pure; zeroed is not ready: init it.
 */
typedef enum {
  ALOQA_BANDWIDTH_NORMAL,
  ALOQA_BANDWIDTH_OVERUSED,
  ALOQA_BANDWIDTH_UNDERUSED,
} AloqaBandwidthUsage;

#define ALOQA_TREND_WINDOW 20

/* Packets sent in one burst count as one. */
typedef struct {
  gint64 first_sent_us;
  gint64 last_sent_us;
  gint64 first_arrived_us;
  gint64 arrived_us; /* the last of them */
} AloqaPacketGroup;

typedef struct {
  AloqaPacketGroup current;
  AloqaPacketGroup previous;
  guint n_groups;

  double delays_ms[ALOQA_TREND_WINDOW]; /* a ring of points: smoothed delay over arrival time */
  double times_ms[ALOQA_TREND_WINDOW];
  guint n_points;
  double sum_ms;
  double smoothed_ms;
  double lowest_ms[2]; /* smoothed_ms at its least: in this stretch of time and in the last one */
  gint64 stretch_us;   /* when this one began */
  gint64 start_us;

  AloqaBandwidthUsage usage;
  double threshold_ms;
  gint64 threshold_us; /* when it was last moved; 0 never */
  double last_slope;
  double over_ms; /* how long the slope has been over the threshold; negative: it is not */
} AloqaBandwidthTrend;

void aloqa_bandwidth_trend_init (AloqaBandwidthTrend *self);
AloqaBandwidthUsage
aloqa_bandwidth_trend_add (AloqaBandwidthTrend *self, gint64 sent_us, gint64 arrived_us);
double aloqa_bandwidth_trend_get_queue_ms (const AloqaBandwidthTrend *self);

G_END_DECLS
