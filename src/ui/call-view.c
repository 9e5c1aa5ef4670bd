/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view-private.h"

#include <glib/gi18n.h>

/* Who hung up themselves need not be told at length. */
#define CLOSE_MS 2000

enum {
  PROP_CALL = 1,
  PROP_TITLE,
  PROP_IS_RUNNING,
  PROP_COMPACT,
  PROP_MUTED,
  PROP_CAMERA_OFF,
  PROP_HELD,
  PROP_SHOWS_SELF,
  PROP_SWAPPED,
  N_PROPS
};

enum { CLOSED, CALL_AGAIN, DEVICE_CHOSEN, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallView, aloqa_call_view, GTK_TYPE_WIDGET)

/* Returns: (transfer none) (nullable) */
AloqaRoster *
aloqa_call_view_get_roster (AloqaCallView *self)
{
  return self->session != NULL ? aloqa_session_get_roster (self->session) : NULL;
}

/* Returns: (transfer none) (nullable) */
AloqaLocalMedia *
aloqa_call_view_get_local (AloqaCallView *self)
{
  AloqaCallController *controller =
      self->session != NULL ? aloqa_session_get_controller (self->session) : NULL;

  return controller != NULL ? aloqa_call_controller_get_local_media (controller) : NULL;
}

static void
say (AloqaCallView *self, const char *message)
{
  AdwToast *toast = adw_toast_new ("");

  /* Not markup: a device may be called anything. */
  g_autofree char *escaped = g_markup_escape_text (message, -1);
  adw_toast_set_title (toast, escaped);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static gboolean
close_cb (gpointer user_data)
{
  AloqaCallView *self = user_data;

  self->close_id = 0;
  aloqa_call_view_set_call (self, NULL);
  g_signal_emit (self, signals[CLOSED], 0);
  return G_SOURCE_REMOVE;
}

static void
summary_closed_cb (AloqaCallView *self)
{
  g_clear_handle_id (&self->close_id, g_source_remove);
  close_cb (self);
}

static void
summary_again_cb (AloqaCallView *self)
{
  g_autoptr (AloqaLiveCall) call = g_object_ref (self->call);
  gboolean is_legacy = aloqa_live_call_get_end (call)->suggestion == ALOQA_SUGGEST_LEGACY;

  aloqa_call_view_set_call (self, NULL);
  g_signal_emit (self, signals[CALL_AGAIN], 0, aloqa_live_call_get_contact (call),
                 (int) aloqa_live_call_get_kind (call),
                 is_legacy ? ALOQA_DIAL_LEGACY : ALOQA_DIAL_AUTO);
}

static void
ended_cb (AloqaCallView *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->monitor);
  aloqa_call_view_show_summary (self);
  if (!aloqa_call_summary_needs_reading (self->call))
    self->close_id = g_timeout_add (CLOSE_MS, close_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_RUNNING]);
}

static gboolean
timer_cb (gpointer user_data)
{
  aloqa_call_view_show_timer (user_data);
  return G_SOURCE_CONTINUE;
}

static void
changed_cb (AloqaCallView *self)
{
  static const int flow_properties[] = { PROP_MUTED, PROP_CAMERA_OFF, PROP_HELD };

  aloqa_call_view_show_all (self);
  for (gsize i = 0; i < G_N_ELEMENTS (flow_properties); i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[flow_properties[i]]);
}

static void
phase_cb (AloqaCallView *self)
{
  if (aloqa_live_call_get_phase (self->call) == ALOQA_PHASE_CONNECTED && self->timer_id == 0)
    self->timer_id = g_timeout_add_seconds (1, timer_cb, self);
  changed_cb (self);
}

static void
device_error_cb (AloqaCallView *self, const char *role, const GError *error)
{
  say (self, error->message);
}

static void
notice_cb (AloqaCallView *self, guint notice)
{
  if (notice == ALOQA_NOTICE_NO_VIDEO)
    say (self, _ ("Their app cannot take video in this call."));
}

static void
level_cb (AloqaCallView *self, double level_db)
{
  aloqa_call_stage_set_level_db (self->stage, level_db);
}

