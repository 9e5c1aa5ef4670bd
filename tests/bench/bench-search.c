/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench-list.h"

/*
 * Searches among many contacts, in a real window, beside the same in the barest list that the toolkit
 * can make, and prints how long each key takes. Run by bench.py on a display of its own, never as a
 * test.
 */

#define N_ROUNDS 9

/* From one key to the next, as one types who does so well. */
#define TYPING_MS 150

GResource *aloqa_ui_get_resource (void);

/* What is typed, one after the other, and begun with again: hardly ever is somebody in the same place
 * as before. */
static const struct {
  const char *title, *text;
} keys[] = {
  { "first letter", "m" },        { "second letter", "ma" }, { "third letter", "mar" },
  { "one letter less", "ma" },    { "clearing", "" },        { "letters of a few", "person19" },
  { "letters of nobody", "xyz" }, { "clearing that", "" },   { "letters of one", "person1999" },
  { "clearing that, too", "" },
};

/* What is measured of a key, each in microseconds. */
enum {
  SHOWN,  /* till the frame with the answer is painted and the screen has it */
  WORK,   /* of this thread until then */
  GROWTH, /* of this thread for the dearest frame after that, until the next key */
  N_KINDS,
};

static const char *const kinds[N_KINDS] = {
  [SHOWN] = "from the key to the screen (ms)",
  [WORK] = "this thread's work for it (ms)",
  [GROWTH] = "the dearest frame after it (ms)",
};

typedef struct {
  BenchList list;
  GtkEditable *entry;
  GArray *times_us[G_N_ELEMENTS (keys)][N_KINDS]; /* of gint64 */
} Search;

/* As a key does: at the end, in one go. */
static void
change_text (GtkEditable *entry, const char *text)
{
  const char *old = gtk_editable_get_text (entry);
  int n_old = strlen (old);

  if (g_str_has_prefix (text, old))
    gtk_editable_insert_text (entry, text + n_old, -1, &n_old);
  else if (g_str_has_prefix (old, text))
    gtk_editable_delete_text (entry, strlen (text), -1);
  else
    gtk_editable_set_text (entry, text);
}

static void
set_true_cb (gboolean *is_true)
{
  *is_true = TRUE;
}

/* Changes the text, and returns when the frame with whom that finds is on the screen. */
static void
await_answer (Search *self, const char *text)
{
  gboolean has_changed = FALSE;
  gulong id = g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (set_true_cb),
                                        &has_changed);
  guint n_frames;

  change_text (self->entry, text);
  while (!has_changed)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (self->entry, id);
  n_frames = self->list.works_us->len;
  while (self->list.works_us->len == n_frames)
    g_main_context_iteration (NULL, TRUE);
  gdk_display_sync (gtk_widget_get_display (self->list.window));
}

static gint64
find_dearest_frame_us (GArray *works_us, guint first)
{
  gint64 dearest_us = 0;

  for (guint i = first; i < works_us->len; i++)
    dearest_us = MAX (dearest_us, g_array_index (works_us, gint64, i));
  return dearest_us;
}

static void
press (Search *self, gsize i)
{
  gint64 begin_us = g_get_monotonic_time ();
  gint64 begin_cpu_us = bench_list_get_cpu_us ();
  gint64 took_us[N_KINDS];
  guint n_frames;

  await_answer (self, keys[i].text);
  took_us[SHOWN] = g_get_monotonic_time () - begin_us;
  took_us[WORK] = bench_list_get_cpu_us () - begin_cpu_us;
  n_frames = self->list.works_us->len;
  bench_list_run_for_ms (TYPING_MS);
  took_us[GROWTH] = find_dearest_frame_us (self->list.works_us, n_frames);
  for (guint kind = 0; kind < N_KINDS; kind++)
    g_array_append_val (self->times_us[i][kind], took_us[kind]);
}

static void
measure (Search *self, GtkWidget *page)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    for (guint kind = 0; kind < N_KINDS; kind++)
      self->times_us[i][kind] = g_array_new (FALSE, FALSE, sizeof (gint64));
  }
  bench_list_begin (&self->list, page);
  self->entry = GTK_EDITABLE (bench_list_find_child (page, GTK_TYPE_SEARCH_ENTRY));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  for (guint round = 0; round < N_ROUNDS; round++) {
    for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
      press (self, i);
    /* Who clears it looks at everybody for a while. */
    bench_list_run_for_ms (500);
  }
  bench_list_end (&self->list);
}

static void
measure_people (Search *self)
{
  RosterRig rig = { 0 };

  measure (self, bench_list_make_people_page (&rig));
  roster_rig_tear_down (&rig, NULL);
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static GtkWidget *
make_bare_list (GListModel *model)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_scrolled_window_set_child (
      GTK_SCROLLED_WINDOW (scrolled),
      gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (model)), factory));
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

static void
filter_cb (GtkEditable *entry, GtkStringFilter *filter)
{
  gtk_string_filter_set_search (filter, gtk_editable_get_text (entry));
}

static GtkWidget *
make_bare_page (void)
{
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkExpression *expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkStringFilter *filter = gtk_string_filter_new (expression);
  GtkWidget *entry = gtk_search_entry_new ();
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < N_PEOPLE; i++) {
    g_autofree char *name = bench_list_make_name (i);

    gtk_string_list_take (strings, g_strdup_printf ("%s person%u", name, i));
  }
  g_object_set (entry, "search-delay", 0, NULL);
  g_signal_connect (entry, "search-changed", G_CALLBACK (filter_cb), filter);
  gtk_box_append (GTK_BOX (page), entry);
  gtk_box_append (GTK_BOX (page), make_bare_list (G_LIST_MODEL (gtk_filter_list_model_new (
                                      G_LIST_MODEL (strings), GTK_FILTER (filter)))));
  return page;
}

static double
get_median_ms (GArray *times_us)
{
  g_array_sort (times_us, bench_list_compare_times);
  return g_array_index (times_us, gint64, times_us->len / 2) / 1000.0;
}

static double
get_worst_ms (GArray *times_us)
{
  return g_array_index (times_us, gint64, times_us->len - 1) / 1000.0;
}

static void
print_key (gsize i, guint kind, Search *people, Search *bare)
{
  double median_ms = get_median_ms (people->times_us[i][kind]);
  double bare_ms = get_median_ms (bare->times_us[i][kind]);

  g_print ("  %-20s %8.2f %8.2f %8.2f %8.2f %6.1f\n", keys[i].title, median_ms,
           get_worst_ms (people->times_us[i][kind]), bare_ms,
           get_worst_ms (bare->times_us[i][kind]), median_ms / bare_ms);
}

int
main (void)
{
  Search people = { 0 }, bare = { 0 };

  adw_init ();
  g_resources_register (aloqa_ui_get_resource ());
  measure_people (&people);
  measure (&bare, make_bare_page ());

  g_print (
      "\nSearching among %u people, beside a bare list of %u labels: medians and worst of %u\n",
      N_PEOPLE, N_PEOPLE, N_ROUNDS);
  for (guint kind = 0; kind < N_KINDS; kind++) {
    g_print ("  %-20s %8s %8s %8s %8s %6s   %s\n", "", "aloqa", "worst", "bare", "worst", "ratio",
             kinds[kind]);
    for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
      print_key (i, kind, &people, &bare);
  }
  return 0;
}
