/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/relay.h"

#include "support/support.h"

#include <json-glib/json-glib.h>

#define OLD 0
#define NEW ALOQA_SERVER_FEATURES

/* Two users with one device each; Ali has id 1, Vali has id 2. */
typedef struct {
  AloqaRelay *relay;
  AloqaDevice ali;
  AloqaDevice vali;
  GPtrArray *alis;
  GPtrArray *valis;
} Rig;

static Rig *
rig_new (AloqaFeatures ali, AloqaFeatures vali)
{
  Rig *self = g_new0 (Rig, 1);

  self->relay = aloqa_relay_new ();
  self->ali = (AloqaDevice){ .user_id = 1, .features = ali };
  self->vali = (AloqaDevice){ .user_id = 2, .features = vali };
  self->alis = g_ptr_array_new ();
  self->valis = g_ptr_array_new ();
  g_ptr_array_add (self->alis, &self->ali);
  g_ptr_array_add (self->valis, &self->vali);
  return self;
}

static void
rig_free (Rig *self)
{
  aloqa_relay_free (self->relay);
  g_ptr_array_unref (self->alis);
  g_ptr_array_unref (self->valis);
  g_free (self->ali.name);
  g_free (self->vali.name);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

static GArray *
pass (Rig *rig, AloqaDevice *sender, const char *json, gboolean exists)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message = aloqa_message_parse (json, -1, ALOQA_SIDE_CLIENT, &error);
  g_autoptr (AloqaCaller) caller =
      aloqa_caller_new (sender->user_id, sender == &rig->ali ? "ali" : "vali", NULL, NULL, NULL);
  AloqaReceiver receiver = { .exists = exists };

  g_assert_no_error (error);
  if (message->peer == 1)
    receiver.devices = rig->alis;
  else if (message->peer == 2)
    receiver.devices = rig->valis;
  return aloqa_relay_pass (rig->relay, sender, message, caller, &receiver, 1000);
}

static void
assert_frame (const AloqaMessage *message, const char *expected)
{
  g_autofree char *text = aloqa_message_to_json (message, ALOQA_SIDE_SERVER);
  g_autoptr (JsonNode) got = json_from_string (text, NULL);
  g_autoptr (JsonNode) wanted = json_from_string (expected, NULL);

  g_assert_nonnull (wanted);
  if (!json_node_equal (got, wanted))
    g_error ("got %s, wanted %s", text, expected);
}

/* @sent makes one frame, for @receiver; or none where @expected is NULL. */
static void
expect (Rig *rig, AloqaDevice *sender, const char *sent, AloqaDevice *receiver,
        const char *expected)
{
  g_autoptr (GArray) deliveries = pass (rig, sender, sent, TRUE);

  g_test_message ("%s", sent);
  if (expected == NULL) {
    g_assert_cmpuint (deliveries->len, ==, 0);
    return;
  }
  g_assert_cmpuint (deliveries->len, ==, 1);
  g_assert_true (g_array_index (deliveries, AloqaDelivery, 0).device == receiver);
  assert_frame (g_array_index (deliveries, AloqaDelivery, 0).message, expected);
}

#define CALLER                                                                                     \
  "\"caller\":{\"id\":1,\"username\":\"ali\",\"profile_pic\":null,"                                \
  "\"first_name\":null,\"last_name\":null}"
#define REQUEST(id) "{\"type\":\"call_request\",\"to\":2,\"call_type\":\"audio\"" id "}"
#define REQUEST_FROM(id)                                                                           \
  "{\"type\":\"call_request\",\"from\":1,\"call_type\":\"audio\"," CALLER id "}"
#define SDP                                                                                        \
  "v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n"                                      \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:0\\r\\n"                       \
  "a=rtpmap:111 opus/48000/2\\r\\n"
#define OFFER                                                                                      \
  "{\"type\":\"incoming_call\",\"to\":2,\"call_type\":\"video\","                                  \
  "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" SDP "\"}}"
#define ID ",\"call_id\":\"x\""

