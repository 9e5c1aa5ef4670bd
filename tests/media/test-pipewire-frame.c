/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture out of memory that its producer shares, and may write to at any time. */
#include "media/media.h"
#include "media/pipewire-frame.h"

#include "support/support.h"

#include <dlfcn.h>
#include <spa/buffer/meta.h>
#include <string.h>

#define PADDING 0xee

/* What a producer gives: one block, and a crop. */
typedef struct {
  struct spa_chunk chunk;
  struct spa_data data;
  struct spa_meta_region region;
  struct spa_meta meta;
  struct spa_buffer buffer;
} Given;

/* Changes while we are about to note it; or NULL. */
static struct spa_meta_region *changing;

GstMeta *
gst_buffer_add_meta (GstBuffer *buffer, const GstMetaInfo *info, gpointer params)
{
  GstMeta *(*real) (GstBuffer *, const GstMetaInfo *, gpointer) =
      dlsym (RTLD_NEXT, "gst_buffer_add_meta");

  if (changing != NULL)
    changing->region = SPA_REGION (60, 40, 1000, 1000);
  return real (buffer, info, params);
}

static void
give (Given *given, gpointer memory, gsize size_bytes, gint stride_bytes)
{
  *given = (Given){
    .chunk = { .size = (guint32) size_bytes, .stride = stride_bytes },
    .data = { .type = SPA_DATA_MemPtr, .maxsize = (guint32) size_bytes, .data = memory },
  };
  given->data.chunk = &given->chunk;
  given->meta = (struct spa_meta){ .type = SPA_META_VideoCrop,
                                   .size = sizeof given->region,
                                   .data = &given->region };
  given->buffer = (struct spa_buffer){
    .n_metas = 1, .metas = &given->meta, .n_datas = 1, .datas = &given->data
  };
}

/* Returns: (transfer full) (nullable) */
static GstSample *
copy (Given *given, const GstVideoInfo *info, GError **error)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (info);

  return aloqa_pipewire_frame_copy (&given->buffer, caps, info, FALSE, error);
}

/* What is to be found in a byte of a picture. */
static guint8
get_value (guint plane, gint x, gint y)
{
  return (guint8) (plane * 90 + (guint) y * 7 + (guint) x * 3) % 200;
}

typedef struct {
  gint n_bytes, n_lines;
} Plane;

/* Returns: (transfer full): memory that ends with the last byte of @planes, of which each line of the
 * first begins @stride_bytes behind the one before, and each of the others @chroma_stride_bytes */
static guint8 *
draw (const Plane planes[3], gint stride_bytes, gint chroma_stride_bytes, gsize *size_bytes)
{
  gsize begin = 0;
  guint8 *memory = g_malloc (1024 * 1024);

  memset (memory, PADDING, 1024 * 1024);
  for (guint plane = 0; plane < 3 && planes[plane].n_lines > 0; plane++) {
    gint stride = plane == 0 ? stride_bytes : chroma_stride_bytes;

    for (gint y = 0; y < planes[plane].n_lines; y++) {
      for (gint x = 0; x < planes[plane].n_bytes; x++)
        memory[begin + (gsize) (y * stride + x)] = get_value (plane, x, y);
    }
    *size_bytes = begin + (gsize) (stride * (planes[plane].n_lines - 1) + planes[plane].n_bytes);
    begin += (gsize) (stride * planes[plane].n_lines);
  }
  return g_realloc (memory, *size_bytes); /* whatever is read behind it is found out */
}

static void
assert_drawn (GstSample *sample, const GstVideoInfo *info, const Plane planes[3])
{
  GstVideoFrame frame;

  g_assert_true (gst_video_frame_map (&frame, info, gst_sample_get_buffer (sample), GST_MAP_READ));
  for (guint plane = 0; plane < 3 && planes[plane].n_lines > 0; plane++) {
    const guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (&frame, plane);

    for (gint y = 0; y < planes[plane].n_lines; y++) {
      for (gint x = 0; x < planes[plane].n_bytes; x++)
        g_assert_cmpint (line[x], ==, get_value (plane, x, y));
      line += GST_VIDEO_FRAME_PLANE_STRIDE (&frame, plane);
    }
  }
  gst_video_frame_unmap (&frame);
}

