/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_GESTURES (aloqa_call_gestures_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallGestures, aloqa_call_gestures, ALOQA, CALL_GESTURES, GObject)

/*
 * What a person does over a call's picture, other than with its buttons: any input shows them that
 * somebody is there; space talks while muted; a double click fills the screen.
 *
 * Signals:
 *   active ()                   the pointer moved, a key or button was pressed
 *   idle ()                     nothing of that for three seconds
 *   talk (gboolean is_pressed)  the space bar, while it is push-to-talk
 *   double-clicked ()
 */
AloqaCallGestures *aloqa_call_gestures_new (GtkWidget *widget);
void aloqa_call_gestures_set_talks (AloqaCallGestures *self, gboolean talks);

G_END_DECLS
