/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/preferences-window.h"

#include <glib/gi18n.h>

#include "media/tone.h"
#include "session/error-text.h"
#include "ui/device-row.h"
#include "ui/device-test.h"
#include "ui/ice-servers-group.h"
#include "ui/settings.h"
#include "ui/toast.h"

struct _AloqaPreferencesWindow {
  AdwPreferencesWindow parent_instance;

  AloqaDeviceRow *camera_row, *microphone_row, *speaker_row, *ring_row;
  AloqaCameraTest *camera_test;
  AloqaMicrophoneTest *microphone_test;
  GtkToggleButton *speaker_test, *ring_test;
  AdwComboRow *protocol_row, *ringtone_row;
  GtkAdjustment *kbps, *volume;
  GtkWidget *echo_switch, *noise_switch, *gain_switch, *relay_switch, *disturb_switch,
      *background_switch, *login_switch;
  AdwPreferencesGroup *ice_group;

  GSettings *settings;
  AloqaTone *tone; /* that is tried, or NULL */
};

G_DEFINE_FINAL_TYPE (AloqaPreferencesWindow, aloqa_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
stop_tone (AloqaPreferencesWindow *self)
{
  if (self->tone != NULL)
    aloqa_tone_stop (self->tone);
  g_clear_object (&self->tone);
}

/* Both buttons come up, and with that the tone ends. */
static void
tone_failed_cb (AloqaPreferencesWindow *self, const GError *error)
{
  g_autoptr (AloqaTone) tone = g_object_ref (self->tone);

  adw_preferences_window_add_toast (
      ADW_PREFERENCES_WINDOW (self),
      aloqa_toast_new (GTK_WIDGET (self), aloqa_error_text_for_device (error, "speaker")));
  gtk_toggle_button_set_active (self->speaker_test, FALSE);
  gtk_toggle_button_set_active (self->ring_test, FALSE);
}

/* One sound at a time: the other button comes up. */
static void
try_tone (AloqaPreferencesWindow *self, GtkToggleButton *button, GtkToggleButton *other,
          const char *sink, AloqaToneKind kind)
{
  gboolean is_on = gtk_toggle_button_get_active (button);

  if (is_on)
    gtk_toggle_button_set_active (other, FALSE);
  stop_tone (self);
  /* The picture alone: the button would be called after another one. */
  gtk_image_set_from_icon_name (GTK_IMAGE (gtk_button_get_child (GTK_BUTTON (button))),
                                is_on ? "media-playback-stop-symbolic"
                                      : "media-playback-start-symbolic");
  if (!is_on)
    return;
  self->tone = aloqa_tone_new (sink);
  g_signal_connect_object (self->tone, "failed", G_CALLBACK (tone_failed_cb), self,
                           G_CONNECT_SWAPPED);
  aloqa_tone_set_ring (self->tone, (AloqaRing) g_settings_get_enum (self->settings, "ringtone"),
                       g_settings_get_double (self->settings, "ring-volume"));
  aloqa_tone_start (self->tone, kind);
}

static void
speaker_test_cb (AloqaPreferencesWindow *self)
{
  g_autoptr (AloqaMediaSettings) media = aloqa_settings_build_media (self->settings);

  try_tone (self, self->speaker_test, self->ring_test, media->audio_sink, ALOQA_TONE_RINGBACK);
}

static void
ring_test_cb (AloqaPreferencesWindow *self)
{
  g_autofree char *sink = aloqa_settings_name_ring_sink (self->settings);

  try_tone (self, self->ring_test, self->speaker_test, sink, ALOQA_TONE_RING);
}

static void
ringtone_selected_cb (AloqaPreferencesWindow *self)
{
  if (self->settings != NULL)
    g_settings_set_enum (self->settings, "ringtone",
                         (int) adw_combo_row_get_selected (self->ringtone_row));
}

static void
protocol_selected_cb (AloqaPreferencesWindow *self)
{
  if (self->settings != NULL)
    g_settings_set_enum (self->settings, "protocol",
                         (int) adw_combo_row_get_selected (self->protocol_row));
}

static void
bind_switches (AloqaPreferencesWindow *self)
{
  const struct {
    GtkWidget *widget;
    const char *key;
  } switches[] = {
    { self->echo_switch, "echo-cancellation" }, { self->noise_switch, "noise-suppression" },
    { self->gain_switch, "gain-control" },      { self->relay_switch, "relay-only" },
    { self->disturb_switch, "do-not-disturb" }, { self->background_switch, "run-in-background" },
    { self->login_switch, "start-at-log-in" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    g_settings_bind (self->settings, switches[i].key, switches[i].widget, "active",
                     G_SETTINGS_BIND_DEFAULT);
}

static gboolean
read_kbps (GValue *value, GVariant *variant, gpointer user_data)
{
  g_value_set_double (value, g_variant_get_uint32 (variant));
  return TRUE;
}

static GVariant *
write_kbps (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_uint32 ((guint32) g_value_get_double (value));
}

static void
follow_settings (AloqaPreferencesWindow *self)
{
  GSettings *settings = self->settings;

  bind_switches (self);
  g_settings_bind (settings, "ring-volume", self->volume, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "max-kbps", self->kbps, "value", G_SETTINGS_BIND_DEFAULT,
                                read_kbps, write_kbps, NULL, NULL);
  aloqa_device_row_follow (self->camera_row, ALOQA_DEVICE_CAMERA, settings, "camera");
  aloqa_device_row_follow (self->microphone_row, ALOQA_DEVICE_MICROPHONE, settings, "microphone");
  aloqa_device_row_follow (self->speaker_row, ALOQA_DEVICE_SPEAKER, settings, "speaker");
  aloqa_device_row_follow (self->ring_row, ALOQA_DEVICE_SPEAKER, settings, "ring-device");
  aloqa_camera_test_follow (self->camera_test, settings);
  aloqa_microphone_test_follow (self->microphone_test, settings);
  aloqa_ice_servers_group_fill (self->ice_group, ADW_PREFERENCES_WINDOW (self), settings);
}

static void
aloqa_preferences_window_dispose (GObject *object)
{
  AloqaPreferencesWindow *self = ALOQA_PREFERENCES_WINDOW (object);

  stop_tone (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), ALOQA_TYPE_PREFERENCES_WINDOW);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aloqa_preferences_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(child)                                                                                \
  gtk_widget_class_bind_template_child (widget_class, AloqaPreferencesWindow, child)
  BIND (camera_row);
  BIND (microphone_row);
  BIND (speaker_row);
  BIND (ring_row);
  BIND (camera_test);
  BIND (microphone_test);
  BIND (speaker_test);
  BIND (ring_test);
  BIND (protocol_row);
  BIND (ringtone_row);
  BIND (kbps);
  BIND (volume);
  BIND (echo_switch);
  BIND (noise_switch);
  BIND (gain_switch);
  BIND (relay_switch);
  BIND (disturb_switch);
  BIND (background_switch);
  BIND (login_switch);
  BIND (ice_group);
#undef BIND
}

static void
aloqa_preferences_window_class_init (AloqaPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_preferences_window_dispose;
  g_type_ensure (ALOQA_TYPE_DEVICE_ROW);
  g_type_ensure (ALOQA_TYPE_CAMERA_TEST);
  g_type_ensure (ALOQA_TYPE_MICROPHONE_TEST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/preferences-window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, speaker_test_cb);
  gtk_widget_class_bind_template_callback (widget_class, ring_test_cb);
  gtk_widget_class_bind_template_callback (widget_class, ringtone_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, protocol_selected_cb);
}

static void
aloqa_preferences_window_init (AloqaPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
aloqa_preferences_window_new (GtkApplication *application, GSettings *settings)
{
  AloqaPreferencesWindow *self =
      g_object_new (ALOQA_TYPE_PREFERENCES_WINDOW, "application", application, NULL);

  adw_combo_row_set_selected (self->protocol_row,
                              (guint) g_settings_get_enum (settings, "protocol"));
  adw_combo_row_set_selected (self->ringtone_row,
                              (guint) g_settings_get_enum (settings, "ringtone"));
  self->settings = g_object_ref (settings);
  follow_settings (self);
  return GTK_WIDGET (self);
}
