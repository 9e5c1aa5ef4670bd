/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/calls.h"
#include "ui/sign-in.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_WINDOW (aloqa_window_get_type ())
G_DECLARE_FINAL_TYPE (AloqaWindow, aloqa_window, ALOQA, WINDOW, AdwApplicationWindow)

/* The one window: signing in, then people and recent calls, and the call over them. */
AloqaWindow *aloqa_window_new (GtkApplication *application, GSettings *settings,
                               AloqaSignIn *sign_in, AloqaCalls *calls);
void aloqa_window_suggest (AloqaWindow *self, const char *server, const char *user);
void aloqa_window_say (AloqaWindow *self, const char *text);
void aloqa_window_show_recent (AloqaWindow *self);

G_END_DECLS
