/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-devices.h"

#include "media/devices.h"
#include "session/error-text.h"
#include "ui/device-words.h"

#include <glib/gi18n.h>

struct _AloqaCallDevices {
  GtkPopover parent_instance;

  AloqaDevices *devices;
  AloqaLiveCall *call;    /* or NULL */
  AloqaLocalMedia *local; /* or NULL */
  GtkBox *box;
};

static const char *const titles[ALOQA_DEVICE_N_KINDS] = {
  [ALOQA_DEVICE_CAMERA] = N_ ("Camera"),
  [ALOQA_DEVICE_MICROPHONE] = N_ ("Microphone"),
  [ALOQA_DEVICE_SPEAKER] = N_ ("Speaker"),
};

enum { CHOSEN, TROUBLE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallDevices, aloqa_call_devices, GTK_TYPE_POPOVER)

/* Such a one is shown as not chosen: whoever chooses it again has it tried again. */
static gboolean
has_given_up (AloqaCallDevices *self, AloqaDeviceKind kind)
{
  AloqaCallMedia *media = self->call != NULL ? aloqa_live_call_get_media (self->call) : NULL;

  if (kind == ALOQA_DEVICE_SPEAKER)
    return media != NULL && aloqa_call_media_has_given_up (media);
  return self->local != NULL && aloqa_local_media_has_given_up (self->local, kind);
}

static const char *
get_source (AloqaCallDevices *self, AloqaDeviceKind kind)
{
  AloqaCallMedia *media = self->call != NULL ? aloqa_live_call_get_media (self->call) : NULL;

  if (kind == ALOQA_DEVICE_SPEAKER)
    return media != NULL ? aloqa_call_media_get_speaker (media) : NULL;
  if (self->local == NULL)
    return NULL;
  return kind == ALOQA_DEVICE_CAMERA ? aloqa_local_media_get_video_source (self->local)
                                     : aloqa_local_media_get_audio_source (self->local);
}

static gboolean
is_in_use (AloqaCallDevices *self, AloqaDeviceKind kind, const char *source)
{
  return g_strcmp0 (source, get_source (self, kind)) == 0 && !has_given_up (self, kind);
}

static gboolean
apply_source (AloqaCallDevices *self, AloqaDeviceKind kind, const char *source, GError **error)
{
  AloqaCallMedia *media = self->call != NULL ? aloqa_live_call_get_media (self->call) : NULL;

  if (kind == ALOQA_DEVICE_SPEAKER)
    return media == NULL || aloqa_call_media_set_speaker (media, source, error);
  if (self->local == NULL)
    return TRUE;
  return kind == ALOQA_DEVICE_CAMERA
             ? aloqa_local_media_set_video_source (self->local, source, error)
             : aloqa_local_media_set_audio_source (self->local, source, error);
}

static void
choose (AloqaCallDevices *self, AloqaDeviceKind kind, const char *source)
{
  g_autoptr (GError) error = NULL;

  if (is_in_use (self, kind, source))
    return;
  if (apply_source (self, kind, source, &error))
    g_signal_emit (self, signals[CHOSEN], 0, (int) kind, source);
  else
    g_signal_emit (self, signals[TROUBLE], 0,
                   aloqa_error_text_for_device (error, aloqa_device_kind_get_role (kind)));
}

static void
row_toggled_cb (GtkCheckButton *row, AloqaCallDevices *self)
{
  AloqaDeviceKind kind = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "kind"));

  if (gtk_check_button_get_active (row))
    choose (self, kind, g_object_get_data (G_OBJECT (row), "source"));
}

static char *
make_source (AloqaDeviceKind kind, AloqaDevice *device)
{
  const char *role = aloqa_device_kind_get_role (kind);

  return device != NULL ? g_strdup_printf ("%s:%s", role, aloqa_device_get_id (device))
                        : g_strdup (role);
}

