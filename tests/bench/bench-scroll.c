/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <time.h>

#include "session/history-rig.h"
#include "session/roster-rig.h"
#include "ui/people-page.h"
#include "ui/recent-page.h"

/*
 * Scrolls through long lists and searches in one, in a real window, and prints what the frame clock
 * says of it. Run by bench.py on a display of its own, never as a test.
 */

#define N_PEOPLE 2000
#define N_CALLS 1000

/* As fast as a wheel that is spun hard: two rows a frame, and five screens a second. */
#define SPEED_PX_PER_S 7000

/* Till the list has grown to its length, and the machine is still. */
#define SETTLE_MS 3000

/* A frame is dropped where the next comes later than this many times the screen's interval. */
#define DROPPED 1.5

GResource *aloqa_ui_get_resource (void);

typedef struct {
  GtkWidget *window;
  GtkAdjustment *adjustment; /* of the list */
  GdkFrameClock *clock;
  gint64 begin_us; /* of scrolling; 0 before it, and G_MAXINT64 after */
  gint64 last_us;  /* when the frame before this one was */
  gint64 paint_us; /* the time of the processor when this frame was begun */
  gint64 refresh_us;
  GArray *intervals_us, *works_us; /* of gint64 */
} Bench;

static gboolean
set_true_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for_ms (guint duration_ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (duration_ms, set_true_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 difference = *(const gint64 *) a - *(const gint64 *) b;

  return difference < 0 ? -1 : difference > 0;
}

/* A line of a table. */
static void
print_ms (const char *title, GArray *times_us)
{
  gint64 *all = (gint64 *) times_us->data;

  g_array_sort (times_us, compare);
  g_print ("  %-38s %8.2f   (%.2f – %.2f, n=%u)\n", title, all[times_us->len / 2] / 1000.0,
           all[0] / 1000.0, all[times_us->len - 1] / 1000.0, times_us->len);
}

/* Of this thread alone: what else the machine does is not in it. */
static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
before_paint_cb (GdkFrameClock *clock, Bench *self)
{
  self->paint_us = get_cpu_us ();
}

static void
after_paint_cb (GdkFrameClock *clock, Bench *self)
{
  gint64 work_us = get_cpu_us () - self->paint_us;

  if (self->begin_us > 0)
    g_array_append_val (self->works_us, work_us);
}

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Bench *self = user_data;
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
  if (place_px < gtk_adjustment_get_upper (self->adjustment))
    return G_SOURCE_CONTINUE;
  self->begin_us = G_MAXINT64;
  return G_SOURCE_REMOVE;
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
print_scroll (Bench *self, const char *what)
{
  g_print ("\nScrolling through %s, %d pixels a second\n", what, SPEED_PX_PER_S);
  print_n_over ("frames dropped", self->intervals_us, self->refresh_us * DROPPED);
  print_n_over ("frames with too much work", self->works_us, self->refresh_us);
  print_ms ("from one frame to the next (ms)", self->intervals_us);
  print_ms ("work for a frame (ms)", self->works_us);
}

static GtkWidget *
find_child (GtkWidget *parent, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (child), type) ? child : find_child (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
begin (Bench *self, GtkWidget *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->window = adw_window_new ();
  self->intervals_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->works_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 420, 680);
  gtk_window_present (GTK_WINDOW (self->window));
  run_for_ms (SETTLE_MS);

  self->adjustment =
      gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (find_child (page, GTK_TYPE_LIST_VIEW)));
  self->clock = gtk_widget_get_frame_clock (self->window);
  gdk_frame_clock_get_refresh_info (self->clock, 0, &self->refresh_us, NULL);
  g_signal_connect (self->clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  g_signal_connect (self->clock, "after-paint", G_CALLBACK (after_paint_cb), self);
}

static void
scroll (Bench *self, const char *what)
{
  gtk_widget_add_tick_callback (self->window, scroll_cb, self, NULL);
  while (self->begin_us != G_MAXINT64)
    g_main_context_iteration (NULL, TRUE);
  print_scroll (self, what);
}

static void
end (Bench *self)
{
  g_signal_handlers_disconnect_by_data (self->clock, self);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_array_unref (self->intervals_us);
  g_array_unref (self->works_us);
  run_for_ms (100);
}

/* As a key does: at the end, in one go. */
static void
change_text (GtkEditable *entry, const char *text)
{
  const char *old = gtk_editable_get_text (entry);
  int n_old = strlen (old);

  if (g_str_has_prefix (text, old))
    gtk_editable_insert_text (entry, text + n_old, -1, &n_old);
  else
    gtk_editable_delete_text (entry, strlen (text), -1);
}

/* From each key to the frame that has the answer on the screen. */
static void
search (Bench *self, RosterRig *rig)
{
  static const char *const texts[] = { "a", "al", "ali",      "alis",    "ali", "",
                                       "p", "pe", "person19", "person1", "" };
  GtkWidget *entry = find_child (self->window, GTK_TYPE_SEARCH_ENTRY);
  g_autoptr (GArray) times_us = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    gint64 begin_us = get_cpu_us (), took_us;
    guint n_frames = self->works_us->len;

    change_text (GTK_EDITABLE (entry), texts[i]);
    while (!g_str_equal (aloqa_roster_get_search (rig->roster), texts[i]))
      g_main_context_iteration (NULL, TRUE);
    while (self->works_us->len == n_frames)
      g_main_context_iteration (NULL, TRUE);
    took_us = get_cpu_us () - begin_us;
    g_array_append_val (times_us, took_us);
    run_for_ms (500);
  }
  g_print ("\nSearching among %u people\n", N_PEOPLE);
  print_ms ("from a key to who was found (ms)", times_us);
}

static char *
make_people (void)
{
  static const char *const names[] = { "Ali", "Guli", "Oʻktam", "Malika", "Alisher", "Zarina" };
  GString *people = g_string_new (NULL);

  for (guint i = 0; i < N_PEOPLE; i++)
    g_string_append_printf (people, "%s%u person%u %s Person", i > 0 ? "|" : "", i + 10, i,
                            names[i % G_N_ELEMENTS (names)]);
  return g_string_free (people, FALSE);
}

static void
measure_people (void)
{
  g_autofree char *people = make_people ();
  RosterRig rig = { 0 };
  Bench bench = { 0 };
  GtkWidget *page;

  roster_rig_set_up (&rig, NULL);
  roster_rig_start_ready (&rig, people);
  page = g_object_new (ALOQA_TYPE_PEOPLE_PAGE, NULL);
  aloqa_people_page_set_roster (ALOQA_PEOPLE_PAGE (page), rig.roster);
  begin (&bench, page);
  scroll (&bench, G_STRINGIFY (N_PEOPLE) " people");
  search (&bench, &rig);
  end (&bench);
  roster_rig_tear_down (&rig, NULL);
}

static void
measure_calls (void)
{
  HistoryRig rig = { 0 };
  Bench bench = { 0 };
  GtkWidget *page;

  history_rig_set_up (&rig, NULL);
  history_rig_add_rows (&rig, N_CALLS);
  history_rig_open_again (&rig);
  page = g_object_new (ALOQA_TYPE_RECENT_PAGE, NULL);
  aloqa_recent_page_set_history (ALOQA_RECENT_PAGE (page), rig.history, NULL);
  begin (&bench, page);
  scroll (&bench, G_STRINGIFY (N_CALLS) " calls");
  end (&bench);
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
