/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"
#include "media/peer-codec.h"

G_BEGIN_DECLS

/*
 * The way out of a peer for one kind of media: a feed's frames → encoder → RTP packets. Nothing is
 * encoded before it is opened, but for one frame that makes the encoder ready.
 */
typedef struct _AloqaPeerSender AloqaPeerSender;

/* Counted since opening. */
typedef struct {
  guint64 packets;
  guint64 bytes;
  guint64 frames_encoded;
  guint64 frames_skipped; /* left out of a text, for the others to be sharp */
  guint64 frames_dropped; /* came faster than the encoder took them */
} AloqaPeerSenderCounts;

AloqaPeerSender *aloqa_peer_sender_new (GstBin *pipeline, const AloqaCodec *codec, GError **error);
void aloqa_peer_sender_free (AloqaPeerSender *self);

const AloqaCodec *aloqa_peer_sender_get_codec (AloqaPeerSender *self);
guint32 aloqa_peer_sender_get_ssrc (AloqaPeerSender *self);
int aloqa_peer_sender_get_payload_type (AloqaPeerSender *self);
void aloqa_peer_sender_set_payload (AloqaPeerSender *self, int payload_type, guint32 ssrc);
gboolean aloqa_peer_sender_link (AloqaPeerSender *self, GstPad *sink);
void aloqa_peer_sender_set_feed (AloqaPeerSender *self, AloqaFeed *feed);
void aloqa_peer_sender_open (AloqaPeerSender *self);
void aloqa_peer_sender_set_bitrate (AloqaPeerSender *self, guint kbps);
void aloqa_peer_sender_set_content (AloqaPeerSender *self, AloqaVideoContent content);
void aloqa_peer_sender_set_loss (AloqaPeerSender *self, guint loss_percent);
AloqaPeerSenderCounts aloqa_peer_sender_get_counts (AloqaPeerSender *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPeerSender, aloqa_peer_sender_free)

G_END_DECLS
