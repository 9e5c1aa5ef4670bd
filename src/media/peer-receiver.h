/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/base/gstbasesink.h>

#include "media/feed.h"
#include "media/peer-codec.h"

G_BEGIN_DECLS

/* How much longer sound takes that is repaired: as long as a packet of it lasts, which is 20 ms unless
 * somebody asks for another (RFC 7587, 4.2). */
#define ALOQA_PEER_RECEIVER_REPAIR_MS 20

/* The way into a peer for one kind of media: RTP packets → decoder → frames into a feed. */
typedef struct _AloqaPeerReceiver AloqaPeerReceiver;

/*
 * Called on a streaming thread: for the first frame, and for a picture whenever its size is another
 * (both at once for the first picture).
 */
typedef void (*AloqaPeerReceiverFunc) (AloqaPeerReceiver *self, gboolean is_first, guint width_px,
                                       guint height_px, gpointer user_data);

typedef struct {
  guint64 packets;
  guint64 bytes;
  guint64 frames_received; /* pictures whose packets began to arrive, or blocks of sound */
  guint64 frames_decoded;
  guint width_px;
  guint height_px;
  guint32 ssrc;               /* of the stream that comes */
  gint64 longest_interval_us; /* between two frames of late (media/picture-rhythm.h) */
} AloqaPeerReceiverCounts;

AloqaPeerReceiver *
aloqa_peer_receiver_new (GstBin *pipeline, const AloqaCodec *codec, AloqaFeed *feed,
                         AloqaPeerReceiverFunc func, gpointer user_data, GError **error);
void aloqa_peer_receiver_free (AloqaPeerReceiver *self);
const AloqaCodec *aloqa_peer_receiver_get_codec (AloqaPeerReceiver *self);
GstBaseSink *aloqa_peer_receiver_get_sink (AloqaPeerReceiver *self);
void aloqa_peer_receiver_repair (AloqaPeerReceiver *self);
gboolean aloqa_peer_receiver_link (AloqaPeerReceiver *self, GstPad *source);
AloqaPeerReceiverCounts aloqa_peer_receiver_get_counts (AloqaPeerReceiver *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPeerReceiver, aloqa_peer_receiver_free)

G_END_DECLS
