/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "relay-rig.h"
#include "rig.h"
#include "support/support.h"

#include <string.h>

/* What was logged, in order: "name user peer call reason", and the whole lines. */
static GQueue events = G_QUEUE_INIT;
static GString *everything;

static const char *
get_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (strcmp (fields[i].key, key) == 0)
      return fields[i].value;
  }
  return NULL;
}

/* The clients of the test are in this process, too, and libsoup speaks of what they send. */
static gboolean
is_ours (const GLogField *fields, gsize n_fields)
{
  return g_strcmp0 (get_field (fields, n_fields, "GLIB_DOMAIN"), "aloqa-server") == 0;
}

static GLogWriterOutput
keep_fields (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  static const char *const keys[] = { "ALOQA_EVENT", "ALOQA_USER_ID", "ALOQA_PEER_ID",
                                      "ALOQA_CALL_ID", "ALOQA_REASON" };
  const char *words[G_N_ELEMENTS (keys) + 1] = { NULL };
  guint n_words = 0;

  for (gsize i = 0; i < n_fields && is_ours (fields, n_fields); i++)
    g_string_append_printf (everything, "%s=%s\n", fields[i].key, (const char *) fields[i].value);
  if (get_field (fields, n_fields, "ALOQA_EVENT") == NULL)
    return g_log_writer_default (level, fields, n_fields, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *value = get_field (fields, n_fields, keys[i]);

    words[n_words++] = value != NULL ? value : "-";
  }
  g_queue_push_tail (&events, g_strjoinv (" ", (char **) words));
  return G_LOG_WRITER_HANDLED;
}

static gboolean
has_event (gpointer user_data)
{
  return events.length > 0;
}

/* The next one is this. */
static void
expect (const char *wanted)
{
  g_autofree char *event = NULL;

  aloqa_test_wait_until (has_event, NULL);
  event = g_queue_pop_head (&events);
  g_assert_cmpstr (event, ==, wanted);
}

static void
forget_all (void)
{
  g_queue_clear_full (&events, g_free);
}

static void
test_a_client_s_way_can_be_followed (void)
{
  g_autoptr (Rig) rig = rig_new ();
  Client *ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");
  g_autoptr (Answer) wrong = NULL;
  g_autoptr (Answer) unknown = NULL;

  expect ("sign-in 1 - - -");
  expect ("connection-opened 1 - - -");
  expect ("sign-in 2 - - -");
  expect ("connection-opened 2 - - -");
  client_free (ali);
  expect ("connection-closed 1 - - closed by the client");
  g_assert_true (aloqa_server_disable_user (rig->server, "vali", NULL));
  client_wait_closed (vali);
  expect ("connection-closed 2 - - this user is not active");

  wrong = post_sign_in (rig->base, "ali", "guess");
  expect ("refused 1 - - wrong_password");
  unknown = post_sign_in (rig->base, "a name that may be a password", "guess");
  expect ("refused - - - wrong_password");
}

static void
test_refusals_say_why (void)
{
  static const struct {
    const char *frame;
    const char *event;
  } cases[] = {
    { "nonsense", "refused 1 - - bad_message" },
    { "{\"type\":\"call_accept\",\"to\":2}", "refused 1 - - not_in_call" },
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) stranger = client_open (rig->base, 1, "nonsense");
  g_autoptr (Client) ali = NULL;
  g_autoptr (Raw) raw = raw_connect (aloqa_server_get_port (rig->server));

  expect ("refused - - - bad_token");
  ali = client_connect (rig->base, "ali", "secret");
  forget_all ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    client_send (ali, cases[i].frame);
    expect (cases[i].event);
  }
  raw_send (raw, "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n",
            -1);
  raw_wait_end (raw);
  expect ("refused - - - request");
}

