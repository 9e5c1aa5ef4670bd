/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

void aloqa_snapshot_save_async (GstSample *sample, const char *path, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean aloqa_snapshot_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
