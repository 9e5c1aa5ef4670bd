/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gst/rtp/rtp.h>

#include "media/peer-playout.h"
#include "media/jitter-estimator.h"
#include "support/media-run.h"
#include "support/support.h"

#define N_KINDS 2

static const int payload_types[N_KINDS] = { [ALOQA_SDP_AUDIO] = 111, [ALOQA_SDP_VIDEO] = 96 };
static const guint clock_rates_hz[N_KINDS] = {
  [ALOQA_SDP_AUDIO] = 48000, [ALOQA_SDP_VIDEO] = 90000
};

typedef struct {
  GstElement *jitter_buffer; /* the pipeline's */
  GstElement *sink;
  GstPad *source;
} Stream;

typedef struct {
  GstElement *pipeline;
  Stream audio;
  Stream video;
  AloqaPeerPlayout *playout;
} Rig;

#define RTP_TIME 1000000

/* One that was under way for @late_ms longer than the first, however long this here takes. */
static void
push_packet (Rig *rig, AloqaSdpKind kind, guint16 number, gint late_ms, gboolean is_last)
{
  Stream *stream = kind == ALOQA_SDP_AUDIO ? &rig->audio : &rig->video;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  GstBuffer *packet = gst_rtp_buffer_new_allocate (100, 0, 0);

  gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, (guint8) payload_types[kind]);
  gst_rtp_buffer_set_marker (&rtp, is_last);
  gst_rtp_buffer_set_seq (&rtp, number);
  gst_rtp_buffer_set_timestamp (&rtp, RTP_TIME -
                                          (guint32) (late_ms * (gint) clock_rates_hz[kind] / 1000));
  gst_rtp_buffer_unmap (&rtp);
  GST_BUFFER_PTS (packet) = 0;
  gst_pad_push (stream->source, packet);
}

static void
stream_init (Stream *self, Rig *rig, AloqaSdpKind kind)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("application/x-rtp", "clock-rate", G_TYPE_INT,
                                                  (int) clock_rates_hz[kind], "payload", G_TYPE_INT,
                                                  payload_types[kind], NULL);
  g_autoptr (GstPad) sink = NULL;
  GstSegment segment;

  self->jitter_buffer = gst_element_factory_make ("rtpjitterbuffer", NULL);
  gst_bin_add (GST_BIN (rig->pipeline), self->jitter_buffer);
  self->sink = gst_object_ref_sink (gst_element_factory_make ("fakesink", NULL));
  aloqa_peer_playout_set_sink (rig->playout, kind, GST_BASE_SINK (self->sink));
  aloqa_peer_playout_set_payload_type (rig->playout, kind, payload_types[kind]);
  aloqa_peer_playout_watch (rig->playout, self->jitter_buffer);

  gst_element_set_state (rig->pipeline, GST_STATE_PLAYING);
  sink = gst_element_get_static_pad (self->jitter_buffer, "sink");
  self->source = gst_pad_new ("source", GST_PAD_SRC);
  gst_pad_set_active (self->source, TRUE);
  g_assert_cmpint (gst_pad_link (self->source, sink), ==, GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->source, gst_event_new_stream_start ("stream"));
  gst_pad_push_event (self->source, gst_event_new_caps (caps));
  gst_pad_push_event (self->source, gst_event_new_segment (&segment));
}

/* Sound and pictures, of which the first packet of a picture has come. */
static void
rig_init (Rig *rig)
{
  rig->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  rig->playout = aloqa_peer_playout_new (GST_PIPELINE (rig->pipeline));
  stream_init (&rig->audio, rig, ALOQA_SDP_AUDIO);
  stream_init (&rig->video, rig, ALOQA_SDP_VIDEO);
  push_packet (rig, ALOQA_SDP_VIDEO, 0, 0, FALSE);
}

static void
stream_clear (Stream *self)
{
  gst_pad_set_active (self->source, FALSE);
  gst_object_unref (self->source);
  gst_object_unref (self->sink);
}

