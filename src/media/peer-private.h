/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/peer-engine.h"
#include "media/peer.h"
#include "media/watchdog.h"

G_BEGIN_DECLS

enum {
  SIGNAL_LOCAL_CANDIDATE,
  SIGNAL_GATHERING_COMPLETE,
  SIGNAL_CONNECTED,
  SIGNAL_FIRST_AUDIO,
  SIGNAL_FIRST_VIDEO_FRAME,
  SIGNAL_VIDEO_SIZE,
  SIGNAL_MEDIA_SILENT,
  SIGNAL_MEDIA_RESUMED,
  SIGNAL_MEDIA_DEAD,
  SIGNAL_FAILED,
  N_SIGNALS,
};

/* What the peer-….c files of the main thread share. */
struct _AloqaPeer {
  GObject parent_instance;

  AloqaPeerConfig config; /* its servers and its database are references */
  AloqaHop *hop;
  AloqaPeerEngine *engine; /* NULL before prepare and after close */
  AloqaFeed *audio;        /* what is sent; may be NULL */
  AloqaFeed *video;
  AloqaVideoContent content;
  AloqaFeed *remote_audio;
  AloqaFeed *remote_video;
  GError *failure;
  gboolean is_closed;
  gboolean is_secure;

  /* peer-negotiation.c */
  char *stream_id;
  AloqaSdpTrack audio_track;
  AloqaSdpTrack video_track;
  gboolean has_tracks;
  GTask *task;      /* the one operation under way; its answer comes as an event */
  char *local_text; /* as webrtcbin wrote it */
  char *local_mid;
  int local_index;
  GPtrArray *local_candidates; /* of AloqaCandidate: gathered before handing out */
  gboolean is_settled;         /* enough of them to hand out the description */
  gboolean is_gathered;
  gboolean is_handed_out;
  guint settle_id;
  guint gathering_id;

  /* peer-candidates.c */
  AloqaSdpRemote *remote;
  gboolean is_remote_applied;
  gboolean is_open;
  GPtrArray *remote_candidates; /* of AloqaCandidate: not yet applied */
  guint n_remote_candidates;
  gint64 last_candidate_us;
  GCancellable *lookups;

  /* peer-monitor.c */
  guint monitor_id;
  guint no_path_id;
  AloqaWatchdog watchdog;
  AloqaPeerRates rates;
};

void aloqa_peer_emit (AloqaPeer *self, guint signal, ...);
void aloqa_peer_fail (AloqaPeer *self, GError *error);
gboolean aloqa_peer_ensure_engine (AloqaPeer *self, GError **error);

void aloqa_peer_negotiation_prepare (AloqaPeer *self);
void aloqa_peer_negotiation_close (AloqaPeer *self);
gboolean aloqa_peer_negotiation_handle (AloqaPeer *self, AloqaPeerEvent *event);

void aloqa_peer_candidates_flush (AloqaPeer *self);
void aloqa_peer_candidates_close (AloqaPeer *self);

void aloqa_peer_monitor_close (AloqaPeer *self);
gboolean aloqa_peer_monitor_handle (AloqaPeer *self, AloqaPeerEvent *event);

G_END_DECLS
