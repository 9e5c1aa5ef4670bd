/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-rig.h"
#include "support/support.h"

static void
test_nobody_acts_in_the_call_of_others (void)
{
  static const char *const frames[] = {
    TO ("call_end", 1, ""),
    TO ("call_accept", 1, ""),
    TO ("call_reject", 1, ID),
    TO ("ringing", 1, ID),
    TO ("busy", 1, ID),
    ANSWER (""),
    "{\"type\":\"ice_candidate\",\"to\":1,\"candidate\":{\"candidate\":"
    "\"candidate:1 1 udp 1 192.0.2.1 9 typ host\",\"sdpMid\":\"0\"}}",
    "{\"type\":\"replace\",\"to\":1,\"leg\":1" ID OFFER_SDP "}",
  };
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, OLD, NULL);
  AloqaDevice *vali = relay_rig_connect (rig, VALI, OLD, NULL);
  AloqaDevice *guli = relay_rig_connect (rig, GULI, NEW, "g");

  relay_rig_begin_call (rig, ali, vali);
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++) {
    relay_rig_say (rig, guli, frames[i]);
    relay_rig_hear (rig, guli, NOT_IN_CALL);
    relay_rig_hear_nothing (rig);
  }
  relay_rig_say (rig, vali, TO ("call_end", 1, ""));
  relay_rig_hear (rig, ali, FROM ("call_end", 2, ""));
}

static void
test_a_caller_does_not_accept_their_own_call (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, OLD, NULL);

  relay_rig_say (rig, ali, REQUEST (ID));
  relay_rig_hear (rig, vali, REQUEST_FROM (""));
  relay_rig_say (rig, ali, TO ("call_accept", 2, ID));
  relay_rig_hear (rig, ali, NOT_IN_CALL);
  relay_rig_hear_nothing (rig);
}

static void
test_a_second_accept_is_dropped (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, OLD, NULL);
  AloqaDevice *vali = relay_rig_connect (rig, VALI, OLD, NULL);

  relay_rig_say (rig, ali, REQUEST (""));
  relay_rig_hear (rig, vali, REQUEST_FROM (""));
  relay_rig_say (rig, vali, TO ("call_accept", 1, ""));
  relay_rig_hear (rig, ali, FROM ("call_accept", 2, ""));
  relay_rig_say (rig, vali, TO ("call_accept", 1, ""));
  relay_rig_hear_nothing (rig);
}

/* Its id tells those who know ids whether it is theirs. */
static void
test_a_call_that_is_older_than_the_server_can_end (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  relay_rig_connect (rig, ALI, OLD, NULL);
  relay_rig_say (rig, vali, TO ("call_end", 1, ID));
  relay_rig_hear (rig, ali, FROM ("call_end", 2, ID));
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, vali, TO ("call_end", 1, ""));
  relay_rig_hear (rig, vali, NOT_IN_CALL);
}

#define REASON(word) ID ",\"reason\":\"" word "\""

static void
test_all_devices_ring_and_the_others_stop (void)
{
  static const struct {
    const char *decision;
    const char *caller_hears;
    const char *others_hear;
  } cases[] = {
    { TO ("call_accept", 1, ID), FROM ("call_accept", 2, ID),
      FROM ("call_end", 1, REASON ("answered_elsewhere")) },
    { TO ("call_reject", 1, ID), FROM ("call_reject", 2, ID),
      FROM ("call_end", 1, REASON ("rejected_elsewhere")) },
    { TO ("call_end", 1, ID), FROM ("call_end", 2, ID),
      FROM ("call_end", 1, REASON ("rejected_elsewhere")) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RelayRig) rig = relay_rig_new ();
    AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
    AloqaDevice *page = relay_rig_connect (rig, VALI, OLD, NULL);
    AloqaDevice *newer_page = relay_rig_connect (rig, VALI, OLD, NULL);
    AloqaDevice *first = relay_rig_connect (rig, VALI, NEW, "v1");
    AloqaDevice *second = relay_rig_connect (rig, VALI, NEW, "v2");
    gboolean is_answer = g_str_has_prefix (cases[i].decision, "{\"type\":\"call_accept");

    g_assert_nonnull (page);
    relay_rig_say (rig, ali, REQUEST (ID));
    relay_rig_hear (rig, newer_page, REQUEST_FROM (""));
    relay_rig_hear (rig, first, REQUEST_FROM (ID));
    relay_rig_hear (rig, second, REQUEST_FROM (ID));
    relay_rig_hear_nothing (rig);

    relay_rig_say (rig, first, cases[i].decision);
    if (!is_answer)
      relay_rig_hear (rig, ali, cases[i].caller_hears);
    relay_rig_hear (rig, newer_page, FROM ("call_end", 1, ""));
    relay_rig_hear (rig, second, cases[i].others_hear);
    if (is_answer)
      relay_rig_hear (rig, ali, cases[i].caller_hears);
    relay_rig_hear_nothing (rig);
  }
}

