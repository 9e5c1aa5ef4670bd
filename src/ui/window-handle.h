/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @handle: how portals name the window: so that their dialog stands before it; "" where it has none */
typedef void (*AloqaWindowHandleFunc) (const char *handle, gpointer user_data);

void aloqa_window_handle_get (GtkWidget *widget, AloqaWindowHandleFunc func, gpointer user_data,
                              GDestroyNotify destroy);

G_END_DECLS
