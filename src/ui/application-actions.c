/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>

#include "media/media.h"
#include "session/error-text.h"
#include "ui/call-wish.h"
#include "ui/preferences-window.h"
#include "ui/shortcuts-window.h"
#include "ui/troubles-window.h"
#include "ui/window-shortcuts.h"

static void
answer_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_calls_answer (ALOQA_APPLICATION (user_data)->calls, TRUE);
}

static void
answer_audio_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_calls_answer (ALOQA_APPLICATION (user_data)->calls, FALSE);
}

static void
decline_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_calls_decline (ALOQA_APPLICATION (user_data)->calls);
}

static void
hang_up_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_calls_hang_up (ALOQA_APPLICATION (user_data)->calls);
}

static void
toggle_mute_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_calls_toggle_mute (ALOQA_APPLICATION (user_data)->calls);
}

static void
toggle_camera_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_calls_toggle_camera (ALOQA_APPLICATION (user_data)->calls);
}

static void
toggle_hold_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_calls_toggle_hold (ALOQA_APPLICATION (user_data)->calls);
}

/* From a notification: the person pressed its button. */
static void
call_cb (GSimpleAction *action, GVariant *wish, gpointer user_data)
{
  aloqa_application_call_back (user_data, wish);
}

static void
show_recent_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_window_show_recent (aloqa_application_show_window (user_data));
}

static void
sign_out_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AloqaApplication *self = user_data;

  aloqa_application_withdraw_missed (self);
  aloqa_application_drop_wish (self);
  aloqa_sign_in_sign_out (self->sign_in);
}

static gboolean
call_key_cb (GtkWidget *widget, GVariant *arguments, gpointer action)
{
  GActionGroup *actions = G_ACTION_GROUP (g_application_get_default ());

  if (!g_action_group_get_action_enabled (actions, action))
    return FALSE;
  g_action_group_activate_action (actions, action, NULL);
  return TRUE;
}

/**
 * aloqa_application_add_call_keys:
 * @window: another one than the main one, which has them itself
 *
 * Whatever the person is about, they can take a call, hang up, and choose what is heard and seen of
 * them. Push-to-talk stays in the main window: here the space bar is for what has the focus.
 */
void
aloqa_application_add_call_keys (GtkWidget *window)
{
  static const AloqaWindowShortcut shortcuts[] = {
    { "<Control><Shift>v", "answer" },  { "<Control><Shift>a", "answer-audio" },
    { "<Control><Shift>d", "decline" }, { "<Control>d", "toggle-mute" },
    { "<Control>e", "toggle-camera" },  { "<Control><Shift>h", "toggle-hold" },
    { "<Control>w", "hang-up" },
  };

  aloqa_window_shortcuts_add (window, shortcuts, G_N_ELEMENTS (shortcuts), call_key_cb);
}

/*
 * Windows beside the main one are made when they are asked for, and go when they are closed. None is
 * kept hidden: GTK 4.8 takes the last window, even a hidden one, for the one that a screen reader asks
 * for by a number that is out of date, and crashes over it.
 */
static void
show_beside (AloqaApplication *self, GtkWindow *window)
{
  GtkWindow *main_window = GTK_WINDOW (aloqa_application_show_window (self));

  if (gtk_window_get_transient_for (window) == NULL) {
    gtk_window_set_transient_for (window, main_window);
    gtk_window_set_modal (window, FALSE); /* a call is taken, and hung up, in the main one */
    aloqa_application_add_call_keys (GTK_WIDGET (window));
  }
  gtk_window_present (window);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AloqaApplication *self = user_data;
  g_autoptr (GError) error = NULL;

  /* Cameras and sounds are tried there. */
  if (!aloqa_media_init (&error)) {
    g_warning ("%s", error->message);
    aloqa_window_say (aloqa_application_show_window (self),
                      aloqa_error_text_for_device (error, "media"));
    return;
  }
  if (self->preferences == NULL) {
    self->preferences = aloqa_preferences_window_new (GTK_APPLICATION (self), self->settings);
    g_object_add_weak_pointer (G_OBJECT (self->preferences), (gpointer *) &self->preferences);
  }
  show_beside (self, GTK_WINDOW (self->preferences));
}

