/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mouse pointer that a compositor tells of beside the picture: how it is read, and drawn. */
#include "media/media.h"
#include "media/pipewire-pointer.h"
#include "media/screen-pointer.h"

#include "support/support.h"

#include <spa/buffer/meta.h>
#include <spa/param/video/raw.h>
#include <string.h>

#define SIDE_PX 4
#define SHAPE_BYTES (SIDE_PX * SIDE_PX * 4)
#define META_BYTES (sizeof (struct spa_meta_cursor) + sizeof (struct spa_meta_bitmap) + SHAPE_BYTES)

#define WIDTH_PX 12
#define HEIGHT_PX 8
#define STRIDE_BYTES (WIDTH_PX * 4 + 8)

/* What a compositor says beside a picture: memory of just that size, so that whatever is read behind it
 * is found out. */
typedef struct {
  guint8 *memory;
  struct spa_meta meta;
  struct spa_buffer buffer;
  AloqaPipewirePointer *pointer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->memory = g_malloc0 (META_BYTES);
  fixture->meta =
      (struct spa_meta){ .type = SPA_META_Cursor, .size = META_BYTES, .data = fixture->memory };
  fixture->buffer = (struct spa_buffer){ .n_metas = 1, .metas = &fixture->meta };
  fixture->pointer = aloqa_pipewire_pointer_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  aloqa_pipewire_pointer_free (fixture->pointer);
  g_free (fixture->memory);
}

static struct spa_meta_cursor *
get_cursor (Fixture *fixture)
{
  return (struct spa_meta_cursor *) (void *) fixture->memory;
}

static struct spa_meta_bitmap *
get_bitmap (Fixture *fixture)
{
  return (struct spa_meta_bitmap *) (get_cursor (fixture) + 1);
}

/* With its tip in the middle. */
static void
say_place (Fixture *fixture, gint x, gint y)
{
  *get_cursor (fixture) = (struct spa_meta_cursor){ .id = 1,
                                                    .position = { x, y },
                                                    .hotspot = { SIDE_PX / 2, SIDE_PX / 2 } };
}

/* All of it in one colour. */
static void
say_shape (Fixture *fixture, const guint8 pixel[4])
{
  guint8 *pixels = (guint8 *) (get_bitmap (fixture) + 1);

  get_cursor (fixture)->bitmap_offset = sizeof (struct spa_meta_cursor);
  *get_bitmap (fixture) = (struct spa_meta_bitmap){ .format = SPA_VIDEO_FORMAT_RGBA,
                                                    .size = { SIDE_PX, SIDE_PX },
                                                    .stride = 4 * SIDE_PX,
                                                    .offset = sizeof (struct spa_meta_bitmap) };
  for (gsize i = 0; i < SHAPE_BYTES; i++)
    pixels[i] = pixel[i % 4];
}

static gboolean
hear (Fixture *fixture)
{
  return aloqa_pipewire_pointer_read (fixture->pointer, &fixture->buffer);
}

/* Returns: (transfer full): grey of @level, with padded lines */
static GstSample *
make_picture (GstVideoFormat format, guint8 level)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, STRIDE_BYTES * HEIGHT_PX, NULL);
  gsize offsets[GST_VIDEO_MAX_PLANES] = { 0 };
  gint strides[GST_VIDEO_MAX_PLANES] = { STRIDE_BYTES };
  g_autoptr (GstCaps) caps = NULL;
  GstVideoInfo info;

  gst_video_info_set_format (&info, format, WIDTH_PX, HEIGHT_PX);
  caps = gst_video_info_to_caps (&info);
  gst_buffer_memset (buffer, 0, level, STRIDE_BYTES * HEIGHT_PX);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, format, WIDTH_PX, HEIGHT_PX, 1,
                                  offsets, strides);
  return gst_sample_new (buffer, caps, NULL, NULL);
}

/* Returns: (transfer full): the picture with its pointer, as it is said to be now */
static GstBuffer *
draw (Fixture *fixture, GstSample *picture)
{
  g_autoptr (GstSample) sample = aloqa_pipewire_pointer_add (fixture->pointer, picture);
  GstVideoInfo info;

  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  return aloqa_screen_pointer_draw (gst_sample_get_buffer (sample), &info);
}

