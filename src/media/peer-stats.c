/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-stats.h"

static double
get_rate (guint64 *last, guint64 now, double elapsed_s)
{
  double rate = now > *last ? (double) (now - *last) / elapsed_s : 0;

  *last = now;
  return rate;
}

/**
 * aloqa_peer_rates_update:
 * @stats: the counters of this moment
 * @now_us: a monotonic time
 */
void
aloqa_peer_rates_update (AloqaPeerRates *self, const AloqaPeerStats *stats, gint64 now_us)
{
  double elapsed_s = (double) (now_us - self->read_us) / G_USEC_PER_SEC;

  if (elapsed_s <= 0)
    return;
  self->read_us = now_us;
  self->audio_out_kbps = get_rate (&self->audio_sent, stats->audio.bytes_sent, elapsed_s) * 0.008;
  self->audio_in_kbps =
      get_rate (&self->audio_received, stats->audio.bytes_received, elapsed_s) * 0.008;
  self->video_out_kbps = get_rate (&self->video_sent, stats->video.bytes_sent, elapsed_s) * 0.008;
  self->video_in_kbps =
      get_rate (&self->video_received, stats->video.bytes_received, elapsed_s) * 0.008;
  self->fps = get_rate (&self->frames_decoded, stats->frames_decoded, elapsed_s);
}

void
aloqa_peer_rates_fill (const AloqaPeerRates *self, AloqaPeerStats *stats)
{
  stats->audio.out_kbps = self->audio_out_kbps;
  stats->audio.in_kbps = self->audio_in_kbps;
  stats->video.out_kbps = self->video_out_kbps;
  stats->video.in_kbps = self->video_in_kbps;
  stats->fps = self->fps;
}
