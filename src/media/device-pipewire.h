/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device-backend.h"

G_BEGIN_DECLS

/* Cameras of the PipeWire daemon. Main thread only. */
typedef struct _AloqaDevicePipewire AloqaDevicePipewire;

AloqaDevicePipewire *aloqa_device_pipewire_new (const AloqaDeviceFuncs *funcs, gpointer owner);
void aloqa_device_pipewire_connect (AloqaDevicePipewire *self);
gboolean aloqa_device_pipewire_is_connected (AloqaDevicePipewire *self);
void aloqa_device_pipewire_free (AloqaDevicePipewire *self);

G_END_DECLS