static void
picture_cb (AloqaCallView *self)
{
  gboolean shows_picture = aloqa_call_stage_shows_picture (self->stage);

  if (self->monitor != NULL)
    aloqa_call_monitor_set_expects_picture (self->monitor, shows_picture);
  aloqa_call_view_show_all (self);
}

static void
self_cb (AloqaCallView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_SELF]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SWAPPED]);
}

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
    aloqa_live_call_set_muted (self->call, !is_pressed);
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
  g_signal_emit (self, signals[DEVICE_CHOSEN], 0, kind, source);
}

/* The actions that are no state. */

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

/* It is there to be seen, and disabled: sharing comes with the screen's own pictures. */
static void
share (GtkWidget *widget, const char *name, GVariant *parameter)
{
}

static void
aloqa_call_view_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (object);
  const AloqaFlow none = { .send_video = TRUE };
  const AloqaFlow *flow = self->call != NULL ? aloqa_live_call_get_flow (self->call) : &none;

  switch (property_id) {
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  case PROP_TITLE:
    g_value_set_string (value, self->title);
    break;
  case PROP_IS_RUNNING:
    g_value_set_boolean (value, aloqa_call_view_is_running (self));
    break;
  case PROP_COMPACT:
    g_value_set_boolean (value, aloqa_call_window_mode_is_compact (self->mode));
    break;
  case PROP_MUTED:
    g_value_set_boolean (value, flow->is_muted);
    break;
  case PROP_CAMERA_OFF:
    g_value_set_boolean (value, !flow->send_video);
    break;
  case PROP_HELD:
    g_value_set_boolean (value, flow->is_held);
    break;
  case PROP_SHOWS_SELF:
    g_object_get_property (G_OBJECT (self->stage), "shows-self", value);
    break;
  case PROP_SWAPPED:
    g_object_get_property (G_OBJECT (self->stage), "swapped", value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

/* A wish that the call may refuse; what came of it is told by the call's own properties. */
static void
set_wish (AloqaCallView *self, guint property_id, gboolean is_on)
{
  if (!aloqa_call_view_is_running (self))
    return;
  if (property_id == PROP_MUTED)
    aloqa_live_call_set_muted (self->call, is_on);
  else if (property_id == PROP_CAMERA_OFF)
    aloqa_live_call_set_video (self->call, !is_on);
  else
    aloqa_live_call_set_held (self->call, is_on);
}

static void
aloqa_call_view_set_property (GObject *object, guint property_id, const GValue *value,
                              GParamSpec *pspec)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (object);

  switch (property_id) {
  case PROP_CALL:
    aloqa_call_view_set_call (self, g_value_get_object (value));
    break;
  case PROP_COMPACT:
    if (g_value_get_boolean (value) && !aloqa_call_view_is_running (self))
      break;
    aloqa_call_window_mode_set_compact (self->mode, g_value_get_boolean (value));
    aloqa_call_view_show_all (self);
    g_object_notify_by_pspec (object, pspec);
    break;
  case PROP_MUTED:
  case PROP_CAMERA_OFF:
  case PROP_HELD:
    set_wish (self, property_id, g_value_get_boolean (value));
    break;
  case PROP_SHOWS_SELF:
    g_object_set_property (G_OBJECT (self->stage), "shows-self", value);
    break;
  case PROP_SWAPPED:
    g_object_set_property (G_OBJECT (self->stage), "swapped", value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_call_view_dispose (GObject *object)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (object);

  g_clear_handle_id (&self->close_id, g_source_remove);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->gestures);
  g_clear_object (&self->monitor);
  g_clear_object (&self->call);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_CALL_VIEW);

  G_OBJECT_CLASS (aloqa_call_view_parent_class)->dispose (object);
}

static void
aloqa_call_view_finalize (GObject *object)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (object);

  aloqa_call_window_mode_free (self->mode);
  g_free (self->title);

  G_OBJECT_CLASS (aloqa_call_view_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const struct {
    guint id;
    const char *name;
  } wishes[] = {
    { PROP_COMPACT, "compact" },       { PROP_MUTED, "muted" },
    { PROP_CAMERA_OFF, "camera-off" }, { PROP_HELD, "held" },
    { PROP_SHOWS_SELF, "shows-self" }, { PROP_SWAPPED, "swapped" },
  };

  properties[PROP_CALL] =
      g_param_spec_object ("call", NULL, NULL, ALOQA_TYPE_LIVE_CALL, flags | G_PARAM_READWRITE);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags | G_PARAM_READABLE);
  properties[PROP_IS_RUNNING] =
      g_param_spec_boolean ("is-running", NULL, NULL, FALSE, flags | G_PARAM_READABLE);
  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    properties[wishes[i].id] =
        g_param_spec_boolean (wishes[i].name, NULL, NULL, FALSE, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  const struct {
    const char *action;
    const char *property;
  } states[] = {
    { "call.toggle-mute", "muted" },      { "call.toggle-camera", "camera-off" },
    { "call.toggle-hold", "held" },       { "call.compact", "compact" },
    { "call.toggle-self", "shows-self" }, { "call.swap", "swapped" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    gtk_widget_class_install_property_action (widget_class, states[i].action, states[i].property);
  gtk_widget_class_install_action (widget_class, "call.hang-up", NULL, hang_up);
  gtk_widget_class_install_action (widget_class, "call.fullscreen", NULL, toggle_fullscreen);
  gtk_widget_class_install_action (widget_class, "call.switch-camera", NULL, switch_camera);
  gtk_widget_class_install_action (widget_class, "call.move-self", NULL, move_self);
  gtk_widget_class_install_action (widget_class, "call.share", NULL, share);
}

static void
install_signals (GType type)
{
  signals[CLOSED] =
      g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CALL_AGAIN] = g_signal_new ("call-again", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 3, ALOQA_TYPE_CONTACT, G_TYPE_INT, G_TYPE_INT);
  signals[DEVICE_CHOSEN] = g_signal_new ("device-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/aloqa/Aloqa/call-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, toasts);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, pages);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, stage);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, header_revealer);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, header);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, hint_revealer);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, hint);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, controls_revealer);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, controls);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, summary);
}

static void
aloqa_call_view_class_init (AloqaCallViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (ALOQA_TYPE_CALL_STAGE);
  g_type_ensure (ALOQA_TYPE_CALL_HEADER);
  g_type_ensure (ALOQA_TYPE_CALL_CONTROLS);
  g_type_ensure (ALOQA_TYPE_CALL_SUMMARY);

  object_class->get_property = aloqa_call_view_get_property;
  object_class->set_property = aloqa_call_view_set_property;
  object_class->dispose = aloqa_call_view_dispose;
  object_class->finalize = aloqa_call_view_finalize;
  install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (klass));
  install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "callview");
  bind_template (widget_class);
}

/* Anywhere in the window while the view is shown. */
static void
add_shortcuts (AloqaCallView *self)
{
  const struct {
    const char *trigger;
    const char *action;
  } rows[] = {
    { "<Control>d", "call.toggle-mute" },
    { "<Control>e", "call.toggle-camera" },
    { "<Control><Shift>h", "call.toggle-hold" },
    { "<Control>w", "call.hang-up" },
    { "F11", "call.fullscreen" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller),
                                     GTK_SHORTCUT_SCOPE_GLOBAL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (rows[i].trigger),
                          gtk_named_action_new (rows[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
connect_children (AloqaCallView *self)
{
  AloqaCallDevices *devices = aloqa_call_controls_get_devices (self->controls);
  const struct {
    gpointer object;
    const char *signal;
    GCallback callback;
  } rows[] = {
    { self->stage, "notify::shows-picture", G_CALLBACK (picture_cb) },
    { self->stage, "notify::shows-self", G_CALLBACK (self_cb) },
    { self->stage, "notify::swapped", G_CALLBACK (self_cb) },
    { self->summary, "closed", G_CALLBACK (summary_closed_cb) },
    { self->summary, "call-again", G_CALLBACK (summary_again_cb) },
    { self->gestures, "active", G_CALLBACK (active_cb) },
    { self->gestures, "idle", G_CALLBACK (idle_cb) },
    { self->gestures, "talk", G_CALLBACK (talk_cb) },
    { self->gestures, "double-clicked", G_CALLBACK (double_clicked_cb) },
    { devices, "chosen", G_CALLBACK (device_chosen_cb) },
    { devices, "trouble", G_CALLBACK (say) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (rows[i].object, rows[i].signal, rows[i].callback, self,
                             G_CONNECT_SWAPPED);
}

static void
aloqa_call_view_init (AloqaCallView *self)
{
  self->title = g_strdup ("");
  self->mode = aloqa_call_window_mode_new (GTK_WIDGET (self));
  gtk_widget_init_template (GTK_WIDGET (self));
  self->gestures = aloqa_call_gestures_new (GTK_WIDGET (self));
  connect_children (self);
  add_shortcuts (self);
}

GtkWidget *
aloqa_call_view_new (void)
{
  return g_object_new (ALOQA_TYPE_CALL_VIEW, NULL);
}

/**
 * aloqa_call_view_set_session:
 * @session: (nullable): whose calls are shown: where the own picture and people's pictures come from
 */
void
aloqa_call_view_set_session (AloqaCallView *self, AloqaSession *session)
{
  g_set_object (&self->session, session);
}

static void
connect_call (AloqaCallView *self)
{
  const struct {
    const char *signal;
    GCallback callback;
  } rows[] = {
    { "notify::phase", G_CALLBACK (phase_cb) },
    { "notify::muted", G_CALLBACK (changed_cb) },
    { "notify::video-off", G_CALLBACK (changed_cb) },
    { "notify::held", G_CALLBACK (changed_cb) },
    { "media-changed", G_CALLBACK (changed_cb) },
    { "first-video-frame", G_CALLBACK (changed_cb) },
    { "device-error", G_CALLBACK (device_error_cb) },
    { "notice", G_CALLBACK (notice_cb) },
    { "ended", G_CALLBACK (ended_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (self->call, rows[i].signal, rows[i].callback, self, G_CONNECT_SWAPPED);
}

static void
begin (AloqaCallView *self)
{
  AloqaContact *contact = aloqa_live_call_get_contact (self->call);
  AloqaLocalMedia *local = aloqa_call_view_get_local (self);

  self->title = g_strdup (aloqa_contact_get_name (contact));
  self->monitor = aloqa_call_monitor_new (self->call, local);
  g_signal_connect_object (self->monitor, "notify", G_CALLBACK (aloqa_call_view_show_hint), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->monitor, "level", G_CALLBACK (level_cb), self, G_CONNECT_SWAPPED);
  aloqa_call_stage_set_contact (self->stage, contact, aloqa_call_view_get_roster (self));
  g_object_set (self->stage, "shows-self", TRUE, "swapped", FALSE, NULL);
  aloqa_call_devices_set_call (aloqa_call_controls_get_devices (self->controls), self->call, local);
  gtk_stack_set_visible_child_name (self->pages, "call");
  connect_call (self);
  phase_cb (self);
}

/* Nothing of the call before is left. */
static void
clear (AloqaCallView *self)
{
  g_clear_handle_id (&self->close_id, g_source_remove);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->monitor);
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_data (self->call, self);
  g_clear_object (&self->call);
  aloqa_call_window_mode_leave (self->mode);
  aloqa_call_stage_set_feeds (self->stage, NULL, NULL);
  aloqa_call_devices_set_call (aloqa_call_controls_get_devices (self->controls), NULL, NULL);
  g_clear_pointer (&self->title, g_free);
}

/**
 * aloqa_call_view_set_call:
 * @call: (nullable): what to show from now on; one that has ended shows why
 */
void
aloqa_call_view_set_call (AloqaCallView *self, AloqaLiveCall *call)
{
  if (call == self->call)
    return;

  clear (self);
  self->call = call != NULL ? g_object_ref (call) : NULL;
  if (call != NULL)
    begin (self);
  else
    self->title = g_strdup ("");
  if (call != NULL && aloqa_live_call_get_phase (call) == ALOQA_PHASE_ENDED)
    ended_cb (self);
  for (guint i = PROP_CALL; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

/* Returns: (transfer none) (nullable) */
AloqaLiveCall *
aloqa_call_view_get_call (AloqaCallView *self)
{
  return self->call;
}

gboolean
aloqa_call_view_is_running (AloqaCallView *self)
{
  return self->call != NULL && aloqa_live_call_get_phase (self->call) != ALOQA_PHASE_ENDED;
}
