/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/troubles-window.h"

#include <glib/gi18n.h>

#include "session/doctor.h"
#include "ui/accessible-pages.h"
#include "ui/settings.h"

struct _AloqaTroublesWindow {
  AdwWindow parent_instance;

  GtkWidget *again_button;
  GtkStack *stack;
  GtkListBox *list;

  GSettings *settings;
  AloqaSession *session; /* or NULL */
  AloqaCalls *calls;
  AloqaDoctor *doctor;
  GCancellable *cancellable; /* of a run that goes on, or NULL */
};

G_DEFINE_FINAL_TYPE (AloqaTroublesWindow, aloqa_troubles_window, ADW_TYPE_WINDOW)

/* By AloqaDoctorState. */
static const struct {
  const char *icon_name;
  const char *css_class;
  const char *text;
} states[] = {
  [ALOQA_DOCTOR_RUNNING] = { "content-loading-symbolic", "dim-label", N_ ("Looking") },
  [ALOQA_DOCTOR_OK] = { "object-select-symbolic", "success", N_ ("Fine") },
  [ALOQA_DOCTOR_FAILED] = { "dialog-warning-symbolic", "error", N_ ("Problem") },
  [ALOQA_DOCTOR_NOT_APPLICABLE] = { "dialog-information-symbolic", "dim-label", N_ ("Not needed") },
  [ALOQA_DOCTOR_SKIPPED] = { "dialog-question-symbolic", "dim-label", N_ ("Not looked at") },
};

/* What the doctor's ids are called here. */
static const struct {
  const char *id;
  const char *title;
} titles[] = {
  { "server", N_ ("Server") },
  { "sign-in", N_ ("Signing In") },
  { "websocket", N_ ("Messages") },
  { "ice", N_ ("Way Between Networks") },
  { "camera", N_ ("Camera") },
  { "microphone", N_ ("Microphone") },
  { "speaker", N_ ("Speaker") },
  { "portal", N_ ("Desktop") },
  { "codecs", N_ ("Sound and Video Formats") },
};

static const char *
get_title (AloqaDoctorCheck *check)
{
  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++) {
    if (g_str_equal (aloqa_doctor_check_get_id (check), titles[i].id))
      return _ (titles[i].title);
  }
  return aloqa_doctor_check_get_title (check);
}

static void
show_check (AdwActionRow *row, GParamSpec *pspec, AloqaDoctorCheck *check)
{
  GtkImage *image = g_object_get_data (G_OBJECT (row), "image");
  AloqaDoctorState state = aloqa_doctor_check_get_state (check);
  const char *finding = aloqa_doctor_check_get_finding (check);
  const char *remedy = aloqa_doctor_check_get_remedy (check);
  g_autofree char *text =
      g_strconcat (finding != NULL ? finding : _ ("Looking…"), remedy != NULL ? "\n" : "",
                   remedy != NULL ? remedy : "", NULL);
  g_autofree char *markup = g_markup_escape_text (text, -1);
  const char *classes[] = { states[state].css_class, NULL };

  adw_action_row_set_subtitle (row, markup);
  gtk_image_set_from_icon_name (image, states[state].icon_name);
  gtk_widget_set_css_classes (GTK_WIDGET (image), classes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (states[state].text), -1);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  AloqaDoctorCheck *check = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *image = gtk_image_new ();
  g_autofree char *title = g_markup_escape_text (get_title (check), -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  g_object_set_data (G_OBJECT (row), "image", image);
  g_signal_connect_object (check, "notify::state", G_CALLBACK (show_check), row, G_CONNECT_SWAPPED);
  g_signal_connect_object (check, "notify::finding", G_CALLBACK (show_check), row,
                           G_CONNECT_SWAPPED);
  show_check (ADW_ACTION_ROW (row), NULL, check);
  return row;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaTroublesWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_healthy;

  if (!aloqa_doctor_run_finish (ALOQA_DOCTOR (source), result, &is_healthy, &error))
    g_debug ("Not looked at to the end: %s", error->message);
  /* Of another run, or of a window that is gone. */
  if (self->doctor == ALOQA_DOCTOR (source)) {
    g_clear_object (&self->cancellable);
    gtk_widget_set_sensitive (self->again_button, TRUE);
  }
}

static void
stop (AloqaTroublesWindow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->doctor);
}

/* Camera and microphone are the call's alone, and no tone is played into it. */
static void
leave_to_call (AloqaTroublesWindow *self)
{
  stop (self);
  gtk_widget_set_sensitive (self->again_button, TRUE);
  gtk_stack_set_visible_child_name (self->stack, "in-call");
}

/* What has been looked at to the end stays. */
static void
running_cb (AloqaTroublesWindow *self)
{
  if (self->cancellable != NULL && aloqa_calls_get_running (self->calls) != NULL)
    leave_to_call (self);
}

static void
look (AloqaTroublesWindow *self)
{
  g_autoptr (AloqaMediaSettings) media = aloqa_settings_build_media (self->settings);
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();

  if (aloqa_calls_get_running (self->calls) != NULL) {
    leave_to_call (self);
    return;
  }

  stop (self);
  gtk_stack_set_visible_child_name (self->stack, "checks");
  self->cancellable = g_cancellable_new ();
  self->doctor = aloqa_doctor_new (
      self->session != NULL ? aloqa_session_get_account (self->session) : NULL, NULL, clock, media);
  if (self->session != NULL)
    aloqa_doctor_set_ice_servers (self->doctor, aloqa_session_get_ice_servers (self->session));
  gtk_list_box_bind_model (self->list, aloqa_doctor_get_checks (self->doctor), make_row, self,
                           NULL);
  gtk_widget_set_sensitive (self->again_button, FALSE);
  aloqa_doctor_run_async (self->doctor, self->cancellable, done_cb, g_object_ref (self));
}

static void
again_cb (AloqaTroublesWindow *self)
{
  look (self);
}

static gboolean
aloqa_troubles_window_close_request (GtkWindow *window)
{
  stop (ALOQA_TROUBLES_WINDOW (window));
  return GTK_WINDOW_CLASS (aloqa_troubles_window_parent_class)->close_request (window);
}

static void
aloqa_troubles_window_dispose (GObject *object)
{
  AloqaTroublesWindow *self = ALOQA_TROUBLES_WINDOW (object);

  stop (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  g_clear_object (&self->calls);
  gtk_widget_dispose_template (GTK_WIDGET (self), ALOQA_TYPE_TROUBLES_WINDOW);

  G_OBJECT_CLASS (aloqa_troubles_window_parent_class)->dispose (object);
}

static void
aloqa_troubles_window_class_init (AloqaTroublesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_troubles_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = aloqa_troubles_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/troubles-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaTroublesWindow, again_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaTroublesWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AloqaTroublesWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
aloqa_troubles_window_init (AloqaTroublesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  aloqa_accessible_pages_follow (self->stack);
}

GtkWidget *
aloqa_troubles_window_new (GSettings *settings, AloqaCalls *calls)
{
  AloqaTroublesWindow *self = g_object_new (ALOQA_TYPE_TROUBLES_WINDOW, NULL);

  self->settings = g_object_ref (settings);
  self->calls = g_object_ref (calls);
  g_signal_connect_object (calls, "notify::running", G_CALLBACK (running_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/* @session: (nullable): whose server is looked at */
void
aloqa_troubles_window_look (AloqaTroublesWindow *self, AloqaSession *session)
{
  g_set_object (&self->session, session);
  look (self);
}