/* However the producer packs or pads its lines; GStreamer's own are padded to four bytes. */
static void
test_every_stride_is_read (void)
{
  static const struct {
    GstVideoFormat format;
    guint width_px, height_px;
    gint stride_bytes, chroma_stride_bytes;
    Plane planes[3];
    gboolean is_unsaid;
  } rows[] = {
    { GST_VIDEO_FORMAT_RGB, 341, 20, 1023, 0, { { 1023, 20 } }, FALSE },
    { GST_VIDEO_FORMAT_BGR, 341, 20, 1023, 0, { { 1023, 20 } }, TRUE },
    { GST_VIDEO_FORMAT_RGB, 341, 20, 1024, 0, { { 1023, 20 } }, FALSE },
    { GST_VIDEO_FORMAT_RGB, 341, 20, 1088, 0, { { 1023, 20 } }, FALSE },
    { GST_VIDEO_FORMAT_BGRx, 100, 20, 400, 0, { { 400, 20 } }, TRUE },
    { GST_VIDEO_FORMAT_BGRx, 100, 20, 464, 0, { { 400, 20 } }, FALSE },
    { GST_VIDEO_FORMAT_GRAY8, 99, 20, 99, 0, { { 99, 20 } }, FALSE },
    { GST_VIDEO_FORMAT_YUY2, 63, 20, 128, 0, { { 128, 20 } }, FALSE },
    { GST_VIDEO_FORMAT_YUY2, 62, 20, 124, 0, { { 124, 20 } }, FALSE },
    { GST_VIDEO_FORMAT_I420, 854, 20, 854, 427, { { 854, 20 }, { 427, 10 }, { 427, 10 } }, FALSE },
    { GST_VIDEO_FORMAT_I420, 854, 20, 854, 427, { { 854, 20 }, { 427, 10 }, { 427, 10 } }, TRUE },
    { GST_VIDEO_FORMAT_I420, 854, 20, 896, 448, { { 854, 20 }, { 427, 10 }, { 427, 10 } }, FALSE },
    { GST_VIDEO_FORMAT_I420, 853, 19, 853, 427, { { 853, 19 }, { 427, 10 }, { 427, 10 } }, FALSE },
    { GST_VIDEO_FORMAT_NV12, 854, 20, 854, 854, { { 854, 20 }, { 854, 10 } }, FALSE },
    { GST_VIDEO_FORMAT_NV12, 853, 19, 853, 854, { { 853, 19 }, { 854, 10 } }, FALSE },
    { GST_VIDEO_FORMAT_NV12, 854, 20, 1024, 1024, { { 854, 20 }, { 854, 10 } }, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize size_bytes;
    g_autofree guint8 *memory =
        draw (rows[i].planes, rows[i].stride_bytes, rows[i].chroma_stride_bytes, &size_bytes);
    g_autoptr (GstSample) sample = NULL;
    g_autoptr (GError) error = NULL;
    GstVideoInfo info;
    Given given;

    gst_video_info_set_format (&info, rows[i].format, rows[i].width_px, rows[i].height_px);
    give (&given, memory, size_bytes, rows[i].is_unsaid ? 0 : rows[i].stride_bytes);
    sample = copy (&given, &info, &error);
    g_assert_no_error (error);
    g_assert_nonnull (sample);
    assert_drawn (sample, &info, rows[i].planes);
  }
}

/* What the padding has in it is no other picture. */
static void
test_padding_is_no_part_of_a_picture (void)
{
  const Plane planes[3] = { { 400, 20 } };
  gsize size_bytes;
  g_autofree guint8 *memory = draw (planes, 464, 0, &size_bytes);
  g_autoptr (GstSample) before = NULL;
  g_autoptr (GstSample) after = NULL;
  GstMapInfo map;
  GstVideoInfo info;
  Given given;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, 100, 20);
  give (&given, memory, size_bytes, 464);
  before = copy (&given, &info, NULL);
  memset (memory + 400, 0x11, 64);
  after = copy (&given, &info, NULL);
  g_assert_true (gst_buffer_map (gst_sample_get_buffer (before), &map, GST_MAP_READ));
  g_assert_cmpint (gst_buffer_memcmp (gst_sample_get_buffer (after), 0, map.data, map.size), ==, 0);
  gst_buffer_unmap (gst_sample_get_buffer (before), &map);
}

