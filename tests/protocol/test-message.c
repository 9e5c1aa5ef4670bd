/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/message.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include "support/support.h"

#include <string.h>

#define SDP                                                                                        \
  "v=0\\r\\no=- 1 2 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\nm=audio 9 UDP/TLS/RTP/SAVPF 0\\r\\n"
#define OFFER "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" SDP "\"}"
#define ANSWER "\"sdp\":{\"type\":\"answer\",\"sdp\":\"" SDP "\"}"
#define LINE "candidate:1 1 udp 5 192.0.2.2 9 typ host"
#define CANDIDATE "\"candidate\":{\"candidate\":\"" LINE "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}"
#define CALLER                                                                                     \
  "\"caller\":{\"id\":2,\"username\":\"ali\",\"profile_pic\":\"p.png\",\"first_name\":\"Ali\","    \
  "\"last_name\":null}"

/* One frame of each type, exactly as it is written: parsed and built, it must be the same. */
static const struct {
  AloqaMessageType type;
  AloqaSide writer;
  const char *json;
} frames[] = {
  { ALOQA_MESSAGE_CONNECTED, ALOQA_SIDE_SERVER, "{\"type\":\"connected\",\"user_id\":2}" },
  { ALOQA_MESSAGE_CONNECTED, ALOQA_SIDE_SERVER,
    "{\"type\":\"connected\",\"user_id\":2,\"features\":[\"call_id\",\"ringing\",\"unavailable\","
    "\"busy\",\"presence\",\"multi_device\",\"replace\"]}" },
  { ALOQA_MESSAGE_CONNECTED, ALOQA_SIDE_SERVER,
    "{\"type\":\"connected\",\"user_id\":9007199254740991,\"features\":[]}" },
  { ALOQA_MESSAGE_HELLO, ALOQA_SIDE_CLIENT,
    "{\"type\":\"hello\",\"features\":[\"call_id\",\"replace\"],\"device\":\"a-Z_9\"}" },
  { ALOQA_MESSAGE_TYPING, ALOQA_SIDE_CLIENT, "{\"type\":\"typing\",\"to\":2}" },
  { ALOQA_MESSAGE_TYPING, ALOQA_SIDE_SERVER, "{\"type\":\"typing\",\"from\":2}" },
  { ALOQA_MESSAGE_CALL_REQUEST, ALOQA_SIDE_CLIENT,
    "{\"type\":\"call_request\",\"to\":3,\"call_type\":\"video\"}" },
  { ALOQA_MESSAGE_CALL_REQUEST, ALOQA_SIDE_CLIENT,
    "{\"type\":\"call_request\",\"to\":3,\"call_id\":\"c-1\",\"call_type\":\"audio\"}" },
  { ALOQA_MESSAGE_CALL_REQUEST, ALOQA_SIDE_SERVER,
    "{\"type\":\"call_request\",\"from\":2,\"call_id\":\"c-1\"," CALLER
    ",\"call_type\":\"audio\"}" },
  { ALOQA_MESSAGE_CALL_ACCEPT, ALOQA_SIDE_CLIENT, "{\"type\":\"call_accept\",\"to\":2}" },
  { ALOQA_MESSAGE_CALL_REJECT, ALOQA_SIDE_SERVER, "{\"type\":\"call_reject\",\"from\":2}" },
  { ALOQA_MESSAGE_CALL_END, ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2}" },
  { ALOQA_MESSAGE_CALL_END, ALOQA_SIDE_SERVER,
    "{\"type\":\"call_end\",\"from\":2,\"call_id\":\"x\",\"reason\":\"answered_elsewhere\"}" },
  { ALOQA_MESSAGE_CALL_END, ALOQA_SIDE_SERVER,
    "{\"type\":\"call_end\",\"from\":2,\"reason\":\"rejected_elsewhere\"}" },
  { ALOQA_MESSAGE_CALL_END, ALOQA_SIDE_SERVER,
    "{\"type\":\"call_end\",\"from\":2,\"call_id\":\"x\",\"reason\":\"lost\"}" },
  { ALOQA_MESSAGE_OFFER, ALOQA_SIDE_CLIENT,
    "{\"type\":\"incoming_call\",\"to\":2,\"call_type\":\"video\"," OFFER "}" },
  { ALOQA_MESSAGE_OFFER, ALOQA_SIDE_SERVER,
    "{\"type\":\"incoming_call\",\"from\":2," CALLER ",\"call_type\":\"audio\"," OFFER "}" },
  { ALOQA_MESSAGE_ANSWER, ALOQA_SIDE_SERVER,
    "{\"type\":\"call_answer\",\"from\":2,\"call_id\":\"x\"," ANSWER "}" },
  { ALOQA_MESSAGE_CANDIDATE, ALOQA_SIDE_CLIENT,
    "{\"type\":\"ice_candidate\",\"to\":2," CANDIDATE "}" },
  { ALOQA_MESSAGE_CANDIDATE, ALOQA_SIDE_SERVER,
    "{\"type\":\"ice_candidate\",\"from\":2,\"call_id\":\"x\",\"leg\":1," CANDIDATE "}" },
  { ALOQA_MESSAGE_RINGING, ALOQA_SIDE_CLIENT, "{\"type\":\"ringing\",\"to\":2,\"call_id\":\"x\"}" },
  { ALOQA_MESSAGE_UNAVAILABLE, ALOQA_SIDE_SERVER,
    "{\"type\":\"unavailable\",\"from\":2,\"call_id\":\"x\",\"reason\":\"offline\"}" },
  { ALOQA_MESSAGE_UNAVAILABLE, ALOQA_SIDE_SERVER,
    "{\"type\":\"unavailable\",\"from\":2,\"call_id\":\"x\",\"reason\":\"unknown\"}" },
  { ALOQA_MESSAGE_BUSY, ALOQA_SIDE_CLIENT, "{\"type\":\"busy\",\"to\":2,\"call_id\":\"x\"}" },
  { ALOQA_MESSAGE_PRESENCE, ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"online\":[2,3]}" },
  { ALOQA_MESSAGE_PRESENCE, ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"online\":[]}" },
  { ALOQA_MESSAGE_PRESENCE, ALOQA_SIDE_SERVER,
    "{\"type\":\"presence\",\"user_id\":2,\"online\":false}" },
  { ALOQA_MESSAGE_CALL_STATE, ALOQA_SIDE_SERVER,
    "{\"type\":\"call_state\",\"call_id\":\"x\",\"peer\":3,\"phase\":\"accepted\","
    "\"call_type\":\"audio\"}" },
  { ALOQA_MESSAGE_REPLACE, ALOQA_SIDE_CLIENT,
    "{\"type\":\"replace\",\"to\":2,\"call_id\":\"x\",\"leg\":1," OFFER "}" },
  { ALOQA_MESSAGE_REPLACE_ANSWER, ALOQA_SIDE_SERVER,
    "{\"type\":\"replace_answer\",\"from\":2,\"call_id\":\"x\",\"leg\":65535," ANSWER "}" },
  { ALOQA_MESSAGE_ERROR, ALOQA_SIDE_SERVER,
    "{\"type\":\"error\",\"code\":\"rate_limited\",\"message\":\"Too fast\",\"field\":\"to\","
    "\"retry_after_ms\":1500}" },
  { ALOQA_MESSAGE_ERROR, ALOQA_SIDE_SERVER, "{\"type\":\"error\",\"code\":\"internal\"}" },
};

