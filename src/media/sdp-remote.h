/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/peer-codec.h"

G_BEGIN_DECLS

/* What was agreed for one kind of media. */
typedef struct {
  const AloqaCodec *codec; /* NULL: none, it is not part of the call */
  int payload_type;
  int rtx_payload_type;  /* -1: lost packets are not sent again */
  int twcc_extension_id; /* 0: the other side gives no transport-wide feedback */
  const char *fmtp;      /* what is said of the codec, or ""; of the description, or static */
} AloqaSdpTrack;

/*
 * A remote description made fit for webrtcbin, which asserts, crashes or goes astray on many a
 * description that is odd or hostile: written anew from what was understood, with one codec a kind,
 * without candidates, and without the m-lines that are no part of a call. Immutable.
 */
typedef struct {
  char *text;
  AloqaSdpTrack audio;
  AloqaSdpTrack video;
  char *audio_fmtp; /* what the tracks point to */
  char *video_fmtp;
  char *fingerprint_hash;
  char *fingerprint_value;
  char *ice_ufrag;
  char *transport_mid;   /* of the m-line whose transport carries everything */
  int transport_index;   /* its place in what the other side wrote */
  gboolean is_bundled;   /* the other side spoke of BUNDLE at all */
  GPtrArray *candidates; /* of AloqaCandidate: those of that transport */
  GPtrArray *refused;    /* per m-line of the other side: "m=video 0 …" to answer, NULL if kept */
} AloqaSdpRemote;

AloqaSdpRemote *
aloqa_sdp_remote_new_offer (const char *text, const AloqaCodec *preferred_video, GError **error);
AloqaSdpRemote *aloqa_sdp_remote_new_answer (const char *text, const AloqaSdpTrack *audio,
                                             const AloqaSdpTrack *video, GError **error);
void aloqa_sdp_remote_free (AloqaSdpRemote *self);
gboolean
aloqa_sdp_remote_is_for_transport (const AloqaSdpRemote *self, const AloqaCandidate *candidate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaSdpRemote, aloqa_sdp_remote_free)

G_END_DECLS