static void
troubles_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AloqaApplication *self = user_data;

  if (self->troubles == NULL) {
    self->troubles = aloqa_troubles_window_new (self->settings, self->calls);
    g_object_add_weak_pointer (G_OBJECT (self->troubles), (gpointer *) &self->troubles);
  }
  show_beside (self, GTK_WINDOW (self->troubles));
  aloqa_troubles_window_look (ALOQA_TROUBLES_WINDOW (self->troubles), self->session);
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_beside (user_data, aloqa_shortcuts_window_new ());
}

static void
erase_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_application_ask_erase (user_data);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = g_object_new (
      ADW_TYPE_ABOUT_WINDOW, "application-name", "Aloqa", "application-icon", ALOQA_APPLICATION_ID,
      "version", ALOQA_VERSION, "developer-name", _ ("The Aloqa authors"), "license-type",
      GTK_LICENSE_GPL_3_0, "website", ALOQA_WEBSITE, "comments",
      _ ("Audio and video calls, encrypted from end to end of their path."),
      /* Translators: your names, one a line */
      "translator-credits", _ ("translator-credits"), NULL);

  show_beside (user_data, window);
}

/* One of what self->n_closing counts is over. */
void
aloqa_application_note_closed (AloqaApplication *self)
{
  self->n_closing--;
  if (self->is_quitting && self->n_closing == 0)
    g_application_quit (G_APPLICATION (self));
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaApplication) self = user_data;

  aloqa_sign_in_close_finish (ALOQA_SIGN_IN (source), result);
  aloqa_application_note_closed (self);
}

/* Whether it is the main window or one above it, and not the toolkit's (its inspector). */
static gboolean
is_ours (GtkWindow *window)
{
  while (window != NULL && !ALOQA_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return window != NULL;
}

/* The windows beside the main one go for good: who starts again meanwhile begins with that. Few of
 * them belong to the application, so that it would list them: the others are above one that does. */
static void
take_windows_away (void)
{
  g_autoptr (GList) toplevels = gtk_window_list_toplevels ();
  g_autolist (GtkWindow) windows = NULL;

  for (GList *link = toplevels; link != NULL; link = link->next) {
    if (is_ours (link->data))
      windows = g_list_prepend (windows, g_object_ref (link->data));
  }
  for (GList *link = windows; link != NULL; link = link->next) {
    if (ALOQA_IS_WINDOW (link->data))
      gtk_widget_set_visible (link->data, FALSE);
    else
      gtk_window_destroy (link->data); /* one may take another with it */
  }
}

/* Ends in order: the windows go at once, then calls are hung up and the others know. That may take
 * seconds, and who starts it again meanwhile (a launch, a notification) has it go on. */
void
aloqa_application_quit (AloqaApplication *self)
{
  if (self->is_quitting)
    return;

  self->is_quitting = TRUE;
  self->n_closing++;
  take_windows_away ();
  aloqa_sign_in_close_async (self->sign_in, closed_cb, g_object_ref (self));
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  aloqa_application_quit (user_data);
}

/* Returns: whether the window stays */
gboolean
aloqa_application_window_close_cb (AloqaApplication *self, GtkWindow *window)
{
  if (g_settings_get_boolean (self->settings, "run-in-background") &&
      (aloqa_sign_in_get_session (self->sign_in) != NULL ||
       aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_WAITING))
    return FALSE;

  aloqa_application_quit (self);
  return TRUE;
}

static const GActionEntry entries[] = {
  { "answer", answer_cb },
  { "answer-audio", answer_audio_cb },
  { "decline", decline_cb },
  { "hang-up", hang_up_cb },
  { "toggle-mute", toggle_mute_cb },
  { "toggle-camera", toggle_camera_cb },
  { "toggle-hold", toggle_hold_cb },
  { "call", call_cb, ALOQA_CALL_BACK_TYPE },
  { "show-recent", show_recent_cb },
  { "sign-out", sign_out_cb },
  { "preferences", preferences_cb },
  { "troubles", troubles_cb },
  { "shortcuts", shortcuts_cb },
  { "erase", erase_cb },
  { "about", about_cb },
  { "quit", quit_cb },
};

void
aloqa_application_add_actions (AloqaApplication *self)
{
  static const struct {
    const char *action;
    const char *keys[2];
  } keys[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.shortcuts", { "<Control>question" } },
  };
  g_autoptr (GAction) do_not_disturb = g_settings_create_action (self->settings, "do-not-disturb");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), do_not_disturb);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), keys[i].action, keys[i].keys);
}
