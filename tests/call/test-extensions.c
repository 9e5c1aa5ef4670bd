/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

/* Our server's extensions, and that without them nothing of them is ever sent. */

static void
dial (Rig *rig)
{
  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_skip (rig);
}

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
test_every_frame_has_the_call_id (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  rig_candidate (rig, 0);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  g_assert_cmpuint (rig->sent->len, ==, 4);
  for (guint i = 0; i < rig->sent->len; i++)
    g_assert_cmpstr (((AloqaMessage *) rig->sent->pdata[i])->call_id, ==, "ours");

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  g_assert_cmpstr (rig_last_sent (rig)->call_id, ==, "theirs");
}

static void
test_an_old_server_sees_no_extension (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_connect_as_caller (rig, PEER);
  rig_do (rig, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_expect (rig, "");
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  for (guint i = 0; i < rig->sent->len; i++)
    g_assert_null (((AloqaMessage *) rig->sent->pdata[i])->call_id);
}

static void
test_frames_of_another_call_are_stale (void)
{
  static const AloqaMessageType types[] = {
    ALOQA_MESSAGE_CALL_ACCEPT, ALOQA_MESSAGE_CALL_REJECT,    ALOQA_MESSAGE_CALL_END,
    ALOQA_MESSAGE_ANSWER,      ALOQA_MESSAGE_CANDIDATE,      ALOQA_MESSAGE_RINGING,
    ALOQA_MESSAGE_UNAVAILABLE, ALOQA_MESSAGE_BUSY,           ALOQA_MESSAGE_CALL_STATE,
    ALOQA_MESSAGE_REPLACE,     ALOQA_MESSAGE_REPLACE_ANSWER,
  };

  g_autoptr (Rig) calling = rig_new (ALL_FEATURES);
  g_autoptr (Rig) connected = rig_new (ALL_FEATURES);

  dial (calling);
  connect_with_id (connected, ALOQA_CALL_VIDEO);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    rig_get_with_id (calling, types[i], PEER, "older");
    rig_get_with_id (connected, types[i], PEER, "older");
  }
  rig_expect (calling, "");
  rig_expect (connected, "");
}

/* From a client that has none, by a server that adds none. */
static void
test_frames_without_an_id_pass (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  dial (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_expect (rig, "[offering] -ringback -ring +media offer0");
}

/* With ids there is nothing to remember: the end of the old call says which it is. */
static void
test_ids_tell_stale_ends_apart (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "first");
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_REJECT);
  rig_expect (rig, ">call_reject -ringtone -ring -leg0 ended:rejected");
  dial (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_END, PEER, "first");
  rig_expect (rig, "");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_END, PEER, "ours");
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:rejected");
}

static void
test_an_offer_of_an_ended_call_does_not_ring (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "first");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (rig, ">call_end -offer -leg0 -devices ended:hung-up");
  rig_get_with_id (rig, ALOQA_MESSAGE_OFFER, PEER, "first");
  rig_expect (rig, ">call_end");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "first");
  rig_expect (rig, "");

  dial (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_OFFER, PEER, "first");
  rig_expect (rig, ">call_end");
  g_assert_cmpstr (rig_last_sent (rig)->call_id, ==, "first");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "first");
  rig_expect (rig, "");
}

static void
test_remembers_a_bounded_number_of_ids (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  for (guint i = 0; i < 17; i++) {
    g_autofree char *call_id = g_strdup_printf ("call-%u", i);

    rig_get_with_id (rig, ALOQA_MESSAGE_OFFER, PEER, call_id);
    rig_do (rig, ALOQA_CALL_EVENT_REJECT);
  }
  rig_skip (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_OFFER, PEER, "call-1");
  rig_expect (rig, ">call_end");
  rig_get_with_id (rig, ALOQA_MESSAGE_OFFER, PEER, "call-0");
  rig_expect (rig, "[incoming-offer] +ringtone +ring +leg0 >ringing");
}

