/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gst/rtp/rtp.h>

#include "media/jitter-estimator.h"
#include "media/lip-sync.h"
#include "media/peer-playout.h"
#include "support/media-run.h"
#include "support/support.h"

/* --- Sound and picture ----------------------------------------------------------------------- */

static void
check_balance (AloqaLipSyncStream audio, AloqaLipSyncStream video, gint audio_ms, gint video_ms)
{
  AloqaLipSyncDelays delays = aloqa_lip_sync_balance (&audio, &video);

  g_assert_cmpint (delays.audio_ms, ==, audio_ms);
  g_assert_cmpint (delays.video_ms, ==, video_ms);
}

/* A packet of sound is on its way 20 ms after the picture of its beginning. */
static void
test_picture_does_not_wait_for_a_packet_of_sound (void)
{
  check_balance ((AloqaLipSyncStream){ 15, 0 }, (AloqaLipSyncStream){ 4, 22 }, 15, 4 - 22);
}

static void
test_picture_waits_for_sound_that_is_far_behind (void)
{
  check_balance ((AloqaLipSyncStream){ 150, 0 }, (AloqaLipSyncStream){ 4, 22 }, 150, 90);
}

static void
test_sound_waits_for_a_picture (void)
{
  check_balance ((AloqaLipSyncStream){ 15, 0 }, (AloqaLipSyncStream){ 45, 0 }, 45, 45);
  /* The pictures' way is the longer one. */
  check_balance ((AloqaLipSyncStream){ 15, 30 }, (AloqaLipSyncStream){ 5, 0 }, 5, 5);
}

static void
test_sound_waits_no_longer_than_it_has_to (void)
{
  check_balance ((AloqaLipSyncStream){ 15, 0 }, (AloqaLipSyncStream){ 300, 0 }, 55, 55);
}

/* --- Jitter ---------------------------------------------------------------------------------- */

/* One packet every 20 ms, every @nth of them @late_ms late. */
static double
measure (guint n, guint late_ms)
{
  AloqaJitterEstimator estimator;

  aloqa_jitter_estimator_init (&estimator, 48000);
  for (guint i = 0; i < 500; i++) {
    gint64 arrival_us = 1000000 + i * 20000 + (i % n == 0 ? late_ms * 1000 : 0);

    aloqa_jitter_estimator_add (&estimator, arrival_us, 5000 + i * 960);
  }
  return aloqa_jitter_estimator_get_ms (&estimator);
}

static void
test_even_arrival_is_no_jitter (void)
{
  g_assert_cmpfloat (measure (10, 0), <=, 2);
}

static void
test_what_comes_late_often_counts (void)
{
  double ms = measure (10, 30);

  g_assert_cmpfloat (ms, >=, 30);
  g_assert_cmpfloat (ms, <=, 32);
}

static void
test_what_comes_late_rarely_does_not (void)
{
  g_assert_cmpfloat (measure (60, 100), <=, 2);
}

/* --- What a buffer's length becomes of it ----------------------------------------------------- */

static const AloqaJitterPolicy policy = {
  .least_ms = 10, .margin_ms = 5, .min_rise_ms = 5, .min_fall_ms = 8
};

static void
test_rises_at_once_and_falls_slowly (void)
{
  AloqaJitterTarget target = { .policy = &policy, .latency_ms = 20 };
  gint64 now_us = 10 * G_USEC_PER_SEC;

  g_assert_true (aloqa_jitter_target_update (&target, 60, now_us));
  g_assert_cmpuint (target.latency_ms, ==, 65);
  g_assert_false (aloqa_jitter_target_update (&target, 2, now_us + G_USEC_PER_SEC / 2));
  now_us += G_USEC_PER_SEC;
  g_assert_true (aloqa_jitter_target_update (&target, 2, now_us));
  g_assert_cmpuint (target.latency_ms, <, 65);
  g_assert_cmpuint (target.latency_ms, >=, 55);
}

static void
test_ignores_trifles (void)
{
  AloqaJitterTarget target = { .policy = &policy, .latency_ms = 20 };

  g_assert_false (aloqa_jitter_target_update (&target, 19, 10 * G_USEC_PER_SEC));
  g_assert_false (aloqa_jitter_target_update (&target, 8, 12 * G_USEC_PER_SEC));
  g_assert_cmpuint (target.latency_ms, ==, 20);
}