/* Nothing is read that is not there, and it is said why: else the person would wait for ever. */
static void
test_impossible_pictures_are_told (void)
{
  static const struct {
    gint stride_bytes;
    guint32 offset, size_bytes;
  } rows[] = {
    { 399, 0, 8000 },       { -400, 0, 8000 },    { G_MAXINT, 0, 8000 },   { 400, 0, 7999 },
    { 404, 0, 8000 },       { 400, 1, 8000 },     { 400, 0, 1 },           { 0, 0, 7999 },
    { 400, 7999, 4000000 }, { G_MININT, 0, 800 }, { 400, 4, G_MAXUINT32 },
  };
  g_autofree guint8 *memory = g_malloc (8000);
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, 100, 20);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    Given given;

    give (&given, memory, 8000, rows[i].stride_bytes);
    given.chunk.offset = rows[i].offset;
    given.chunk.size = rows[i].size_bytes;
    g_assert_null (copy (&given, &info, &error));
    g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, " bytes"));
  }
}

/* An empty one is none, and no fault: some send such where nothing changed. */
static void
test_empty_and_broken_pictures_are_none (void)
{
  guint8 memory[16] = { 0 };
  GstVideoInfo info;
  g_autoptr (GError) error = NULL;
  Given given;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, 2, 2);
  give (&given, memory, sizeof memory, 8);
  given.chunk.size = 0;
  g_assert_null (copy (&given, &info, &error));
  give (&given, memory, sizeof memory, 8);
  given.chunk.offset = sizeof memory;
  g_assert_null (copy (&given, &info, &error));
  give (&given, memory, sizeof memory, 8);
  given.chunk.flags = SPA_CHUNK_FLAG_CORRUPTED;
  g_assert_null (copy (&given, &info, &error));
  give (&given, NULL, sizeof memory, 8);
  given.chunk.offset = 4;
  g_assert_null (copy (&given, &info, &error));
  g_assert_no_error (error);
}

static void
test_crop_is_believed_as_it_was_checked (void)
{
  guint8 memory[64 * 48 * 4] = { 0 };
  g_autoptr (GstSample) sample = NULL;
  const GstVideoCropMeta *crop;
  GstVideoInfo info;
  Given given;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, 64, 48);
  give (&given, memory, sizeof memory, 64 * 4);
  given.region.region = SPA_REGION (8, 4, 100, 20);
  changing = &given.region;
  sample = copy (&given, &info, NULL);
  changing = NULL;
  crop = gst_buffer_get_video_crop_meta (gst_sample_get_buffer (sample));
  g_assert_cmpuint (crop->x, ==, 8);
  g_assert_cmpuint (crop->y, ==, 4);
  g_assert_cmpuint (crop->width, ==, 56);
  g_assert_cmpuint (crop->height, ==, 20);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
#define ADD(name, func) g_test_add_func ("/media/pipewire-frame/" name, func)
  ADD ("every-stride-is-read", test_every_stride_is_read);
  ADD ("padding-is-no-part-of-a-picture", test_padding_is_no_part_of_a_picture);
  ADD ("impossible-pictures-are-told", test_impossible_pictures_are_told);
  ADD ("empty-and-broken-pictures-are-none", test_empty_and_broken_pictures_are_none);
  ADD ("crop-is-believed-as-it-was-checked", test_crop_is_believed_as_it_was_checked);
  return g_test_run ();
}
