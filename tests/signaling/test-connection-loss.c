/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rig.h"

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

static guint
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static void
test_many_losses_leave_nothing_behind (Rig *rig, gconstpointer data)
{
  guint n_before = 0;

  aloqa_connection_start (rig->connection);
  for (guint i = 0; i < 300; i++) {
    rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
    aloqa_fake_server_drop (rig->server);
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    rig_await_websockets (rig, 0);
    aloqa_test_drain ();
    /* Some are opened once, such as those of name look-up. */
    if (i == 10)
      n_before = count_descriptors ();
    rig_advance_ms (rig, rig_get_next_ms (rig));
  }
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  aloqa_connection_stop (rig->connection);
  rig_await_websockets (rig, 0);
  aloqa_test_drain ();
  g_assert_cmpuint (count_descriptors (), <=, n_before + 2);
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
count (AloqaConnection *connection, guint *n)
{
  *n += 1;
}

static void
test_says_when_it_is_proven (Rig *rig, gconstpointer data)
{
  guint n_proven = 0;

  g_signal_connect (rig->connection, "proven", G_CALLBACK (count), &n_proven);
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  g_assert_cmpuint (n_proven, ==, 0);
  rig_echo (rig);
  g_assert_cmpuint (n_proven, ==, 1);
  /* An echo that nobody asked for proves nothing. */
  aloqa_fake_server_send (rig->server, "{\"type\":\"typing\",\"from\":2}");
  aloqa_fake_server_send (rig->server, "{\"type\":\"call_end\",\"from\":3}");
  rig_await_messages (rig, 1);
  g_assert_cmpuint (n_proven, ==, 1);
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
  ADD ("many-losses-leave-nothing-behind", test_many_losses_leave_nothing_behind);
  ADD ("connects-when-the-network-returns", test_connects_when_the_network_returns);
  ADD ("a-new-network-ends-an-old-attempt", test_a_new_network_ends_an_old_attempt);
  ADD ("works-without-a-network-monitor", test_works_without_a_network_monitor);
  ADD ("probes-after-a-second-and-then-every-fifteen",
       test_probes_after_a_second_and_then_every_fifteen);
  ADD ("says-when-it-is-proven", test_says_when_it_is_proven);
  ADD ("others-are-no-echo", test_others_are_no_echo);
  ADD ("a-silent-server-is-left-after-a-while", test_a_silent_server_is_left_after_a_while);
  return g_test_run ();
}
