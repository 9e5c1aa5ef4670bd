/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/picture.h"

#include <gst/video/video.h>

void
aloqa_picture_assert_size (GstSample *sample, int width_px, int height_px)
{
  GstVideoInfo info;

  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_cmpint (GST_VIDEO_INFO_FORMAT (&info), ==, GST_VIDEO_FORMAT_I420);
  g_assert_cmpint (info.width, ==, width_px);
  g_assert_cmpint (info.height, ==, height_px);
}

guint8
aloqa_picture_get_luma (GstSample *sample, guint x, guint y)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  guint8 luma;

  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_true (gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  luma = ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (
      &frame, 0))[y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + x];
  gst_video_frame_unmap (&frame);

  return luma;
}

gboolean
aloqa_picture_equals (GstSample *a, GstSample *b)
{
  GstMapInfo map;
  gboolean is_same;

  gst_buffer_map (gst_sample_get_buffer (a), &map, GST_MAP_READ);
  is_same = gst_buffer_get_size (gst_sample_get_buffer (b)) == map.size &&
            gst_buffer_memcmp (gst_sample_get_buffer (b), 0, map.data, map.size) == 0;
  gst_buffer_unmap (gst_sample_get_buffer (a), &map);

  return is_same;
}
