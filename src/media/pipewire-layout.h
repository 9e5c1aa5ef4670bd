/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Where the lines of a picture lie in its producer's memory: its planes one after the other. */
typedef struct {
  guint n_planes;
  gsize begin_bytes[GST_VIDEO_MAX_PLANES];
  gsize stride_bytes[GST_VIDEO_MAX_PLANES];
  gsize line_bytes[GST_VIDEO_MAX_PLANES]; /* without padding */
  guint n_lines[GST_VIDEO_MAX_PLANES];
  gsize size_bytes; /* of it all; the last line has no padding */
} AloqaPipewireLayout;

gboolean aloqa_pipewire_layout_find (AloqaPipewireLayout *self, const GstVideoInfo *info,
                                     gint stride_bytes, GError **error);
gint aloqa_pipewire_layout_guess_stride (const GstVideoInfo *info, gsize size_bytes);
GstBuffer *aloqa_pipewire_layout_copy (const AloqaPipewireLayout *self, const guint8 *picture,
                                       const GstVideoInfo *info);

G_END_DECLS
