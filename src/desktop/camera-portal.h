/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desktop/portal.h"

G_BEGIN_DECLS

/* The Camera portal: the only door to a camera in a sandbox, and one that asks the person once. */
void aloqa_camera_portal_open_async (GDBusConnection *bus, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
int aloqa_camera_portal_open_finish (GAsyncResult *result, GError **error);

G_END_DECLS
