/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "protocol/limits.h"

#include "support/support.h"

/* The extension "replace": a new leg while the call goes on, for a network that changed or a picture. */

static void
connect_with_id (Rig *rig, AloqaCallKind kind)
{
  const char *sdp = kind == ALOQA_CALL_VIDEO ? VIDEO_SDP : AUDIO_SDP;

  rig_dial (rig, PEER, kind, ALOQA_DIAL_AUTO);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER, "ours");
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, sdp);
  rig_get_with_id (rig, ALOQA_MESSAGE_ANSWER, PEER, "ours");
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_skip (rig);
}

static void
receive_leg (Rig *rig, AloqaMessageType type, gint64 leg, const char *sdp)
{
  AloqaMessage *message = rig_message (rig, type, PEER);

  message->call_id = g_strdup ("ours");
  message->leg = leg;
  if (sdp != NULL) {
    g_free (message->sdp);
    message->sdp = g_strdup (sdp);
  }
  rig_receive (rig, message);
}

static void
test_makes_before_it_breaks (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  rig_do (rig, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_expect (rig, "+leg1 +replace offer1");
  rig_candidate (rig, 1);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 1, VIDEO_SDP);
  rig_expect (rig, ">replace");
  g_assert_cmpint (rig_last_sent (rig)->leg, ==, 1);

  rig_candidate (rig, 1);
  rig_candidate (rig, 0);
  rig_expect (rig, ">ice_candidate");
  g_assert_cmpint (rig_last_sent (rig)->leg, ==, 0);
  receive_leg (rig, ALOQA_MESSAGE_CANDIDATE, 1, NULL);
  receive_leg (rig, ALOQA_MESSAGE_REPLACE_ANSWER, 2, VIDEO_SDP);
  rig_expect (rig, "");
  receive_leg (rig, ALOQA_MESSAGE_REPLACE_ANSWER, 1, VIDEO_SDP);
  rig_expect (rig, "apply1 add1 >ice_candidate >ice_candidate");
  g_assert_cmpint (rig_last_sent (rig)->leg, ==, 1);

  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_SILENT, 0);
  rig_expect (rig, "[reconnecting]");
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 1);
  rig_expect (rig, "");
  rig_media (rig, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (rig, "-replace switch1 -leg0 [connected]");
  receive_leg (rig, ALOQA_MESSAGE_CANDIDATE, 0, NULL);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_DEAD, 0);
  rig_expect (rig, "");
  receive_leg (rig, ALOQA_MESSAGE_CANDIDATE, 1, NULL);
  rig_expect (rig, "add1");
}

static void
test_from_the_peer (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  receive_leg (rig, ALOQA_MESSAGE_REPLACE, 1, VIDEO_SDP);
  rig_expect (rig, "+leg1 +replace accept1");
  receive_leg (rig, ALOQA_MESSAGE_CANDIDATE, 1, NULL);
  rig_expect (rig, "add1");
  rig_candidate (rig, 1);
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 1, VIDEO_SDP);
  rig_expect (rig, ">replace_answer >ice_candidate");
  rig_candidate (rig, 1);
  rig_expect (rig, ">ice_candidate");
  rig_media (rig, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (rig, "-replace switch1 -leg0 [connected]");
  receive_leg (rig, ALOQA_MESSAGE_REPLACE, 1, VIDEO_SDP);
  rig_expect (rig, "");
}

/* The old leg goes on as if nothing had been. */
static void
test_that_comes_to_nothing (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  rig_do (rig, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 1, VIDEO_SDP);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_REPLACE);
  rig_expect (rig, "-leg1");
  rig_do (rig, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_skip (rig);
  rig_fail (rig, 2, ALOQA_MEDIA_CAUSE_FINGERPRINT);
  rig_expect (rig, "-replace -leg2");
  rig_expect_phase (rig, ALOQA_PHASE_CONNECTED);
}

