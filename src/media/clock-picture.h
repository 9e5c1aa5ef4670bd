/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A test picture that carries the wall clock: 40 equal cells across the top twentieth of its height,
 * white = 1, black = 0, most significant first, the time in ms modulo 2^40, read at the cells'
 * centres. Only the luma plane counts, so a picture survives any scaling and most compression.
 */
#define ALOQA_CLOCK_PICTURE_N_BITS 40
#define ALOQA_CLOCK_PICTURE_MASK ((G_GUINT64_CONSTANT (1) << ALOQA_CLOCK_PICTURE_N_BITS) - 1)

/* Three planes, as I420 has them: Y, U, V; the last two of half the size, rounded up. */
typedef struct {
  guint8 *planes[3];
  gint strides_bytes[3];
  guint width_px;
  guint height_px;
} AloqaPicture;

gint64 aloqa_clock_picture_get_time_ms (void);
void aloqa_clock_picture_draw (AloqaPicture *picture, gint64 time_ms);
gboolean aloqa_clock_picture_read (const AloqaPicture *picture, gint64 *time_ms);

G_END_DECLS
