/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

static void
test_calls_in_the_new_protocol (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_expect (rig, "[calling] +ringback +ring >call_request +leg0 +devices flow:avp");
  g_assert_cmpint (rig_last_sent (rig)->call_kind, ==, ALOQA_CALL_VIDEO);

  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_expect (rig, "[offering] -ringback -ring +media offer0");
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "[offered] -media +answer >incoming_call");
  g_assert_cmpstr (rig_last_sent (rig)->sdp, ==, VIDEO_SDP);

  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_expect (rig, "[connecting] -answer +connect apply0");
  rig_media (rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  rig_expect (rig, "[connected] -connect");
  rig_media (rig, ALOQA_CALL_EVENT_FIRST_MEDIA, 0);
  rig_expect (rig, "");

  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (rig, ">call_end -leg0 -devices ended:hung-up +stale-end");
  rig_pass_memories (rig);
  tracker_assert_idle (&rig->tracker);
}

static void
test_calls_in_the_legacy_protocol (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_LEGACY);
  rig_expect (rig, "[offering] +ringback +media +leg0 +devices flow:avp offer0");
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "[offered] -media +ring >incoming_call");
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_expect (rig, "[connecting] -ringback -ring +connect apply0");
}

static void
test_an_audio_call_has_no_picture (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_AUDIO, ALOQA_DIAL_AUTO);
  rig_expect (rig, "[calling] +ringback +ring >call_request +leg0 +devices flow:ap");
  g_assert_cmpint (rig_last_sent (rig)->call_kind, ==, ALOQA_CALL_AUDIO);
}

/* A page drops the candidates that come before it has made its answer. */
static void
test_holds_candidates_until_the_answer (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_candidate (rig, 0);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_skip (rig);
  rig_candidate (rig, 0);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_expect (rig, "");

  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_expect (rig, "[connecting] -answer +connect apply0 add0 >ice_candidate >ice_candidate");
  rig_candidate (rig, 0);
  rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  rig_expect (rig, ">ice_candidate add0");
}

static void
test_holds_a_bounded_number_of_candidates (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  guint n_sent;

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  n_sent = rig->sent->len;
  for (guint i = 0; i < 1000; i++) {
    rig_candidate (rig, 0);
    rig_get (rig, ALOQA_MESSAGE_CANDIDATE, PEER);
  }
  g_assert_cmpuint (rig->sent->len, ==, n_sent);
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);

  g_assert_cmpuint (rig->sent->len, ==, n_sent + 64);
}

static void
test_late_words_change_nothing (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_get (rig, ALOQA_MESSAGE_RINGING, PEER);
  rig_over (rig, ALOQA_DEADLINE_RING);
  rig_expect (rig, "");
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "");
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_get (rig, ALOQA_MESSAGE_CALL_REJECT, PEER);
  rig_expect (rig, "");
}

typedef struct {
  AloqaDialProtocol protocol;
  gboolean does_ring;
  const char *words;
} NoAnswer;

/* An old client ignores call_request; one that says it rings is no old client. */
static void
test_ringing_out_suggests_legacy (void)
{
  static const NoAnswer cases[] = {
    { ALOQA_DIAL_AUTO, FALSE,
      ">call_end -ringback -leg0 -devices ended:no-answer!legacy +stale-end" },
    { ALOQA_DIAL_NEW, FALSE,
      ">call_end -ringback -leg0 -devices ended:no-answer!legacy +stale-end" },
    { ALOQA_DIAL_AUTO, TRUE, ">call_end -ringback -leg0 -devices ended:no-answer +stale-end" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Rig) rig = rig_new (0);

    rig_dial (rig, PEER, ALOQA_CALL_VIDEO, cases[i].protocol);
    if (cases[i].does_ring)
      rig_get (rig, ALOQA_MESSAGE_RINGING, PEER);
    rig_skip (rig);
    rig_over (rig, ALOQA_DEADLINE_RING);
    rig_expect (rig, cases[i].words);
  }
}

static void
test_a_legacy_ring_that_ends_suggests_nothing (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_LEGACY);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_RING);
  rig_expect (rig, ">call_end -ringback -leg0 -devices ended:no-answer +stale-end");
}

static void
test_waits_as_long_as_agreed (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, ==, 60000);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, ==, 120000);
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, ==, 20000);
}

static void
test_the_ring_can_be_set_per_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_DIAL,
    .peer = PEER,
    .protocol = ALOQA_DIAL_LEGACY,
    .ring_timeout_ms = 5000,
  };

  rig_handle (rig, &event);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  g_assert_cmpint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->deadline, ==, ALOQA_DEADLINE_RING);
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, ==, 5000);
}