/* Ali, who is 1, calls Vali with the id "x". */
static void
test_calls_say_how_they_ended (void)
{
  static const struct {
    const char *frames[4]; /* of Ali, Vali, Ali, Vali */
    const char *events[3];
  } cases[] = {
    { { OFFER (ID), ANSWER (ID), TO ("call_end", 2, ID) },
      { "call-began 1 2 x audio", "call-answered 1 2 x -",
        "call-ended 1 2 x the caller hung up" } },
    { { OFFER (ID), ANSWER (ID), NULL, TO ("call_end", 1, ID) },
      { "call-began 1 2 x audio", "call-answered 1 2 x -",
        "call-ended 1 2 x the callee hung up" } },
    { { REQUEST (ID), TO ("call_reject", 1, ID) },
      { "call-began 1 2 x audio", "call-ended 1 2 x rejected" } },
    { { REQUEST (ID), TO ("busy", 1, ID) }, { "call-began 1 2 x audio", "call-ended 1 2 x busy" } },
    { { REQUEST (ID), NULL, TO ("call_end", 2, ID) },
      { "call-began 1 2 x audio", "call-ended 1 2 x cancelled" } },
    { { "{\"type\":\"call_request\",\"to\":3,\"call_id\":\"x\"}" },
      { "call-began 1 3 x video", "call-ended 1 3 x the callee is not there" } },
    { { REQUEST (ID), NULL, "{\"type\":\"call_request\",\"to\":2,\"call_id\":\"y\"}" },
      { "call-began 1 2 x audio", "call-ended 1 2 x called again", "call-began 1 2 y video" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RelayRig) rig = relay_rig_new ();
    AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
    AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

    for (gsize j = 0; j < G_N_ELEMENTS (cases[i].frames); j++) {
      if (cases[i].frames[j] != NULL)
        relay_rig_say (rig, j % 2 == 0 ? ali : vali, cases[i].frames[j]);
    }
    for (gsize j = 0; j < G_N_ELEMENTS (cases[i].events) && cases[i].events[j] != NULL; j++)
      expect (cases[i].events[j]);
    g_assert_cmpuint (events.length, ==, 0);
  }
}

static void
test_calls_that_nobody_ends_say_so (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  relay_rig_begin_call (rig, ali, vali);
  forget_all ();
  relay_rig_disconnect (rig, vali);
  relay_rig_wait (rig, 10 * SECOND);
  expect ("call-ended 1 2 x the callee was lost");

  vali = relay_rig_connect (rig, VALI, NEW, "v");
  relay_rig_say (rig, ali, "{\"type\":\"call_request\",\"to\":2,\"call_id\":\"y\"}");
  relay_rig_wait (rig, 70 * SECOND);
  expect ("call-began 1 2 y video");
  expect ("call-ended 1 2 y nobody went on with it");
}

/* In any field, at any level. */
static void
test_no_event_has_a_secret_in_it (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) ali = client_open (rig->base, rig->ali, token);
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");
  g_autoptr (Answer) wrong = post_sign_in (rig->base, "ali", "a mistyped password");

  json_object_unref (client_take_type (ali, "connected"));
  client_send (ali, OFFER (ID));
  json_object_unref (client_take_type (vali, "incoming_call"));
  client_send (ali, "{\"type\":\"incoming_call\",\"to\":3,\"sdp\":\"v=0 a private address\"}");
  json_object_unref (client_take_type (ali, "error"));

  g_assert_nonnull (strstr (everything->str, "call-began"));
  g_assert_null (strstr (everything->str, token));
  g_assert_null (strstr (everything->str, "eyJ"));
  g_assert_null (strstr (everything->str, "mistyped"));
  g_assert_null (strstr (everything->str, "a private address"));
  g_assert_null (strstr (everything->str, "opus"));
  g_assert_null (strstr (everything->str, "127.0.0.1"));
}

/* Each test begins with nothing logged. */
static void
set_up (gpointer *fixture, gconstpointer data)
{
  forget_all ();
  g_string_truncate (everything, 0);
}

static void
run_test (gpointer *fixture, gconstpointer data)
{
  ((void (*) (void)) data) ();
}

#define ADD(name, func) g_test_add ("/server/events/" name, gpointer, func, set_up, run_test, NULL)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  everything = g_string_new (NULL);
  g_log_set_writer_func (keep_fields, NULL, NULL);
  ADD ("a-client-s-way-can-be-followed", test_a_client_s_way_can_be_followed);
  ADD ("refusals-say-why", test_refusals_say_why);
  ADD ("calls-say-how-they-ended", test_calls_say_how_they_ended);
  ADD ("calls-that-nobody-ends-say-so", test_calls_that_nobody_ends_say_so);
  ADD ("no-event-has-a-secret-in-it", test_no_event_has_a_secret_in_it);
  return g_test_run ();
}
