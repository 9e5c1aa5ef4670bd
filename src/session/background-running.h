/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether the program runs without a window, and starts by itself when the person logs in. */
void aloqa_background_running_ask_async (const char *reason, gboolean starts_at_login,
                                         GDBusConnection *bus, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_background_running_ask_finish (GAsyncResult *result, gboolean *may_run,
                                              gboolean *starts_at_login, GError **error);

G_END_DECLS