/* The answer may be refused at the page's second question, or never come. */
static void
test_no_answer_after_the_accept (void)
{
  g_autoptr (Rig) refused = rig_new (0);
  g_autoptr (Rig) silent = rig_new (0);
  Rig *rigs[] = { refused, silent };

  for (guint i = 0; i < G_N_ELEMENTS (rigs); i++) {
    rig_dial (rigs[i], PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
    rig_get (rigs[i], ALOQA_MESSAGE_CALL_ACCEPT, PEER);
    rig_ready (rigs[i], ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
    rig_skip (rigs[i]);
  }
  rig_get (refused, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (refused, "-answer -leg0 -devices ended:rejected");
  rig_over (silent, ALOQA_DEADLINE_ANSWER);
  rig_expect (silent, ">call_end -leg0 -devices ended:no-answer +stale-end");
}

/* With nothing said yet there is nobody to tell. */
static void
test_cancels_at_each_step (void)
{
  g_autoptr (Rig) rig = rig_new (0);
  g_autoptr (Rig) legacy = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (rig, ">call_end -ringback -ring -leg0 -devices ended:cancelled +stale-end");

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (rig, ">call_end -media -leg0 -devices ended:cancelled -stale-end +stale-end");

  rig_dial (legacy, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_LEGACY);
  rig_skip (legacy);
  rig_do (legacy, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (legacy, "-ringback -media -leg0 -devices ended:cancelled");

  rig_dial (legacy, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_LEGACY);
  rig_ready (legacy, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_skip (legacy);
  rig_do (legacy, ALOQA_CALL_EVENT_HANG_UP);
  rig_expect (legacy, ">call_end -ringback -ring -leg0 -devices ended:cancelled +stale-end");
}

static void
test_is_turned_down (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_REJECT, PEER);
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:rejected");

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_LEGACY);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_CALL_END, PEER);
  rig_expect (rig, "-ringback -ring -leg0 -devices ended:rejected");
}

typedef struct {
  AloqaMediaCause cause;
  const char *words;
} Failure;

static void
test_own_media_fail (void)
{
  static const Failure failures[] = {
    { ALOQA_MEDIA_CAUSE_ERROR, ">call_end -connect -leg0 -devices ended:media-error +stale-end" },
    { ALOQA_MEDIA_CAUSE_MISSING, ">call_end -connect -leg0 -devices ended:media-error +stale-end" },
    { ALOQA_MEDIA_CAUSE_NO_CODEC,
      ">call_end -connect -leg0 -devices ended:could-not-connect +stale-end" },
    { ALOQA_MEDIA_CAUSE_NO_PATH,
      ">call_end -connect -leg0 -devices ended:could-not-connect +stale-end" },
    { ALOQA_MEDIA_CAUSE_FINGERPRINT,
      ">call_end -connect -leg0 -devices ended:fingerprint-mismatch +stale-end" },
    { ALOQA_MEDIA_CAUSE_DESCRIPTION,
      ">call_end -connect -leg0 -devices ended:could-not-connect +stale-end" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (failures); i++) {
    g_autoptr (Rig) rig = rig_new (0);

    rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
    rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
    rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
    rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
    rig_skip (rig);
    rig_fail (rig, 0, failures[i].cause);
    rig_expect (rig, failures[i].words);
    g_assert_cmpstr (rig_find (rig, ALOQA_EFFECT_ENDED)->detail, ==, "why");
    g_assert_cmpint (rig_find (rig, ALOQA_EFFECT_ENDED)->cause, ==, failures[i].cause);
  }
}

static void
test_no_path_in_time (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_MEDIA);
  rig_expect (rig, ">call_end -leg0 -devices ended:media-error +stale-end");

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_skip (rig);
  rig_over (rig, ALOQA_DEADLINE_CONNECT);
  rig_expect (rig, ">call_end -leg0 -devices ended:could-not-connect -stale-end +stale-end");
}

static void
test_whom_one_cannot_call (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, OWN_ID, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_expect (rig, "[new] ended:unknown-user");
  rig_dial (rig, 0, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_expect (rig, "[new] ended:unknown-user");
  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_skip (rig);
  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_expect (rig, "[new] ended:in-a-call");
  rig_dial (rig, STRANGER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_expect (rig, "[new] ended:in-a-call");
  g_assert_cmpuint (aloqa_arbiter_get_n_calls (rig->arbiter), ==, 1);
}

/* Whatever is said while the server is away goes to the outbox; what can be heard stops. */
static void
test_the_server_is_away_while_it_rings (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_expect (rig, "+away -ringback");
  g_assert_cmpuint (rig_find (rig, ALOQA_EFFECT_START_DEADLINE)->duration_ms, ==, 10000);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_expect (rig, "");
  rig_over (rig, ALOQA_DEADLINE_AWAY);
  rig_expect (rig, ">call_end -ring -leg0 -devices ended:signalling-lost +stale-end");
}

/* Nothing of it has reached anybody. */
static void
test_the_server_is_away_when_it_is_dialled (void)
{
  static const struct {
    AloqaDialProtocol protocol;
    const char *words, *words_when_back;
  } cases[] = {
    { ALOQA_DIAL_AUTO, "[calling] +ring +away >call_request +leg0 +devices flow:avp",
      "-away +ringback" },
    { ALOQA_DIAL_LEGACY, "[offering] +media +leg0 +devices flow:avp offer0", "+ringback" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Rig) rig = rig_new (0);

    rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
    rig_dial (rig, PEER, ALOQA_CALL_VIDEO, cases[i].protocol);
    rig_expect (rig, cases[i].words);
    rig_connect (rig, 0);
    rig_expect (rig, cases[i].words_when_back);
  }
}

/* Nor when the offer is made, which lies in the outbox then. */
static void
test_the_server_stays_away_while_the_offer_is_made (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_LEGACY);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_expect (rig, "-ringback");
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 0, VIDEO_SDP);
  rig_expect (rig, "[offered] -media +ring +away >incoming_call");
  rig_connect (rig, 0);
  rig_expect (rig, "-away +ringback");
}

static void
test_the_server_comes_back_while_it_rings (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_do (rig, ALOQA_CALL_EVENT_SIGNALLING_LOST);
  rig_skip (rig);
  rig_connect (rig, 0);
  rig_expect (rig, "-away +ringback");
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_expect_phase (rig, ALOQA_PHASE_OFFERING);
}

/* What was gathered before is of the old network, and none of it has been sent. */
static void
test_the_network_changes_while_it_rings (void)
{
  g_autoptr (Rig) rig = rig_new (0);

  rig_dial (rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
  rig_candidate (rig, 0);
  rig_skip (rig);
  rig_do (rig, ALOQA_CALL_EVENT_NETWORK_CHANGED);
  rig_expect (rig, "-leg0 +leg1");
  rig_candidate (rig, 0);
  rig_fail (rig, 0, ALOQA_MEDIA_CAUSE_ERROR);
  rig_expect (rig, "");
  rig_get (rig, ALOQA_MESSAGE_CALL_ACCEPT, PEER);
  rig_expect (rig, "[offering] -ringback -ring +media offer1");
  rig_ready (rig, ALOQA_CALL_EVENT_OFFER_READY, 1, VIDEO_SDP);
  rig_skip (rig);
  rig_get (rig, ALOQA_MESSAGE_ANSWER, PEER);
  rig_expect (rig, "[connecting] -answer +connect apply1");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/caller/calls-in-the-new-protocol", test_calls_in_the_new_protocol);
  g_test_add_func ("/call/caller/calls-in-the-legacy-protocol", test_calls_in_the_legacy_protocol);
  g_test_add_func ("/call/caller/an-audio-call-has-no-picture", test_an_audio_call_has_no_picture);
  g_test_add_func ("/call/caller/holds-candidates-until-the-answer",
                   test_holds_candidates_until_the_answer);
  g_test_add_func ("/call/caller/holds-a-bounded-number-of-candidates",
                   test_holds_a_bounded_number_of_candidates);
  g_test_add_func ("/call/caller/late-words-change-nothing", test_late_words_change_nothing);
  g_test_add_func ("/call/caller/ringing-out-suggests-legacy", test_ringing_out_suggests_legacy);
  g_test_add_func ("/call/caller/a-legacy-ring-that-ends-suggests-nothing",
                   test_a_legacy_ring_that_ends_suggests_nothing);
  g_test_add_func ("/call/caller/waits-as-long-as-agreed", test_waits_as_long_as_agreed);
  g_test_add_func ("/call/caller/the-ring-can-be-set-per-call", test_the_ring_can_be_set_per_call);
  g_test_add_func ("/call/caller/no-answer-after-the-accept", test_no_answer_after_the_accept);
  g_test_add_func ("/call/caller/cancels-at-each-step", test_cancels_at_each_step);
  g_test_add_func ("/call/caller/is-turned-down", test_is_turned_down);
  g_test_add_func ("/call/caller/own-media-fail", test_own_media_fail);
  g_test_add_func ("/call/caller/no-path-in-time", test_no_path_in_time);
  g_test_add_func ("/call/caller/whom-one-cannot-call", test_whom_one_cannot_call);
  g_test_add_func ("/call/caller/the-server-is-away-while-it-rings",
                   test_the_server_is_away_while_it_rings);
  g_test_add_func ("/call/caller/the-server-is-away-when-it-is-dialled",
                   test_the_server_is_away_when_it_is_dialled);
  g_test_add_func ("/call/caller/the-server-stays-away-while-the-offer-is-made",
                   test_the_server_stays_away_while_the_offer_is_made);
  g_test_add_func ("/call/caller/the-server-comes-back-while-it-rings",
                   test_the_server_comes_back_while_it_rings);
  g_test_add_func ("/call/caller/the-network-changes-while-it-rings",
                   test_the_network_changes_while_it_rings);
  return g_test_run ();
}
