/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_DEVICES (aloqa_devices_get_type ())
G_DECLARE_FINAL_TYPE (AloqaDevices, aloqa_devices, ALOQA, DEVICES, GObject)

/*
 * What is plugged in, live: cameras from PipeWire (without its daemon, from V4L2), microphones and
 * speakers from the Pulse server, PipeWire's own or another. Monitors and loopbacks are left out.
 * Nothing is opened. Without a daemon the lists are empty at once, and fill when one comes.
 *
 * Property `is-ready`: the first listing is complete, or there is no daemon to ask.
 *
 * Signals, on the main thread:
 *   added (AloqaDevice *)
 *   removed (AloqaDevice *)
 *   default-changed (int kind)  the system's own choice; the devices' `is-default` are up to date
 *
 * Main thread only.
 */
AloqaDevices *aloqa_devices_new (void);
AloqaDevices *aloqa_devices_dup_shared (void);
void aloqa_devices_set_v4l2_class_folder (const char *class_folder);
void aloqa_devices_set_v4l2_node_folder (const char *node_folder);
gboolean aloqa_devices_is_ready (AloqaDevices *self);
GListModel *aloqa_devices_get_list (AloqaDevices *self, AloqaDeviceKind kind);
void aloqa_devices_connect_cameras (AloqaDevices *self);
AloqaDevice *aloqa_devices_lookup (AloqaDevices *self, AloqaDeviceKind kind, const char *name);
gboolean aloqa_devices_has_default (AloqaDevices *self, AloqaDeviceKind kind);
void aloqa_devices_find_async (AloqaDevices *self, AloqaDeviceKind kind, const char *name,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
AloqaDevice *aloqa_devices_find_finish (AloqaDevices *self, GAsyncResult *result, GError **error);

G_END_DECLS
