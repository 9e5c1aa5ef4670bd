/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef GtkWidget *(*AloqaRowFunc) (void);

/* Makes the rows of a list, and keeps those that go for the ones that come: making one takes long. */
GtkListItemFactory *aloqa_row_factory_new (AloqaRowFunc make_row);
gpointer aloqa_row_factory_find_item (GtkWidget *widget);

G_END_DECLS
