/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The guard at both ends of the encrypted transport. Nothing passes, RTP or RTCP, in or out, before
 * the certificate of the DTLS handshake is the one that the signalling named; after one that is not
 * nothing ever does. webrtcbin up to 1.26 does not compare them.
 */
typedef struct _AloqaPeerGate AloqaPeerGate;

typedef enum {
  ALOQA_PEER_GATE_SHUT,
  ALOQA_PEER_GATE_OPEN,
  ALOQA_PEER_GATE_BROKEN, /* the wrong certificate: shut for ever */
  ALOQA_PEER_GATE_FAILED, /* no handshake */
} AloqaPeerGateState;

/* Called on a streaming thread, at most once for each state. */
typedef void (*AloqaPeerGateFunc) (AloqaPeerGateState state, gpointer user_data);

AloqaPeerGate *aloqa_peer_gate_new (AloqaPeerGateFunc func, gpointer user_data);
void aloqa_peer_gate_free (AloqaPeerGate *self);
void aloqa_peer_gate_expect (AloqaPeerGate *self, const char *hash, const char *value);
void aloqa_peer_gate_guard (AloqaPeerGate *self, GstElement *element);
guint64 aloqa_peer_gate_get_bytes_in (AloqaPeerGate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPeerGate, aloqa_peer_gate_free)

G_END_DECLS