/* Returns: how many bytes of the picture are another value than @level */
static guint
count_others (GstBuffer *buffer, guint8 level)
{
  GstMapInfo map;
  guint n = 0;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    n += map.data[i] != level;
  gst_buffer_unmap (buffer, &map);
  return n;
}

static gboolean
has_pointer (Fixture *fixture)
{
  g_autoptr (GstSample) picture = make_picture (GST_VIDEO_FORMAT_BGRx, 0);
  g_autoptr (GstBuffer) drawn = draw (fixture, picture);

  return count_others (drawn, 0) > 0;
}

/* In whichever order each of the two has its colours; half of what was there shines through. */
static void
test_colours_are_those_of_both_formats (Fixture *fixture, gconstpointer data)
{
  static const struct {
    guint32 format;
    guint8 pixel[4];
  } shapes[] = {
    { SPA_VIDEO_FORMAT_RGBA, { 110, 60, 10, 128 } },
    { SPA_VIDEO_FORMAT_BGRA, { 10, 60, 110, 128 } },
    { SPA_VIDEO_FORMAT_ARGB, { 128, 110, 60, 10 } },
    { SPA_VIDEO_FORMAT_ABGR, { 128, 10, 60, 110 } },
  };
  static const struct {
    GstVideoFormat format;
    guint8 pixel[4]; /* 110, 60 and 10, and 127/255 of 200 */
    gsize n_bytes;
  } pictures[] = {
    { GST_VIDEO_FORMAT_RGBx, { 210, 160, 110, 200 }, 4 },
    { GST_VIDEO_FORMAT_BGRx, { 110, 160, 210, 200 }, 4 },
    { GST_VIDEO_FORMAT_xRGB, { 200, 210, 160, 110 }, 4 },
    { GST_VIDEO_FORMAT_xBGR, { 200, 110, 160, 210 }, 4 },
    { GST_VIDEO_FORMAT_RGBA, { 210, 160, 110, 200 }, 4 },
    { GST_VIDEO_FORMAT_BGRA, { 110, 160, 210, 200 }, 4 },
    { GST_VIDEO_FORMAT_ARGB, { 200, 210, 160, 110 }, 4 },
    { GST_VIDEO_FORMAT_ABGR, { 200, 110, 160, 210 }, 4 },
    { GST_VIDEO_FORMAT_RGB, { 210, 160, 110 }, 3 },
    { GST_VIDEO_FORMAT_BGR, { 110, 160, 210 }, 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    say_place (fixture, 7, 5);
    say_shape (fixture, shapes[i].pixel);
    get_bitmap (fixture)->format = shapes[i].format;
    hear (fixture);
    for (gsize k = 0; k < G_N_ELEMENTS (pictures); k++) {
      g_autoptr (GstSample) picture = make_picture (pictures[k].format, 200);
      g_autoptr (GstBuffer) drawn = draw (fixture, picture);

      g_assert_cmpint (gst_buffer_memcmp (drawn, 3 * STRIDE_BYTES + 5 * pictures[k].n_bytes,
                                          pictures[k].pixel, pictures[k].n_bytes),
                       ==, 0);
      g_assert_cmpuint (count_others (drawn, 200), ==, SIDE_PX * SIDE_PX * 3);
      g_assert_cmpuint (count_others (gst_sample_get_buffer (picture), 200), ==, 0);
    }
  }
}

static gboolean
is_inside (gint place, gint begin)
{
  return place >= begin - SIDE_PX / 2 && place < begin + SIDE_PX / 2;
}

/* Wherever it is, what of it lies in the picture is drawn, and nothing of it elsewhere. */
static void
test_it_is_cut_at_the_edges (Fixture *fixture, gconstpointer data)
{
  static const guint8 white[4] = { 255, 255, 255, 255 };
  g_autoptr (GstSample) picture = make_picture (GST_VIDEO_FORMAT_BGRx, 0);

  for (gint place_y = -SIDE_PX; place_y <= HEIGHT_PX + SIDE_PX; place_y++) {
    for (gint place_x = -SIDE_PX; place_x <= WIDTH_PX + SIDE_PX; place_x++) {
      g_autoptr (GstBuffer) drawn = NULL;
      guint n_expected = 0;
      GstMapInfo map;

      say_place (fixture, place_x, place_y);
      say_shape (fixture, white);
      hear (fixture);
      drawn = draw (fixture, picture);
      g_assert_true (gst_buffer_map (drawn, &map, GST_MAP_READ));
      for (gint y = 0; y < HEIGHT_PX; y++)
        for (gint x = 0; x < WIDTH_PX; x++) {
          const gboolean is_expected = is_inside (x, place_x) && is_inside (y, place_y);

          g_assert_cmpint (map.data[y * STRIDE_BYTES + x * 4], ==, is_expected ? 255 : 0);
          n_expected += 3 * is_expected;
        }
      gst_buffer_unmap (drawn, &map);
      g_assert_cmpuint (count_others (drawn, 0), ==, n_expected); /* nothing in the padding */
    }
  }
}

/* Each time only what is new is told. */
static void
test_it_is_as_it_was_told_last (Fixture *fixture, gconstpointer data)
{
  static const guint8 white[4] = { 255, 255, 255, 255 }, grey[4] = { 128, 128, 128, 255 };

  g_assert_false (hear (fixture)); /* nothing yet */
  say_place (fixture, 4, 4);
  hear (fixture);
  g_assert_false (has_pointer (fixture));
  say_shape (fixture, white);
  g_assert_true (hear (fixture));
  g_assert_true (has_pointer (fixture));
  g_assert_false (hear (fixture)); /* once more the same */

  say_place (fixture, 6, 4);
  get_cursor (fixture)->hotspot = SPA_POINT (1000, 1000); /* of no shape: means nothing */
  g_assert_true (hear (fixture));
  g_assert_true (has_pointer (fixture));
  g_assert_false (hear (fixture));

  get_cursor (fixture)->id = 0; /* elsewhere */
  g_assert_true (hear (fixture));
  g_assert_false (has_pointer (fixture));
  g_assert_false (hear (fixture));
  say_place (fixture, 6, 4); /* and back, looking as it did */
  g_assert_true (hear (fixture));
  g_assert_true (has_pointer (fixture));

  say_shape (fixture, grey);
  g_assert_true (hear (fixture));
  get_bitmap (fixture)->offset = 0; /* there, but not to be seen, as while one types */
  g_assert_true (hear (fixture));
  g_assert_false (has_pointer (fixture));
  fixture->meta.type = SPA_META_Header;
  g_assert_false (hear (fixture)); /* not told at all */
}

/* Nothing is read that is not there, and it is as if there were no pointer. */
static void
test_what_is_impossible_is_no_pointer (Fixture *fixture, gconstpointer data)
{
  static const guint8 white[4] = { 255, 255, 255, 255 };
  static const struct {
    guint32 meta_bytes, bitmap_offset;
    struct spa_meta_bitmap bitmap;
  } rows[] = {
    { META_BYTES - 1, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 17, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 24 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 19 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, G_MAXUINT32 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 15, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 0, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, -16, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, G_MAXINT32, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 0, 4 }, 16, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 0 }, 16, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 1u << 30, 1 }, 16, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { 1, 385 }, 0, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_RGBA, { G_MAXUINT32, G_MAXUINT32 }, -4, 20 } },
    { META_BYTES, 28, { SPA_VIDEO_FORMAT_I420, { 4, 4 }, 16, 20 } },
    { META_BYTES, 4, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 20 } },
    { META_BYTES, 30, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 20 } },
    { META_BYTES, META_BYTES - 16, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 20 } },
    { META_BYTES, META_BYTES, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 20 } },
    { META_BYTES, G_MAXUINT32 - 3, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 20 } },
    { 47, 28, { SPA_VIDEO_FORMAT_RGBA, { 4, 4 }, 16, 20 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    say_place (fixture, 4, 4);
    say_shape (fixture, white);
    g_assert_true (hear (fixture));
    g_assert_true (has_pointer (fixture));

    *get_bitmap (fixture) = rows[i].bitmap;
    get_cursor (fixture)->bitmap_offset = rows[i].bitmap_offset;
    fixture->meta.size = rows[i].meta_bytes;
    g_assert_true (hear (fixture));
    g_assert_false (has_pointer (fixture));
    fixture->meta.size = META_BYTES;
  }
}

