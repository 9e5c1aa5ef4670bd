/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-receiver.h"

#include "media/picture-rhythm.h"

#include <gst/app/gstappsink.h>
#include <gst/rtp/rtp.h>
#include <gst/video/video.h>

struct _AloqaPeerReceiver {
  const AloqaCodec *codec;
  AloqaFeed *feed;
  AloqaPeerReceiverFunc func;
  gpointer user_data;
  GstElement *depayloader;
  GstElement *decoder;
  GstElement *sink;

  /* The sink's streaming thread only. */
  GstCaps *decoded_caps; /* as the decoder writes them, */
  GstCaps *caps;         /* and as they are */

  GMutex lock; /* guards what follows */
  AloqaPeerReceiverCounts counts;
  guint32 last_rtp_time;
  AloqaPictureRhythm rhythm;
};

/* The picture's size, or 0 × 0 for sound. */
static void
get_size (GstSample *sample, guint *width_px, guint *height_px)
{
  const GstStructure *structure = gst_caps_get_structure (gst_sample_get_caps (sample), 0);

  *width_px = *height_px = 0;
  gst_structure_get_int (structure, "width", (int *) width_px);
  gst_structure_get_int (structure, "height", (int *) height_px);
}

/* The decoder guesses the colours by the size. */
static GstCaps *
get_caps (AloqaPeerReceiver *self, GstCaps *decoded)
{
  if (self->codec->colorimetry == NULL)
    return decoded;
  if (decoded != self->decoded_caps) {
    gst_caps_replace (&self->decoded_caps, decoded);
    gst_clear_caps (&self->caps);
    self->caps = gst_caps_copy (decoded);
    gst_caps_set_simple (self->caps, "colorimetry", G_TYPE_STRING, self->codec->colorimetry, NULL);
  }
  return self->caps;
}

/* A frame leaves with the time at which it is due, which is now: that of its capture, as the jitter
 * buffer sees it, and what it was held back for. */
static GstSample *
retime (AloqaPeerReceiver *self, GstSample *sample)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
  GstClockTimeDiff delay = gst_base_sink_get_ts_offset (GST_BASE_SINK (self->sink));
  GstClockTime time = gst_segment_to_running_time (gst_sample_get_segment (sample), GST_FORMAT_TIME,
                                                   GST_BUFFER_PTS (buffer));

  if (GST_CLOCK_TIME_IS_VALID (time))
    time += (GstClockTime) delay;
  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;

  return gst_sample_new (buffer, get_caps (self, gst_sample_get_caps (sample)), NULL, NULL);
}

static GstFlowReturn
new_sample_cb (GstAppSink *sink, gpointer user_data)
{
  AloqaPeerReceiver *self = user_data;
  g_autoptr (GstSample) decoded = gst_app_sink_pull_sample (sink);
  g_autoptr (GstSample) sample = NULL;
  gboolean is_first;
  gboolean is_new_size;
  guint width_px;
  guint height_px;

  if (decoded == NULL)
    return GST_FLOW_OK;

  get_size (decoded, &width_px, &height_px);
  g_mutex_lock (&self->lock);
  is_first = self->counts.frames_decoded++ == 0;
  is_new_size = self->counts.width_px != width_px || self->counts.height_px != height_px;
  self->counts.width_px = width_px;
  self->counts.height_px = height_px;
  g_mutex_unlock (&self->lock);

  sample = retime (self, decoded);
  aloqa_feed_push (self->feed, sample);
  if (is_first || is_new_size)
    self->func (self, is_first, width_px, height_px, self->user_data);

  return GST_FLOW_OK;
}

/* A packet of a new timestamp begins a new frame (RFC 3550, 5.1). */
static void
count_packet (AloqaPeerReceiver *self, GstBuffer *buffer)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint32 rtp_time;
  guint32 ssrc;

  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return;
  rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  ssrc = gst_rtp_buffer_get_ssrc (&rtp);
  gst_rtp_buffer_unmap (&rtp);

  g_mutex_lock (&self->lock);
  if (self->counts.packets == 0 || rtp_time != self->last_rtp_time) {
    self->counts.frames_received++;
    aloqa_picture_rhythm_note (&self->rhythm, ssrc, rtp_time, self->codec->clock_rate_hz,
                               g_get_monotonic_time ());
  }
  self->last_rtp_time = rtp_time;
  self->counts.ssrc = ssrc;
  self->counts.packets++;
  self->counts.bytes += gst_buffer_get_size (buffer);
  g_mutex_unlock (&self->lock);
}

static gboolean
count_listed (GstBuffer **buffer, guint index, gpointer user_data)
{
  count_packet (user_data, *buffer);
  return TRUE;
}