/* The first leg's path has failed, so the new one is the last hope. */
static void
test_of_a_broken_leg (void)
{
  g_autoptr (Rig) saved = rig_new (ALL_FEATURES);
  g_autoptr (Rig) lost = rig_new (ALL_FEATURES);
  Rig *rigs[] = { saved, lost };

  for (guint i = 0; i < G_N_ELEMENTS (rigs); i++) {
    connect_with_id (rigs[i], ALOQA_CALL_VIDEO);
    receive_leg (rigs[i], ALOQA_MESSAGE_REPLACE, 1, VIDEO_SDP);
    rig_ready (rigs[i], ALOQA_CALL_EVENT_ANSWER_READY, 1, VIDEO_SDP);
    rig_skip (rigs[i]);
    rig_fail (rigs[i], 0, ALOQA_MEDIA_CAUSE_NO_PATH);
    rig_expect (rigs[i], "[reconnecting]");
  }
  rig_media (saved, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (saved, "-replace switch1 -leg0 [connected]");
  rig_over (lost, ALOQA_DEADLINE_REPLACE);
  rig_expect (lost, "-leg1 >call_end -leg0 -devices ended:lost");
}

/* The path came back by itself, so the new leg is not needed. */
static void
test_a_broken_leg_mends (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  receive_leg (rig, ALOQA_MESSAGE_REPLACE, 1, VIDEO_SDP);
  rig_fail (rig, 0, ALOQA_MEDIA_CAUSE_NO_PATH);
  rig_skip (rig);
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_RESUMED, 0);
  rig_expect (rig, "[connected]");
  rig_over (rig, ALOQA_DEADLINE_REPLACE);
  rig_expect (rig, "-leg1");
}

