/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A key and the name of what it does: the data of the function that it calls. */
typedef struct {
  const char *trigger;
  const char *action;
} AloqaWindowShortcut;

void aloqa_window_shortcuts_add (GtkWidget *widget, const AloqaWindowShortcut *shortcuts,
                                 gsize n_shortcuts, GtkShortcutFunc func);

G_END_DECLS
