/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desktop/portal.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_SCREEN_CAST (aloqa_screen_cast_get_type ())
G_DECLARE_FINAL_TYPE (AloqaScreenCast, aloqa_screen_cast, ALOQA, SCREEN_CAST, GObject)

/*
 * One grant of org.freedesktop.portal.ScreenCast: the person chose a screen, a window or whatever
 * else the desktop offers, once, and its pictures can be had from PipeWire until it is taken back.
 *
 * Signals:
 *   closed ()  the desktop ended it (its own stop button, or the portal has gone); at most once, and
 *     not after aloqa_screen_cast_close()
 */
void aloqa_screen_cast_open_async (GDBusConnection *bus, const char *parent_window,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
AloqaScreenCast *aloqa_screen_cast_open_finish (GAsyncResult *result, GError **error);
int aloqa_screen_cast_steal_fd (AloqaScreenCast *self);
guint32 aloqa_screen_cast_get_node_id (AloqaScreenCast *self);
void aloqa_screen_cast_close (AloqaScreenCast *self);

G_END_DECLS
