/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen-pointer.h"

/* The parts of a picture that has them all: red, green and blue. */
#define N_COLOURS 3
#define ALPHA_SHIFT 24
#define OPAQUE 255u

/* Of an overlay's native word of ARGB. */
static const guint shifts[N_COLOURS] = { 16, 8, 0 };

static GstVideoOverlayComposition *
get_overlay (GstBuffer *buffer)
{
  GstVideoOverlayCompositionMeta *meta = gst_buffer_get_video_overlay_composition_meta (buffer);

  return meta != NULL ? meta->overlay : NULL;
}

/**
 * aloqa_screen_pointer_new_overlay:
 * @shape: native words of premultiplied ARGB, with a GstVideoMeta
 * @x: where its first pixel is in the picture, and perhaps outside of it
 *
 * Returns: (transfer full): what a picture's GstVideoOverlayCompositionMeta is to have
 */
GstVideoOverlayComposition *
aloqa_screen_pointer_new_overlay (GstBuffer *shape, gint x, gint y)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (shape);
  GstVideoOverlayRectangle *rectangle = gst_video_overlay_rectangle_new_raw (
      shape, x, y, meta->width, meta->height, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
  GstVideoOverlayComposition *overlay = gst_video_overlay_composition_new (rectangle);

  gst_video_overlay_rectangle_unref (rectangle);
  return overlay;
}

/* Whether both have the same pointer at the same place, or none. */
gboolean
aloqa_screen_pointer_is_same (GstBuffer *a, GstBuffer *b)
{
  return get_overlay (a) == get_overlay (b);
}

/* Screens give nothing else; an overlay on another format is left out. */
static gboolean
can_draw (const GstVideoInfo *info)
{
  return GST_VIDEO_INFO_IS_RGB (info) && info->finfo->n_planes == 1 &&
         GST_VIDEO_INFO_COMP_DEPTH (info, 0) == 8;
}

/* Returns: whether anything of @place is in the picture, and what in @part */
static gboolean
clip (const GstVideoRectangle *place, const GstVideoInfo *info, GstVideoRectangle *part)
{
  part->x = MAX (place->x, 0);
  part->y = MAX (place->y, 0);
  part->w = MIN (place->x + place->w, info->width) - part->x;
  part->h = MIN (place->y + place->h, info->height) - part->y;
  return part->w > 0 && part->h > 0;
}

/* @pixel: with its colours multiplied by its alpha, if its maker did as it should */
static void
blend (guint8 *to, guint32 pixel, const GstVideoInfo *info)
{
  const guint rest = OPAQUE - (pixel >> ALPHA_SHIFT);

  for (guint i = 0; i < N_COLOURS; i++) {
    guint8 *colour = to + GST_VIDEO_INFO_COMP_POFFSET (info, i);
    guint value = ((pixel >> shifts[i]) & 0xff) + (*colour * rest + OPAQUE / 2) / OPAQUE;

    *colour = (guint8) MIN (value, OPAQUE);
  }
}

/* @part: of the picture, inside it; @x, @y: where the shape's first pixel would be */
static void
draw_part (GstVideoFrame *frame, const GstVideoRectangle *part, const GstVideoFrame *shape, gint x,
           gint y)
{
  const gint pixel_bytes = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0);

  for (gint line = part->y; line < part->y + part->h; line++) {
    guint8 *to = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0) +
                 (gsize) line * (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0) +
                 (gsize) part->x * (gsize) pixel_bytes;
    const guint32 *from =
        (const guint32 *) (const void *) ((const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (shape, 0) +
                                          (gsize) (line - y) *
                                              (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (shape, 0)) +
        (part->x - x);

    for (gint i = 0; i < part->w; i++, to += pixel_bytes)
      blend (to, from[i], &frame->info);
  }
}

static void
draw_shape (GstBuffer *picture, const GstVideoInfo *info, const GstVideoRectangle *part,
            GstBuffer *pixels, gint x, gint y)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (pixels);
  GstVideoInfo shape_info;
  GstVideoFrame frame, shape;

  gst_video_info_set_format (&shape_info, meta->format, meta->width, meta->height);
  if (!gst_video_frame_map (&shape, &shape_info, pixels, GST_MAP_READ))
    return;
  if (gst_video_frame_map (&frame, info, picture, GST_MAP_READWRITE)) {
    draw_part (&frame, part, &shape, x, y);
    gst_video_frame_unmap (&frame);
  }
  gst_video_frame_unmap (&shape);
}

/**
 * aloqa_screen_pointer_draw:
 * @buffer: a picture, with a GstVideoOverlayCompositionMeta as of aloqa_screen_pointer_new_overlay()
 *   where it has a pointer
 * @info: of the picture
 *
 * Returns: (transfer full): @buffer where there is no pointer to be seen, or a copy that has it drawn in
 */
GstBuffer *
aloqa_screen_pointer_draw (GstBuffer *buffer, const GstVideoInfo *info)
{
  GstVideoOverlayComposition *overlay = get_overlay (buffer);
  GstVideoOverlayRectangle *rectangle;
  GstVideoRectangle place, part;
  guint width_px, height_px;
  GstBuffer *picture;

  if (overlay == NULL || !can_draw (info))
    return gst_buffer_ref (buffer);

  rectangle = gst_video_overlay_composition_get_rectangle (overlay, 0);
  gst_video_overlay_rectangle_get_render_rectangle (rectangle, &place.x, &place.y, &width_px,
                                                    &height_px);
  place.w = (gint) width_px;
  place.h = (gint) height_px;
  if (!clip (&place, info, &part))
    return gst_buffer_ref (buffer);

  picture = gst_buffer_copy_deep (buffer);
  draw_shape (picture, info, &part,
              gst_video_overlay_rectangle_get_pixels_unscaled_raw (
                  rectangle, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA),
              place.x, place.y);
  return picture;
}
