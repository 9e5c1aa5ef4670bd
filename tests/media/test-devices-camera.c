/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-rig.h"
#include "media/media.h"
#include "media/picture.h"
#include "media/test-file.h"

/* Cameras, on a real PipeWire. */

static guint8
get_last_luma (AloqaDeviceRig *rig, guint x, guint y)
{
  g_autoptr (GstSample) sample =
      aloqa_feed_log_dup_sample (rig->log, aloqa_feed_log_get_n (rig->log) - 1);

  aloqa_picture_assert_size (sample, 320, 240);
  return aloqa_picture_get_luma (sample, x, y);
}

static guint
count_links (const char *name)
{
  return aloqa_test_session_count_links (aloqa_device_rig_get_session (), name);
}

static gboolean
is_unlinked (gpointer name)
{
  return count_links (name) == 0;
}

static gboolean
is_linked (gpointer name)
{
  return count_links (name) == 1;
}

/* As it is, smaller and with padding, a size that divides by nothing, and compressed. */
static void
test_picture_arrives_in_every_format (AloqaDeviceRig *rig, gconstpointer user_data)
{
  static const struct {
    const char *size, *format, *picture;
  } cases[] = {
    { "320x240", "I420", "100" },
    { "640x480", "YUY2", "100" },
    { "330x246", "YUY2", "100" },
    { "320x240", "JPEG", NULL },
  };
  g_autoptr (AloqaTestFile) jpeg = aloqa_test_file_new (
      "grey.jpg", "videotestsrc num-buffers=1 pattern=solid-color foreground-color=0xff626262 ! "
                  "video/x-raw,format=I420,width=320,height=240 ! jpegenc");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *picture = cases[i].picture;
    GSubprocess *camera;

    if (picture == NULL)
      picture = aloqa_test_file_get_path (jpeg);
    camera = aloqa_device_rig_add_camera (rig, "cam", cases[i].size, cases[i].format, picture);
    aloqa_device_rig_start_video (rig, "camera:cam");
    aloqa_feed_log_wait (rig->log, 5);
    g_assert_no_error (rig->error);
    g_assert_cmpint (ABS (get_last_luma (rig, 160, 120) - 100), <, 12);
    g_assert_cmpint (ABS (get_last_luma (rig, 5, 235) - 100), <, 12);

    g_clear_object (&rig->video);
    aloqa_device_rig_remove_camera (rig, "cam", camera);
  }
}

static void
test_closed_with_black_and_with_stop (AloqaDeviceRig *rig, gconstpointer user_data)
{
  GSubprocess *camera = aloqa_device_rig_add_camera (rig, "cam", "320x240", "I420", "100");

  g_assert_cmpuint (count_links ("cam"), ==, 0);
  aloqa_device_rig_start_video (rig, "camera");
  aloqa_device_rig_wait_for_switch (rig, "camera");
  aloqa_test_wait_until (is_linked, (gpointer) "cam");

  g_assert_true (aloqa_video_capture_set_source (rig->video, "black", NULL));
  aloqa_feed_log_clear (rig->log);
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  aloqa_feed_log_wait (rig->log, 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (rig->log, i);

    g_assert_cmpuint (aloqa_picture_get_luma (sample, 160, 120), ==, 16);
  }

  g_assert_true (aloqa_video_capture_set_source (rig->video, "camera", NULL));
  aloqa_device_rig_wait_for_switch (rig, "camera");
  aloqa_video_capture_stop (rig->video);
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  aloqa_device_rig_remove_camera (rig, "cam", camera);
}

/* A busy machine has gaps of its own: one change in some must be as it should. */
#define MAX_GAP_US (300 * 1000)
#define MAX_CHANGES 12

