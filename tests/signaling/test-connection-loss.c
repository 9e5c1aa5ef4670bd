/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rig.h"

#include <string.h>

static void
assert_frame (Rig *rig, guint index, const char *type)
{
  g_autofree char *expected = g_strdup_printf ("{\"type\":\"%s\"", type);

  g_assert_cmpuint (rig->server->frames->len, >, index);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (rig->server->frames, index), expected));
}

static void
test_comes_back_after_a_cut (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  aloqa_fake_server_drop (rig->server);
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  g_assert_error (aloqa_connection_get_error (rig->connection), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_UNREACHABLE);
  rig_advance_ms (rig, 500);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  g_assert_cmpuint (rig->server->n_upgrades, ==, 2);
}

static void
test_waits_grow_and_end_with_success (Rig *rig, gconstpointer data)
{
  gint64 ceiling_ms = 500, longest_ms = 0;

  aloqa_fake_server_stop (rig->server);
  aloqa_connection_start (rig->connection);
  for (guint i = 0; i < 12; i++) {
    gint64 wait_ms;

    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    wait_ms = rig_get_next_ms (rig);
    g_assert_cmpint (wait_ms, >=, 250);
    g_assert_cmpint (wait_ms, <=, ceiling_ms + 1);
    longest_ms = MAX (longest_ms, wait_ms);
    ceiling_ms = MIN (2 * ceiling_ms, 30000);
    rig_advance_ms (rig, wait_ms);
    g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_CONNECTING);
  }
  /* Seven of the draws were from over eight seconds. */
  g_assert_cmpint (longest_ms, >, 1000);

  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  aloqa_fake_server_start_again (rig->server);
  rig_advance_ms (rig, rig_get_next_ms (rig));
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_lasting_connection_is_tried_again_at_once (Rig *rig, gconstpointer data)
{
  aloqa_connection_start (rig->connection);
  for (guint i = 0; i < 10; i++) {
    rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
    /* After 1, 16 and 31 seconds. */
    rig_echo (rig);
    rig_echo (rig);
    rig_echo (rig);
    aloqa_fake_server_drop (rig->server);
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    g_assert_cmpint (rig_get_next_ms (rig), <=, 501);
    rig_advance_ms (rig, rig_get_next_ms (rig));
  }
}

static void
test_a_proven_connection_is_tried_again_soon (Rig *rig, gconstpointer data)
{
  gint64 waited_ms = 0;

  aloqa_connection_start (rig->connection);
  for (guint i = 0; i < 30; i++) {
    rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
    rig_echo (rig);
    aloqa_fake_server_drop (rig->server);
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    g_assert_cmpint (rig_get_next_ms (rig), <=, 2001);
    waited_ms += rig_get_next_ms (rig);
    rig_advance_ms (rig, rig_get_next_ms (rig));
  }
  /* Longer than it would be without growing at all. */
  g_assert_cmpint (waited_ms, >, 30 * 500);
}

/* It connects each time, and proves nothing. */
static void
test_a_flapping_server_is_not_hammered (Rig *rig, gconstpointer data)
{
  gint64 waited_ms = 0;

  aloqa_connection_start (rig->connection);
  for (guint i = 0; i < 12; i++) {
    rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
    aloqa_fake_server_drop (rig->server);
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    waited_ms += rig_get_next_ms (rig);
    rig_advance_ms (rig, rig_get_next_ms (rig));
  }
  g_assert_cmpint (waited_ms, >, 12 * 500);
}

