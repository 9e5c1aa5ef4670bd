/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/clock-picture.h"
#include "media/media.h"
#include "media/test-file.h"
#include "media/video-probe.h"

#include "support/support.h"

#include <gst/video/video.h>

typedef struct {
  AloqaFeed *feed;
  AloqaVideoProbe *probe;
  GString *news; /* what the signals said */
  GAsyncResult *result;
} Fixture;

static void
first_frame_cb (AloqaVideoProbe *probe, gint64 t_us, Fixture *f)
{
  g_assert_cmpint (t_us, >, 0);
  g_assert_cmpint (t_us, <=, g_get_monotonic_time ());
  g_string_append (f->news, "first.");
}

static void
size_changed_cb (AloqaVideoProbe *probe, guint width_px, guint height_px, Fixture *f)
{
  g_string_append_printf (f->news, "%ux%u.", width_px, height_px);
}

static void
set_up (Fixture *f, gconstpointer user_data)
{
  f->feed = aloqa_feed_new ();
  f->probe = aloqa_video_probe_new (f->feed);
  f->news = g_string_new (NULL);
  g_signal_connect (f->probe, "first-frame", G_CALLBACK (first_frame_cb), f);
  g_signal_connect (f->probe, "size-changed", G_CALLBACK (size_changed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer user_data)
{
  g_clear_object (&f->result);
  aloqa_test_drain ();
  g_assert_finalize_object (f->probe);
  g_assert_finalize_object (f->feed);
  g_string_free (f->news, TRUE);
}

/* One white frame; with a clock that shows a time so long ago. */
static void
push (Fixture *f, guint width_px, guint height_px, gint64 age_ms, gboolean has_clock)
{
  GstVideoInfo info;
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstVideoFrame frame;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, width_px, height_px);
  caps = gst_video_info_to_caps (&info);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 235, info.size);
  gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE);
  if (has_clock)
    aloqa_clock_picture_draw (GST_VIDEO_FRAME_PLANE_DATA (&frame, 0),
                              GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0), width_px, height_px,
                              aloqa_clock_picture_get_time_ms () - age_ms);
  gst_video_frame_unmap (&frame);
  sample = gst_sample_new (buffer, caps, NULL, NULL);
  aloqa_feed_push (f->feed, sample);
}

static void
test_tells_the_first_frame_and_every_size (Fixture *f, gconstpointer user_data)
{
  push (f, 320, 240, 0, FALSE);
  push (f, 320, 240, 0, FALSE);
  push (f, 640, 480, 0, FALSE);
  push (f, 320, 240, 0, FALSE);
  g_assert_cmpstr (f->news->str, ==, "");
  aloqa_test_drain ();
  g_assert_cmpstr (f->news->str, ==, "first.320x240.640x480.320x240.");
}

static void
test_reports_what_came_since_the_last (Fixture *f, gconstpointer user_data)
{
  AloqaVideoReport report;

  aloqa_video_probe_take_report (f->probe, &report);
  g_assert_cmpuint (report.n_frames, ==, 0);
  g_assert_cmpuint (report.width_px, ==, 0);
  g_assert_cmpint (report.longest_gap_us, ==, 0);

  for (guint i = 0; i < 3; i++)
    push (f, 320, 240, 0, FALSE);
  aloqa_video_probe_take_report (f->probe, &report);
  g_assert_cmpuint (report.n_frames, ==, 3);
  g_assert_cmpfloat (report.fps, >, 0);
  g_assert_cmpuint (report.width_px, ==, 320);
  g_assert_cmpuint (report.height_px, ==, 240);
  g_assert_cmpuint (report.n_latencies, ==, 0);
  g_assert_cmpfloat (report.latency_ms_p50, ==, 0);

  aloqa_video_probe_take_report (f->probe, &report);
  g_assert_cmpuint (report.n_frames, ==, 0);
  g_assert_cmpuint (report.width_px, ==, 320);
}