/* A step down goes no further than what is wanted. */
static void
test_stops_at_what_is_wanted (void)
{
  static const AloqaJitterPolicy of_pictures = { .min_rise_ms = 2, .min_fall_ms = 4 };
  AloqaJitterTarget target = { .policy = &of_pictures, .latency_ms = 6 };

  g_assert_true (aloqa_jitter_target_update (&target, 2, 10 * G_USEC_PER_SEC));
  g_assert_cmpuint (target.latency_ms, ==, 2);
}

/* --- Elements --------------------------------------------------------------------------------- */

#define PAYLOAD_TYPE 96

typedef struct {
  GstElement *pipeline;
  GstElement *jitter_buffer; /* of pictures; the pipeline's */
  GstElement *audio_sink;
  GstElement *video_sink;
  GstPad *source;
  AloqaPeerPlayout *playout;
} Rig;

static void
push_packet (GstPad *source, guint16 number, gboolean is_last)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  GstBuffer *packet = gst_rtp_buffer_new_allocate (100, 0, 0);

  gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, PAYLOAD_TYPE);
  gst_rtp_buffer_set_marker (&rtp, is_last);
  gst_rtp_buffer_set_seq (&rtp, number);
  gst_rtp_buffer_unmap (&rtp);
  GST_BUFFER_PTS (packet) = 0;
  gst_pad_push (source, packet);
}

static void
add_source (Rig *rig)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (rig->jitter_buffer, "sink");
  g_autoptr (GstCaps) caps = gst_caps_from_string (
      "application/x-rtp, media=video, clock-rate=90000, encoding-name=VP8, payload=96");
  GstSegment segment;

  rig->source = gst_pad_new ("source", GST_PAD_SRC);
  gst_pad_set_active (rig->source, TRUE);
  g_assert_cmpint (gst_pad_link (rig->source, sink), ==, GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (rig->source, gst_event_new_stream_start ("pictures"));
  gst_pad_push_event (rig->source, gst_event_new_caps (caps));
  gst_pad_push_event (rig->source, gst_event_new_segment (&segment));
}

/* A stream of pictures of which one packet has come. */
static void
rig_init (Rig *rig)
{
  rig->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  rig->jitter_buffer = gst_element_factory_make ("rtpjitterbuffer", NULL);
  rig->audio_sink = gst_object_ref_sink (gst_element_factory_make ("fakesink", NULL));
  rig->video_sink = gst_object_ref_sink (gst_element_factory_make ("fakesink", NULL));
  gst_bin_add (GST_BIN (rig->pipeline), rig->jitter_buffer);
  rig->playout = aloqa_peer_playout_new (GST_PIPELINE (rig->pipeline));
  aloqa_peer_playout_set_sink (rig->playout, ALOQA_SDP_AUDIO, GST_BASE_SINK (rig->audio_sink));
  aloqa_peer_playout_set_sink (rig->playout, ALOQA_SDP_VIDEO, GST_BASE_SINK (rig->video_sink));
  aloqa_peer_playout_set_payload_type (rig->playout, ALOQA_SDP_VIDEO, PAYLOAD_TYPE);
  aloqa_peer_playout_watch (rig->playout, rig->jitter_buffer);
  gst_element_set_state (rig->pipeline, GST_STATE_PLAYING);
  add_source (rig);
  push_packet (rig->source, 0, FALSE);
}

static void
rig_clear (Rig *rig)
{
  gst_pad_set_active (rig->source, FALSE);
  gst_element_set_state (rig->pipeline, GST_STATE_NULL);
  aloqa_peer_playout_free (rig->playout);
  gst_object_unref (rig->source);
  gst_object_unref (rig->audio_sink);
  gst_object_unref (rig->video_sink);
  gst_object_unref (rig->pipeline);
}

static gint
get_delay_ms (GstElement *sink)
{
  return (gint) (gst_base_sink_get_ts_offset (GST_BASE_SINK (sink)) / (gint64) GST_MSECOND);
}

static guint
get_wait_ms (Rig *rig)
{
  guint wait_ms;

  g_object_get (rig->jitter_buffer, "latency", &wait_ms, NULL);
  return wait_ms;
}

