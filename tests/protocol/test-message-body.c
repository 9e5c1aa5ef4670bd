/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"

#include "support/support.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Every shape of "sdp" and of "candidate". */

#define DESCRIPTION "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
#define ESCAPED "v=0\\r\\no=- 1 2 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\nm=audio 9 RTP/AVP 0\\r\\n"
#define LINE "candidate:1 1 udp 5 192.0.2.2 9 typ host"

static AloqaMessage *
parse_member (const char *type, const char *member, GError **error)
{
  g_autofree char *json =
      g_strdup_printf ("{\"type\":\"%s\",\"from\":2,\"leg\":1,%s}", type, member);

  g_test_message ("%.200s", json);
  return aloqa_message_parse (json, -1, ALOQA_SIDE_SERVER, error);
}

/* @value as a JSON string. */
static char *
quote (const char *value)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), value);

  return json_to_string (node, FALSE);
}

static void
check_sdp (const char *type, const char *value)
{
  g_autofree char *member = g_strconcat ("\"sdp\":", value, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message = parse_member (type, member, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (message->sdp, ==, DESCRIPTION);
}

static void
test_every_shape_of_sdp_is_read (void)
{
  const char *const offer = "{\"type\":\"offer\",\"sdp\":\"" ESCAPED "\"}";
  const char *const answer = "{\"sdp\":\"" ESCAPED "\",\"type\":\"answer\"}";
  g_autofree char *quoted_offer = quote (offer);
  g_autofree char *quoted_padded = quote ("\n {\"sdp\":\"" ESCAPED "\"} ");

  check_sdp ("incoming_call", offer);
  check_sdp ("call_answer", answer);
  check_sdp ("replace", offer);
  check_sdp ("replace_answer", answer);
  check_sdp ("call_answer", "{\"sdp\":\"" ESCAPED "\"}");
  check_sdp ("call_answer", "{\"type\":null,\"sdp\":\"" ESCAPED "\"}");
  check_sdp ("incoming_call", quoted_offer);
  check_sdp ("incoming_call", quoted_padded);
  check_sdp ("incoming_call", "\"" ESCAPED "\"");
  check_sdp ("call_answer", "\"\\n " ESCAPED "\"");
}

static void
test_line_ends_become_crlf (void)
{
  check_sdp ("incoming_call",
             "\"v=0\\no=- 1 2 IN IP4 0.0.0.0\\ns=-\\nt=0 0\\nm=audio 9 RTP/AVP 0\"");
  check_sdp ("incoming_call",
             "\"v=0\\r\\no=- 1 2 IN IP4 0.0.0.0\\ns=-\\n\\nt=0 0\\r\\nm=audio 9 RTP/AVP 0\\n\\n\"");
}

static void
check_fault (const char *type, const char *member, int code, const char *field)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse_member (type, member, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, code);
  g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, field);
}

static void
test_a_bad_sdp_names_its_field (void)
{
  const int bad = ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, bad_sdp = ALOQA_PROTOCOL_ERROR_BAD_SDP;

  check_fault ("incoming_call", "\"x\":1", bad, "sdp");
  check_fault ("incoming_call", "\"sdp\":null", bad, "sdp");
  check_fault ("incoming_call", "\"sdp\":5", bad, "sdp");
  check_fault ("incoming_call", "\"sdp\":[]", bad, "sdp");
  check_fault ("incoming_call", "\"sdp\":{}", bad, "sdp.sdp");
  check_fault ("incoming_call", "\"sdp\":{\"type\":\"offer\",\"sdp\":7}", bad, "sdp.sdp");
  check_fault ("incoming_call", "\"sdp\":{\"type\":5,\"sdp\":\"" ESCAPED "\"}", bad, "sdp.type");
  check_fault ("incoming_call", "\"sdp\":{\"type\":\"answer\",\"sdp\":\"" ESCAPED "\"}", bad,
               "sdp.type");
  check_fault ("call_answer", "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" ESCAPED "\"}", bad,
               "sdp.type");
  check_fault ("call_answer", "\"sdp\":{\"type\":\"pranswer\",\"sdp\":\"" ESCAPED "\"}", bad,
               "sdp.type");
  check_fault ("replace", "\"sdp\":{\"type\":\"answer\",\"sdp\":\"" ESCAPED "\"}", bad, "sdp.type");
  check_fault ("incoming_call", "\"sdp\":\"{not json\"", bad, "sdp");
  check_fault ("incoming_call", "\"sdp\":\"hello\"", bad_sdp, "sdp");
  check_fault ("incoming_call", "\"sdp\":\"\"", bad_sdp, "sdp");
  check_fault ("incoming_call", "\"sdp\":{\"type\":\"offer\",\"sdp\":\"hello\"}", bad_sdp,
               "sdp.sdp");
  check_fault ("incoming_call", "\"sdp\":\"v=0\\r\\no=-\\r\\ns=-\\r\\n\"", bad_sdp, "sdp");
}

