/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_PREFERENCES_WINDOW (aloqa_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (AloqaPreferencesWindow, aloqa_preferences_window, ALOQA, PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

/* What the person chooses; all of it holds at once. Erasing everything is the action `app.erase`. */
GtkWidget *aloqa_preferences_window_new (GtkApplication *application, GSettings *settings);

G_END_DECLS