static void
rig_clear (Rig *rig)
{
  gst_element_set_state (rig->pipeline, GST_STATE_NULL);
  aloqa_peer_playout_free (rig->playout);
  stream_clear (&rig->audio);
  stream_clear (&rig->video);
  gst_object_unref (rig->pipeline);
}

static gint
get_delay_ms (Stream *stream)
{
  return (gint) (gst_base_sink_get_ts_offset (GST_BASE_SINK (stream->sink)) / (gint64) GST_MSECOND);
}

static guint
get_wait_ms (Stream *stream)
{
  guint wait_ms;

  g_object_get (stream->jitter_buffer, "latency", &wait_ms, NULL);
  return wait_ms;
}

/* What a jitter buffer tells of a sender report: its moment's stamp is @stamp_ms. */
static void
report (Rig *rig, AloqaSdpKind kind, guint stamp_ms)
{
  Stream *stream = kind == ALOQA_SDP_AUDIO ? &rig->audio : &rig->video;
  guint clock_rate_hz = clock_rates_hz[kind];
  g_autoptr (GstStructure) sync = gst_structure_new (
      "application/x-rtp-sync", "base-rtptime", G_TYPE_UINT64, (guint64) RTP_TIME, "base-time",
      G_TYPE_UINT64, (stamp_ms - 1000) * GST_MSECOND, "clock-rate", G_TYPE_UINT, clock_rate_hz,
      "sr-ext-rtptime", G_TYPE_UINT64, (guint64) RTP_TIME + clock_rate_hz, "sr-ntpnstime",
      G_TYPE_UINT64, 3900000000 * GST_SECOND, NULL);

  g_signal_emit_by_name (stream->jitter_buffer, "handle-sync", sync);
}

static void
check_ways (guint audio_stamp_ms, guint video_stamp_ms, guint audio_ms, guint video_ms)
{
  Rig rig;

  rig_init (&rig);
  push_packet (&rig, ALOQA_SDP_AUDIO, 0, 0, FALSE);
  report (&rig, ALOQA_SDP_AUDIO, audio_stamp_ms);
  report (&rig, ALOQA_SDP_VIDEO, video_stamp_ms);
  g_assert_cmpint (get_delay_ms (&rig.audio), ==, (gint) audio_ms);
  g_assert_cmpint (get_delay_ms (&rig.video), ==, (gint) video_ms);
  g_assert_cmpuint (aloqa_peer_playout_get_latency_ms (rig.playout, ALOQA_SDP_AUDIO), ==, audio_ms);
  g_assert_cmpuint (aloqa_peer_playout_get_latency_ms (rig.playout, ALOQA_SDP_VIDEO), ==, video_ms);
  rig_clear (&rig);
}

/* Sound needs its 20 ms of the beginning. */
static void
test_pictures_that_are_quicker_wait_as_far_as_one_notices (void)
{
  check_ways (5025, 5000, 20, 0);
  check_ways (5100, 5000, 20, 60);
  check_ways (5003, 5100, 20 + 37, 0);
}

/* A clock that is wrong is none to go by. */
static void
test_streams_of_no_common_clock_do_not_wait (void)
{
  check_ways (9000, 5000, 20, 0);
  check_ways (5000, 9000, 20, 0);
}

/* Sound is due when a lost packet of it is given up, and no later. */
static void
test_lost_sound_is_waited_for_until_it_is_due (void)
{
  static const guint leads_ms[] = { 0, 30, 150 };

  for (gsize i = 0; i < G_N_ELEMENTS (leads_ms); i++) {
    Rig rig;

    rig_init (&rig);
    push_packet (&rig, ALOQA_SDP_AUDIO, 0, 0, FALSE);
    report (&rig, ALOQA_SDP_AUDIO, 5000);
    report (&rig, ALOQA_SDP_VIDEO, 5000 + leads_ms[i]);
    aloqa_peer_playout_update (rig.playout, 0, 0, g_get_monotonic_time ());
    g_assert_cmpuint (get_wait_ms (&rig.audio), >=, 15);
    g_assert_cmpuint (get_wait_ms (&rig.audio), ==, (guint) get_delay_ms (&rig.audio));
    g_assert_cmpuint (aloqa_peer_playout_get_latency_ms (rig.playout, ALOQA_SDP_AUDIO), ==,
                      (guint) get_delay_ms (&rig.audio));
    rig_clear (&rig);
  }
}

