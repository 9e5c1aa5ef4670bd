/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "media/feed.h"
#include "protocol/ice-server.h"
#include "media/peer-stats.h"
#include "protocol/candidate.h"

G_BEGIN_DECLS

/*
 * One leg of a call: a webrtcbin with encoders in front and decoders behind it, in a pipeline of its
 * own that owns no device. What it sends comes from two feeds, what it receives goes into two feeds.
 *
 * All functions, callbacks and signals belong to the main thread. A peer negotiates exactly once:
 * mute, hold, camera off and every other change is a change of what the feeds carry.
 *
 *   caller: new → prepare → create_offer → apply_answer
 *   callee: new → prepare → accept_offer and open, in either order
 *
 * and for both: set_feeds, add_candidate and close at any time. A peer is to be closed before its
 * last reference goes; a closed one emits nothing more, and its unfinished operations fail with
 * ALOQA_PEER_ERROR_CLOSED.
 *
 * A callee that is not open sends the other side no packet and applies none of its candidates,
 * those inside the offer included: accept_offer while it rings makes the answer ready, open lets
 * the packets out. A caller is open from the start.
 *
 * Signals:
 *   local-candidate (AloqaCandidate *)  gathered after the offer or answer was handed out: the ones
 *                                       before are in it. Emitted from then on only
 *   gathering-complete ()               no local-candidate will follow (or the deadline for gathering
 *                                       passed)
 *   connected ()                        DTLS is up, the certificate is the one that the signalling
 *                                       named; media flows from here on and not before
 *   first-audio ()                      the first remote sound was pushed into the feed
 *   first-video-frame ()                the first remote picture was pushed into the feed
 *   video-size (guint, guint)           the remote picture's width and height in pixels, on the first
 *                                       frame and on each change
 *   media-silent ()                     nothing arrived for 5 s after connecting ("reconnecting")
 *   media-resumed ()                    it did again, after media-silent
 *   media-dead ()                       nothing arrived for 15 s. The peer goes on trying until it is
 *                                       closed
 *   failed (GError *)                   ALOQA_PEER_ERROR; at most once; the peer is of no use any
 *                                       more and is to be closed
 */
#define ALOQA_TYPE_PEER (aloqa_peer_get_type ())
G_DECLARE_FINAL_TYPE (AloqaPeer, aloqa_peer, ALOQA, PEER, GObject)

typedef enum {
  ALOQA_PEER_ERROR_NO_PATH,     /* no pair of addresses works: networks, firewall, TURN server */
  ALOQA_PEER_ERROR_DTLS,        /* the encryption handshake failed */
  ALOQA_PEER_ERROR_FINGERPRINT, /* somebody else's certificate: the call is being intercepted */
  ALOQA_PEER_ERROR_BAD_SDP,     /* the remote description is broken, hostile or not a call's */
  ALOQA_PEER_ERROR_NO_CODEC,    /* nothing in common, such as no Opus */
  ALOQA_PEER_ERROR_MEDIA,       /* an encoder, decoder or the pipeline failed */
  ALOQA_PEER_ERROR_MISSING,     /* a GStreamer plugin is not installed; the message names it */
  ALOQA_PEER_ERROR_BAD_SERVER,  /* a STUN or TURN server's address is not one */
  ALOQA_PEER_ERROR_CLOSED,      /* the peer was closed while the operation was under way */
} AloqaPeerError;

#define ALOQA_PEER_ERROR (aloqa_peer_error_quark ())
GQuark aloqa_peer_error_quark (void);

typedef enum {
  ALOQA_PEER_CALLER,
  ALOQA_PEER_CALLEE,
} AloqaPeerRole;

typedef enum {
  ALOQA_VIDEO_CODEC_VP8,
  ALOQA_VIDEO_CODEC_H264,
  ALOQA_VIDEO_CODEC_VP9,
} AloqaVideoCodec;

/* What the pictures that are sent show, and so what is to be kept where the network is short. */
typedef enum {
  ALOQA_VIDEO_CONTENT_CAMERA,
  ALOQA_VIDEO_CONTENT_TEXT, /* a screen to be read: rather fewer pictures than worse ones */
  ALOQA_VIDEO_CONTENT_FILM, /* a screen that moves */
} AloqaVideoContent;

/* Begin with ALOQA_PEER_CONFIG_INIT; nothing of it is kept by reference but the servers. */
typedef struct {
  AloqaPeerRole role;
  gboolean has_video;          /* caller: offer video too. Callee: the offer decides */
  AloqaVideoCodec video_codec; /* caller: the one offered. Callee: preferred, else what is there */
  GPtrArray *ice_servers;      /* of AloqaIceServer; NULL for none */
  gboolean is_relay_only;      /* show and use no address but a TURN server's */
  GTlsDatabase *tls_database;  /* whom to trust for turns:, or NULL for the system's */
  guint initial_kbps;          /* of video, before the network has been measured */
  guint min_kbps;
  guint max_kbps;        /* of a camera's pictures */
  guint max_screen_kbps; /* of a screen's */
} AloqaPeerConfig;

#define ALOQA_PEER_CONFIG_INIT                                                                     \
  {                                                                                                \
    .has_video = TRUE, .initial_kbps = 300, .min_kbps = 60, .max_kbps = 2500,                      \
    .max_screen_kbps = 2500                                                                        \
  }

AloqaPeer *aloqa_peer_new (const AloqaPeerConfig *config);
void aloqa_peer_prepare (AloqaPeer *self);
void aloqa_peer_set_feeds (AloqaPeer *self, AloqaFeed *audio, AloqaFeed *video);
void aloqa_peer_set_content (AloqaPeer *self, AloqaVideoContent content);
AloqaFeed *aloqa_peer_get_remote_audio (AloqaPeer *self);
AloqaFeed *aloqa_peer_get_remote_video (AloqaPeer *self);
gboolean aloqa_peer_has_video (AloqaPeer *self);

void aloqa_peer_create_offer_async (AloqaPeer *self, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
char *aloqa_peer_create_offer_finish (AloqaPeer *self, GAsyncResult *result, GError **error);
void aloqa_peer_accept_offer_async (AloqaPeer *self, const char *sdp, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
char *aloqa_peer_accept_offer_finish (AloqaPeer *self, GAsyncResult *result, GError **error);
void aloqa_peer_apply_answer_async (AloqaPeer *self, const char *sdp, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_peer_apply_answer_finish (AloqaPeer *self, GAsyncResult *result, GError **error);
void aloqa_peer_add_candidate (AloqaPeer *self, AloqaCandidate *candidate);
void aloqa_peer_open (AloqaPeer *self);

void aloqa_peer_get_stats (AloqaPeer *self, AloqaPeerStats *stats);

void aloqa_peer_close_async (AloqaPeer *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_peer_close_finish (AloqaPeer *self, GAsyncResult *result, GError **error);

G_END_DECLS
