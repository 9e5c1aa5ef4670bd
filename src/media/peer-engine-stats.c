/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-engine-private.h"

#include <string.h>

/* All media is in one session: that of webrtcbin's first m-line. */
#define SESSION_ID 0

static GObject *
dup_session (AloqaPeerEngine *self)
{
  GObject *session = NULL;

  g_signal_emit_by_name (self->rtpbin, "get-internal-session", SESSION_ID, &session);
  return session;
}

static GstStructure *
dup_source_stats (GObject *session, guint32 ssrc)
{
  g_autoptr (GObject) source = NULL;
  GstStructure *stats = NULL;

  g_signal_emit_by_name (session, "get-source-by-ssrc", ssrc, &source);
  if (source != NULL)
    g_object_get (source, "stats", &stats, NULL);
  return stats;
}

/* webrtcbin's own figures are wrong where streams share a transport: these are by stream. */
static void
read_incoming (GObject *session, const AloqaPeerReceiverCounts *counts, int clock_rate_hz,
               AloqaPeerMediaStats *stats)
{
  g_autoptr (GstStructure) source = dup_source_stats (session, counts->ssrc);
  guint jitter = 0;
  int n_lost = 0;

  if (counts->packets == 0 || source == NULL)
    return;
  gst_structure_get (source, "jitter", G_TYPE_UINT, &jitter, "packets-lost", G_TYPE_INT, &n_lost,
                     NULL);
  stats->jitter_ms = jitter * 1000.0 / clock_rate_hz;
  stats->packets_lost_in = n_lost;
}

static void
read_track (AloqaPeerEngine *self, AloqaPeerSender *sender, AloqaPeerReceiver *receiver,
            GObject *session, AloqaPeerMediaStats *stats, AloqaPeerStats *all)
{
  const AloqaCodec *codec = aloqa_peer_sender_get_codec (sender);
  AloqaPeerSenderCounts out = aloqa_peer_sender_get_counts (sender);
  AloqaPeerReceiverCounts in = aloqa_peer_receiver_get_counts (receiver);
  AloqaPeerReport report;

  stats->codec = codec->name;
  stats->packets_sent = out.packets;
  stats->packets_received = in.packets;
  stats->bytes_sent = out.bytes;
  stats->bytes_received = in.bytes;
  stats->jitter_ms = -1;
  stats->jitter_buffer_ms = aloqa_peer_playout_get_latency_ms (self->playout, codec->kind);
  if (aloqa_peer_reports_get (self->reports, aloqa_peer_sender_get_ssrc (sender), &report)) {
    stats->packets_lost_out = report.n_lost;
    stats->loss_out_percent = report.loss_percent;
  }
  if (session != NULL)
    read_incoming (session, &in, codec->clock_rate_hz, stats);

  if (codec->kind == ALOQA_SDP_VIDEO) {
    all->frames_encoded = out.frames_encoded;
    all->frames_decoded = in.frames_decoded;
    all->width_px = in.width_px;
    all->height_px = in.height_px;
    all->longest_interval_us = in.longest_interval_us;
    /* One is on its way through the decoder. */
    if (in.frames_received > in.frames_decoded + 1)
      all->frames_dropped = in.frames_received - in.frames_decoded - 1;
    all->frames_dropped += out.frames_dropped;
  }
}

static AloqaCandidateKind
parse_kind (const char *text)
{
  if (g_strcmp0 (text, "relay") == 0)
    return ALOQA_CANDIDATE_RELAY;
  if (g_strcmp0 (text, "srflx") == 0)
    return ALOQA_CANDIDATE_SERVER_REFLEXIVE;
  if (g_strcmp0 (text, "prflx") == 0)
    return ALOQA_CANDIDATE_PEER_REFLEXIVE;
  return ALOQA_CANDIDATE_HOST;
}

static GObject *
dup_ice_stream (AloqaPeerEngine *self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstWebRTCRTPSender) sender = NULL;
  g_autoptr (GstWebRTCDTLSTransport) dtls = NULL;
  g_autoptr (GstWebRTCICETransport) transport = NULL;
  GObject *stream = NULL;

  g_signal_emit_by_name (self->webrtc, "get-transceiver", 0, &transceiver);
  if (transceiver != NULL)
    g_object_get (transceiver, "sender", &sender, NULL);
  if (sender != NULL)
    g_object_get (sender, "transport", &dtls, NULL);
  if (dtls != NULL)
    g_object_get (dtls, "transport", &transport, NULL);
  if (transport != NULL &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (transport), "stream") != NULL)
    g_object_get (transport, "stream", &stream, NULL);
  return stream;
}

/**
 * aloqa_peer_engine_read_pair:
 * @stats: (inout): gets to know which addresses carry the media
 */
void
aloqa_peer_engine_read_pair (AloqaPeerEngine *self, AloqaPeerStats *stats)
{
  g_autoptr (GstWebRTCICE) ice = NULL;
  g_autoptr (GObject) stream = dup_ice_stream (self);
  GstWebRTCICECandidateStats *local = NULL;
  GstWebRTCICECandidateStats *remote = NULL;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  if (stream == NULL ||
      !gst_webrtc_ice_get_selected_pair (ice, GST_WEBRTC_ICE_STREAM (stream), &local, &remote))
    return;

  stats->has_pair = TRUE;
  stats->local_kind = parse_kind (local->type);
  stats->remote_kind = parse_kind (remote->type);
  stats->transport =
      g_strcmp0 (local->proto, "tcp") == 0 ? ALOQA_TRANSPORT_TCP : ALOQA_TRANSPORT_UDP;
  gst_webrtc_ice_candidate_stats_free (local);
  gst_webrtc_ice_candidate_stats_free (remote);
}

/**
 * aloqa_peer_engine_read_stats:
 * @stats: (out): everything but the pair of addresses and what is a rate
 */
void
aloqa_peer_engine_read_stats (AloqaPeerEngine *self, AloqaPeerStats *stats)
{
  g_autoptr (GObject) session = dup_session (self);

  *stats = (AloqaPeerStats){ .rtt_ms = aloqa_peer_reports_get_rtt_ms (self->reports),
                             .audio.jitter_ms = -1,
                             .video.jitter_ms = -1 };
  if (self->audio_sender != NULL)
    read_track (self, self->audio_sender, self->audio_receiver, session, &stats->audio, stats);
  if (self->video_sender != NULL) {
    read_track (self, self->video_sender, self->video_receiver, session, &stats->video, stats);
    stats->target_kbps = (guint) g_atomic_int_get (&self->target_kbps);
  }
  stats->estimated_kbps = aloqa_peer_feedback_get_kbps (self->feedback);
}