static void
test_connects_when_the_network_returns (Rig *rig, gconstpointer data)
{
  aloqa_fake_server_stop (rig->server);
  aloqa_connection_start (rig->connection);
  for (guint i = 0; i < 8; i++) {
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    rig_advance_ms (rig, rig_get_next_ms (rig));
  }
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  aloqa_fake_server_start_again (rig->server);

  /* At most once a second, however often it is said. */
  aloqa_fake_network_change (rig->network, FALSE);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_WAITING);
  aloqa_fake_network_change (rig->network, TRUE);
  aloqa_fake_network_change (rig->network, TRUE);
  g_assert_cmpint (rig_get_next_ms (rig), ==, 1000);
  rig_advance_ms (rig, 1000);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_new_network_ends_an_old_attempt (Rig *rig, gconstpointer data)
{
  aloqa_fake_server_never_answer (rig->server, "/api/messages/ws");
  aloqa_connection_start (rig->connection);
  rig_await_upgrades (rig, 1);
  g_hash_table_remove_all (rig->server->answers);

  rig_advance_ms (rig, 2999);
  aloqa_fake_network_change (rig->network, TRUE);
  g_assert_cmpint (rig_get_next_ms (rig), ==, 12001);
  rig_advance_ms (rig, 1);
  aloqa_fake_network_change (rig->network, TRUE);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  g_assert_cmpuint (rig->server->n_upgrades, ==, 2);
}

static void
test_works_without_a_network_monitor (Rig *rig, gconstpointer data)
{
  aloqa_connection_set_network_monitor (rig->connection, NULL);
  test_comes_back_after_a_cut (rig, data);
}

static void
test_probes_after_a_second_and_then_every_fifteen (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  g_assert_cmpuint (rig->server->n_probes, ==, 1);
  for (guint i = 2; i < 6; i++) {
    rig_echo (rig);
    g_assert_cmpuint (rig->server->n_probes, ==, i);
  }
  aloqa_fake_network_change (rig->network, TRUE);
  g_assert_cmpint (rig_get_next_ms (rig), ==, 250);
}

static void
test_others_are_no_echo (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  rig->server->is_deaf = TRUE;
  rig_advance_ms (rig, 15000);
  g_assert_cmpint (rig_get_next_ms (rig), ==, 5000);
  aloqa_fake_server_send (rig->server, "{\"type\":\"typing\",\"from\":3}");
  aloqa_fake_server_send (rig->server, "{\"type\":\"call_end\",\"from\":3}");
  rig_await_messages (rig, 1);
  g_assert_cmpint (rig_get_next_ms (rig), ==, 5000);
}

static void
test_a_silent_server_is_left_after_a_while (Rig *rig, gconstpointer data)
{
  rig->server->is_silent = TRUE;
  aloqa_connection_start (rig->connection);
  rig_await_websockets (rig, 1);
  rig_advance_ms (rig, 14999);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_CONNECTING);
  rig_advance_ms (rig, 1);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_WAITING);
  rig_await_websockets (rig, 0);
}

static void
test_a_deaf_connection_is_found_and_nothing_is_lost (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  rig_send (rig, ALOQA_MESSAGE_CALL_REQUEST, NULL);
  rig_await_frames (rig, 1);
  rig_echo (rig);
  g_assert_true (aloqa_connection_is_drained (rig->connection));

  /* Writing succeeds, and the frame is gone. */
  rig->server->is_deaf = TRUE;
  rig_send (rig, ALOQA_MESSAGE_CALL_END, NULL);
  g_assert_cmpint (rig_get_next_ms (rig), ==, 250);
  rig_advance_ms (rig, 250);
  rig_await_swallowed (rig, 2);
  rig_advance_ms (rig, 4999);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_REGISTERED);
  rig_advance_ms (rig, 1);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_WAITING);

  rig->server->is_deaf = FALSE;
  rig_advance_ms (rig, 1000);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  rig_await_frames (rig, 2);
  assert_frame (rig, 1, "call_end");
  g_assert_false (aloqa_connection_is_drained (rig->connection));
  rig_echo (rig);
  g_assert_true (aloqa_connection_is_drained (rig->connection));
}

static void
test_a_burst_costs_one_probe (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  for (guint i = 0; i < 50; i++)
    rig_send (rig, ALOQA_MESSAGE_RINGING, NULL);
  rig_await_frames (rig, 50);
  g_assert_cmpuint (rig->server->n_probes, ==, 1);
  rig_echo (rig);
  g_assert_cmpuint (rig->server->n_probes, ==, 2);
  g_assert_true (aloqa_connection_is_drained (rig->connection));
}

