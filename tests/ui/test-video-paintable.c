/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-paintable.h"

#include "media/media.h"
#include "support/support.h"

#include "ui/video-black.h"

#include <gst/video/video.h>
#include <string.h>

typedef struct {
  AloqaFeed *feed;
  AloqaVideoPaintable *paintable;
  guint n_ready;
} Fixture;

static void
ready_cb (Fixture *fixture)
{
  fixture->n_ready++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->feed = aloqa_feed_new ();
  fixture->paintable = aloqa_video_paintable_new ();
  g_signal_connect_swapped (fixture->paintable, "picture-ready", G_CALLBACK (ready_cb), fixture);
  aloqa_video_paintable_set_feed (fixture->paintable, fixture->feed);
  aloqa_video_paintable_set_active (fixture->paintable, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->paintable);
  g_assert_finalize_object (fixture->feed);
  aloqa_test_drain ();
}

/* The left half has one brightness, the right half another; no colour. */
static void
push (Fixture *fixture, int width_px, int height_px, guint8 left, guint8 right, const char *extra)
{
  g_autofree char *text = g_strdup_printf (
      "video/x-raw,format=I420,width=%d,height=%d,framerate=30/1%s", width_px, height_px, extra);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;

  g_assert_true (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 128, info.size);
  g_assert_true (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  for (int y = 0; y < height_px; y++) {
    guint8 *row = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
                  y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);

    memset (row, left, (gsize) width_px / 2);
    memset (row + width_px / 2, right, (gsize) (width_px - width_px / 2));
  }
  gst_video_frame_unmap (&frame);
  sample = gst_sample_new (buffer, caps, NULL, NULL);
  aloqa_feed_push (fixture->feed, sample);
}

static void
wish (Fixture *fixture, AloqaVideoWish wished)
{
  aloqa_video_paintable_set_wish (fixture->paintable, &wished);
}

static gboolean
advances (gpointer user_data)
{
  return aloqa_video_paintable_advance (user_data);
}

static AloqaVideoPicture *
await_picture (Fixture *fixture)
{
  aloqa_test_wait_until (advances, fixture->paintable);
  return aloqa_video_paintable_get_picture (fixture->paintable);
}

/* How bright a pixel is, 0 to 255. */
static int
get_pixel (AloqaVideoPicture *picture, int x, int y)
{
  const guint8 *data = g_bytes_get_data (aloqa_video_picture_get_bytes (picture), NULL);

  return data[(y * aloqa_video_picture_get_width (picture) + x) * 4 + 1];
}

static void
assert_size (AloqaVideoPicture *picture, int width_px, int height_px)
{
  g_assert_cmpint (aloqa_video_picture_get_width (picture), ==, width_px);
  g_assert_cmpint (aloqa_video_picture_get_height (picture), ==, height_px);
}

static void
test_starts_blank (Fixture *fixture, gconstpointer data)
{
  g_assert_true (aloqa_video_paintable_is_blank (fixture->paintable));
  g_assert_false (aloqa_video_paintable_advance (fixture->paintable));
  push (fixture, 64, 48, 200, 200, "");
  await_picture (fixture);
  g_assert_false (aloqa_video_paintable_is_blank (fixture->paintable));
  aloqa_video_paintable_set_feed (fixture->paintable, NULL);
  g_assert_true (aloqa_video_paintable_is_blank (fixture->paintable));
}

static void
test_size_is_the_painted_one (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *extra;
    AloqaVideoWish wish;
    int width_px;
    int height_px;
  } rows[] = {
    { "", { 0 }, 640, 480 },
    { "", { .width_px = 320, .height_px = 320 }, 320, 240 },
    { "", { .width_px = 1280, .height_px = 800 }, 640, 480 },
    { "", { .width_px = 1280, .height_px = 800, .enlarges = TRUE }, 1067, 800 },
    { "", { .width_px = 100, .height_px = 100, .covers = TRUE }, 100, 100 },
    { "", { .width_px = 300, .height_px = 100, .covers = TRUE }, 300, 100 },
    { ",pixel-aspect-ratio=2/1", { .width_px = 640, .height_px = 640 }, 640, 240 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    wish (fixture, rows[i].wish);
    push (fixture, 640, 480, 100, 200, rows[i].extra);
    assert_size (await_picture (fixture), rows[i].width_px, rows[i].height_px);
  }
}

