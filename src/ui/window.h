/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/application.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_WINDOW (aloqa_window_get_type ())
G_DECLARE_FINAL_TYPE (AloqaWindow, aloqa_window, ALOQA, WINDOW, AdwApplicationWindow)

/* The one window: signing in, then people and recent calls, and the call over them. */
AloqaWindow *aloqa_window_new (AloqaApplication *application);

G_END_DECLS
