/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "session/calls-rig.h"
#include "session/pair-rig.h"
#include "support/media-run.h"

static void
set_up (Pair *pair, gconstpointer data)
{
  g_autoptr (AloqaMediaSettings) settings = calls_rig_make_settings ();

  pair_start (pair, settings, settings);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  pair_stop (pair);
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
test_people_are_listed (Pair *pair, gconstpointer data)
{
  AloqaRoster *roster = pair_get_roster (pair);

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
  g_autoptr (AloqaMediaSettings) settings = calls_rig_make_settings ();
  AloqaFeatures features = aloqa_connection_get_features (aloqa_account_get_connection (account));

  if ((features & ALOQA_FEATURE_PRESENCE) == 0) {
    g_test_skip ("the server does not tell who is there");
    return;
  }

  pair_get_roster (pair);
  aloqa_test_wait_until (vali_is_online, pair);
  pair_stop_person (&pair->vali);
  aloqa_test_wait_until (vali_is_offline, pair);
  pair_start_person (pair, &pair->vali, "vali", settings);
  aloqa_test_wait_until (vali_is_online, pair);
}

static void
note_gone (AloqaConnection *connection, AloqaMessage *message, gboolean *is_gone)
{
  *is_gone |=
      message->type == ALOQA_MESSAGE_PRESENCE && message->user_id != 0 && !message->is_online;
}

static gboolean
is_true (gpointer flag)
{
  return *(gboolean *) flag;
}

/* The server tells once who is there, at the beginning; a window may be opened hours later. */
static void
test_roster_asked_for_late_knows_who_is_there (Pair *pair, gconstpointer data)
{
  AloqaAccount *account = aloqa_session_get_account (pair->ali.session);
  AloqaConnection *connection = aloqa_account_get_connection (account);
  gboolean is_gone = FALSE;
  gulong handler = g_signal_connect (connection, "message", G_CALLBACK (note_gone), &is_gone);

  pair_stop_person (&pair->vali);
  aloqa_test_wait_until (is_true, &is_gone);
  g_signal_handler_disconnect (connection, handler);
  pair_get_roster (pair);
  aloqa_test_wait_until (vali_is_offline, pair);
}

static void
test_answered_call_is_in_both_histories (Pair *pair, gconstpointer data)
{
  pair_dial (pair, ALOQA_CALL_AUDIO);
  aloqa_test_wait_until (pair_has_call, &pair->vali);
  aloqa_live_call_accept (pair->vali.call, FALSE);
  aloqa_test_wait_until (pair_is_connected, &pair->ali);
  aloqa_test_wait_until (pair_is_connected, &pair->vali);
  aloqa_live_call_hang_up (pair->ali.call);

  assert_entry (&pair->ali, FALSE, pair->vali_id, ALOQA_OUTCOME_ANSWERED);
  assert_entry (&pair->vali, TRUE, pair->ali_id, ALOQA_OUTCOME_ANSWERED);
}

static void
test_declined_call_is_in_both_histories (Pair *pair, gconstpointer data)
{
  pair_dial (pair, ALOQA_CALL_AUDIO);
  aloqa_test_wait_until (pair_has_call, &pair->vali);
  aloqa_live_call_reject (pair->vali.call);

  assert_entry (&pair->ali, FALSE, pair->vali_id, ALOQA_OUTCOME_DECLINED);
  assert_entry (&pair->vali, TRUE, pair->ali_id, ALOQA_OUTCOME_DECLINED);
}

static void
test_cancelled_call_is_missed_there (Pair *pair, gconstpointer data)
{
  pair_dial (pair, ALOQA_CALL_AUDIO);
  aloqa_test_wait_until (pair_has_call, &pair->vali);
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
  ADD ("roster-asked-for-late-knows-who-is-there", test_roster_asked_for_late_knows_who_is_there);
  ADD ("answered-call-is-in-both-histories", test_answered_call_is_in_both_histories);
  ADD ("declined-call-is-in-both-histories", test_declined_call_is_in_both_histories);
  ADD ("cancelled-call-is-missed-there", test_cancelled_call_is_missed_there);
  return aloqa_test_run_media ();
}
