/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A list that begins with what fills a window, and grows by a few rows a frame to its whole length.
 * GtkListView makes up to 200 rows at once, seen or not, and half a second goes by meanwhile.
 */
GtkSliceListModel *aloqa_gradual_list_new (GListModel *model, GtkWidget *view);

G_END_DECLS
