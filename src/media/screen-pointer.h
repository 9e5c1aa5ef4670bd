/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* The mouse pointer that is told of beside a picture of the screen, and drawn into it here. */
gboolean aloqa_screen_pointer_is_same (GstBuffer *a, GstBuffer *b);
GstVideoOverlayComposition *aloqa_screen_pointer_new_overlay (GstBuffer *shape, gint x, gint y);
GstBuffer *aloqa_screen_pointer_draw (GstBuffer *buffer, const GstVideoInfo *info);

G_END_DECLS
