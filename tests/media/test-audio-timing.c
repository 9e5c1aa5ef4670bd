/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-format.h"
#include "media/audio-timing.h"

#include "support/support.h"

static const AloqaAudioTiming fresh = { GST_CLOCK_TIME_NONE };

/* Feeds @n buffers that arrive up to @jitter early or late, by a clock off by @ppm, and returns the
 * largest step between two stamps that is not one buffer. */
static GstClockTime
find_worst_step (AloqaAudioTiming *timing, guint n, GstClockTime jitter, gint ppm,
                 GstClockTimeDiff *final_error)
{
  GstClockTime last = 0, worst = 0, seen = 0;

  for (guint i = 0; i < n; i++) {
    GstClockTime due = (GstClockTime) i * (20 * GST_MSECOND + ppm * 20) + GST_SECOND;
    GstClockTime pts;

    seen = due + (i * 7919 % 101) * jitter * 2 / 100 - jitter;
    pts = aloqa_audio_timing_follow (timing, seen);
    if (i > 0)
      worst = MAX (worst,
                   (GstClockTime) ABS (GST_CLOCK_DIFF (last + ALOQA_AUDIO_BUFFER_DURATION, pts)));
    last = pts;
    aloqa_audio_timing_advance (timing, ALOQA_AUDIO_BUFFER_SAMPLES);
    *final_error = GST_CLOCK_DIFF (pts, due);
  }

  return worst;
}

static void
test_jitter_hardly_shows (void)
{
  AloqaAudioTiming timing = fresh;
  GstClockTimeDiff error;

  g_assert_cmpuint (find_worst_step (&timing, 1000, 20 * GST_MSECOND, 0, &error), <, GST_MSECOND);
  g_assert_cmpint (ABS (error), <, 20 * GST_MSECOND);
}

static void
test_slow_clock_is_followed (void)
{
  static const gint ppms[] = { -1000, 1000 };

  for (gsize i = 0; i < G_N_ELEMENTS (ppms); i++) {
    AloqaAudioTiming timing = fresh;
    GstClockTimeDiff error;

    /* In ten minutes such a clock is off by 600 ms. */
    find_worst_step (&timing, 30000, 0, ppms[i], &error);
    g_assert_cmpint (ABS (error), <, 5 * GST_MSECOND);
  }
}

static void
test_time_begins_anew_after_a_pause (void)
{
  AloqaAudioTiming timing = fresh;

  g_assert_cmpuint (aloqa_audio_timing_follow (&timing, GST_SECOND), ==, GST_SECOND);
  aloqa_audio_timing_advance (&timing, 48000);
  g_assert_cmpuint (aloqa_audio_timing_follow (&timing, 5 * GST_SECOND), ==, 5 * GST_SECOND);
  aloqa_audio_timing_advance (&timing, 48000);
  g_assert_cmpuint (aloqa_audio_timing_follow (&timing, 6 * GST_SECOND), ==, 6 * GST_SECOND);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/media/audio-timing/jitter-hardly-shows", test_jitter_hardly_shows);
  g_test_add_func ("/media/audio-timing/slow-clock-is-followed", test_slow_clock_is_followed);
  g_test_add_func ("/media/audio-timing/time-begins-anew-after-a-pause",
                   test_time_begins_anew_after_a_pause);
  return g_test_run ();
}