static void
test_a_cancel_stops_all_devices (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *page = relay_rig_connect (rig, VALI, OLD, NULL);
  AloqaDevice *vali = relay_rig_connect (rig, VALI, NEW, "v");

  relay_rig_say (rig, ali, OFFER (ID));
  relay_rig_hear (rig, page, OFFER_FROM (""));
  relay_rig_hear (rig, vali, OFFER_FROM (ID));
  relay_rig_say (rig, ali, TO ("call_end", 2, ID));
  relay_rig_hear (rig, page, FROM ("call_end", 1, ""));
  relay_rig_hear (rig, vali, FROM ("call_end", 1, ID));
  relay_rig_hear_nothing (rig);
}

static void
test_the_device_that_did_not_answer_is_out_of_the_call (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *first = relay_rig_connect (rig, VALI, NEW, "v1");
  AloqaDevice *second = relay_rig_connect (rig, VALI, NEW, "v2");

  relay_rig_say (rig, ali, OFFER (ID));
  relay_rig_hear (rig, first, OFFER_FROM (ID));
  relay_rig_hear (rig, second, OFFER_FROM (ID));
  relay_rig_say (rig, second, ANSWER (ID));
  relay_rig_hear (rig, first, FROM ("call_end", 1, REASON ("answered_elsewhere")));
  relay_rig_hear (rig, ali, ANSWER_FROM (ID));

  relay_rig_say (rig, first, TO ("call_end", 1, ID));
  relay_rig_say (rig, first, ANSWER (ID));
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, ali, TO ("call_end", 2, ID));
  relay_rig_hear (rig, second, FROM ("call_end", 1, ID));
  relay_rig_hear_nothing (rig);
}

static void
test_one_busy_device_leaves_the_others_ringing (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *first = relay_rig_connect (rig, VALI, NEW, "v1");
  AloqaDevice *second = relay_rig_connect (rig, VALI, NEW, "v2");

  relay_rig_say (rig, ali, REQUEST (ID));
  relay_rig_hear (rig, first, REQUEST_FROM (ID));
  relay_rig_hear (rig, second, REQUEST_FROM (ID));
  relay_rig_say (rig, first, TO ("busy", 1, ID));
  relay_rig_hear_nothing (rig);
  relay_rig_say (rig, second, TO ("ringing", 1, ID));
  relay_rig_hear (rig, ali, FROM ("ringing", 2, ID));
  relay_rig_say (rig, second, TO ("busy", 1, ID));
  relay_rig_hear (rig, ali, FROM ("busy", 2, ID));
  relay_rig_hear_nothing (rig);
}

static void
test_the_caller_hears_once_that_it_rings (void)
{
  g_autoptr (RelayRig) rig = relay_rig_new ();
  AloqaDevice *ali = relay_rig_connect (rig, ALI, NEW, "a");
  AloqaDevice *first = relay_rig_connect (rig, VALI, NEW, "v1");
  AloqaDevice *second = relay_rig_connect (rig, VALI, NEW, "v2");

  relay_rig_say (rig, ali, REQUEST (ID));
  relay_rig_hear (rig, first, REQUEST_FROM (ID));
  relay_rig_hear (rig, second, REQUEST_FROM (ID));
  relay_rig_say (rig, first, TO ("ringing", 1, ID));
  relay_rig_hear (rig, ali, FROM ("ringing", 2, ID));
  relay_rig_say (rig, second, TO ("ringing", 1, ID));
  relay_rig_hear_nothing (rig);
}

#define ADD(name, func) g_test_add_func ("/server/calls/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("nobody-acts-in-the-call-of-others", test_nobody_acts_in_the_call_of_others);
  ADD ("a-caller-does-not-accept-their-own-call", test_a_caller_does_not_accept_their_own_call);
  ADD ("a-second-accept-is-dropped", test_a_second_accept_is_dropped);
  ADD ("a-call-that-is-older-than-the-server-can-end",
       test_a_call_that_is_older_than_the_server_can_end);
  ADD ("all-devices-ring-and-the-others-stop", test_all_devices_ring_and_the_others_stop);
  ADD ("a-cancel-stops-all-devices", test_a_cancel_stops_all_devices);
  ADD ("the-device-that-did-not-answer-is-out-of-the-call",
       test_the_device_that_did_not_answer_is_out_of_the_call);
  ADD ("one-busy-device-leaves-the-others-ringing", test_one_busy_device_leaves_the_others_ringing);
  ADD ("the-caller-hears-once-that-it-rings", test_the_caller_hears_once_that_it_rings);
  return g_test_run ();
}
