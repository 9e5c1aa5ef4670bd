/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

/* Calls to somebody who must not be disturbed. */

static void
ring_unseen (Rig *rig, gint64 peer)
{
  aloqa_arbiter_set_do_not_disturb (rig->arbiter, TRUE);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, peer);
  rig_expect (rig, "[unseen-incoming] +ring +leg0");
}

/* The caller hears it ring, as where nobody is at home. */
static void
test_who_must_not_disturb_rings_out_unseen (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  aloqa_arbiter_set_do_not_disturb (rig->arbiter, TRUE);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "one");
  rig_expect (rig, "[unseen-incoming] +ring +leg0 >ringing");
  aloqa_arbiter_set_do_not_disturb (rig->arbiter, FALSE);
  rig_get_with_id (rig, ALOQA_MESSAGE_OFFER, PEER, "one");
  rig_expect (rig, "[unseen-incoming-offer]");
  rig_over (rig, ALOQA_DEADLINE_RING);
  rig_expect (rig, ">call_end -leg0 missed ended:missed");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "another");
  rig_expect (rig, "[incoming] +ringtone +ring +leg0 >ringing");
}

/* What rings already is not hidden. */
static void
test_what_rings_is_seen_when_disturbing_is_forbidden (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  aloqa_arbiter_set_do_not_disturb (rig->arbiter, TRUE);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "[incoming-offer]");
}

/* Nor do more than one at a time, nor who calls beside a call. */
static void
test_unseen_calls_are_limited (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  ring_unseen (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER);
  rig_expect (rig, ">call_reject missed +stale-end");
  aloqa_arbiter_set_do_not_disturb (rig->arbiter, FALSE);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, LOW_PEER);
  rig_expect (rig, "[incoming] +ringtone +ring +leg0");
  rig_get (rig, ALOQA_MESSAGE_OFFER, STRANGER);
  rig_expect (rig, ">call_end missed -stale-end +stale-end");
}

static void
test_an_unseen_call_leaves_room_to_dial (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  guint unseen;

  ring_unseen (rig, PEER);
  unseen = rig->call;
  rig_dial (rig, STRANGER, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
  rig_expect (rig, "[calling] +ringback +ring >call_request +leg0 +devices flow:ap");
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ring -leg0 missed ended:cancelled");
  g_assert_cmpint (aloqa_arbiter_get_phase (rig->arbiter, unseen), ==, ALOQA_PHASE_ENDED);
  g_assert_cmpuint (aloqa_arbiter_get_n_calls (rig->arbiter), ==, 1);
}

/* From then on it is seen. */
static void
test_dialling_who_rings_unseen_answers (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  ring_unseen (rig, PEER);
  rig_dial (rig, PEER, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
  rig_expect (rig, "[accepted] -ring +offer >call_accept +devices flow:abp");
  rig_dial (rig, STRANGER, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
  rig_expect (rig, "[new] ended:in-a-call");
}

static void
test_dialling_who_rings_unseen_during_a_call_is_refused (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  ring_unseen (rig, PEER);
  rig_dial (rig, STRANGER, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
  rig_skip (rig);
  rig_dial (rig, PEER, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
  rig_expect (rig, "[new] ended:in-a-call");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/unseen/who-must-not-disturb-rings-out-unseen",
                   test_who_must_not_disturb_rings_out_unseen);
  g_test_add_func ("/call/unseen/what-rings-is-seen-when-disturbing-is-forbidden",
                   test_what_rings_is_seen_when_disturbing_is_forbidden);
  g_test_add_func ("/call/unseen/unseen-calls-are-limited", test_unseen_calls_are_limited);
  g_test_add_func ("/call/unseen/an-unseen-call-leaves-room-to-dial",
                   test_an_unseen_call_leaves_room_to_dial);
  g_test_add_func ("/call/unseen/dialling-who-rings-unseen-answers",
                   test_dialling_who_rings_unseen_answers);
  g_test_add_func ("/call/unseen/dialling-who-rings-unseen-during-a-call-is-refused",
                   test_dialling_who_rings_unseen_during_a_call_is_refused);
  return g_test_run ();
}
