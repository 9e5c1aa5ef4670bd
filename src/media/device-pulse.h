/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device-backend.h"

G_BEGIN_DECLS

/* Microphones and speakers of the Pulse server. Main thread only. */
typedef struct _AloqaDevicePulse AloqaDevicePulse;

AloqaDevicePulse *aloqa_device_pulse_new (const AloqaDeviceFuncs *funcs, gpointer owner);
void aloqa_device_pulse_free (AloqaDevicePulse *self);

G_END_DECLS
