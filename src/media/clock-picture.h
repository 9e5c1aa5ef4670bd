/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A test picture that carries the wall clock: 40 equal cells across the top twentieth of its
 * height, white = 1, black = 0, most significant first, the time in ms modulo 2^40, read at the
 * cells' centres. Only luma counts, so it survives any scaling and most compression.
 */
#define ALOQA_CLOCK_PICTURE_N_BITS 40
#define ALOQA_CLOCK_PICTURE_MASK ((G_GINT64_CONSTANT (1) << ALOQA_CLOCK_PICTURE_N_BITS) - 1)

gint64 aloqa_clock_picture_get_time_ms (void);
guint aloqa_clock_picture_get_strip_px (guint height_px);
void aloqa_clock_picture_draw (guint8 *luma, gsize stride_bytes, guint width_px, guint height_px,
                               gint64 time_ms);
gboolean aloqa_clock_picture_read (const guint8 *luma, gsize stride_bytes, guint width_px,
                                   guint height_px, gint64 *time_ms);

G_END_DECLS