static void
test_what_is_sent_while_a_probe_is_out_gets_its_own (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  rig_advance_ms (rig, 15000);
  rig_send (rig, ALOQA_MESSAGE_CALL_ACCEPT, NULL);
  rig_await_next_ms (rig, 250);
  g_assert_false (aloqa_connection_is_drained (rig->connection));
  rig_echo (rig);
  g_assert_true (aloqa_connection_is_drained (rig->connection));
}

static void
test_sends_later_what_could_not_be_sent (Rig *rig, gconstpointer data)
{
  aloqa_fake_server_stop (rig->server);
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  rig_send (rig, ALOQA_MESSAGE_CALL_ACCEPT, "a");
  rig_send (rig, ALOQA_MESSAGE_RINGING, "a");
  rig_send (rig, ALOQA_MESSAGE_CALL_REJECT, "b");

  aloqa_fake_server_start_again (rig->server);
  rig_advance_ms (rig, 500);
  rig_await_frames (rig, 3);
  assert_frame (rig, 0, "call_accept");
  assert_frame (rig, 1, "ringing");
  assert_frame (rig, 2, "call_reject");
}

static void
test_hello_comes_before_what_waited (Rig *rig, gconstpointer data)
{
  rig->server->has_features = TRUE;
  aloqa_connection_start (rig->connection);
  rig_send (rig, ALOQA_MESSAGE_CALL_ACCEPT, NULL);
  rig_await_frames (rig, 2);
  assert_frame (rig, 0, "hello");
  assert_frame (rig, 1, "call_accept");
}

/* As the existing server does with a frame that it cannot read. */
static void
test_a_message_that_ends_each_connection_is_given_up (Rig *rig, gconstpointer data)
{
  aloqa_connection_start (rig->connection);
  rig_send (rig, ALOQA_MESSAGE_CALL_ACCEPT, NULL);
  for (guint i = 1; i <= 4; i++) {
    rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
    rig_await_frames (rig, i);
    aloqa_fake_server_close (rig->server, 1011);
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    rig_advance_ms (rig, rig_get_next_ms (rig));
  }
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  rig_echo (rig);
  g_assert_cmpuint (rig->server->frames->len, ==, 4);
  g_assert_true (aloqa_connection_is_drained (rig->connection));
}

static void
test_forgets_when_stopped (Rig *rig, gconstpointer data)
{
  aloqa_connection_start (rig->connection);
  rig_send (rig, ALOQA_MESSAGE_CALL_ACCEPT, NULL);
  aloqa_connection_stop (rig->connection);
  g_assert_true (aloqa_connection_is_drained (rig->connection));
  rig_register (rig);
  g_assert_cmpuint (rig->server->frames->len, ==, 0);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
has_result (gpointer user_data)
{
  return *(GAsyncResult **) user_data != NULL;
}

static gboolean
finish_flush (Rig *rig, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) kept = NULL;

  aloqa_test_wait_until (has_result, result);
  kept = g_steal_pointer (result);
  return aloqa_connection_flush_finish (rig->connection, kept, error);
}

static void
test_flush_waits_for_the_proof (Rig *rig, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  rig_register (rig);
  rig_send (rig, ALOQA_MESSAGE_CALL_END, NULL);
  aloqa_connection_flush_async (rig->connection, 2 * G_USEC_PER_SEC, keep_result, &result);
  rig_await_frames (rig, 1);
  g_assert_null (result);
  rig_advance_ms (rig, 250);
  g_assert_true (finish_flush (rig, &result, &error));
  g_assert_no_error (error);

  /* And for nothing, where nothing is left. */
  aloqa_connection_flush_async (rig->connection, 2 * G_USEC_PER_SEC, keep_result, &result);
  g_assert_true (finish_flush (rig, &result, &error));
}

