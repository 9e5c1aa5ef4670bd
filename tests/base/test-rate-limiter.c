/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rate-limiter.h"

#include "support/support.h"

static void
test_burst_then_rate (void)
{
  AloqaRateLimiter limiter = { .rate_hz = 2, .burst = 3 };
  gint64 now_us = 5 * G_USEC_PER_SEC;

  for (guint i = 0; i < 3; i++)
    g_assert_true (aloqa_rate_limiter_take (&limiter, now_us));
  g_assert_false (aloqa_rate_limiter_take (&limiter, now_us));
  g_assert_cmpint (aloqa_rate_limiter_get_wait_us (&limiter, now_us), ==, 500001);

  now_us += 500001;
  g_assert_true (aloqa_rate_limiter_take (&limiter, now_us));
  g_assert_false (aloqa_rate_limiter_take (&limiter, now_us));
}

static void
test_rests_do_not_add_up_past_the_burst (void)
{
  AloqaRateLimiter limiter = { .rate_hz = 1, .burst = 2 };
  gint64 now_us = 1000 * (gint64) G_USEC_PER_SEC;

  g_assert_true (aloqa_rate_limiter_take (&limiter, now_us));
  g_assert_true (aloqa_rate_limiter_take (&limiter, now_us));
  g_assert_false (aloqa_rate_limiter_take (&limiter, now_us));
}

static void
test_zero_rate_never_allows_again (void)
{
  AloqaRateLimiter limiter = { .burst = 1 };

  g_assert_true (aloqa_rate_limiter_take (&limiter, 0));
  g_assert_cmpint (aloqa_rate_limiter_get_wait_us (&limiter, G_USEC_PER_SEC), ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/base/rate-limiter/burst-then-rate", test_burst_then_rate);
  g_test_add_func ("/base/rate-limiter/rests-do-not-add-up-past-the-burst",
                   test_rests_do_not_add_up_past_the_burst);
  g_test_add_func ("/base/rate-limiter/zero-rate-never-allows-again",
                   test_zero_rate_never_allows_again);
  return g_test_run ();
}
