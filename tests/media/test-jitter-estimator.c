/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/jitter-estimator.h"

#include "support/support.h"

/* One packet every 20 ms, every @nth of them @late_ms late. */
static double
measure (guint n, guint late_ms)
{
  AloqaJitterEstimator estimator;

  aloqa_jitter_estimator_init (&estimator, 48000);
  for (guint i = 0; i < 500; i++) {
    gint64 arrival_us = 1000000 + i * 20000 + (i % n == 0 ? late_ms * 1000 : 0);

    aloqa_jitter_estimator_add (&estimator, arrival_us, 5000 + i * 960, TRUE);
  }
  return aloqa_jitter_estimator_get_ms (&estimator);
}

static void
test_even_arrival_is_no_jitter (void)
{
  g_assert_cmpfloat (measure (10, 0), <=, 2);
}

static void
test_what_comes_late_often_counts (void)
{
  double ms = measure (10, 30);

  g_assert_cmpfloat (ms, >=, 30);
  g_assert_cmpfloat (ms, <=, 32);
}

static void
test_what_comes_late_rarely_does_not (void)
{
  g_assert_cmpfloat (measure (60, 100), <=, 2);
}

/* Each picture's packets are spread over 12 ms; it is there with its last, and its stamp is by its
 * first. */
static void
test_what_is_sent_bit_by_bit_is_late (void)
{
  AloqaJitterEstimator estimator;
  double ms;

  aloqa_jitter_estimator_init (&estimator, 90000);
  for (guint i = 0; i < 200 * 4; i++) {
    gint64 arrival_us = 1000000 + (i / 4) * 40000 + (i % 4) * 4000;

    aloqa_jitter_estimator_add (&estimator, arrival_us, (i / 4) * 3600, i % 4 == 3);
  }
  ms = aloqa_jitter_estimator_get_ms (&estimator);
  g_assert_cmpfloat (ms, >=, 12);
  g_assert_cmpfloat (ms, <=, 14);
}

/* --- What a buffer's length becomes of it ----------------------------------------------------- */

static const AloqaJitterPolicy policy = {
  .least_ms = 10, .margin_ms = 5, .min_rise_ms = 5, .min_fall_ms = 8
};

static void
test_rises_at_once_and_falls_slowly (void)
{
  AloqaJitterTarget target = { .policy = &policy, .latency_ms = 20 };
  gint64 now_us = 10 * G_USEC_PER_SEC;

  g_assert_true (aloqa_jitter_target_update (&target, 60, now_us));
  g_assert_cmpuint (target.latency_ms, ==, 65);
  g_assert_false (aloqa_jitter_target_update (&target, 2, now_us + G_USEC_PER_SEC / 2));
  now_us += G_USEC_PER_SEC;
  g_assert_true (aloqa_jitter_target_update (&target, 2, now_us));
  g_assert_cmpuint (target.latency_ms, <, 65);
  g_assert_cmpuint (target.latency_ms, >=, 55);
}

static void
test_ignores_trifles (void)
{
  AloqaJitterTarget target = { .policy = &policy, .latency_ms = 20 };

  g_assert_false (aloqa_jitter_target_update (&target, 19, 10 * G_USEC_PER_SEC));
  g_assert_false (aloqa_jitter_target_update (&target, 8, 12 * G_USEC_PER_SEC));
  g_assert_cmpuint (target.latency_ms, ==, 20);
}

/* A step down goes no further than what is wanted. */
static void
test_stops_at_what_is_wanted (void)
{
  static const AloqaJitterPolicy of_pictures = { .min_rise_ms = 2, .min_fall_ms = 4 };
  AloqaJitterTarget target = { .policy = &of_pictures, .latency_ms = 6 };

  g_assert_true (aloqa_jitter_target_update (&target, 2, 10 * G_USEC_PER_SEC));
  g_assert_cmpuint (target.latency_ms, ==, 2);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/jitter-estimator/even-arrival-is-no-jitter", test_even_arrival_is_no_jitter);
  g_test_add_func ("/jitter-estimator/what-comes-late-often-counts",
                   test_what_comes_late_often_counts);
  g_test_add_func ("/jitter-estimator/what-comes-late-rarely-does-not",
                   test_what_comes_late_rarely_does_not);
  g_test_add_func ("/jitter-estimator/what-is-sent-bit-by-bit-is-late",
                   test_what_is_sent_bit_by_bit_is_late);
  g_test_add_func ("/jitter-estimator/rises-at-once-and-falls-slowly",
                   test_rises_at_once_and_falls_slowly);
  g_test_add_func ("/jitter-estimator/ignores-trifles", test_ignores_trifles);
  g_test_add_func ("/jitter-estimator/stops-at-what-is-wanted", test_stops_at_what_is_wanted);
  return g_test_run ();
}
