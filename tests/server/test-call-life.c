/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-rig.h"
#include "support/support.h"

#define LOST ID ",\"reason\":\"lost\""

/* Ali calls, and it rings at this device of Vali's. */
static void
ring (RelayRig *rig, AloqaDevice *ali, AloqaDevice *vali)
{
  relay_rig_say (rig, ali, REQUEST (ID));
  relay_rig_hear (rig, vali, REQUEST_FROM (ID));
}

/* The same for an offer: as a call begins without a request, or goes on after it was taken. */
static void
offer (RelayRig *rig, AloqaDevice *ali, AloqaDevice *vali)
{
  relay_rig_say (rig, ali, OFFER (ID));
  relay_rig_hear (rig, vali, OFFER_FROM (ID));
}

static void
test_a_device_that_comes_while_it_rings_rings_too (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v1");
  AloqaDevice *late;

  ring (rig, ali, vali);
  relay_rig_disconnect (rig, vali);
  relay_rig_wait (rig, SECOND / 2);
  late = relay_rig_connect (rig, VALI, NEW, "v2");
  relay_rig_hear (rig, late, REQUEST_FROM (ID));
  relay_rig_wait (rig, 30 * SECOND);
  relay_rig_say (rig, late, TO ("call_accept", 1, ID));
  relay_rig_hear (rig, ali, FROM ("call_accept", 2, ID));
  relay_rig_hear_nothing (rig);
}

#define STATE(phase, peer)                                                                         \
  "{\"type\":\"call_state\",\"call_id\":\"x\",\"peer\":" #peer ",\"phase\":\"" phase "\","         \
  "\"call_type\":\"audio\"}"

/* It has seen the offer, and must hear of the end. */
static void
test_who_comes_back_while_an_offer_rings_hears_of_its_end (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  offer (rig, ali, vali);
  relay_rig_disconnect (rig, vali);
  vali = relay_rig_connect (rig, VALI, NEW, "v");
  relay_rig_hear (rig, vali, STATE ("ringing", 1));
  relay_rig_wait (rig, 30 * SECOND);
  relay_rig_say (rig, ali, TO ("call_end", 2, ID));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, ID));
  relay_rig_hear_nothing (rig);
}

/* It has no offer to answer: only where the offer rings can the call be taken. */
static void
test_a_device_that_never_saw_the_offer_keeps_no_caller_waiting (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *laptop = relay_rig_connect (rig, VALI, NEW, "laptop");

  offer (rig, ali, laptop);
  relay_rig_connect (rig, VALI, NEW, "phone");
  relay_rig_hear_nothing (rig);
  relay_rig_disconnect (rig, laptop);
  relay_rig_wait (rig, SECOND);
  relay_rig_hear (rig, ali, FROM ("unavailable", 2, ID ",\"reason\":\"offline\""));
  relay_rig_hear_nothing (rig);
  g_assert_cmpuint (aloqa_relay_get_n_calls (rig->relay), ==, 0);
}

/* Its old connection is still there when the new one comes. */
static void
test_an_offer_rings_on_at_a_newer_connection (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *dead = relay_rig_connect (rig, VALI, NEW, "v");
  AloqaDevice *vali;

  offer (rig, ali, dead);
  vali = relay_rig_connect (rig, VALI, NEW, "v");
  relay_rig_hear (rig, vali, STATE ("ringing", 1));
  relay_rig_see_closed (rig, dead);
  relay_rig_say (rig, ali, TO ("call_end", 2, ID));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, ID));
  relay_rig_hear_nothing (rig);
}

static void
test_who_comes_back_in_time_learns_what_was_missed (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  ring (rig, ali, vali);
  relay_rig_disconnect (rig, ali);
  relay_rig_say (rig, vali, TO ("call_accept", 1, ID));
  relay_rig_wait (rig, 9 * SECOND);
  relay_rig_hear_nothing (rig);

  ali = relay_rig_connect (rig, ALI, NEW, "a");
  relay_rig_hear (rig, ali, STATE ("accepted", 2));
  relay_rig_hear (rig, ali, FROM ("call_accept", 2, ID));
  offer (rig, ali, vali);
  relay_rig_say (rig, vali, ANSWER (ID));
  relay_rig_hear (rig, ali, ANSWER_FROM (ID));

  relay_rig_disconnect (rig, vali);
  vali = relay_rig_connect (rig, VALI, NEW, "v");
  relay_rig_hear (rig, vali, STATE ("connected", 1));
  relay_rig_wait (rig, 60 * SECOND);
  relay_rig_hear_nothing (rig);
}

/* Found by fuzzing: what was held had a call_id in it. */
static void
test_who_comes_back_as_an_older_program_gets_nothing_it_does_not_know (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  ring (rig, ali, vali);
  relay_rig_disconnect (rig, ali);
  relay_rig_say (rig, vali, TO ("call_accept", 1, ID));
  ali = relay_rig_connect (rig, ALI, ALOQA_FEATURE_MULTI_DEVICE, "a");
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, vali, TO ("call_end", 1, ID));
  relay_rig_hear (rig, ali, FROM ("call_end", 2, ""));
}

