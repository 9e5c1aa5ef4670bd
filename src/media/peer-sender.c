/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-sender.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include "media/text-pace.h"
#include "media/timeline.h"

/* One frame waits while one is encoded: a second would only be older when its turn comes. */
#define MAX_VIDEO_FRAMES 1
/* Sound may not be lost for a moment's stall; a tenth of a second is past what anyone waits for. */
#define MAX_AUDIO_NS (100 * GST_MSECOND)
/* A whole picture is asked for: who has sent one so lately will soon send another by itself. A still
 * screen has not, and would let wait whoever needs it. */
#define LATELY_NS (150 * GST_MSECOND)

/* Keyframes come no more often than they can be sent, but for the first two: one was encoded before
 * anything was let out, and the other side may have been a moment late for the next. */
#define KEYFRAME_INTERVAL_NS (300 * GST_MSECOND)
#define EARLY_KEYFRAMES 2

struct _AloqaPeerSender {
  const AloqaCodec *codec;
  GstElement *source;
  GstElement *encoder;
  gboolean is_content_live; /* of it, see aloqa_codec_is_content_live() */
  gboolean is_text_paced;   /* of it, see aloqa_codec_is_text_paced() */
  GstElement *payloader;

  AloqaFeed *feed; /* main thread */
  guint listener_id;
  int payload_type;
  guint32 ssrc;

  GMutex lock; /* guards what follows */
  gboolean is_open;
  gboolean is_primed;
  GstSample *newest; /* video: what to show first, or again */
  GstClockTime last_pts;
  guint bitrate_kbps;
  AloqaVideoContent content;
  gboolean is_encoder_stale; /* is still set to another content */
  AloqaTextPace pace;
  AloqaPeerSenderCounts counts;
  guint64 frames_taken;
  guint n_keyframes;
};

static gboolean
is_video (AloqaPeerSender *self)
{
  return self->codec->kind == ALOQA_SDP_VIDEO;
}

/* Encoders insist on time that moves on; after a change of source it may step back a little. */
static void
push_locked (AloqaPeerSender *self, GstSample *sample, gboolean is_stale)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  g_autoptr (GstCaps) caps =
      aloqa_codec_dup_raw_caps (self->encoder, self->content, gst_sample_get_caps (sample));
  g_autoptr (GstSample) adapted = NULL;

  if (is_stale || !GST_BUFFER_PTS_IS_VALID (buffer)) {
    /* Shares the picture, owns its time. */
    GstBuffer *copy = gst_buffer_copy (buffer);

    GST_BUFFER_PTS (copy) = aloqa_timeline_get_now ();
    GST_BUFFER_DTS (copy) = GST_CLOCK_TIME_NONE;
    gst_clear_buffer (&buffer);
    buffer = copy;
  }
  if (GST_CLOCK_TIME_IS_VALID (self->last_pts) && GST_BUFFER_PTS (buffer) <= self->last_pts)
    return;

  self->last_pts = GST_BUFFER_PTS (buffer);
  self->frames_taken += self->is_open ? 1 : 0;
  adapted = gst_sample_new (buffer, caps, NULL, NULL);
  gst_app_src_push_sample (GST_APP_SRC (self->source), adapted);
}

static void
take_sample (GstSample *sample, gpointer user_data)
{
  AloqaPeerSender *self = user_data;

  g_mutex_lock (&self->lock);
  if (is_video (self)) {
    g_clear_pointer (&self->newest, gst_sample_unref);
    self->newest = gst_sample_ref (sample);
  }
  if (self->is_open) {
    push_locked (self, sample, FALSE);
  } else if (is_video (self)) {
    /* The first one is encoded for nothing: it makes the encoder allocate, and tells webrtcbin the
     * caps, which it would otherwise wait for when every millisecond counts. */
    if (!self->is_primed)
      push_locked (self, sample, FALSE);
    self->is_primed = TRUE;
  }
  g_mutex_unlock (&self->lock);
}

