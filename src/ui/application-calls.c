/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>

#include "session/error-text.h"
#include "ui/call-wish.h"
#include "ui/incoming-notification.h"
#include "ui/running-notification.h"

#define INCOMING_ID "incoming"
#define RUNNING_ID "running"

/* A desktop has 25 s to answer that it shows a notification: as long as D-Bus waits. */
#define WITHDRAWAL_INTERVAL_S 3
#define N_WITHDRAWALS 9

/* Whom to call, from outside: the command line, a link. */

static void
say (AloqaApplication *self, const char *text)
{
  aloqa_window_say (aloqa_application_show_window (self), text);
}

/* Somebody was found; whether they are to be called may be a question still. */
typedef struct {
  AloqaApplication *application;
  AloqaContact *contact;
} Question;

static void
free_question (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->application);
  g_object_unref (question->contact);
  g_free (question);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;

  if (g_str_equal (response, "audio"))
    aloqa_calls_dial_as_chosen (question->application->calls, question->contact, ALOQA_CALL_AUDIO);
  else if (g_str_equal (response, "video"))
    aloqa_calls_dial_as_chosen (question->application->calls, question->contact, ALOQA_CALL_VIDEO);
}

/* A link may come from anybody, so that the person says whether it is to be followed. */
static void
ask (AloqaApplication *self, AloqaContact *contact, AloqaCallKind kind)
{
  AloqaWindow *window = aloqa_application_show_window (self);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), NULL, NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  Question *question = g_new0 (Question, 1);

  question->application = g_object_ref (self);
  question->contact = g_object_ref (contact);
  /* Translators: %s is somebody's name */
  adw_message_dialog_format_heading (message, _ ("Call %s?"), aloqa_contact_get_name (contact));
  adw_message_dialog_format_body (message, _ ("A link asks to call “%s”."),
                                  aloqa_contact_get_username (contact));
  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "audio", _ ("_Audio"),
                                    "video", _ ("_Video"), NULL);
  adw_message_dialog_set_response_appearance (message, kind == ALOQA_CALL_VIDEO ? "video" : "audio",
                                              ADW_RESPONSE_SUGGESTED);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, free_question, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaApplication) self = user_data;
  g_autoptr (AloqaLink) link = g_steal_pointer (&self->pending);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaContact) contact =
      aloqa_session_find_contact_finish (ALOQA_SESSION (source), result, &error);

  if (self->session != ALOQA_SESSION (source) || link == NULL)
    return;

  if (contact == NULL) {
    g_autofree char *text =
        g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_NOT_FOUND)
            /* Translators: %s is a user name */
            ? g_strdup_printf (_ ("Nobody here is called “%s”"), link->peer)
            : aloqa_error_text_for_server (error, _ ("The server"));

    say (self, text);
  } else if (self->is_pending_asked) {
    ask (self, contact, link->kind);
  } else {
    aloqa_calls_dial_as_chosen (self->calls, contact, link->kind);
  }
}

static void
online_cb (AloqaApplication *self)
{
  if (self->pending != NULL && self->session != NULL && aloqa_session_is_online (self->session))
    aloqa_session_find_contact_async (self->session, self->pending->peer, found_cb,
                                      g_object_ref (self));
}

/**
 * aloqa_application_call_when_ready:
 * @peer: a user name
 * @is_asked: whether the person is asked first
 *
 * Calls, at once or when somebody is signed in.
 */
void
aloqa_application_call_when_ready (AloqaApplication *self, const char *peer, AloqaCallKind kind,
                                   gboolean is_asked)
{
  g_clear_pointer (&self->pending, aloqa_link_free);
  self->pending = g_new0 (AloqaLink, 1);
  self->pending->peer = g_strdup (peer);
  self->pending->kind = kind;
  self->is_pending_asked = is_asked;
  online_cb (self);
}

void
aloqa_application_open_link (AloqaApplication *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaLink) link = aloqa_link_parse (text, &error);

  aloqa_application_show_window (self);
  if (link == NULL)
    say (self, error->message);
  else
    aloqa_application_call_when_ready (self, link->peer, link->kind, TRUE);
}

/* Calls, with a window or without. */

