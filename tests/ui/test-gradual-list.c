/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/gradual-list.h"

#include <gtk/gtk.h>

#include "support/support.h"
#include "ui/display.h"

/* Made in one frame, rows of this many would hold it up for half a second. */
#define N_PEOPLE 300

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new ("Somebody"));
}

static void
add_people (GListStore *people)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_PEOPLE; i++)
    g_ptr_array_add (added, gtk_string_object_new ("somebody"));
  g_list_store_splice (people, 0, 0, added->pdata, added->len);
}

static gboolean
count_frames_cb (GtkWidget *window, GdkFrameClock *clock, gpointer n_frames)
{
  (*(guint *) n_frames)++;
  return G_SOURCE_CONTINUE;
}

static gboolean
is_over_ten (gpointer n)
{
  return *(guint *) n > 10;
}

static gboolean
is_whole (gpointer list)
{
  return g_list_model_get_n_items (list) == N_PEOPLE;
}

static void
test_who_comes_late_comes_gradually (void)
{
  g_autoptr (GListStore) people = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *view = gtk_list_view_new (NULL, factory);
  GtkWidget *window = gtk_window_new ();
  g_autoptr (GtkSliceListModel) list = NULL;
  g_autoptr (GtkNoSelection) selection = NULL;
  guint n_frames = 0;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  list = aloqa_gradual_list_new (G_LIST_MODEL (people), view);
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (list)));
  gtk_list_view_set_model (GTK_LIST_VIEW (view), GTK_SELECTION_MODEL (selection));
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_widget_add_tick_callback (window, count_frames_cb, &n_frames, NULL);
  gtk_window_present (GTK_WINDOW (window));
  aloqa_test_wait_until (is_over_ten, &n_frames);

  add_people (people);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), <, 50);
  aloqa_test_wait_until (is_whole, list);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
add_tests (void)
{
  g_test_add_func ("/ui/gradual-list/who-comes-late-comes-gradually",
                   test_who_comes_late_comes_gradually);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
