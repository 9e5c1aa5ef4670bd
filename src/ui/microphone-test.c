/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "media/audio-capture.h"
#include "session/error-text.h"
#include "ui/device-test.h"
#include "ui/settings.h"

#define UPDATE_INTERVAL_MS 50

/* What the bar shows: below is silence for the ear, above is shouting. */
#define QUIETEST_DB (-60.0)
#define LOUDEST_DB (-6.0)

struct _AloqaMicrophoneTest {
  AdwBin parent_instance;

  GtkLevelBar *bar;
  GtkLabel *message;
  GtkToggleButton *button;
  GSettings *settings;
  AloqaAudioCapture *capture; /* while it runs, or NULL */
  guint timer;
};

G_DEFINE_FINAL_TYPE (AloqaMicrophoneTest, aloqa_microphone_test, ADW_TYPE_BIN)

static void
show_message (AloqaMicrophoneTest *self, const char *text)
{
  gtk_label_set_label (self->message, text);
  gtk_widget_set_visible (GTK_WIDGET (self->message), *text != '\0');
}

static void
error_cb (AloqaMicrophoneTest *self, const GError *error)
{
  show_message (self, aloqa_error_text_for_device (error, "mic"));
}

static gboolean
update_cb (gpointer user_data)
{
  AloqaMicrophoneTest *self = user_data;
  AloqaAudioReport report;
  double share;

  aloqa_audio_meter_take_report (aloqa_audio_capture_get_meter (self->capture), &report);
  share = (report.level_db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB);
  gtk_level_bar_set_value (self->bar, CLAMP (share, 0, 1));
  return G_SOURCE_CONTINUE;
}

static void
stop (AloqaMicrophoneTest *self)
{
  if (self->capture == NULL)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->capture, self);
  aloqa_audio_capture_stop (self->capture);
  g_clear_object (&self->capture);
  gtk_level_bar_set_value (self->bar, 0);
  show_message (self, "");
}

static void
use_source (AloqaMicrophoneTest *self)
{
  g_autoptr (AloqaMediaSettings) media = NULL;
  g_autoptr (GError) error = NULL;

  if (self->capture == NULL)
    return;
  media = aloqa_settings_build_media (self->settings);
  show_message (self, "");
  aloqa_audio_capture_set_processing (self->capture, media->processing);
  if (!aloqa_audio_capture_set_source (self->capture, media->audio_source, &error))
    error_cb (self, error);
}

static void
start (AloqaMicrophoneTest *self)
{
  self->capture = aloqa_audio_capture_new ();
  g_signal_connect_swapped (self->capture, "error", G_CALLBACK (error_cb), self);
  use_source (self);
  aloqa_audio_capture_start (self->capture);
  self->timer = g_timeout_add (UPDATE_INTERVAL_MS, update_cb, self);
}

static void
toggled_cb (AloqaMicrophoneTest *self)
{
  if (gtk_toggle_button_get_active (self->button))
    start (self);
  else
    stop (self);
}

static void
aloqa_microphone_test_unmap (GtkWidget *widget)
{
  gtk_toggle_button_set_active (ALOQA_MICROPHONE_TEST (widget)->button, FALSE);
  GTK_WIDGET_CLASS (aloqa_microphone_test_parent_class)->unmap (widget);
}

static void
aloqa_microphone_test_dispose (GObject *object)
{
  AloqaMicrophoneTest *self = ALOQA_MICROPHONE_TEST (object);

  stop (self);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aloqa_microphone_test_parent_class)->dispose (object);
}

static void
aloqa_microphone_test_class_init (AloqaMicrophoneTestClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_microphone_test_dispose;
  GTK_WIDGET_CLASS (klass)->unmap = aloqa_microphone_test_unmap;
}

static void
aloqa_microphone_test_init (AloqaMicrophoneTest *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->bar = GTK_LEVEL_BAR (gtk_level_bar_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Loudness of your microphone"), -1);
  /* No colours of a battery: louder is not better. */
  gtk_level_bar_remove_offset_value (self->bar, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->bar, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->bar, GTK_LEVEL_BAR_OFFSET_FULL);
  self->message = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->message, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
  self->button = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_label (_ ("Try My Microphone")));
  gtk_widget_set_halign (GTK_WIDGET (self->button), GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->message));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->button));
  adw_bin_set_child (ADW_BIN (self), box);
}

void
aloqa_microphone_test_follow (AloqaMicrophoneTest *self, GSettings *settings)
{
  static const char *const keys[] = { "microphone", "echo-cancellation", "noise-suppression",
                                      "gain-control" };

  self->settings = g_object_ref (settings);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *detail = g_strconcat ("changed::", keys[i], NULL);

    g_signal_connect_object (settings, detail, G_CALLBACK (use_source), self, G_CONNECT_SWAPPED);
  }
}
