/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The devices of one kind: those that are shown, and those that are only found by their id. */
typedef struct _AloqaDeviceList AloqaDeviceList;

AloqaDeviceList *aloqa_device_list_new (void);
void aloqa_device_list_free (AloqaDeviceList *self);
GListModel *aloqa_device_list_get_model (AloqaDeviceList *self);
guint aloqa_device_list_get_n (AloqaDeviceList *self);
AloqaDevice *aloqa_device_list_get (AloqaDeviceList *self, guint i);
void aloqa_device_list_add (AloqaDeviceList *self, AloqaDevice *device, gboolean is_hidden);
AloqaDevice *aloqa_device_list_remove (AloqaDeviceList *self, const char *id);
gboolean aloqa_device_list_has_default (AloqaDeviceList *self);
void aloqa_device_list_set_default (AloqaDeviceList *self, const char *id);
AloqaDevice *aloqa_device_list_find (AloqaDeviceList *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaDeviceList, aloqa_device_list_free)

G_END_DECLS
