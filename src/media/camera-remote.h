/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The way to PipeWire's cameras: the session's own daemon, or, in a sandbox, connections that
 * somebody else is asked for, each used once. Main thread only.
 */
typedef struct {
  void (*open_async) (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  /* Returns: a descriptor, or -1 with an ALOQA_MEDIA_ERROR or G_IO_ERROR_CANCELLED */
  int (*open_finish) (GAsyncResult *result, GError **error);
} AloqaCameraDoor;

void aloqa_camera_remote_set_door (const AloqaCameraDoor *door);
gboolean aloqa_camera_remote_has_door (void);
gboolean aloqa_camera_remote_is_granted (void);
void aloqa_camera_remote_open_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean aloqa_camera_remote_open_finish (GAsyncResult *result, int *fd, GError **error);

G_END_DECLS
