/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

static void
test_is_called_in_the_new_protocol (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_expect (rig, "[incoming] +ringtone +ring +leg0");
  g_assert_cmpstr (rig_find (rig, ALOQA_EFFECT_SHOW_PHASE)->caller->username, ==, "vali");
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, ==, 60000);

  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[accepted] -ringtone -ring +offer >call_accept +devices flow:avp");
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, ==, 60000);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "[answering] -offer +media accept0");
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "[connecting] -media +connect >call_answer");
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_expect (rig, "[connected] -connect");

  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-leg0 -devices ended:remote-hung-up");
  tracker_assert_idle (&rig->tracker);
}

static void
test_is_called_in_the_legacy_protocol (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "[incoming-offer] +ringtone +ring +leg0");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[answering] -ringtone -ring +media accept0 +devices flow:avp");
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "[connecting] -media +connect >call_answer");
}

/* A page trickles while our person still decides; what it sends must not move a thing here. */
static void
test_keeps_early_candidates_until_accept (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, STRANGER);
  rig_expect (rig, "");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[answering] -ringtone -ring +media accept0 add0 add0 +devices flow:avp");
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_expect (rig, "add0");
}

static void
test_keeps_a_bounded_number_of_candidates (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  guint n_added = 0;

  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  for (guint i = 0; i < 1000; i++)
    rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  for (guint i = 0; i < rig->last->len; i++)
    n_added += ((AloqaEffect *) rig->last->pdata[i])->type == ALOQA_EFFECT_ADD_CANDIDATE;

  g_assert_cmpuint (n_added, ==, 64);
}

/* Firefox sends RTCP's candidates too, and the empty one at the end. */
static void
test_takes_the_candidates_of_one_component (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  AloqaMessage *rtcp = aloqa_message_new (ALOQA_MESSAGE_CANDIDATE, PEER);
  AloqaMessage *end = aloqa_message_new (ALOQA_MESSAGE_CANDIDATE, PEER);

  rig_connect_as_callee (rig, PEER);
  rtcp->candidate = rig_new_candidate (2);
  rig_receive (rig, rtcp);
  rig_expect (rig, "");
  end->candidate = aloqa_candidate_new ("", "0", 0, NULL, NULL);
  rig_receive (rig, end);
  rig_expect (rig, "add0");
}

/* A page loses the candidates that reach it before the answer. */
static void
test_answers_first_and_sends_candidates_after (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_candidate (rig, 0);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_candidate (rig, 0);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_candidate (rig, 0);
  rig_skip (rig);
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "[connecting] -media +connect >call_answer >ice_candidate >ice_candidate "
                   ">ice_candidate");
  rig_candidate (rig, 0);
  rig_expect (rig, ">ice_candidate");
}

static void
test_accepts_once (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_do (rig, ALOQA_CALL_EVENT_REJECT);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_expect (rig, "");
}

static void
test_accepts_without_a_picture (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, FALSE);
  rig_expect (rig, "[accepted] -ringtone -ring +offer >call_accept +devices flow:abp");
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
  rig_skip (rig);
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (rig, "flow:avp");
}

/* call_type may be anything: it rings by it, but the offer's m-lines decide. */
static void
test_the_offer_decides_about_the_picture (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  AloqaMessage *audio = aloqa_message_new (ALOQA_MESSAGE_OFFER, PEER);
  AloqaMessage *video = aloqa_message_new (ALOQA_MESSAGE_OFFER, PEER);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  audio->sdp = g_strdup (AUDIO_SDP);
  rig_receive (rig, audio);
  rig_expect (rig, "[answering] -offer +media accept0 flow:ap");
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_skip (rig);

  video->sdp = g_strdup (VIDEO_SDP);
  video->call_kind = ALOQA_CALL_AUDIO;
  rig_receive (rig, video);
  g_assert_cmpint (rig_find (rig, ALOQA_EFFECT_SHOW_PHASE)->kind, ==, ALOQA_CALL_AUDIO);
  rig_skip (rig);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[answering] -ringtone -ring +media accept0 +devices flow:avp");
}

static void
test_turns_down (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_REJECT);
  rig_expect (rig, ">call_reject -ringtone -ring -leg0 ended:rejected +stale-end");
  rig_ring (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (rig, ">call_reject -ringtone -ring -leg0 ended:rejected -stale-end +stale-end");
  rig_pass_memories (rig);

  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_REJECT);
  rig_expect (rig, ">call_end -ringtone -ring -leg0 ended:rejected +stale-end");
}

/* A page would ring for ever: it is told. */
static void
test_misses_a_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_over (rig, ALOQA_DEADLINE_RING);
  rig_expect (rig, ">call_reject -ringtone -leg0 missed ended:missed +stale-end");
  g_assert_cmpint (rig_find (rig, ALOQA_EFFECT_MISSED_CALL)->peer, ==, PEER);
  g_assert_cmpstr (rig_find (rig, ALOQA_EFFECT_MISSED_CALL)->caller->username, ==, "vali");
}

