/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

/* What crosses calls, or comes from somebody else: busy, strangers, echoes, stale ends, glare. */

static void
dial_in_legacy (Rig *rig, gint64 peer)
{
  rig_dial (rig, peer, ALOQA_CALL_VIDEO, ALOQA_DIAL_LEGACY);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, AUDIO_SDP);
  rig_skip (rig);
}

static void
dial (Rig *rig, gint64 peer)
{
  rig_dial (rig, peer, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_skip (rig);
}

static void
test_a_second_caller_finds_us_busy (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER);
  rig_expect (rig, ">call_reject missed +stale-end");
  g_assert_cmpint (rig_last_sent (rig)->peer, ==, STRANGER);
  rig_get (rig, ALOQA_MESSAGE_OFFER, STRANGER);
  rig_expect (rig, ">call_end missed -stale-end +stale-end");
  rig_expect_phase (rig, ALOQA_PHASE_CONNECTED);
}

/* Not overwritten, as in a page. */
static void
test_a_second_caller_finds_us_ringing (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER);
  rig_expect (rig, ">call_reject missed +stale-end");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  g_assert_cmpint (rig_last_sent (rig)->peer, ==, PEER);
}

static void
test_several_calls_where_allowed (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  aloqa_arbiter_set_max_calls (rig->arbiter, 2);
  rig_connect_as_callee (rig, PEER);
  rig_connect_as_callee (rig, LOW_PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER);
  rig_expect (rig, ">call_reject missed +stale-end");
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-leg0 -devices ended:remote-hung-up");
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, LOW_PEER);
  rig_expect (rig, "add0");
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER);
  rig_expect (rig, "[incoming] +ringtone +ring +leg0");
}

/* There is no sender check elsewhere: here each message is of the peer, or nothing. */
static void
test_strangers_change_nothing (void)
{
  static const AloqaMessageType types[] = {
    ALOQA_MESSAGE_CALL_ACCEPT, ALOQA_MESSAGE_CALL_REJECT,    ALOQA_MESSAGE_CALL_END,
    ALOQA_MESSAGE_ANSWER,      ALOQA_MESSAGE_CANDIDATE,      ALOQA_MESSAGE_RINGING,
    ALOQA_MESSAGE_UNAVAILABLE, ALOQA_MESSAGE_BUSY,           ALOQA_MESSAGE_CALL_STATE,
    ALOQA_MESSAGE_REPLACE,     ALOQA_MESSAGE_REPLACE_ANSWER, ALOQA_MESSAGE_TYPING,
    ALOQA_MESSAGE_CONNECTED,   ALOQA_MESSAGE_PRESENCE,       ALOQA_MESSAGE_HELLO,
  };

  g_autoptr (Rig) ringing = rig_new (0);
  g_autoptr (Rig) calling = rig_new (0);
  g_autoptr (Rig) connected = rig_new (0);
  g_autoptr (Rig) idle = rig_new (0);

  rig_ring (ringing, PEER);
  dial (calling, PEER);
  rig_connect_as_caller (connected, PEER);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    rig_get (ringing, types[i], STRANGER);
    rig_get (calling, types[i], STRANGER);
    rig_get (connected, types[i], STRANGER);
    rig_get (idle, types[i], STRANGER);
    rig_get (idle, types[i], OWN_ID);
    rig_get (idle, types[i], 0);
  }
  rig_expect (ringing, "");
  rig_expect (calling, "");
  rig_expect (connected, "");
  rig_expect (idle, "");
}

static void
test_nobody_calls_from_our_own_id (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, OWN_ID);
  rig_get (rig, ALOQA_MESSAGE_OFFER, OWN_ID);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, 0);
  rig_expect (rig, "");
}

static void
test_an_end_is_never_echoed (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-leg0 -devices ended:remote-hung-up");
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "");
}

/* A page sends call_end 2 s after our call_reject. */
static void
test_a_redial_survives_the_end_of_the_rejected_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_REJECT);
  dial (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-stale-end");
  rig_expect_phase (rig, ALOQA_PHASE_CALLING);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:rejected");
}

/* A page echoes our call_end. */
static void
test_a_redial_survives_the_echo_of_the_last_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  dial_in_legacy (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-stale-end");
  rig_expect_phase (rig, ALOQA_PHASE_OFFERED);
}

static void
test_a_redial_survives_the_end_of_a_call_refused_as_busy (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, STRANGER);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  dial (rig, STRANGER);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, STRANGER);
  rig_expect (rig, "-stale-end");
  rig_expect_phase (rig, ALOQA_PHASE_CALLING);
}

