/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device.h"

G_BEGIN_DECLS

#define ALOQA_DEVICE_V4L2_CLASS_FOLDER "/sys/class/video4linux"
#define ALOQA_DEVICE_V4L2_NODE_FOLDER "/dev"

/* Tells, in the main loop, that cameras may have come or gone. */
typedef struct _AloqaDeviceV4l2Watch AloqaDeviceV4l2Watch;

gboolean aloqa_device_v4l2_is_one (AloqaDevice *device);
GPtrArray *aloqa_device_v4l2_list (const char *class_folder);
AloqaDeviceV4l2Watch *
aloqa_device_v4l2_watch_new (const char *node_folder, void (*changed) (gpointer owner),
                             gpointer owner);
void aloqa_device_v4l2_watch_free (AloqaDeviceV4l2Watch *self);

G_END_DECLS
