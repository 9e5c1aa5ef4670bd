/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/session.h"

#include "media/media.h"
#include "session/calls-rig.h"
#include "session/folder.h"
#include "support/support.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/* Two people in this process, on the real server's demonstration; their media are real as well. */
typedef struct {
  AloqaSession *session;
  AloqaLiveCall *call; /* the last one */
  char *path;
  gboolean answers;
} Person;

typedef struct {
  GSubprocess *server;
  char *url;
  char *folder;
  Person ali, vali;
  gint64 ali_id, vali_id;
} Pair;

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_session_sign_in_finish (ALOQA_SESSION (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  aloqa_session_close_finish (ALOQA_SESSION (source), result);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_online (gpointer session)
{
  return aloqa_session_is_online (session);
}

static void
call_added_cb (Person *self, AloqaLiveCall *call)
{
  g_set_object (&self->call, call);
}

static void
person_start (Person *self, Pair *pair, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaServerChoice) choice =
      aloqa_server_choice_new (pair->url, NULL, FALSE, NULL, &error);
  g_autoptr (AloqaMediaSettings) settings = calls_rig_make_settings ();
  g_autofree char *file_name = g_strconcat (name, ".db", NULL);
  gboolean is_done = FALSE;

  g_assert_no_error (error);
  self->path = g_build_filename (pair->folder, file_name, NULL);
  self->session = aloqa_session_new (choice, settings);
  aloqa_session_keep_history (self->session, self->path);
  aloqa_session_sign_in_async (self->session, name, "demo", signed_in_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
  aloqa_test_wait_until (is_online, self->session);
  g_signal_connect_swapped (aloqa_session_get_controller (self->session), "call-added",
                            G_CALLBACK (call_added_cb), self);
}

static void
person_stop (Person *self)
{
  gboolean is_done = FALSE;

  if (self->session == NULL)
    return;
  g_clear_object (&self->call);
  aloqa_session_close_async (self->session, closed_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
  g_assert_finalize_object (self->session);
  self->session = NULL;
  g_clear_pointer (&self->path, g_free);
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
start_server (Pair *pair)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  pair->server = g_subprocess_launcher_spawn (launcher, &error, ALOQA_SERVER_PROGRAM, "--demo",
                                              "--port", "0", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (pair->server));
  line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "listening on http"));
  pair->url = g_strdup (line + strlen ("listening on "));
}

static void
stop_server (Pair *pair)
{
  g_subprocess_send_signal (pair->server, SIGTERM);
  g_subprocess_wait (pair->server, NULL, NULL);
  g_clear_object (&pair->server);
  g_clear_pointer (&pair->url, g_free);
}

static gint64
get_own_id (Person *self)
{
  return aloqa_account_get_user (aloqa_session_get_account (self->session))->id;
}

static void
set_up (Pair *pair, gconstpointer data)
{
  pair->folder = folder_new ();
  start_server (pair);
  person_start (&pair->ali, pair, "ali");
  person_start (&pair->vali, pair, "vali");
  pair->ali_id = get_own_id (&pair->ali);
  pair->vali_id = get_own_id (&pair->vali);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  person_stop (&pair->ali);
  person_stop (&pair->vali);
  aloqa_test_drain ();
  stop_server (pair);
  folder_free (pair->folder);
}

static gboolean
is_ready (gpointer roster)
{
  return aloqa_roster_get_state (roster) == ALOQA_ROSTER_READY;
}

static AloqaRoster *
get_roster (Pair *pair)
{
  AloqaRoster *roster = aloqa_session_get_roster (pair->ali.session);

  aloqa_test_wait_until (is_ready, roster);
  return roster;
}

static gboolean
has_call (gpointer person)
{
  return ((Person *) person)->call != NULL;
}

static gboolean
is_connected (gpointer person)
{
  AloqaLiveCall *call = ((Person *) person)->call;

  return aloqa_live_call_get_phase (call) == ALOQA_PHASE_CONNECTED;
}

static gboolean
has_entry (gpointer history)
{
  return g_list_model_get_n_items (history) == 1;
}

static void
assert_entry (Person *self, gboolean is_incoming, gint64 peer_id, AloqaOutcome outcome)
{
  AloqaHistory *history = aloqa_session_get_history (self->session);
  g_autoptr (AloqaHistoryEntry) entry = NULL;

  aloqa_test_wait_until (has_entry, history);
  entry = g_list_model_get_item (G_LIST_MODEL (history), 0);
  g_assert_cmpint (aloqa_history_entry_is_incoming (entry), ==, is_incoming);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (entry), ==, peer_id);
  g_assert_cmpint (aloqa_history_entry_get_outcome (entry), ==, outcome);
  if (outcome == ALOQA_OUTCOME_ANSWERED)
    g_assert_cmpint (aloqa_history_entry_get_duration_us (entry), >, 0);
  else
    g_assert_cmpint (aloqa_history_entry_get_duration_us (entry), ==, 0);
}

