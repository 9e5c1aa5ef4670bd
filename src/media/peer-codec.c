/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-codec.h"

#include <gst/video/video.h>
#include <string.h>

/*
 * What an element is set to after it was made. Values as text, so that a property's enum needs no
 * header; a property that this version lacks is left out.
 */
typedef struct {
  const char *factory;
  const char *settings; /* name=value, separated by spaces */
} Tuning;

/*
 * By content. Where bits are short, a text loses pictures rather than letters; what does not change on
 * a screen is exactly as it was, so that blocks may be left out sooner. A page that is scrolled is
 * looked for far away, which costs a camera's pictures too much; and for H.264 a page that is turned
 * may take more than its share.
 *
 * At a camera's speeds libvpx looks only next to where a block was, so that a scrolled page is as
 * large as a new one. VP8 looks 250 pixels far at speeds of up to 4 (a negative number is that very
 * speed, a positive one follows the machine and is never below 4), and at 2 finds most of it: a page
 * of 1280×720 that moves 40 pixels from one picture to the next comes to 5 a second at 34 dB in
 * 1 Mbit/s rather than to 2 at 27, for a third of a processor. VP9 looks that far only where a picture
 * takes it a quarter of a second; at 5 it finds what moves by some 20 pixels, for which it is better
 * to get each picture than to be kept in pace.
 */
#define VPX_CAMERA "max-quantizer=63 static-threshold=1"
#define VPX_TEXT "max-quantizer=50 static-threshold=100"
#define VP8_CAMERA VPX_CAMERA " cpu-used=15 dropframe-threshold=30"
#define VP8_TEXT VPX_TEXT " cpu-used=-2 dropframe-threshold=0"
#define VP9_CAMERA VPX_CAMERA " cpu-used=8"
#define VP9_TEXT VPX_TEXT " cpu-used=5"
#define X264_CAMERA "vbv-buf-capacity=300 option-string=scenecut=0"
#define X264_TEXT "vbv-buf-capacity=600 option-string=scenecut=0:me=umh:merange=256"

/*
 * As libwebrtc drives libvpx: real time, constant bitrate with a buffer of one second, one thread
 * (two encoders that share two cores collapse), and blocks that do not change are not looked at.
 * Keyframes come when somebody asks, no larger than a fifth of a second's bits; rather than fall
 * behind a frame is dropped. Of the speeds 15 takes half the time of 8 and loses a tenth of a decibel;
 * 16 loses one and a half.
 */
#define VPX_SETTINGS                                                                               \
  "deadline=1 threads=1 end-usage=cbr lag-in-frames=0 keyframe-max-dist=3000 "                     \
  "error-resilient=default buffer-size=1000 buffer-initial-size=500 "                              \
  "buffer-optimal-size=600 dropframe-threshold=30 max-intra-bitrate=600 "

static const Tuning tunings[] = {
  { "vp8enc", VPX_SETTINGS VP8_CAMERA },
  { "vp9enc", VPX_SETTINGS VP9_CAMERA },
  { "x264enc", "speed-preset=ultrafast tune=zerolatency threads=1 key-int-max=3000 bframes=0 "
               "aud=false byte-stream=true " X264_CAMERA },
  { "openh264enc", "complexity=low rate-control=bitrate multi-thread=1 gop-size=3000" },
  { "opusenc", "audio-type=voice bitrate=32000 bitrate-type=constrained-vbr complexity=5 "
               "frame-size=20 inband-fec=true packet-loss-percentage=1 dtx=false" },
  { "opusdec", "plc=true" },
  { "vp8dec", "threads=1" },
  { "vp9dec", "threads=1" },
  { "avdec_h264", "max-threads=1" },
  { "rtpvp8pay", "picture-id-mode=15-bit" },
  { "rtpvp9pay", "picture-id-mode=15-bit" },
  { "rtph264pay", "config-interval=-1 aggregate-mode=zero-latency" },
  /* Without the first no keyframe is ever asked for; without the second a lost packet smears. */
  { "rtpvp8depay", "request-keyframe=true wait-for-keyframe=true" },
  { "rtpvp9depay", "request-keyframe=true wait-for-keyframe=true" },
  { "rtph264depay", "request-keyframe=true wait-for-keyframe=true" },
};

