/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/deadlines.h"

#include "fakes/fake-clock.h"
#include "support/support.h"

typedef struct {
  AloqaClock *clock;
  AloqaDeadlines *deadlines;
  GString *story; /* "1:2 " for each deadline 2 of call 1 that was over */
} Fixture;

static void
over_cb (guint call, AloqaDeadline deadline, gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->story, "%u:%d ", call, (int) deadline);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->clock = aloqa_fake_clock_new ();
  fixture->story = g_string_new (NULL);
  fixture->deadlines = aloqa_deadlines_new (fixture->clock, over_cb, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_clear_pointer (&fixture->deadlines, aloqa_deadlines_free);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (fixture->clock)), ==, 0);
  g_string_free (fixture->story, TRUE);
  g_assert_finalize_object (fixture->clock);
}

static void
test_each_is_over_once_in_time (Fixture *fixture, gconstpointer user_data)
{
  aloqa_deadlines_start (fixture->deadlines, 2, ALOQA_DEADLINE_CONNECT, 20);
  aloqa_deadlines_start (fixture->deadlines, 1, ALOQA_DEADLINE_RING, 10);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), 9);
  g_assert_cmpstr (fixture->story->str, ==, "");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), 100);
  g_assert_cmpstr (fixture->story->str, ==, "1:0 2:3 ");
}

static void
test_stopped_one_is_never_over (Fixture *fixture, gconstpointer user_data)
{
  aloqa_deadlines_start (fixture->deadlines, 1, ALOQA_DEADLINE_RING, 10);
  aloqa_deadlines_start (fixture->deadlines, 2, ALOQA_DEADLINE_RING, 10);
  aloqa_deadlines_stop (fixture->deadlines, 1, ALOQA_DEADLINE_RING);
  aloqa_deadlines_stop (fixture->deadlines, 1, ALOQA_DEADLINE_CONNECT);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), 100);
  g_assert_cmpstr (fixture->story->str, ==, "2:0 ");
}

static void
test_started_again_runs_from_then (Fixture *fixture, gconstpointer user_data)
{
  aloqa_deadlines_start (fixture->deadlines, 1, ALOQA_DEADLINE_RING, 10);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), 8);
  aloqa_deadlines_start (fixture->deadlines, 1, ALOQA_DEADLINE_RING, 10);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), 8);
  g_assert_cmpstr (fixture->story->str, ==, "");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), 2);
  g_assert_cmpstr (fixture->story->str, ==, "1:0 ");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add ("/session/deadlines/each-is-over-once-in-time", Fixture, NULL, set_up,
              test_each_is_over_once_in_time, tear_down);
  g_test_add ("/session/deadlines/stopped-one-is-never-over", Fixture, NULL, set_up,
              test_stopped_one_is_never_over, tear_down);
  g_test_add ("/session/deadlines/started-again-runs-from-then", Fixture, NULL, set_up,
              test_started_again_runs_from_then, tear_down);
  return g_test_run ();
}