/* 100 frames that are 1, 2, … 100 ms old; the machine may add a little to each. */
static void
test_latency_is_the_clock_s_age (Fixture *f, gconstpointer user_data)
{
  AloqaVideoReport report;

  for (gint64 age_ms = 1; age_ms <= 100; age_ms++)
    push (f, 320, 240, age_ms * 7 % 101, TRUE); /* in disorder */
  push (f, 320, 240, 0, FALSE);
  push (f, 320, 240, 60000, TRUE); /* a clock that was not set */

  aloqa_video_probe_take_report (f->probe, &report);
  g_assert_cmpuint (report.n_latencies, ==, 100);
  g_assert_cmpfloat (report.latency_ms_p50, >=, 50);
  g_assert_cmpfloat (report.latency_ms_p95, >=, 95);
  g_assert_cmpfloat (report.latency_ms_p95, >, report.latency_ms_p50);
  g_test_message ("p50 %.0f (50) p95 %.0f (95)", report.latency_ms_p50, report.latency_ms_p95);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object (&((Fixture *) user_data)->result, result);
}

static gboolean
is_saved (gpointer user_data)
{
  return ((Fixture *) user_data)->result != NULL;
}

static void
test_snapshot_is_the_next_frame (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new ("shot.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  push (f, 640, 480, 0, FALSE);
  aloqa_video_probe_save_snapshot_async (f->probe, aloqa_test_file_get_path (file), NULL, saved_cb,
                                         f);
  push (f, 320, 200, 0, FALSE);
  push (f, 640, 480, 0, FALSE);
  aloqa_test_wait_until (is_saved, f);
  aloqa_video_probe_save_snapshot_finish (f->probe, f->result, &error);
  g_assert_no_error (error);

  /* A PNG begins with its signature, then the header chunk with the size. */
  g_assert_true (g_file_get_contents (aloqa_test_file_get_path (file), &bytes, &n_bytes, NULL));
  g_assert_cmpuint (n_bytes, >, 60);
  g_assert_cmpmem (bytes, 16, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  g_assert_cmpmem (bytes + 16, 8, "\0\0\x01\x40\0\0\0\xc8", 8);
}

static void
test_snapshot_that_cannot_be_written_says_why (Fixture *f, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_video_probe_save_snapshot_async (f->probe, "/nowhere/at/all.png", NULL, saved_cb, f);
  push (f, 320, 200, 0, FALSE);
  aloqa_test_wait_until (is_saved, f);
  g_assert_false (aloqa_video_probe_save_snapshot_finish (f->probe, f->result, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_snapshot_is_cancelled_while_it_waits (Fixture *f, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  for (guint i = 0; i < 2; i++) { /* before the call, and after */
    g_autoptr (GError) error = NULL;

    if (i == 1)
      g_cancellable_cancel (cancellable);
    g_clear_object (&f->result);
    aloqa_video_probe_save_snapshot_async (f->probe, "/nowhere/x.png", cancellable, saved_cb, f);
    g_cancellable_cancel (cancellable);
    aloqa_test_wait_until (is_saved, f);
    g_assert_false (aloqa_video_probe_save_snapshot_finish (f->probe, f->result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

#define ADD(name, func)                                                                            \
  g_test_add ("/media/video-probe/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  ADD ("tells-the-first-frame-and-every-size", test_tells_the_first_frame_and_every_size);
  ADD ("reports-what-came-since-the-last", test_reports_what_came_since_the_last);
  ADD ("latency-is-the-clock-s-age", test_latency_is_the_clock_s_age);
  ADD ("snapshot-is-the-next-frame", test_snapshot_is_the_next_frame);
  ADD ("snapshot-that-cannot-be-written-says-why", test_snapshot_that_cannot_be_written_says_why);
  ADD ("snapshot-is-cancelled-while-it-waits", test_snapshot_is_cancelled_while_it_waits);
  return g_test_run ();
}
