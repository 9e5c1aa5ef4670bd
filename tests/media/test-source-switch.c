/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/feed-log.h"
#include "media/media.h"
#include "media/source-switch.h"
#include "media/test-source.h"

#include "fakes/fake-clock.h"
#include "support/support.h"

typedef struct {
  AloqaClock *clock;
  AloqaFeedLog *log;
  AloqaSourceSwitch *source_switch;
  TestSource *a, *b;
  TestSource *filler; /* once one was needed */
  GString *news;      /* what the signals said */
  GstCaps *caps;
} Fixture;

static void
switched_cb (AloqaSourceSwitch *source_switch, const char *name, Fixture *f)
{
  g_string_append_printf (f->news, "switched %s.", name);
}

static void
failed_cb (AloqaSourceSwitch *source_switch, const char *name, const GError *error, Fixture *f)
{
  g_string_append_printf (f->news, "failed %s: %s.", name, error->message);
}

static AloqaSource *
make_filler (gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_null (f->filler);
  f->filler = g_object_new (test_filler_get_type (), NULL);
  return g_object_ref (ALOQA_SOURCE (f->filler));
}

static void
set_up (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();

  f->clock = aloqa_fake_clock_new ();
  f->log = aloqa_feed_log_new (feed);
  f->source_switch = aloqa_source_switch_new (feed, f->clock);
  aloqa_source_switch_set_filler (f->source_switch, make_filler, f);
  g_signal_connect (f->source_switch, "switched", G_CALLBACK (switched_cb), f);
  g_signal_connect (f->source_switch, "failed", G_CALLBACK (failed_cb), f);
  f->a = g_object_new (test_source_get_type (), NULL);
  f->b = g_object_new (test_source_get_type (), NULL);
  f->news = g_string_new (NULL);
  f->caps = gst_caps_new_empty_simple ("test/x-test");
}

static void
finish_source (TestSource *source)
{
  if (source->inlet == NULL) /* never used, so never closed */
    source->n_closed = 1;
  g_assert_finalize_object (source);
}

static void
tear_down (Fixture *f, gconstpointer user_data)
{
  g_assert_finalize_object (f->source_switch);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (f->clock)), ==, 0);
  g_assert_finalize_object (f->a);
  if (f->filler != NULL)
    g_assert_finalize_object (f->filler);
  finish_source (f->b);
  aloqa_test_drain ();
  aloqa_feed_log_free (f->log);
  g_assert_finalize_object (f->clock);
  g_string_free (f->news, TRUE);
  gst_caps_unref (f->caps);
}

static void
set (Fixture *f, TestSource *source, const char *name)
{
  aloqa_source_switch_set (f->source_switch, ALOQA_SOURCE (g_object_ref (source)), name);
}

static void
push (Fixture *f, TestSource *source, GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new ();

  GST_BUFFER_PTS (buffer) = pts;
  aloqa_inlet_push (source->inlet, buffer, f->caps);
}

static GstClockTime
get_pts (Fixture *f, guint i)
{
  g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (f->log, i);

  return GST_BUFFER_PTS (gst_sample_get_buffer (sample));
}

static void
assert_news (Fixture *f, const char *news)
{
  aloqa_test_drain ();
  g_assert_cmpstr (f->news->str, ==, news);
  g_string_truncate (f->news, 0);
}

static void
test_old_goes_on_until_the_first_frame_of_the_new (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  assert_news (f, "");
  push (f, f->a, 10);
  assert_news (f, "switched a.");

  set (f, f->b, "b");
  push (f, f->a, 20);
  g_assert_cmpuint (f->a->n_closed, ==, 0);
  push (f, f->b, 30);
  push (f, f->a, 40); /* shut out, though it does not know yet */
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 3);
  assert_news (f, "switched b.");
  g_assert_cmpuint (f->a->n_closed, ==, 1);
  push (f, f->b, 50);
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 4);
}

static void
test_time_never_goes_back (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  push (f, f->a, 1000000);
  set (f, f->b, "b");
  push (f, f->b, 500000);
  push (f, f->b, 2000000);

  g_assert_cmpuint (get_pts (f, 0), ==, 1000000);
  g_assert_cmpuint (get_pts (f, 1), >, 1000000);
  g_assert_cmpuint (get_pts (f, 2), ==, 2000000);
}

static void
test_none_shuts_out_at_once (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  aloqa_source_switch_set (f->source_switch, NULL, "none");
  g_assert_cmpstr (f->news->str, ==, "switched none.");
  g_assert_cmpuint (f->a->n_closed, ==, 1);
  push (f, f->a, 20);
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 1);
}

