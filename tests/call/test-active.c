/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

/* Once connected: what the person can change, what the path does, and what the peer may still say. */

static void
test_silence_and_return (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_SILENT, 0);
  rig_expect (rig, "[reconnecting]");
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_RESUMED, 0);
  rig_expect (rig, "[connected]");
}

/* Closed tabs and crashes say nothing. */
static void
test_a_vanished_peer_ends_the_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_callee (rig, PEER);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_SILENT, 0);
  rig_skip (rig);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_DEAD, 0);
  rig_expect (rig, ">call_end -leg0 -devices ended:lost +stale-end");
}

static void
test_a_failed_path_ends_the_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_callee (rig, PEER);
  rig_fail (rig, 0, ALOQA_MEDIA_CAUSE_NO_PATH);
  rig_expect (rig, ">call_end -leg0 -devices ended:lost +stale-end");
}

static void
test_a_changed_certificate_ends_the_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_callee (rig, PEER);
  rig_fail (rig, 0, ALOQA_MEDIA_CAUSE_FINGERPRINT);
  rig_expect (rig, ">call_end -leg0 -devices ended:fingerprint-mismatch +stale-end");
}

static void
test_the_server_may_go_and_come (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_media (rig, ALOQA_CALL_EVENT_FIRST_MEDIA, 0);
  rig_connect (rig, 0);
  rig_expect (rig, "");
  rig_expect_phase (rig, ALOQA_PHASE_CONNECTED);
}

/* None of it is on the wire: the peer gets silence and black. */
static void
test_mute_video_and_hold (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  guint n_sent;

  rig_connect_as_caller (rig, PEER);
  n_sent = rig->sent->len;
  rig_set (rig, ALOQA_CALL_EVENT_SET_MUTED, TRUE);
  rig_expect (rig, "flow:vpm");
  rig_set (rig, ALOQA_CALL_EVENT_SET_MUTED, TRUE);
  rig_expect (rig, "");
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, FALSE);
  rig_expect (rig, "flow:bpm");
  rig_set (rig, ALOQA_CALL_EVENT_SET_HELD, TRUE);
  rig_expect (rig, "flow:bmh");
  rig_set (rig, ALOQA_CALL_EVENT_SET_MUTED, FALSE);
  rig_expect (rig, "flow:bh");
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (rig, "");
  rig_set (rig, ALOQA_CALL_EVENT_SET_HELD, FALSE);
  rig_expect (rig, "flow:avp");
  g_assert_cmpuint (rig->sent->len, ==, n_sent);
}

/* A page cannot take a picture into a call that began without. */
static void
test_says_that_video_cannot_be_added (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_AUDIO, ALOQA_DIAL_AUTO);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, AUDIO_SDP);
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_skip (rig);
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (rig, "notice");
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, FALSE);
  rig_expect (rig, "");
}

/* Media come, so the peer is in this call, and it calls from a second tab. */
static void
test_a_second_call_of_the_peer_is_refused (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  AloqaMessage *offer = aloqa_message_new (ALOQA_MESSAGE_OFFER, PEER);

  rig_connect_as_callee (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_expect (rig, ">call_reject +stale-end");
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-stale-end");
  rig_expect_phase (rig, ALOQA_PHASE_CONNECTED);

  offer->sdp = g_strdup (AUDIO_SDP);
  rig_receive (rig, offer);
  rig_expect (rig, ">call_end +stale-end");
  rig_over (rig, ALOQA_DEADLINE_STALE_END);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-leg0 -devices ended:remote-hung-up");
}

static void
test_the_offer_may_come_twice (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_callee (rig, PEER);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_expect (rig, "");
}

/* Never renegotiated: not while the answer is being made, nor while it connects. */
static void
test_a_second_offer_is_answered_with_an_end (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_ring (rig, PEER);
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_get (rig, ALOQA_MESSAGE_OFFER, PEER);
  rig_skip (rig);
  for (guint i = 0; i < 2; i++) {
    AloqaMessage *offer = aloqa_message_new (ALOQA_MESSAGE_OFFER, PEER);

    offer->sdp = g_strdup (AUDIO_SDP);
    rig_receive (rig, offer);
    rig_expect (rig, ">call_end");
    rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
    rig_skip (rig);
  }
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-connect -leg0 -devices ended:remote-hung-up");
}

/* No media, and the peer calls: its page was reloaded. */
static void
test_a_silent_peer_calls_anew (void)
{
  g_autoptr (Rig) requesting = rig_new (0);
  g_autoptr (Rig) offering = rig_new (0);
  AloqaMessage *offer = aloqa_message_new (ALOQA_MESSAGE_OFFER, PEER);

  rig_connect_as_callee (requesting, PEER);
  rig_media (requesting, ALOQA_CALL_EVENT_MEDIA_SILENT, 0);
  rig_skip (requesting);
  rig_get (requesting, ALOQA_MESSAGE_CALL_REQUEST, PEER);
  rig_expect (requesting, "-leg0 -devices ended:remote-hung-up [incoming] +ringtone +ring +leg0");

  rig_connect_as_callee (offering, PEER);
  rig_media (offering, ALOQA_CALL_EVENT_MEDIA_SILENT, 0);
  rig_skip (offering);
  offer->sdp = g_strdup (AUDIO_SDP);
  rig_receive (offering, offer);
  rig_expect (offering,
              "-leg0 -devices ended:remote-hung-up [incoming-offer] +ringtone +ring +leg0");
}

static void
test_late_facts_are_nothing (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_SILENT, 1);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_DEAD, 1);
  rig_fail (rig, 1, ALOQA_MEDIA_CAUSE_ERROR);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
  rig_over (rig, ALOQA_DEADLINE_CONNECT);
  rig_over (rig, ALOQA_DEADLINE_RING);
  rig_expect (rig, "");
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_set (rig, ALOQA_CALL_EVENT_SET_HELD, TRUE);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_DEAD, 0);
  rig_candidate (rig, 0);
  rig_expect (rig, "");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/active/silence-and-return", test_silence_and_return);
  g_test_add_func ("/call/active/a-vanished-peer-ends-the-call",
                   test_a_vanished_peer_ends_the_call);
  g_test_add_func ("/call/active/a-failed-path-ends-the-call", test_a_failed_path_ends_the_call);
  g_test_add_func ("/call/active/a-changed-certificate-ends-the-call",
                   test_a_changed_certificate_ends_the_call);
  g_test_add_func ("/call/active/the-server-may-go-and-come", test_the_server_may_go_and_come);
  g_test_add_func ("/call/active/mute-video-and-hold", test_mute_video_and_hold);
  g_test_add_func ("/call/active/says-that-video-cannot-be-added",
                   test_says_that_video_cannot_be_added);
  g_test_add_func ("/call/active/a-second-call-of-the-peer-is-refused",
                   test_a_second_call_of_the_peer_is_refused);
  g_test_add_func ("/call/active/the-offer-may-come-twice", test_the_offer_may_come_twice);
  g_test_add_func ("/call/active/a-second-offer-is-answered-with-an-end",
                   test_a_second_offer_is_answered_with_an_end);
  g_test_add_func ("/call/active/a-silent-peer-calls-anew", test_a_silent_peer_calls_anew);
  g_test_add_func ("/call/active/late-facts-are-nothing", test_late_facts_are_nothing);
  return g_test_run ();
}
