/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rig.h"

#include <string.h>

static void
test_registers_and_passes_messages_on (Rig *rig, gconstpointer data)
{
  const AloqaMessage *message;

  aloqa_connection_start (rig->connection);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_CONNECTING);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  g_assert_null (aloqa_connection_get_error (rig->connection));
  g_assert_cmpint (aloqa_connection_get_user_id (rig->connection), ==, 2);

  aloqa_fake_server_send (rig->server, "{\"type\":\"call_end\",\"from\":3}");
  rig_await_messages (rig, 1);
  message = g_ptr_array_index (rig->messages, 0);
  g_assert_cmpint (message->type, ==, ALOQA_MESSAGE_CALL_END);
  g_assert_cmpint (message->peer, ==, 3);
}

static void
test_is_no_more_than_a_client_on_the_wire (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  g_assert_null (rig->server->last_extensions);
  g_assert_cmpuint (rig->server->n_upgrades, ==, 1);
  /* A server without extensions hears no hello. */
  rig_send (rig, ALOQA_MESSAGE_CALL_ACCEPT, NULL);
  rig_await_frames (rig, 1);
  g_assert_cmpstr (g_ptr_array_index (rig->server->frames, 0), ==,
                   "{\"type\":\"call_accept\",\"to\":3}");
  g_assert_cmpint (aloqa_connection_get_features (rig->connection), ==, 0);
}

static void
test_says_hello_where_there_are_extensions (Rig *rig, gconstpointer data)
{
  rig->server->has_features = TRUE;
  aloqa_connection_set_device (rig->connection, "device-1");
  aloqa_connection_set_known_features (rig->connection,
                                       ALOQA_FEATURE_CALL_ID | ALOQA_FEATURE_PRESENCE);
  aloqa_connection_start (rig->connection);
  rig_await_frames (rig, 1);

  g_assert_cmpstr (
      g_ptr_array_index (rig->server->frames, 0), ==,
      "{\"type\":\"hello\",\"features\":[\"call_id\",\"presence\"],\"device\":\"device-1\"}");
  g_assert_cmpint (aloqa_connection_get_features (rig->connection), ==, ALOQA_FEATURE_CALL_ID);
}

static void
test_a_device_has_a_name_of_its_own (Rig *rig, gconstpointer data)
{
  const char *frame, *device;

  rig->server->has_features = TRUE;
  aloqa_connection_start (rig->connection);
  rig_await_frames (rig, 1);

  frame = g_ptr_array_index (rig->server->frames, 0);
  device = strstr (frame, "\"device\":\"") + strlen ("\"device\":\"");
  g_assert_cmpuint (strspn (device, "0123456789abcdef-"), ==, 36);
}

static void
test_a_refused_token_is_not_tried_again (Rig *rig, gconstpointer data)
{
  const guint codes[] = { 1011, 1008 };
  g_autofree char *token = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    rig->server->close_code = codes[i];
    aloqa_connection_start (rig->connection);
    rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
    g_assert_cmpint (rig_get_next_ms (rig), ==, -1);
    g_assert_nonnull (aloqa_connection_get_error (rig->connection));
    aloqa_fake_network_change (rig->network, TRUE);
    g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==,
                     ALOQA_CONNECTION_TOKEN_REFUSED);
    aloqa_connection_stop (rig->connection);
  }

  rig->server->close_code = 0;
  aloqa_fake_server_expire_tokens (rig->server);
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
  token = aloqa_fake_server_make_token (rig->server, 2, "access");
  aloqa_connection_set_access_token (rig->connection, token);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_refused_upgrade_is_a_refused_token (Rig *rig, gconstpointer data)
{
  const guint statuses[] = { 401, 403 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    rig->server->upgrade_status = statuses[i];
    aloqa_connection_start (rig->connection);
    rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
    g_assert_error (aloqa_connection_get_error (rig->connection), ALOQA_SIGNALING_ERROR,
                    ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
    aloqa_connection_stop (rig->connection);
  }
}

static void
test_a_failing_server_is_no_refused_token (Rig *rig, gconstpointer data)
{
  const guint statuses[] = { 500, 502, 503 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    rig->server->upgrade_status = statuses[i];
    aloqa_connection_start (rig->connection);
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    g_assert_error (aloqa_connection_get_error (rig->connection), ALOQA_SIGNALING_ERROR,
                    ALOQA_SIGNALING_ERROR_SERVER_FAILED);
    aloqa_connection_stop (rig->connection);
  }

  rig->server->upgrade_status = 404;
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  g_assert_error (aloqa_connection_get_error (rig->connection), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_BAD_ANSWER);
}

static void
test_a_close_tells_a_fault_from_a_refusal (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  aloqa_fake_server_close (rig->server, 1011);
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  rig_advance_ms (rig, 500);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);

  aloqa_fake_server_close (rig->server, 1000);
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  rig_advance_ms (rig, 1000);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);

  aloqa_fake_server_close (rig->server, 1008);
  rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
}

