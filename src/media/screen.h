/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet.h"
#include "media/screen-content.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_SCREEN (aloqa_screen_get_type ())
G_DECLARE_FINAL_TYPE (AloqaScreen, aloqa_screen, ALOQA, SCREEN, GObject)

/*
 * A screen or window that is shared, from the person's choice to its end: it may be shown and not
 * shown meanwhile (on hold nothing is looked at).
 *
 * Signals, on the main thread:
 *   ended (GError *)  there are no more pictures: the window was closed, the compositor went away; or
 *     none that can be read here (ALOQA_MEDIA_ERROR_UNREADABLE). Once, and not after
 *     aloqa_screen_close()
 *   changed ()        another answer of one of the get_ functions
 */
AloqaScreen *aloqa_screen_new_for_node (int fd, guint32 node_id, guint max_fps, GError **error);
AloqaScreen *aloqa_screen_new_for_x11 (guint max_fps);
void aloqa_screen_close (AloqaScreen *self);
void aloqa_screen_set_mode (AloqaScreen *self, AloqaScreenMode mode);
void aloqa_screen_set_inlet (AloqaScreen *self, AloqaInlet *inlet);
void aloqa_screen_clear_inlet (AloqaScreen *self, AloqaInlet *inlet);

AloqaScreenMode aloqa_screen_get_mode (AloqaScreen *self);
gboolean aloqa_screen_is_stalled (AloqaScreen *self);
void aloqa_screen_get_size (AloqaScreen *self, guint *width_px, guint *height_px);

G_END_DECLS
