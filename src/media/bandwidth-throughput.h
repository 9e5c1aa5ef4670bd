/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How much arrives, from when each packet did: samples of a sixth of a second, of which one that is
 * far off what was believed counts little (libwebrtc's "acknowledged bitrate"). Feedback that was
 * itself lost leaves gaps in what is known, and they are no lack of throughput. A plain struct, pure:
 * zero it.
 */
typedef struct {
  gint64 latest_us; /* arrival of the last packet, by the other side's clock */
  gint64 window_us; /* how much of a sample's time has passed */
  gsize sum_bytes;
  double kbps;     /* 0 unknown */
  double variance; /* of kbps, after the last sample */
} AloqaBandwidthThroughput;

void aloqa_bandwidth_throughput_add (AloqaBandwidthThroughput *self, gint64 arrived_us,
                                     gsize size_bytes);

G_END_DECLS