static void
test_swap_leaves_no_gap (AloqaDeviceRig *rig, gconstpointer user_data)
{
  GSubprocess *one = aloqa_device_rig_add_camera (rig, "one", "320x240", "I420", "60");
  GSubprocess *two = aloqa_device_rig_add_camera (rig, "two", "640x480", "YUY2", "180");
  gint64 gap_us = G_MAXINT64;

  aloqa_device_rig_start_video (rig, "camera:one");
  aloqa_device_rig_wait_for_switch (rig, "camera:one");
  for (guint i = 0; gap_us > MAX_GAP_US; i++) {
    gboolean is_second = i % 2 == 0;
    const char *source = is_second ? "camera:Camera two" : "camera:one";

    g_assert_cmpuint (i, <, MAX_CHANGES);
    aloqa_feed_log_clear (rig->log);
    g_assert_true (aloqa_video_capture_set_source (rig->video, source, NULL));
    aloqa_device_rig_wait_for_switch (rig, source);
    aloqa_feed_log_wait (rig->log, aloqa_feed_log_get_n (rig->log) + 5);
    if (is_second)
      g_assert_cmpuint (get_last_luma (rig, 160, 120), >, 150);
    else
      g_assert_cmpuint (get_last_luma (rig, 160, 120), <, 90);
    aloqa_test_wait_until (is_unlinked, (gpointer) (is_second ? "one" : "two"));
    gap_us = aloqa_feed_log_get_longest_gap_us (rig->log);
    g_test_message ("longest gap to %s: %.1f ms", source, (double) gap_us / 1000);
  }

  aloqa_video_capture_stop (rig->video);
  aloqa_device_rig_remove_camera (rig, "one", one);
  aloqa_device_rig_remove_camera (rig, "two", two);
}

static void
test_unplugged_falls_back_to_black (AloqaDeviceRig *rig, gconstpointer user_data)
{
  GSubprocess *camera = aloqa_device_rig_add_camera (rig, "cam", "320x240", "I420", "100");

  aloqa_device_rig_start_video (rig, "camera:cam");
  aloqa_device_rig_wait_for_switch (rig, "camera:cam");
  aloqa_device_rig_remove_camera (rig, "cam", camera);
  aloqa_device_rig_wait_for_error (rig);

  g_assert_error (rig->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE);
  g_assert_cmpstr (aloqa_video_capture_get_source (rig->video), ==, "black");
}

static guint8
get_new_luma (AloqaDeviceRig *rig)
{
  aloqa_feed_log_clear (rig->log);
  aloqa_feed_log_wait (rig->log, 3);
  return get_last_luma (rig, 160, 120);
}

/* The person has chosen a window of which the desktop gives no picture. */
static void
test_closed_while_a_screen_is_waited_for (AloqaDeviceRig *rig, gconstpointer user_data)
{
  GSubprocess *camera = aloqa_device_rig_add_camera (rig, "cam", "320x240", "I420", "100");
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaScreen) screen = aloqa_screen_new_for_node (-1, G_MAXINT32, 30, &error);

  g_assert_no_error (error);
  aloqa_device_rig_start_video (rig, "camera");
  aloqa_device_rig_wait_for_switch (rig, "camera");
  aloqa_video_capture_set_screen (rig->video, screen);
  g_assert_true (aloqa_video_capture_set_source (rig->video, "screen", NULL));
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  g_assert_cmpuint (get_new_luma (rig), ==, 16);

  g_assert_true (aloqa_video_capture_set_source (rig->video, "camera", NULL));
  aloqa_test_wait_until (is_linked, (gpointer) "cam");
  aloqa_device_rig_wait_for_switch (rig, "camera");
  g_assert_cmpuint (get_new_luma (rig), >, 80);
  aloqa_screen_close (screen);
  aloqa_video_capture_stop (rig->video);
  aloqa_device_rig_remove_camera (rig, "cam", camera);
}

static void
add_tests (void)
{
  aloqa_device_rig_add_test ("/media/devices-camera/picture-arrives-in-every-format",
                             test_picture_arrives_in_every_format);
  aloqa_device_rig_add_test ("/media/devices-camera/closed-with-black-and-with-stop",
                             test_closed_with_black_and_with_stop);
  aloqa_device_rig_add_test ("/media/devices-camera/closed-while-a-screen-is-waited-for",
                             test_closed_while_a_screen_is_waited_for);
  aloqa_device_rig_add_test ("/media/devices-camera/swap-leaves-no-gap", test_swap_leaves_no_gap);
  aloqa_device_rig_add_test ("/media/devices-camera/unplugged-falls-back-to-black",
                             test_unplugged_falls_back_to_black);
}

int
main (int argc, char **argv)
{
  return aloqa_device_rig_main (argc, argv, add_tests);
}