static gboolean
count_buffer (GstBuffer **buffer, guint index, gpointer user_data)
{
  AloqaPeerSender *self = user_data;

  self->counts.packets++;
  self->counts.bytes += gst_buffer_get_size (*buffer);
  return TRUE;
}

/* Nothing leaves before opening: this is the first of two gates, the other is in peer-gate. */
static GstPadProbeReturn
packets_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  AloqaPeerSender *self = user_data;
  GstPadProbeReturn result = GST_PAD_PROBE_DROP;

  g_mutex_lock (&self->lock);
  if (self->is_open) {
    result = GST_PAD_PROBE_OK;
    if ((GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0)
      gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), count_buffer, self);
    else
      count_buffer ((GstBuffer **) &info->data, 0, self);
  }
  g_mutex_unlock (&self->lock);

  return result;
}

/* The encoder is told here, and not in passing, since the picture must come after. */
static GstPadProbeReturn
wishes_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  AloqaPeerSender *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  g_autoptr (GstPad) encoder_pad = NULL;

  if (!gst_video_event_is_force_key_unit (event))
    return GST_PAD_PROBE_OK;

  encoder_pad = gst_element_get_static_pad (self->encoder, "src");
  gst_pad_send_event (encoder_pad, gst_event_ref (event));
  g_mutex_lock (&self->lock);
  if (self->is_open && self->newest != NULL && GST_CLOCK_TIME_IS_VALID (self->last_pts) &&
      aloqa_timeline_get_now () > self->last_pts + LATELY_NS)
    push_locked (self, self->newest, TRUE);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_DROP;
}

/* Some encoders take settings only before they begin; these begin anew, with a whole picture. */
static void
set_encoder_content (AloqaPeerSender *self, GstPad *source_pad, AloqaVideoContent content)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->encoder, "sink");

  if (self->is_content_live) {
    aloqa_codec_set_content (self->encoder, content);
    return;
  }
  gst_element_set_state (self->encoder, GST_STATE_READY);
  aloqa_codec_set_content (self->encoder, content);
  gst_element_sync_state_with_parent (self->encoder);
  /* What it has forgotten, such as the caps, is told again to a pad that is newly linked. */
  gst_pad_unlink (source_pad, sink);
  gst_pad_link (source_pad, sink);
}

/* The encoder's own thread, while it has nothing in hand. */
static GstPadProbeReturn
picture_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  AloqaPeerSender *self = user_data;
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  gboolean is_stale, is_skipped;
  AloqaVideoContent content;

  g_mutex_lock (&self->lock);
  content = self->content;
  is_stale = self->is_encoder_stale;
  self->is_encoder_stale = FALSE;
  is_skipped = self->is_open && content == ALOQA_VIDEO_CONTENT_TEXT && self->is_text_paced &&
               !aloqa_text_pace_takes (&self->pace, self->bitrate_kbps, pts);
  self->counts.frames_skipped += is_skipped ? 1 : 0;
  g_mutex_unlock (&self->lock);

  if (is_stale)
    set_encoder_content (self, pad, content);
  return is_skipped ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
encoded_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  AloqaPeerSender *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gboolean is_keyframe =
      is_video (self) && !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  gboolean is_last_early = FALSE;

  g_mutex_lock (&self->lock);
  if (self->is_open) {
    self->counts.frames_encoded++;
    if (self->content == ALOQA_VIDEO_CONTENT_TEXT)
      aloqa_text_pace_count (&self->pace, gst_buffer_get_size (buffer));
    is_last_early = is_keyframe && ++self->n_keyframes == EARLY_KEYFRAMES;
  }
  g_mutex_unlock (&self->lock);
  if (is_last_early)
    g_object_set (self->encoder, "min-force-key-unit-interval", KEYFRAME_INTERVAL_NS, NULL);
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement *element, GstPadProbeType type, GstPadProbeCallback callback,
           gpointer user_data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_pad_add_probe (pad, type, callback, user_data, NULL);
}