/* What rtpbin does with a sender report: the pictures' stamps are those of the sound. */
static void
test_moved_stamps_do_not_delay_pictures (void)
{
  Rig rig;

  rig_init (&rig);
  g_assert_cmpint (get_delay_ms (rig.video_sink), ==, 0);
  g_assert_cmpint (get_delay_ms (rig.audio_sink), ==, 20);

  g_object_set (rig.jitter_buffer, "ts-offset", (gint64) 25 * GST_MSECOND, NULL);
  g_assert_cmpint (get_delay_ms (rig.video_sink), ==, -25);
  g_assert_cmpint (get_delay_ms (rig.audio_sink), ==, 20);
  g_assert_cmpuint (aloqa_peer_playout_get_latency_ms (rig.playout, ALOQA_SDP_VIDEO), ==, 0);

  g_object_set (rig.jitter_buffer, "ts-offset", (gint64) 100 * GST_MSECOND, NULL);
  g_assert_cmpint (get_delay_ms (rig.video_sink), ==, 20 - 60);
  g_assert_cmpuint (aloqa_peer_playout_get_latency_ms (rig.playout, ALOQA_SDP_VIDEO), ==, 60);
  rig_clear (&rig);
}

static void
test_lost_packets_are_waited_for_and_delay_when_there_are_some (void)
{
  gint64 now_us = 10 * G_USEC_PER_SEC;
  Rig rig;

  rig_init (&rig);
  aloqa_peer_playout_update (rig.playout, 50, 0, now_us);
  g_assert_cmpuint (get_wait_ms (&rig), ==, 60);
  g_assert_cmpint (get_delay_ms (rig.video_sink), ==, 0);

  aloqa_peer_playout_update (rig.playout, 50, 1, now_us);
  g_assert_cmpuint (get_wait_ms (&rig), ==, 60);
  g_assert_cmpint (get_delay_ms (rig.video_sink), ==, 50);
  g_assert_cmpint (get_delay_ms (rig.audio_sink), ==, 50);
  rig_clear (&rig);
}

static void
test_overtaken_packets_are_not_lost (void)
{
  gint64 now_us = 10 * G_USEC_PER_SEC;
  Rig rig;

  rig_init (&rig);
  push_packet (rig.source, 1, TRUE);
  aloqa_peer_playout_update (rig.playout, 50, 1, now_us);
  g_assert_cmpint (get_delay_ms (rig.video_sink), ==, 50);
  for (guint i = 0; i < 60; i++) {
    now_us += G_USEC_PER_SEC;
    aloqa_peer_playout_update (rig.playout, 50, i % 2, now_us);
  }
  g_assert_cmpint (get_delay_ms (rig.video_sink), <, 10);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_test_add_func ("/playout/picture-does-not-wait-for-a-packet-of-sound",
                   test_picture_does_not_wait_for_a_packet_of_sound);
  g_test_add_func ("/playout/picture-waits-for-sound-that-is-far-behind",
                   test_picture_waits_for_sound_that_is_far_behind);
  g_test_add_func ("/playout/sound-waits-for-a-picture", test_sound_waits_for_a_picture);
  g_test_add_func ("/playout/sound-waits-no-longer-than-it-has-to",
                   test_sound_waits_no_longer_than_it_has_to);
  g_test_add_func ("/playout/even-arrival-is-no-jitter", test_even_arrival_is_no_jitter);
  g_test_add_func ("/playout/what-comes-late-often-counts", test_what_comes_late_often_counts);
  g_test_add_func ("/playout/what-comes-late-rarely-does-not",
                   test_what_comes_late_rarely_does_not);
  g_test_add_func ("/playout/rises-at-once-and-falls-slowly", test_rises_at_once_and_falls_slowly);
  g_test_add_func ("/playout/ignores-trifles", test_ignores_trifles);
  g_test_add_func ("/playout/stops-at-what-is-wanted", test_stops_at_what_is_wanted);
  g_test_add_func ("/playout/moved-stamps-do-not-delay-pictures",
                   test_moved_stamps_do_not_delay_pictures);
  g_test_add_func ("/playout/lost-packets-are-waited-for-and-delay-when-there-are-some",
                   test_lost_packets_are_waited_for_and_delay_when_there_are_some);
  g_test_add_func ("/playout/overtaken-packets-are-not-lost", test_overtaken_packets_are_not_lost);
  return aloqa_test_run_media ();
}
