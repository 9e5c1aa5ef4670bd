/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/incoming-view.h"

#include "media/video-capture.h"
#include "session/error-text.h"
#include "ui/call-avatar.h"
#include "ui/call-words.h"
#include "ui/device-words.h"
#include "ui/video-view.h"
#include "ui/window-shortcuts.h"

#include <adwaita.h>

/* The preview is small: so is what it asks of a camera. */
#define PREVIEW_WIDTH_PX 320
#define PREVIEW_HEIGHT_PX 240
#define PREVIEW_FPS 15

struct _AloqaIncomingView {
  GtkWidget parent_instance;

  GtkWidget *clamp;
  AloqaCallAvatar *avatar;
  AloqaVideoView *preview;
  GtkLabel *name;
  GtkLabel *words;
  GtkToggleButton *preview_button;
  GtkWidget *audio_box;
  GtkButton *answer;

  AloqaSession *session;      /* or NULL */
  AloqaLiveCall *call;        /* or NULL */
  AloqaVideoCapture *capture; /* while the preview is on, or NULL */
};

enum { PROP_CALL = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaIncomingView, aloqa_incoming_view, GTK_TYPE_WIDGET)

static AloqaLocalMedia *
get_local (AloqaIncomingView *self)
{
  AloqaCallController *controller =
      self->session != NULL ? aloqa_session_get_controller (self->session) : NULL;

  return controller != NULL ? aloqa_call_controller_get_local_media (controller) : NULL;
}

static void
stop_preview (AloqaIncomingView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->preview), FALSE);
  aloqa_video_view_set_feed (self->preview, NULL);
  if (self->capture != NULL)
    aloqa_video_capture_stop (self->capture);
  g_clear_object (&self->capture);
}

static void
capture_error_cb (AloqaIncomingView *self, const GError *error)
{
  gtk_toggle_button_set_active (self->preview_button, FALSE);
  gtk_label_set_text (self->words, aloqa_error_text_for_device (error, "camera"));
}

static void
start_preview (AloqaIncomingView *self)
{
  AloqaLocalMedia *local = get_local (self);
  g_autoptr (GError) error = NULL;

  if (local == NULL)
    return;
  self->capture = aloqa_video_capture_new (PREVIEW_WIDTH_PX, PREVIEW_HEIGHT_PX, PREVIEW_FPS);
  g_signal_connect_object (self->capture, "error", G_CALLBACK (capture_error_cb), self,
                           G_CONNECT_SWAPPED);
  if (!aloqa_video_capture_set_source (self->capture, aloqa_local_media_get_video_source (local),
                                       &error)) {
    capture_error_cb (self, error);
    return;
  }
  aloqa_video_view_set_feed (self->preview, aloqa_video_capture_get_feed (self->capture));
  gtk_widget_set_visible (GTK_WIDGET (self->preview), TRUE);
  aloqa_video_capture_start (self->capture);
}

static void
preview_toggled_cb (AloqaIncomingView *self)
{
  stop_preview (self);
  if (gtk_toggle_button_get_active (self->preview_button))
    start_preview (self);
}

/* Below what rings, and as long as that. */
static void
device_news_cb (AloqaIncomingView *self, const char *role, int news, const char *name,
                const char *instead)
{
  AloqaCallKind kind = aloqa_live_call_get_kind (self->call);
  g_autofree char *words =
      aloqa_device_words_for_news ((AloqaDeviceNews) news, role, name, instead);
  g_autofree char *lines = g_strdup_printf (
      "%s\n%s", aloqa_call_words_for_phase (ALOQA_PHASE_INCOMING, TRUE, kind), words);

  gtk_label_set_text (self->words, lines);
}

/* However it was answered, the camera is given back first: the call is about to open it. */
static void
phase_cb (AloqaIncomingView *self)
{
  if (!aloqa_live_call_is_ringing (self->call))
    aloqa_incoming_view_set_call (self, NULL);
}

static void
answer (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AloqaIncomingView *self = ALOQA_INCOMING_VIEW (widget);

  if (self->call != NULL)
    aloqa_live_call_accept (self->call, TRUE);
}

static void
answer_audio (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AloqaIncomingView *self = ALOQA_INCOMING_VIEW (widget);

  if (self->call != NULL)
    aloqa_live_call_accept (self->call, FALSE);
}

static void
decline (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AloqaIncomingView *self = ALOQA_INCOMING_VIEW (widget);

  if (self->call != NULL)
    aloqa_live_call_reject (self->call);
}