static GstElement *
make_source (const AloqaCodec *codec)
{
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  gboolean is_of_video = codec->kind == ALOQA_SDP_VIDEO;

  if (source == NULL)
    return NULL;
  g_object_set (source, "is-live", TRUE, "format", GST_FORMAT_TIME, "min-latency",
                G_GINT64_CONSTANT (0), "max-bytes", G_GUINT64_CONSTANT (0), "max-buffers",
                (guint64) (is_of_video ? MAX_VIDEO_FRAMES : 0), "max-time",
                (guint64) (is_of_video ? 0 : MAX_AUDIO_NS), "leaky-type",
                GST_APP_LEAKY_TYPE_DOWNSTREAM, "emit-signals", FALSE, NULL);
  return source;
}

static gboolean
link_elements (AloqaPeerSender *self)
{
  g_autoptr (GstCaps) encoded_caps = NULL;

  if (self->codec->encoded_caps != NULL)
    encoded_caps = gst_caps_from_string (self->codec->encoded_caps);

  return gst_element_link (self->source, self->encoder) &&
         gst_element_link_filtered (self->encoder, self->payloader, encoded_caps);
}

/**
 * aloqa_peer_sender_new:
 * @pipeline: where the elements go; it outlives them, and ends them
 *
 * Returns: (transfer full): a closed sender without a feed, or NULL with ALOQA_PEER_ERROR_MISSING
 */
AloqaPeerSender *
aloqa_peer_sender_new (GstBin *pipeline, const AloqaCodec *codec, GError **error)
{
  g_autoptr (AloqaPeerSender) self = g_new0 (AloqaPeerSender, 1);

  self->codec = codec;
  self->last_pts = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);
  self->encoder = aloqa_codec_make_encoder (codec, error);
  self->payloader = self->encoder != NULL ? aloqa_codec_make_payloader (codec, error) : NULL;
  self->source = self->payloader != NULL ? make_source (codec) : NULL;
  if (self->source == NULL) {
    g_clear_object (&self->encoder);
    g_clear_object (&self->payloader);
    return NULL;
  }

  gst_bin_add_many (pipeline, gst_object_ref (self->source), gst_object_ref (self->encoder),
                    gst_object_ref (self->payloader), NULL);
  if (!link_elements (self)) {
    g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_MEDIA, "The %s encoder does not fit",
                 codec->name);
    return NULL;
  }
  add_probe (self->payloader, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
             packets_cb, self);
  if (is_video (self))
    add_probe (self->payloader, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, wishes_cb, self);
  add_probe (self->encoder, GST_PAD_PROBE_TYPE_BUFFER, encoded_cb, self);
  self->is_content_live = aloqa_codec_is_content_live (self->encoder);
  self->is_text_paced = aloqa_codec_is_text_paced (self->encoder);
  if (is_video (self))
    add_probe (self->source, GST_PAD_PROBE_TYPE_BUFFER, picture_cb, self);
  gst_element_sync_state_with_parent (self->payloader);
  gst_element_sync_state_with_parent (self->encoder);
  gst_element_sync_state_with_parent (self->source);

  return g_steal_pointer (&self);
}

/**
 * aloqa_peer_sender_free:
 *
 * To be called when the pipeline stands still, since its threads use @self.
 */
