/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/gradual-list.h"

/* No row is lower. */
#define ROW_PX 48

/* Where it is not known yet how high the list is. */
#define USUAL_HEIGHT_PX 900

/* Made within a frame. */
#define N_ROWS_A_FRAME 4

/* GTK_LIST_VIEW_MAX_LIST_ITEMS: more rows than that are never made, so the rest costs nothing. */
#define MAX_ROWS 200

#define GROWING_KEY "aloqa-growing"

/* What is seen of it. */
static guint
count_first_rows (GtkWidget *view)
{
  int height_px = gtk_widget_get_height (view);

  return (height_px > 0 ? height_px : USUAL_HEIGHT_PX) / ROW_PX + 1;
}

static gboolean
grow_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  GtkSliceListModel *self = user_data;
  guint size = gtk_slice_list_model_get_size (self);
  guint n_items = g_list_model_get_n_items (gtk_slice_list_model_get_model (self));

  if (size < MAX_ROWS && size < n_items) {
    gtk_slice_list_model_set_size (self, size + N_ROWS_A_FRAME);
    return G_SOURCE_CONTINUE;
  }
  gtk_slice_list_model_set_size (self, G_MAXUINT);
  g_object_set_data (G_OBJECT (self), GROWING_KEY, NULL);
  return G_SOURCE_REMOVE;
}

/**
 * aloqa_gradual_list_restart:
 *
 * Begins anew, for a list that is about to be another one altogether.
 */
void
aloqa_gradual_list_restart (GtkSliceListModel *self, GtkWidget *view)
{
  gtk_slice_list_model_set_size (self, count_first_rows (view));
  if (g_object_get_data (G_OBJECT (self), GROWING_KEY) != NULL)
    return;

  g_object_set_data (G_OBJECT (self), GROWING_KEY, GINT_TO_POINTER (TRUE));
  gtk_widget_add_tick_callback (view, grow_cb, g_object_ref (self), g_object_unref);
}

/**
 * aloqa_gradual_list_new:
 * @view: whose frames it grows by; while that is not on the screen it does not
 *
 * Returns: (transfer full): @model, from its beginning
 */
GtkSliceListModel *
aloqa_gradual_list_new (GListModel *model, GtkWidget *view)
{
  GtkSliceListModel *self =
      gtk_slice_list_model_new (g_object_ref (model), 0, count_first_rows (view));

  aloqa_gradual_list_restart (self, view);
  return self;
}
