/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-server.h"
#include "media/media.h"
#include "session/folder.h"
#include "session/history-recorder.h"
#include "session/session.h"
#include "support/support.h"

#include <string.h>

#define CALLER "\"caller\":{\"id\":3,\"username\":\"vali\",\"first_name\":null,\"last_name\":null}"

/* "ali" in a whole session, whose calls are with a scripted server that speaks for user 3. */
typedef struct {
  AloqaFakeServer *server;
  char *folder;
  char *path;
  AloqaSession *session;
  AloqaHistory *history;
  GPtrArray *calls; /* of AloqaLiveCall, each that was added */
} Rig;

typedef struct {
  Rig *rig;
  guint n;
} Wanted;

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
call_added_cb (Rig *rig, AloqaLiveCall *call)
{
  g_ptr_array_add (rig->calls, g_object_ref (call));
}

/* Nothing that a machine may have or not: no camera, no microphone, no speaker. */
static AloqaMediaSettings *
make_settings (void)
{
  AloqaMediaSettings *settings = aloqa_media_settings_new ();

  g_free (settings->video_source);
  g_free (settings->audio_source);
  g_free (settings->audio_sink);
  g_free (settings->ring_sink);
  settings->video_source = g_strdup ("test");
  settings->audio_source = g_strdup ("test");
  settings->audio_sink = g_strdup ("null");
  settings->ring_sink = g_strdup ("null");
  return settings;
}

static void
start_session (Rig *rig, gboolean keeps_history)
{
  g_autofree char *url = aloqa_fake_server_dup_url (rig->server);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaServerChoice) choice = aloqa_server_choice_new (url, NULL, FALSE, NULL, &error);
  g_autoptr (AloqaMediaSettings) settings = make_settings ();
  gboolean is_done = FALSE;

  g_assert_no_error (error);
  rig->session = aloqa_session_new (choice, settings);
  if (keeps_history)
    aloqa_session_keep_history (rig->session, rig->path);
  g_assert_null (aloqa_session_get_history (rig->session));
  g_assert_null (aloqa_session_get_roster (rig->session));
  aloqa_session_sign_in_async (rig->session, "ali", "demo", signed_in_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
  aloqa_test_wait_until (is_online, rig->session);
  rig->history = aloqa_session_get_history (rig->session);
  g_signal_connect_swapped (aloqa_session_get_controller (rig->session), "call-added",
                            G_CALLBACK (call_added_cb), rig);
}

static void
close_session (Rig *rig)
{
  AloqaRoster *roster = aloqa_session_get_roster (rig->session);
  gboolean is_done = FALSE;

  if (rig->history != NULL)
    g_object_add_weak_pointer (G_OBJECT (rig->history), (gpointer *) &rig->history);
  g_object_add_weak_pointer (G_OBJECT (roster), (gpointer *) &roster);
  aloqa_session_close_async (rig->session, closed_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
  g_ptr_array_set_size (rig->calls, 0);
  g_assert_finalize_object (rig->session);
  rig->session = NULL;
  aloqa_test_drain ();
  g_assert_null (rig->history);
  g_assert_null (roster);
}

static void
set_up (Rig *rig, gconstpointer data)
{
  rig->server = aloqa_fake_server_new (NULL);
  rig->folder = folder_new ();
  rig->path = g_build_filename (rig->folder, "history.db", NULL);
  rig->calls = g_ptr_array_new_with_free_func (g_object_unref);
  start_session (rig, TRUE);
}

static void
tear_down (Rig *rig, gconstpointer data)
{
  close_session (rig);
  g_ptr_array_unref (rig->calls);
  aloqa_test_drain ();
  aloqa_fake_server_free (rig->server);
  g_free (rig->path);
  folder_free (rig->folder);
}

static gboolean
has_calls (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->calls->len >= wanted->n;
}

/* Returns: (transfer none): the call that is added next */
static AloqaLiveCall *
await_call (Rig *rig)
{
  Wanted wanted = { rig, rig->calls->len + 1 };

  aloqa_test_wait_until (has_calls, &wanted);
  return rig->calls->pdata[wanted.n - 1];
}

static gboolean
has_entries (gpointer user_data)
{
  Wanted *wanted = user_data;

  return g_list_model_get_n_items (G_LIST_MODEL (wanted->rig->history)) >= wanted->n;
}

/* Waits for the entry @n, counted from the first, and looks at it. */
static AloqaHistoryEntry *
await_entry (Rig *rig, guint n, gboolean is_incoming, AloqaOutcome outcome, const char *reason)
{
  Wanted wanted = { rig, n };
  g_autoptr (AloqaHistoryEntry) entry = NULL;

  aloqa_test_wait_until (has_entries, &wanted);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->history)), ==, n);
  entry = g_list_model_get_item (G_LIST_MODEL (rig->history), 0);
  g_assert_cmpint (aloqa_history_entry_is_incoming (entry), ==, is_incoming);
  g_assert_cmpstr (aloqa_history_entry_get_reason (entry), ==, reason);
  g_assert_cmpint (aloqa_history_entry_get_outcome (entry), ==, outcome);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (entry), ==, 3);
  g_assert_cmpint (aloqa_history_entry_get_duration_us (entry), ==, 0);
  return entry;
}