void
aloqa_peer_sender_free (AloqaPeerSender *self)
{
  aloqa_peer_sender_set_feed (self, NULL);
  g_clear_object (&self->source);
  g_clear_object (&self->encoder);
  g_clear_object (&self->payloader);
  g_clear_pointer (&self->newest, gst_sample_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

const AloqaCodec *
aloqa_peer_sender_get_codec (AloqaPeerSender *self)
{
  return self->codec;
}

guint32
aloqa_peer_sender_get_ssrc (AloqaPeerSender *self)
{
  return self->ssrc;
}

int
aloqa_peer_sender_get_payload_type (AloqaPeerSender *self)
{
  return self->payload_type;
}

/**
 * aloqa_peer_sender_set_payload:
 *
 * To be called before anything is sent.
 */
void
aloqa_peer_sender_set_payload (AloqaPeerSender *self, int payload_type, guint32 ssrc)
{
  self->payload_type = payload_type;
  self->ssrc = ssrc;
  g_object_set (self->payloader, "pt", payload_type, "ssrc", ssrc, NULL);
}

gboolean
aloqa_peer_sender_link (AloqaPeerSender *self, GstPad *sink)
{
  g_autoptr (GstPad) source = gst_element_get_static_pad (self->payloader, "src");

  return gst_pad_link (source, sink) == GST_PAD_LINK_OK;
}

/**
 * aloqa_peer_sender_set_feed:
 * @feed: (nullable): where the frames come from, or NULL for none
 *
 * Main thread. Waits for a push of the old feed that is under way.
 */
void
aloqa_peer_sender_set_feed (AloqaPeerSender *self, AloqaFeed *feed)
{
  if (self->feed == feed)
    return;

  if (self->feed != NULL)
    aloqa_feed_remove_listener (self->feed, &self->listener_id);
  g_set_object (&self->feed, feed);
  if (feed != NULL)
    self->listener_id = aloqa_feed_add_listener (feed, take_sample, self);
}

static void
request_keyframe (AloqaPeerSender *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->encoder, "src");

  gst_pad_send_event (pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

/**
 * aloqa_peer_sender_open:
 *
 * Lets the frames out, beginning with a whole picture of what came last: at once, not when the
 * camera has its next one. Any thread.
 */
void
aloqa_peer_sender_open (AloqaPeerSender *self)
{
  if (is_video (self))
    request_keyframe (self);

  g_mutex_lock (&self->lock);
  if (!self->is_open) {
    self->is_open = TRUE;
    if (self->newest != NULL)
      push_locked (self, self->newest, TRUE);
  }
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_peer_sender_set_bitrate:
 * @kbps: the encoder's target, from the next frame on
 */
void
aloqa_peer_sender_set_bitrate (AloqaPeerSender *self, guint kbps)
{
  gboolean is_new;

  g_mutex_lock (&self->lock);
  is_new = self->bitrate_kbps != kbps;
  self->bitrate_kbps = kbps;
  g_mutex_unlock (&self->lock);
  if (is_new)
    self->codec->set_bitrate (self->encoder, kbps);
}

/**
 * aloqa_peer_sender_set_content:
 * @content: of the pictures from the next one on
 */
void
aloqa_peer_sender_set_content (AloqaPeerSender *self, AloqaVideoContent content)
{
  g_mutex_lock (&self->lock);
  if (self->content != content) {
    self->pace = (AloqaTextPace){ 0 };
    self->is_encoder_stale = TRUE;
  }
  self->content = content;
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_peer_sender_set_loss:
 * @loss_percent: how many packets in a hundred the other side misses: the more, the more of each
 *   frame Opus repeats in the next
 */
void
aloqa_peer_sender_set_loss (AloqaPeerSender *self, guint loss_percent)
{
  if (!is_video (self))
    g_object_set (self->encoder, "packet-loss-percentage", (int) MIN (loss_percent, 100), NULL);
}

AloqaPeerSenderCounts
aloqa_peer_sender_get_counts (AloqaPeerSender *self)
{
  AloqaPeerSenderCounts counts;
  guint64 n_done;

  g_mutex_lock (&self->lock);
  counts = self->counts;
  /* One may be in the encoder just now. */
  n_done = counts.frames_encoded + counts.frames_skipped;
  if (is_video (self) && self->frames_taken > n_done + 1)
    counts.frames_dropped = self->frames_taken - n_done - 1;
  g_mutex_unlock (&self->lock);

  return counts;
}