/* Once the peer has spoken in the new call, or time has passed, an end is an end. */
static void
test_a_stale_end_is_not_expected_for_ever (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  dial (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-media -leg0 -devices ended:rejected");

  rig_connect_as_caller (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_pass_memories (rig);
  dial (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:rejected");
}

/* The page that rejects a stale end for its own new call has closed it: it stops ringing. */
static void
test_an_end_stops_the_ring_of_a_caller_just_refused (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_REJECT);
  rig_ring (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ringtone -ring -leg0 missed ended:cancelled");
}

/* Refusals of very many do not fill memory. */
static void
test_remembers_a_bounded_number_of_refusals (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  for (guint i = 0; i < 1000; i++)
    rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, 100 + i);

  g_assert_cmpuint (rig->tracker.memories->len, ==, 32);
  rig_pass_memories (rig);
}

/* We accepted and hung up at once; the page was opening its camera, and offers all the same. */
static void
test_an_offer_that_comes_after_the_end_does_not_ring (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (rig, ">call_end -offer -leg0 -devices ended:hung-up +stale-end +stale-offer");
  g_assert_cmpuint (rig->tracker.memories->len, ==, 2);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "-stale-offer >call_end");
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "[incoming-offer] +ringtone +ring +leg0");
}

static void
test_glare_the_lower_id_stays_caller (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  dial (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_expect (rig, "+glare");
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_expect (rig, "-glare [offering] -ringback -ring +media offer0");
}

static void
test_glare_the_higher_id_accepts (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  dial (rig, LOW_PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, LOW_PEER);
  rig_expect (rig, "-leg0 +leg1 [accepted] -ringback -ring +offer >call_accept");
  g_assert_cmpint (rig_find (rig, ALOQA_EFFECT_SHOW_PHASE)->role, ==, ALOQA_ROLE_CALLEE);

  /* A page turns our own request down, or accepts it as well: one offer only, and it is its own. */
  rig_get (rig, ALOQA_MESSAGE_CALL_REJECT, LOW_PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, LOW_PEER);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "");
  rig_get (rig, ALOQA_MESSAGE_OFFER, LOW_PEER);
  rig_expect (rig, "[answering] -offer +media accept1");
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 1, VIDEO_SDP);
  rig_expect (rig, "[connecting] -media +connect >call_answer");
}

