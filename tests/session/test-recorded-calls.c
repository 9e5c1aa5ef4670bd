/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/calls-rig.h"

#include "media/media.h"
#include "session/call-controller-private.h"
#include "session/history-recorder.h"
#include "support/media-run.h"

#include <string.h>

typedef struct {
  CallsRig *rig;
  guint n;
} Wanted;

static gboolean
has_entries (gpointer user_data)
{
  Wanted *wanted = user_data;

  return g_list_model_get_n_items (G_LIST_MODEL (wanted->rig->history)) >= wanted->n;
}

/* Waits for the entry @n, counted from the first, and looks at it. */
static AloqaHistoryEntry *
await_entry (CallsRig *rig, guint n, gboolean is_incoming, AloqaOutcome outcome, const char *reason)
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

static AloqaLiveCall *
dial (CallsRig *rig, AloqaDialProtocol protocol)
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
await_request (CallsRig *rig)
{
  Wanted wanted = { rig, 0 };

  aloqa_test_wait_until (has_frame, &wanted);
}

static void
test_caller_who_gives_up_was_missed (CallsRig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry;

  calls_rig_ring (rig);
  calls_rig_send (rig, "{\"type\":\"call_end\",\"from\":3}");
  entry = await_entry (rig, 1, TRUE, ALOQA_OUTCOME_MISSED, "cancelled");
  g_assert_cmpstr (aloqa_history_entry_get_username (entry), ==, "vali");
  g_assert_cmpint (aloqa_history_entry_get_kind (entry), ==, ALOQA_CALL_AUDIO);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 1);
}

static void
test_rejected_call_was_declined (CallsRig *rig, gconstpointer data)
{
  aloqa_live_call_reject (calls_rig_ring (rig));
  await_entry (rig, 1, TRUE, ALOQA_OUTCOME_DECLINED, "rejected");
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 0);
}

static void
test_call_beside_another_was_missed (CallsRig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry;

  calls_rig_ring (rig);
  calls_rig_send (rig, "{\"type\":\"call_request\",\"from\":9,\"call_type\":\"video\",\"caller\":"
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

#define RING(id)                                                                                   \
  "{\"type\":\"call_request\",\"from\":3,\"call_type\":\"audio\",\"call_id\":\"" id "\","          \
  "\"caller\":"                                                                                    \
  "{\"id\":3,\"username\":\"vali\",\"first_name\":null,\"last_name\":null}}"

static void
handle (CallsRig *rig, const AloqaCallEvent *event)
{
  aloqa_call_controller_handle (event, aloqa_session_get_controller (rig->session));
}

/* It rings, the connection is lost, and is back only when the ring has stopped. */
static void
lose_ring (CallsRig *rig)
{
  const AloqaCallEvent back = { .type = ALOQA_CALL_EVENT_SIGNALLING_CONNECTED,
                                .features = ALOQA_FEATURE_CALL_ID };
  AloqaCallEvent over = { .type = ALOQA_CALL_EVENT_DEADLINE, .deadline = ALOQA_DEADLINE_AWAY };

  handle (rig, &back);
  calls_rig_send (rig, RING ("theirs"));
  over.call = aloqa_live_call_get_number (calls_rig_await_call (rig));
  handle (rig, &(AloqaCallEvent){ .type = ALOQA_CALL_EVENT_SIGNALLING_LOST });
  handle (rig, &over);
  g_assert_cmpint (aloqa_live_call_get_end (rig->calls->pdata[0])->reason, ==,
                   ALOQA_ENDED_SIGNALLING_LOST);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->history)), ==, 0);
  handle (rig, &back);
}

static void
test_ring_that_goes_on_after_the_connection_was_lost_is_one_call (CallsRig *rig, gconstpointer data)
{
  lose_ring (rig);
  calls_rig_send (rig, RING ("theirs"));
  aloqa_live_call_reject (calls_rig_await_call (rig));
  await_entry (rig, 1, TRUE, ALOQA_OUTCOME_DECLINED, "rejected");
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 0);
}