static void
test_a_redirect_is_not_followed (Rig *rig, gconstpointer data)
{
  g_autoptr (AloqaFakeServer) other = aloqa_fake_server_new (NULL);
  g_autofree char *url = aloqa_fake_server_dup_url (other);
  g_autofree char *target = g_strconcat (url, "/api/messages/ws/2?token=stolen", NULL);

  aloqa_fake_server_answer (rig->server, "/api/messages/ws", 302, target);
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  g_assert_error (aloqa_connection_get_error (rig->connection), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_BAD_ADDRESS);
  g_assert_cmpuint (rig->server->n_upgrades, ==, 1);
  g_assert_cmpuint (other->n_upgrades, ==, 0);
}

static void
test_taken_for_somebody_else (Rig *rig, gconstpointer data)
{
  rig->server->connected_user_id = 3;
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
  g_assert_error (aloqa_connection_get_error (rig->connection), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_BAD_ANSWER);
}

static void
test_nothing_counts_before_connected (Rig *rig, gconstpointer data)
{
  rig->server->is_silent = TRUE;
  aloqa_connection_start (rig->connection);
  rig_await_websockets (rig, 1);
  aloqa_fake_server_send (rig->server, "{\"type\":\"call_end\",\"from\":3}");
  aloqa_fake_server_send (rig->server, "{\"type\":\"connected\",\"user_id\":2}");
  aloqa_fake_server_send (rig->server, "{\"type\":\"call_reject\",\"from\":3}");
  rig_await_messages (rig, 1);
  g_assert_cmpint (((AloqaMessage *) g_ptr_array_index (rig->messages, 0))->type, ==,
                   ALOQA_MESSAGE_CALL_REJECT);
}

static void
test_says_good_bye (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  aloqa_connection_stop (rig->connection);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_STOPPED);
  rig_await_websockets (rig, 0);
  g_assert_true (rig->server->was_closed_in_order);
  /* And starts again. */
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static void
stop_connection (AloqaConnection *connection)
{
  aloqa_connection_stop (connection);
}

static void
test_may_be_stopped_by_what_it_says (Rig *rig, gconstpointer data)
{
  g_signal_connect (rig->connection, "message", G_CALLBACK (stop_connection), NULL);
  rig_register (rig);
  aloqa_fake_server_send (rig->server, "{\"type\":\"call_end\",\"from\":3}");
  aloqa_fake_server_send (rig->server, "{\"type\":\"call_end\",\"from\":3}");
  rig_await_state (rig, ALOQA_CONNECTION_STOPPED);
  rig_await_websockets (rig, 0);
  g_assert_cmpuint (rig->messages->len, ==, 1);
}

static void
drop_connection (AloqaConnection *connection, GParamSpec *pspec, Rig *rig)
{
  if (aloqa_connection_get_state (connection) == ALOQA_CONNECTION_REGISTERED)
    g_clear_object (&rig->connection);
}

