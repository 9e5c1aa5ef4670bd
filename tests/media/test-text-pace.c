/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/text-pace.h"
#include "support/support.h"

#define FPS 15
#define KBPS 800 /* 100,000 bytes a second */

/* Returns: how many pictures are taken in so many seconds, where each comes to @n_bytes */
static guint
play (guint seconds, gsize n_bytes, gsize *n_total)
{
  AloqaTextPace pace = { 0 };
  guint n_taken = 0;

  for (guint i = 0; i < seconds * FPS; i++) {
    if (!aloqa_text_pace_takes (&pace, KBPS, i * GST_SECOND / FPS))
      continue;
    aloqa_text_pace_count (&pace, n_bytes);
    n_taken++;
  }
  *n_total = n_taken * n_bytes;
  return n_taken;
}

static void
test_small_pictures_are_all_sent (void)
{
  gsize n_bytes;

  g_assert_cmpuint (play (10, 6000, &n_bytes), ==, 10 * FPS);
}

static void
test_larger_ones_are_as_many_as_the_bitrate_allows (void)
{
  gsize n_bytes;
  guint n_taken = play (10, 12000, &n_bytes);

  g_assert_cmpuint (n_taken, >, 10 * 5);
  g_assert_cmpuint (n_bytes, <=, 1012000);
}

static void
test_large_ones_come_five_times_a_second (void)
{
  gsize n_bytes;

  g_assert_cmpuint (play (10, 21000, &n_bytes), ==, 10 * 5);
}

/* What no encoder can make small enough would else be late for ever. */
static void
test_huge_ones_do_not_exceed_the_bitrate_for_long (void)
{
  gsize n_bytes;

  g_assert_cmpuint (play (10, 60000, &n_bytes), >=, 10);
  g_assert_cmpuint (n_bytes, <=, 11 * 100000 + 60000);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/media/text-pace/small-pictures-are-all-sent",
                   test_small_pictures_are_all_sent);
  g_test_add_func ("/media/text-pace/larger-ones-are-as-many-as-the-bitrate-allows",
                   test_larger_ones_are_as_many_as_the_bitrate_allows);
  g_test_add_func ("/media/text-pace/large-ones-come-five-times-a-second",
                   test_large_ones_come_five_times_a_second);
  g_test_add_func ("/media/text-pace/huge-ones-do-not-exceed-the-bitrate-for-long",
                   test_huge_ones_do_not_exceed_the_bitrate_for_long);
  return g_test_run ();
}
