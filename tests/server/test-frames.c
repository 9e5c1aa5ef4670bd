/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "rig.h"
#include "server/limits.h"
#include "support/support.h"

#include <string.h>

static void
test_typing_to_oneself_comes_back_and_to_others_does_not (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");

  client_sync (ali);
  client_send (ali, "{\"type\":\"typing\",\"to\":2}");
  client_expect_nothing (vali, ali);
}

static void
test_what_is_not_for_calls_is_ignored (void)
{
  static const char *const frames[] = {
    "{\"type\":\"message\",\"to\":2,\"content\":\"hi\"}",
    "{\"type\":\"messages_read\",\"to\":2}",
    "{\"type\":\"reaction_update\"}",
    "{\"type\":\"connected\",\"user_id\":2}",
    "{\"type\":\"presence\",\"online\":[]}",
    "{\"type\":\"unavailable\",\"to\":2}",
    "{\"type\":\"ringing\",\"to\":2,\"call_id\":\"x\"}",
    "{\"type\":\"something else\"}",
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");

  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++) {
    g_test_message ("%s", frames[i]);
    client_send (ali, frames[i]);
    client_expect_nothing (vali, ali);
  }
}

static void
test_faults_are_answered_and_the_socket_lives (void)
{
  static const struct {
    const char *frame;
    const char *field;
  } cases[] = {
    { "nonsense", NULL },
    { "[]", NULL },
    { "{\"to\":2}", "type" },
    { "{\"type\":\"call_request\"}", "to" },
    { "{\"type\":\"call_request\",\"to\":\"2\"}", "to" },
    { "{\"type\":\"call_request\",\"to\":-1}", "to" },
    { "{\"type\":\"call_request\",\"to\":1}", "to" },
    { "{\"type\":\"call_answer\",\"to\":2,\"sdp\":NaN}", NULL },
    { "{\"type\":\"call_answer\",\"to\":2,\"sdp\":\"\\ud800\"}", NULL },
    { "{\"type\":\"call_accept\",\"to\":2,\"call_id\":\"no spaces\"}", "call_id" },
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonObject) error = NULL;

    g_test_message ("%s", cases[i].frame);
    client_send (ali, cases[i].frame);
    error = client_take_type (ali, "error");
    g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "bad_message");
    g_assert_cmpstr (json_object_get_string_member_with_default (error, "field", NULL), ==,
                     cases[i].field);
    g_assert_nonnull (json_object_get_string_member (error, "message"));
  }

  /* Enough said: from here on faults are dropped in silence. */
  client_send (ali, "nonsense");
  client_expect_nothing (vali, ali);
}

static void
test_binary_frames_are_ignored (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");

  soup_websocket_connection_send_binary (ali->socket, "{\"type\":\"call_end\",\"to\":2}", 26);
  client_sync (ali);
}

static void
test_large_frames_are_answered_and_huge_ones_end (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autofree char *large = g_strnfill (ALOQA_MAX_FRAME_BYTES + 1, ' ');
  g_autofree char *huge = g_strnfill (ALOQA_MAX_WIRE_MESSAGE_BYTES + 1, ' ');
  g_autoptr (JsonObject) error = NULL;

  client_send (ali, large);
  error = client_take_type (ali, "error");
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "too_large");
  client_sync (ali);

  client_send (ali, huge);
  client_wait_closed (ali);
}

static void
test_fragments_do_not_add_up_past_the_limit (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Raw) raw = raw_open_websocket (aloqa_server_get_port (rig->server), rig->ali, token);
  g_autofree char *part = g_strnfill (60000, ' ');

  raw_send_frame (raw, 0x01, part, 60000);
  for (guint i = 0; i < 8; i++)
    raw_send_frame (raw, 0x00, part, 60000);
  raw_wait_end (raw);
}

static void
test_a_message_in_fragments_is_one (void)
{
  static const char first[] = "{\"type\":\"typ";
  static const char second[] = "ing\",\"to\":1}";
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Raw) raw = raw_open_websocket (aloqa_server_get_port (rig->server), rig->ali, token);

  raw_send_frame (raw, 0x01, first, strlen (first));
  raw_send_frame (raw, 0x89, "ping", 4);
  raw_send_frame (raw, 0x80, second, strlen (second));
  raw_wait_for (raw, "{\"type\":\"typing\",\"from\":1}");
}