static AloqaMessage *
parse (const char *json, AloqaSide writer)
{
  g_autoptr (GError) error = NULL;
  AloqaMessage *message = aloqa_message_parse (json, -1, writer, &error);

  g_assert_no_error (error);
  return message;
}

static void
test_every_type_comes_back_as_it_was_written (void)
{
  gboolean is_seen[ALOQA_N_MESSAGES] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    g_autoptr (AloqaMessage) message = parse (frames[i].json, frames[i].writer);
    g_autofree char *json = aloqa_message_to_json (message, frames[i].writer);

    g_assert_cmpint (message->type, ==, frames[i].type);
    g_assert_cmpstr (json, ==, frames[i].json);
    is_seen[message->type] = TRUE;
  }
  for (guint i = 0; i < ALOQA_N_MESSAGES; i++)
    g_assert_true (is_seen[i]);
}

static void
test_what_a_side_does_not_write_is_unknown (void)
{
  const struct {
    AloqaSide writer;
    const char *json;
  } cases[] = {
    { ALOQA_SIDE_SERVER, "{\"type\":\"message\",\"from\":2,\"text\":\"hi\"}" },
    { ALOQA_SIDE_SERVER, "{\"type\":\"reaction_update\"}" },
    { ALOQA_SIDE_SERVER, "{\"type\":\"messages_read\"}" },
    { ALOQA_SIDE_SERVER, "{\"type\":\"\"}" },
    { ALOQA_SIDE_SERVER, "{\"type\":\"CALL_END\",\"from\":2}" },
    { ALOQA_SIDE_SERVER, "{\"type\":\"hello\",\"features\":[]}" },
    { ALOQA_SIDE_CLIENT, "{\"type\":\"connected\",\"user_id\":2}" },
    { ALOQA_SIDE_CLIENT, "{\"type\":\"unavailable\",\"to\":2,\"reason\":\"offline\"}" },
    { ALOQA_SIDE_CLIENT, "{\"type\":\"presence\",\"online\":[]}" },
    { ALOQA_SIDE_CLIENT, "{\"type\":\"call_state\",\"peer\":2,\"phase\":\"ringing\"}" },
    { ALOQA_SIDE_CLIENT, "{\"type\":\"error\",\"code\":\"internal\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].json);
    g_assert_null (aloqa_message_parse (cases[i].json, -1, cases[i].writer, &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, "type");
  }
}

static const struct {
  AloqaSide writer;
  const char *json;
  const char *field; /* NULL: the frame as a whole */
  int code;
} faults[] = {
#define BAD ALOQA_PROTOCOL_ERROR_BAD_MESSAGE
#define LARGE ALOQA_PROTOCOL_ERROR_TOO_LARGE
  { ALOQA_SIDE_CLIENT, "", NULL, BAD },
  { ALOQA_SIDE_CLIENT, "[]", NULL, BAD },
  { ALOQA_SIDE_CLIENT, "null", NULL, BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2,\"x\":NaN}", NULL, BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2,\"x\":\"\\ud800\"}", NULL, BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2,\"x\":\"\xff\"}", NULL, BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2} {}", NULL, BAD },
  { ALOQA_SIDE_CLIENT, "{\"to\":2}", "type", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":null,\"to\":2}", "type", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":5,\"to\":2}", "type", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\"}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"from\":2}", "to", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"call_end\",\"to\":2}", "from", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":\"2\"}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":0}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":-2}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2.0}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2e0}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":true}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":9007199254740992}", "to", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":-18446744073709551615}", NULL, LARGE },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2,\"call_id\":\"\"}", "call_id", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2,\"call_id\":\"a b\"}", "call_id", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2,\"call_id\":\"\xc3\xa9\"}", "call_id",
    BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"call_end\",\"to\":2,\"call_id\":7}", "call_id", BAD },
  { ALOQA_SIDE_CLIENT,
    "{\"type\":\"call_end\",\"to\":2,\"call_id\":"
    "\"0123456789012345678901234567890123456789012345678901234567890123x\"}",
    "call_id", LARGE },
  { ALOQA_SIDE_SERVER, "{\"type\":\"connected\"}", "user_id", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"connected\",\"user_id\":\"2\"}", "user_id", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"connected\",\"user_id\":2,\"features\":\"call_id\"}",
    "features", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"connected\",\"user_id\":2,\"features\":[1]}", "features", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"hello\"}", "features", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"hello\",\"features\":[],\"device\":\"a/b\"}", "device", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"incoming_call\",\"to\":2}", "sdp", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"call_request\",\"from\":2,\"caller\":\"ali\"}", "caller", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"call_request\",\"from\":2,\"caller\":{\"id\":2}}",
    "caller.username", BAD },
  { ALOQA_SIDE_SERVER,
    "{\"type\":\"call_request\",\"from\":2,\"caller\":{\"id\":\"2\",\"username\":\"a\"}}",
    "caller.id", BAD },
  { ALOQA_SIDE_SERVER,
    "{\"type\":\"call_request\",\"from\":2,\"caller\":{\"id\":2,\"username\":\"a\\nb\"}}",
    "caller.username", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"ice_candidate\",\"to\":2,\"leg\":-1," CANDIDATE "}", "leg",
    BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"ice_candidate\",\"to\":2,\"leg\":65536," CANDIDATE "}", "leg",
    BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"replace\",\"to\":2," OFFER "}", "leg", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"replace\",\"to\":2,\"leg\":0," OFFER "}", "leg", BAD },
  { ALOQA_SIDE_CLIENT, "{\"type\":\"replace_answer\",\"to\":2,\"leg\":\"1\"," ANSWER "}", "leg",
    BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"presence\"}", "online", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"online\":true}", "online", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"online\":[2,\"3\"]}", "online", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"online\":[0]}", "online", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"user_id\":2}", "online", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"user_id\":2,\"online\":1}", "online", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"presence\",\"user_id\":0,\"online\":true}", "user_id", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"call_state\",\"phase\":\"ringing\"}", "peer", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"call_state\",\"peer\":2}", "phase", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"call_state\",\"peer\":2,\"phase\":\"x\"}", "phase", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"error\"}", "code", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"error\",\"code\":\"\"}", "code", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"error\",\"code\":5}", "code", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"error\",\"code\":\"x\",\"message\":5}", "message", BAD },
  { ALOQA_SIDE_SERVER, "{\"type\":\"error\",\"code\":\"x\",\"retry_after_ms\":-1}",
    "retry_after_ms", BAD },