static void
set_enabled (AloqaApplication *self, const char *name, gboolean is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static char *
make_missed_id (AloqaContact *contact)
{
  return g_strdup_printf ("missed-%" G_GINT64_FORMAT, aloqa_contact_get_id (contact));
}

/* GLib (2.74) does not take back what the desktop has not answered yet that it shows; so again later. */
static gboolean
withdraw_again_cb (gpointer user_data)
{
  AloqaApplication *self = user_data;

  g_application_withdraw_notification (G_APPLICATION (self), INCOMING_ID);
  if (++self->n_withdrawals < N_WITHDRAWALS)
    return G_SOURCE_CONTINUE;
  self->withdrawal_id = 0;
  return G_SOURCE_REMOVE;
}

static void
withdraw (AloqaApplication *self)
{
  g_application_withdraw_notification (G_APPLICATION (self), INCOMING_ID);
  self->n_withdrawals = 0;
  self->withdrawal_id = g_timeout_add_seconds (WITHDRAWAL_INTERVAL_S, withdraw_again_cb, self);
}

/* With a window or without; it stays until the call does not ring any more. */
static void
notify_of_ringing (AloqaApplication *self)
{
  AloqaLiveCall *call = aloqa_calls_get_ringing (self->calls);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *missed_id = NULL;

  g_clear_handle_id (&self->withdrawal_id, g_source_remove);
  if (call == NULL) {
    withdraw (self);
    return;
  }
  missed_id = make_missed_id (aloqa_live_call_get_contact (call));
  g_application_withdraw_notification (G_APPLICATION (self), missed_id);
  notification = aloqa_incoming_notification_new (call);
  g_application_send_notification (G_APPLICATION (self), INCOMING_ID, notification);
}

static void
ringing_cb (AloqaApplication *self)
{
  gboolean is_ringing = aloqa_calls_get_ringing (self->calls) != NULL;

  notify_of_ringing (self);
  set_enabled (self, "answer", is_ringing);
  set_enabled (self, "answer-audio", is_ringing);
  set_enabled (self, "decline", is_ringing);
}

/* Where no window shows that a call goes on. */
static void
notify_of_running (AloqaApplication *self)
{
  AloqaLiveCall *call = aloqa_calls_get_running (self->calls);
  g_autoptr (GNotification) notification = NULL;

  if (call == NULL || self->is_quitting || aloqa_application_get_window (self) != NULL) {
    g_application_withdraw_notification (G_APPLICATION (self), RUNNING_ID);
    return;
  }
  notification = aloqa_running_notification_new (call);
  g_application_send_notification (G_APPLICATION (self), RUNNING_ID, notification);
}

static void
running_cb (AloqaApplication *self)
{
  gboolean is_running = aloqa_calls_get_running (self->calls) != NULL;

  set_enabled (self, "hang-up", is_running);
  set_enabled (self, "toggle-mute", is_running);
  if (is_running)
    aloqa_application_ask_for_keys (self, aloqa_application_show_window (self));
  notify_of_running (self);
}

static void
missed_cb (AloqaApplication *self, AloqaContact *contact, int kind)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Missed Call"));
  g_autofree char *id = make_missed_id (contact);

  g_notification_set_body (notification, aloqa_contact_get_name (contact));
  g_notification_set_default_action (notification, "app.show-recent");
  g_notification_add_button_with_target_value (notification, _ ("Call Back"), "app.call",
                                               aloqa_call_wish_new (contact, kind));
  g_application_send_notification (G_APPLICATION (self), id, notification);
}

/* Shows what happens to calls on the bus and in notifications. */
void
aloqa_application_follow_calls (AloqaApplication *self)
{
  g_signal_connect_object (self->calls, "notify::ringing", G_CALLBACK (ringing_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->calls, "notify::running", G_CALLBACK (running_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->calls, "missed", G_CALLBACK (missed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "window-added", G_CALLBACK (notify_of_running), NULL);
  g_signal_connect (self, "window-removed", G_CALLBACK (notify_of_running), NULL);
  ringing_cb (self);
  running_cb (self);
}

/* Another one is signed in, or nobody (%NULL). */
void
aloqa_application_session_changed (AloqaApplication *self, AloqaSession *session)
{
  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_func (self->session, online_cb, self);
  g_set_object (&self->session, session);
  set_enabled (self, "sign-out", session != NULL);
  if (session == NULL)
    return;
  aloqa_application_use_own_ice_servers (self);
  g_signal_connect_swapped (session, "notify::online", G_CALLBACK (online_cb), self);
  online_cb (self);
}
