/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-black.h"

#include <gst/video/video.h>
#include <string.h>

/* Most pictures are told by so many points, both ways. */
#define STEPS 24
/* Black is 16 in video range; what a codec makes of it is a little off. */
#define MAX_LUMA 22
#define GREY 128
#define MAX_CHROMA_OFF 5
/*
 * Of what was seen before, an encoder for low rates may leave traces for good: up to 84 in one pixel of
 * 2500 with openh264enc, after snow. Written words are brighter, or cover more.
 */
#define MAX_TRACE_LUMA 96
#define PIXELS_PER_TRACE 1000

/* Eight pixels at a time; every byte of these is the same. */
#define EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

static gboolean
is_plane_within (const GstVideoFrame *frame, guint plane, int low, int high)
{
  const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  int stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
  int width = GST_VIDEO_FRAME_COMP_WIDTH (frame, plane);
  int height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, plane);

  for (int y = 0; y < STEPS; y++) {
    for (int x = 0; x < STEPS; x++) {
      int value =
          data[(2 * y + 1) * height / (2 * STEPS) * stride + (2 * x + 1) * width / (2 * STEPS)];

      if (value < low || value > high)
        return FALSE;
    }
  }
  return TRUE;
}

/* Returns: how many of eight pixels are brighter than @luma, which is below 128 */
static guint
count_brighter (guint64 pixels, guint luma)
{
  guint64 carries = ((pixels & EACH (0x7f)) + EACH (0x7f - luma)) | pixels;

  return (guint) __builtin_popcountll (carries & EACH (0x80));
}

/* Returns: how many traces a line has; G_MAXUINT where something is to be seen */
static guint
count_traces (const guint8 *line, gsize width)
{
  guint n = 0;

  for (gsize x = 0; x < width; x += sizeof (guint64)) {
    guint64 pixels = 0;
    guint n_brighter;

    memcpy (&pixels, line + x, MIN (width - x, sizeof pixels));
    n_brighter = count_brighter (pixels, MAX_LUMA);
    if (n_brighter > 0 && count_brighter (pixels, MAX_TRACE_LUMA) > 0)
      return G_MAXUINT;
    n += n_brighter;
  }
  return n;
}

/* Only asked where the points are black; else the first line tells. */
static gboolean
is_luma_black (const GstVideoFrame *frame)
{
  const guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  gsize width = (gsize) GST_VIDEO_FRAME_WIDTH (frame);
  guint rest = (guint) (width * (gsize) GST_VIDEO_FRAME_HEIGHT (frame) / PIXELS_PER_TRACE);

  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT (frame); y++) {
    guint n = count_traces (line, width);

    if (n > rest)
      return FALSE;
    rest -= n;
    line += GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  }
  return TRUE;
}

/* Whether @sample, I420, is a black picture: what stands for a camera that is off. */
gboolean
aloqa_video_black_is (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  gboolean is_black;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      GST_VIDEO_INFO_FORMAT (&info) != GST_VIDEO_FORMAT_I420 ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return FALSE;

  is_black = is_plane_within (&frame, 0, 0, MAX_LUMA);
  for (guint plane = 1; is_black && plane < 3; plane++)
    is_black = is_plane_within (&frame, plane, GREY - MAX_CHROMA_OFF, GREY + MAX_CHROMA_OFF);
  is_black = is_black && is_luma_black (&frame);
  gst_video_frame_unmap (&frame);
  return is_black;
}