#undef BAD
#undef LARGE
};

static void
test_each_fault_names_its_field (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("case %u", i);
    g_assert_null (aloqa_message_parse (faults[i].json, -1, faults[i].writer, &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, faults[i].code);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, faults[i].field);
  }
}

static void
test_call_type_is_video_unless_it_says_audio (void)
{
  const char *const video[] = { "",
                                ",\"call_type\":null",
                                ",\"call_type\":\"AUDIO\"",
                                ",\"call_type\":5",
                                ",\"call_type\":{}",
                                ",\"call_type\":\"x\"" };

  for (guint i = 0; i < G_N_ELEMENTS (video); i++) {
    g_autofree char *json =
        g_strconcat ("{\"type\":\"call_request\",\"to\":2", video[i], "}", NULL);
    g_autoptr (AloqaMessage) message = parse (json, ALOQA_SIDE_CLIENT);

    g_assert_cmpint (message->call_kind, ==, ALOQA_CALL_VIDEO);
  }
}

static void
test_what_a_type_does_not_have_is_ignored (void)
{
  g_autoptr (AloqaMessage) message =
      parse ("{\"type\":\"call_accept\",\"to\":2,\"from\":\"x\",\"sdp\":5,\"caller\":7,"
             "\"candidate\":null,\"leg\":-5,\"reason\":[[]],\"new\":{\"a\":[1.5]}}",
             ALOQA_SIDE_CLIENT);
  g_autofree char *json = aloqa_message_to_json (message, ALOQA_SIDE_CLIENT);

  g_assert_cmpstr (json, ==, "{\"type\":\"call_accept\",\"to\":2}");
}

