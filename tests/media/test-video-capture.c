/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/clock-picture.h"
#include "media/feed-log.h"
#include "media/media.h"
#include "media/picture.h"
#include "media/retiring.h"
#include "media/test-file.h"
#include "media/timeline.h"
#include "media/video-capture.h"

#include "support/desktop-session.h"
#include "support/media-run.h"
#include "support/support.h"

#include <string.h>

typedef struct {
  AloqaVideoCapture *capture;
  AloqaFeedLog *log;
  char *last_switched;
  GError *error;
} Fixture;

static void
switched_cb (AloqaVideoCapture *capture, const char *source, Fixture *f)
{
  g_free (f->last_switched);
  f->last_switched = g_strdup (source);
}

static void
error_cb (AloqaVideoCapture *capture, const GError *error, Fixture *f)
{
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

static void
set_up (Fixture *f, gconstpointer user_data)
{
  f->capture = aloqa_video_capture_new (320, 240, 30);
  f->log = aloqa_feed_log_new (aloqa_video_capture_get_feed (f->capture));
  g_signal_connect (f->capture, "switched", G_CALLBACK (switched_cb), f);
  g_signal_connect (f->capture, "error", G_CALLBACK (error_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer user_data)
{
  aloqa_feed_log_free (f->log);
  g_assert_finalize_object (f->capture);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_free (f->last_switched);
  g_clear_error (&f->error);
}

static void
set_source (Fixture *f, const char *source)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->last_switched, g_free);
  aloqa_video_capture_set_source (f->capture, source, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aloqa_video_capture_get_source (f->capture), ==, source);
}

static gboolean
has_switched (gpointer user_data)
{
  return ((Fixture *) user_data)->last_switched != NULL;
}

static gboolean
has_error (gpointer user_data)
{
  return ((Fixture *) user_data)->error != NULL;
}

static void
test_nothing_before_start_and_after_stop (Fixture *f, gconstpointer user_data)
{
  set_source (f, "test");
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 0);

  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 2);
  aloqa_video_capture_stop (f->capture);
  aloqa_feed_log_clear (f->log);
  set_source (f, "clock");
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 0);

  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 2);
}

static void
test_test_picture_moves (Fixture *f, gconstpointer user_data)
{
  g_autoptr (GstSample) first = NULL;
  g_autoptr (GstSample) later = NULL;

  set_source (f, "test");
  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 4);

  first = aloqa_feed_log_dup_sample (f->log, 0);
  later = aloqa_feed_log_dup_sample (f->log, 3);
  aloqa_picture_assert_size (first, 320, 240);
  g_assert_false (aloqa_picture_equals (first, later));
}

static void
test_clock_carries_the_time_of_its_push (Fixture *f, gconstpointer user_data)
{
  gint64 before_ms = aloqa_clock_picture_get_time_ms ();

  set_source (f, "clock");
  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 3);

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (f->log, i);
    GstMapInfo map;
    gint64 time_ms;

    gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ);
    g_assert_true (aloqa_clock_picture_read (map.data, 320, 320, 240, &time_ms));
    gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    g_assert_cmpint (time_ms, >=, before_ms);
    g_assert_cmpint (time_ms, <=, aloqa_clock_picture_get_time_ms ());
    before_ms = time_ms;
  }
}

static void
test_black_is_black_and_slow (Fixture *f, gconstpointer user_data)
{
  g_autoptr (GstSample) first = NULL;
  g_autoptr (GstSample) second = NULL;

  set_source (f, "black");
  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 6);

  first = aloqa_feed_log_dup_sample (f->log, 0);
  second = aloqa_feed_log_dup_sample (f->log, 5);
  aloqa_picture_assert_size (first, 320, 240);
  g_assert_cmpuint (aloqa_picture_get_luma (first, 160, 120), ==, 16);
  g_assert_true (aloqa_picture_equals (first, second));
  g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (second)) -
                        GST_BUFFER_PTS (gst_sample_get_buffer (first)),
                    >, 600 * GST_MSECOND);
}

/* An encoder would begin anew where they differ. */
static void
test_every_source_has_the_same_caps (Fixture *f, gconstpointer user_data)
{
  static const char *const sources[] = { "test", "clock", "black" };
  g_autoptr (GstSample) first = NULL;

  aloqa_video_capture_start (f->capture);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++) {
    g_autoptr (GstSample) sample = NULL;

    aloqa_feed_log_clear (f->log);
    set_source (f, sources[i]);
    aloqa_feed_log_wait (f->log, 1);
    sample = aloqa_feed_log_dup_sample (f->log, 0);
    if (first == NULL)
      first = gst_sample_ref (sample);
    g_assert_true (gst_caps_is_equal (gst_sample_get_caps (first), gst_sample_get_caps (sample)));
  }
}

