/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench-list.h"

#include <time.h>

#include "ui/people-page.h"

/* Till the list has grown to its length, and the machine is still. */
#define SETTLE_MS 3000

static gboolean
set_true_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

void
bench_list_run_for_ms (guint duration_ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (duration_ms, set_true_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

/* For sorting an array of gint64. */
int
bench_list_compare_times (gconstpointer a, gconstpointer b)
{
  gint64 difference = *(const gint64 *) a - *(const gint64 *) b;

  return difference < 0 ? -1 : difference > 0;
}

/* Of this thread alone: what else the machine does is not in it. */
gint64
bench_list_get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
before_paint_cb (GdkFrameClock *clock, BenchList *self)
{
  self->paint_us = bench_list_get_cpu_us ();
}

static void
after_paint_cb (GdkFrameClock *clock, BenchList *self)
{
  gint64 work_us = bench_list_get_cpu_us () - self->paint_us;

  g_array_append_val (self->works_us, work_us);
}

GtkWidget *
bench_list_find_child (GtkWidget *parent, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found =
        g_type_is_a (G_OBJECT_TYPE (child), type) ? child : bench_list_find_child (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

void
bench_list_begin (BenchList *self, GtkWidget *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->window = adw_window_new ();
  self->works_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 420, 680);
  gtk_window_present (GTK_WINDOW (self->window));
  bench_list_run_for_ms (SETTLE_MS);

  self->clock = gtk_widget_get_frame_clock (self->window);
  gdk_frame_clock_get_refresh_info (self->clock, 0, &self->refresh_us, NULL);
  g_signal_connect (self->clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  g_signal_connect (self->clock, "after-paint", G_CALLBACK (after_paint_cb), self);
}

void
bench_list_end (BenchList *self)
{
  g_signal_handlers_disconnect_by_data (self->clock, self);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_array_unref (self->works_us);
  bench_list_run_for_ms (100);
}

/* Of the contact with that number: "Made Karimov", and few are called the same. */
char *
bench_list_make_name (guint number)
{
  static const char *const first[] = {
    "Ba", "De", "Fi", "Go", "Ha", "Ji", "Ko", "Lu", "Ma",  "Ni",
    "Po", "Ra", "Sa", "Te", "Vu", "Xa", "Ya", "Za", "Sho", "Chi"
  };
  static const char *const second[] = {
    "ba", "de", "fi", "go", "ha", "ji", "ko", "lu", "ma",  "ni",
    "po", "ra", "sa", "te", "vu", "xa", "ya", "za", "sho", "chi"
  };
  static const char *const last[] = { "Aliyev", "Karimov", "Rahimova", "Tosheva",
                                      "Umarov", "Saidova", "Nazarov" };
  guint n = G_N_ELEMENTS (first);

  return g_strdup_printf ("%s%s %s", first[number % n], second[number / n % n],
                          last[number % G_N_ELEMENTS (last)]);
}

static char *
make_people (void)
{
  GString *people = g_string_new (NULL);

  for (guint i = 0; i < N_PEOPLE; i++) {
    g_autofree char *name = bench_list_make_name (i);

    g_string_append_printf (people, "%s%u person%u %s", i > 0 ? "|" : "", i + 10, i, name);
  }
  return g_string_free (people, FALSE);
}

/* Returns: (transfer floating): the page of contacts, with all of them; @rig is set up by it */
GtkWidget *
bench_list_make_people_page (RosterRig *rig)
{
  GtkWidget *page = g_object_new (ALOQA_TYPE_PEOPLE_PAGE, NULL);
  g_autofree char *people = make_people ();

  roster_rig_set_up (rig, NULL);
  roster_rig_start_ready (rig, people);
  aloqa_people_page_set_roster (ALOQA_PEOPLE_PAGE (page), rig->roster);
  return page;
}