static void
test_the_caller_cancels (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ringtone -ring -leg0 missed ended:cancelled");
  tracker_assert_idle (&rig->tracker);

  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ringtone -ring -leg0 missed ended:cancelled");

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-offer -leg0 -devices ended:remote-hung-up");
}

/* The caller does not wait for call_accept: the answer alone is the accept. */
static void
test_an_offer_comes_before_accept (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "[incoming-offer]");
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[answering] -ringtone -ring +media accept0 add0 add0 +devices flow:avp");
}

static void
test_the_offer_never_comes (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_OFFER);
  rig_expect (rig, ">call_end -leg0 -devices ended:no-offer +stale-end +stale-offer");
  rig_pass_memories (rig);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_OFFER);
  rig_expect (rig, ">call_end -leg0 -devices ended:signalling-lost +stale-end +stale-offer");
}

/* Its page was closed and opened again: the old call will never be spoken of. */
static void
test_the_caller_calls_again_while_it_rings (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_expect (rig, "-ring [incoming] +ring");
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_expect (rig, "-ring [incoming] +ring");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "[answering] -offer +media accept0");
}

static void
test_a_later_offer_takes_the_place_of_the_first (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  AloqaMessage *later = aloqa_message_new (ALOQA_MESSAGE_OFFER, PEER);

  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "");
  later->sdp = g_strdup (AUDIO_SDP);
  rig_receive (rig, later);
  rig_expect (rig, "-ring [incoming-offer] +ring");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[answering] -ringtone -ring +media accept0 +devices flow:ap");
  g_assert_cmpstr (rig_find (rig, ALOQA_EFFECT_ACCEPT_OFFER)->sdp, ==, AUDIO_SDP);
}

/* The peer has left the call that we are setting up, and rings anew. */
static void
test_the_caller_calls_again_after_accept (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_expect (rig, "-offer -leg0 -devices ended:remote-hung-up [incoming] +ringtone +ring +leg0");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[accepted] -ringtone -ring +offer >call_accept +devices flow:avp");
}

static void
test_own_media_fail_while_it_rings (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_fail (rig, 0, ALOQA_MEDIA_CAUSE_ERROR);
  rig_expect (rig, ">call_reject -ringtone -ring -leg0 missed ended:media-error +stale-end");
}

static void
test_the_answer_is_late (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_MEDIA);
  rig_expect (rig, ">call_end -leg0 -devices ended:media-error +stale-end");
}

static void
test_the_network_changes_while_it_rings (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_expect (rig, "-leg0 +leg1");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[answering] -ringtone -ring +media accept1 add1 +devices flow:avp");
}

/* Muted and held before accept: so it begins. */
static void
test_begins_muted (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_SET_MUTED, TRUE);
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (rig, "");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_expect (rig, "[accepted] -ringtone -ring +offer >call_accept +devices flow:vpm");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/callee/is-called-in-the-new-protocol",
                   test_is_called_in_the_new_protocol);
  g_test_add_func ("/call/callee/is-called-in-the-legacy-protocol",
                   test_is_called_in_the_legacy_protocol);
  g_test_add_func ("/call/callee/keeps-early-candidates-until-accept",
                   test_keeps_early_candidates_until_accept);
  g_test_add_func ("/call/callee/keeps-a-bounded-number-of-candidates",
                   test_keeps_a_bounded_number_of_candidates);
  g_test_add_func ("/call/callee/takes-the-candidates-of-one-component",
                   test_takes_the_candidates_of_one_component);
  g_test_add_func ("/call/callee/answers-first-and-sends-candidates-after",
                   test_answers_first_and_sends_candidates_after);
  g_test_add_func ("/call/callee/accepts-once", test_accepts_once);
  g_test_add_func ("/call/callee/accepts-without-a-picture", test_accepts_without_a_picture);
  g_test_add_func ("/call/callee/the-offer-decides-about-the-picture",
                   test_the_offer_decides_about_the_picture);
  g_test_add_func ("/call/callee/turns-down", test_turns_down);
  g_test_add_func ("/call/callee/misses-a-call", test_misses_a_call);
  g_test_add_func ("/call/callee/the-caller-cancels", test_the_caller_cancels);
  g_test_add_func ("/call/callee/an-offer-comes-before-accept", test_an_offer_comes_before_accept);
  g_test_add_func ("/call/callee/the-offer-never-comes", test_the_offer_never_comes);
  g_test_add_func ("/call/callee/the-caller-calls-again-while-it-rings",
                   test_the_caller_calls_again_while_it_rings);
  g_test_add_func ("/call/callee/a-later-offer-takes-the-place-of-the-first",
                   test_a_later_offer_takes_the_place_of_the_first);
  g_test_add_func ("/call/callee/the-caller-calls-again-after-accept",
                   test_the_caller_calls_again_after_accept);
  g_test_add_func ("/call/callee/own-media-fail-while-it-rings",
                   test_own_media_fail_while_it_rings);
  g_test_add_func ("/call/callee/the-answer-is-late", test_the_answer_is_late);
  g_test_add_func ("/call/callee/the-network-changes-while-it-rings",
                   test_the_network_changes_while_it_rings);
  g_test_add_func ("/call/callee/begins-muted", test_begins_muted);
  return g_test_run ();
}
