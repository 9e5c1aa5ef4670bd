/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/session.h"
#include "ui/calls.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_TROUBLES_WINDOW (aloqa_troubles_window_get_type ())
G_DECLARE_FINAL_TYPE (AloqaTroublesWindow, aloqa_troubles_window, ALOQA, TROUBLES_WINDOW, AdwWindow)

/*
 * Looks at everything that a call needs, and says for each what is wrong and what to do. @session is
 * %NULL where nobody is signed in. Devices are opened for a moment, so nothing is looked at during a
 * call.
 */
GtkWidget *aloqa_troubles_window_new (GSettings *settings, AloqaCalls *calls);
void aloqa_troubles_window_look (AloqaTroublesWindow *self, AloqaSession *session);

G_END_DECLS
