/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/clock-picture.h"

#include <string.h>

#define N_BITS ALOQA_CLOCK_PICTURE_N_BITS

/* Video range, ITU-R BT.601. */
#define BLACK 16
#define WHITE 235

/* A coded cell keeps its luma within some 30 of what was drawn; anything between is no cell. */
#define BLACK_MAX 80
#define WHITE_MIN 170

static guint
get_cell_start_px (guint cell, guint width_px)
{
  return cell * width_px / N_BITS;
}

/**
 * aloqa_clock_picture_get_time_ms:
 *
 * Returns: the wall clock now, in ms modulo 2^40
 */
gint64
aloqa_clock_picture_get_time_ms (void)
{
  return g_get_real_time () / 1000 & ALOQA_CLOCK_PICTURE_MASK;
}

/**
 * aloqa_clock_picture_get_strip_px:
 *
 * Returns: the height of the cells in a picture of @height_px, at least 1
 */
guint
aloqa_clock_picture_get_strip_px (guint height_px)
{
  return MAX (height_px / 20, 1);
}

/**
 * aloqa_clock_picture_draw:
 * @luma: (inout): 8 bit luma, @height_px lines of @stride_bytes
 * @width_px: at least 40
 * @time_ms: of which the lower 40 bits are drawn
 *
 * Draws the cells over the top of a picture. Its chroma should be neutral there.
 */
void
aloqa_clock_picture_draw (guint8 *luma, gsize stride_bytes, guint width_px, guint height_px,
                          gint64 time_ms)
{
  guint strip_px = aloqa_clock_picture_get_strip_px (height_px);

  for (guint cell = 0; cell < N_BITS; cell++) {
    guint start_px = get_cell_start_px (cell, width_px);
    guint end_px = get_cell_start_px (cell + 1, width_px);
    gboolean is_set = (time_ms >> (N_BITS - 1 - cell) & 1) != 0;

    memset (luma + start_px, is_set ? WHITE : BLACK, end_px - start_px);
  }
  for (guint y = 1; y < strip_px; y++)
    memcpy (luma + y * stride_bytes, luma, width_px);
}

/* The mean of up to 3 × 3 luma values: coding noise at one of them must not turn a bit. */
static guint
read_cell (const guint8 *luma, gsize stride_bytes, guint x, guint y, guint radius_px)
{
  guint sum = 0, n = 0;

  for (guint j = y - radius_px; j <= y + radius_px; j++)
    for (guint i = x - radius_px; i <= x + radius_px; i++, n++)
      sum += luma[j * stride_bytes + i];

  return sum / n;
}

/**
 * aloqa_clock_picture_read:
 * @luma: 8 bit luma, @height_px lines of @stride_bytes
 * @time_ms: (out): the time in the picture, in ms modulo 2^40
 *
 * Returns: FALSE when the picture carries no clock, or cannot be read with certainty
 */
gboolean
aloqa_clock_picture_read (const guint8 *luma, gsize stride_bytes, guint width_px, guint height_px,
                          gint64 *time_ms)
{
  guint strip_px = aloqa_clock_picture_get_strip_px (height_px);
  guint radius_px = strip_px >= 5 && width_px >= 5 * N_BITS ? 1 : 0;
  gint64 value = 0;

  if (width_px < N_BITS || height_px < 20)
    return FALSE;

  for (guint cell = 0; cell < N_BITS; cell++) {
    guint x = (get_cell_start_px (cell, width_px) + get_cell_start_px (cell + 1, width_px)) / 2;
    guint level = read_cell (luma, stride_bytes, x, strip_px / 2, radius_px);

    if (level > BLACK_MAX && level < WHITE_MIN)
      return FALSE;
    value = value << 1 | (level >= WHITE_MIN);
  }

  /* All black, or all white, is some other picture: the clock is there once in 35 years. */
  if (value == 0 || value == ALOQA_CLOCK_PICTURE_MASK)
    return FALSE;

  *time_ms = value;
  return TRUE;
}