/* The news of the first frame is under way when the source is replaced: it must be closed. */
static void
test_replaced_before_its_news_arrived (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  push (f, f->a, 10);
  set (f, f->b, "b");
  push (f, f->a, 20);
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 2);
  push (f, f->b, 30);
  assert_news (f, "switched b.");
  g_assert_cmpuint (f->a->n_closed, ==, 1);
  g_assert_cmpuint (f->b->n_closed, ==, 0);
}

static void
test_failure_is_told_once (Fixture *f, gconstpointer user_data)
{
  set (f, f->b, "b");
  push (f, f->b, 10);
  assert_news (f, "switched b.");
  set (f, f->a, "a");
  push (f, f->a, 20);
  assert_news (f, "switched a.");
  aloqa_inlet_fail (f->a->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "busy"));
  aloqa_inlet_fail (f->a->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "again"));
  assert_news (f, "failed a: busy.");
  g_assert_cmpuint (f->a->n_closed, ==, 1);
  g_assert_null (aloqa_source_switch_get_name (f->source_switch));
}

/* The microphone that works is not lost for the one that is busy. */
static void
test_what_plays_goes_on_where_the_next_one_fails (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, f->b, "b");
  aloqa_inlet_fail (f->b->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "busy"));
  aloqa_inlet_fail (f->b->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "again"));
  assert_news (f, "failed b: busy.");
  g_assert_cmpuint (f->a->n_closed, ==, 0);
  g_assert_cmpuint (f->b->n_closed, ==, 1);
  g_assert_cmpstr (aloqa_source_switch_get_name (f->source_switch), ==, "a");
  push (f, f->a, 20);
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 2);

  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 4000);
  assert_news (f, "failed a: a has given nothing for 3 s.");
}

static void
test_what_broke_meanwhile_does_not_go_on (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, f->b, "b");
  aloqa_inlet_fail (f->a->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE, "gone"));
  aloqa_inlet_fail (f->b->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "busy"));
  assert_news (f, "failed b: busy.");
  g_assert_cmpuint (f->a->n_closed, ==, 1);
  g_assert_null (aloqa_source_switch_get_name (f->source_switch));
}

/* As a microphone whose echo is to be taken out from now on. */
static void
test_what_was_to_be_otherwise_does_not_go_on (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, f->b, "a");
  aloqa_inlet_fail (f->b->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "busy"));
  assert_news (f, "failed a: busy.");
  g_assert_cmpuint (f->a->n_closed, ==, 1);
}

static void
test_failure_of_what_was_replaced_is_no_news (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  set (f, f->b, "b");
  aloqa_inlet_fail (f->a->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "busy"));
  push (f, f->b, 10);
  assert_news (f, "switched b.");
}

/* A camera is unplugged while the screen that takes its place is opened. */
static void
test_failure_of_what_is_being_replaced_is_not_the_next_ones (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, f->b, "b");
  aloqa_inlet_fail (f->a->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE, "gone"));
  assert_news (f, "");
  g_assert_cmpuint (f->b->n_closed, ==, 0);
  push (f, f->b, 20);
  assert_news (f, "switched b.");
  g_assert_cmpuint (f->a->n_closed, ==, 1);
}

/* The other side sees the filler alone until @next has a frame. */
static void
assert_filled (Fixture *f, TestSource *next)
{
  guint n_before = aloqa_feed_log_get_n (f->log);

  g_assert_nonnull (f->filler);
  g_assert_cmpuint (f->a->n_closed, ==, 1);
  push (f, f->a, 100);
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, n_before);
  push (f, f->filler, 110);
  push (f, f->filler, 120);
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, n_before + 2);
  assert_news (f, "");
  g_assert_cmpuint (f->filler->n_closed, ==, 0);

  push (f, next, 130);
  push (f, f->filler, 140);
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, n_before + 3);
  assert_news (f, "switched next.");
  g_assert_cmpuint (f->filler->n_closed, ==, 1);
}

/* One after the other, of which *@alone is a screen. */
static void
replace_screen_or_camera (Fixture *f, TestSource **alone)
{
  finish_source (*alone);
  *alone = g_object_new (test_screen_get_type (), NULL);
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, f->b, "next");
  assert_filled (f, f->b);
}

/* A camera before a screen that has no picture for minutes. */
static void
test_nothing_is_seen_beside_what_stands_alone (Fixture *f, gconstpointer user_data)
{
  replace_screen_or_camera (f, &f->b);
}

/* A screen before a camera that takes seconds. */
static void
test_what_stands_alone_is_seen_no_longer (Fixture *f, gconstpointer user_data)
{
  replace_screen_or_camera (f, &f->a);
}

static void
test_what_is_in_the_way_is_closed_first (Fixture *f, gconstpointer user_data)
{
  f->a->is_in_way = TRUE;
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, f->b, "next");
  assert_filled (f, f->b);
}