static void
test_flush_has_an_end (Rig *rig, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  rig_register (rig);
  rig->server->is_deaf = TRUE;
  rig_send (rig, ALOQA_MESSAGE_CALL_END, NULL);
  aloqa_connection_flush_async (rig->connection, 2 * G_USEC_PER_SEC, keep_result, &result);
  rig_advance_ms (rig, 2000);
  g_assert_false (finish_flush (rig, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  aloqa_connection_flush_async (rig->connection, 2 * G_USEC_PER_SEC, keep_result, &result);
  aloqa_connection_stop (rig->connection);
  g_assert_false (finish_flush (rig, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_flush_ends_where_nothing_is_left (Rig *rig, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  aloqa_fake_server_stop (rig->server);
  aloqa_connection_start (rig->connection);
  rig_send (rig, ALOQA_MESSAGE_CALL_REQUEST, NULL);
  aloqa_connection_flush_async (rig->connection, 2 * G_USEC_PER_SEC, keep_result, &result);
  /* A call that never left: there is nobody to tell. */
  rig_send (rig, ALOQA_MESSAGE_CALL_END, NULL);
  g_assert_true (finish_flush (rig, &result, &error));
  g_assert_no_error (error);
}

static void
stop_when_flushed (GObject *connection, GAsyncResult *result, gpointer user_data)
{
  aloqa_connection_stop (ALOQA_CONNECTION (connection));
  g_set_object ((GAsyncResult **) user_data, result);
}

static void
test_flush_ends_once (Rig *rig, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  rig_register (rig);
  rig_send (rig, ALOQA_MESSAGE_CALL_END, NULL);
  aloqa_connection_flush_async (rig->connection, 2 * G_USEC_PER_SEC, stop_when_flushed, &result);
  rig_await_frames (rig, 1);
  rig_advance_ms (rig, 250);
  g_assert_true (finish_flush (rig, &result, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function) RIG_ADD ("/signaling/connection-loss/" name, function)
  ADD ("comes-back-after-a-cut", test_comes_back_after_a_cut);
  ADD ("waits-grow-and-end-with-success", test_waits_grow_and_end_with_success);
  ADD ("a-lasting-connection-is-tried-again-at-once",
       test_a_lasting_connection_is_tried_again_at_once);
  ADD ("a-proven-connection-is-tried-again-soon", test_a_proven_connection_is_tried_again_soon);
  ADD ("a-flapping-server-is-not-hammered", test_a_flapping_server_is_not_hammered);
  ADD ("connects-when-the-network-returns", test_connects_when_the_network_returns);
  ADD ("a-new-network-ends-an-old-attempt", test_a_new_network_ends_an_old_attempt);
  ADD ("works-without-a-network-monitor", test_works_without_a_network_monitor);
  ADD ("probes-after-a-second-and-then-every-fifteen",
       test_probes_after_a_second_and_then_every_fifteen);
  ADD ("others-are-no-echo", test_others_are_no_echo);
  ADD ("a-silent-server-is-left-after-a-while", test_a_silent_server_is_left_after_a_while);
  ADD ("a-deaf-connection-is-found-and-nothing-is-lost",
       test_a_deaf_connection_is_found_and_nothing_is_lost);
  ADD ("a-burst-costs-one-probe", test_a_burst_costs_one_probe);
  ADD ("what-is-sent-while-a-probe-is-out-gets-its-own",
       test_what_is_sent_while_a_probe_is_out_gets_its_own);
  ADD ("sends-later-what-could-not-be-sent", test_sends_later_what_could_not_be_sent);
  ADD ("hello-comes-before-what-waited", test_hello_comes_before_what_waited);
  ADD ("a-message-that-ends-each-connection-is-given-up",
       test_a_message_that_ends_each_connection_is_given_up);
  ADD ("forgets-when-stopped", test_forgets_when_stopped);
  ADD ("flush-waits-for-the-proof", test_flush_waits_for_the_proof);
  ADD ("flush-has-an-end", test_flush_has_an_end);
  ADD ("flush-ends-where-nothing-is-left", test_flush_ends_where_nothing_is_left);
  ADD ("flush-ends-once", test_flush_ends_once);
  return g_test_run ();
}
