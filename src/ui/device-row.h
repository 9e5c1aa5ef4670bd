/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "media/devices.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_DEVICE_ROW (aloqa_device_row_get_type ())
G_DECLARE_FINAL_TYPE (AloqaDeviceRow, aloqa_device_row, ALOQA, DEVICE_ROW, AdwComboRow)

/*
 * Chooses a device, or the system's default. Devices come and go in it live; a chosen one that is
 * not plugged in stays chosen, and is used again when it comes back.
 */
void aloqa_device_row_follow (AloqaDeviceRow *self, AloqaDeviceKind kind, GSettings *settings,
                              const char *key);

G_END_DECLS
