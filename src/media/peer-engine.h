/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hop.h"
#include "media/peer.h"
#include "media/sdp-remote.h"

G_BEGIN_DECLS

/*
 * Everything of a peer that streaming threads touch: the pipeline, webrtcbin, and what stands before
 * and behind it. What happens in there is told to the main thread as events, over a hop. Functions
 * belong to the main thread, but for aloqa_peer_engine_free (), which may take long.
 */
typedef struct _AloqaPeerEngine AloqaPeerEngine;

typedef enum {
  ALOQA_PEER_EVENT_LOCAL_DESCRIPTION, /* text: an offer or answer of webrtcbin's, set */
  ALOQA_PEER_EVENT_REMOTE_APPLIED,    /* the answer of the other side is set */
  ALOQA_PEER_EVENT_REFUSED,           /* error: webrtcbin did not take a description */
  ALOQA_PEER_EVENT_CANDIDATE,         /* text: one of our own */
  ALOQA_PEER_EVENT_GATHERED,
  ALOQA_PEER_EVENT_CHECKING,
  ALOQA_PEER_EVENT_NO_PATH,
  ALOQA_PEER_EVENT_SECURE,   /* media flows */
  ALOQA_PEER_EVENT_IMPOSTOR, /* a certificate that is not the one named */
  ALOQA_PEER_EVENT_DTLS_FAILED,
  ALOQA_PEER_EVENT_FIRST_AUDIO,
  ALOQA_PEER_EVENT_VIDEO, /* is_first, width_px, height_px: the first picture, or another size */
  ALOQA_PEER_EVENT_ERROR, /* error: an element failed */
} AloqaPeerEventType;

typedef struct {
  AloqaPeerEventType type;
  char *text;
  GError *error;
  gboolean is_first;
  guint width_px;
  guint height_px;
} AloqaPeerEvent;

/* @handler is called on the main thread with the hop's object and an #AloqaPeerEvent. */
AloqaPeerEngine *aloqa_peer_engine_new (const AloqaPeerConfig *config, AloqaFeed *remote_audio,
                                        AloqaFeed *remote_video, AloqaHop *hop,
                                        AloqaHopFunc handler, GError **error);
void aloqa_peer_engine_detach (AloqaPeerEngine *self);
void aloqa_peer_engine_free (AloqaPeerEngine *self);

gboolean
aloqa_peer_engine_add_tracks (AloqaPeerEngine *self, const AloqaSdpTrack *audio,
                              const AloqaSdpTrack *video, const char *stream_id, GError **error);
void aloqa_peer_engine_expect (AloqaPeerEngine *self, const char *hash, const char *value);
void aloqa_peer_engine_create_offer (AloqaPeerEngine *self);
void aloqa_peer_engine_answer (AloqaPeerEngine *self, const char *offer);
void aloqa_peer_engine_apply_answer (AloqaPeerEngine *self, const char *answer);
void aloqa_peer_engine_add_candidate (AloqaPeerEngine *self, const char *line);
void aloqa_peer_engine_set_feeds (AloqaPeerEngine *self, AloqaFeed *audio, AloqaFeed *video);
void aloqa_peer_engine_set_content (AloqaPeerEngine *self, AloqaVideoContent content);
void aloqa_peer_engine_set_loss (AloqaPeerEngine *self, double audio_percent);
void aloqa_peer_engine_update_playout (AloqaPeerEngine *self, double resend_ms,
                                       const AloqaPeerStats *stats, gint64 now_us);
void aloqa_peer_engine_read_stats (AloqaPeerEngine *self, AloqaPeerStats *stats);
void aloqa_peer_engine_read_pair (AloqaPeerEngine *self, AloqaPeerStats *stats);
guint64 aloqa_peer_engine_get_bytes_in (AloqaPeerEngine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPeerEngine, aloqa_peer_engine_free)

G_END_DECLS
