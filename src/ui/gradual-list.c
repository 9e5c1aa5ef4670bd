/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/gradual-list.h"

/* No row is lower. */
#define ROW_PX 52

/* Where it is not known yet how high it is. */
#define USUAL_HEIGHT_PX 600

/* Made within a frame. */
#define N_ROWS_A_FRAME 4

/* GTK_LIST_VIEW_MAX_LIST_ITEMS: more rows than that are never made, so the rest costs nothing. */
#define MAX_ROWS 200

#define VIEW_KEY "aloqa-view"
#define GROWING_KEY "aloqa-growing"

/* What is seen of it. */
static guint
count_first_rows (GtkWidget *view)
{
  int height_px = gtk_widget_get_height (view);

  return (height_px > 0 ? height_px : USUAL_HEIGHT_PX) / ROW_PX + 1;
}

static gboolean
has_more (GtkSliceListModel *self)
{
  return gtk_slice_list_model_get_size (self) <
         g_list_model_get_n_items (gtk_slice_list_model_get_model (self));
}

static gboolean
grow_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  GtkSliceListModel *self = user_data;
  guint size = gtk_slice_list_model_get_size (self);

  /* The first rows are still to be painted. */
  if (gtk_widget_get_height (view) == 0)
    return G_SOURCE_CONTINUE;
  if (has_more (self) && size < MAX_ROWS) {
    gtk_slice_list_model_set_size (self, size + N_ROWS_A_FRAME);
    return G_SOURCE_CONTINUE;
  }
  if (has_more (self))
    gtk_slice_list_model_set_size (self, G_MAXUINT);
  g_object_set_data (G_OBJECT (self), GROWING_KEY, NULL);
  return G_SOURCE_REMOVE;
}

/* Where there is more than is in it: a list may be empty at first, and then long. */
static void
grow (GtkSliceListModel *self)
{
  if (!has_more (self) || g_object_get_data (G_OBJECT (self), GROWING_KEY) != NULL)
    return;

  g_object_set_data (G_OBJECT (self), GROWING_KEY, GINT_TO_POINTER (TRUE));
  gtk_widget_add_tick_callback (g_object_get_data (G_OBJECT (self), VIEW_KEY), grow_cb,
                                g_object_ref (self), g_object_unref);
}

/**
 * aloqa_gradual_list_new:
 * @view: whose model this is to be, and whose frames it grows by; while that is not on the screen it
 *   does not
 *
 * Returns: (transfer full): @model, from its beginning
 */
GtkSliceListModel *
aloqa_gradual_list_new (GListModel *model, GtkWidget *view)
{
  GtkSliceListModel *self =
      gtk_slice_list_model_new (g_object_ref (model), 0, count_first_rows (view));

  g_object_set_data (G_OBJECT (self), VIEW_KEY, view);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (grow), self, G_CONNECT_SWAPPED);
  grow (self);
  return self;
}