static void
test_a_request_that_comes_twice_is_one (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "first");
  rig_skip (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "first");
  rig_expect (rig, "");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "second");
  rig_expect (rig, "-ring [incoming] +ring >ringing");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_END, PEER, "first");
  rig_expect (rig, "");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "second");
  rig_expect (rig, "");
}

static void
test_glare_by_id (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);
  g_autoptr (Rig) lower = rig_new (ALL_FEATURES);

  rig_dial (rig, LOW_PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, LOW_PEER, "theirs");
  g_assert_cmpint (rig_last_sent (rig)->type, ==, ALOQA_MESSAGE_CALL_ACCEPT);
  g_assert_cmpstr (rig_last_sent (rig)->call_id, ==, "theirs");
  rig_skip (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_END, LOW_PEER, "ours");
  rig_expect (rig, "");

  /* It gives its own call up and lets ours ring: nothing is left to yield to. */
  dial (lower);
  rig_get_with_id (lower, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_expect (lower, "+glare");
  rig_get_with_id (lower, ALOQA_MESSAGE_CALL_END, PEER, "theirs");
  rig_expect (lower, "-glare");
  rig_expect_phase (lower, ALOQA_PHASE_CALLING);
}

static void
test_ringing_is_said_and_heard (void)
{
  g_autoptr (Rig) caller = rig_new (ALL_FEATURES);
  g_autoptr (Rig) callee = rig_new (ALL_FEATURES);

  dial (caller);
  rig_get_with_id (caller, ALOQA_MESSAGE_RINGING, PEER, "ours");
  rig_expect (caller, "[ringing]");

  rig_get_with_id (callee, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_expect (callee, "[incoming] +ringtone +ring +leg0 >ringing");
  g_assert_cmpstr (rig_last_sent (callee)->call_id, ==, "theirs");
}

static void
test_unavailable_ends_at_once (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);
  AloqaMessage *unknown = aloqa_message_new (ALOQA_MESSAGE_UNAVAILABLE, PEER);

  dial (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_UNAVAILABLE, PEER, "ours");
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:offline");
  dial (rig);
  unknown->unavailable_reason = ALOQA_UNAVAILABLE_UNKNOWN;
  rig_receive (rig, unknown);
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:unknown-user");

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  rig_get_with_id (rig, ALOQA_MESSAGE_UNAVAILABLE, PEER, "ours");
  rig_expect (rig, "");
}

static void
test_busy_in_its_own_word (void)
{
  g_autoptr (Rig) caller = rig_new (ALL_FEATURES);
  g_autoptr (Rig) callee = rig_new (ALL_FEATURES);

  dial (caller);
  rig_get_with_id (caller, ALOQA_MESSAGE_BUSY, PEER, "ours");
  rig_expect (caller, "-ringback -ring -leg0 -devices ended:busy");

  connect_with_id (callee, ALOQA_CALL_VIDEO);
  rig_get_with_id (callee, ALOQA_MESSAGE_CALL_REQUEST, STRANGER, "theirs");
  rig_expect (callee, ">busy missed");
  g_assert_cmpstr (rig_last_sent (callee)->call_id, ==, "theirs");
  rig_get_with_id (callee, ALOQA_MESSAGE_OFFER, PEER, "another");
  rig_expect (callee, ">busy");
  rig_expect_phase (callee, ALOQA_PHASE_CONNECTED);
}

/* With this call's own id it is a second offer in it. */
static void
test_a_second_offer_by_id (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);
  AloqaMessage *offer;

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  for (guint i = 0; i < 2; i++) {
    offer = rig_message (rig, ALOQA_MESSAGE_OFFER, PEER);
    offer->call_id = g_strdup ("ours");
    rig_receive (rig, offer);
    rig_expect (rig, ">call_end");
    rig_media (rig, ALOQA_CALL_EVENT_MEDIA_SILENT, 0);
    rig_skip (rig);
  }
  rig_expect_phase (rig, ALOQA_PHASE_RECONNECTING);
}

