/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/slot.h"

struct _AloqaSlot {
  GObject parent_instance;

  GObject *item;
};

enum { PROP_ITEM = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaSlot, aloqa_slot, G_TYPE_OBJECT)

static void
aloqa_slot_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_ITEM)
    g_value_set_object (value, ALOQA_SLOT (object)->item);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
aloqa_slot_dispose (GObject *object)
{
  g_clear_object (&ALOQA_SLOT (object)->item);

  G_OBJECT_CLASS (aloqa_slot_parent_class)->dispose (object);
}

static void
aloqa_slot_class_init (AloqaSlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = aloqa_slot_get_property;
  object_class->dispose = aloqa_slot_dispose;
  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, G_TYPE_OBJECT,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aloqa_slot_init (AloqaSlot *self)
{
}

AloqaSlot *
aloqa_slot_new (void)
{
  return g_object_new (ALOQA_TYPE_SLOT, NULL);
}

/* Returns: (transfer none) (nullable): %NULL where the list is shorter by now */
gpointer
aloqa_slot_get_item (AloqaSlot *self)
{
  return self->item;
}

/* @item: (nullable): a #GObject */
void
aloqa_slot_set_item (AloqaSlot *self, gpointer item)
{
  if (g_set_object (&self->item, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}