static void
test_a_client_cannot_speak_for_other_devices (void)
{
  g_autoptr (AloqaMessage) message = parse (
      "{\"type\":\"call_end\",\"to\":2,\"reason\":\"answered_elsewhere\"}", ALOQA_SIDE_CLIENT);
  g_autoptr (AloqaMessage) request =
      parse ("{\"type\":\"call_request\",\"to\":2," CALLER "}", ALOQA_SIDE_CLIENT);

  g_assert_cmpint (message->end_reason, ==, ALOQA_END_REASON_NONE);
  g_assert_null (request->caller);
}

static void
test_unknown_words_mean_the_plain_thing (void)
{
  g_autoptr (AloqaMessage) end =
      parse ("{\"type\":\"call_end\",\"from\":2,\"reason\":\"new\"}", ALOQA_SIDE_SERVER);
  g_autoptr (AloqaMessage) unavailable =
      parse ("{\"type\":\"unavailable\",\"from\":2,\"reason\":\"new\"}", ALOQA_SIDE_SERVER);
  g_autoptr (AloqaMessage) connected = parse (
      "{\"type\":\"connected\",\"user_id\":2,\"features\":[\"new\",\"busy\"]}", ALOQA_SIDE_SERVER);

  g_assert_cmpint (end->end_reason, ==, ALOQA_END_REASON_NONE);
  g_assert_cmpint (unavailable->unavailable_reason, ==, ALOQA_UNAVAILABLE_OFFLINE);
  g_assert_cmpuint (connected->features, ==, ALOQA_FEATURE_BUSY);
  g_assert_true (connected->has_features);
}

static void
test_what_is_only_shown_is_made_safe (void)
{
  g_autofree char *long_name = g_strnfill (ALOQA_MAX_NAME_CHARS + 50, 'n');
  g_autofree char *json = g_strconcat (
      "{\"type\":\"call_request\",\"from\":2,\"caller\":{\"id\":2,\"username\":\"ali\","
      "\"profile_pic\":\"../../etc/passwd\",\"first_name\":\" A\\u001b[31m\\u202eli \","
      "\"last_name\":\"",
      long_name, "\"}}", NULL);
  g_autoptr (AloqaMessage) message = parse (json, ALOQA_SIDE_SERVER);
  g_autoptr (AloqaMessage) refusal =
      parse ("{\"type\":\"error\",\"code\":\"x\",\"message\":\"a\\nb\"}", ALOQA_SIDE_SERVER);

  g_assert_cmpstr (message->caller->first_name, ==, "A [31m li");
  g_assert_cmpuint (strlen (message->caller->last_name), ==, ALOQA_MAX_NAME_CHARS);
  g_assert_null (message->caller->profile_pic);
  g_assert_cmpstr (refusal->error_message, ==, "a b");
}

