/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rig.h"
#include "server/limits.h"
#include "support/support.h"

static void
test_the_newest_connection_gets_everything (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) older = client_connect (rig->base, "vali", "secret");
  g_autoptr (Client) newer = client_connect (rig->base, "vali", "secret");

  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (newer, "call_request"));
  client_expect_nothing (older, ali);
}

static void
test_the_end_of_an_old_connection_silences_no_new_one (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  Client *older = client_connect (rig->base, "vali", "secret");
  g_autoptr (Client) newer = client_connect (rig->base, "vali", "secret");

  soup_websocket_connection_close (older->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  client_wait_closed (older);
  client_free (older);
  client_sync (newer);
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (newer, "call_request"));
}

static void
test_the_end_of_the_newest_makes_the_older_one_the_newest (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) older = client_connect (rig->base, "vali", "secret");
  Client *newer = client_connect (rig->base, "vali", "secret");

  soup_websocket_connection_close (newer->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  client_wait_closed (newer);
  client_free (newer);
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (older, "call_request"));
}

static void
test_one_connection_too_many_ends_the_oldest (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) client_free);

  for (guint i = 0; i <= ALOQA_MAX_DEVICES_PER_USER; i++) {
    g_ptr_array_add (clients, client_open (rig->base, rig->ali, token));
    json_object_unref (client_take_type (g_ptr_array_index (clients, i), "connected"));
  }
  g_assert_cmpuint (client_wait_closed (g_ptr_array_index (clients, 0)), ==, 1008);
  for (guint i = 1; i <= ALOQA_MAX_DEVICES_PER_USER; i++)
    client_sync (g_ptr_array_index (clients, i));
}

/* The same over the wire as in the relay's own tests. */
static void
test_new_clients_learn_what_old_ones_do_not (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");
  g_autoptr (JsonObject) ring = NULL;

  client_say_hello (ali, "\"call_id\",\"ringing\",\"unavailable\",\"busy\"");
  client_send (ali, "{\"type\":\"call_request\",\"to\":3,\"call_id\":\"a\"}");
  client_expect (ali, "{\"type\":\"unavailable\",\"from\":3,\"call_id\":\"a\","
                      "\"reason\":\"offline\"}");
  client_send (ali, "{\"type\":\"call_request\",\"to\":99,\"call_id\":\"b\"}");
  client_expect (ali, "{\"type\":\"unavailable\",\"from\":99,\"call_id\":\"b\","
                      "\"reason\":\"unknown\"}");

  client_send (ali, "{\"type\":\"call_request\",\"to\":2,\"call_id\":\"c\"}");
  ring = client_take_type (vali, "call_request");
  g_assert_false (json_object_has_member (ring, "call_id"));
  client_send (vali, "{\"type\":\"call_reject\",\"to\":1}");
  client_expect (ali, "{\"type\":\"call_reject\",\"from\":2,\"call_id\":\"c\"}");

  client_say_hello (vali, "\"call_id\",\"busy\"");
  client_send (ali, "{\"type\":\"call_request\",\"to\":2,\"call_id\":\"d\"}");
  json_object_unref (client_take_type (vali, "call_request"));
  client_send (vali, "{\"type\":\"busy\",\"to\":1,\"call_id\":\"d\"}");
  client_expect (ali, "{\"type\":\"busy\",\"from\":2,\"call_id\":\"d\"}");
}

static void
test_who_is_not_active_any_more_is_unknown (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");

  g_assert_true (aloqa_server_disable_user (rig->server, "vali", NULL));
  client_say_hello (ali, "\"unavailable\"");
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  client_expect (ali, "{\"type\":\"unavailable\",\"from\":2,\"reason\":\"unknown\"}");
}

static void
say_hello_as (Client *client, const char *device)
{
  g_autofree char *hello = g_strdup_printf ("{\"type\":\"hello\",\"features\":[\"call_id\","
                                            "\"multi_device\"],\"device\":\"%s\"}",
                                            device);

  client_send (client, hello);
  client_sync (client);
}