static void
test_an_sdp_ends_at_its_limit (void)
{
  g_autofree char *padding = g_strnfill (ALOQA_MAX_SDP_BYTES, 'x');
  g_autofree char *raw = g_strdup_printf ("\"sdp\":\"%s%s\"", ESCAPED, padding);
  g_autofree char *object = g_strdup_printf ("\"sdp\":{\"sdp\":\"%s%s\"}", ESCAPED, padding);

  check_fault ("incoming_call", raw, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "sdp");
  check_fault ("incoming_call", object, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "sdp.sdp");
}

/* It was over the limit only once its line ends had become two bytes. */
static void
test_line_ends_count_too (void)
{
  g_autoptr (GString) text = g_string_new ("v=0\\no=-\\ns=-\\nm=audio 9 RTP/AVP 0\\n");
  g_autofree char *padding = g_strnfill (98, 'x');
  g_autofree char *member = NULL;

  for (guint n_bytes = 40; n_bytes < ALOQA_MAX_SDP_BYTES - 101; n_bytes += 101)
    g_string_append_printf (text, "a=%s\\n", padding);
  member = g_strdup_printf ("\"sdp\":\"%s\"", text->str);

  check_fault ("incoming_call", member, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "sdp");
}

static const struct {
  const char *value;
  const char *line;
  const char *mid;
  int m_line_index;
  const char *username_fragment;
  const char *written; /* as we send it on */
} candidates[] = {
  { "{\"candidate\":\"" LINE "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":\"f\"}",
    LINE, "0", 0, "f",
    "{\"candidate\":\"" LINE
    "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":\"f\"}" },
  { "{\"candidate\":\"" LINE "\",\"sdpMLineIndex\":1}", LINE, NULL, 1, NULL,
    "{\"candidate\":\"" LINE "\",\"sdpMLineIndex\":1}" },
  { "{\"candidate\":\"" LINE "\",\"sdpMid\":\"video\"}", LINE, "video", -1, NULL,
    "{\"candidate\":\"" LINE "\",\"sdpMid\":\"video\"}" },
  { "{\"candidate\":\"" LINE "\",\"sdpMid\":null,\"sdpMLineIndex\":null,"
    "\"usernameFragment\":null}",
    LINE, NULL, -1, NULL, "{\"candidate\":\"" LINE "\",\"sdpMLineIndex\":0}" },
  { "{\"candidate\":\"a=" LINE "\",\"sdpMid\":\"\",\"sdpMLineIndex\":0}", LINE, NULL, 0, NULL,
    "{\"candidate\":\"" LINE "\",\"sdpMLineIndex\":0}" },
  { "{\"candidate\":\"\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}", "", "0", 0, NULL,
    "{\"candidate\":\"\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}" },
  { "{\"candidate\":\"candidate:4 2 TCP 5 192.0.2.2 9 typ host tcptype active\",\"sdpMid\":\"0\"}",
    "candidate:4 2 TCP 5 192.0.2.2 9 typ host tcptype active", "0", -1, NULL,
    "{\"candidate\":\"candidate:4 2 TCP 5 192.0.2.2 9 typ host tcptype active\","
    "\"sdpMid\":\"0\"}" },
  { "\"" LINE "\"", LINE, NULL, -1, NULL, "{\"candidate\":\"" LINE "\",\"sdpMLineIndex\":0}" },
  { "\"a=" LINE "\\r\\n\"", LINE, NULL, -1, NULL,
    "{\"candidate\":\"" LINE "\",\"sdpMLineIndex\":0}" },
  { "\"\"", "", NULL, -1, NULL, "{\"candidate\":\"\",\"sdpMLineIndex\":0}" },
  { "\"{\\\"candidate\\\":\\\"" LINE "\\\",\\\"sdpMid\\\":\\\"1\\\"}\"", LINE, "1", -1, NULL,
    "{\"candidate\":\"" LINE "\",\"sdpMid\":\"1\"}" },
};

