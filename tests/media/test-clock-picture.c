/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/clock-picture.h"

#include "support/support.h"

#include <string.h>

#define TIME_MS G_GINT64_CONSTANT (0x9d3c5a17e2)

static const struct {
  guint width_px, height_px;
} sizes[] = { { 640, 480 }, { 1280, 720 }, { 641, 479 }, { 320, 180 }, { 200, 100 }, { 40, 20 } };

static void
test_reads_what_was_drawn_at_every_size (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gsize stride_bytes = sizes[i].width_px + 13;
    g_autofree guint8 *luma = g_malloc (stride_bytes * sizes[i].height_px);
    gint64 read_ms = 0;

    memset (luma, 126, stride_bytes * sizes[i].height_px);
    aloqa_clock_picture_draw (luma, stride_bytes, sizes[i].width_px, sizes[i].height_px, TIME_MS);

    g_assert_true (aloqa_clock_picture_read (luma, stride_bytes, sizes[i].width_px,
                                             sizes[i].height_px, &read_ms));
    g_assert_cmpint (read_ms, ==, TIME_MS);
  }
}

/* The contract with any other reader: cell 0 is the highest bit, white is one. */
static void
test_first_cell_is_the_highest_bit (void)
{
  guint8 luma[640 * 24];

  memset (luma, 126, sizeof luma);
  aloqa_clock_picture_draw (luma, 640, 640, 480, G_GINT64_CONSTANT (1) << 39 | 1);

  for (guint cell = 0; cell < 40; cell++)
    g_assert_cmpuint (luma[12 * 640 + cell * 16 + 8], ==, cell == 0 || cell == 39 ? 235 : 16);
}

static void
test_draws_only_the_top_twentieth (void)
{
  g_autofree guint8 *luma = g_malloc (640 * 480);

  memset (luma, 77, 640 * 480);
  aloqa_clock_picture_draw (luma, 640, 640, 480, TIME_MS);

  g_assert_cmpuint (luma[23 * 640], !=, 77);
  for (gsize i = 24 * 640; i < 640 * 480; i++)
    g_assert_cmpuint (luma[i], ==, 77);
}

static void
test_survives_noise_and_scaling (void)
{
  g_autofree guint8 *luma = g_malloc (640 * 480);
  g_autofree guint8 *half = g_malloc (320 * 240);
  gint64 read_ms = 0;

  aloqa_clock_picture_draw (luma, 640, 640, 480, TIME_MS);
  for (gsize i = 0; i < 640 * 24; i++) {
    int noisy = luma[i] + g_test_rand_int_range (-60, 61);

    luma[i] = CLAMP (noisy, 0, 255);
  }
  for (gsize y = 0; y < 240; y++)
    for (gsize x = 0; x < 320; x++)
      half[y * 320 + x] = (luma[2 * y * 640 + 2 * x] + luma[2 * y * 640 + 2 * x + 1] +
                           luma[(2 * y + 1) * 640 + 2 * x] + luma[(2 * y + 1) * 640 + 2 * x + 1]) /
                          4;

  g_assert_true (aloqa_clock_picture_read (half, 320, 320, 240, &read_ms));
  g_assert_cmpint (read_ms, ==, TIME_MS);
}

static void
test_other_pictures_are_no_clock (void)
{
  static const guint8 levels[] = { 0, 16, 126, 235, 255 };
  g_autofree guint8 *luma = g_malloc (640 * 480);
  gint64 read_ms = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++) {
    memset (luma, levels[i], 640 * 480);
    g_assert_false (aloqa_clock_picture_read (luma, 640, 640, 480, &read_ms));
  }
  for (gsize i = 0; i < 640 * 480; i++)
    luma[i] = i % 640 * 255 / 640; /* a ramp */
  g_assert_false (aloqa_clock_picture_read (luma, 640, 640, 480, &read_ms));
  g_assert_false (aloqa_clock_picture_read (luma, 640, 39, 480, &read_ms));
  g_assert_false (aloqa_clock_picture_read (luma, 640, 640, 19, &read_ms));
  g_assert_cmpint (read_ms, ==, -1);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/media/clock-picture/reads-what-was-drawn-at-every-size",
                   test_reads_what_was_drawn_at_every_size);
  g_test_add_func ("/media/clock-picture/first-cell-is-the-highest-bit",
                   test_first_cell_is_the_highest_bit);
  g_test_add_func ("/media/clock-picture/draws-only-the-top-twentieth",
                   test_draws_only_the_top_twentieth);
  g_test_add_func ("/media/clock-picture/survives-noise-and-scaling",
                   test_survives_noise_and_scaling);
  g_test_add_func ("/media/clock-picture/other-pictures-are-no-clock",
                   test_other_pictures_are_no_clock);
  return g_test_run ();
}