static void
test_follows_size_changes (Fixture *fixture, gconstpointer data)
{
  push (fixture, 640, 480, 100, 200, "");
  assert_size (await_picture (fixture), 640, 480);
  push (fixture, 320, 180, 100, 200, "");
  assert_size (await_picture (fixture), 320, 180);
  g_assert_false (aloqa_video_paintable_is_blank (fixture->paintable));
  push (fixture, 33, 17, 100, 200, "");
  assert_size (await_picture (fixture), 33, 17);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (fixture->paintable)), ==, 33);
}

static void
test_mirrored (Fixture *fixture, gconstpointer data)
{
  AloqaVideoPicture *picture;

  push (fixture, 64, 48, 60, 200, "");
  picture = await_picture (fixture);
  g_assert_cmpint (get_pixel (picture, 4, 4), <, get_pixel (picture, 60, 4));
  wish (fixture, (AloqaVideoWish){ .is_mirrored = TRUE });
  push (fixture, 64, 48, 60, 200, "");
  picture = await_picture (fixture);
  g_assert_cmpint (get_pixel (picture, 4, 4), >, get_pixel (picture, 60, 4));
}

static gboolean
shows_the_last (gpointer user_data)
{
  Fixture *fixture = user_data;
  static int before = 0;
  int now;

  if (!aloqa_video_paintable_advance (fixture->paintable))
    return FALSE;
  now = get_pixel (aloqa_video_paintable_get_picture (fixture->paintable), 4, 4);
  g_assert_cmpint (now, >, before); /* never back to an older one */
  before = now;
  return now > 220; /* 210 of 16 to 235; the one before it comes to 214 */
}

static void
test_newest_wins (Fixture *fixture, gconstpointer data)
{
  for (guint8 luma = 60; luma < 220; luma += 10)
    push (fixture, 64, 48, luma, luma, "");
  aloqa_test_wait_until (shows_the_last, fixture);
  g_assert_false (aloqa_video_paintable_advance (fixture->paintable)); /* nothing waits in line */
}

static void
test_does_nothing_while_nobody_looks (Fixture *fixture, gconstpointer data)
{
  push (fixture, 64, 48, 100, 100, "");
  await_picture (fixture);
  aloqa_video_paintable_set_active (fixture->paintable, FALSE);
  for (guint i = 0; i < 30; i++)
    push (fixture, 64, 48, 200, 200, "");
  aloqa_video_paintable_set_active (fixture->paintable, TRUE);
  push (fixture, 64, 48, 150, 150, "");
  await_picture (fixture);
  g_assert_cmpuint (aloqa_video_paintable_get_n_converted (fixture->paintable), ==, 2);
}

static gboolean
is_told (gpointer user_data)
{
  return ((Fixture *) user_data)->n_ready > 0;
}

/* A window may go away between the telling and the taking. */
static void
test_tells_anew_after_a_break (Fixture *fixture, gconstpointer data)
{
  push (fixture, 64, 48, 100, 100, "");
  aloqa_test_wait_until (is_told, fixture);
  aloqa_video_paintable_set_active (fixture->paintable, FALSE);
  fixture->n_ready = 0;
  aloqa_video_paintable_set_active (fixture->paintable, TRUE);
  push (fixture, 64, 48, 200, 200, "");
  aloqa_test_wait_until (is_told, fixture);
  g_assert_cmpint (get_pixel (await_picture (fixture), 4, 4), >, 150);
}

static gboolean
is_blank (gpointer user_data)
{
  Fixture *fixture = user_data;

  aloqa_video_paintable_advance (fixture->paintable);
  return aloqa_video_paintable_is_blank (fixture->paintable);
}

