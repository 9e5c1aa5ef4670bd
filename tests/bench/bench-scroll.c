/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench-list.h"
#include "session/history-rig.h"
#include "ui/recent-page.h"

/*
 * Scrolls through long lists in a real window, and prints what the frame clock says of it. Run by
 * bench.py on a display of its own, never as a test.
 */

#define N_CALLS 1000

/* As fast as a wheel that is spun hard: two rows a frame, and five screens a second. */
#define SPEED_PX_PER_S 7000

/* A frame is dropped where the next comes later than this many times the screen's interval. */
#define DROPPED 1.5

GResource *aloqa_ui_get_resource (void);

typedef struct {
  BenchList list;
  GtkAdjustment *adjustment; /* of the list */
  gint64 begin_us;           /* of scrolling; 0 before it */
  gint64 last_us;            /* when the frame before this one was */
  gboolean is_over;
  GArray *intervals_us; /* of gint64 */
} Scroll;

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Scroll *self = user_data;
  gint64 now_us = gdk_frame_clock_get_frame_time (clock);
  gint64 interval_us = now_us - self->last_us;
  double place_px;

  if (self->begin_us == 0)
    self->begin_us = now_us;
  else
    g_array_append_val (self->intervals_us, interval_us);
  self->last_us = now_us;
  place_px = (double) (now_us - self->begin_us) / G_USEC_PER_SEC * SPEED_PX_PER_S;
  gtk_adjustment_set_value (self->adjustment, place_px);
  self->is_over = place_px >= gtk_adjustment_get_upper (self->adjustment);
  return self->is_over ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* A line of a table. */
static void
print_ms (const char *title, GArray *times_us)
{
  gint64 *all = (gint64 *) times_us->data;

  g_array_sort (times_us, bench_list_compare_times);
  g_print ("  %-38s %8.2f   (%.2f – %.2f, n=%u)\n", title, all[times_us->len / 2] / 1000.0,
           all[0] / 1000.0, all[times_us->len - 1] / 1000.0, times_us->len);
}

static void
print_n_over (const char *title, GArray *times_us, double limit_us)
{
  guint n_over = 0;

  for (guint i = 0; i < times_us->len; i++)
    n_over += g_array_index (times_us, gint64, i) > limit_us;
  g_print ("  %-38s %8u   (n=%u)\n", title, n_over, times_us->len);
}

static void
measure (GtkWidget *page, const char *what)
{
  Scroll self = { .intervals_us = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  GtkWidget *view;

  bench_list_begin (&self.list, page);
  /* As after a click on the page's tab. A focused row that is scrolled away costs GTK a frame: it
   * styles all rows anew, once. */
  gtk_window_set_focus (GTK_WINDOW (self.list.window), NULL);
  view = bench_list_find_child (page, GTK_TYPE_LIST_VIEW);
  self.adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  gtk_widget_add_tick_callback (self.list.window, scroll_cb, &self, NULL);
  while (!self.is_over)
    g_main_context_iteration (NULL, TRUE);

  g_print ("\nScrolling through %s, %d pixels a second\n", what, SPEED_PX_PER_S);
  print_n_over ("frames dropped", self.intervals_us, self.list.refresh_us * DROPPED);
  print_n_over ("frames with too much work", self.list.works_us, self.list.refresh_us);
  print_ms ("from one frame to the next (ms)", self.intervals_us);
  print_ms ("work for a frame (ms)", self.list.works_us);
  bench_list_end (&self.list);
  g_array_unref (self.intervals_us);
}

static void
measure_people (void)
{
  RosterRig rig = { 0 };

  measure (bench_list_make_people_page (&rig), G_STRINGIFY (N_PEOPLE) " people");
  roster_rig_tear_down (&rig, NULL);
}

static void
measure_calls (void)
{
  HistoryRig rig = { 0 };
  GtkWidget *page = g_object_new (ALOQA_TYPE_RECENT_PAGE, NULL);

  history_rig_set_up (&rig, NULL);
  history_rig_add_rows (&rig, N_CALLS);
  history_rig_open_again (&rig);
  aloqa_recent_page_set_history (ALOQA_RECENT_PAGE (page), rig.history, NULL);
  measure (page, G_STRINGIFY (N_CALLS) " calls");
  history_rig_tear_down (&rig, NULL);
}

int
main (void)
{
  adw_init ();
  g_resources_register (aloqa_ui_get_resource ());
  measure_people ();
  measure_calls ();

  return 0;
}