/* Without resending as well. */
static void
test_overtaken_pictures_are_waited_for (void)
{
  Rig rig;

  rig_init (&rig);
  aloqa_peer_playout_update (rig.playout, 0, 0, g_get_monotonic_time ());
  g_assert_cmpuint (get_wait_ms (&rig.video), ==, ALOQA_PLAYOUT_INITIAL_WAIT_MS);
  rig_clear (&rig);
}

static void
test_no_packet_is_waited_for_without_end (void)
{
  Rig rig;

  rig_init (&rig);
  aloqa_peer_playout_update (rig.playout, 5000, 1, g_get_monotonic_time ());
  g_assert_cmpuint (get_wait_ms (&rig.video), ==, ALOQA_JITTER_MAX_LATENCY_MS);
  rig_clear (&rig);
}

/* A picture is there with its last packet. */
static void
test_last_packets_of_pictures_count (void)
{
  guint16 number = 1;
  Rig rig;

  rig_init (&rig);
  for (guint i = 0; i < 40; i++)
    push_packet (&rig, ALOQA_SDP_VIDEO, number++, 100, FALSE);
  aloqa_peer_playout_update (rig.playout, 0, 0, g_get_monotonic_time ());
  g_assert_cmpint (get_delay_ms (&rig.video), ==, 0);
  for (guint i = 0; i < 40; i++)
    push_packet (&rig, ALOQA_SDP_VIDEO, number++, 100, TRUE);
  aloqa_peer_playout_update (rig.playout, 0, 0, g_get_monotonic_time ());
  g_assert_cmpint (get_delay_ms (&rig.video), >=, 100);
  rig_clear (&rig);
}

static void
test_lost_packets_are_waited_for_and_delay_when_there_are_some (void)
{
  gint64 now_us = g_get_monotonic_time ();
  Rig rig;

  rig_init (&rig);
  push_packet (&rig, ALOQA_SDP_AUDIO, 0, 0, FALSE);
  aloqa_peer_playout_update (rig.playout, 90, 0, now_us);
  g_assert_cmpuint (get_wait_ms (&rig.video), ==, 100);
  g_assert_cmpint (get_delay_ms (&rig.video), ==, 0);

  aloqa_peer_playout_update (rig.playout, 90, 1, now_us);
  g_assert_cmpuint (get_wait_ms (&rig.video), ==, 100);
  g_assert_cmpint (get_delay_ms (&rig.video), ==, 90);
  g_assert_cmpint (get_delay_ms (&rig.audio), ==, 90 - 40);
  rig_clear (&rig);
}

static void
test_sound_waits_for_pictures_while_they_are_there (void)
{
  gint64 now_us;
  Rig rig;

  rig_init (&rig);
  aloqa_peer_playout_update (rig.playout, 90, 1, g_get_monotonic_time ());
  g_assert_cmpint (get_delay_ms (&rig.audio), ==, 20); /* no sound yet */
  push_packet (&rig, ALOQA_SDP_AUDIO, 0, 0, FALSE);
  now_us = g_get_monotonic_time ();
  aloqa_peer_playout_update (rig.playout, 90, 1, now_us);
  g_assert_cmpint (get_delay_ms (&rig.audio), ==, 90 - 40);
  aloqa_peer_playout_update (rig.playout, 90, 1, now_us + 3 * G_USEC_PER_SEC);
  g_assert_cmpint (get_delay_ms (&rig.audio), <=, 20);
  rig_clear (&rig);
}

