/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/candidate.h"

G_BEGIN_DECLS

/* One kind of media, both ways. Counters run from the connection's start. */
typedef struct {
  guint64 packets_sent;
  guint64 packets_received;
  guint64 bytes_sent; /* RTP: header and payload */
  guint64 bytes_received;
  gint64 packets_lost_out; /* as the other side reports it; duplicates make it fall */
  gint64 packets_lost_in;
  double loss_out_percent; /* of late, as the other side reports it */
  double out_kbps;         /* over the last second */
  double in_kbps;
  double jitter_ms;       /* of what arrives (RFC 3550, 6.4.1); -1 unknown */
  guint jitter_buffer_ms; /* how long what arrives is held back */
  const char *codec;      /* "Opus", "VP8", "H264", "VP9", or NULL; static */
} AloqaPeerMediaStats;

/* What a peer knows of its call at one moment. A plain struct, owns nothing. */
typedef struct {
  AloqaPeerMediaStats audio;
  AloqaPeerMediaStats video;
  double rtt_ms; /* -1 unknown */

  guint64 frames_encoded;
  guint64 frames_decoded;
  guint64 frames_dropped; /* received or about to be sent, but late, broken or too many */
  guint width_px;         /* of the received picture, 0 before the first */
  guint height_px;
  double fps;                 /* received, over the last second */
  gint64 longest_interval_us; /* of late between two received pictures, by the other side's clock */

  guint target_kbps;    /* what the video encoder was told */
  guint estimated_kbps; /* what the network is believed to carry our way out; 0 unknown */

  gboolean has_pair; /* a pair of addresses carries the media: */
  AloqaCandidateKind local_kind;
  AloqaCandidateKind remote_kind;
  AloqaTransport transport;
} AloqaPeerStats;

/*
 * Rates out of two readings: taken each second, so that whoever asks twice in between gets the same.
 * A plain struct: zero it.
 */
typedef struct {
  gint64 read_us;
  guint64 audio_sent;
  guint64 audio_received;
  guint64 video_sent;
  guint64 video_received;
  guint64 frames_decoded;
  double audio_out_kbps;
  double audio_in_kbps;
  double video_out_kbps;
  double video_in_kbps;
  double fps;
} AloqaPeerRates;

void aloqa_peer_rates_update (AloqaPeerRates *self, const AloqaPeerStats *stats, gint64 now_us);
void aloqa_peer_rates_fill (const AloqaPeerRates *self, AloqaPeerStats *stats);

G_END_DECLS
