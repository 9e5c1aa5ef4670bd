/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/base/gstbasesink.h>

#include "media/peer-codec.h"

G_BEGIN_DECLS

/*
 * How long received media is held back before it is due: as long as the measured jitter asks for,
 * and no longer. Sound and pictures of one moment are due together as far as anyone would notice
 * (media/lip-sync.h).
 */
typedef struct _AloqaPeerPlayout AloqaPeerPlayout;

/* For a lost packet at least, and before anything is known of the path: what is overtaken on its way
 * comes a little later. */
#define ALOQA_PLAYOUT_INITIAL_WAIT_MS 20

AloqaPeerPlayout *aloqa_peer_playout_new (GstPipeline *pipeline);
void aloqa_peer_playout_free (AloqaPeerPlayout *self);
void
aloqa_peer_playout_set_payload_type (AloqaPeerPlayout *self, AloqaSdpKind kind, int payload_type);
void aloqa_peer_playout_set_sink (AloqaPeerPlayout *self, AloqaSdpKind kind, GstBaseSink *sink);
void aloqa_peer_playout_watch (AloqaPeerPlayout *self, GstElement *jitter_buffer);
void aloqa_peer_playout_set_repair_ms (AloqaPeerPlayout *self, gint repair_ms);
void
aloqa_peer_playout_update (AloqaPeerPlayout *self, double resend_ms, gint64 n_lost, gint64 now_us);
guint aloqa_peer_playout_get_latency_ms (AloqaPeerPlayout *self, AloqaSdpKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPeerPlayout, aloqa_peer_playout_free)

G_END_DECLS
