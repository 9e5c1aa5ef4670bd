/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include "fakes/fake-clock.h"
#include "support/support.h"

#include <sched.h>

static void
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
}

static gboolean
is_counted (gpointer user_data)
{
  return *(guint *) user_data > 0;
}

static void
test_system_timer_fires_once_and_not_early (void)
{
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();
  gint64 start_us = aloqa_clock_get_now_us (clock);
  guint n_fired = 0;

  aloqa_clock_add_timer (clock, 1500, count_cb, &n_fired);
  aloqa_test_wait_until (is_counted, &n_fired);

  g_assert_cmpint (aloqa_clock_get_now_us (clock) - start_us, >=, 1500);
  aloqa_test_drain ();
  g_assert_cmpuint (n_fired, ==, 1);
}

static void
test_cleared_timer_never_fires (void)
{
  g_autoptr (AloqaClock) clock = aloqa_fake_clock_new ();
  guint n_fired = 0;
  guint timer = aloqa_clock_add_timer (clock, 1000, count_cb, &n_fired);

  aloqa_clock_clear_timer (clock, &timer);
  g_assert_cmpuint (timer, ==, 0);
  aloqa_clock_clear_timer (clock, &timer);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 10);

  g_assert_cmpuint (n_fired, ==, 0);
}

static void
test_fake_timers_fire_in_order_of_time (void)
{
  g_autoptr (AloqaClock) clock = aloqa_fake_clock_new ();
  guint n_early = 0, n_late = 0;

  aloqa_clock_add_timer (clock, 5000, count_cb, &n_late);
  aloqa_clock_add_timer (clock, 2000, count_cb, &n_early);
  g_assert_cmpint (aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (clock)), ==, 2);

  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 2);
  g_assert_cmpuint (n_early, ==, 1);
  g_assert_cmpuint (n_late, ==, 0);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 3);
  g_assert_cmpuint (n_late, ==, 1);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (clock)), ==, 0);
}

#define ASLEEP_S 36000

/* What this process starts from now on sees a machine that has slept for ASLEEP_S. */
static gboolean
let_children_have_slept (void)
{
  const char *offset = "boottime " G_STRINGIFY (ASLEEP_S) " 0";

  return (unshare (CLONE_NEWTIME) == 0 || unshare (CLONE_NEWUSER | CLONE_NEWTIME) == 0) &&
         g_file_set_contents_full ("/proc/self/timens_offsets", offset, -1,
                                   G_FILE_SET_CONTENTS_NONE, 0, NULL);
}

static void
test_time_asleep_counts (void)
{
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();
  g_autoptr (AloqaClock) awake = aloqa_clock_new_awake ();

  if (g_test_subprocess ()) {
    gint64 before_us = g_get_monotonic_time ();
    gint64 awake_us = aloqa_clock_get_now_us (awake);

    g_assert_cmpint (before_us, <=, awake_us);
    g_assert_cmpint (awake_us, <=, g_get_monotonic_time ());
    g_assert_cmpint (aloqa_clock_get_now_us (clock) - g_get_monotonic_time (), >=,
                     (ASLEEP_S - 1) * G_TIME_SPAN_SECOND);
    return;
  }
  if (!let_children_have_slept ()) {
    g_test_skip ("the system allows no time of one's own");
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/base/clock/system-timer-fires-once-and-not-early",
                   test_system_timer_fires_once_and_not_early);
  g_test_add_func ("/base/clock/cleared-timer-never-fires", test_cleared_timer_never_fires);
  g_test_add_func ("/base/clock/fake-timers-fire-in-order-of-time",
                   test_fake_timers_fire_in_order_of_time);
  /* The last one: it changes what is started from here. */
  g_test_add_func ("/base/clock/time-asleep-counts", test_time_asleep_counts);
  return g_test_run ();
}
