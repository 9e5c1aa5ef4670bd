/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>

#include "ui/call-words.h"
#include "ui/incoming-notification.h"
#include "ui/missed-notification.h"
#include "ui/running-notification.h"

#define RUNNING_ID "running"

/* A desktop has 25 s to answer that it shows a notification: as long as D-Bus waits. */
#define WITHDRAWAL_INTERVAL_S 3
#define N_WITHDRAWALS 9

/* Calls, with a window or without. */

static void
set_enabled (AloqaApplication *self, const char *name, gboolean is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static char *
name_missed (gint64 peer_id)
{
  return g_strdup_printf ("missed-%" G_GINT64_FORMAT, peer_id);
}

static void
withdraw_missed (AloqaApplication *self, gint64 peer_id)
{
  g_autofree char *id = name_missed (peer_id);

  g_application_withdraw_notification (G_APPLICATION (self), id);
}

/* GLib (2.74) does not take back what the desktop has not answered yet that it shows; so again later. */
static gboolean
withdraw_again_cb (gpointer user_data)
{
  AloqaApplication *self = user_data;

  g_application_withdraw_notification (G_APPLICATION (self), ALOQA_INCOMING_NOTIFICATION_ID);
  if (++self->n_withdrawals < N_WITHDRAWALS)
    return G_SOURCE_CONTINUE;
  self->withdrawal_id = 0;
  return G_SOURCE_REMOVE;
}

static void
withdraw (AloqaApplication *self)
{
  g_application_withdraw_notification (G_APPLICATION (self), ALOQA_INCOMING_NOTIFICATION_ID);
  self->n_withdrawals = 0;
  self->withdrawal_id = g_timeout_add_seconds (WITHDRAWAL_INTERVAL_S, withdraw_again_cb, self);
}

/* With a window or without; it stays until the call does not ring any more. */
static void
notify_of_ringing (AloqaApplication *self)
{
  AloqaLiveCall *call = aloqa_calls_get_ringing (self->calls);
  g_autoptr (GNotification) notification = NULL;

  g_clear_handle_id (&self->withdrawal_id, g_source_remove);
  if (call == NULL) {
    withdraw (self);
    return;
  }
  withdraw_missed (self, aloqa_contact_get_id (aloqa_live_call_get_contact (call)));
  notification = aloqa_incoming_notification_new (call);
  g_application_send_notification (G_APPLICATION (self), ALOQA_INCOMING_NOTIFICATION_ID,
                                   notification);
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

/* Where no window shows that a call goes on. Some desktops pop up what is sent anew, so only news is. */
static void
notify_of_running (AloqaApplication *self)
{
  AloqaLiveCall *call = aloqa_calls_get_running (self->calls);
  g_autoptr (GNotification) notification = NULL;
  const char *words;

  if (call == NULL || self->session == NULL || self->is_quitting ||
      aloqa_application_get_window (self) != NULL) {
    g_application_withdraw_notification (G_APPLICATION (self), RUNNING_ID);
    self->running_words = NULL;
    return;
  }
  words = aloqa_running_notification_get_words (
      call, aloqa_call_controller_get_local_media (aloqa_session_get_controller (self->session)));
  if (words == self->running_words)
    return;
  self->running_words = words;
  notification = aloqa_running_notification_new (call, words);
  g_application_send_notification (G_APPLICATION (self), RUNNING_ID, notification);
}

/* What it tells may change behind the closed window: by keys of the desktop, or by itself. */
static void
follow_running (AloqaApplication *self, AloqaLiveCall *call)
{
  static const char *const names[] = { "notify",       "sharing",     "device-changed",
                                       "device-error", "device-news", "media-changed" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_object (call, names[i], G_CALLBACK (notify_of_running), self,
                             G_CONNECT_SWAPPED);
}

/* What was dialled in vain has no window of its own: what goes on stays before the person. */
static void
refused_cb (AloqaApplication *self, AloqaLiveCall *call)
{
  const AloqaCallEnd *end = aloqa_live_call_get_end (call);
  AloqaWindow *window = aloqa_application_show_window (self);
  g_autofree char *text = NULL;

  if (end->reason == ALOQA_ENDED_IN_A_CALL && aloqa_calls_get_ringing (self->calls) != NULL)
    text = g_strdup (_ ("Somebody is calling you: answer or decline first."));
  else
    text = aloqa_call_words_for_end (
        end, FALSE, aloqa_contact_get_name (aloqa_live_call_get_contact (call)), TRUE);
  aloqa_window_say (window, text);
}

static void
missed_cb (AloqaApplication *self, AloqaContact *contact, int kind)
{
  g_autoptr (GNotification) notification =
      aloqa_missed_notification_new (self->session, contact, kind);
  g_autofree char *id = name_missed (aloqa_contact_get_id (contact));

  g_application_send_notification (G_APPLICATION (self), id, notification);
}

/* Those of all that were unseen, of a run before this one, too. */
static void
withdraw_all_missed (AloqaApplication *self, AloqaHistory *history)
{
  guint n_entries = g_list_model_get_n_items (G_LIST_MODEL (history));

  for (guint i = 0; i < n_entries && self->n_missed > 0; i++) {
    g_autoptr (AloqaHistoryEntry) entry = g_list_model_get_item (G_LIST_MODEL (history), i);

    if (aloqa_history_entry_get_outcome (entry) != ALOQA_OUTCOME_MISSED)
      continue;
    withdraw_missed (self, aloqa_history_entry_get_peer_id (entry));
    self->n_missed--;
  }
}

/* Whoever signs out leaves nothing on the desktop; whoever quits may call back from there, as may one
 * whom the server signs out. */
void
aloqa_application_withdraw_missed (AloqaApplication *self)
{
  if (self->session != NULL)
    withdraw_all_missed (self, aloqa_session_get_history (self->session));
}

static void
n_missed_cb (AloqaApplication *self, GParamSpec *pspec, AloqaHistory *history)
{
  guint n_missed = aloqa_history_get_n_missed (history);

  if (n_missed == 0)
    withdraw_all_missed (self, history);
  self->n_missed = n_missed;
}

static void
running_cb (AloqaApplication *self)
{
  static const char *const names[] = { "hang-up", "toggle-mute", "toggle-camera", "toggle-hold" };
  AloqaLiveCall *call = aloqa_calls_get_running (self->calls);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    set_enabled (self, names[i], call != NULL);
  self->running_words = NULL;
  if (call != NULL) {
    follow_running (self, call);
    withdraw_missed (self, aloqa_contact_get_id (aloqa_live_call_get_contact (call)));
    aloqa_application_ask_for_keys (self, aloqa_application_show_window (self));
  }
  notify_of_running (self);
}

/* Shows what happens to calls on the bus and in notifications. */
void
aloqa_application_follow_calls (AloqaApplication *self)
{
  g_signal_connect_object (self->calls, "notify::ringing", G_CALLBACK (ringing_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->calls, "notify::running", G_CALLBACK (running_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->calls, "refused", G_CALLBACK (refused_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->calls, "missed", G_CALLBACK (missed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "window-added", G_CALLBACK (notify_of_running), NULL);
  g_signal_connect (self, "window-removed", G_CALLBACK (notify_of_running), NULL);
  ringing_cb (self);
  running_cb (self);
}

static void
leave_session (AloqaApplication *self)
{
  AloqaHistory *history = aloqa_session_get_history (self->session);

  g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_handlers_disconnect_by_data (history, self);
  self->n_missed = 0;
}

/* Another one is signed in, or nobody (%NULL). */
void
aloqa_application_session_changed (AloqaApplication *self, AloqaSession *session)
{
  AloqaHistory *history;

  if (self->session == session)
    return;
  if (self->session != NULL)
    leave_session (self);
  g_set_object (&self->session, session);
  set_enabled (self, "sign-out", session != NULL);
  if (session == NULL)
    return;
  history = aloqa_session_get_history (session);
  aloqa_application_use_own_ice_servers (self);
  g_signal_connect_swapped (session, "notify::online", G_CALLBACK (aloqa_application_fulfil_wish),
                            self);
  g_signal_connect_swapped (history, "notify::n-missed", G_CALLBACK (n_missed_cb), self);
  n_missed_cb (self, NULL, history);
  aloqa_application_fulfil_wish (self);
}
