/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Looks into the I420 picture that a sample holds. */
void aloqa_picture_assert_size (GstSample *sample, int width_px, int height_px);
guint8 aloqa_picture_get_luma (GstSample *sample, guint x, guint y);
gboolean aloqa_picture_equals (GstSample *a, GstSample *b);

G_END_DECLS
