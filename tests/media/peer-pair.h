/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/peer-source.h"
#include "media/peer.h"
#include "media/udp-proxy.h"

G_BEGIN_DECLS

/*
 * Two peers in one process, joined by function calls instead of a server, and a source of moving
 * pictures and of a tone for each. What they tell is counted.
 */
typedef struct _PeerPair PeerPair;

typedef struct {
  AloqaPeer *peer;
  AloqaFeed *audio; /* sent */
  AloqaFeed *video;
  gboolean is_gathered;
  gboolean is_connected;
  gboolean has_first_audio;
  gboolean has_first_video;
  guint width_px;
  guint height_px;
  guint n_candidates;
  guint n_audio; /* samples out of the remote feeds; atomic */
  guint n_video;
  gboolean is_silent;
  gboolean is_dead;
  GError *failure;
  gint64 connected_us;
  gint64 first_video_us;
  guint audio_listener;
  guint video_listener;
  PeerPair *pair;
} PeerSide;

/* May change a description on its way; returns a new one, frees the old. */
typedef char *(*PeerPairFilter) (char *sdp, gboolean is_offer, gpointer user_data);

struct _PeerPair {
  PeerSide caller;
  PeerSide callee;
  char *offer;
  char *answer;
  PeerPairFilter filter;
  gpointer user_data;
  gboolean is_callee_shut; /* it is opened by the test */
  GError *error;           /* of an operation */
  gint64 start_us;
  PeerSource *source;
};

PeerPair *peer_pair_new (const AloqaPeerConfig *caller, const AloqaPeerConfig *callee);
void peer_pair_start_source (PeerPair *self, guint width_px, guint height_px);
void peer_pair_set_proxy (PeerPair *self, UdpProxy *proxy);
void peer_pair_set_size (PeerPair *self, guint width_px, guint height_px);
void peer_pair_connect (PeerPair *self);
void peer_pair_apply_answer (PeerPair *self);
void peer_pair_wait_connected (PeerPair *self);
void peer_pair_wait_media (PeerPair *self, guint n_audio, guint n_video);
void peer_pair_check_report_interval (PeerPair *self, guint interval_ms);
void peer_pair_check_report_stamps (PeerPair *self);
void peer_pair_free (PeerPair *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PeerPair, peer_pair_free)

G_END_DECLS
