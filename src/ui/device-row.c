/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/device-row.h"

#include "media/camera-remote.h"
#include "ui/device-words.h"

#include <glib/gi18n.h>

struct _AloqaDeviceRow {
  AdwComboRow parent_instance;

  AloqaDevices *devices;
  AloqaDeviceKind kind;
  GSettings *settings;
  char *key;
  GPtrArray *ids; /* of what can be chosen, in order; "" for the default */
  gboolean is_rebuilding;
};

G_DEFINE_FINAL_TYPE (AloqaDeviceRow, aloqa_device_row, ADW_TYPE_COMBO_ROW)

static void
add (AloqaDeviceRow *self, GtkStringList *names, const char *id, const char *name)
{
  gtk_string_list_append (names, name);
  g_ptr_array_add (self->ids, g_strdup (id));
}

/* Returns: the chosen one's place, wherever it was added */
static guint
find_chosen (AloqaDeviceRow *self, const char *chosen)
{
  for (guint i = 0; i < self->ids->len; i++) {
    if (g_str_equal (self->ids->pdata[i], chosen))
      return i;
  }
  return GTK_INVALID_LIST_POSITION;
}

static void
add_all (AloqaDeviceRow *self, GtkStringList *names)
{
  GListModel *list = aloqa_devices_get_list (self->devices, self->kind);

  g_autofree char *automatic = aloqa_device_words_for_default (list);

  add (self, names, "", automatic);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (AloqaDevice) device = g_list_model_get_item (list, i);

    g_autofree char *name = aloqa_device_words_for_choice (list, i);

    add (self, names, aloqa_device_get_id (device), name);
  }
}

/* Behind a portal there is no list before the person has been asked. */
static const char *
explain_none (AloqaDeviceRow *self)
{
  if (self->kind == ALOQA_DEVICE_CAMERA && !aloqa_camera_remote_is_granted ())
    return _ ("You are asked when it is used first");
  return _ ("None found");
}

static void
rebuild (AloqaDeviceRow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *chosen = g_settings_get_string (self->settings, self->key);
  guint n_devices = g_list_model_get_n_items (aloqa_devices_get_list (self->devices, self->kind));

  self->is_rebuilding = TRUE;
  g_ptr_array_set_size (self->ids, 0);
  add_all (self, names);
  if (find_chosen (self, chosen) == GTK_INVALID_LIST_POSITION)
    add (self, names, chosen, _ ("The chosen one, not plugged in"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), find_chosen (self, chosen));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), n_devices == 0 ? explain_none (self) : "");
  self->is_rebuilding = FALSE;
}

/* The server's default may be told late, and again without a change. */
static void
default_cb (AloqaDeviceRow *self)
{
  GListModel *names = adw_combo_row_get_model (ADW_COMBO_ROW (self));
  g_autofree char *automatic =
      aloqa_device_words_for_default (aloqa_devices_get_list (self->devices, self->kind));

  if (g_strcmp0 (gtk_string_list_get_string (GTK_STRING_LIST (names), 0), automatic) != 0)
    rebuild (self);
}

/* Only what has to change does: a list that is made anew closes where it is open. */
static void
chosen_cb (AloqaDeviceRow *self)
{
  g_autofree char *chosen = g_settings_get_string (self->settings, self->key);
  guint position = find_chosen (self, chosen);

  if (position == GTK_INVALID_LIST_POSITION)
    rebuild (self);
  else
    adw_combo_row_set_selected (ADW_COMBO_ROW (self), position);
}

static void
selected_cb (AloqaDeviceRow *self)
{
  guint position = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  if (!self->is_rebuilding && position < self->ids->len)
    g_settings_set_string (self->settings, self->key, self->ids->pdata[position]);
}

static void
aloqa_device_row_dispose (GObject *object)
{
  AloqaDeviceRow *self = ALOQA_DEVICE_ROW (object);

  g_clear_object (&self->devices);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aloqa_device_row_parent_class)->dispose (object);
}

static void
aloqa_device_row_finalize (GObject *object)
{
  AloqaDeviceRow *self = ALOQA_DEVICE_ROW (object);

  g_free (self->key);
  g_ptr_array_unref (self->ids);

  G_OBJECT_CLASS (aloqa_device_row_parent_class)->finalize (object);
}

static void
aloqa_device_row_class_init (AloqaDeviceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_device_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_device_row_finalize;
}

static void
aloqa_device_row_init (AloqaDeviceRow *self)
{
  self->ids = g_ptr_array_new_with_free_func (g_free);
}

/**
 * aloqa_device_row_follow:
 * @key: of @settings, where the id of the chosen device is kept, or "" for the default
 *
 * To be called once.
 */
void
aloqa_device_row_follow (AloqaDeviceRow *self, AloqaDeviceKind kind, GSettings *settings,
                         const char *key)
{
  static const char *const changes[] = { "added", "removed", "default-changed" };
  g_autofree char *detail = g_strconcat ("changed::", key, NULL);

  self->kind = kind;
  self->settings = g_object_ref (settings);
  self->key = g_strdup (key);
  self->devices = aloqa_devices_dup_shared ();
  g_signal_connect (self, "notify::selected", G_CALLBACK (selected_cb), NULL);
  g_signal_connect_object (aloqa_devices_get_list (self->devices, kind), "items-changed",
                           G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    g_signal_connect_object (self->devices, changes[i], G_CALLBACK (default_cb), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, detail, G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  rebuild (self);
}