/* The person changes their mind before there was a frame: what plays is the filler still. */
static void
test_filler_stays_for_another_one (Fixture *f, gconstpointer user_data)
{
  TestSource *screen = g_object_new (test_screen_get_type (), NULL);

  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, screen, "screen");
  set (f, f->b, "next");
  g_assert_cmpuint (screen->n_closed, ==, 1);
  g_assert_finalize_object (screen);
  assert_filled (f, f->b);
}

static void
test_filler_ends_with_a_failure (Fixture *f, gconstpointer user_data)
{
  f->a->is_in_way = TRUE;
  set (f, f->a, "a");
  push (f, f->a, 10);
  assert_news (f, "switched a.");
  set (f, f->b, "b");
  aloqa_inlet_fail (f->b->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BUSY, "busy"));
  assert_news (f, "failed b: busy.");
  g_assert_cmpuint (f->filler->n_closed, ==, 1);
}

static void
test_source_that_never_begins_fails (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 7900);
  assert_news (f, "");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 200);
  assert_news (f, "failed a: a has given nothing for 8 s.");
}

static void
test_what_may_be_silent_begins_when_it_likes (Fixture *f, gconstpointer user_data)
{
  f->a->may_be_silent = TRUE;
  set (f, f->a, "a");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 600000);
  f->a->may_be_silent = FALSE;
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 7900);
  assert_news (f, "");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 200);
  assert_news (f, "failed a: a has given nothing for 8 s.");
}

static void
test_source_that_falls_silent_fails (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  for (guint i = 0; i < 30; i++) {
    push (f, f->a, i + 1);
    aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 1000);
  }
  assert_news (f, "switched a.");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 3000);
  assert_news (f, "failed a: a has given nothing for 3 s.");
}

static void
test_what_may_be_silent_goes_on_when_it_likes (Fixture *f, gconstpointer user_data)
{
  f->a->may_be_silent = TRUE;
  set (f, f->a, "a");
  push (f, f->a, 1);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 600000);
  assert_news (f, "switched a.");
  g_assert_cmpuint (f->a->n_closed, ==, 0);
}

static void
test_a_program_that_stood_still_does_not_blame_its_source (Fixture *f, gconstpointer user_data)
{
  set (f, f->a, "a");
  aloqa_fake_clock_stand_still_ms (ALOQA_FAKE_CLOCK (f->clock), 10000);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 1000);
  push (f, f->a, 1);
  aloqa_fake_clock_stand_still_ms (ALOQA_FAKE_CLOCK (f->clock), 10000);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 1000);
  assert_news (f, "switched a.");
}

#define ADD(name, func)                                                                            \
  g_test_add ("/media/source-switch/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  ADD ("old-goes-on-until-the-first-frame-of-the-new",
       test_old_goes_on_until_the_first_frame_of_the_new);
  ADD ("time-never-goes-back", test_time_never_goes_back);
  ADD ("none-shuts-out-at-once", test_none_shuts_out_at_once);
  ADD ("replaced-before-its-news-arrived", test_replaced_before_its_news_arrived);
  ADD ("failure-is-told-once", test_failure_is_told_once);
  ADD ("what-plays-goes-on-where-the-next-one-fails",
       test_what_plays_goes_on_where_the_next_one_fails);
  ADD ("what-broke-meanwhile-does-not-go-on", test_what_broke_meanwhile_does_not_go_on);
  ADD ("what-was-to-be-otherwise-does-not-go-on", test_what_was_to_be_otherwise_does_not_go_on);
  ADD ("failure-of-what-was-replaced-is-no-news", test_failure_of_what_was_replaced_is_no_news);
  ADD ("failure-of-what-is-being-replaced-is-not-the-next-ones",
       test_failure_of_what_is_being_replaced_is_not_the_next_ones);
  ADD ("nothing-is-seen-beside-what-stands-alone", test_nothing_is_seen_beside_what_stands_alone);
  ADD ("what-stands-alone-is-seen-no-longer", test_what_stands_alone_is_seen_no_longer);
  ADD ("what-is-in-the-way-is-closed-first", test_what_is_in_the_way_is_closed_first);
  ADD ("filler-stays-for-another-one", test_filler_stays_for_another_one);
  ADD ("filler-ends-with-a-failure", test_filler_ends_with_a_failure);
  ADD ("source-that-never-begins-fails", test_source_that_never_begins_fails);
  ADD ("what-may-be-silent-begins-when-it-likes", test_what_may_be_silent_begins_when_it_likes);
  ADD ("source-that-falls-silent-fails", test_source_that_falls_silent_fails);
  ADD ("what-may-be-silent-goes-on-when-it-likes", test_what_may_be_silent_goes_on_when_it_likes);
  ADD ("a-program-that-stood-still-does-not-blame-its-source",
       test_a_program_that_stood_still_does_not_blame_its_source);
  return g_test_run ();
}
