/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "rig.h"
#include "server/limits.h"
#include "server/tokens.h"
#include "support/support.h"

#include <jwt.h>
#include <string.h>

static void
test_greets_with_id_and_features (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) client = client_open (rig->base, rig->ali, token);
  g_autofree char *expected =
      g_strdup_printf ("{\"type\":\"connected\",\"user_id\":%" G_GINT64_FORMAT
                       ",\"features\":[\"call_id\",\"ringing\",\"unavailable\",\"busy\"]}",
                       rig->ali);

  client_expect (client, expected);
}

static void
test_no_token_is_an_http_403 (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) none = client_open (rig->base, rig->ali, NULL);
  g_autoptr (Client) no_id = client_open (rig->base, 0, token);

  g_assert_null (none->socket);
  g_assert_cmpuint (none->handshake_status, ==, 403);
  g_assert_null (no_id->socket);
  g_assert_cmpuint (no_id->handshake_status, ==, 403);
}

static void
test_a_plain_request_is_no_handshake (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autofree char *path = g_strconcat ("/api/messages/ws/1?token=", token, NULL);
  g_autoptr (Answer) answer = http_get (rig->base, path, NULL);

  g_assert_cmpuint (answer->status, ==, 400);
}

/* A token of the server's own key, with whatever claims and algorithm. */
static char *
forge (jwt_alg_t algorithm, const char *key, const char *claims)
{
  jwt_t *jwt;
  char *encoded;
  char *token;

  g_assert_cmpint (jwt_new (&jwt), ==, 0);
  g_assert_cmpint (
      jwt_set_alg (jwt, algorithm, (const guchar *) key, key != NULL ? (int) strlen (key) : 0), ==,
      0);
  g_assert_cmpint (jwt_add_grants_json (jwt, claims), ==, 0);
  encoded = jwt_encode_str (jwt);
  token = g_strdup (encoded);
  free (encoded);
  jwt_free (jwt);
  return token;
}

static void
test_refused_tokens_are_upgraded_and_closed_with_a_code (void)
{
#define FUTURE "\"exp\":4000000000"
  static const struct {
    jwt_alg_t algorithm;
    const char *key;
    const char *claims;
    gushort code; /* 0: it is a good one */
  } cases[] = {
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 0 },
    { JWT_ALG_NONE, NULL, "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS512, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, "another key", "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\",\"exp\":1000}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\"}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\",\"exp\":\"4000000000\"}",
      1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":1,\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"refresh\"," FUTURE "}", 1008 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"vali\",\"type\":\"access\"," FUTURE "}", 1008 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"nobody\",\"type\":\"access\"," FUTURE "}", 1008 },
  };
  g_autoptr (Rig) rig = rig_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *token = forge (cases[i].algorithm, cases[i].key, cases[i].claims);
    g_autoptr (Client) client = client_open (rig->base, rig->ali, token);

    g_test_message ("%s", cases[i].claims);
    g_assert_nonnull (client->socket);
    if (cases[i].code == 0) {
      json_object_unref (client_take_type (client, "connected"));
    } else {
      g_assert_cmpuint (client_wait_closed (client), ==, cases[i].code);
      g_assert_cmpuint (client->frames.length, ==, 0);
    }
  }
}

static void
test_garbage_for_a_token_closes_with_1011 (void)
{
  static const char *const tokens[] = {
    "", "x", "a.b.c", "..", "%00", "%FF%FE", "eyJhbGciOiJIUzI1NiJ9.e30.", "eyJhbGciOiJub25lIn0.e30."
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *good = sign_in (rig->base, "ali", "secret");
  g_autofree char *cut = g_strndup (good, strlen (good) - 1);
  g_autofree char *huge = g_strnfill (8000, 'x');
  g_autoptr (Client) with_cut = client_open (rig->base, rig->ali, cut);
  g_autoptr (Client) with_huge = client_open (rig->base, rig->ali, huge);

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (Client) client = client_open (rig->base, rig->ali, tokens[i]);

    g_test_message ("%s", tokens[i]);
    g_assert_nonnull (client->socket);
    g_assert_cmpuint (client_wait_closed (client), ==, 1011);
  }
  g_assert_cmpuint (client_wait_closed (with_cut), ==, 1011);
  g_assert_cmpuint (client_wait_closed (with_huge), ==, 1011);
}

static void
test_an_open_socket_outlives_its_token (void)
{
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .access_token_lifetime_s = 1 });
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) client = client_open (rig->base, rig->ali, token);

  json_object_unref (client_take_type (client, "connected"));
  for (gboolean is_valid = TRUE; is_valid;) {
    g_autoptr (Answer) answer = http_get (rig->base, "/api/users/me", token);

    is_valid = answer->status == 200;
  }
  client_sync (client);
}

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
    { "{\"type\":\"call_request\",\"to\":2.5}", "to" },
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
test_no_compression_is_agreed_on (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Raw) raw = raw_open_websocket (aloqa_server_get_port (rig->server), rig->ali, token);

  g_byte_array_append (raw->received, (const guint8 *) "", 1);
  g_assert_null (strstr ((const char *) raw->received->data, "permessage-deflate"));
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