static void
test_frames_end_at_their_limit (void)
{
  const char *const frame = "{\"type\":\"call_end\",\"from\":2}";
  g_autofree char *padding = g_strnfill (ALOQA_MAX_FRAME_BYTES - strlen (frame), ' ');
  g_autofree char *largest = g_strconcat (frame, padding, NULL);
  g_autofree char *too_large = g_strconcat (largest, " ", NULL);
  g_autoptr (AloqaMessage) message = parse (largest, ALOQA_SIDE_SERVER);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (strlen (largest), ==, ALOQA_MAX_FRAME_BYTES);
  g_assert_nonnull (message);
  g_assert_null (aloqa_message_parse (too_large, -1, ALOQA_SIDE_SERVER, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
}

/* What we may write must be small enough to be read, even where all of it has to be escaped. */
static void
test_the_largest_messages_fit_a_frame (void)
{
  g_autoptr (AloqaMessage) presence = aloqa_message_new (ALOQA_MESSAGE_PRESENCE, 0);
  g_autoptr (AloqaMessage) offer = aloqa_message_new (ALOQA_MESSAGE_OFFER, ALOQA_MAX_ID);
  g_autoptr (GString) sdp = g_string_new ("v=0\r\no=-\r\ns=-\r\nm=audio 9 RTP/AVP 0\r\n");
  g_autofree char *quotes = g_strnfill (1000, '"');
  g_autofree char *presence_json = NULL, *offer_json = NULL;
  g_autoptr (AloqaMessage) same_presence = NULL, same_offer = NULL;

  presence->online = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < ALOQA_MAX_ONLINE; i++) {
    gint64 id = ALOQA_MAX_ID - i;

    g_array_append_val (presence->online, id);
  }
  while (sdp->len + 1004 <= ALOQA_MAX_SDP_BYTES)
    g_string_append_printf (sdp, "i=%s\r\n", quotes);
  offer->sdp = g_strdup (sdp->str);

  presence_json = aloqa_message_to_json (presence, ALOQA_SIDE_SERVER);
  same_presence = parse (presence_json, ALOQA_SIDE_SERVER);
  g_assert_cmpuint (same_presence->online->len, ==, ALOQA_MAX_ONLINE);
  offer_json = aloqa_message_to_json (offer, ALOQA_SIDE_CLIENT);
  same_offer = parse (offer_json, ALOQA_SIDE_CLIENT);
  g_assert_cmpstr (same_offer->sdp, ==, offer->sdp);
}

static void
test_it_is_counted (void)
{
  AloqaMessage *message = parse (frames[8].json, ALOQA_SIDE_SERVER);
  AloqaMessage *same = g_boxed_copy (ALOQA_TYPE_MESSAGE, message);
  g_autoptr (AloqaCaller) caller = aloqa_caller_copy (same->caller);

  g_assert_true (same == message);
  aloqa_message_unref (message);
  g_boxed_free (ALOQA_TYPE_MESSAGE, same);
  g_assert_cmpint (caller->id, ==, 2);
  g_assert_cmpstr (caller->username, ==, "ali");
  g_assert_cmpstr (caller->first_name, ==, "Ali");
  g_assert_null (caller->last_name);
  g_assert_cmpstr (caller->profile_pic, ==, "p.png");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/message/every-type-comes-back-as-it-was-written",
                   test_every_type_comes_back_as_it_was_written);
  g_test_add_func ("/message/what-a-side-does-not-write-is-unknown",
                   test_what_a_side_does_not_write_is_unknown);
  g_test_add_func ("/message/each-fault-names-its-field", test_each_fault_names_its_field);
  g_test_add_func ("/message/call-type-is-video-unless-it-says-audio",
                   test_call_type_is_video_unless_it_says_audio);
  g_test_add_func ("/message/what-a-type-does-not-have-is-ignored",
                   test_what_a_type_does_not_have_is_ignored);
  g_test_add_func ("/message/a-client-cannot-speak-for-other-devices",
                   test_a_client_cannot_speak_for_other_devices);
  g_test_add_func ("/message/unknown-words-mean-the-plain-thing",
                   test_unknown_words_mean_the_plain_thing);
  g_test_add_func ("/message/what-is-only-shown-is-made-safe",
                   test_what_is_only_shown_is_made_safe);
  g_test_add_func ("/message/frames-end-at-their-limit", test_frames_end_at_their_limit);
  g_test_add_func ("/message/the-largest-messages-fit-a-frame",
                   test_the_largest_messages_fit_a_frame);
  g_test_add_func ("/message/it-is-counted", test_it_is_counted);

  return g_test_run ();
}
