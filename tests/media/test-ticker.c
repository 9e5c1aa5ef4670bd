/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "media/ticker.h"
#include "media/timeline.h"

#include "support/support.h"

typedef struct {
  gint n_ticks; /* atomic */
  GstClockTime dues[10];
  gboolean is_late; /* the third tick takes longer than any may */
  gboolean is_stopped;
} Record;

static void
note_tick (GstClockTime due, gpointer user_data)
{
  Record *record = user_data;
  gint n = g_atomic_int_get (&record->n_ticks);

  g_assert_false (record->is_stopped);
  g_assert_cmpuint (due, <=, aloqa_timeline_get_now ());
  if (n < (gint) G_N_ELEMENTS (record->dues))
    record->dues[n] = due;
  if (record->is_late && n == 2)
    g_usleep (300 * 1000); /* what is tested: a machine that stood still */
  g_atomic_int_inc (&record->n_ticks);
}

/* Of 300 a second; or so much that this machine really stood still. */
static void
assert_is_one_period (GstClockTime step)
{
  if (step <= 200 * GST_MSECOND)
    g_assert_cmpuint (step - GST_SECOND / 300, <=, 1); /* rounded */
}

static gboolean
has_ten (gpointer user_data)
{
  return g_atomic_int_get (&((Record *) user_data)->n_ticks) >= 10;
}

static void
test_ticks_are_due_evenly (void)
{
  Record record = { 0 };
  AloqaTicker *ticker = aloqa_ticker_start ("test", 300, note_tick, &record);

  aloqa_test_wait_until (has_ten, &record);
  aloqa_ticker_stop (ticker);
  for (guint i = 1; i < 10; i++)
    assert_is_one_period (record.dues[i] - record.dues[i - 1]);
}

static void
test_ticks_that_come_far_too_late_are_left_out (void)
{
  Record record = { .is_late = TRUE };
  AloqaTicker *ticker = aloqa_ticker_start ("test", 300, note_tick, &record);

  aloqa_test_wait_until (has_ten, &record);
  aloqa_ticker_stop (ticker);
  g_assert_cmpuint (record.dues[3] - record.dues[2], >=, 300 * GST_MSECOND);
  assert_is_one_period (record.dues[4] - record.dues[3]);
}

static void
test_nothing_ticks_after_stop (void)
{
  static Record records[100];

  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    AloqaTicker *ticker = aloqa_ticker_start ("test", 1000, note_tick, &records[i]);

    aloqa_ticker_stop (ticker);
    records[i].is_stopped = TRUE;
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/ticker/ticks-are-due-evenly", test_ticks_are_due_evenly);
  g_test_add_func ("/media/ticker/ticks-that-come-far-too-late-are-left-out",
                   test_ticks_that_come_far_too_late_are_left_out);
  g_test_add_func ("/media/ticker/nothing-ticks-after-stop", test_nothing_ticks_after_stop);
  return g_test_run ();
}