static void
test_a_call_id_goes_between_new_clients (void)
{
  g_autoptr (Rig) rig = rig_new (NEW, NEW);

  expect (rig, &rig->ali, REQUEST (ID), &rig->vali, REQUEST_FROM (ID));
  expect (rig, &rig->vali, "{\"type\":\"call_accept\",\"to\":1" ID "}", &rig->ali,
          "{\"type\":\"call_accept\",\"from\":2" ID "}");
  expect (rig, &rig->vali, "{\"type\":\"call_end\",\"to\":1,\"call_id\":\"older\"}", NULL, NULL);
}

static void
test_a_call_id_is_stripped_towards_old_clients (void)
{
  g_autoptr (Rig) rig = rig_new (NEW, OLD);

  expect (rig, &rig->ali, REQUEST (ID), &rig->vali, REQUEST_FROM (""));
  expect (rig, &rig->vali, "{\"type\":\"call_accept\",\"to\":1}", &rig->ali,
          "{\"type\":\"call_accept\",\"from\":2" ID "}");
  expect (rig, &rig->ali, "{\"type\":\"call_end\",\"to\":2" ID "}", &rig->vali,
          "{\"type\":\"call_end\",\"from\":1}");
}

static void
test_an_old_caller_s_call_has_an_id_for_new_clients (void)
{
  g_autoptr (Rig) rig = rig_new (OLD, NEW);
  g_autoptr (GArray) first = pass (rig, &rig->ali, REQUEST (""), TRUE);
  g_autoptr (GArray) second = pass (rig, &rig->ali, OFFER, TRUE);
  AloqaMessage *request = g_array_index (first, AloqaDelivery, 0).message;
  AloqaMessage *offer = g_array_index (second, AloqaDelivery, 0).message;

  g_assert_nonnull (request->call_id);
  g_assert_cmpstr (request->call_id, ==, offer->call_id);
}

static void
test_old_clients_see_nothing_new (void)
{
  g_autoptr (Rig) rig = rig_new (OLD, OLD);

  expect (rig, &rig->ali, REQUEST (""), &rig->vali, REQUEST_FROM (""));
  expect (rig, &rig->ali, OFFER, &rig->vali,
          "{\"type\":\"incoming_call\",\"from\":1,\"call_type\":\"video\"," CALLER
          ",\"sdp\":{\"type\":\"offer\",\"sdp\":\"" SDP "\"}}");
  expect (rig, &rig->vali, "{\"type\":\"call_end\",\"to\":1}", &rig->ali,
          "{\"type\":\"call_end\",\"from\":2}");
  /* As the existing server does: nothing to somebody who is not there. */
  expect (rig, &rig->ali, "{\"type\":\"call_request\",\"to\":3}", NULL, NULL);
}

static void
test_ringing_goes_between_two_that_know_it (void)
{
  static const struct {
    AloqaFeatures caller;
    AloqaFeatures callee;
    gboolean is_passed;
  } cases[] = {
    { NEW, NEW, TRUE },
    { OLD, NEW, FALSE },
    { NEW, OLD, FALSE },
    { NEW & ~ALOQA_FEATURE_RINGING, NEW, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Rig) rig = rig_new (cases[i].caller, cases[i].callee);
    g_autoptr (GArray) request = pass (rig, &rig->ali, REQUEST (ID), TRUE);

    expect (rig, &rig->vali, "{\"type\":\"ringing\",\"to\":1" ID "}", &rig->ali,
            cases[i].is_passed ? "{\"type\":\"ringing\",\"from\":2" ID "}" : NULL);
  }
}

