/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view-private.h"
#include "ui/window-shortcuts.h"

/* What the person wishes: by buttons and menus, by keys, by the pointer. */

static void
active_cb (AloqaCallView *self)
{
  if (!self->is_idle)
    return;
  self->is_idle = FALSE;
  aloqa_call_view_show_chrome (self);
}

static void
idle_cb (AloqaCallView *self)
{
  self->is_idle = TRUE;
  aloqa_call_view_show_chrome (self);
}

static void
talk_cb (AloqaCallView *self, gboolean is_pressed)
{
  if (aloqa_call_view_is_running (self))
    aloqa_live_call_set_talking (self->call, is_pressed);
}

static void
double_clicked_cb (AloqaCallView *self)
{
  if (aloqa_call_view_is_running (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "call.fullscreen", NULL);
}

static void
device_chosen_cb (AloqaCallView *self, int kind, const char *source)
{
  g_signal_emit_by_name (self, "device-chosen", kind, source);
}

static void
hang_up (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (widget);

  if (aloqa_call_view_is_running (self))
    aloqa_live_call_hang_up (self->call);
}

static void
toggle_fullscreen (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (widget);

  aloqa_call_window_mode_toggle_fullscreen (self->mode);
  aloqa_call_view_show_all (self);
}

static void
switch_camera (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (widget);

  aloqa_call_devices_switch_camera (aloqa_call_controls_get_devices (self->controls));
}

static void
move_self (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aloqa_call_stage_move_corner (ALOQA_CALL_VIEW (widget)->stage);
}

/* Out of what fills the screen, and out of a call that is over; else it is somebody else's key. */
static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (widget);

  if (aloqa_call_window_mode_is_fullscreen (self->mode))
    gtk_widget_activate_action (widget, "call.fullscreen", NULL);
  else if (self->call != NULL && !aloqa_call_view_is_running (self))
    g_signal_emit_by_name (self->summary, "closed");
  else
    return FALSE;
  return TRUE;
}

/* The actions, some of which are properties of the view. */
void
aloqa_call_view_install_actions (GtkWidgetClass *widget_class)
{
  const struct {
    const char *action;
    const char *property;
  } states[] = {
    { "call.toggle-mute", "muted" },       { "call.toggle-camera", "camera-off" },
    { "call.toggle-hold", "held" },        { "call.compact", "compact" },
    { "call.toggle-self", "shows-self" },  { "call.swap", "swapped" },
    { "call.share", "sharing" },           { "call.share-mode", "share-mode" },
    { "call.share-sound", "share-sound" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    gtk_widget_class_install_property_action (widget_class, states[i].action, states[i].property);
  gtk_widget_class_install_action (widget_class, "call.hang-up", NULL, hang_up);
  gtk_widget_class_install_action (widget_class, "call.fullscreen", NULL, toggle_fullscreen);
  gtk_widget_class_install_action (widget_class, "call.switch-camera", NULL, switch_camera);
  gtk_widget_class_install_action (widget_class, "call.move-self", NULL, move_self);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

/* Where there is no call to see, the keys are everybody else's. */
static gboolean
shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer action)
{
  if (!gtk_widget_get_mapped (widget) || !aloqa_call_view_is_running (ALOQA_CALL_VIEW (widget)))
    return FALSE;
  return gtk_widget_activate_action (widget, action, NULL);
}

/* Wherever in the window the focus is. */
static void
add_shortcuts (AloqaCallView *self)
{
  static const AloqaWindowShortcut shortcuts[] = {
    { "<Control>d", "call.toggle-mute" },
    { "<Control>e", "call.toggle-camera" },
    { "<Control><Shift>h", "call.toggle-hold" },
    { "<Control><Shift>s", "call.share" },
    { "<Control>w", "call.hang-up" },
    { "F11", "call.fullscreen" },
  };

  aloqa_window_shortcuts_add (GTK_WIDGET (self), shortcuts, G_N_ELEMENTS (shortcuts), shortcut_cb);
}

/* Listens to what the person does; to be called once. */
void
aloqa_call_view_take_wishes (AloqaCallView *self)
{
  AloqaCallDevices *devices = aloqa_call_controls_get_devices (self->controls);
  const struct {
    gpointer object;
    const char *signal;
    GCallback callback;
  } rows[] = {
    { self->gestures, "active", G_CALLBACK (active_cb) },
    { self->gestures, "idle", G_CALLBACK (idle_cb) },
    { self->gestures, "talk", G_CALLBACK (talk_cb) },
    { self->gestures, "double-clicked", G_CALLBACK (double_clicked_cb) },
    { devices, "chosen", G_CALLBACK (device_chosen_cb) },
    { devices, "trouble", G_CALLBACK (aloqa_call_view_say) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (rows[i].object, rows[i].signal, rows[i].callback, self,
                             G_CONNECT_SWAPPED);
  add_shortcuts (self);
}