static void
test_ring_that_does_not_go_on_was_missed (CallsRig *rig, gconstpointer data)
{
  lose_ring (rig);
  calls_rig_send (rig, RING ("newer"));
  calls_rig_await_call (rig);
  await_entry (rig, 1, TRUE, ALOQA_OUTCOME_MISSED, "signalling-lost");
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 1);
}

static void
test_dialled_calls_are_written (CallsRig *rig, gconstpointer data)
{
  AloqaLiveCall *call = dial (rig, ALOQA_DIAL_NEW);

  await_request (rig);
  calls_rig_send (rig, "{\"type\":\"call_reject\",\"from\":3}");
  await_entry (rig, 1, FALSE, ALOQA_OUTCOME_DECLINED, "rejected");

  g_ptr_array_set_size (rig->server->frames, 0);
  call = dial (rig, ALOQA_DIAL_NEW);
  await_request (rig);
  aloqa_live_call_hang_up (call);
  await_entry (rig, 2, FALSE, ALOQA_OUTCOME_CANCELLED, "cancelled");
}

/* Nothing was sent for it: it was no call. */
static void
test_dialling_beside_a_call_leaves_nothing (CallsRig *rig, gconstpointer data)
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
test_ring_at_the_end_is_in_the_next_history (CallsRig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry;

  calls_rig_ring (rig);
  calls_rig_close (rig);
  calls_rig_start (rig, TRUE);
  aloqa_test_wait_until (has_entries, &(Wanted){ rig, 1 });
  entry = g_list_model_get_item (G_LIST_MODEL (rig->history), 0);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (entry), ==, 3);
  g_assert_cmpint (aloqa_history_entry_get_outcome (entry), !=, ALOQA_OUTCOME_ONGOING);
  g_object_unref (entry);
}

static void
test_no_history_unless_asked_for (CallsRig *rig, gconstpointer data)
{
  calls_rig_close (rig);
  calls_rig_start (rig, FALSE);
  g_assert_null (rig->history);
  aloqa_live_call_reject (calls_rig_ring (rig));
  g_assert_nonnull (aloqa_session_get_roster (rig->session));
}

/* The token that was kept for the next run must work there. */
static void
test_session_that_stays_signed_in_does_not_log_out (CallsRig *rig, gconstpointer data)
{
  aloqa_session_set_stays_signed_in (rig->session, TRUE);
  calls_rig_close (rig);
  g_assert_cmpuint (rig->server->n_logouts, ==, 0);
  calls_rig_start (rig, FALSE);
  calls_rig_close (rig);
  g_assert_cmpuint (rig->server->n_logouts, ==, 1);
  calls_rig_start (rig, FALSE);
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
  g_test_add ("/session/recorded-calls/" name, CallsRig, NULL, calls_rig_set_up, func,             \
              calls_rig_tear_down)

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
  ADD ("ring-that-goes-on-after-the-connection-was-lost-is-one-call",
       test_ring_that_goes_on_after_the_connection_was_lost_is_one_call);
  ADD ("ring-that-does-not-go-on-was-missed", test_ring_that_does_not_go_on_was_missed);
  ADD ("dialled-calls-are-written", test_dialled_calls_are_written);
  ADD ("dialling-beside-a-call-leaves-nothing", test_dialling_beside_a_call_leaves_nothing);
  ADD ("ring-at-the-end-is-in-the-next-history", test_ring_at_the_end_is_in_the_next_history);
  ADD ("no-history-unless-asked-for", test_no_history_unless_asked_for);
  ADD ("session-that-stays-signed-in-does-not-log-out",
       test_session_that_stays_signed_in_does_not_log_out);
  g_test_add_func ("/session/recorded-calls/every-end-has-an-outcome",
                   test_every_end_has_an_outcome);
  return aloqa_test_run_media ();
}
