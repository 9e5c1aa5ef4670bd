/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-meter.h"
#include "media/media.h"

#include "support/support.h"

#include <math.h>

static gint64 first_us;

static void
first_audio_cb (AloqaAudioMeter *meter, gint64 t_us, gpointer user_data)
{
  g_assert_cmpint (first_us, ==, 0);
  first_us = t_us;
}

/* Half a second of a sine of @amplitude of full scale, and its like at @other_hz on the right. */
static void
push_sine (AloqaFeed *feed, guint n_channels, double tone_hz, double other_hz, double amplitude)
{
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT,
                           48000, "channels", G_TYPE_INT, n_channels, NULL);

  for (guint start = 0; start < 24000; start += 480) {
    g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 480 * n_channels * 2, NULL);
    g_autoptr (GstSample) sample = NULL;
    GstMapInfo map;

    gst_buffer_map (buffer, &map, GST_MAP_WRITE);
    for (guint i = 0; i < 480; i++) {
      for (guint channel = 0; channel < n_channels; channel++)
        ((gint16 *) map.data)[i * n_channels + channel] = (gint16) lrint (
            32767 * amplitude *
            sin (2 * G_PI * (channel == 0 ? tone_hz : other_hz) * (start + i) / 48000));
    }
    gst_buffer_unmap (buffer, &map);
    sample = gst_sample_new (buffer, caps, NULL, NULL);
    aloqa_feed_push (feed, sample);
  }
}

static const struct {
  const char *name;
  guint n_channels;
  double tone_hz, other_hz, amplitude;
  double wanted_hz;
  double level_db, max_tone_db, min_tone_db;
} cases[] = {
  { "full scale", 1, 440, 0, 1.0, 440, -3.01, -2.9, -3.1 },
  { "quiet", 1, 1000, 0, 0.001, 1000, -63.0, -62.8, -63.2 },
  { "another tone", 1, 1000, 0, 0.5, 440, -9.03, -45, -100 },
  { "no tone asked for", 1, 440, 0, 0.5, 0, -9.03, -100, -100 },
  { "silence", 1, 440, 0, 0, 440, -100, -100, -100 },
  { "stereo, both the same", 2, 440, 440, 0.5, 440, -9.03, -8.9, -9.2 },
  { "stereo, one each", 2, 440, 1000, 0.5, 440, -9.03, -15.0, -15.1 },
};

static void
test_levels_and_tones (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
    g_autoptr (AloqaAudioMeter) meter = aloqa_audio_meter_new (feed);
    AloqaAudioReport report;

    g_test_message ("%s", cases[i].name);
    aloqa_audio_meter_set_tone (meter, cases[i].wanted_hz);
    push_sine (feed, cases[i].n_channels, cases[i].tone_hz, cases[i].other_hz, cases[i].amplitude);
    aloqa_audio_meter_take_report (meter, &report);

    g_assert_cmpuint (report.n_buffers, ==, 50);
    g_assert_cmpfloat_with_epsilon (report.level_db, cases[i].level_db, 0.1);
    g_assert_cmpfloat (report.tone_db, <=, cases[i].max_tone_db);
    g_assert_cmpfloat (report.tone_db, >=, cases[i].min_tone_db);
  }
}

static void
test_report_covers_what_came_since_the_last (void)
{
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
  g_autoptr (AloqaAudioMeter) meter = aloqa_audio_meter_new (feed);
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (meter, &report);
  g_assert_cmpuint (report.n_buffers, ==, 0);
  g_assert_cmpint (report.longest_gap_us, ==, 0);
  push_sine (feed, 1, 440, 0, 1);
  aloqa_audio_meter_take_report (meter, &report);
  push_sine (feed, 1, 440, 0, 0.1);
  aloqa_audio_meter_take_report (meter, &report);
  g_assert_cmpfloat_with_epsilon (report.level_db, -23.01, 0.1);
  aloqa_audio_meter_take_report (meter, &report);
  g_assert_cmpuint (report.n_buffers, ==, 0);
  g_assert_cmpfloat (report.level_db, ==, ALOQA_AUDIO_METER_FLOOR_DB);
}

static void
test_first_audio_is_told_once (void)
{
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
  AloqaAudioMeter *meter = aloqa_audio_meter_new (feed);
  gint64 before_us = g_get_monotonic_time ();

  g_signal_connect (meter, "first-audio", G_CALLBACK (first_audio_cb), NULL);
  push_sine (feed, 1, 440, 0, 1);
  g_assert_cmpint (first_us, ==, 0);
  aloqa_test_drain ();

  g_assert_cmpint (first_us, >=, before_us);
  g_assert_cmpint (first_us, <=, g_get_monotonic_time ());
  g_assert_finalize_object (meter);
  push_sine (feed, 1, 440, 0, 1); /* nobody listens any more */
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/audio-meter/levels-and-tones", test_levels_and_tones);
  g_test_add_func ("/media/audio-meter/report-covers-what-came-since-the-last",
                   test_report_covers_what_came_since_the_last);
  g_test_add_func ("/media/audio-meter/first-audio-is-told-once", test_first_audio_is_told_once);
  return g_test_run ();
}
