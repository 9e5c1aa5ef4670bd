/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/row-factory.h"

#define ROW_KEY "aloqa-row"
#define ITEM_KEY "aloqa-item"

typedef struct {
  AloqaRowFunc make_row;
  GPtrArray *spare; /* of GtkWidget: never more than GtkListView has made at once */
} Rows;

static void
free_rows (gpointer data, GClosure *closure)
{
  Rows *self = data;

  g_ptr_array_unref (self->spare);
  g_free (self);
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  Rows *self = user_data;
  GtkWidget *row = self->spare->len > 0
                       ? g_ptr_array_steal_index_fast (self->spare, self->spare->len - 1)
                       : g_object_ref_sink (self->make_row ());

  gtk_list_item_set_child (item, row);
  g_object_set_data (G_OBJECT (row), ITEM_KEY, item);
  /* By now the item may have let go of its child when it is torn down. */
  g_object_set_data_full (G_OBJECT (item), ROW_KEY, row, g_object_unref);
}

static void
teardown_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  Rows *self = user_data;
  GtkWidget *row = g_object_steal_data (G_OBJECT (item), ROW_KEY);

  gtk_list_item_set_child (item, NULL);
  g_object_set_data (G_OBJECT (row), ITEM_KEY, NULL);
  g_ptr_array_add (self->spare, row);
}

/**
 * aloqa_row_factory_new:
 * @make_row: makes a row without anything in it
 *
 * Returns: (transfer full): a #GtkSignalListItemFactory, whose signals "bind" and "unbind" are the
 *   caller's to answer
 */
GtkListItemFactory *
aloqa_row_factory_new (AloqaRowFunc make_row)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Rows *self = g_new0 (Rows, 1);

  self->make_row = make_row;
  self->spare = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect_data (factory, "teardown", G_CALLBACK (teardown_cb), self, free_rows, 0);
  return factory;
}

/**
 * aloqa_row_factory_find_item:
 * @widget: something within a row of such a factory, or the toolkit's own around it
 *
 * Returns: (transfer none) (nullable): what is in the row
 */
gpointer
aloqa_row_factory_find_item (GtkWidget *widget)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  GtkListItem *item = child != NULL ? g_object_get_data (G_OBJECT (child), ITEM_KEY) : NULL;

  for (; item == NULL && widget != NULL; widget = gtk_widget_get_parent (widget))
    item = g_object_get_data (G_OBJECT (widget), ITEM_KEY);
  return item != NULL ? gtk_list_item_get_item (item) : NULL;
}
