/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-quality.h"

#include <glib/gi18n.h>

/* So many better judgements in a row raise the mark by a step. */
#define RISE_AFTER 3
/* A round trip or loss below the first is excellent, below the second good, and so on. */
static const double rtt_limits_ms[] = { 150, 300, 600 };
static const double loss_limits_percent[] = { 1, 4, 10 };
/* So is a picture that stands still for so long, though the other side has made another one. */
static const gint64 gap_limits_us[] = { 300000, 700000, 2000000 };

static AloqaQuality
rate (double value, double excellent, double good, double poor)
{
  if (value < excellent)
    return ALOQA_QUALITY_EXCELLENT;
  if (value < good)
    return ALOQA_QUALITY_GOOD;
  return value < poor ? ALOQA_QUALITY_POOR : ALOQA_QUALITY_BAD;
}

static AloqaQuality
rate_loss (double percent)
{
  return rate (percent, loss_limits_percent[0], loss_limits_percent[1], loss_limits_percent[2]);
}

/* Since the judgement before. */
static double
take_loss_in_percent (AloqaQualityJudge *self, const AloqaPeerStats *peer)
{
  gint64 lost_in_all = peer->audio.packets_lost_in + peer->video.packets_lost_in;
  guint64 received_in_all = peer->audio.packets_received + peer->video.packets_received;
  double lost = (double) MAX (lost_in_all - self->lost, 0);
  double received =
      received_in_all > self->received ? (double) (received_in_all - self->received) : 0;

  self->lost = lost_in_all;
  self->received = received_in_all;
  return lost + received > 0 ? 100 * lost / (lost + received) : 0;
}

/* Loss that leaves such a gap is rated as loss. */
static AloqaQuality
rate_gap (const AloqaCallStats *stats)
{
  gint64 gap_us = stats->video.longest_gap_us - stats->peer.longest_interval_us;

  return rate ((double) MAX (gap_us, 0), (double) gap_limits_us[0], (double) gap_limits_us[1],
               (double) gap_limits_us[2]);
}

static AloqaQuality
rate_now (AloqaQualityJudge *self, const AloqaCallStats *stats, gboolean has_picture)
{
  const AloqaPeerStats *peer = &stats->peer;
  AloqaQuality quality = rate_loss (take_loss_in_percent (self, peer));

  quality =
      MIN (quality, rate_loss (MAX (peer->audio.loss_out_percent, peer->video.loss_out_percent)));
  if (peer->rtt_ms >= 0)
    quality =
        MIN (quality, rate (peer->rtt_ms, rtt_limits_ms[0], rtt_limits_ms[1], rtt_limits_ms[2]));
  if (has_picture)
    quality = MIN (quality, rate_gap (stats));
  return quality;
}

/**
 * aloqa_quality_judge:
 * @has_picture: whether pictures are expected; a camera that is off stands still for a good reason
 *
 * Returns: what the mark shows from now on
 */
AloqaQuality
aloqa_quality_judge (AloqaQualityJudge *self, const AloqaCallStats *stats, gboolean has_picture)
{
  AloqaQuality now = rate_now (self, stats, has_picture);

  if (self->quality == ALOQA_QUALITY_UNKNOWN || now < self->quality) {
    self->quality = now;
    self->n_better = 0;
  } else if (now == self->quality) {
    self->n_better = 0;
  } else if (++self->n_better >= RISE_AFTER) {
    self->quality++;
    self->n_better = 0;
  }
  return self->quality;
}

/**
 * aloqa_quality_judge_silence:
 *
 * Nothing comes any more: of that there are no figures, as nothing is lost and nothing stands still.
 *
 * Returns: what the mark shows from now on; it rises from there
 */
AloqaQuality
aloqa_quality_judge_silence (AloqaQualityJudge *self)
{
  self->quality = ALOQA_QUALITY_BAD;
  self->n_better = 0;
  return self->quality;
}

const char *
aloqa_quality_get_words (AloqaQuality quality)
{
  switch (quality) {
  case ALOQA_QUALITY_BAD:
    return _ ("Very poor connection");
  case ALOQA_QUALITY_POOR:
    return _ ("Poor connection");
  case ALOQA_QUALITY_GOOD:
    return _ ("Good connection");
  case ALOQA_QUALITY_EXCELLENT:
    return _ ("Excellent connection");
  case ALOQA_QUALITY_UNKNOWN:
  default:
    return _ ("Connection not judged yet");
  }
}

const char *
aloqa_quality_get_icon_name (AloqaQuality quality)
{
  switch (quality) {
  case ALOQA_QUALITY_BAD:
    return "network-cellular-signal-weak-symbolic";
  case ALOQA_QUALITY_POOR:
    return "network-cellular-signal-ok-symbolic";
  case ALOQA_QUALITY_GOOD:
    return "network-cellular-signal-good-symbolic";
  case ALOQA_QUALITY_EXCELLENT:
    return "network-cellular-signal-excellent-symbolic";
  case ALOQA_QUALITY_UNKNOWN:
  default:
    return "network-cellular-signal-none-symbolic";
  }
}