/* Black is never shown; a picture after it is, at once. */
static void
test_black_is_blank (Fixture *fixture, gconstpointer data)
{
  AloqaVideoPicture *picture;

  push (fixture, 64, 48, 100, 100, "");
  picture = await_picture (fixture);
  while (!is_blank (fixture)) {
    g_assert_true (aloqa_video_paintable_get_picture (fixture->paintable) == picture);
    push (fixture, 64, 48, 16, 16, "");
    g_main_context_iteration (NULL, FALSE);
  }
  push (fixture, 64, 48, 100, 100, "");
  await_picture (fixture);
  g_assert_false (aloqa_video_paintable_is_blank (fixture->paintable));
}

static void
test_dark_is_not_black (Fixture *fixture, gconstpointer data)
{
  push (fixture, 64, 48, 16, 40, "");
  aloqa_test_wait_until (is_told, fixture);
  g_assert_true (aloqa_video_paintable_advance (fixture->paintable));
  g_assert_false (aloqa_video_paintable_is_blank (fixture->paintable));
}

/* What a black picture has on it. */
typedef struct {
  const char *what;
  guint8 ground, luma;
  guint n_pixels; /* at the very end of it */
  gboolean is_black;
} Spot;

static gboolean
is_spot_black (const Spot *spot, int width_px, int height_px)
{
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT,
                           width_px, "height", G_TYPE_INT, height_px, NULL);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;

  g_assert_true (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 128, info.size);
  gst_buffer_memset (buffer, 0, spot->ground, info.offset[1]);
  gst_buffer_memset (buffer, (gsize) (info.stride[0] * (height_px - 1) + width_px) - spot->n_pixels,
                     spot->luma, spot->n_pixels);
  sample = gst_sample_new (buffer, caps, NULL, NULL);
  return aloqa_video_black_is (sample);
}

/* All of a picture counts: a terminal with its prompt in a corner is no camera that is off. */
static void
test_black_is_black_all_over (Fixture *fixture, gconstpointer data)
{
  static const Spot spots[] = {
    { "nothing", 16, 0, 0, TRUE },
    { "nothing, as browsers have it", 0, 0, 0, TRUE },
    { "a codec's noise", 20, 22, 300, TRUE },
    { "a codec's traces", 16, 84, 300, TRUE },
    { "one letter's stroke", 16, 180, 1, FALSE },
    { "a bright one", 0, 235, 2, FALSE },
    { "a dim line of text", 16, 60, 2200, FALSE },
    { "a dark picture", 23, 0, 0, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (spots); i++) {
    g_test_message ("%s", spots[i].what);
    g_assert_true (is_spot_black (&spots[i], 1282, 722) == spots[i].is_black);
    g_assert_true (is_spot_black (&spots[i], 1925, 1083) == spots[i].is_black);
  }
}

static void
test_broken_caps_do_no_harm (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=I420");
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 16, NULL);
  g_autoptr (GstSample) sample = gst_sample_new (buffer, caps, NULL, NULL);

  aloqa_feed_push (fixture->feed, sample);
  push (fixture, 64, 48, 100, 100, "");
  await_picture (fixture);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/ui/video-paintable/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  ADD ("starts-blank", test_starts_blank);
  ADD ("size-is-the-painted-one", test_size_is_the_painted_one);
  ADD ("follows-size-changes", test_follows_size_changes);
  ADD ("mirrored", test_mirrored);
  ADD ("newest-wins", test_newest_wins);
  ADD ("does-nothing-while-nobody-looks", test_does_nothing_while_nobody_looks);
  ADD ("tells-anew-after-a-break", test_tells_anew_after_a_break);
  ADD ("black-is-blank", test_black_is_blank);
  ADD ("dark-is-not-black", test_dark_is_not_black);
  ADD ("black-is-black-all-over", test_black_is_black_all_over);
  ADD ("broken-caps-do-no-harm", test_broken_caps_do_no_harm);
  return g_test_run ();
}
