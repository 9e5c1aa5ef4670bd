/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "protocol/candidate.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_SDP_AUDIO,
  ALOQA_SDP_VIDEO,
  ALOQA_SDP_OTHER,
} AloqaSdpKind;

typedef enum {
  ALOQA_SDP_INACTIVE = 0,
  ALOQA_SDP_SENDONLY = 1,
  ALOQA_SDP_RECVONLY = 2,
  ALOQA_SDP_SENDRECV = 3,
} AloqaSdpDirection;

typedef struct {
  int payload_type; /* 0–127 */
  char *encoding;   /* as written: "VP8", "opus"; "" for one without a=rtpmap that is not static */
  int clock_rate_hz;
  int n_channels; /* 1 where not said */
  char *fmtp;     /* or NULL: the parameters without the payload type */
  GStrv feedback; /* "nack pli", "transport-cc", those of "*" included; never NULL */
} AloqaSdpCodec;

typedef struct {
  int id; /* 1–255 */
  char *uri;
  AloqaSdpDirection direction; /* of "extmap:2/recvonly"; SENDRECV where not said */
} AloqaSdpExtension;

/* One stream of packets that the sender has announced. */
typedef struct {
  guint32 ssrc;
  guint32 rtx_ssrc; /* of its retransmissions (a=ssrc-group:FID, RFC 4588), or 0 */
} AloqaSdpSource;

typedef struct {
  AloqaSdpKind kind;
  char *protocol; /* "UDP/TLS/RTP/SAVPF" */
  int port;       /* 0: refused or bundle-only */
  gboolean is_bundle_only;
  char *mid; /* or NULL */
  AloqaSdpDirection direction;
  GPtrArray *codecs;       /* of AloqaSdpCodec, in the order of preference of the m-line */
  GPtrArray *extensions;   /* of AloqaSdpExtension; the session's included */
  char *fingerprint_hash;  /* "sha-256", lower case; its own or the session's; or NULL */
  char *fingerprint_value; /* "AB:CD:…", upper case; or NULL */
  char *ice_ufrag;         /* its own or the session's; or NULL */
  char *ice_pwd;           /* likewise */
  char *setup;             /* "actpass", "active", "passive", "holdconn", likewise; or NULL */
  char *stream_id;         /* first word of a=msid; NULL also for "-" */
  char *track_id;          /* second word of a=msid; or NULL */
  gboolean is_rtcp_mux;
  gboolean is_end_of_candidates;
  GPtrArray *candidates; /* of AloqaCandidate, those that are valid */
  GArray *sources;       /* of AloqaSdpSource, in the order they stand; RTX is in its first one's */
} AloqaSdpMedia;

/* What a call needs to know of a session description (RFC 8866, RFC 9429). Immutable. */
typedef struct {
  GPtrArray *media;  /* of AloqaSdpMedia, in the order of the m-lines */
  GStrv bundle_mids; /* of the first a=group:BUNDLE; or NULL */
  gboolean is_ice_lite;
} AloqaSdp;

AloqaSdp *aloqa_sdp_parse (const char *text, GError **error);
void aloqa_sdp_free (AloqaSdp *self);
char *aloqa_sdp_normalize (const char *text, GError **error);
const AloqaSdpMedia *aloqa_sdp_get_media (const AloqaSdp *self, AloqaSdpKind kind);
const AloqaSdpCodec *aloqa_sdp_media_get_codec (const AloqaSdpMedia *self, const char *encoding);
const AloqaSdpCodec *aloqa_sdp_media_get_rtx (const AloqaSdpMedia *self, int payload_type);
int aloqa_sdp_media_get_extension_id (const AloqaSdpMedia *self, const char *uri);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaSdp, aloqa_sdp_free)

G_END_DECLS