static void
test_another_device_is_not_the_one_that_was_lost (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  relay_rig_begin_call (rig, ali, vali);
  relay_rig_disconnect (rig, vali);
  vali = relay_rig_connect (rig, VALI, NEW, "another");
  relay_rig_wait (rig, 10 * SECOND);
  relay_rig_hear (rig, ali, FROM ("call_end", 2, LOST));
  relay_rig_hear_nothing (rig);
}

static void
test_who_does_not_come_back_ends_the_call (void)
{
  static const struct {
    AloqaFeatures ali;
    AloqaFeatures vali;
    const char *expected;
  } cases[] = {
    { NEW, NEW, FROM ("call_end", 2, LOST) },
    { NEW, OLD, FROM ("call_end", 2, LOST) },
    { NEW & ~ALOQA_FEATURE_MULTI_DEVICE, NEW, FROM ("call_end", 2, ID) },
    { OLD, NEW, FROM ("call_end", 2, "") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RelayRig) rig = relay_rig_new ();
    AloqaDevice *ali = relay_rig_connect (rig, ALI, cases[i].ali, "a");
    AloqaDevice *vali = relay_rig_connect (rig, VALI, cases[i].vali, "v");

    relay_rig_begin_call (rig, ali, vali);
    relay_rig_disconnect (rig, vali);
    relay_rig_wait (rig, 9 * SECOND);
    relay_rig_hear_nothing (rig);
    relay_rig_wait (rig, SECOND);
    relay_rig_hear (rig, ali, cases[i].expected);
    relay_rig_hear_nothing (rig);
    g_assert_cmpuint (aloqa_relay_get_n_calls (rig->relay), ==, 0);
  }
}

static void
test_how_long_somebody_is_waited_for_can_be_set (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  rig->settings->limits[ALOQA_LIMIT_RECONNECT_MS] = 2000;
  relay_rig_begin_call (rig, ali, vali);
  relay_rig_disconnect (rig, vali);
  relay_rig_wait (rig, SECOND);
  relay_rig_hear_nothing (rig);
  relay_rig_wait (rig, SECOND);
  relay_rig_hear (rig, ali, FROM ("call_end", 2, LOST));
}

static void
test_a_page_that_comes_back_is_in_its_call (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, OLD, NULL);

  relay_rig_begin_call (rig, ali, vali);
  relay_rig_disconnect (rig, vali);
  relay_rig_wait (rig, 5 * SECOND);
  vali = relay_rig_connect (rig, VALI, OLD, NULL);
  relay_rig_wait (rig, 60 * SECOND);
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, ali, TO ("call_end", 2, ID));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, ""));
}

/* It may take TCP a minute to notice that the old one is dead. */
static void
test_a_new_connection_of_the_same_device_takes_over (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *dead = relay_rig_connect (rig, VALI, NEW, "v");
  AloqaDevice *vali;

  relay_rig_begin_call (rig, ali, dead);
  vali = relay_rig_connect (rig, VALI, NEW, "v");
  relay_rig_hear (rig, vali, STATE ("connected", 1));
  relay_rig_see_closed (rig, dead);
  relay_rig_wait (rig, 60 * SECOND);
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, ali, TO ("call_end", 2, ID));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, ID));
  relay_rig_hear_nothing (rig);
}

static void
test_a_caller_who_vanishes_stops_the_ring (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *page = relay_rig_connect (rig, VALI, OLD, NULL);
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  relay_rig_say (rig, ali, REQUEST (ID));
  relay_rig_hear (rig, page, REQUEST_FROM (""));
  relay_rig_hear (rig, vali, REQUEST_FROM (ID));
  relay_rig_disconnect (rig, ali);
  g_assert_true (aloqa_relay_is_urgent (rig->relay));
  relay_rig_wait (rig, SECOND / 2);
  relay_rig_hear_nothing (rig);
  relay_rig_wait (rig, SECOND / 2);
  g_assert_false (aloqa_relay_is_urgent (rig->relay));
  relay_rig_hear (rig, page, FROM ("call_end", 1, ""));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, LOST));
  relay_rig_hear_nothing (rig);
}

static void
test_a_callee_who_vanishes_is_unavailable (void)
{
  static const struct {
    AloqaFeatures ali;
    const char *expected;
  } cases[] = {
    { NEW, FROM ("unavailable", 2, ID ",\"reason\":\"offline\"") },
    { OLD, FROM ("call_end", 2, "") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RelayRig) rig = relay_rig_new ();
    AloqaDevice *ali = relay_rig_connect (rig, ALI, cases[i].ali, "a");
    AloqaDevice *vali = relay_rig_connect (rig, VALI, OLD, NULL);

    relay_rig_say (rig, ali, REQUEST (ID));
    relay_rig_hear (rig, vali, REQUEST_FROM (""));
    relay_rig_disconnect (rig, vali);
    relay_rig_wait (rig, SECOND);
    relay_rig_hear (rig, ali, cases[i].expected);
    relay_rig_hear_nothing (rig);
  }
}