/* x264 has to be told how long a picture is shown: else it waits for the next one to know. It then
 * gives each its share of a second's bits. */
#define CAMERA_FPS 30
#define TEXT_FPS 5

typedef struct {
  const char *factory;
  gboolean is_live;  /* changes while pictures flow; else the element has to stand still */
  gboolean is_paced; /* with a text, see media/text-pace.h; else it leaves pictures out by itself */
  gboolean is_told_rate;
  const char *settings[3]; /* by AloqaVideoContent */
} ContentTuning;

static const ContentTuning content_tunings[] = {
  { "vp8enc", TRUE, TRUE, FALSE, { VP8_CAMERA, VP8_TEXT, VP8_CAMERA } },
  { "vp9enc", TRUE, FALSE, FALSE, { VP9_CAMERA, VP9_TEXT, VP9_CAMERA } },
  { "x264enc", FALSE, TRUE, TRUE, { X264_CAMERA, X264_TEXT, X264_CAMERA } },
  { "openh264enc",
    FALSE,
    TRUE,
    FALSE,
    { "usage-type=camera", "usage-type=screen", "usage-type=camera" } },
};

static void
set_vpx_bitrate (GstElement *encoder, guint kbps)
{
  g_object_set (encoder, "target-bitrate", (int) kbps * 1000, NULL);
}

static void
set_h264_bitrate (GstElement *encoder, guint kbps)
{
  gboolean is_x264 =
      g_object_class_find_property (G_OBJECT_GET_CLASS (encoder), "vbv-buf-capacity") != NULL;

  /* x264enc counts in kbit/s, openh264enc in bit/s. */
  g_object_set (encoder, "bitrate", is_x264 ? kbps : kbps * 1000, NULL);
}

static void
set_opus_bitrate (GstElement *encoder, guint kbps)
{
  g_object_set (encoder, "bitrate", (int) kbps * 1000, NULL);
}

static const AloqaCodec codecs[] = {
  {
      .name = "Opus",
      .rtp_name = "OPUS",
      .kind = ALOQA_SDP_AUDIO,
      .clock_rate_hz = 48000,
      .payload_type = 111,
      .raw_caps = "audio/x-raw, format=(string)S16LE, rate=(int)48000, layout=(string)interleaved, "
                  "channels=(int)[ 1, 2 ]",
      .fmtp = "minptime=10;useinbandfec=1",
      .payloader = "rtpopuspay",
      .depayloader = "rtpopusdepay",
      .encoders = { "opusenc" },
      .decoders = { "opusdec" },
      .set_bitrate = set_opus_bitrate,
  },
  {
      .name = "VP8",
      .rtp_name = "VP8",
      .kind = ALOQA_SDP_VIDEO,
      .clock_rate_hz = 90000,
      .payload_type = 96,
      .colorimetry = GST_VIDEO_COLORIMETRY_BT601, /* RFC 6386, 9.2 */
      .raw_caps = "video/x-raw, format=(string)I420",
      .fmtp = "",
      .payloader = "rtpvp8pay",
      .depayloader = "rtpvp8depay",
      .encoders = { "vp8enc" },
      .decoders = { "vp8dec" },
      .set_bitrate = set_vpx_bitrate,
  },
  {
      .name = "VP9",
      .rtp_name = "VP9",
      .kind = ALOQA_SDP_VIDEO,
      .clock_rate_hz = 90000,
      .payload_type = 98,
      .raw_caps = "video/x-raw, format=(string)I420",
      .fmtp = "profile-id=0",
      .payloader = "rtpvp9pay",
      .depayloader = "rtpvp9depay",
      .encoders = { "vp9enc" },
      .decoders = { "vp9dec" },
      .set_bitrate = set_vpx_bitrate,
  },
  {
      .name = "H264",
      .rtp_name = "H264",
      .kind = ALOQA_SDP_VIDEO,
      .clock_rate_hz = 90000,
      .payload_type = 102,
      .raw_caps = "video/x-raw, format=(string)I420",
      .encoded_caps = "video/x-h264, profile=(string)constrained-baseline",
      .fmtp = "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1",
      .payloader = "rtph264pay",
      .depayloader = "rtph264depay",
      .encoders = { "x264enc", "openh264enc" },
      .decoders = { "avdec_h264", "openh264dec" },
      .set_bitrate = set_h264_bitrate,
  },
};