static GstPadProbeReturn
packets_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if ((GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), count_listed, user_data);
  else
    count_packet (user_data, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

/* Frames are handed on when they are due by the clock, however late they are: a picture that is
 * shown late is better than none. */
static GstElement *
make_sink (AloqaPeerReceiver *self)
{
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (self->codec->raw_caps);

  if (sink == NULL)
    return NULL;
  g_object_set (sink, "sync", TRUE, "async", FALSE, "qos", FALSE, "max-lateness",
                G_GINT64_CONSTANT (-1), "processing-deadline", G_GUINT64_CONSTANT (0),
                "enable-last-sample", FALSE, "wait-on-eos", FALSE, "caps", caps, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  return sink;
}

/**
 * aloqa_peer_receiver_new:
 * @pipeline: where the elements go; it outlives them, and ends them
 * @feed: where the frames go
 *
 * Returns: (transfer full): a receiver that is not linked yet, or NULL with
 *   ALOQA_PEER_ERROR_MISSING
 */
AloqaPeerReceiver *
aloqa_peer_receiver_new (GstBin *pipeline, const AloqaCodec *codec, AloqaFeed *feed,
                         AloqaPeerReceiverFunc func, gpointer user_data, GError **error)
{
  g_autoptr (AloqaPeerReceiver) self = g_new0 (AloqaPeerReceiver, 1);
  g_autoptr (GstPad) pad = NULL;

  self->codec = codec;
  self->feed = g_object_ref (feed);
  self->func = func;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  self->depayloader = aloqa_codec_make_depayloader (codec, error);
  self->decoder = self->depayloader != NULL ? aloqa_codec_make_decoder (codec, error) : NULL;
  self->sink = self->decoder != NULL ? make_sink (self) : NULL;
  if (self->sink == NULL)
    return NULL;

  gst_bin_add_many (pipeline, gst_object_ref (self->depayloader), gst_object_ref (self->decoder),
                    gst_object_ref (self->sink), NULL);
  if (!gst_element_link_many (self->depayloader, self->decoder, self->sink, NULL)) {
    g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_MEDIA, "The %s decoder does not fit",
                 codec->name);
    return NULL;
  }
  pad = gst_element_get_static_pad (self->depayloader, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packets_cb,
                     self, NULL);
  gst_element_sync_state_with_parent (self->sink);
  gst_element_sync_state_with_parent (self->decoder);
  gst_element_sync_state_with_parent (self->depayloader);

  return g_steal_pointer (&self);
}

/**
 * aloqa_peer_receiver_free:
 *
 * To be called when the pipeline stands still, since its threads use @self.
 */
void
aloqa_peer_receiver_free (AloqaPeerReceiver *self)
{
  g_clear_object (&self->depayloader);
  g_clear_object (&self->decoder);
  g_clear_object (&self->sink);
  g_clear_object (&self->feed);
  gst_clear_caps (&self->decoded_caps);
  gst_clear_caps (&self->caps);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static GstPadProbeReturn
repair_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_object_set (user_data, "use-inband-fec", TRUE, NULL);
  return GST_PAD_PROBE_REMOVE;
}

/**
 * aloqa_peer_receiver_repair:
 *
 * From now on a lost frame of sound is made of what the next packet repeats of it (RFC 6716, 2.1.7), for
 * which each is held until the next is there. For good, and once: what the decoder holds would be lost on
 * the way back. Of no effect on pictures.
 */
void
aloqa_peer_receiver_repair (AloqaPeerReceiver *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->decoder, "sink");

  /* The decoder reads it several times for a packet, and has to read the same. */
  if (self->codec->kind == ALOQA_SDP_AUDIO)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, repair_cb, self->decoder, NULL);
}

const AloqaCodec *
aloqa_peer_receiver_get_codec (AloqaPeerReceiver *self)
{
  return self->codec;
}

/**
 * aloqa_peer_receiver_get_sink:
 *
 * Returns: (transfer none): what lets go of the frames when they are due; its ts-offset says how long
 *   after their time that is
 */
GstBaseSink *
aloqa_peer_receiver_get_sink (AloqaPeerReceiver *self)
{
  return GST_BASE_SINK (self->sink);
}

/**
 * aloqa_peer_receiver_link:
 * @source: a new pad of webrtcbin's
 *
 * Takes the place of the pad before, where there was one: the other side changed its stream. Any
 * thread.
 */
gboolean
aloqa_peer_receiver_link (AloqaPeerReceiver *self, GstPad *source)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->depayloader, "sink");
  g_autoptr (GstPad) old = gst_pad_get_peer (sink);

  if (old != NULL)
    gst_pad_unlink (old, sink);
  return gst_pad_link (source, sink) == GST_PAD_LINK_OK;
}

AloqaPeerReceiverCounts
aloqa_peer_receiver_get_counts (AloqaPeerReceiver *self)
{
  AloqaPeerReceiverCounts counts;

  g_mutex_lock (&self->lock);
  counts = self->counts;
  counts.longest_interval_us = aloqa_picture_rhythm_get_us (&self->rhythm, g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);

  return counts;
}
