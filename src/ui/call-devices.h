/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"
#include "session/local-media.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_DEVICES (aloqa_call_devices_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallDevices, aloqa_call_devices, ALOQA, CALL_DEVICES, GtkPopover)

/*
 * Which camera, microphone and speaker a call uses, followed live as devices come and go.
 *
 * Signals:
 *   chosen (int kind, const char *source)  an AloqaDeviceKind, and "camera:…", "mic:…" or "speaker:…"
 *   trouble (const char *message)          it cannot be used; what was in use goes on
 */
void
aloqa_call_devices_set_call (AloqaCallDevices *self, AloqaLiveCall *call, AloqaLocalMedia *local);
guint aloqa_call_devices_get_n_cameras (AloqaCallDevices *self);
void aloqa_call_devices_switch_camera (AloqaCallDevices *self);

G_END_DECLS
