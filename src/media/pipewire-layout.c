/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-layout.h"

#include "media/media.h"

#include <string.h>

/* Longer ones hold no picture that we asked for, and would not let a whole one be counted in 32 bits. */
#define MAX_STRIDE_BYTES (1 << 18)

/* Each plane is told of by its first component, which in our formats has its number. */

static gsize
get_line_bytes (const GstVideoInfo *info, guint plane)
{
  gint width_px = info->width;

  /* Where two pixels share their colour, both are there. */
  if (info->finfo->n_planes == 1)
    width_px = GST_ROUND_UP_N (width_px, 1 << GST_VIDEO_FORMAT_INFO_W_SUB (info->finfo, 1));
  return (gsize) GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (info->finfo, plane, width_px) *
         (gsize) GST_VIDEO_INFO_COMP_PSTRIDE (info, plane);
}

/* Only the first plane's is said; the others have as many bytes as their pixels take of that. */
static gsize
get_stride_bytes (const GstVideoInfo *info, guint plane, gsize first_bytes)
{
  gsize width_px = first_bytes / (gsize) GST_VIDEO_INFO_COMP_PSTRIDE (info, 0);

  if (plane == 0)
    return first_bytes;
  return (gsize) GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (info->finfo, plane, width_px) *
         (gsize) GST_VIDEO_INFO_COMP_PSTRIDE (info, plane);
}

/**
 * aloqa_pipewire_layout_find:
 * @self: (out): where everything lies, relative to the picture's first byte
 * @info: of a picture of at least one pixel
 * @stride_bytes: what is said of the bytes from a line of the first plane to its next
 * @error: ALOQA_MEDIA_ERROR_FAILED and half a sentence about the picture: it cannot be so
 */
gboolean
aloqa_pipewire_layout_find (AloqaPipewireLayout *self, const GstVideoInfo *info, gint stride_bytes,
                            GError **error)
{
  gsize begin_bytes = 0;

  if (stride_bytes > MAX_STRIDE_BYTES ||
      (gint64) stride_bytes < (gint64) get_line_bytes (info, 0)) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "its lines are said to have %d bytes and need %" G_GSIZE_FORMAT, stride_bytes,
                 get_line_bytes (info, 0));
    return FALSE;
  }

  self->n_planes = info->finfo->n_planes;
  for (guint plane = 0; plane < self->n_planes; plane++) {
    self->n_lines[plane] =
        (guint) GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (info->finfo, plane, info->height);
    self->line_bytes[plane] = get_line_bytes (info, plane);
    self->stride_bytes[plane] = get_stride_bytes (info, plane, (gsize) stride_bytes);
    self->begin_bytes[plane] = begin_bytes;
    self->size_bytes = begin_bytes + self->stride_bytes[plane] * (self->n_lines[plane] - 1) +
                       self->line_bytes[plane];
    begin_bytes += self->stride_bytes[plane] * self->n_lines[plane];
  }
  return TRUE;
}

/* Returns: what the stride is where nobody says it: with lines padded as GStreamer does, if there is so
 * much, or packed */
gint
aloqa_pipewire_layout_guess_stride (const GstVideoInfo *info, gsize size_bytes)
{
  return info->size <= size_bytes ? info->stride[0] : (gint) get_line_bytes (info, 0);
}

/**
 * aloqa_pipewire_layout_copy:
 * @picture: all of what @self covers
 * @info: what @self was found for
 *
 * Lines without their padding: every byte of some memory is slow to read, and what is in there is no
 * change of the picture.
 *
 * Returns: (transfer full): the picture as @info has it
 */
GstBuffer *
aloqa_pipewire_layout_copy (const AloqaPipewireLayout *self, const guint8 *picture,
                            const GstVideoInfo *info)
{
  guint8 *copy = g_malloc0 (info->size);

  for (guint plane = 0; plane < self->n_planes; plane++) {
    const guint8 *from = picture + self->begin_bytes[plane];
    guint8 *to = copy + info->offset[plane];

    for (guint y = 0; y < self->n_lines[plane]; y++)
      memcpy (to + (gsize) y * (gsize) info->stride[plane], from + y * self->stride_bytes[plane],
              self->line_bytes[plane]);
  }
  return gst_buffer_new_wrapped (copy, info->size);
}
