/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ALOQA_DEVICE_V4L2_CLASS_FOLDER "/sys/class/video4linux"

gboolean aloqa_device_v4l2_is_one (AloqaDevice *device);
GPtrArray *aloqa_device_v4l2_list (const char *class_folder);

G_END_DECLS
