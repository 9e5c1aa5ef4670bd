/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"
#include "call/rig.h"

#include "support/support.h"

/*
 * Every cell of the tables: what a call in each phase does with each input. The expectations are
 * written from protocol.md, in the words of rig.h without tones, deadlines and what every end stops
 * (the tracker of the other tests holds those), and with a few more for what is only kept in mind:
 *
 *   held, kept      a candidate of ours, of the peer's, waits
 *   glare           the peer's call is remembered beside ours
 *   reopen          the same frame opens a new call
 *   later           a wish that shows once there are devices
 *
 * "" is nothing at all. The peer's id is the higher one, both sides know all extensions, and the
 * call is one with picture and the id "ours".
 */

#define N_MAX_COLUMNS 5

typedef struct {
  AloqaCallInput input;
  const char *cells[N_MAX_COLUMNS];
} Row;

typedef struct {
  AloqaCallContext context;
  AloqaCall *call;
} Bench;

/* clang-format off */
static const AloqaPhase caller_phases[] = {
  ALOQA_PHASE_NEW, ALOQA_PHASE_CALLING, ALOQA_PHASE_RINGING, ALOQA_PHASE_OFFERING,
  ALOQA_PHASE_OFFERED,
};

static const Row caller_rows[ALOQA_N_INPUTS] = {
  { ALOQA_INPUT_DIAL, { "[calling] >call_request +leg0 +devices flow:avp", "", "", "", "" } },
  { ALOQA_INPUT_ACCEPT, { "", "", "", "", "" } },
  { ALOQA_INPUT_REJECT, { "", "", "", "", "" } },
  { ALOQA_INPUT_HANG_UP, { "", ">call_end ended:cancelled", ">call_end ended:cancelled",
                           ">call_end ended:cancelled", ">call_end ended:cancelled" } },
  { ALOQA_INPUT_SET_MUTED, { "", "flow:vpm", "flow:vpm", "flow:vpm", "flow:vpm" } },
  { ALOQA_INPUT_SET_VIDEO, { "", "flow:abp", "flow:abp", "flow:abp", "flow:abp" } },
  { ALOQA_INPUT_SET_HELD, { "", "flow:bh", "flow:bh", "flow:bh", "flow:bh" } },
  { ALOQA_INPUT_NETWORK_CHANGED, { "", "-leg0 +leg1", "-leg0 +leg1", "", "" } },
  { ALOQA_INPUT_GOT_REQUEST, { "[incoming] +leg0 >ringing", "glare", "glare", "glare", "glare" } },
  { ALOQA_INPUT_GOT_ACCEPT, { "", "[offering] offer0", "[offering] offer0", "", "" } },
  { ALOQA_INPUT_GOT_REJECT, { "", "ended:rejected", "ended:rejected", "ended:rejected",
                              "ended:rejected" } },
  { ALOQA_INPUT_GOT_END, { "", "ended:rejected", "ended:rejected", "ended:rejected",
                           "ended:rejected" } },
  { ALOQA_INPUT_GOT_OFFER, { "[incoming-offer] +leg0 >ringing", "glare", "glare", "glare",
                             "glare" } },
  { ALOQA_INPUT_GOT_OTHER_OFFER, { "", "glare", "glare", "glare", "glare" } },
  { ALOQA_INPUT_GOT_ANSWER, { "", "", "", "", "[connecting] apply0" } },
  { ALOQA_INPUT_GOT_CANDIDATE, { "", "", "", "", "kept" } },
  { ALOQA_INPUT_GOT_RINGING, { "", "[ringing]", "", "", "" } },
  { ALOQA_INPUT_GOT_UNAVAILABLE, { "", "ended:offline", "ended:offline", "ended:offline",
                                   "ended:offline" } },
  { ALOQA_INPUT_GOT_BUSY, { "", "ended:busy", "ended:busy", "ended:busy", "ended:busy" } },
  { ALOQA_INPUT_GOT_CALL_STATE, { "", "[offering] offer0", "[offering] offer0", "", "" } },
  { ALOQA_INPUT_GOT_REPLACE, { "", "", "", "", "" } },
  { ALOQA_INPUT_GOT_REPLACE_ANSWER, { "", "", "", "", "" } },
  { ALOQA_INPUT_GOT_ERROR, { "", "ended:server-refused", "", "", "ended:server-refused" } },
  { ALOQA_INPUT_OFFER_READY, { "", "", "", "[offered] >incoming_call", "" } },
  { ALOQA_INPUT_ANSWER_READY, { "", "", "", "", "" } },
  { ALOQA_INPUT_LOCAL_CANDIDATE, { "", "held", "held", "held", "held" } },
  { ALOQA_INPUT_MEDIA_CONNECTED, { "", "", "", "", "" } },
  { ALOQA_INPUT_FIRST_MEDIA, { "", "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_SILENT, { "", "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_RESUMED, { "", "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_DEAD, { "", "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_FAILED, { "", ">call_end ended:media-error", ">call_end ended:media-error",
                                ">call_end ended:media-error", ">call_end ended:media-error" } },
  { ALOQA_INPUT_RING_OVER, { "", ">call_end ended:no-answer!legacy", ">call_end ended:no-answer",
                             "", ">call_end ended:no-answer" } },
  { ALOQA_INPUT_OFFER_OVER, { "", "", "", "", "" } },
  { ALOQA_INPUT_ANSWER_OVER, { "", "", "", "", ">call_end ended:no-answer" } },
  { ALOQA_INPUT_CONNECT_OVER, { "", "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_OVER, { "", "", "", ">call_end ended:media-error", "" } },
  { ALOQA_INPUT_AWAY_OVER, { "", ">call_end ended:signalling-lost", ">call_end ended:signalling-lost",
                              "", ">call_end ended:signalling-lost" } },
  { ALOQA_INPUT_GLARE_OVER, { "", "-leg0 +leg1 [accepted] >call_accept",
                              "-leg0 +leg1 [accepted] >call_accept",
                              "-leg0 +leg1 [accepted] >call_accept",
                              "-leg0 +leg1 [accepted] >call_accept" } },
  { ALOQA_INPUT_REPLACE_OVER, { "", "", "", "", "" } },
};

static const AloqaPhase callee_phases[] = {
  ALOQA_PHASE_INCOMING, ALOQA_PHASE_INCOMING_OFFER, ALOQA_PHASE_ACCEPTED, ALOQA_PHASE_ANSWERING,
};

static const Row callee_rows[ALOQA_N_INPUTS] = {
  { ALOQA_INPUT_DIAL, { "", "", "", "" } },
  { ALOQA_INPUT_ACCEPT, { "[accepted] >call_accept +devices flow:avp",
                          "[answering] accept0 +devices flow:avp", "", "" } },
  { ALOQA_INPUT_REJECT, { ">call_reject ended:rejected", ">call_end ended:rejected", "", "" } },
  { ALOQA_INPUT_HANG_UP, { ">call_reject ended:rejected", ">call_end ended:rejected",
                           ">call_end ended:hung-up", ">call_end ended:hung-up" } },
  { ALOQA_INPUT_SET_MUTED, { "later", "later", "flow:vpm", "flow:vpm" } },
  { ALOQA_INPUT_SET_VIDEO, { "", "", "flow:abp", "flow:abp" } },
  { ALOQA_INPUT_SET_HELD, { "later", "later", "flow:bh", "flow:bh" } },
  { ALOQA_INPUT_NETWORK_CHANGED, { "-leg0 +leg1", "-leg0 +leg1", "-leg0 +leg1", "" } },
  { ALOQA_INPUT_GOT_REQUEST, { "[incoming] >ringing", "[incoming] >ringing",
                               "ended:remote-hung-up reopen", "ended:remote-hung-up reopen" } },
  { ALOQA_INPUT_GOT_ACCEPT, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_REJECT, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_END, { "missed ended:cancelled", "missed ended:cancelled",
                           "ended:remote-hung-up", "ended:remote-hung-up" } },
  { ALOQA_INPUT_GOT_OFFER, { "[incoming-offer]", "[incoming-offer] >ringing",
                             "[answering] accept0", ">call_end" } },
  { ALOQA_INPUT_GOT_OTHER_OFFER, { "[incoming-offer] >ringing", "[incoming-offer] >ringing",
                                   "ended:remote-hung-up reopen", "ended:remote-hung-up reopen" } },
  { ALOQA_INPUT_GOT_ANSWER, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_CANDIDATE, { "kept", "kept", "kept", "add0" } },
  { ALOQA_INPUT_GOT_RINGING, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_UNAVAILABLE, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_BUSY, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_CALL_STATE, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_REPLACE, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_REPLACE_ANSWER, { "", "", "", "" } },
  { ALOQA_INPUT_GOT_ERROR, { "", "", "", "" } },
  { ALOQA_INPUT_OFFER_READY, { "", "", "", "" } },
  { ALOQA_INPUT_ANSWER_READY, { "", "", "", "[connecting] >call_answer" } },
  { ALOQA_INPUT_LOCAL_CANDIDATE, { "held", "held", "held", "held" } },
  { ALOQA_INPUT_MEDIA_CONNECTED, { "", "", "", "" } },
  { ALOQA_INPUT_FIRST_MEDIA, { "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_SILENT, { "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_RESUMED, { "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_DEAD, { "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_FAILED, { ">call_reject missed ended:media-error",
                                ">call_end missed ended:media-error",
                                ">call_end ended:media-error", ">call_end ended:media-error" } },
  { ALOQA_INPUT_RING_OVER, { ">call_reject missed ended:missed", ">call_end missed ended:missed",
                             "", "" } },
  { ALOQA_INPUT_OFFER_OVER, { "", "", ">call_end ended:no-offer", "" } },
  { ALOQA_INPUT_ANSWER_OVER, { "", "", "", "" } },
  { ALOQA_INPUT_CONNECT_OVER, { "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_OVER, { "", "", "", ">call_end ended:media-error" } },
  { ALOQA_INPUT_AWAY_OVER, { "ended:signalling-lost", "missed ended:signalling-lost", "", "" } },
  { ALOQA_INPUT_GLARE_OVER, { "", "", "", "" } },
  { ALOQA_INPUT_REPLACE_OVER, { "", "", "", "" } },
};

static const AloqaPhase active_phases[] = {
  ALOQA_PHASE_CONNECTING, ALOQA_PHASE_CONNECTED, ALOQA_PHASE_RECONNECTING,
};

static const Row active_rows[ALOQA_N_INPUTS] = {
  { ALOQA_INPUT_DIAL, { "", "", "" } },
  { ALOQA_INPUT_ACCEPT, { "", "", "" } },
  { ALOQA_INPUT_REJECT, { "", "", "" } },
  { ALOQA_INPUT_HANG_UP, { ">call_end ended:hung-up", ">call_end ended:hung-up",
                           ">call_end ended:hung-up" } },
  { ALOQA_INPUT_SET_MUTED, { "flow:vpm", "flow:vpm", "flow:vpm" } },
  { ALOQA_INPUT_SET_VIDEO, { "flow:abp", "flow:abp", "flow:abp" } },
  { ALOQA_INPUT_SET_HELD, { "flow:bh", "flow:bh", "flow:bh" } },
  { ALOQA_INPUT_NETWORK_CHANGED, { "", "+leg1 offer1", "+leg1 offer1" } },
  { ALOQA_INPUT_GOT_REQUEST, { "ended:remote-hung-up reopen", ">busy",
                               "ended:remote-hung-up reopen" } },
  { ALOQA_INPUT_GOT_ACCEPT, { "", "", "" } },
  { ALOQA_INPUT_GOT_REJECT, { "", "", "" } },
  { ALOQA_INPUT_GOT_END, { "ended:remote-hung-up", "ended:remote-hung-up",
                           "ended:remote-hung-up" } },
  { ALOQA_INPUT_GOT_OFFER, { ">call_end", ">call_end", ">call_end" } },
  { ALOQA_INPUT_GOT_OTHER_OFFER, { "ended:remote-hung-up reopen", ">busy",
                                   "ended:remote-hung-up reopen" } },
  { ALOQA_INPUT_GOT_ANSWER, { "", "", "" } },
  { ALOQA_INPUT_GOT_CANDIDATE, { "add0", "add0", "add0" } },
  { ALOQA_INPUT_GOT_RINGING, { "", "", "" } },
  { ALOQA_INPUT_GOT_UNAVAILABLE, { "", "", "" } },
  { ALOQA_INPUT_GOT_BUSY, { "", "", "" } },
  { ALOQA_INPUT_GOT_CALL_STATE, { "", "", "" } },
  { ALOQA_INPUT_GOT_REPLACE, { "", "+leg1 accept1", "+leg1 accept1" } },
  { ALOQA_INPUT_GOT_REPLACE_ANSWER, { "", "", "" } },
  { ALOQA_INPUT_GOT_ERROR, { "", "", "" } },
  { ALOQA_INPUT_OFFER_READY, { "", "", "" } },
  { ALOQA_INPUT_ANSWER_READY, { "", "", "" } },
  { ALOQA_INPUT_LOCAL_CANDIDATE, { ">ice_candidate", ">ice_candidate", ">ice_candidate" } },
  { ALOQA_INPUT_MEDIA_CONNECTED, { "[connected]", "", "" } },
  { ALOQA_INPUT_FIRST_MEDIA, { "", "", "" } },
  { ALOQA_INPUT_MEDIA_SILENT, { "", "[reconnecting]", "" } },
  { ALOQA_INPUT_MEDIA_RESUMED, { "", "", "[connected]" } },
  { ALOQA_INPUT_MEDIA_DEAD, { "", ">call_end ended:lost", ">call_end ended:lost" } },
  { ALOQA_INPUT_MEDIA_FAILED, { ">call_end ended:media-error", ">call_end ended:media-error",
                                ">call_end ended:media-error" } },
  { ALOQA_INPUT_RING_OVER, { "", "", "" } },
  { ALOQA_INPUT_OFFER_OVER, { "", "", "" } },
  { ALOQA_INPUT_ANSWER_OVER, { "", "", "" } },
  { ALOQA_INPUT_CONNECT_OVER, { ">call_end ended:could-not-connect", "", "" } },
  { ALOQA_INPUT_MEDIA_OVER, { "", "", "" } },
  { ALOQA_INPUT_AWAY_OVER, { "", "", "" } },
  { ALOQA_INPUT_GLARE_OVER, { "", "", "" } },
  { ALOQA_INPUT_REPLACE_OVER, { "", "", "" } },
};
/* clang-format on */

static AloqaMessageType
get_message_type (AloqaCallInput input)
{
  if (input == ALOQA_INPUT_GOT_OTHER_OFFER)
    return ALOQA_MESSAGE_OFFER;
  if (input == ALOQA_INPUT_GOT_ERROR)
    return ALOQA_MESSAGE_ERROR;
  for (AloqaMessageType type = 0; type < ALOQA_N_MESSAGES; type++) {
    if (aloqa_call_input_from_message (type) == input)
      return type;
  }
  return ALOQA_N_MESSAGES;
}

static AloqaMessage *
make_message (AloqaCallInput input, AloqaMessageType type)
{
  AloqaMessage *message = rig_message (NULL, type, PEER);
  gboolean is_other = input == ALOQA_INPUT_GOT_REQUEST || input == ALOQA_INPUT_GOT_OTHER_OFFER;

  message->call_id = g_strdup (is_other ? "other" : "ours");
  message->phase = ALOQA_CALL_STATE_ACCEPTED;
  message->error_code = g_strdup ("rate_limited");
  message->leg = type == ALOQA_MESSAGE_REPLACE || type == ALOQA_MESSAGE_REPLACE_ANSWER;
  return message;
}

static void
step (Bench *bench, AloqaCallInput input)
{
  AloqaMessageType type = get_message_type (input);
  g_autoptr (AloqaMessage) message = type != ALOQA_N_MESSAGES ? make_message (input, type) : NULL;
  g_autoptr (AloqaCandidate) candidate = rig_new_candidate (1);
  AloqaCallEvent event = {
    .call_id = "ours",
    .is_on = input != ALOQA_INPUT_SET_VIDEO,
    .message = message,
    .sdp = VIDEO_SDP,
    .candidate = candidate,
  };

  aloqa_call_step (bench->call, input, &event);
}

/* One way to each phase. */
static void
bring_to (Bench *bench, AloqaPhase phase)
{
  static const AloqaCallInput caller_way[] = {
    ALOQA_INPUT_DIAL,         ALOQA_INPUT_GOT_RINGING, ALOQA_INPUT_GOT_ACCEPT,
    ALOQA_INPUT_OFFER_READY,  ALOQA_INPUT_GOT_ANSWER,  ALOQA_INPUT_MEDIA_CONNECTED,
    ALOQA_INPUT_MEDIA_SILENT,
  };
  static const AloqaCallInput callee_way[] = { ALOQA_INPUT_GOT_REQUEST, ALOQA_INPUT_ACCEPT,
                                               ALOQA_INPUT_GOT_OFFER };
  gboolean is_callee = phase >= ALOQA_PHASE_INCOMING && phase <= ALOQA_PHASE_ANSWERING;
  const AloqaCallInput *way = is_callee ? callee_way : caller_way;

  if (phase == ALOQA_PHASE_INCOMING_OFFER)
    step (bench, ALOQA_INPUT_GOT_OFFER);
  if (phase == ALOQA_PHASE_NEW)
    return;
  while (bench->call->phase != phase)
    step (bench, *way++);
  g_free (bench->call->call_id);
  bench->call->call_id = g_strdup ("ours");
}

static void
bench_init (Bench *bench)
{
  bench->context = (AloqaCallContext){
    .own_id = OWN_ID,
    .features = ALL_FEATURES,
    .is_online = TRUE,
    .effects = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_effect_free),
  };
  bench->call = aloqa_call_new (&bench->context, 1, PEER);
}

static void
bench_clear (Bench *bench)
{
  aloqa_call_free (bench->call);
  g_ptr_array_unref (bench->context.effects);
}

static gboolean
is_told (const AloqaEffect *effect, gboolean has_ended)
{
  switch (effect->type) {
  case ALOQA_EFFECT_START_RINGTONE:
  case ALOQA_EFFECT_STOP_RINGTONE:
  case ALOQA_EFFECT_START_RINGBACK:
  case ALOQA_EFFECT_STOP_RINGBACK:
  case ALOQA_EFFECT_START_DEADLINE:
  case ALOQA_EFFECT_STOP_DEADLINE:
    return FALSE;
  case ALOQA_EFFECT_STOP_MEDIA:
  case ALOQA_EFFECT_CLOSE_DEVICES:
    return !has_ended;
  default:
    return TRUE;
  }
}

static void
add_word (GString *words, const char *word)
{
  g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", word);
}

static void
add_hidden_words (GString *words, const AloqaCall *call, gboolean was_glare)
{
  if (call->is_reopened)
    add_word (words, "reopen");
  if (call->is_glare && !was_glare)
    add_word (words, "glare");
  if (call->leg != NULL && call->leg->held->len > 0)
    add_word (words, "held");
  if (call->leg != NULL && call->leg->early->len > 0)
    add_word (words, "kept");
  if (!call->are_devices_open && (call->is_muted || call->is_held))
    add_word (words, "later");
}

/* Returns: (transfer full): all that @input does */
static char *
run_cell (AloqaPhase phase, AloqaCallInput input)
{
  g_autoptr (GString) words = g_string_new (NULL);
  Bench bench;

  bench_init (&bench);
  bring_to (&bench, phase);
  bench.call->is_glare = input == ALOQA_INPUT_GLARE_OVER;
  g_ptr_array_set_size (bench.context.effects, 0);
  step (&bench, input);
  for (guint i = 0; i < bench.context.effects->len; i++) {
    const AloqaEffect *effect = bench.context.effects->pdata[i];
    g_autofree char *word = rig_describe (effect);

    if (is_told (effect, bench.call->phase == ALOQA_PHASE_ENDED))
      add_word (words, word);
  }
  add_hidden_words (words, bench.call, input == ALOQA_INPUT_GLARE_OVER);
  if (words->len == 0) {
    g_assert_cmpuint (bench.context.effects->len, ==, 0);
    g_assert_cmpint (bench.call->phase, ==, phase);
  }
  bench_clear (&bench);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
assert_rows (const Row *rows, const AloqaPhase *phases, guint n_phases)
{
  for (AloqaCallInput input = 0; input < ALOQA_N_INPUTS; input++) {
    g_assert_cmpint (rows[input].input, ==, input);
    for (guint i = 0; i < n_phases; i++) {
      g_autofree char *words = run_cell (phases[i], input);

      g_assert_nonnull (rows[input].cells[i]);
      if (!g_str_equal (words, rows[input].cells[i]))
        g_error ("%s in %s: \"%s\" instead of \"%s\"", aloqa_call_input_to_string (input),
                 aloqa_phase_to_string (phases[i]), words, rows[input].cells[i]);
    }
  }
}

static void
test_caller (void)
{
  assert_rows (caller_rows, caller_phases, G_N_ELEMENTS (caller_phases));
}

static void
test_callee (void)
{
  assert_rows (callee_rows, callee_phases, G_N_ELEMENTS (callee_phases));
}

static void
test_active (void)
{
  assert_rows (active_rows, active_phases, G_N_ELEMENTS (active_phases));
}

/* Three tables share the phases among them, and none is left out. */
static void
test_ended_does_nothing (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (caller_phases) + G_N_ELEMENTS (callee_phases) +
                        G_N_ELEMENTS (active_phases),
                    ==, ALOQA_N_PHASES - 1);
  for (AloqaCallInput input = 0; input < ALOQA_N_INPUTS; input++)
    g_assert_null (aloqa_call_get_action (ALOQA_PHASE_ENDED, input)->run);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/table/caller", test_caller);
  g_test_add_func ("/call/table/callee", test_callee);
  g_test_add_func ("/call/table/active", test_active);
  g_test_add_func ("/call/table/ended-does-nothing", test_ended_does_nothing);
  return g_test_run ();
}
