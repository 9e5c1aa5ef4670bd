/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-list.h"

#include <string.h>

struct _AloqaDeviceList {
  GListStore *shown;
  GPtrArray *hidden;
  char *default_id; /* as the system says; such a device need not be here */
};

/* Exactly one is the default one where there are any: the system's, else the first. */
static void
update_default (AloqaDeviceList *self)
{
  guint n = aloqa_device_list_get_n (self), chosen = 0;

  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (aloqa_device_get_id (aloqa_device_list_get (self, i)), self->default_id) == 0)
      chosen = i;
  }
  for (guint i = 0; i < n; i++)
    aloqa_device_set_is_default (aloqa_device_list_get (self, i), i == chosen);
}

AloqaDeviceList *
aloqa_device_list_new (void)
{
  AloqaDeviceList *self = g_new0 (AloqaDeviceList, 1);

  self->shown = g_list_store_new (ALOQA_TYPE_DEVICE);
  self->hidden = g_ptr_array_new_with_free_func (g_object_unref);

  return self;
}

void
aloqa_device_list_free (AloqaDeviceList *self)
{
  g_object_unref (self->shown);
  g_ptr_array_unref (self->hidden);
  g_free (self->default_id);
  g_free (self);
}

/* Returns: (transfer none): those that are shown */
GListModel *
aloqa_device_list_get_model (AloqaDeviceList *self)
{
  return G_LIST_MODEL (self->shown);
}

/* Returns: how many are shown */
guint
aloqa_device_list_get_n (AloqaDeviceList *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->shown));
}

/* Returns: (transfer none): the device that is shown at @i */
AloqaDevice *
aloqa_device_list_get (AloqaDeviceList *self, guint i)
{
  g_autoptr (AloqaDevice) device = g_list_model_get_item (G_LIST_MODEL (self->shown), i);

  return device; /* the list holds it */
}

void
aloqa_device_list_add (AloqaDeviceList *self, AloqaDevice *device, gboolean is_hidden)
{
  if (is_hidden) {
    g_ptr_array_add (self->hidden, g_object_ref (device));
    return;
  }
  g_list_store_append (self->shown, device);
  update_default (self);
}

/**
 * aloqa_device_list_remove:
 *
 * Returns: (transfer full) (nullable): the device, if it was shown
 */
AloqaDevice *
aloqa_device_list_remove (AloqaDeviceList *self, const char *id)
{
  for (guint i = 0; i < self->hidden->len; i++) {
    if (g_str_equal (aloqa_device_get_id (self->hidden->pdata[i]), id)) {
      g_ptr_array_remove_index (self->hidden, i);
      return NULL;
    }
  }
  for (guint i = 0; i < aloqa_device_list_get_n (self); i++) {
    AloqaDevice *device = aloqa_device_list_get (self, i);

    if (g_str_equal (aloqa_device_get_id (device), id)) {
      g_object_ref (device);
      g_list_store_remove (self->shown, i);
      update_default (self);
      return device;
    }
  }

  return NULL;
}

/**
 * aloqa_device_list_set_default:
 * @id: (nullable): of a device that may come later
 */
void
aloqa_device_list_set_default (AloqaDeviceList *self, const char *id)
{
  g_free (self->default_id);
  self->default_id = g_strdup (id);
  update_default (self);
}

/* Returns: whether the system's default is one of those that are shown */
gboolean
aloqa_device_list_has_default (AloqaDeviceList *self)
{
  for (guint i = 0; i < aloqa_device_list_get_n (self); i++) {
    if (g_strcmp0 (aloqa_device_get_id (aloqa_device_list_get (self, i)), self->default_id) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_id (AloqaDevice *device, const char *name)
{
  return g_str_equal (aloqa_device_get_id (device), name);
}

static gboolean
has_name (AloqaDevice *device, const char *name)
{
  return g_str_equal (aloqa_device_get_name (device), name);
}

static gboolean
has_part (AloqaDevice *device, const char *name)
{
  g_autofree char *whole = g_utf8_casefold (aloqa_device_get_name (device), -1);
  g_autofree char *part = g_utf8_casefold (name, -1);

  return strstr (whole, part) != NULL;
}

/**
 * aloqa_device_list_find:
 * @name: an id, a name or a part of one in any case, tried in this order; "" for the default device
 *
 * Returns: (transfer none) (nullable): the device; a hidden one by its id only
 */
AloqaDevice *
aloqa_device_list_find (AloqaDeviceList *self, const char *name)
{
  static gboolean (*const tests[]) (AloqaDevice *, const char *) = { has_id, has_name, has_part };

  if (*name == '\0') {
    for (guint i = 0; i < aloqa_device_list_get_n (self); i++) {
      if (aloqa_device_is_default (aloqa_device_list_get (self, i)))
        return aloqa_device_list_get (self, i);
    }
    return NULL;
  }

  for (guint i = 0; i < self->hidden->len; i++) {
    if (has_id (self->hidden->pdata[i], name))
      return self->hidden->pdata[i];
  }
  for (gsize t = 0; t < G_N_ELEMENTS (tests); t++) {
    for (guint i = 0; i < aloqa_device_list_get_n (self); i++) {
      if (tests[t](aloqa_device_list_get (self, i), name))
        return aloqa_device_list_get (self, i);
    }
  }

  return NULL;
}