static void
receive_end (Rig *rig, AloqaEndReason reason)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_CALL_END, PEER);

  message->call_id = g_strdup ("theirs");
  message->end_reason = reason;
  rig_receive (rig, message);
}

/* No missed call: it was taken. */
static void
test_another_device_of_ours_was_faster (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);
  g_autoptr (Rig) late = rig_new (ALL_FEATURES);

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_skip (rig);
  receive_end (rig, ALOQA_END_REASON_ANSWERED_ELSEWHERE);
  rig_expect (rig, "-ringtone -ring -leg0 ended:answered-elsewhere");

  rig_get_with_id (late, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_set (late, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (late);
  receive_end (late, ALOQA_END_REASON_ANSWERED_ELSEWHERE);
  rig_expect (late, "-offer -leg0 -devices ended:answered-elsewhere");
}

static void
test_another_device_of_ours_rejected (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_skip (rig);
  receive_end (rig, ALOQA_END_REASON_REJECTED_ELSEWHERE);
  rig_expect (rig, "-ringtone -ring -leg0 ended:rejected-elsewhere");
}

/* The server tells who is out of its reach from who has hung up. */
static void
test_a_peer_who_vanished_is_lost (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);
  g_autoptr (Rig) ringing = rig_new (ALL_FEATURES);

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_set (rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  rig_skip (rig);
  receive_end (rig, ALOQA_END_REASON_LOST);
  rig_expect (rig, "-offer -leg0 -devices ended:lost");

  rig_get_with_id (ringing, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_skip (ringing);
  receive_end (ringing, ALOQA_END_REASON_LOST);
  rig_expect (ringing, "-ringtone -ring -leg0 missed ended:cancelled");
}

static void
receive_state (Rig *rig, const char *call_id, AloqaCallStatePhase phase)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_CALL_STATE, PEER);

  message->call_id = g_strdup (call_id);
  message->phase = phase;
  rig_receive (rig, message);
}

static void
test_catches_up_after_a_reconnect (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  dial (rig);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_connect (rig, ALL_FEATURES);
  rig_skip (rig);
  receive_state (rig, "ours", ALOQA_CALL_STATE_RINGING);
  rig_expect (rig, "");
  receive_state (rig, "ours", ALOQA_CALL_STATE_ACCEPTED);
  rig_expect (rig, "[offering] -ringback -ring +media offer0");
  receive_state (rig, "ours", ALOQA_CALL_STATE_ACCEPTED);
  receive_state (rig, "ours", ALOQA_CALL_STATE_CONNECTED);
  rig_expect (rig, "");
}

/* The server may have lost it meanwhile, or everybody has: it says of what there is that it rings. */
static void
test_a_caller_who_is_back_waits_for_word (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  dial (rig);
  rig_get_with_id (rig, ALOQA_MESSAGE_RINGING, PEER, "ours");
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_skip (rig);
  rig_connect (rig, ALL_FEATURES);
  rig_expect (rig, "-away +away");
  receive_state (rig, "ours", ALOQA_CALL_STATE_RINGING);
  rig_expect (rig, "-away +ringback");
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_connect (rig, ALL_FEATURES);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_AWAY);
  rig_expect (rig, ">call_end -ring -leg0 -devices ended:signalling-lost");
}

/* What was cancelled meanwhile rings no more, and what was not begins anew. */
static void
test_a_callee_who_is_back_waits_for_word (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_expect (rig, "+away -ringtone");
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, <, 1000);
  rig_connect (rig, ALL_FEATURES);
  rig_expect (rig, "-away +away");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_expect (rig, "-away +ringtone");

  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_AWAY);
  rig_expect (rig, "-ring -leg0 ended:signalling-lost +lost-ring");
  rig_connect (rig, ALL_FEATURES);
  rig_expect (rig, "-lost-ring +lost-ring");
  rig_get_with_id (rig, ALOQA_MESSAGE_CALL_REQUEST, PEER, "theirs");
  rig_expect (rig, "-lost-ring [incoming] +ringtone +ring +leg0 >ringing");
}