static void
test_time_always_grows_and_is_of_the_timeline (Fixture *f, gconstpointer user_data)
{
  static const char *const sources[] = { "test", "black", "clock", "test", "black", "clock" };
  GstClockTime last = 0, begin = aloqa_timeline_get_now ();

  aloqa_video_capture_start (f->capture);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++) {
    set_source (f, sources[i]);
    aloqa_feed_log_wait (f->log, 2 * (i + 1));
  }

  for (guint i = 0; i < aloqa_feed_log_get_n (f->log); i++) {
    g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (f->log, i);
    GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));

    g_assert_cmpuint (pts, >, last);
    g_assert_cmpuint (pts, >=, begin);
    g_assert_cmpuint (pts, <=, aloqa_timeline_get_now ());
    last = pts;
  }
}

static void
test_none_stops_at_once (Fixture *f, gconstpointer user_data)
{
  set_source (f, "test");
  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 2);

  set_source (f, "none");
  g_assert_cmpstr (f->last_switched, ==, "none");
  aloqa_feed_log_clear (f->log);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 0);
}

/* What was before is shut out before the call returns: the next frame is of the new source. */
static void
test_black_shuts_the_source_before_out_at_once (Fixture *f, gconstpointer user_data)
{
  aloqa_video_capture_start (f->capture);
  for (guint round = 0; round < 20; round++) {
    g_autoptr (GstSample) sample = NULL;

    set_source (f, "test");
    aloqa_feed_log_wait (f->log, 1);
    set_source (f, "black");
    aloqa_feed_log_clear (f->log);
    aloqa_feed_log_wait (f->log, 1);
    sample = aloqa_feed_log_dup_sample (f->log, 0);
    g_assert_cmpuint (aloqa_picture_get_luma (sample, 20, 200), ==, 16);
    aloqa_feed_log_clear (f->log);
  }
}

static void
test_file_is_played_looped_with_borders (Fixture *f, gconstpointer user_data)
{
  /* 0.3 s of white, 16:9, with sound beside it; twice over it takes two loops. */
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new (
      "white.mkv", "videotestsrc num-buffers=9 pattern=white ! "
                   "video/x-raw,width=320,height=180,framerate=30/1 ! vp8enc ! "
                   "matroskamux name=mux audiotestsrc num-buffers=13 ! "
                   "opusenc ! mux. mux.");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));
  g_autoptr (GstSample) sample = NULL;

  set_source (f, source);
  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 25);

  g_assert_no_error (f->error);
  g_assert_cmpstr (f->last_switched, ==, source);
  sample = aloqa_feed_log_dup_sample (f->log, 20);
  aloqa_picture_assert_size (sample, 320, 240);
  g_assert_cmpuint (aloqa_picture_get_luma (sample, 160, 120), >, 200);
  g_assert_cmpuint (aloqa_picture_get_luma (sample, 160, 5), <, 30);
  g_assert_cmpuint (aloqa_picture_get_luma (sample, 160, 235), <, 30);
  g_test_message ("longest gap over two loops: %.1f ms",
                  aloqa_feed_log_get_longest_gap_us (f->log) / 1000.0);
  aloqa_video_capture_stop (f->capture);
}

static void
test_still_picture_is_repeated (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file =
      aloqa_test_file_new ("still.png", "videotestsrc num-buffers=1 pattern=white ! "
                                        "video/x-raw,width=320,height=240 ! pngenc");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));

  set_source (f, source);
  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 4);

  g_assert_no_error (f->error);
  aloqa_video_capture_stop (f->capture);
}

/* A file faster than asked for is thinned out evenly. */
static void
test_rate_is_kept (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file =
      aloqa_test_file_new ("fast.mkv", "videotestsrc num-buffers=60 pattern=black ! "
                                       "video/x-raw,width=64,height=64,framerate=60/1 ! vp8enc ! "
                                       "matroskamux");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));
  g_autoptr (GstSample) first = NULL;
  g_autoptr (GstSample) last = NULL;

  set_source (f, source);
  aloqa_video_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 16);

  /* 15 intervals of a 30th. */
  first = aloqa_feed_log_dup_sample (f->log, 0);
  last = aloqa_feed_log_dup_sample (f->log, 15);
  g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (last)) -
                        GST_BUFFER_PTS (gst_sample_get_buffer (first)),
                    >, 400 * GST_MSECOND);
  aloqa_video_capture_stop (f->capture);
}