const AloqaCodec *
aloqa_codec_get_audio (void)
{
  return &codecs[0];
}

const AloqaCodec *
aloqa_codec_get_video (AloqaVideoCodec video_codec)
{
  static const char *const names[] = {
    [ALOQA_VIDEO_CODEC_VP8] = "VP8",
    [ALOQA_VIDEO_CODEC_H264] = "H264",
    [ALOQA_VIDEO_CODEC_VP9] = "VP9",
  };

  g_return_val_if_fail ((gsize) video_codec < G_N_ELEMENTS (names), NULL);
  return aloqa_codec_find (ALOQA_SDP_VIDEO, names[video_codec]);
}

/**
 * aloqa_codec_find:
 * @rtp_name: as an rtpmap writes it, any case
 *
 * Returns: (nullable): the codec, or NULL where it is none of ours
 */
const AloqaCodec *
aloqa_codec_find (AloqaSdpKind kind, const char *rtp_name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].kind == kind && g_ascii_strcasecmp (codecs[i].rtp_name, rtp_name) == 0)
      return &codecs[i];
  }
  return NULL;
}

static char *
get_parameter (const char *fmtp, const char *name)
{
  g_auto (GStrv) parameters = g_strsplit (fmtp != NULL ? fmtp : "", ";", -1);

  for (guint i = 0; parameters[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (parameters[i], "=", 2);

    if (pair[0] != NULL && pair[1] != NULL && g_ascii_strcasecmp (g_strstrip (pair[0]), name) == 0)
      return g_strdup (g_strstrip (pair[1]));
  }
  return NULL;
}

/**
 * aloqa_codec_accepts:
 * @offered: one payload type of a remote description
 *
 * Returns: whether @offered is this codec in a form that our elements speak: VP9 in 8 bit 4:2:0
 *   (profile 0, RFC 9628), H.264 baseline, which is also meant where nothing is said, in packetization mode 1 (RFC 6184)
 */
gboolean
aloqa_codec_accepts (const AloqaCodec *self, const AloqaSdpCodec *offered)
{
  g_autofree char *profile = NULL;
  g_autofree char *mode = NULL;

  if (aloqa_codec_find (self->kind, offered->encoding) != self ||
      offered->clock_rate_hz != self->clock_rate_hz)
    return FALSE;

  if (strcmp (self->rtp_name, "VP9") == 0) {
    profile = get_parameter (offered->fmtp, "profile-id");
    return profile == NULL || strcmp (profile, "0") == 0;
  }
  if (strcmp (self->rtp_name, "H264") == 0) {
    profile = get_parameter (offered->fmtp, "profile-level-id");
    mode = get_parameter (offered->fmtp, "packetization-mode");
    return g_strcmp0 (mode, "1") == 0 &&
           (profile == NULL || g_ascii_strncasecmp (profile, "42", 2) == 0);
  }
  return TRUE;
}

static void
apply (GstElement *element, const char *text)
{
  g_auto (GStrv) settings = g_strsplit (text, " ", -1);

  for (guint i = 0; settings[i] != NULL; i++) {
    g_auto (GStrv) setting = g_strsplit (settings[i], "=", 2);

    if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), setting[0]) != NULL)
      gst_util_set_object_arg (G_OBJECT (element), setting[0], setting[1]);
  }
}

static void
tune (GstElement *element, const char *factory)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tunings); i++) {
    if (strcmp (tunings[i].factory, factory) == 0)
      apply (element, tunings[i].settings);
  }
}

