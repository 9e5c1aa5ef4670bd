/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_DEVICE (aloqa_device_get_type ())
G_DECLARE_FINAL_TYPE (AloqaDevice, aloqa_device, ALOQA, DEVICE, GObject)

typedef enum {
  ALOQA_DEVICE_CAMERA,
  ALOQA_DEVICE_MICROPHONE,
  ALOQA_DEVICE_SPEAKER,
  ALOQA_DEVICE_N_KINDS,
} AloqaDeviceKind;

const char *aloqa_device_kind_get_role (AloqaDeviceKind kind);

/*
 * Something plugged in. Its id is what the system calls it, fit for `camera:`, `mic:` and `speaker:`:
 * a PipeWire or Pulse node name, stable over a replug, or the kernel's /dev/videoN, which may be
 * another camera then. Its name is for people. Both are UTF-8. Properties: `kind`, `id`, `name`,
 * `is-default`; only the last changes.
 */
AloqaDevice *aloqa_device_new (AloqaDeviceKind kind, const char *id, const char *name);
AloqaDeviceKind aloqa_device_get_kind (AloqaDevice *self);
const char *aloqa_device_get_id (AloqaDevice *self);
const char *aloqa_device_get_name (AloqaDevice *self);
gboolean aloqa_device_is_default (AloqaDevice *self);
void aloqa_device_set_is_default (AloqaDevice *self, gboolean is_default);

G_END_DECLS