static void
test_the_newest_connection_gets_everything (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) older = client_connect (rig->base, "vali", "secret");
  g_autoptr (Client) newer = client_connect (rig->base, "vali", "secret");

  client_send (ali, "{\"type\":\"call_end\",\"to\":2}");
  client_expect (newer, "{\"type\":\"call_end\",\"from\":1}");
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
  client_send (ali, "{\"type\":\"call_end\",\"to\":2}");
  client_expect (newer, "{\"type\":\"call_end\",\"from\":1}");
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
  client_send (ali, "{\"type\":\"call_end\",\"to\":2}");
  client_expect (older, "{\"type\":\"call_end\",\"from\":1}");
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

static void
test_an_address_has_so_many_connections (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (GPtrArray) raws = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_free);
  g_autoptr (Raw) one_more = NULL;

  for (guint i = 0; i < ALOQA_MAX_CONNECTIONS_PER_ADDRESS; i++)
    g_ptr_array_add (raws, raw_connect (aloqa_server_get_port (rig->server)));
  while (aloqa_server_get_n_connections (rig->server) < ALOQA_MAX_CONNECTIONS_PER_ADDRESS)
    g_main_context_iteration (NULL, TRUE);

  one_more = raw_connect (aloqa_server_get_port (rig->server));
  raw_wait_end (one_more);
  g_assert_cmpuint (aloqa_server_get_n_connections (rig->server), ==,
                    ALOQA_MAX_CONNECTIONS_PER_ADDRESS);

  /* As soon as one of them has ended there is room again. */
  g_ptr_array_remove_index (raws, 0);
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_assert_nonnull (token);
}

static void
test_a_disabled_user_is_disconnected (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");

  g_assert_true (aloqa_server_disable_user (rig->server, "ali", NULL));
  g_assert_cmpuint (client_wait_closed (ali), ==, 1008);
}

static void
test_stopping_tells_everybody_and_starting_again_works (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  guint16 port = aloqa_server_get_port (rig->server);
  g_autoptr (Client) again = NULL;
  g_autoptr (GError) error = NULL;

  aloqa_server_stop (rig->server);
  g_assert_cmpuint (client_wait_closed (ali), ==, 1001);
  rig_wait_idle (rig);

  g_assert_true (aloqa_server_start (rig->server, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (aloqa_server_get_port (rig->server), ==, port);
  again = client_connect (rig->base, "ali", "secret");
}

#define ADD(name, func) g_test_add_func ("/server/websocket/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("greets-with-id-and-features", test_greets_with_id_and_features);
  ADD ("no-token-is-an-http-403", test_no_token_is_an_http_403);
  ADD ("a-plain-request-is-no-handshake", test_a_plain_request_is_no_handshake);
  ADD ("refused-tokens-are-upgraded-and-closed-with-a-code",
       test_refused_tokens_are_upgraded_and_closed_with_a_code);
  ADD ("garbage-for-a-token-closes-with-1011", test_garbage_for_a_token_closes_with_1011);
  ADD ("an-open-socket-outlives-its-token", test_an_open_socket_outlives_its_token);
  ADD ("typing-to-oneself-comes-back-and-to-others-does-not",
       test_typing_to_oneself_comes_back_and_to_others_does_not);
  ADD ("what-is-not-for-calls-is-ignored", test_what_is_not_for_calls_is_ignored);
  ADD ("faults-are-answered-and-the-socket-lives", test_faults_are_answered_and_the_socket_lives);
  ADD ("binary-frames-are-ignored", test_binary_frames_are_ignored);
  ADD ("large-frames-are-answered-and-huge-ones-end",
       test_large_frames_are_answered_and_huge_ones_end);
  ADD ("fragments-do-not-add-up-past-the-limit", test_fragments_do_not_add_up_past_the_limit);
  ADD ("a-message-in-fragments-is-one", test_a_message_in_fragments_is_one);
  ADD ("frames-against-the-rules-end-the-connection",
       test_frames_against_the_rules_end_the_connection);
  ADD ("no-compression-is-agreed-on", test_no_compression_is_agreed_on);
  ADD ("pings-of-a-client-that-does-not-read-end-it",
       test_pings_of_a_client_that_does_not_read_end_it);
  ADD ("a-client-that-does-not-read-loses-its-connection",
       test_a_client_that_does_not_read_loses_its_connection);
  ADD ("a-silent-connection-ends", test_a_silent_connection_ends);
  ADD ("a-flood-is-limited-and-told-when-to-go-on", test_a_flood_is_limited_and_told_when_to_go_on);
  ADD ("candidates-have-a-limit-of-their-own", test_candidates_have_a_limit_of_their_own);
  ADD ("the-newest-connection-gets-everything", test_the_newest_connection_gets_everything);
  ADD ("the-end-of-an-old-connection-silences-no-new-one",
       test_the_end_of_an_old_connection_silences_no_new_one);
  ADD ("the-end-of-the-newest-makes-the-older-one-the-newest",
       test_the_end_of_the_newest_makes_the_older_one_the_newest);
  ADD ("one-connection-too-many-ends-the-oldest", test_one_connection_too_many_ends_the_oldest);
  ADD ("an-address-has-so-many-connections", test_an_address_has_so_many_connections);
  ADD ("a-disabled-user-is-disconnected", test_a_disabled_user_is_disconnected);
  ADD ("stopping-tells-everybody-and-starting-again-works",
       test_stopping_tells_everybody_and_starting_again_works);
  return g_test_run ();
}