static void
send (Rig *rig, const char *frame)
{
  aloqa_fake_server_send (rig->server, frame);
}

static AloqaLiveCall *
ring (Rig *rig)
{
  send (rig, "{\"type\":\"call_request\",\"from\":3,\"call_type\":\"audio\"," CALLER "}");
  return await_call (rig);
}

static AloqaLiveCall *
dial (Rig *rig, AloqaDialProtocol protocol)
{
  g_autoptr (AloqaContact) vali = aloqa_contact_new (3, "vali", "Vali", NULL);

  aloqa_call_controller_dial (aloqa_session_get_controller (rig->session), vali, ALOQA_CALL_AUDIO,
                              protocol, 0);
  return rig->calls->pdata[rig->calls->len - 1];
}

static gboolean
has_frame (gpointer user_data)
{
  Wanted *wanted = user_data;
  AloqaFakeServer *server = wanted->rig->server;

  return server->frames->len > 0 &&
         strstr (server->frames->pdata[server->frames->len - 1], "call_request") != NULL;
}

static void
await_request (Rig *rig)
{
  Wanted wanted = { rig, 0 };

  aloqa_test_wait_until (has_frame, &wanted);
}

static void
test_caller_who_gives_up_was_missed (Rig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry;

  ring (rig);
  send (rig, "{\"type\":\"call_end\",\"from\":3}");
  entry = await_entry (rig, 1, TRUE, ALOQA_OUTCOME_MISSED, "cancelled");
  g_assert_cmpstr (aloqa_history_entry_get_username (entry), ==, "vali");
  g_assert_cmpint (aloqa_history_entry_get_kind (entry), ==, ALOQA_CALL_AUDIO);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 1);
}

static void
test_rejected_call_was_declined (Rig *rig, gconstpointer data)
{
  aloqa_live_call_reject (ring (rig));
  await_entry (rig, 1, TRUE, ALOQA_OUTCOME_DECLINED, "rejected");
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 0);
}

static void
test_call_beside_another_was_missed (Rig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry;

  ring (rig);
  send (rig, "{\"type\":\"call_request\",\"from\":9,\"call_type\":\"video\",\"caller\":"
             "{\"id\":9,\"username\":\"guli\",\"first_name\":null,\"last_name\":null}}");
  aloqa_test_wait_until (has_entries, &(Wanted){ rig, 1 });
  entry = g_list_model_get_item (G_LIST_MODEL (rig->history), 0);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (entry), ==, 9);
  g_assert_cmpstr (aloqa_history_entry_get_username (entry), ==, "guli");
  g_assert_cmpint (aloqa_history_entry_get_outcome (entry), ==, ALOQA_OUTCOME_MISSED);
  g_assert_cmpint (aloqa_history_entry_get_kind (entry), ==, ALOQA_CALL_VIDEO);
  g_object_unref (entry);

  /* The one that rings is not missed by that; it is older than the other. */
  aloqa_live_call_reject (rig->calls->pdata[0]);
  aloqa_test_wait_until (has_entries, &(Wanted){ rig, 2 });
  entry = g_list_model_get_item (G_LIST_MODEL (rig->history), 1);
  g_assert_cmpint (aloqa_history_entry_get_outcome (entry), ==, ALOQA_OUTCOME_DECLINED);
  g_object_unref (entry);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 1);
}