/* One picture that is no jitter, however long this here takes. */
static void
push_quickest (Rig *rig)
{
  push_packet (rig, ALOQA_SDP_VIDEO, 1, -1000, TRUE);
}

static void
test_overtaken_packets_are_not_lost (void)
{
  gint64 now_us = g_get_monotonic_time ();
  Rig rig;

  rig_init (&rig);
  push_quickest (&rig);
  aloqa_peer_playout_update (rig.playout, 50, 1, now_us);
  g_assert_cmpint (get_delay_ms (&rig.video), ==, 50);
  for (guint i = 0; i < 60; i++) {
    now_us += G_USEC_PER_SEC;
    aloqa_peer_playout_update (rig.playout, 50, i % 2, now_us);
  }
  g_assert_cmpint (get_delay_ms (&rig.video), <, 20);
  rig_clear (&rig);
}

/* As after a silence, of which the session forgets the stream. */
static void
test_losses_are_counted_anew (void)
{
  gint64 now_us = g_get_monotonic_time ();
  Rig rig;

  rig_init (&rig);
  push_quickest (&rig);
  aloqa_peer_playout_update (rig.playout, 50, 300, now_us);
  for (guint i = 0; i < 60; i++) {
    now_us += G_USEC_PER_SEC;
    aloqa_peer_playout_update (rig.playout, 50, 0, now_us);
  }
  g_assert_cmpint (get_delay_ms (&rig.video), <, 20);
  aloqa_peer_playout_update (rig.playout, 50, 1, now_us);
  g_assert_cmpint (get_delay_ms (&rig.video), ==, 50);
  rig_clear (&rig);
}

static void
test_repaired_sound_takes_longer (void)
{
  gint64 now_us = g_get_monotonic_time ();
  gint delay_ms;
  Rig rig;

  rig_init (&rig);
  push_packet (&rig, ALOQA_SDP_AUDIO, 0, 0, FALSE);
  aloqa_peer_playout_update (rig.playout, 0, 0, now_us);
  delay_ms = get_delay_ms (&rig.audio);
  aloqa_peer_playout_set_repair_ms (rig.playout, 30);
  aloqa_peer_playout_update (rig.playout, 0, 0, now_us);
  g_assert_cmpint (get_delay_ms (&rig.audio), ==, delay_ms + 30);
  rig_clear (&rig);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_test_add_func ("/playout/pictures-that-are-quicker-wait-as-far-as-one-notices",
                   test_pictures_that_are_quicker_wait_as_far_as_one_notices);
  g_test_add_func ("/playout/streams-of-no-common-clock-do-not-wait",
                   test_streams_of_no_common_clock_do_not_wait);
  g_test_add_func ("/playout/lost-sound-is-waited-for-until-it-is-due",
                   test_lost_sound_is_waited_for_until_it_is_due);
  g_test_add_func ("/playout/overtaken-pictures-are-waited-for",
                   test_overtaken_pictures_are_waited_for);
  g_test_add_func ("/playout/no-packet-is-waited-for-without-end",
                   test_no_packet_is_waited_for_without_end);
  g_test_add_func ("/playout/last-packets-of-pictures-count", test_last_packets_of_pictures_count);
  g_test_add_func ("/playout/lost-packets-are-waited-for-and-delay-when-there-are-some",
                   test_lost_packets_are_waited_for_and_delay_when_there_are_some);
  g_test_add_func ("/playout/sound-waits-for-pictures-while-they-are-there",
                   test_sound_waits_for_pictures_while_they_are_there);
  g_test_add_func ("/playout/overtaken-packets-are-not-lost", test_overtaken_packets_are_not_lost);
  g_test_add_func ("/playout/losses-are-counted-anew", test_losses_are_counted_anew);
  g_test_add_func ("/playout/repaired-sound-takes-longer", test_repaired_sound_takes_longer);
  return aloqa_test_run_media ();
}
