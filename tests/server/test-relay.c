/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-rig.h"
#include "support/support.h"

/* Two users with one device each. */
typedef struct {
  RelayRig *rig;
  AloqaDevice *ali;
  AloqaDevice *vali;
} Two;

static Two
two_new (AloqaFeatures ali, AloqaFeatures vali)
{
  Two two = { .rig = relay_rig_new () };

  two.ali = relay_rig_connect (two.rig, ALI, ali, "a");
  two.vali = relay_rig_connect (two.rig, VALI, vali, "v");
  return two;
}

static void
two_clear (Two *two)
{
  relay_rig_free (two->rig);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Two, two_clear)

/* @sent makes one frame, for @receiver; or none where @expected is NULL. */
static void
expect (Two *two, AloqaDevice *sender, const char *sent, AloqaDevice *receiver,
        const char *expected)
{
  relay_rig_say (two->rig, sender, sent);
  if (expected != NULL)
    relay_rig_hear (two->rig, receiver, expected);
  relay_rig_hear_nothing (two->rig);
}

static void
test_a_call_id_goes_between_new_clients (void)
{
  g_auto (Two) two = two_new (NEW, NEW);

  expect (&two, two.ali, REQUEST (ID), two.vali, REQUEST_FROM (ID));
  expect (&two, two.vali, TO ("call_accept", 1, ID), two.ali, FROM ("call_accept", 2, ID));
  expect (&two, two.vali, TO ("call_end", 1, ",\"call_id\":\"older\""), NULL, NULL);
}

static void
test_a_call_id_is_stripped_towards_old_clients (void)
{
  g_auto (Two) two = two_new (NEW, OLD);

  expect (&two, two.ali, REQUEST (ID), two.vali, REQUEST_FROM (""));
  expect (&two, two.vali, TO ("call_accept", 1, ""), two.ali, FROM ("call_accept", 2, ID));
  expect (&two, two.ali, TO ("call_end", 2, ID), two.vali, FROM ("call_end", 1, ""));
}

static void
test_an_old_caller_s_call_has_an_id_for_new_clients (void)
{
  g_auto (Two) two = two_new (OLD, NEW);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  relay_rig_say (two.rig, two.ali, REQUEST (""));
  first = relay_rig_hear_id (two.rig, two.vali);
  relay_rig_say (two.rig, two.ali, OFFER (""));
  second = relay_rig_hear_id (two.rig, two.vali);
  g_assert_cmpstr (first, ==, second);
}

static void
test_old_clients_see_nothing_new (void)
{
  g_auto (Two) two = two_new (OLD, OLD);

  expect (&two, two.ali, REQUEST (""), two.vali, REQUEST_FROM (""));
  expect (&two, two.vali, TO ("call_accept", 1, ""), two.ali, FROM ("call_accept", 2, ""));
  expect (&two, two.ali, OFFER (""), two.vali, OFFER_FROM (""));
  expect (&two, two.vali, ANSWER (""), two.ali, ANSWER_FROM (""));
  expect (&two, two.vali, TO ("call_end", 1, ""), two.ali, FROM ("call_end", 2, ""));
  /* The echo of a page. */
  expect (&two, two.ali, TO ("call_end", 2, ""), two.vali, FROM ("call_end", 1, ""));
  /* As the existing server does: nothing to somebody who is not there. */
  expect (&two, two.ali, TO ("call_request", 3, ""), NULL, NULL);
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
    g_auto (Two) two = two_new (cases[i].caller, cases[i].callee);

    relay_rig_say (two.rig, two.ali, REQUEST (ID));
    relay_rig_skip (two.rig);
    expect (&two, two.vali, TO ("ringing", 1, ID), two.ali,
            cases[i].is_passed ? FROM ("ringing", 2, ID) : NULL);
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
    { NEW, REQUEST (ID), FROM ("busy", 2, ID) },
    { OLD, REQUEST (ID), FROM ("call_reject", 2, "") },
    { OLD, OFFER (ID), FROM ("call_end", 2, "") },
    { ALOQA_FEATURE_CALL_ID, REQUEST (ID), FROM ("call_reject", 2, ID) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Two) two = two_new (cases[i].caller, NEW);
    g_autofree char *id = NULL;

    relay_rig_say (two.rig, two.ali, cases[i].start);
    id = relay_rig_hear_id (two.rig, two.vali);
    g_assert_cmpstr (id, ==, "x");
    expect (&two, two.vali, TO ("busy", 1, ID), two.ali, cases[i].expected);
  }
}