/* A peer may count as far as a frame can say, and no further. */
static void
test_legs_are_bounded (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  connect_with_id (rig, ALOQA_CALL_AUDIO);
  receive_leg (rig, ALOQA_MESSAGE_REPLACE, ALOQA_MAX_LEG + 1, AUDIO_SDP);
  rig_expect (rig, "");
  receive_leg (rig, ALOQA_MESSAGE_REPLACE, ALOQA_MAX_LEG, AUDIO_SDP);
  rig_expect (rig, "+leg1 +replace accept1");
  rig_do (rig, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_expect (rig, "");
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (rig, "notice");
}

/* Meanwhile the server was exchanged for an old one. */
static void
test_the_wish_for_video_comes_too_late (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  connect_with_id (rig, ALOQA_CALL_AUDIO);
  receive_leg (rig, ALOQA_MESSAGE_REPLACE, 1, AUDIO_SDP);
  rig_ready (rig, ALOQA_CALL_EVENT_ANSWER_READY, 1, AUDIO_SDP);
  rig_set (rig, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_connect (rig, 0);
  rig_skip (rig);
  rig_media (rig, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (rig, "-replace switch1 -leg0 [connected] notice");
}

static void
test_from_both_sides (void)
{
  g_autoptr (Rig) lower = rig_new (ALL_FEATURES);
  g_autoptr (Rig) higher = rig_new (ALL_FEATURES);
  AloqaMessage *message;

  connect_with_id (lower, ALOQA_CALL_VIDEO);
  rig_do (lower, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_ready (lower, ALOQA_CALL_EVENT_OFFER_READY, 1, VIDEO_SDP);
  rig_skip (lower);
  receive_leg (lower, ALOQA_MESSAGE_REPLACE, 1, VIDEO_SDP);
  rig_expect (lower, "");

  rig_get_with_id (higher, ALOQA_MESSAGE_OFFER, LOW_PEER, "theirs");
  rig_set (higher, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_ready (higher, ALOQA_CALL_EVENT_ANSWER_READY, 0, VIDEO_SDP);
  rig_media (higher, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_do (higher, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_skip (higher);
  message = rig_message (higher, ALOQA_MESSAGE_REPLACE, LOW_PEER);
  message->leg = 1;
  rig_receive (higher, message);
  rig_expect (higher, "-replace -leg1 +leg2 +replace accept2");
  rig_ready (higher, ALOQA_CALL_EVENT_OFFER_READY, 1, VIDEO_SDP);
  rig_expect (higher, "");
  rig_ready (higher, ALOQA_CALL_EVENT_ANSWER_READY, 2, VIDEO_SDP);
  rig_expect (higher, ">replace_answer");
  g_assert_cmpint (rig_last_sent (higher)->leg, ==, 1);
}

/* A picture comes into an audio call: ours by our wish, not the other side's. */
static void
test_adds_video (void)
{
  g_autoptr (Rig) asking = rig_new (ALL_FEATURES);
  g_autoptr (Rig) asked = rig_new (ALL_FEATURES);

  connect_with_id (asking, ALOQA_CALL_AUDIO);
  rig_set (asking, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (asking, "+leg1 +replace offer1");
  g_assert_cmpint (rig_find (asking, ALOQA_EFFECT_PREPARE_MEDIA)->kind, ==, ALOQA_CALL_VIDEO);
  rig_ready (asking, ALOQA_CALL_EVENT_OFFER_READY, 1, VIDEO_SDP);
  receive_leg (asking, ALOQA_MESSAGE_REPLACE_ANSWER, 1, VIDEO_SDP);
  rig_skip (asking);
  rig_media (asking, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (asking, "-replace switch1 -leg0 [connected] flow:avp");
  g_assert_cmpint (rig_find (asking, ALOQA_EFFECT_SHOW_PHASE)->kind, ==, ALOQA_CALL_VIDEO);

  connect_with_id (asked, ALOQA_CALL_AUDIO);
  receive_leg (asked, ALOQA_MESSAGE_REPLACE, 1, VIDEO_SDP);
  rig_ready (asked, ALOQA_CALL_EVENT_ANSWER_READY, 1, VIDEO_SDP);
  rig_skip (asked);
  rig_media (asked, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (asked, "-replace switch1 -leg0 [connected] flow:abp");
  rig_set (asked, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (asked, "flow:avp");
}

static void
test_that_adds_no_video (void)
{
  g_autoptr (Rig) refused = rig_new (ALL_FEATURES);
  g_autoptr (Rig) changed = rig_new (ALL_FEATURES);
  g_autoptr (Rig) crossed = rig_new (ALL_FEATURES);

  connect_with_id (refused, ALOQA_CALL_AUDIO);
  rig_set (refused, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_skip (refused);
  rig_over (refused, ALOQA_DEADLINE_REPLACE);
  rig_expect (refused, "-leg1 notice");
  receive_leg (refused, ALOQA_MESSAGE_REPLACE, 2, AUDIO_SDP);
  rig_skip (refused);
  rig_over (refused, ALOQA_DEADLINE_REPLACE);
  rig_expect (refused, "-leg2");

  /* The person thought better of it: the camera stays off. */
  connect_with_id (changed, ALOQA_CALL_AUDIO);
  rig_set (changed, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_ready (changed, ALOQA_CALL_EVENT_OFFER_READY, 1, VIDEO_SDP);
  receive_leg (changed, ALOQA_MESSAGE_REPLACE_ANSWER, 1, VIDEO_SDP);
  rig_set (changed, ALOQA_CALL_EVENT_SET_VIDEO, FALSE);
  rig_skip (changed);
  rig_media (changed, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (changed, "-replace switch1 -leg0 [connected] flow:abp");

  /* The peer's leg came first, and had no picture: ours is next. */
  connect_with_id (crossed, ALOQA_CALL_AUDIO);
  receive_leg (crossed, ALOQA_MESSAGE_REPLACE, 1, AUDIO_SDP);
  rig_ready (crossed, ALOQA_CALL_EVENT_ANSWER_READY, 1, AUDIO_SDP);
  rig_skip (crossed);
  rig_set (crossed, ALOQA_CALL_EVENT_SET_VIDEO, TRUE);
  rig_expect (crossed, "");
  rig_media (crossed, ALOQA_CALL_EVENT_FIRST_MEDIA, 1);
  rig_expect (crossed, "-replace switch1 -leg0 [connected] +leg2 +replace offer2");
  rig_do (crossed, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (crossed, ">call_end -replace -leg2 -leg1 -devices ended:hung-up");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/replace/makes-before-it-breaks", test_makes_before_it_breaks);
  g_test_add_func ("/call/replace/from-the-peer", test_from_the_peer);
  g_test_add_func ("/call/replace/that-comes-to-nothing", test_that_comes_to_nothing);
  g_test_add_func ("/call/replace/a-broken-leg-mends", test_a_broken_leg_mends);
  g_test_add_func ("/call/replace/legs-are-bounded", test_legs_are_bounded);
  g_test_add_func ("/call/replace/the-wish-for-video-comes-too-late",
                   test_the_wish_for_video_comes_too_late);
  g_test_add_func ("/call/replace/of-a-broken-leg", test_of_a_broken_leg);
  g_test_add_func ("/call/replace/from-both-sides", test_from_both_sides);
  g_test_add_func ("/call/replace/adds-video", test_adds_video);
  g_test_add_func ("/call/replace/that-adds-no-video", test_that_adds_no_video);
  return g_test_run ();
}
