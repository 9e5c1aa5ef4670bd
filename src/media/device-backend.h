/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device.h"

G_BEGIN_DECLS

/* What a source of devices tells the list that holds it, on the main thread. */
typedef struct {
  /* @is_hidden: a monitor or the like: not shown, but found by its id */
  void (*added) (gpointer owner, AloqaDevice *device, gboolean is_hidden);
  void (*removed) (gpointer owner, AloqaDeviceKind kind, const char *id);
  void (*default_changed) (gpointer owner, AloqaDeviceKind kind, const char *id);

  /* All that is there has been told, or there is no daemon (@is_connected is FALSE). */
  void (*listed) (gpointer owner, gboolean is_connected);
} AloqaDeviceFuncs;

G_END_DECLS
