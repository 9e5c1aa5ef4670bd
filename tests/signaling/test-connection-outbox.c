/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rig.h"

static void
assert_frame (Rig *rig, guint index, const char *type)
{
  g_autofree char *expected = g_strdup_printf ("{\"type\":\"%s\"", type);

  g_assert_cmpuint (rig->server->frames->len, >, index);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (rig->server->frames, index), expected));
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
#define ADD(name, function) RIG_ADD ("/signaling/connection-outbox/" name, function)
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