/* From the last on to the first again, for as long as it rings. */
static gboolean
aloqa_incoming_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  AloqaIncomingView *self = ALOQA_INCOMING_VIEW (widget);
  GtkWidget *inner = gtk_widget_get_focus_child (widget);

  if (gtk_widget_child_focus (self->clamp, direction))
    return TRUE;
  if (inner == NULL || (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return FALSE;
  for (; inner != NULL; inner = gtk_widget_get_focus_child (widget)) {
    gtk_widget_set_focus_child (widget, NULL);
    widget = inner;
  }
  return gtk_widget_child_focus (self->clamp, direction);
}

static void
aloqa_incoming_view_get_property (GObject *object, guint property_id, GValue *value,
                                  GParamSpec *pspec)
{
  switch (property_id) {
  case PROP_CALL:
    g_value_set_object (value, ALOQA_INCOMING_VIEW (object)->call);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_incoming_view_set_property (GObject *object, guint property_id, const GValue *value,
                                  GParamSpec *pspec)
{
  switch (property_id) {
  case PROP_CALL:
    aloqa_incoming_view_set_call (ALOQA_INCOMING_VIEW (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_incoming_view_dispose (GObject *object)
{
  AloqaIncomingView *self = ALOQA_INCOMING_VIEW (object);

  if (self->capture != NULL)
    aloqa_video_capture_stop (self->capture);
  g_clear_object (&self->capture);
  g_clear_object (&self->call);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_INCOMING_VIEW);

  G_OBJECT_CLASS (aloqa_incoming_view_parent_class)->dispose (object);
}

static void
aloqa_incoming_view_class_init (AloqaIncomingViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (ALOQA_TYPE_CALL_AVATAR);
  g_type_ensure (ALOQA_TYPE_VIDEO_VIEW);

  object_class->get_property = aloqa_incoming_view_get_property;
  object_class->set_property = aloqa_incoming_view_set_property;
  object_class->dispose = aloqa_incoming_view_dispose;
  widget_class->focus = aloqa_incoming_view_focus;
  properties[PROP_CALL] =
      g_param_spec_object ("call", NULL, NULL, ALOQA_TYPE_LIVE_CALL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "incoming.answer", NULL, answer);
  gtk_widget_class_install_action (widget_class, "incoming.answer-audio", NULL, answer_audio);
  gtk_widget_class_install_action (widget_class, "incoming.decline", NULL, decline);
  gtk_widget_class_set_css_name (widget_class, "incomingview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/incoming-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, clamp);
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, avatar);
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, preview);
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, name);
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, words);
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, preview_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, audio_box);
  gtk_widget_class_bind_template_child (widget_class, AloqaIncomingView, answer);
}

/* Where nothing rings, the keys are everybody else's. */
static gboolean
shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer action)
{
  if (ALOQA_INCOMING_VIEW (widget)->call == NULL)
    return FALSE;
  return gtk_widget_activate_action (widget, action, NULL);
}

/* Anywhere in the window: focus stays where the person was typing. */
static void
add_shortcuts (AloqaIncomingView *self)
{
  static const AloqaWindowShortcut shortcuts[] = {
    { "<Control><Shift>v", "incoming.answer" },
    { "<Control><Shift>a", "incoming.answer-audio" },
    { "<Control><Shift>d", "incoming.decline" },
  };

  aloqa_window_shortcuts_add (GTK_WIDGET (self), shortcuts, G_N_ELEMENTS (shortcuts), shortcut_cb);
}

static void
aloqa_incoming_view_init (AloqaIncomingView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->preview_button, "toggled", G_CALLBACK (preview_toggled_cb), self,
                           G_CONNECT_SWAPPED);
  add_shortcuts (self);
}

GtkWidget *
aloqa_incoming_view_new (void)
{
  return g_object_new (ALOQA_TYPE_INCOMING_VIEW, NULL);
}

/**
 * aloqa_incoming_view_set_session:
 * @session: (nullable): where people's pictures and the chosen camera come from
 */
void
aloqa_incoming_view_set_session (AloqaIncomingView *self, AloqaSession *session)
{
  if (!g_set_object (&self->session, session))
    return;
  aloqa_incoming_view_set_call (self, NULL);
}

static void
show_call (AloqaIncomingView *self)
{
  AloqaContact *contact = aloqa_live_call_get_contact (self->call);
  AloqaCallKind kind = aloqa_live_call_get_kind (self->call);
  AloqaRoster *roster = self->session != NULL ? aloqa_session_get_roster (self->session) : NULL;
  const char *words = aloqa_call_words_for_phase (ALOQA_PHASE_INCOMING, TRUE, kind);
  g_autofree char *label = g_strdup_printf ("%s: %s", words, aloqa_contact_get_name (contact));

  aloqa_call_avatar_set_contact (self->avatar, contact, roster);
  gtk_label_set_text (self->name, aloqa_contact_get_name (contact));
  gtk_label_set_text (self->words, words);
  gtk_widget_set_visible (self->audio_box, kind == ALOQA_CALL_VIDEO);
  gtk_widget_set_visible (GTK_WIDGET (self->preview_button), kind == ALOQA_CALL_VIDEO);
  gtk_button_set_icon_name (self->answer, kind == ALOQA_CALL_VIDEO ? "camera-video-symbolic"
                                                                   : "call-start-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (self->call, "device-news", G_CALLBACK (device_news_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call, "notify::phase", G_CALLBACK (phase_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * aloqa_incoming_view_set_call:
 * @call: (nullable): one that rings here; of one that does not nothing is shown
 */
void
aloqa_incoming_view_set_call (AloqaIncomingView *self, AloqaLiveCall *call)
{
  if (call != NULL && !aloqa_live_call_is_ringing (call))
    call = NULL;
  if (call == self->call)
    return;

  gtk_toggle_button_set_active (self->preview_button, FALSE);
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_data (self->call, self);
  g_set_object (&self->call, call);
  if (call != NULL)
    show_call (self);
  gtk_widget_set_visible (GTK_WIDGET (self), call != NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

/* Returns: (transfer none) (nullable) */
AloqaLiveCall *
aloqa_incoming_view_get_call (AloqaIncomingView *self)
{
  return self->call;
}
