/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "media/peer.h"
#include "protocol/sdp.h"

G_BEGIN_DECLS

#define ALOQA_TWCC_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

/* One way to turn frames into RTP packets and back. Static; compare by address. */
typedef struct _AloqaCodec AloqaCodec;
struct _AloqaCodec {
  const char *name;     /* for people and stats: "Opus" */
  const char *rtp_name; /* as GStreamer writes it in caps: "OPUS" */
  AloqaSdpKind kind;
  int clock_rate_hz;
  int payload_type; /* of our own offers */
  const char *raw_caps;
  const char *encoded_caps; /* what to ask of the encoder, or NULL */
  const char *colorimetry;  /* of every picture, where the format fixes it */
  const char *fmtp;         /* what our own offers say of it, or "" */
  const char *payloader;
  const char *depayloader;
  const char *encoders[3]; /* in order of preference, NULL at the end */
  const char *decoders[3];
  void (*set_bitrate) (GstElement *encoder, guint kbps);
};

const AloqaCodec *aloqa_codec_get_audio (void);
const AloqaCodec *aloqa_codec_get_video (AloqaVideoCodec video_codec);
const AloqaCodec *aloqa_codec_find (AloqaSdpKind kind, const char *rtp_name);
gboolean aloqa_codec_accepts (const AloqaCodec *self, const AloqaSdpCodec *offered);

GstElement *aloqa_codec_make_element (const char *factory, GError **error);
GstElement *aloqa_codec_make_encoder (const AloqaCodec *self, GError **error);
GstElement *aloqa_codec_make_decoder (const AloqaCodec *self, GError **error);
gboolean aloqa_codec_is_content_live (GstElement *encoder);
gboolean aloqa_codec_is_text_paced (GstElement *encoder);
GstCaps *aloqa_codec_dup_raw_caps (GstElement *encoder, AloqaVideoContent content, GstCaps *caps);
void aloqa_codec_set_content (GstElement *encoder, AloqaVideoContent content);
GstElement *aloqa_codec_make_payloader (const AloqaCodec *self, GError **error);
GstElement *aloqa_codec_make_depayloader (const AloqaCodec *self, GError **error);

G_END_DECLS
