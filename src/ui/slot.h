/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_SLOT (aloqa_slot_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSlot, aloqa_slot, ALOQA, SLOT, GObject)

/* A place in a list, which stays while what is in it changes: "notify::item" tells. */
AloqaSlot *aloqa_slot_new (void);
gpointer aloqa_slot_get_item (AloqaSlot *self);
void aloqa_slot_set_item (AloqaSlot *self, gpointer item);

G_END_DECLS
