/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view-private.h"

enum {
  PROP_CALL = 1,
  PROP_TITLE,
  PROP_IS_RUNNING,
  PROP_COMPACT,
  PROP_MUTED,
  PROP_CAMERA_OFF,
  PROP_HELD,
  PROP_SHARING,
  PROP_SHARE_MODE,
  PROP_SHARE_SOUND,
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
self_cb (AloqaCallView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_SELF]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SWAPPED]);
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
  case PROP_SHARING:
    g_value_set_boolean (value, aloqa_call_view_is_sharing (self));
    break;
  case PROP_SHARE_MODE:
    g_value_set_string (value, aloqa_call_view_get_share_mode (self));
    break;
  case PROP_SHARE_SOUND:
    g_value_set_boolean (value, aloqa_call_view_get_share_sound (self));
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
  case PROP_SHARING:
    aloqa_call_view_set_sharing (self, g_value_get_boolean (value));
    break;
  case PROP_SHARE_MODE:
    aloqa_call_view_set_share_mode (self, g_value_get_string (value));
    break;
  case PROP_SHARE_SOUND:
    aloqa_call_view_set_share_sound (self, g_value_get_boolean (value));
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

/* The space bar and Tab are the call's as soon as it is seen. */
static void
aloqa_call_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (aloqa_call_view_parent_class)->map (widget);
  gtk_widget_grab_focus (widget);
}

/* It has the focus only until Tab is pressed: there is nothing to do with it itself. */
static gboolean
aloqa_call_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (GTK_WIDGET (ALOQA_CALL_VIEW (widget)->pages), direction);
}

static void
aloqa_call_view_dispose (GObject *object)
{
  AloqaCallView *self = ALOQA_CALL_VIEW (object);

  g_clear_handle_id (&self->close_id, g_source_remove);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->messages_id, g_source_remove);
  g_clear_object (&self->gestures);
  g_clear_object (&self->monitor);
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_data (self->call, self);
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
  g_ptr_array_unref (self->messages);
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
    { PROP_SHARING, "sharing" },       { PROP_SHOWS_SELF, "shows-self" },
    { PROP_SWAPPED, "swapped" },       { PROP_SHARE_SOUND, "share-sound" },
  };

  properties[PROP_CALL] =
      g_param_spec_object ("call", NULL, NULL, ALOQA_TYPE_LIVE_CALL, flags | G_PARAM_READWRITE);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags | G_PARAM_READABLE);
  properties[PROP_IS_RUNNING] =
      g_param_spec_boolean ("is-running", NULL, NULL, FALSE, flags | G_PARAM_READABLE);
  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    properties[wishes[i].id] =
        g_param_spec_boolean (wishes[i].name, NULL, NULL, FALSE, flags | G_PARAM_READWRITE);
  properties[PROP_SHARE_MODE] =
      g_param_spec_string ("share-mode", NULL, NULL, "auto", flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
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
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, pages);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, stage);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, header_revealer);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, header);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallView, share_bar);
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
  g_type_ensure (ALOQA_TYPE_CALL_SHARE_BAR);
  g_type_ensure (ALOQA_TYPE_CALL_CONTROLS);
  g_type_ensure (ALOQA_TYPE_CALL_SUMMARY);

  object_class->get_property = aloqa_call_view_get_property;
  object_class->set_property = aloqa_call_view_set_property;
  object_class->dispose = aloqa_call_view_dispose;
  object_class->finalize = aloqa_call_view_finalize;
  widget_class->map = aloqa_call_view_map;
  widget_class->focus = aloqa_call_view_focus;
  install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (klass));
  aloqa_call_view_install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "callview");
  bind_template (widget_class);
}

static void
aloqa_call_view_init (AloqaCallView *self)
{
  self->title = g_strdup ("");
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->mode = aloqa_call_window_mode_new (GTK_WIDGET (self));
  gtk_widget_init_template (GTK_WIDGET (self));
  self->gestures = aloqa_call_gestures_new (GTK_WIDGET (self));
  g_signal_connect_object (self->stage, "notify::shows-self", G_CALLBACK (self_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stage, "notify::swapped", G_CALLBACK (self_cb), self,
                           G_CONNECT_SWAPPED);
  aloqa_call_view_follow_parts (self);
  aloqa_call_view_take_wishes (self);
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
  if (!g_set_object (&self->session, session))
    return;
  aloqa_call_view_set_call (self, NULL);
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

  aloqa_call_view_clear (self);
  self->call = call != NULL ? g_object_ref (call) : NULL;
  self->title =
      g_strdup (call != NULL ? aloqa_contact_get_name (aloqa_live_call_get_contact (call)) : "");
  if (call != NULL)
    aloqa_call_view_begin (self);
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
