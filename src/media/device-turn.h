/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The kernel lets one of us open a camera at a time, and closing it takes a while on a thread of its
 * own: who wants it next waits until who had it has let go. Main thread only.
 */
void aloqa_device_turn_close (const char *path, GDestroyNotify close, gpointer object);
void aloqa_device_turn_wait_async (const char *path, guint limit_ms, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_device_turn_wait_finish (GAsyncResult *result, GError **error);

G_END_DECLS