static void
test_a_call_that_nobody_goes_on_with_is_cleaned_up (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, OLD, NULL);
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  ring (rig, ali, vali);
  relay_rig_wait (rig, 69 * SECOND);
  relay_rig_say (rig, vali, TO ("call_accept", 1, ID));
  relay_rig_hear (rig, ali, FROM ("call_accept", 2, ""));
  relay_rig_wait (rig, 69 * SECOND);
  offer (rig, ali, vali);
  relay_rig_wait (rig, 129 * SECOND);
  relay_rig_hear_nothing (rig);

  relay_rig_wait (rig, SECOND);
  relay_rig_hear (rig, ali, FROM ("call_end", 2, ""));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, ID));
  relay_rig_hear_nothing (rig);
  g_assert_cmpuint (aloqa_relay_get_n_calls (rig->relay), ==, 0);
}

static void
test_an_answered_call_goes_on_without_frames (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  relay_rig_begin_call (rig, ali, vali);
  relay_rig_wait (rig, 23 * 3600 * SECOND);
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, ali, TO ("call_end", 2, ID));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, ID));
}

/* Both call; one of the calls is agreed on, and the clean-up of the other must not end it. */
static void
test_the_call_that_crossed_does_not_end_the_one_that_goes_on (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, OLD, NULL);
  AloqaDevice *vali = relay_rig_connect (rig, VALI, OLD, NULL);

  relay_rig_say (rig, vali, TO ("call_request", 1, ""));
  relay_rig_skip (rig);
  relay_rig_say (rig, ali, REQUEST (""));
  relay_rig_hear (rig, vali, REQUEST_FROM (""));
  relay_rig_say (rig, vali, TO ("call_accept", 1, ""));
  relay_rig_hear (rig, ali, FROM ("call_accept", 2, ""));
  relay_rig_wait (rig, 69 * SECOND);
  relay_rig_say (rig, ali, OFFER (""));
  relay_rig_hear (rig, vali, OFFER_FROM (""));
  relay_rig_wait (rig, 2 * SECOND);
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, vali, ANSWER (""));
  relay_rig_hear (rig, ali, ANSWER_FROM (""));
  g_assert_cmpuint (aloqa_relay_get_n_calls (rig->relay), ==, 1);
}

#define ADD(name, func) g_test_add_func ("/server/call-life/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("a-device-that-comes-while-it-rings-rings-too",
       test_a_device_that_comes_while_it_rings_rings_too);
  ADD ("who-comes-back-while-an-offer-rings-hears-of-its-end",
       test_who_comes_back_while_an_offer_rings_hears_of_its_end);
  ADD ("a-device-that-never-saw-the-offer-keeps-no-caller-waiting",
       test_a_device_that_never_saw_the_offer_keeps_no_caller_waiting);
  ADD ("an-offer-rings-on-at-a-newer-connection", test_an_offer_rings_on_at_a_newer_connection);
  ADD ("who-comes-back-in-time-learns-what-was-missed",
       test_who_comes_back_in_time_learns_what_was_missed);
  ADD ("who-comes-back-as-an-older-program-gets-nothing-it-does-not-know",
       test_who_comes_back_as_an_older_program_gets_nothing_it_does_not_know);
  ADD ("another-device-is-not-the-one-that-was-lost",
       test_another_device_is_not_the_one_that_was_lost);
  ADD ("who-does-not-come-back-ends-the-call", test_who_does_not_come_back_ends_the_call);
  ADD ("how-long-somebody-is-waited-for-can-be-set",
       test_how_long_somebody_is_waited_for_can_be_set);
  ADD ("a-page-that-comes-back-is-in-its-call", test_a_page_that_comes_back_is_in_its_call);
  ADD ("a-new-connection-of-the-same-device-takes-over",
       test_a_new_connection_of_the_same_device_takes_over);
  ADD ("a-caller-who-vanishes-stops-the-ring", test_a_caller_who_vanishes_stops_the_ring);
  ADD ("a-callee-who-vanishes-is-unavailable", test_a_callee_who_vanishes_is_unavailable);
  ADD ("a-call-that-nobody-goes-on-with-is-cleaned-up",
       test_a_call_that_nobody_goes_on_with_is_cleaned_up);
  ADD ("an-answered-call-goes-on-without-frames", test_an_answered_call_goes_on_without_frames);
  ADD ("the-call-that-crossed-does-not-end-the-one-that-goes-on",
       test_the_call_that_crossed_does_not_end_the_one_that_goes_on);
  return g_test_run ();
}