static void
test_dialled_calls_are_written (Rig *rig, gconstpointer data)
{
  AloqaLiveCall *call = dial (rig, ALOQA_DIAL_NEW);

  await_request (rig);
  send (rig, "{\"type\":\"call_reject\",\"from\":3}");
  await_entry (rig, 1, FALSE, ALOQA_OUTCOME_DECLINED, "rejected");

  g_ptr_array_set_size (rig->server->frames, 0);
  call = dial (rig, ALOQA_DIAL_NEW);
  await_request (rig);
  aloqa_live_call_hang_up (call);
  await_entry (rig, 2, FALSE, ALOQA_OUTCOME_CANCELLED, "cancelled");
}

/* Nothing was sent for it: it was no call. */
static void
test_dialling_beside_a_call_leaves_nothing (Rig *rig, gconstpointer data)
{
  AloqaLiveCall *first = dial (rig, ALOQA_DIAL_NEW);

  dial (rig, ALOQA_DIAL_NEW);
  g_assert_cmpuint (rig->calls->len, ==, 2);
  g_assert_cmpint (aloqa_live_call_get_end (rig->calls->pdata[1])->reason, ==,
                   ALOQA_ENDED_IN_A_CALL);
  aloqa_live_call_hang_up (first);
  await_entry (rig, 1, FALSE, ALOQA_OUTCOME_CANCELLED, "cancelled");
}

static void
test_ring_at_the_end_is_in_the_next_history (Rig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry;

  ring (rig);
  close_session (rig);
  start_session (rig, TRUE);
  aloqa_test_wait_until (has_entries, &(Wanted){ rig, 1 });
  entry = g_list_model_get_item (G_LIST_MODEL (rig->history), 0);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (entry), ==, 3);
  g_assert_cmpint (aloqa_history_entry_get_outcome (entry), !=, ALOQA_OUTCOME_ONGOING);
  g_object_unref (entry);
}

static void
test_no_history_unless_asked_for (Rig *rig, gconstpointer data)
{
  close_session (rig);
  start_session (rig, FALSE);
  g_assert_null (rig->history);
  aloqa_live_call_reject (ring (rig));
  g_assert_nonnull (aloqa_session_get_roster (rig->session));
}

/* The token that was kept for the next run must work there. */
static void
test_session_that_stays_signed_in_does_not_log_out (Rig *rig, gconstpointer data)
{
  aloqa_session_set_stays_signed_in (rig->session, TRUE);
  close_session (rig);
  g_assert_cmpuint (rig->server->n_logouts, ==, 0);
  start_session (rig, FALSE);
  close_session (rig);
  g_assert_cmpuint (rig->server->n_logouts, ==, 1);
  start_session (rig, FALSE);
}

static void
test_every_end_has_an_outcome (void)
{
  for (int reason = 0; reason < ALOQA_N_ENDED; reason++) {
    AloqaCallEnd end = { .reason = (AloqaEnded) reason };

    for (int is_incoming = 0; is_incoming < 2; is_incoming++) {
      AloqaOutcome outcome = aloqa_history_recorder_judge (is_incoming, &end);

      g_assert_cmpint (outcome, !=, ALOQA_OUTCOME_ONGOING);
      /* Only who is called can miss a call, and only who calls can give up. */
      g_assert_false (!is_incoming && outcome == ALOQA_OUTCOME_MISSED);
      g_assert_false (is_incoming && outcome == ALOQA_OUTCOME_CANCELLED);
    }
    end.was_connected = TRUE;
    g_assert_cmpint (aloqa_history_recorder_judge (TRUE, &end), ==, ALOQA_OUTCOME_ANSWERED);
  }
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/recorded-calls/" name, Rig, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  ADD ("caller-who-gives-up-was-missed", test_caller_who_gives_up_was_missed);
  ADD ("rejected-call-was-declined", test_rejected_call_was_declined);
  ADD ("call-beside-another-was-missed", test_call_beside_another_was_missed);
  ADD ("dialled-calls-are-written", test_dialled_calls_are_written);
  ADD ("dialling-beside-a-call-leaves-nothing", test_dialling_beside_a_call_leaves_nothing);
  ADD ("ring-at-the-end-is-in-the-next-history", test_ring_at_the_end_is_in_the_next_history);
  ADD ("no-history-unless-asked-for", test_no_history_unless_asked_for);
  ADD ("session-that-stays-signed-in-does-not-log-out",
       test_session_that_stays_signed_in_does_not_log_out);
  g_test_add_func ("/session/recorded-calls/every-end-has-an-outcome",
                   test_every_end_has_an_outcome);
  return g_test_run ();
}