/* After a crash the server still has a call that is gone here. */
static void
test_denies_a_call_that_it_does_not_know (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  receive_state (rig, "lost", ALOQA_CALL_STATE_RINGING);
  rig_expect (rig, "");
  receive_state (rig, "lost", ALOQA_CALL_STATE_CONNECTED);
  rig_expect (rig, ">call_end");
  g_assert_cmpstr (rig_last_sent (rig)->call_id, ==, "lost");
}

static void
receive_error (Rig *rig, const char *code)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_ERROR, 0);

  message->error_code = g_strdup (code);
  message->error_message = g_strdup ("too many calls");
  rig_receive (rig, message);
}

static void
test_the_server_refuses (void)
{
  g_autoptr (Rig) rig = rig_new (ALL_FEATURES);

  receive_error (rig, "rate_limited");
  dial (rig);
  receive_error (rig, "not_in_call");
  receive_error (rig, "unknown_type");
  receive_error (rig, NULL);
  rig_expect (rig, "");
  receive_error (rig, "rate_limited");
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:server-refused");
  g_assert_cmpstr (rig_find (rig, ALOQA_EFFECT_ENDED)->detail, ==, "too many calls");

  connect_with_id (rig, ALOQA_CALL_VIDEO);
  receive_error (rig, "rate_limited");
  rig_expect (rig, "");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/extensions/every-frame-has-the-call-id",
                   test_every_frame_has_the_call_id);
  g_test_add_func ("/call/extensions/an-old-server-sees-no-extension",
                   test_an_old_server_sees_no_extension);
  g_test_add_func ("/call/extensions/frames-of-another-call-are-stale",
                   test_frames_of_another_call_are_stale);
  g_test_add_func ("/call/extensions/frames-without-an-id-pass", test_frames_without_an_id_pass);
  g_test_add_func ("/call/extensions/ids-tell-stale-ends-apart", test_ids_tell_stale_ends_apart);
  g_test_add_func ("/call/extensions/an-offer-of-an-ended-call-does-not-ring",
                   test_an_offer_of_an_ended_call_does_not_ring);
  g_test_add_func ("/call/extensions/remembers-a-bounded-number-of-ids",
                   test_remembers_a_bounded_number_of_ids);
  g_test_add_func ("/call/extensions/a-request-that-comes-twice-is-one",
                   test_a_request_that_comes_twice_is_one);
  g_test_add_func ("/call/extensions/glare-by-id", test_glare_by_id);
  g_test_add_func ("/call/extensions/ringing-is-said-and-heard", test_ringing_is_said_and_heard);
  g_test_add_func ("/call/extensions/unavailable-ends-at-once", test_unavailable_ends_at_once);
  g_test_add_func ("/call/extensions/busy-in-its-own-word", test_busy_in_its_own_word);
  g_test_add_func ("/call/extensions/a-second-offer-by-id", test_a_second_offer_by_id);
  g_test_add_func ("/call/extensions/another-device-of-ours-was-faster",
                   test_another_device_of_ours_was_faster);
  g_test_add_func ("/call/extensions/another-device-of-ours-rejected",
                   test_another_device_of_ours_rejected);
  g_test_add_func ("/call/extensions/a-peer-who-vanished-is-lost",
                   test_a_peer_who_vanished_is_lost);
  g_test_add_func ("/call/extensions/catches-up-after-a-reconnect",
                   test_catches_up_after_a_reconnect);
  g_test_add_func ("/call/extensions/a-caller-who-is-back-waits-for-word",
                   test_a_caller_who_is_back_waits_for_word);
  g_test_add_func ("/call/extensions/a-callee-who-is-back-waits-for-word",
                   test_a_callee_who_is_back_waits_for_word);
  g_test_add_func ("/call/extensions/denies-a-call-that-it-does-not-know",
                   test_denies_a_call_that_it_does_not_know);
  g_test_add_func ("/call/extensions/the-server-refuses", test_the_server_refuses);
  return g_test_run ();
}