static void
add_row (AloqaCallDevices *self, AloqaDeviceKind kind, AloqaDevice *device, const char *name,
         GtkWidget *group)
{
  g_autofree char *source = make_source (kind, device);
  GtkWidget *row = gtk_check_button_new_with_label (name);

  gtk_check_button_set_group (GTK_CHECK_BUTTON (row), GTK_CHECK_BUTTON (group));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (row), is_in_use (self, kind, source));
  /* "Automatic" is there of each kind. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _ (titles[kind]), -1);
  g_object_set_data (G_OBJECT (row), "kind", GINT_TO_POINTER (kind));
  g_object_set_data_full (G_OBJECT (row), "source", g_steal_pointer (&source), g_free);
  g_signal_connect_object (row, "toggled", G_CALLBACK (row_toggled_cb), self, 0);
  gtk_box_append (self->box, row);
}

static void
add_kind (AloqaCallDevices *self, AloqaDeviceKind kind)
{
  GListModel *list = aloqa_devices_get_list (self->devices, kind);
  GtkWidget *title = gtk_label_new (_ (titles[kind]));
  GtkWidget *group = g_object_ref_sink (gtk_check_button_new ());
  g_autofree char *automatic = aloqa_device_words_for_default (list);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "heading");
  if (kind != ALOQA_DEVICE_CAMERA)
    gtk_widget_set_margin_top (title, 6);
  gtk_box_append (self->box, title);

  /* Never shown: without it a row that is alone would be a box, which can be emptied. */
  g_object_set_data_full (G_OBJECT (title), "group", group, g_object_unref);
  add_row (self, kind, NULL, automatic, group);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (AloqaDevice) device = g_list_model_get_item (list, i);

    g_autofree char *name = aloqa_device_words_for_choice (list, i);

    add_row (self, kind, device, name, group);
  }
}

static void
rebuild (AloqaCallDevices *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
  for (AloqaDeviceKind kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++)
    add_kind (self, kind);
}

static void
devices_changed_cb (AloqaCallDevices *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    rebuild (self);
}

static void
aloqa_call_devices_dispose (GObject *object)
{
  AloqaCallDevices *self = ALOQA_CALL_DEVICES (object);

  g_clear_object (&self->call);
  g_clear_object (&self->local);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (aloqa_call_devices_parent_class)->dispose (object);
}

static void
aloqa_call_devices_class_init (AloqaCallDevicesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_call_devices_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
  signals[TROUBLE] = g_signal_new ("trouble", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aloqa_call_devices_init (AloqaCallDevices *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->box));
  g_object_set (scrolled, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                "propagate-natural-width", TRUE, "max-content-height", 420, NULL);
  g_object_set (self->box, "margin-start", 6, "margin-end", 6, "margin-top", 6, "margin-bottom", 6,
                NULL);
  gtk_popover_set_child (GTK_POPOVER (self), scrolled);
  g_signal_connect (self, "map", G_CALLBACK (rebuild), NULL);
}

/**
 * aloqa_call_devices_set_call:
 * @call: (nullable): whose devices are shown and chosen; devices are first looked for then
 * @local: (nullable): what its camera and microphone belong to
 */
void
aloqa_call_devices_set_call (AloqaCallDevices *self, AloqaLiveCall *call, AloqaLocalMedia *local)
{
  static const char *const changes[] = { "added", "removed", "default-changed" };

  g_set_object (&self->call, call);
  g_set_object (&self->local, local);
  if (call == NULL || self->devices != NULL)
    return;

  self->devices = aloqa_devices_dup_shared ();
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    g_signal_connect_object (self->devices, changes[i], G_CALLBACK (devices_changed_cb), self,
                             G_CONNECT_SWAPPED);
}

guint
aloqa_call_devices_get_n_cameras (AloqaCallDevices *self)
{
  return self->devices != NULL ? g_list_model_get_n_items (
                                     aloqa_devices_get_list (self->devices, ALOQA_DEVICE_CAMERA))
                               : 0;
}

/* On to the next camera of the list. */
void
aloqa_call_devices_switch_camera (AloqaCallDevices *self)
{
  GListModel *list;
  const char *source = get_source (self, ALOQA_DEVICE_CAMERA);
  guint n_cameras = aloqa_call_devices_get_n_cameras (self), next = 0;

  if (n_cameras < 2)
    return;
  list = aloqa_devices_get_list (self->devices, ALOQA_DEVICE_CAMERA);
  for (guint i = 0; i < n_cameras; i++) {
    g_autoptr (AloqaDevice) device = g_list_model_get_item (list, i);
    g_autofree char *own = make_source (ALOQA_DEVICE_CAMERA, device);

    /* "camera" alone is the default one. */
    if (g_strcmp0 (source, own) == 0 ||
        (g_strcmp0 (source, "camera") == 0 && aloqa_device_is_default (device)))
      next = (i + 1) % n_cameras;
  }
  {
    g_autoptr (AloqaDevice) device = g_list_model_get_item (list, next);
    g_autofree char *chosen = make_source (ALOQA_DEVICE_CAMERA, device);

    choose (self, ALOQA_DEVICE_CAMERA, chosen);
  }
}