static void
test_every_shape_of_a_candidate_is_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++) {
    g_autofree char *member = g_strconcat ("\"candidate\":", candidates[i].value, NULL);
    g_autofree char *written = g_strconcat ("\"candidate\":", candidates[i].written, "}", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaMessage) message = parse_member ("ice_candidate", member, &error);
    g_autofree char *json = NULL;

    g_assert_no_error (error);
    g_assert_cmpstr (message->candidate->line, ==, candidates[i].line);
    g_assert_cmpstr (message->candidate->mid, ==, candidates[i].mid);
    g_assert_cmpint (message->candidate->m_line_index, ==, candidates[i].m_line_index);
    g_assert_cmpstr (message->candidate->username_fragment, ==, candidates[i].username_fragment);
    json = aloqa_message_to_json (message, ALOQA_SIDE_SERVER);
    g_assert_true (g_str_has_suffix (json, written));
  }
}

static void
test_a_bad_candidate_names_its_field (void)
{
  const int bad = ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, line = ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE;

  check_fault ("ice_candidate", "\"x\":1", bad, "candidate");
  check_fault ("ice_candidate", "\"candidate\":null", bad, "candidate");
  check_fault ("ice_candidate", "\"candidate\":{}", bad, "candidate");
  check_fault ("ice_candidate", "\"candidate\":\"{}\"", bad, "candidate");
  check_fault ("ice_candidate", "\"candidate\":[]", bad, "candidate");
  check_fault ("ice_candidate", "\"candidate\":7", bad, "candidate");
  check_fault ("ice_candidate", "\"candidate\":\"{x\"", bad, "candidate");
  check_fault ("ice_candidate", "\"candidate\":\"hello\"", line, "candidate");
  check_fault ("ice_candidate", "\"candidate\":{\"sdpMid\":\"0\"}", bad, "candidate.candidate");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":null}", bad, "candidate.candidate");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":\"x\"}", line, "candidate.candidate");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":\"\",\"sdpMid\":0}", bad,
               "candidate.sdpMid");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":\"\",\"sdpMid\":\"a b\"}", line,
               "candidate.sdpMid");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":\"\",\"sdpMLineIndex\":\"0\"}", bad,
               "candidate.sdpMLineIndex");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":\"\",\"sdpMLineIndex\":-1}", bad,
               "candidate.sdpMLineIndex");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":\"\",\"sdpMLineIndex\":65536}", bad,
               "candidate.sdpMLineIndex");
  check_fault ("ice_candidate", "\"candidate\":{\"candidate\":\"\",\"usernameFragment\":1}", bad,
               "candidate.usernameFragment");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/message-body/every-shape-of-sdp-is-read", test_every_shape_of_sdp_is_read);
  g_test_add_func ("/message-body/line-ends-become-crlf", test_line_ends_become_crlf);
  g_test_add_func ("/message-body/a-bad-sdp-names-its-field", test_a_bad_sdp_names_its_field);
  g_test_add_func ("/message-body/an-sdp-ends-at-its-limit", test_an_sdp_ends_at_its_limit);
  g_test_add_func ("/message-body/line-ends-count-too", test_line_ends_count_too);
  g_test_add_func ("/message-body/every-shape-of-a-candidate-is-read",
                   test_every_shape_of_a_candidate_is_read);
  g_test_add_func ("/message-body/a-bad-candidate-names-its-field",
                   test_a_bad_candidate_names_its_field);

  return g_test_run ();
}
