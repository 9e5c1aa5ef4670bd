/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

/* Nobody is told "missed" of a call that they may yet answer. */

/* It rang, and stopped as the server did not come back in time. */
static void
lose_ring (Rig *rig)
{
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_over (rig, ALOQA_DEADLINE_AWAY);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_skip (rig);
}

static void
test_a_ring_that_was_lost_is_missed_once_its_time_is_over (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  lose_ring (rig);
  rig_pass_memories (rig);
  rig_expect (rig, "missed");
  g_assert_cmpint (rig_find (rig, ALOQA_EFFECT_MISSED_CALL)->peer, ==, PEER);
  tracker_assert_idle (&rig->tracker);
}

static void
test_a_ring_that_the_server_does_not_name_is_missed (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  lose_ring (rig);
  rig_connect (rig, ALL_FEATURES);
  rig_expect (rig, "-lost-ring +lost-ring");
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, <, 5000);
  rig_pass_memories (rig);
  rig_expect (rig, "missed");
}

static void
test_a_ring_that_was_lost_is_missed_where_another_call_begins (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  lose_ring (rig);
  rig_connect (rig, ALL_FEATURES);
  rig_skip (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "newer");
  rig_expect (rig, "-lost-ring missed [incoming] +ringtone +ring +leg0 >ringing");
}

static void
test_a_ring_that_was_lost_is_missed_where_its_caller_is_called (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  lose_ring (rig);
  rig_dial (rig, PEER, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
  g_assert_cmpint (rig_find (rig, ALOQA_EFFECT_MISSED_CALL)->peer, ==, PEER);
}

/* Another call is on by then: it is told once. */
static void
test_a_ring_that_was_lost_finds_us_busy (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  lose_ring (rig);
  rig_connect (rig, ALL_FEATURES);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER, "another");
  rig_skip (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_expect (rig, "-lost-ring >busy missed");
}

/* However often the connection comes and goes. */
static void
test_rings_that_were_lost_are_not_piled_up (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);
  guint n_missed = 0;

  for (guint i = 0; i < 20; i++) {
    rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER + i, "theirs");
    rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
    rig_over (rig, ALOQA_DEADLINE_AWAY);
    for (guint j = 0; j < rig->last->len; j++)
      n_missed += ((AloqaEffect *) rig->last->pdata[j])->type == ALOQA_EFFECT_MISSED_CALL;
    rig_connect (rig, ALL_FEATURES);
  }
  g_assert_cmpuint (n_missed, ==, 20 - rig->tracker.memories->len);
  g_assert_cmpuint (n_missed, >, 0);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/lost-ring/a-ring-that-was-lost-is-missed-once-its-time-is-over",
                   test_a_ring_that_was_lost_is_missed_once_its_time_is_over);
  g_test_add_func ("/call/lost-ring/a-ring-that-the-server-does-not-name-is-missed",
                   test_a_ring_that_the_server_does_not_name_is_missed);
  g_test_add_func ("/call/lost-ring/a-ring-that-was-lost-is-missed-where-another-call-begins",
                   test_a_ring_that_was_lost_is_missed_where_another_call_begins);
  g_test_add_func ("/call/lost-ring/a-ring-that-was-lost-is-missed-where-its-caller-is-called",
                   test_a_ring_that_was_lost_is_missed_where_its_caller_is_called);
  g_test_add_func ("/call/lost-ring/a-ring-that-was-lost-finds-us-busy",
                   test_a_ring_that_was_lost_finds_us_busy);
  g_test_add_func ("/call/lost-ring/rings-that-were-lost-are-not-piled-up",
                   test_rings_that_were_lost_are_not_piled_up);
  return g_test_run ();
}