static void
test_busy_of_a_client_that_has_not_said_hello_is_nothing (void)
{
  g_auto (Two) two = two_new (NEW, OLD);

  expect (&two, two.ali, REQUEST (ID), two.vali, REQUEST_FROM (""));
  expect (&two, two.vali, TO ("busy", 1, ID), NULL, NULL);
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
    { NEW, REQUEST (ID), TRUE, FROM ("unavailable", 2, ID ",\"reason\":\"offline\"") },
    { NEW, REQUEST (ID), FALSE, FROM ("unavailable", 2, ID ",\"reason\":\"unknown\"") },
    { ALOQA_FEATURE_UNAVAILABLE, OFFER (""), TRUE,
      FROM ("unavailable", 2, ",\"reason\":\"offline\"") },
    { ALOQA_FEATURE_CALL_ID, REQUEST (ID), TRUE, NULL },
    { OLD, REQUEST (""), TRUE, NULL },
    { NEW, TO ("call_end", 2, ID), TRUE, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RelayRig) rig = relay_rig_new ();
    AloqaDevice *ali = relay_rig_connect (rig, ALI, cases[i].caller, "a");

    relay_rig_say_to (rig, ali, cases[i].sent, cases[i].exists);
    if (cases[i].expected != NULL)
      relay_rig_hear (rig, ali, cases[i].expected);
    relay_rig_hear_nothing (rig);
    g_assert_cmpuint (aloqa_relay_get_n_calls (rig->relay), ==, 0);
  }
}

static void
test_hello_turns_on_what_both_know (void)
{
  g_auto (Two) two = two_new (OLD, NEW);

  expect (&two, two.ali, "{\"type\":\"hello\",\"features\":[\"call_id\",\"x\"],\"device\":\"d-1\"}",
          NULL, NULL);
  g_assert_cmpint (two.ali->features, ==, ALOQA_FEATURE_CALL_ID);
  g_assert_cmpstr (two.ali->name, ==, "d-1");
}

#define REPLACE(kind, to, id) "{\"type\":\"" kind "\",\"to\":" #to ",\"leg\":1" id
#define LEG_CANDIDATE(who)                                                                         \
  "{\"type\":\"ice_candidate\"," who ID ",\"leg\":1,\"candidate\":"                                \
  "{\"candidate\":\"candidate:1 1 udp 1 192.0.2.1 9 typ host\",\"sdpMid\":\"0\","                  \
  "\"sdpMLineIndex\":0}}"

static void
test_a_second_leg_goes_between_two_that_know_it (void)
{
  static const struct {
    AloqaFeatures caller;
    AloqaFeatures callee;
    gboolean is_passed;
  } cases[] = {
    { NEW, NEW, TRUE },
    { NEW, OLD, FALSE },
    { NEW, NEW & ~ALOQA_FEATURE_REPLACE, FALSE },
    { NEW & ~ALOQA_FEATURE_REPLACE, NEW, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Two) two = two_new (cases[i].caller, cases[i].callee);
    gboolean is_passed = cases[i].is_passed;
    const char *no_id = cases[i].callee == OLD ? "" : ID;

    expect (&two, two.ali, OFFER (ID), two.vali,
            *no_id != '\0' ? OFFER_FROM (ID) : OFFER_FROM (""));
    /* Not before the call is on. */
    expect (&two, two.ali, REPLACE ("replace", 2, ID) OFFER_SDP "}", NULL, NULL);
    expect (&two, two.vali, ANSWER (ID), two.ali, ANSWER_FROM (ID));
    expect (&two, two.ali, REPLACE ("replace", 2, ID) OFFER_SDP "}", two.vali,
            is_passed ? "{\"type\":\"replace\",\"from\":1,\"leg\":1" ID OFFER_SDP "}" : NULL);
    expect (&two, two.vali, REPLACE ("replace_answer", 1, ID) ANSWER_SDP "}", two.ali,
            is_passed ? "{\"type\":\"replace_answer\",\"from\":2,\"leg\":1" ID ANSWER_SDP "}"
                      : NULL);
    expect (&two, two.ali, LEG_CANDIDATE ("\"to\":2"), two.vali,
            is_passed ? LEG_CANDIDATE ("\"from\":1") : NULL);
  }
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
  ADD ("a-second-leg-goes-between-two-that-know-it",
       test_a_second_leg_goes_between_two_that_know_it);
  return g_test_run ();
}
