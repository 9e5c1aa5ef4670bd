/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a producer says of its pictures once both have agreed on them. */
#include "media/media.h"
#include "media/pipewire-format.h"

#include "support/support.h"

#include <spa/param/video/format-utils.h>

typedef struct {
  struct spa_rectangle size;
  struct spa_fraction rate;
  const char *caps; /* or NULL */
} Row;

static const Row raw_rows[] = {
  { { 640, 480 }, { 30, 1 }, "video/x-raw, format=BGRx, width=640, height=480, framerate=30/1" },
  { { 1, 1 }, { 0, 1 }, "video/x-raw, format=BGRx, width=1, height=1, framerate=0/1" },
  { { 8192, 8192 }, { 0, 1 }, "video/x-raw, format=BGRx, width=8192, height=8192, framerate=0/1" },
  { { 8193, 480 }, { 30, 1 }, NULL },
  { { 640, 8193 }, { 30, 1 }, NULL },
  { { 0, 480 }, { 30, 1 }, NULL },
  { { 640, 0 }, { 30, 1 }, NULL },
  { { G_MAXUINT32, 480 }, { 30, 1 }, NULL },
  { { 640, 480 }, { 30, 0 }, "video/x-raw, format=BGRx, width=640, height=480, framerate=0/1" },
  { { 640, 480 },
    { 1, 1u << 31 },
    "video/x-raw, format=BGRx, width=640, height=480, framerate=0/1" },
  { { 640, 480 },
    { G_MAXUINT32, 1 },
    "video/x-raw, format=BGRx, width=640, height=480, framerate=0/1" },
};

static const Row jpeg_rows[] = {
  { { 640, 480 }, { 30, 1 }, "image/jpeg, width=640, height=480, framerate=30/1" },
  { { 640, 480 }, { 30000, 1001 }, "image/jpeg, width=640, height=480, framerate=30000/1001" },
  { { 8193, 480 }, { 30, 1 }, NULL },
  { { 640, 0 }, { 30, 1 }, NULL },
  { { G_MAXUINT32, G_MAXUINT32 }, { 30, 1 }, NULL },
  { { 640, 480 }, { 1, 1u << 31 }, "image/jpeg, width=640, height=480, framerate=0/1" },
};

static void
assert_parsed (const struct spa_pod *param, const Row *row)
{
  GstVideoInfo info;
  g_autoptr (GstCaps) caps = aloqa_pipewire_format_parse (param, &info);
  g_autoptr (GstCaps) expected = row->caps != NULL ? gst_caps_from_string (row->caps) : NULL;

  if (expected == NULL)
    g_assert_null (caps);
  else
    g_assert_true (caps != NULL && gst_caps_is_subset (caps, expected));
}

static void
test_raw_pictures (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (raw_rows); i++) {
    guint8 memory[1024];
    struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
    struct spa_video_info_raw raw = { .format = SPA_VIDEO_FORMAT_BGRx,
                                      .size = raw_rows[i].size,
                                      .framerate = raw_rows[i].rate };

    assert_parsed (spa_format_video_raw_build (&builder, SPA_PARAM_Format, &raw), &raw_rows[i]);
  }
}

static void
test_jpeg_pictures (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (jpeg_rows); i++) {
    guint8 memory[1024];
    struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
    struct spa_video_info_mjpg jpeg = { .size = jpeg_rows[i].size, .framerate = jpeg_rows[i].rate };

    assert_parsed (spa_format_video_mjpg_build (&builder, SPA_PARAM_Format, &jpeg), &jpeg_rows[i]);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/pipewire-format/raw-pictures", test_raw_pictures);
  g_test_add_func ("/media/pipewire-format/jpeg-pictures", test_jpeg_pictures);
  return g_test_run ();
}