static gboolean
is_gone (gpointer user_data)
{
  return ((Rig *) user_data)->connection == NULL;
}

static void
test_may_be_dropped_by_who_is_told (Rig *rig, gconstpointer data)
{
  g_signal_connect (rig->connection, "notify::state", G_CALLBACK (drop_connection), rig);
  aloqa_connection_start (rig->connection);
  aloqa_test_wait_until (is_gone, rig);
  rig_await_websockets (rig, 0);
}

/* The tear-down finds what is left behind in each of these. */
static void
test_ends_while_connecting (Rig *rig, gconstpointer data)
{
  aloqa_connection_start (rig->connection);
  rig_send (rig, ALOQA_MESSAGE_CALL_REQUEST, NULL);
}

static void
test_ends_while_the_server_thinks (Rig *rig, gconstpointer data)
{
  aloqa_fake_server_never_answer (rig->server, "/api/messages/ws");
  aloqa_connection_start (rig->connection);
  rig_await_upgrades (rig, 1);
}

static void
test_ends_before_connected (Rig *rig, gconstpointer data)
{
  rig->server->is_silent = TRUE;
  aloqa_connection_start (rig->connection);
  rig_await_websockets (rig, 1);
}

static void
test_ends_while_registered (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  rig_send (rig, ALOQA_MESSAGE_CALL_REQUEST, NULL);
}

static void
test_ends_while_waiting (Rig *rig, gconstpointer data)
{
  aloqa_fake_server_stop (rig->server);
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  rig_send (rig, ALOQA_MESSAGE_CALL_REQUEST, NULL);
}

static void
test_ends_while_refused (Rig *rig, gconstpointer data)
{
  rig->server->close_code = 1011;
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_TOKEN_REFUSED);
}

static void
test_ends_without_having_begun (Rig *rig, gconstpointer data)
{
  rig_send (rig, ALOQA_MESSAGE_CALL_REQUEST, NULL);
  g_assert_true (aloqa_connection_is_drained (rig->connection));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function) RIG_ADD ("/signaling/connection/" name, function)
  ADD ("registers-and-passes-messages-on", test_registers_and_passes_messages_on);
  ADD ("is-no-more-than-a-client-on-the-wire", test_is_no_more_than_a_client_on_the_wire);
  ADD ("says-hello-where-there-are-extensions", test_says_hello_where_there_are_extensions);
  ADD ("a-device-has-a-name-of-its-own", test_a_device_has_a_name_of_its_own);
  ADD ("a-refused-token-is-not-tried-again", test_a_refused_token_is_not_tried_again);
  ADD ("a-refused-upgrade-is-a-refused-token", test_a_refused_upgrade_is_a_refused_token);
  ADD ("a-failing-server-is-no-refused-token", test_a_failing_server_is_no_refused_token);
  ADD ("a-close-tells-a-fault-from-a-refusal", test_a_close_tells_a_fault_from_a_refusal);
  ADD ("a-redirect-is-not-followed", test_a_redirect_is_not_followed);
  ADD ("taken-for-somebody-else", test_taken_for_somebody_else);
  ADD ("nothing-counts-before-connected", test_nothing_counts_before_connected);
  ADD ("says-good-bye", test_says_good_bye);
  ADD ("may-be-stopped-by-what-it-says", test_may_be_stopped_by_what_it_says);
  ADD ("may-be-dropped-by-who-is-told", test_may_be_dropped_by_who_is_told);
  ADD ("ends-while-connecting", test_ends_while_connecting);
  ADD ("ends-while-the-server-thinks", test_ends_while_the_server_thinks);
  ADD ("ends-before-connected", test_ends_before_connected);
  ADD ("ends-while-registered", test_ends_while_registered);
  ADD ("ends-while-waiting", test_ends_while_waiting);
  ADD ("ends-while-refused", test_ends_while_refused);
  ADD ("ends-without-having-begun", test_ends_without_having_begun);
  return g_test_run ();
}