/* In the same packet as the handshake, before its answer. */
static void
test_frames_right_behind_the_handshake_count (void)
{
  static const char frame[] = "{\"type\":\"typing\",\"to\":1}";
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Raw) raw = raw_connect (aloqa_server_get_port (rig->server));
  g_autofree char *request = g_strdup_printf (
      "GET /api/messages/ws/1?token=%s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      token);
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  const guint8 header[] = { 0x81, 0x80 | (sizeof frame - 1), 0, 0, 0, 0 };

  g_byte_array_append (packet, (const guint8 *) request, (guint) strlen (request));
  g_byte_array_append (packet, header, sizeof header);
  g_byte_array_append (packet, (const guint8 *) frame, sizeof frame - 1);
  raw_send (raw, packet->data, packet->len);
  raw_wait_for (raw, "{\"type\":\"typing\",\"from\":1}");
}

static void
test_frames_against_the_rules_end_the_connection (void)
{
  static const guint8 first_bytes[] = { 0x09, 0x00, 0xc1, 0x83, 0x8b };
  static const char frame[] = "{\"type\":\"typing\",\"to\":1}";
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");

  for (gsize i = 0; i < G_N_ELEMENTS (first_bytes); i++) {
    g_autoptr (Raw) raw = raw_open_websocket (aloqa_server_get_port (rig->server), rig->ali, token);

    g_test_message ("%02x", first_bytes[i]);
    raw_send_frame (raw, first_bytes[i], frame, strlen (frame));
    /* What follows at once finds a socket that is closing. */
    raw_send_frame (raw, 0x81, frame, strlen (frame));
    raw_wait_end (raw);
  }
}

static void
test_pings_of_a_client_that_does_not_read_end_it (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Raw) raw = raw_open_websocket (aloqa_server_get_port (rig->server), rig->ali, token);
  g_autofree char *payload = g_strnfill (125, 'p');
  g_autoptr (GByteArray) pings = g_byte_array_new ();
  gboolean is_open = TRUE;

  for (guint i = 0; i < 500; i++) {
    const guint8 header[] = { 0x89, 0x80 | 125, 0, 0, 0, 0 };

    g_byte_array_append (pings, header, sizeof header);
    g_byte_array_append (pings, (const guint8 *) payload, 125);
  }
  raw->is_reading = FALSE;
  for (guint i = 0; i < 2000 && is_open; i++)
    is_open = raw_try_send (raw, pings->data, pings->len);
  g_assert_false (is_open);
  rig_wait_idle (rig);
}

static void
test_a_client_that_does_not_read_loses_its_connection (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autofree char *token = sign_in (rig->base, "vali", "secret");
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Raw) vali = raw_open_websocket (aloqa_server_get_port (rig->server), rig->vali, token);
  g_autofree char *padding = g_strnfill (1000, 'x');
  g_autoptr (GString) sdp =
      g_string_new ("v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n"
                    "m=audio 9 UDP/TLS/RTP/SAVPF 111\\r\\n");
  g_autofree char *frame = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (sdp, "a=x%u:%s\\r\\n", i, padding);
  frame = g_strdup_printf ("{\"type\":\"call_answer\",\"to\":%" G_GINT64_FORMAT
                           ",\"sdp\":{\"type\":\"answer\",\"sdp\":\"%s\"}}",
                           rig->vali, sdp->str);

  vali->is_reading = FALSE;
  for (guint i = 0; i < 300; i++) {
    client_send (ali, frame);
    client_sync (ali);
    /* What the rates allow. */
    aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 100);
  }
  vali->is_reading = TRUE;
  raw_wait_end (vali);
  client_sync (ali);
  g_object_unref (clock);
}

static void
test_a_silent_connection_ends (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) lively = client_connect (rig->base, "vali", "secret");
  g_autoptr (Raw) silent =
      raw_open_websocket (aloqa_server_get_port (rig->server), rig->ali, token);

  for (guint i = 0; i < 5; i++) {
    aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 10 * 1000);
    client_sync (lively);
  }
  g_assert_cmpuint (aloqa_server_get_n_connections (rig->server), ==, 2);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 10 * 1000);
  raw_wait_end (silent);
  client_sync (lively);
  g_object_unref (clock);
}

