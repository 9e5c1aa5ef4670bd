/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far apart the other side makes its pictures. */
#include "media/picture-rhythm.h"

#include "support/support.h"

#define CLOCK_HZ 90000
#define START_US (100 * G_USEC_PER_SEC)
#define SSRC 7

/* Pictures come as they are made. Returns: when the last one came */
static gint64
pass (AloqaPictureRhythm *rhythm, gint64 from_us, guint n, gint64 interval_us)
{
  for (guint i = 0; i < n; i++) {
    gint64 now_us = from_us + i * interval_us;

    aloqa_picture_rhythm_note (rhythm, SSRC, (guint32) (now_us * 9 / 100), CLOCK_HZ, now_us);
  }
  return from_us + (n - 1) * interval_us;
}

static gint64
get_ms (AloqaPictureRhythm *rhythm, gint64 now_us)
{
  return aloqa_picture_rhythm_get_us (rhythm, now_us) / 1000;
}

static void
test_nothing_is_known_before_the_first (void)
{
  AloqaPictureRhythm rhythm = { 0 };

  g_assert_cmpint (get_ms (&rhythm, START_US), ==, 0);
}

static void
test_running_interval_counts (void)
{
  AloqaPictureRhythm rhythm = { 0 };
  gint64 last_us = pass (&rhythm, START_US, 30, 33000);

  g_assert_cmpint (get_ms (&rhythm, last_us + 10000), ==, 33);
  g_assert_cmpint (get_ms (&rhythm, last_us + 900000), ==, 900);
}

/* The other side is not known to make none: the gap then shows in the judgement. */
static void
test_silence_is_no_rhythm (void)
{
  AloqaPictureRhythm rhythm = { 0 };
  gint64 last_us = pass (&rhythm, START_US, 30, 33000);

  g_assert_cmpint (get_ms (&rhythm, last_us + 1500000), ==, 1500);
  g_assert_cmpint (get_ms (&rhythm, last_us + 5000000), ==, 1500);
  g_assert_cmpint (get_ms (&rhythm, last_us + 60000000), ==, 1500);
  /* Where that was what the other side did, it is told by its own clock. */
  last_us = pass (&rhythm, last_us + 5000000, 1, 0);
  g_assert_cmpint (get_ms (&rhythm, last_us), ==, 5000);
  /* So it may go on. */
  g_assert_cmpint (get_ms (&rhythm, last_us + 60000000), ==, 5000);
}

/* Whoever asks once a second must find the interval that ended in the second before, too. */
static void
test_longest_is_remembered_for_a_while (void)
{
  for (gint64 phase_us = 0; phase_us < 4 * G_USEC_PER_SEC; phase_us += 100000) {
    AloqaPictureRhythm rhythm = { 0 };
    gint64 last_us = pass (&rhythm, START_US, 1 + (guint) (phase_us / 100000), 100000);

    last_us = pass (&rhythm, last_us + G_USEC_PER_SEC, 20, 100000);
    g_assert_cmpint (get_ms (&rhythm, last_us), ==, 1000);
    last_us = pass (&rhythm, last_us + 100000, 25, 100000);
    g_assert_cmpint (get_ms (&rhythm, last_us), ==, 100);
  }
}

/* A second's worth that was held up comes at once: by the other side's clock it was lively. */
static void
test_what_comes_late_was_not_made_late (void)
{
  AloqaPictureRhythm rhythm = { 0 };
  gint64 last_us = pass (&rhythm, START_US, 30, 33000);

  for (guint i = 1; i <= 30; i++) {
    gint64 made_us = last_us + i * 33000;

    aloqa_picture_rhythm_note (&rhythm, SSRC, (guint32) (made_us * 9 / 100), CLOCK_HZ,
                               last_us + G_USEC_PER_SEC);
  }
  g_assert_cmpint (get_ms (&rhythm, last_us + G_USEC_PER_SEC), ==, 33);
}

static void
test_clock_wraps_around_and_streams_change (void)
{
  AloqaPictureRhythm rhythm = { 0 };

  aloqa_picture_rhythm_note (&rhythm, SSRC, G_MAXUINT32 - 4499, CLOCK_HZ, START_US);
  aloqa_picture_rhythm_note (&rhythm, SSRC, 4500, CLOCK_HZ, START_US + 100000);
  g_assert_cmpint (get_ms (&rhythm, START_US + 100000), ==, 100);
  /* Another stream has another clock, and a packet that comes again an old one. */
  aloqa_picture_rhythm_note (&rhythm, SSRC + 1, 900000, CLOCK_HZ, START_US + 200000);
  aloqa_picture_rhythm_note (&rhythm, SSRC + 1, 450000, CLOCK_HZ, START_US + 200000);
  g_assert_cmpint (get_ms (&rhythm, START_US + 200000), ==, 100);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, func) g_test_add_func ("/media/picture-rhythm/" name, func)
  ADD ("nothing-is-known-before-the-first", test_nothing_is_known_before_the_first);
  ADD ("running-interval-counts", test_running_interval_counts);
  ADD ("silence-is-no-rhythm", test_silence_is_no_rhythm);
  ADD ("longest-is-remembered-for-a-while", test_longest_is_remembered_for_a_while);
  ADD ("what-comes-late-was-not-made-late", test_what_comes_late_was_not_made_late);
  ADD ("clock-wraps-around-and-streams-change", test_clock_wraps_around_and_streams_change);
  return g_test_run ();
}