static void
test_swap_to_a_file_leaves_no_gap (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new (
      "white.mkv", "videotestsrc num-buffers=90 pattern=white ! "
                   "video/x-raw,width=320,height=240,framerate=30/1 ! vp8enc ! "
                   "matroskamux");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));

  aloqa_video_capture_start (f->capture);
  set_source (f, "test");
  aloqa_feed_log_wait (f->log, 10);
  set_source (f, source);
  aloqa_test_wait_until (has_switched, f);
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 10);
  g_test_message ("longest gap around a swap to a file: %.1f ms",
                  aloqa_feed_log_get_longest_gap_us (f->log) / 1000.0);
  set_source (f, "test");
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 10);
  g_test_message ("longest gap with the swap back: %.1f ms",
                  aloqa_feed_log_get_longest_gap_us (f->log) / 1000.0);
  aloqa_video_capture_stop (f->capture);
}

static void
assert_fails_to_black (Fixture *f, const char *source, gint code, const char *words)
{
  aloqa_video_capture_start (f->capture);
  set_source (f, source);
  aloqa_test_wait_until (has_error, f);

  g_assert_error (f->error, ALOQA_MEDIA_ERROR, code);
  g_assert_nonnull (strstr (f->error->message, words));
  g_assert_cmpstr (aloqa_video_capture_get_source (f->capture), ==, "black");
  aloqa_feed_log_clear (f->log);
  aloqa_feed_log_wait (f->log, 1);
}

static void
test_missing_file_falls_back_to_black (Fixture *f, gconstpointer user_data)
{
  assert_fails_to_black (f, "file:/nowhere/at/all.webm", ALOQA_MEDIA_ERROR_NOT_FOUND,
                         "/nowhere/at/all.webm");
}

static void
test_file_without_picture_falls_back_to_black (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file =
      aloqa_test_file_new ("tone.wav", "audiotestsrc num-buffers=10 ! wavenc");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));

  assert_fails_to_black (f, source, ALOQA_MEDIA_ERROR_FAILED, "no picture");
}

static void
test_missing_camera_falls_back_to_black (Fixture *f, gconstpointer user_data)
{
  assert_fails_to_black (f, "camera:No such thing", ALOQA_MEDIA_ERROR_NOT_FOUND, "No such thing");
}

static void
test_unknown_source_changes_nothing (Fixture *f, gconstpointer user_data)
{
  static const char *const names[] = { "", "tests", "file", "file:", "cameras", "http://x/" };

  set_source (f, "test");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (aloqa_video_capture_set_source (f->capture, names[i], &error));
    g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME);
    g_assert_cmpstr (aloqa_video_capture_get_source (f->capture), ==, "test");
  }
}

/* Sources are closed in any state; nothing is left behind, or comes after. */
static void
test_quick_swaps_leave_nothing_behind (Fixture *f, gconstpointer user_data)
{
  static const char *const sources[] = { "test",  "file:/nowhere", "black", "camera:none",
                                         "clock", "none",          "test",  "camera:no" };

  aloqa_video_capture_start (f->capture);
  for (guint round = 0; round < 25; round++) {
    for (gsize i = 0; i < G_N_ELEMENTS (sources); i++) {
      set_source (f, sources[i]);
      if ((round + i) % 3 == 0)
        aloqa_test_drain ();
    }
  }
  set_source (f, "test");
  aloqa_feed_log_clear (f->log);
  aloqa_feed_log_wait (f->log, 2);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/media/video-capture/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{

  aloqa_test_init (&argc, &argv);
  aloqa_test_hide_daemons ();
  aloqa_media_init (NULL);
  ADD ("nothing-before-start-and-after-stop", test_nothing_before_start_and_after_stop);
  ADD ("test-picture-moves", test_test_picture_moves);
  ADD ("clock-carries-the-time-of-its-push", test_clock_carries_the_time_of_its_push);
  ADD ("black-is-black-and-slow", test_black_is_black_and_slow);
  ADD ("every-source-has-the-same-caps", test_every_source_has_the_same_caps);
  ADD ("time-always-grows-and-is-of-the-timeline", test_time_always_grows_and_is_of_the_timeline);
  ADD ("none-stops-at-once", test_none_stops_at_once);
  ADD ("black-shuts-the-source-before-out-at-once", test_black_shuts_the_source_before_out_at_once);
  ADD ("file-is-played-looped-with-borders", test_file_is_played_looped_with_borders);
  ADD ("still-picture-is-repeated", test_still_picture_is_repeated);
  ADD ("rate-is-kept", test_rate_is_kept);
  ADD ("swap-to-a-file-leaves-no-gap", test_swap_to_a_file_leaves_no_gap);
  ADD ("missing-file-falls-back-to-black", test_missing_file_falls_back_to_black);
  ADD ("file-without-picture-falls-back-to-black", test_file_without_picture_falls_back_to_black);
  ADD ("missing-camera-falls-back-to-black", test_missing_camera_falls_back_to_black);
  ADD ("unknown-source-changes-nothing", test_unknown_source_changes_nothing);
  ADD ("quick-swaps-leave-nothing-behind", test_quick_swaps_leave_nothing_behind);
  return aloqa_test_run_media ();
}