static void
test_all_devices_ring_until_one_answers (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) first = client_connect (rig->base, "vali", "secret");
  g_autoptr (Client) second = client_connect (rig->base, "vali", "secret");
  g_autoptr (Client) page = client_connect (rig->base, "vali", "secret");

  say_hello_as (first, "one");
  say_hello_as (second, "two");
  client_send (ali, "{\"type\":\"call_request\",\"to\":2,\"call_id\":\"x\"}");
  json_object_unref (client_take_type (first, "call_request"));
  json_object_unref (client_take_type (second, "call_request"));
  json_object_unref (client_take_type (page, "call_request"));
  client_send (first, "{\"type\":\"call_accept\",\"to\":1,\"call_id\":\"x\"}");
  client_expect (ali, "{\"type\":\"call_accept\",\"from\":2}");
  client_expect (second, "{\"type\":\"call_end\",\"from\":1,\"call_id\":\"x\","
                         "\"reason\":\"answered_elsewhere\"}");
  client_expect (page, "{\"type\":\"call_end\",\"from\":1}");
}

static void
test_a_device_that_vanishes_ends_its_call_after_a_while (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) page = client_connect (rig->base, "guli", "secret");
  Client *vali = client_connect (rig->base, "vali", "secret");

  say_hello_as (vali, "one");
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (vali, "call_request"));
  client_send (vali, "{\"type\":\"call_accept\",\"to\":1}");
  client_expect (ali, "{\"type\":\"call_accept\",\"from\":2}");
  soup_websocket_connection_close (vali->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  client_wait_closed (vali);
  client_free (vali);

  client_sync (page);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 9 * 1000);
  client_expect_nothing (ali, page);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 2 * 1000);
  client_expect (ali, "{\"type\":\"call_end\",\"from\":2}");
  g_object_unref (clock);
}

/* Its network is gone, and TCP does not tell. */
static void
test_a_caller_of_whom_nothing_comes_stops_the_ring (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");

  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (vali, "call_request"));
  for (guint i = 0; i < 5; i++) {
    aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 4 * 1000);
    client_sync (ali);
  }
  client_expect_nothing (vali, ali);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 7 * 1000);
  client_expect (vali, "{\"type\":\"call_end\",\"from\":1}");
  client_wait_closed (ali);
  g_object_unref (clock);
}

static void
test_presence_is_told_to_who_asks_for_it (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) page = client_connect (rig->base, "guli", "secret");
  g_autoptr (Client) vali = NULL;
  g_autoptr (JsonObject) list = NULL;

  client_say_hello (ali, "\"presence\"");
  client_sync (ali);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 100);
  list = client_take_type (ali, "presence");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (list, "online")), ==, 2);

  vali = client_connect (rig->base, "vali", "secret");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 100);
  client_expect (ali, "{\"type\":\"presence\",\"user_id\":2,\"online\":true}");
  client_expect_nothing (page, ali);
  g_object_unref (clock);
}

#define ADD(name, func) g_test_add_func ("/server/devices/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("the-newest-connection-gets-everything", test_the_newest_connection_gets_everything);
  ADD ("the-end-of-an-old-connection-silences-no-new-one",
       test_the_end_of_an_old_connection_silences_no_new_one);
  ADD ("the-end-of-the-newest-makes-the-older-one-the-newest",
       test_the_end_of_the_newest_makes_the_older_one_the_newest);
  ADD ("one-connection-too-many-ends-the-oldest", test_one_connection_too_many_ends_the_oldest);
  ADD ("new-clients-learn-what-old-ones-do-not", test_new_clients_learn_what_old_ones_do_not);
  ADD ("who-is-not-active-any-more-is-unknown", test_who_is_not_active_any_more_is_unknown);
  ADD ("all-devices-ring-until-one-answers", test_all_devices_ring_until_one_answers);
  ADD ("a-device-that-vanishes-ends-its-call-after-a-while",
       test_a_device_that_vanishes_ends_its_call_after_a_while);
  ADD ("a-caller-of-whom-nothing-comes-stops-the-ring",
       test_a_caller_of_whom_nothing_comes_stops_the_ring);
  ADD ("presence-is-told-to-who-asks-for-it", test_presence_is_told_to_who_asks_for_it);
  return g_test_run ();
}