static void
test_a_flood_is_limited_and_told_when_to_go_on (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");
  g_autoptr (JsonObject) error = NULL;

  for (guint i = 0; i < ALOQA_CALLS_BURST; i++)
    client_send (ali, "{\"type\":\"call_request\",\"to\":2,\"call_type\":\"audio\"}");
  client_sync (ali);
  for (guint i = 0; i < ALOQA_CALLS_BURST; i++)
    json_object_unref (client_take_type (vali, "call_request"));

  client_send (ali, "{\"type\":\"call_request\",\"to\":2,\"call_type\":\"audio\"}");
  error = client_take_type (ali, "error");
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "rate_limited");
  g_assert_cmpint (json_object_get_int_member (error, "retry_after_ms"), ==, 501);
  client_expect_nothing (vali, ali);

  /* A call that runs can still be ended, and another user is not touched. */
  client_send (ali, "{\"type\":\"call_end\",\"to\":2}");
  client_expect (vali, "{\"type\":\"call_end\",\"from\":1}");
  client_send (vali, "{\"type\":\"call_request\",\"to\":1}");
  json_object_unref (client_take_type (ali, "call_request"));

  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 501);
  client_send (ali, "{\"type\":\"call_request\",\"to\":2,\"call_type\":\"audio\"}");
  json_object_unref (client_take_type (vali, "call_request"));
  g_object_unref (clock);
}

static void
test_who_floods_with_what_is_ignored_is_thrown_out (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (JsonObject) error = NULL;

  for (guint i = 0; i < ALOQA_FRAMES_BURST + ALOQA_MAX_DROPPED_FRAMES; i++)
    client_send (ali, "{\"type\":\"message\"}");
  error = client_take_type (ali, "error");
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "rate_limited");
  g_assert_cmpint (json_object_get_int_member (error, "retry_after_ms"), ==, 11);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 11);
  g_assert_false (ali->is_closed);

  for (guint i = 0; i < 10; i++)
    client_send (ali, "{\"type\":\"message\"}");
  g_assert_cmpuint (client_wait_closed (ali), ==, 1008);
  g_object_unref (clock);
}

static void
test_large_frames_count_for_more (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autofree char *padding = g_strnfill (10 * ALOQA_FRAME_UNIT_BYTES, 'x');
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"message\",\"x\":\"%s\"}", padding);
  g_autoptr (JsonObject) error = NULL;

  for (guint i = 0; i < ALOQA_FRAMES_BURST / 11 + 1; i++)
    client_send (ali, frame);
  error = client_take_type (ali, "error");
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "rate_limited");
  g_object_unref (clock);
}

static void
test_candidates_have_a_limit_of_their_own (void)
{
  static const char frame[] =
      "{\"type\":\"ice_candidate\",\"to\":2,\"candidate\":{\"candidate\":"
      "\"candidate:1 1 udp 1 192.0.2.1 9 typ host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}";
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");

  for (guint i = 0; i < ALOQA_CANDIDATES_BURST; i++)
    client_send (ali, frame);
  client_sync (ali);
  for (guint i = 0; i < ALOQA_CANDIDATES_BURST; i++)
    json_object_unref (client_take_type (vali, "ice_candidate"));
  client_send (ali, frame);
  json_object_unref (client_take_type (ali, "error"));
  client_expect_nothing (vali, ali);
  g_object_unref (clock);
}

#define ADD(name, func) g_test_add_func ("/server/frames/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("typing-to-oneself-comes-back-and-to-others-does-not",
       test_typing_to_oneself_comes_back_and_to_others_does_not);
  ADD ("what-is-not-for-calls-is-ignored", test_what_is_not_for_calls_is_ignored);
  ADD ("faults-are-answered-and-the-socket-lives", test_faults_are_answered_and_the_socket_lives);
  ADD ("binary-frames-are-ignored", test_binary_frames_are_ignored);
  ADD ("large-frames-are-answered-and-huge-ones-end",
       test_large_frames_are_answered_and_huge_ones_end);
  ADD ("fragments-do-not-add-up-past-the-limit", test_fragments_do_not_add_up_past_the_limit);
  ADD ("a-message-in-fragments-is-one", test_a_message_in_fragments_is_one);
  ADD ("frames-right-behind-the-handshake-count", test_frames_right_behind_the_handshake_count);
  ADD ("frames-against-the-rules-end-the-connection",
       test_frames_against_the_rules_end_the_connection);
  ADD ("pings-of-a-client-that-does-not-read-end-it",
       test_pings_of_a_client_that_does_not_read_end_it);
  ADD ("a-client-that-does-not-read-loses-its-connection",
       test_a_client_that_does_not_read_loses_its_connection);
  ADD ("a-silent-connection-ends", test_a_silent_connection_ends);
  ADD ("a-flood-is-limited-and-told-when-to-go-on", test_a_flood_is_limited_and_told_when_to_go_on);
  ADD ("who-floods-with-what-is-ignored-is-thrown-out",
       test_who_floods_with_what_is_ignored_is_thrown_out);
  ADD ("large-frames-count-for-more", test_large_frames_count_for_more);
  ADD ("candidates-have-a-limit-of-their-own", test_candidates_have_a_limit_of_their_own);
  return g_test_run ();
}
