/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What a call does with the window around it: full screen, and the small one. Whatever it changed it
 * puts back.
 */
typedef struct _AloqaCallWindowMode AloqaCallWindowMode;

AloqaCallWindowMode *aloqa_call_window_mode_new (GtkWidget *widget);
void aloqa_call_window_mode_free (AloqaCallWindowMode *self);
gboolean aloqa_call_window_mode_is_fullscreen (AloqaCallWindowMode *self);
void aloqa_call_window_mode_toggle_fullscreen (AloqaCallWindowMode *self);
gboolean aloqa_call_window_mode_is_compact (AloqaCallWindowMode *self);
void aloqa_call_window_mode_set_compact (AloqaCallWindowMode *self, gboolean is_compact);
void aloqa_call_window_mode_leave (AloqaCallWindowMode *self);

G_END_DECLS