static void
dial (Pair *pair)
{
  AloqaRoster *roster = get_roster (pair);
  AloqaContact *vali = aloqa_roster_find (roster, pair->vali_id);

  aloqa_call_controller_dial (aloqa_session_get_controller (pair->ali.session), vali,
                              ALOQA_CALL_AUDIO,
                              aloqa_roster_choose_protocol (roster, vali, ALOQA_DIAL_AUTO), 0);
}

static void
test_people_are_listed (Pair *pair, gconstpointer data)
{
  AloqaRoster *roster = get_roster (pair);

  g_assert_cmpuint (aloqa_roster_get_n_contacts (roster), ==, 2);
  g_assert_null (aloqa_roster_find (roster, pair->ali_id));
  aloqa_roster_set_search (roster, "ECHO");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (roster)), ==, 1);
}

static gboolean
vali_is_online (gpointer user_data)
{
  Pair *pair = user_data;
  AloqaRoster *roster = aloqa_session_get_roster (pair->ali.session);

  return aloqa_contact_get_online (aloqa_roster_find (roster, pair->vali_id)) ==
         ALOQA_PRESENCE_ONLINE;
}

static gboolean
vali_is_offline (gpointer user_data)
{
  Pair *pair = user_data;
  AloqaRoster *roster = aloqa_session_get_roster (pair->ali.session);

  return aloqa_contact_get_online (aloqa_roster_find (roster, pair->vali_id)) ==
         ALOQA_PRESENCE_OFFLINE;
}

static void
test_people_come_and_go (Pair *pair, gconstpointer data)
{
  AloqaAccount *account = aloqa_session_get_account (pair->ali.session);
  AloqaFeatures features = aloqa_connection_get_features (aloqa_account_get_connection (account));

  if ((features & ALOQA_FEATURE_PRESENCE) == 0) {
    g_test_skip ("the server does not tell who is there");
    return;
  }

  get_roster (pair);
  aloqa_test_wait_until (vali_is_online, pair);
  person_stop (&pair->vali);
  aloqa_test_wait_until (vali_is_offline, pair);
  person_start (&pair->vali, pair, "vali");
  aloqa_test_wait_until (vali_is_online, pair);
}

static void
test_answered_call_is_in_both_histories (Pair *pair, gconstpointer data)
{
  dial (pair);
  aloqa_test_wait_until (has_call, &pair->vali);
  aloqa_live_call_accept (pair->vali.call, FALSE);
  aloqa_test_wait_until (is_connected, &pair->ali);
  aloqa_test_wait_until (is_connected, &pair->vali);
  aloqa_live_call_hang_up (pair->ali.call);

  assert_entry (&pair->ali, FALSE, pair->vali_id, ALOQA_OUTCOME_ANSWERED);
  assert_entry (&pair->vali, TRUE, pair->ali_id, ALOQA_OUTCOME_ANSWERED);
}

static void
test_declined_call_is_in_both_histories (Pair *pair, gconstpointer data)
{
  dial (pair);
  aloqa_test_wait_until (has_call, &pair->vali);
  aloqa_live_call_reject (pair->vali.call);

  assert_entry (&pair->ali, FALSE, pair->vali_id, ALOQA_OUTCOME_DECLINED);
  assert_entry (&pair->vali, TRUE, pair->ali_id, ALOQA_OUTCOME_DECLINED);
}

static void
test_cancelled_call_is_missed_there (Pair *pair, gconstpointer data)
{
  dial (pair);
  aloqa_test_wait_until (has_call, &pair->vali);
  aloqa_live_call_hang_up (pair->ali.call);

  assert_entry (&pair->ali, FALSE, pair->vali_id, ALOQA_OUTCOME_CANCELLED);
  assert_entry (&pair->vali, TRUE, pair->ali_id, ALOQA_OUTCOME_MISSED);
  g_assert_cmpuint (aloqa_history_get_n_missed (aloqa_session_get_history (pair->vali.session)), ==,
                    1);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/real-server/" name, Pair, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  ADD ("people-are-listed", test_people_are_listed);
  ADD ("people-come-and-go", test_people_come_and_go);
  ADD ("answered-call-is-in-both-histories", test_answered_call_is_in_both_histories);
  ADD ("declined-call-is-in-both-histories", test_declined_call_is_in_both_histories);
  ADD ("cancelled-call-is-missed-there", test_cancelled_call_is_missed_there);
  return g_test_run ();
}