/* Numbers whose difference is none any more. */
static void
test_far_away_is_not_seen (Fixture *fixture, gconstpointer data)
{
  static const guint8 white[4] = { 255, 255, 255, 255 };
  static const gint rows[][2] = {
    { G_MAXINT32, G_MININT32 }, { G_MININT32, G_MAXINT32 }, { G_MAXINT32, 0 }, { G_MININT32, 0 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    say_place (fixture, rows[i][0], 4);
    say_shape (fixture, white);
    get_cursor (fixture)->hotspot.x = rows[i][1];
    hear (fixture);
    g_assert_false (has_pointer (fixture));
  }
}

static void
test_too_short_to_be_one_is_left_alone (Fixture *fixture, gconstpointer data)
{
  static const guint8 white[4] = { 255, 255, 255, 255 };

  say_place (fixture, 4, 4);
  say_shape (fixture, white);
  fixture->meta.size = sizeof (struct spa_meta_cursor) - 1;
  g_assert_false (hear (fixture));
  fixture->meta.size = META_BYTES;
  fixture->meta.data = NULL;
  g_assert_false (hear (fixture));
  fixture->meta.data = fixture->memory;
}

/* Its colours may be brighter than its alpha lets them be. */
static void
test_brighter_than_possible_is_white (Fixture *fixture, gconstpointer data)
{
  static const guint8 glaring[4] = { 255, 255, 255, 0 };
  g_autoptr (GstSample) picture = make_picture (GST_VIDEO_FORMAT_BGRx, 200);
  g_autoptr (GstBuffer) drawn = NULL;
  guint8 pixel[3];

  say_place (fixture, 4, 4);
  say_shape (fixture, glaring);
  hear (fixture);
  drawn = draw (fixture, picture);
  gst_buffer_extract (drawn, 4 * STRIDE_BYTES + 4 * 4, pixel, sizeof pixel);
  for (guint i = 0; i < G_N_ELEMENTS (pixel); i++)
    g_assert_cmpint (pixel[i], ==, 255);
}

/* A format that is not asked for with a pointer beside it. */
static void
test_other_formats_stay_as_they_are (Fixture *fixture, gconstpointer data)
{
  static const guint8 white[4] = { 255, 255, 255, 255 };
  g_autoptr (GstSample) picture = make_picture (GST_VIDEO_FORMAT_GRAY8, 0);
  g_autoptr (GstBuffer) drawn = NULL;

  say_place (fixture, 4, 4);
  say_shape (fixture, white);
  hear (fixture);
  drawn = draw (fixture, picture);
  g_assert_cmpuint (count_others (drawn, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
#define ADD(name, func)                                                                            \
  g_test_add ("/media/screen-pointer/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("colours-are-those-of-both-formats", test_colours_are_those_of_both_formats);
  ADD ("it-is-cut-at-the-edges", test_it_is_cut_at_the_edges);
  ADD ("it-is-as-it-was-told-last", test_it_is_as_it_was_told_last);
  ADD ("what-is-impossible-is-no-pointer", test_what_is_impossible_is_no_pointer);
  ADD ("far-away-is-not-seen", test_far_away_is_not_seen);
  ADD ("too-short-to-be-one-is-left-alone", test_too_short_to_be_one_is_left_alone);
  ADD ("brighter-than-possible-is-white", test_brighter_than_possible_is_white);
  ADD ("other-formats-stay-as-they-are", test_other_formats_stay_as_they_are);
  return g_test_run ();
}
