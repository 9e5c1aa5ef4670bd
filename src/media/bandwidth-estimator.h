/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "media/bandwidth-trend.h"

G_BEGIN_DECLS

/*
 * How much the network carries our way out, from when our packets arrived: Google congestion control
 * (draft-ietf-rmcat-gcc-02), send side. The delay part lowers the estimate when queues grow, the
 * loss part when packets are lost; the smaller one counts. Pure: told the time, tells a number.
 */
typedef struct _AloqaBandwidthEstimator AloqaBandwidthEstimator;

/* One packet of ours, as transport-wide feedback reports it. */
typedef struct {
  gint64 sent_us;
  gint64 arrived_us; /* by the other side's clock; meaningless where lost */
  gsize size_bytes;
  gboolean is_lost;
} AloqaPacketReport;

AloqaBandwidthEstimator *
aloqa_bandwidth_estimator_new (guint initial_kbps, guint min_kbps, guint max_kbps);
void aloqa_bandwidth_estimator_free (AloqaBandwidthEstimator *self);
void aloqa_bandwidth_estimator_take_feedback (AloqaBandwidthEstimator *self,
                                              const AloqaPacketReport *reports, gsize n_reports,
                                              gint64 now_us);
guint aloqa_bandwidth_estimator_get_kbps (AloqaBandwidthEstimator *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaBandwidthEstimator, aloqa_bandwidth_estimator_free)

G_END_DECLS