static void
test_busy_is_what_the_caller_understands (void)
{
  static const struct {
    AloqaFeatures caller;
    const char *start;
    const char *expected;
  } cases[] = {
    { NEW, REQUEST (ID), "{\"type\":\"busy\",\"from\":2" ID "}" },
    { OLD, REQUEST (ID), "{\"type\":\"call_reject\",\"from\":2}" },
    { OLD, OFFER, "{\"type\":\"call_end\",\"from\":2}" },
    { ALOQA_FEATURE_CALL_ID, REQUEST (ID), "{\"type\":\"call_reject\",\"from\":2" ID "}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Rig) rig = rig_new (cases[i].caller, NEW);
    g_autoptr (GArray) start = pass (rig, &rig->ali, cases[i].start, TRUE);
    AloqaMessage *ring = g_array_index (start, AloqaDelivery, 0).message;
    g_autofree char *busy =
        g_strdup_printf ("{\"type\":\"busy\",\"to\":1,\"call_id\":\"%s\"}", ring->call_id);

    expect (rig, &rig->vali, busy, &rig->ali, cases[i].expected);
  }
}

static void
test_busy_of_a_client_that_has_not_said_hello_is_nothing (void)
{
  g_autoptr (Rig) rig = rig_new (NEW, OLD);
  g_autoptr (GArray) request = pass (rig, &rig->ali, REQUEST (ID), TRUE);

  expect (rig, &rig->vali, "{\"type\":\"busy\",\"to\":1" ID "}", NULL, NULL);
}

static void
test_who_calls_nobody_is_told (void)
{
  static const struct {
    AloqaFeatures caller;
    const char *sent;
    gboolean exists;
    const char *expected;
  } cases[] = {
    { NEW, REQUEST (ID), TRUE,
      "{\"type\":\"unavailable\",\"from\":2" ID ",\"reason\":\"offline\"}" },
    { NEW, REQUEST (ID), FALSE,
      "{\"type\":\"unavailable\",\"from\":2" ID ",\"reason\":\"unknown\"}" },
    { ALOQA_FEATURE_UNAVAILABLE, OFFER, TRUE,
      "{\"type\":\"unavailable\",\"from\":2,\"reason\":\"offline\"}" },
    { ALOQA_FEATURE_CALL_ID, REQUEST (ID), TRUE, NULL },
    { OLD, REQUEST (ID), TRUE, NULL },
    { NEW, "{\"type\":\"call_end\",\"to\":2" ID "}", TRUE, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Rig) rig = rig_new (cases[i].caller, NEW);
    g_autoptr (GArray) deliveries = NULL;

    g_ptr_array_set_size (rig->valis, 0);
    deliveries = pass (rig, &rig->ali, cases[i].sent, cases[i].exists);
    g_assert_cmpuint (deliveries->len, ==, cases[i].expected != NULL);
    if (cases[i].expected != NULL) {
      g_assert_true (g_array_index (deliveries, AloqaDelivery, 0).device == &rig->ali);
      assert_frame (g_array_index (deliveries, AloqaDelivery, 0).message, cases[i].expected);
    }
  }
}

static void
test_hello_turns_on_what_both_know (void)
{
  g_autoptr (Rig) rig = rig_new (OLD, NEW);

  expect (rig, &rig->ali,
          "{\"type\":\"hello\",\"features\":[\"call_id\",\"replace\",\"x\"],\"device\":\"d-1\"}",
          NULL, NULL);
  g_assert_cmpint (rig->ali.features, ==, ALOQA_FEATURE_CALL_ID);
  g_assert_cmpstr (rig->ali.name, ==, "d-1");
}

static void
test_features_that_are_not_announced_are_not_relayed (void)
{
  g_autoptr (Rig) rig = rig_new (NEW, NEW);
  g_autofree char *replace = g_strdup ("{\"type\":\"replace\",\"to\":2" ID ",\"leg\":1,"
                                       "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" SDP "\"}}");

  expect (rig, &rig->ali, replace, NULL, NULL);
}

#define ADD(name, func) g_test_add_func ("/server/relay/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("a-call-id-goes-between-new-clients", test_a_call_id_goes_between_new_clients);
  ADD ("a-call-id-is-stripped-towards-old-clients", test_a_call_id_is_stripped_towards_old_clients);
  ADD ("an-old-caller-s-call-has-an-id-for-new-clients",
       test_an_old_caller_s_call_has_an_id_for_new_clients);
  ADD ("old-clients-see-nothing-new", test_old_clients_see_nothing_new);
  ADD ("ringing-goes-between-two-that-know-it", test_ringing_goes_between_two_that_know_it);
  ADD ("busy-is-what-the-caller-understands", test_busy_is_what_the_caller_understands);
  ADD ("busy-of-a-client-that-has-not-said-hello-is-nothing",
       test_busy_of_a_client_that_has_not_said_hello_is_nothing);
  ADD ("who-calls-nobody-is-told", test_who_calls_nobody_is_told);
  ADD ("hello-turns-on-what-both-know", test_hello_turns_on_what_both_know);
  ADD ("features-that-are-not-announced-are-not-relayed",
       test_features_that_are_not_announced_are_not_relayed);
  return g_test_run ();
}
