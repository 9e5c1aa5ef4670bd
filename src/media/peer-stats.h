/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/candidate.h"

G_BEGIN_DECLS

/* One kind of media, both ways. Counters run from the connection's start. */
typedef struct {
  guint64 packets_sent;
  guint64 packets_received;
  gint64 packets_lost_out; /* as the other side reports it; duplicates make it fall */
  gint64 packets_lost_in;
  double out_kbps; /* RTP payload and headers, over the last second */
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
  guint64 frames_dropped; /* received or about to be sent, but too late, broken or out of turn */
  guint width_px;         /* of the received picture, 0 before the first */
  guint height_px;
  double fps; /* received, over the last second */

  guint target_kbps;    /* what the encoder was told, video */
  guint estimated_kbps; /* what the network is believed to carry our way out; 0 unknown */

  gboolean has_pair; /* a pair of addresses carries the media: */
  AloqaCandidateKind local_kind;
  AloqaCandidateKind remote_kind;
  AloqaTransport transport;
} AloqaPeerStats;

G_END_DECLS