/**
 * aloqa_codec_make_element:
 * @factory: a name such as "vp8enc"
 *
 * Returns: (transfer floating): the element, tuned for a call; NULL with ALOQA_PEER_ERROR_MISSING
 *   and the name of what is to be installed where it is not there
 */
GstElement *
aloqa_codec_make_element (const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL) {
    g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_MISSING,
                 "GStreamer's element “%s” is missing: install the GStreamer plugins (base, good, "
                 "bad, ugly, libav, nice)",
                 factory);
    return NULL;
  }

  tune (element, factory);
  return element;
}

static const ContentTuning *
find_content_tuning (GstElement *encoder)
{
  const char *factory = GST_OBJECT_NAME (gst_element_get_factory (encoder));

  for (gsize i = 0; i < G_N_ELEMENTS (content_tunings); i++) {
    if (strcmp (content_tunings[i].factory, factory) == 0)
      return &content_tunings[i];
  }
  return NULL;
}

/**
 * aloqa_codec_is_content_live:
 * @encoder: one of aloqa_codec_make_encoder()
 *
 * Returns: whether aloqa_codec_set_content() works while pictures flow, not only in READY
 */
gboolean
aloqa_codec_is_content_live (GstElement *encoder)
{
  const ContentTuning *tuning = find_content_tuning (encoder);

  return tuning == NULL || tuning->is_live;
}

/**
 * aloqa_codec_is_text_paced:
 * @encoder: one of aloqa_codec_make_encoder()
 *
 * Returns: whether pictures of a text are to be left out before it where bits are short; else it does
 *   so by itself
 */
gboolean
aloqa_codec_is_text_paced (GstElement *encoder)
{
  const ContentTuning *tuning = find_content_tuning (encoder);

  return tuning != NULL && tuning->is_paced;
}

/**
 * aloqa_codec_set_content:
 * @encoder: one of aloqa_codec_make_encoder(); the first content is a camera's
 */
void
aloqa_codec_set_content (GstElement *encoder, AloqaVideoContent content)
{
  const ContentTuning *tuning = find_content_tuning (encoder);

  if (tuning != NULL)
    apply (encoder, tuning->settings[content]);
}

/**
 * aloqa_codec_dup_raw_caps:
 * @encoder: one of aloqa_codec_make_encoder()
 * @caps: of a picture
 *
 * Returns: (transfer full): as the encoder wants them, with a rate where it counts on one
 */
GstCaps *
aloqa_codec_dup_raw_caps (GstElement *encoder, AloqaVideoContent content, GstCaps *caps)
{
  const ContentTuning *tuning = find_content_tuning (encoder);
  gboolean is_text = content == ALOQA_VIDEO_CONTENT_TEXT;
  int num = 0;
  int denom = 1;

  gst_structure_get_fraction (gst_caps_get_structure (caps, 0), "framerate", &num, &denom);
  if (tuning == NULL || !tuning->is_told_rate || (num > 0 && !is_text))
    return gst_caps_ref (caps);

  caps = gst_caps_copy (caps);
  gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, is_text ? TEXT_FPS : CAMERA_FPS, 1,
                       NULL);
  return caps;
}

static GstElement *
make_first (const char *const *factories, GError **error)
{
  /* The error names the last, the one that every distribution has. */
  for (; factories[1] != NULL; factories++) {
    GstElement *element = aloqa_codec_make_element (factories[0], NULL);

    if (element != NULL)
      return element;
  }
  return aloqa_codec_make_element (factories[0], error);
}

GstElement *
aloqa_codec_make_encoder (const AloqaCodec *self, GError **error)
{
  return make_first (self->encoders, error);
}

GstElement *
aloqa_codec_make_decoder (const AloqaCodec *self, GError **error)
{
  return make_first (self->decoders, error);
}

GstElement *
aloqa_codec_make_payloader (const AloqaCodec *self, GError **error)
{
  return aloqa_codec_make_element (self->payloader, error);
}

GstElement *
aloqa_codec_make_depayloader (const AloqaCodec *self, GError **error)
{
  return aloqa_codec_make_element (self->depayloader, error);
}
