/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-sender.h"

#include <gst/video/video.h>

#include "media/timeline.h"
#include "support/media-run.h"
#include "support/support.h"

typedef struct {
  GstElement *pipeline;
  AloqaPeerSender *sender;
  AloqaFeed *feed;
  GstPad *sink;     /* where its packets go */
  gint n_packets;   /* atomic: that were sent */
  gint n_keyframes; /* atomic: that were encoded, sent or not */
} Fixture;

static GstPadProbeReturn
packet_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_inc (&((Fixture *) user_data)->n_packets);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
encoded_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (!GST_BUFFER_FLAG_IS_SET (GST_PAD_PROBE_INFO_BUFFER (info), GST_BUFFER_FLAG_DELTA_UNIT))
    g_atomic_int_inc (&fixture->n_keyframes);
  return GST_PAD_PROBE_OK;
}

static GstElement *
get_encoder (Fixture *fixture)
{
  g_autoptr (GstIterator) encoders =
      gst_bin_iterate_all_by_element_factory_name (GST_BIN (fixture->pipeline), "vp8enc");
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_cmpint (gst_iterator_next (encoders, &value), ==, GST_ITERATOR_OK);
  return g_value_dup_object (&value);
}

static void
watch_encoder (Fixture *fixture)
{
  g_autoptr (GstElement) encoder = get_encoder (fixture);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (encoder, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, encoded_cb, fixture, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const AloqaCodec *codec = aloqa_codec_get_video (ALOQA_VIDEO_CODEC_VP8);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GError) error = NULL;

  fixture->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  aloqa_timeline_adopt (GST_PIPELINE (fixture->pipeline));
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (fixture->pipeline), sink);
  fixture->sender = aloqa_peer_sender_new (GST_BIN (fixture->pipeline), codec, &error);
  g_assert_no_error (error);
  watch_encoder (fixture);
  aloqa_peer_sender_set_payload (fixture->sender, 96, 1234);
  fixture->sink = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (fixture->sink, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     packet_cb, fixture, NULL);
  g_assert_true (aloqa_peer_sender_link (fixture->sender, fixture->sink));
  fixture->feed = aloqa_feed_new ();
  aloqa_peer_sender_set_feed (fixture->sender, fixture->feed);
  gst_element_set_state (fixture->pipeline, GST_STATE_PLAYING);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  aloqa_peer_sender_set_feed (fixture->sender, NULL);
  gst_element_set_state (fixture->pipeline, GST_STATE_NULL);
  gst_clear_object (&fixture->sink);
  gst_clear_object (&fixture->pipeline);
  aloqa_peer_sender_free (fixture->sender);
  g_assert_finalize_object (fixture->feed);
}

static void
push_picture (Fixture *fixture)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstSample) sample = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  caps = gst_video_info_to_caps (&info);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 128, info.size);
  GST_BUFFER_PTS (buffer) = aloqa_timeline_get_now ();
  sample = gst_sample_new (buffer, caps, NULL, NULL);
  aloqa_feed_push (fixture->feed, sample);
}

static gboolean
has_keyframe (gpointer user_data)
{
  return g_atomic_int_get (&((Fixture *) user_data)->n_keyframes) > 0;
}

static gboolean
has_packet (gpointer user_data)
{
  return g_atomic_int_get (&((Fixture *) user_data)->n_packets) > 0;
}

static void
assert_next_is_keyframe (Fixture *fixture)
{
  aloqa_test_wait_until (has_packet, fixture);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_keyframes), ==, 2);
}

/* What came before was to warm the encoder alone. A first one that was lost is made good at once. */
static void
test_begins_with_a_whole_picture (Fixture *fixture, gconstpointer data)
{
  push_picture (fixture);
  aloqa_test_wait_until (has_keyframe, fixture);
  aloqa_peer_sender_open (fixture->sender);
  assert_next_is_keyframe (fixture);

  g_atomic_int_set (&fixture->n_packets, 0);
  g_atomic_int_set (&fixture->n_keyframes, 1);
  gst_pad_push_event (fixture->sink,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
  push_picture (fixture);
  assert_next_is_keyframe (fixture);
}

/* As often as somebody who has just come would ask. */
static gboolean
has_keyframe_when_asked (gpointer user_data)
{
  Fixture *fixture = user_data;

  gst_pad_push_event (fixture->sink,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
  return has_keyframe (fixture);
}

static void
test_still_picture_is_sent_anew_when_asked_for (Fixture *fixture, gconstpointer data)
{
  push_picture (fixture);
  aloqa_peer_sender_open (fixture->sender);
  aloqa_test_wait_until (has_keyframe, fixture);
  g_atomic_int_set (&fixture->n_keyframes, 0);
  aloqa_test_wait_until (has_keyframe_when_asked, fixture);
}

typedef struct {
  GstElement *encoder;
  int max_quantizer;
  int cpu_used;
} EncoderWait;

static gboolean
has_settings (gpointer user_data)
{
  EncoderWait *wait = user_data;
  int max_quantizer, cpu_used;

  g_object_get (wait->encoder, "max-quantizer", &max_quantizer, "cpu-used", &cpu_used, NULL);
  return max_quantizer == wait->max_quantizer && cpu_used == wait->cpu_used;
}

static void
assert_encoder_of_next (Fixture *fixture, int max_quantizer, int cpu_used)
{
  g_autoptr (GstElement) encoder = get_encoder (fixture);
  EncoderWait wait = { encoder, max_quantizer, cpu_used };

  push_picture (fixture);
  aloqa_test_wait_until (has_settings, &wait);
}

/* Letters stay letters, while pictures flow too; a camera's pictures are not looked at for as long. */
static void
test_text_is_not_made_coarse (Fixture *fixture, gconstpointer data)
{
  push_picture (fixture);
  aloqa_peer_sender_open (fixture->sender);
  aloqa_test_wait_until (has_keyframe, fixture);
  aloqa_peer_sender_set_content (fixture->sender, ALOQA_VIDEO_CONTENT_TEXT);
  assert_encoder_of_next (fixture, 50, -2);
  aloqa_peer_sender_set_content (fixture->sender, ALOQA_VIDEO_CONTENT_CAMERA);
  assert_encoder_of_next (fixture, 63, 15);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/media/peer-sender/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  ADD ("begins-with-a-whole-picture", test_begins_with_a_whole_picture);
  ADD ("still-picture-is-sent-anew-when-asked-for", test_still_picture_is_sent_anew_when_asked_for);
  ADD ("text-is-not-made-coarse", test_text_is_not_made_coarse);
  return aloqa_test_run_media ();
}
