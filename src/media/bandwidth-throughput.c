/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth-throughput.h"

#include <math.h>

/* The first sample is longer, since it is believed whatever it says. */
#define FIRST_SAMPLE_US (500 * 1000)
#define SAMPLE_US (150 * 1000)
/* libwebrtc's values: how much less a sample counts that is far off, how fast belief ages. */
#define UNCERTAINTY 10.0
#define INITIAL_VARIANCE 50.0
#define VARIANCE_PER_SAMPLE 5.0

static void
take_sample (AloqaBandwidthThroughput *self, double sample_kbps)
{
  double uncertainty;
  double sample_variance;
  double variance;

  if (self->kbps <= 0) {
    self->kbps = sample_kbps;
    self->variance = INITIAL_VARIANCE;
    return;
  }
  uncertainty = UNCERTAINTY * fabs (self->kbps - sample_kbps) / self->kbps;
  sample_variance = uncertainty * uncertainty;
  variance = self->variance + VARIANCE_PER_SAMPLE;
  self->kbps =
      (sample_variance * self->kbps + variance * sample_kbps) / (sample_variance + variance);
  self->variance = sample_variance * variance / (sample_variance + variance);
}

/**
 * aloqa_bandwidth_throughput_add:
 * @arrived_us: by the other side's clock
 * @size_bytes: of the packet, with all headers
 */
void
aloqa_bandwidth_throughput_add (AloqaBandwidthThroughput *self, gint64 arrived_us, gsize size_bytes)
{
  gint64 sample_us = self->kbps > 0 ? SAMPLE_US : FIRST_SAMPLE_US;
  gint64 step_us = self->latest_us != 0 ? arrived_us - self->latest_us : 0;

  self->latest_us = arrived_us;
  if (step_us < -sample_us || step_us > sample_us) {
    self->window_us = 0;
    self->sum_bytes = 0;
  } else {
    self->window_us += step_us;
  }

  /* The packet that ends a sample belongs to the next one. */
  if (self->window_us >= sample_us) {
    take_sample (self, (double) self->sum_bytes * 8 * 1000 / (double) self->window_us);
    self->window_us = 0;
    self->sum_bytes = 0;
  }
  self->sum_bytes += size_bytes;
}
