/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen-turn.h"

#define FLIPPED 4
#define QUARTERS 3

typedef struct {
  gint x, y;
} Place;

/**
 * aloqa_screen_turn_to_structure:
 *
 * Returns: (transfer full) (nullable): the info of a #GstSample that was turned so
 */
GstStructure *
aloqa_screen_turn_to_structure (guint turn)
{
  if (turn == 0 || turn > (FLIPPED | QUARTERS))
    return NULL;
  return gst_structure_new ("screen", "turn", G_TYPE_UINT, turn, NULL);
}

/* Returns: how it was turned */
guint
aloqa_screen_turn_get (GstSample *sample)
{
  const GstStructure *info = gst_sample_get_info (sample);
  guint turn = 0;

  if (info != NULL)
    gst_structure_get_uint (info, "turn", &turn);
  return turn;
}

/* Returns: where what belongs at @x, @y of the upright picture is to be found */
static Place
find_place (guint turn, gint width_px, gint height_px, gint x, gint y)
{
  const gint from_left = (turn & FLIPPED) != 0 ? width_px - 1 - x : x;
  const gint from_right = width_px - 1 - from_left, from_below = height_px - 1 - y;

  switch (turn & QUARTERS) {
  case 1:
    return (Place){ y, from_right };
  case 2:
    return (Place){ from_right, from_below };
  case 3:
    return (Place){ from_below, from_left };
  default:
    return (Place){ from_left, y };
  }
}

static void
turn_plane (const GstVideoFrame *in, GstVideoFrame *out, guint plane, guint turn)
{
  const gint width_px = GST_VIDEO_FRAME_COMP_WIDTH (out, plane);
  const gint height_px = GST_VIDEO_FRAME_COMP_HEIGHT (out, plane);
  const gint stride = GST_VIDEO_FRAME_PLANE_STRIDE (in, plane);
  const Place origin = find_place (turn, width_px, height_px, 0, 0);
  const Place right = find_place (turn, width_px, height_px, 1, 0);
  const Place below = find_place (turn, width_px, height_px, 0, 1);
  const gint step_right = right.x - origin.x + (right.y - origin.y) * stride;
  const gint step_below = below.x - origin.x + (below.y - origin.y) * stride;
  const guint8 *from =
      (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (in, plane) + origin.y * stride + origin.x;

  for (gint y = 0; y < height_px; y++) {
    guint8 *to = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (out, plane) +
                 y * GST_VIDEO_FRAME_PLANE_STRIDE (out, plane);

    for (gint x = 0; x < width_px; x++)
      to[x] = from[y * step_below + x * step_right];
  }
}

/**
 * aloqa_screen_turn_back:
 * @buffer: (transfer full): of I420
 * @info: (inout): of it, and of the result
 *
 * Returns: (transfer full): the same, upright
 */
GstBuffer *
aloqa_screen_turn_back (GstBuffer *buffer, GstVideoInfo *info, guint turn)
{
  g_autoptr (GstBuffer) turned = buffer;
  GstVideoInfo upright = *info;
  GstVideoFrame in, out;
  GstBuffer *result;

  if (turn == 0)
    return g_steal_pointer (&turned);

  if (turn & 1)
    gst_video_info_set_format (&upright, GST_VIDEO_FORMAT_I420, (guint) info->height,
                               (guint) info->width);
  upright.colorimetry = info->colorimetry;
  result = gst_buffer_new_allocate (NULL, upright.size, NULL);
  gst_video_frame_map (&in, info, turned, GST_MAP_READ);
  gst_video_frame_map (&out, &upright, result, GST_MAP_WRITE);
  for (guint plane = 0; plane < 3; plane++)
    turn_plane (&in, &out, plane, turn);
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&in);
  *info = upright;
  return result;
}
