/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/backoff.h"

#include "support/support.h"

static void
test_waits_grow_to_the_maximum (void)
{
  for (guint round = 0; round < 200; round++) {
    AloqaBackoff backoff = { .first_us = 1000, .max_us = 60000 };
    gint64 ceiling_us = 1000;

    for (guint i = 0; i < 80; i++) {
      gint64 wait_us = aloqa_backoff_next_us (&backoff);

      g_assert_cmpint (wait_us, >=, 500);
      g_assert_cmpint (wait_us, <=, ceiling_us);
      ceiling_us = MIN (ceiling_us * 2, 60000);
    }
  }
}

static void
test_reset_begins_again (void)
{
  AloqaBackoff backoff = { .first_us = 1000, .max_us = 60000 };

  for (guint i = 0; i < 20; i++)
    aloqa_backoff_next_us (&backoff);
  aloqa_backoff_reset (&backoff);

  g_assert_cmpint (aloqa_backoff_next_us (&backoff), <=, 1000);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/base/backoff/waits-grow-to-the-maximum", test_waits_grow_to_the_maximum);
  g_test_add_func ("/base/backoff/reset-begins-again", test_reset_begins_again);
  return g_test_run ();
}
