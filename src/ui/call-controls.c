/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-controls.h"

#include <glib/gi18n.h>

struct _AloqaCallControls {
  GtkWidget parent_instance;

  GtkWidget *row;
  GtkButton *microphone;
  GtkButton *camera;
  GtkWidget *switch_camera;
  GtkButton *share;
  GtkButton *hold;
  GtkMenuButton *devices;
  AloqaCallDevices *devices_popover;
  GtkWidget *hang_up;
};

G_DEFINE_FINAL_TYPE (AloqaCallControls, aloqa_call_controls, GTK_TYPE_WIDGET)

static void
aloqa_call_controls_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_CALL_CONTROLS);

  G_OBJECT_CLASS (aloqa_call_controls_parent_class)->dispose (object);
}

static void
aloqa_call_controls_class_init (AloqaCallControlsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (ALOQA_TYPE_CALL_DEVICES);
  G_OBJECT_CLASS (klass)->dispose = aloqa_call_controls_dispose;
  gtk_widget_class_set_css_name (widget_class, "callcontrols");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/call-controls.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, row);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, microphone);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, camera);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, switch_camera);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, share);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, hold);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, devices);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, devices_popover);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallControls, hang_up);
}

static void
aloqa_call_controls_init (AloqaCallControls *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_button (GtkButton *button, const char *icon_name, const char *tooltip)
{
  gtk_button_set_icon_name (button, icon_name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), tooltip);
}

static const char *
get_share_words (const AloqaControlsState *state)
{
  if (!state->can_share)
    return _ ("A screen can be shared in a video call only");
  return state->is_sharing ? _ ("Stop Sharing (Ctrl+Shift+S)") : _ ("Share Screen (Ctrl+Shift+S)");
}

void
aloqa_call_controls_update (AloqaCallControls *self, const AloqaControlsState *state)
{
  gboolean has_all = state->is_running && !state->is_compact;

  set_button (self->microphone,
              state->is_muted ? "microphone-disabled-symbolic" : "audio-input-microphone-symbolic",
              state->is_muted ? _ ("Unmute Microphone (Ctrl+D)") : _ ("Mute Microphone (Ctrl+D)"));
  set_button (
      self->camera, state->is_camera_off ? "camera-disabled-symbolic" : "camera-video-symbolic",
      state->is_camera_off ? _ ("Turn On Camera (Ctrl+E)") : _ ("Turn Off Camera (Ctrl+E)"));
  set_button (self->hold,
              state->is_held ? "media-playback-start-symbolic" : "media-playback-pause-symbolic",
              state->is_held ? _ ("Resume (Ctrl+Shift+H)") : _ ("Hold (Ctrl+Shift+H)"));
  gtk_widget_set_visible (self->switch_camera,
                          has_all && state->has_cameras && !state->is_camera_off);
  set_button (self->share, state->is_sharing ? "screen-shared-symbolic" : "video-display-symbolic",
              get_share_words (state));
  gtk_widget_set_visible (GTK_WIDGET (self->share), has_all);
  gtk_widget_set_visible (GTK_WIDGET (self->hold), has_all);
  gtk_widget_set_visible (GTK_WIDGET (self->devices), has_all);
  gtk_widget_set_tooltip_text (self->hang_up,
                               state->is_running ? _ ("Hang Up (Ctrl+W)") : _ ("Cancel (Ctrl+W)"));
}

/* Returns: (transfer none) */
AloqaCallDevices *
aloqa_call_controls_get_devices (AloqaCallControls *self)
{
  return self->devices_popover;
}

/* Whether somebody is choosing something: the controls must not go away. */
gboolean
aloqa_call_controls_is_busy (AloqaCallControls *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->devices_popover));
}