/* A page that dials neither yields nor waits: its own call is taken, whichever way it shows. */
static void
test_glare_with_a_page_that_does_not_yield (void)
{
  g_autoptr (Rig) silent = rig_new (0);
  g_autoptr (Rig) busy = rig_new (0);

  dial (silent, PEER);
  rig_get (silent, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_skip (silent);
  rig_over (silent, ALOQA_DEADLINE_GLARE);
  rig_expect (silent, "-leg0 +leg1 [accepted] -ringback -ring +offer >call_accept");

  dial (busy, PEER);
  rig_get (busy, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_skip (busy);
  rig_get (busy, ALOQA_MESSAGE_CALL_REJECT, PEER);
  rig_expect (busy, "-glare -leg0 +leg1 [accepted] -ringback -ring +offer >call_accept");
}

static void
test_glare_of_two_offers (void)
{
  g_autoptr (Rig) higher = rig_new (0);
  g_autoptr (Rig) lower = rig_new (0);
  g_autoptr (Rig) refused = rig_new (0);

  dial_in_legacy (higher, LOW_PEER);
  rig_get (higher, ALOQA_MESSAGE_OFFER, LOW_PEER);
  rig_expect (higher, "-leg0 +leg1 [answering] -ringback -ring +media accept1");

  dial_in_legacy (lower, PEER);
  rig_get (lower, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (lower, "+glare");
  rig_get (lower, ALOQA_MESSAGE_ANSWER, PEER);
  rig_expect (lower, "-glare [connecting] -ringback -ring +connect apply0");

  dial_in_legacy (refused, PEER);
  rig_get (refused, ALOQA_MESSAGE_OFFER, PEER);
  rig_get (refused, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_skip (refused);
  rig_get (refused, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (refused, "-glare -leg0 +leg1 [answering] -ringback -ring +media accept1 add1");
}

/* One in each protocol. */
static void
test_glare_of_a_request_and_an_offer (void)
{
  g_autoptr (Rig) higher = rig_new (0);
  g_autoptr (Rig) lower = rig_new (0);

  dial (higher, LOW_PEER);
  rig_get (higher, ALOQA_MESSAGE_OFFER, LOW_PEER);
  rig_expect (higher, "-leg0 +leg1 [answering] -ringback -ring +media accept1");

  dial (lower, PEER);
  rig_get (lower, ALOQA_MESSAGE_OFFER, PEER);
  rig_get (lower, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_expect (lower, "+glare");
  rig_over (lower, ALOQA_DEADLINE_GLARE);
  rig_expect (lower, "-leg0 +leg1 [answering] -ringback -ring +media accept1 add1");
}

/* Candidates are of the offer that came before them. */
static void
test_glare_with_a_second_offer (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  AloqaMessage *second = aloqa_message_new (ALOQA_MESSAGE_OFFER, PEER);

  dial (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_skip (rig);
  second->sdp = g_strdup (AUDIO_SDP);
  rig_receive (rig, second);
  rig_expect (rig, "-glare +glare");
  rig_over (rig, ALOQA_DEADLINE_GLARE);
  rig_expect (rig, "-leg0 +leg1 [answering] -ringback -ring +media accept1 flow:ap");
}

/* Stopped while it fired. */
static void
test_a_late_deadline_is_nothing (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  dial (rig, PEER);
  rig_over (rig, ALOQA_DEADLINE_GLARE);
  rig_expect (rig, "");
}

/* The other side gives up its own call: so does it with ours. */
static void
test_glare_ends (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  dial (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ringback -ring -glare -leg0 -devices ended:rejected");
  dial (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (rig, ">call_end -ringback -ring -glare -leg0 -devices ended:cancelled +stale-end");
}

/* Who dials the one that rings here wants to talk with him. */
static void
test_dialling_the_caller_accepts (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_dial (rig, PEER, ALOQA_CALL_AUDIO, ALOQA_DIAL_AUTO);
  rig_expect (rig, "[accepted] -ringtone -ring +offer >call_accept +devices flow:abp");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/crossing/a-second-caller-finds-us-busy",
                   test_a_second_caller_finds_us_busy);
  g_test_add_func ("/call/crossing/a-second-caller-finds-us-ringing",
                   test_a_second_caller_finds_us_ringing);
  g_test_add_func ("/call/crossing/several-calls-where-allowed", test_several_calls_where_allowed);
  g_test_add_func ("/call/crossing/strangers-change-nothing", test_strangers_change_nothing);
  g_test_add_func ("/call/crossing/nobody-calls-from-our-own-id",
                   test_nobody_calls_from_our_own_id);
  g_test_add_func ("/call/crossing/an-end-is-never-echoed", test_an_end_is_never_echoed);
  g_test_add_func ("/call/crossing/a-redial-survives-the-end-of-the-rejected-call",
                   test_a_redial_survives_the_end_of_the_rejected_call);
  g_test_add_func ("/call/crossing/a-redial-survives-the-echo-of-the-last-call",
                   test_a_redial_survives_the_echo_of_the_last_call);
  g_test_add_func ("/call/crossing/a-redial-survives-the-end-of-a-call-refused-as-busy",
                   test_a_redial_survives_the_end_of_a_call_refused_as_busy);
  g_test_add_func ("/call/crossing/a-stale-end-is-not-expected-for-ever",
                   test_a_stale_end_is_not_expected_for_ever);
  g_test_add_func ("/call/crossing/an-end-stops-the-ring-of-a-caller-just-refused",
                   test_an_end_stops_the_ring_of_a_caller_just_refused);
  g_test_add_func ("/call/crossing/remembers-a-bounded-number-of-refusals",
                   test_remembers_a_bounded_number_of_refusals);
  g_test_add_func ("/call/crossing/an-offer-that-comes-after-the-end-does-not-ring",
                   test_an_offer_that_comes_after_the_end_does_not_ring);
  g_test_add_func ("/call/crossing/glare/the-lower-id-stays-caller",
                   test_glare_the_lower_id_stays_caller);
  g_test_add_func ("/call/crossing/glare/the-higher-id-accepts", test_glare_the_higher_id_accepts);
  g_test_add_func ("/call/crossing/glare/with-a-page-that-does-not-yield",
                   test_glare_with_a_page_that_does_not_yield);
  g_test_add_func ("/call/crossing/glare/of-two-offers", test_glare_of_two_offers);
  g_test_add_func ("/call/crossing/glare/of-a-request-and-an-offer",
                   test_glare_of_a_request_and_an_offer);
  g_test_add_func ("/call/crossing/glare/with-a-second-offer", test_glare_with_a_second_offer);
  g_test_add_func ("/call/crossing/a-late-deadline-is-nothing", test_a_late_deadline_is_nothing);
  g_test_add_func ("/call/crossing/glare/ends", test_glare_ends);
  g_test_add_func ("/call/crossing/dialling-the-caller-accepts", test_dialling_the_caller_accepts);
  return g_test_run ();
}
