/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"
#include "call/rig.h"

#include "support/support.h"

/*
 * Every cell of the table of a leg that is to come: what happens to it at each step of its way with
 * each input, in the words of rig.h, and what only waits as "held" and "kept". The new leg is number
 * 1 here and 1 in frames; the peer's id is the higher one.
 */

typedef struct {
  AloqaCallInput input;
  const char *cells[ALOQA_N_LEG_PHASES];
} Row;

/* clang-format off */
static const Row rows[] = {
  /*                               NONE, OFFERING, OFFERED, ANSWERING, CONNECTING */
  { ALOQA_INPUT_NETWORK_CHANGED, { "+leg1 +replace offer1",
                                   "-replace -leg1 +leg2 +replace offer2",
                                   "-replace -leg1 +leg2 +replace offer2",
                                   "-replace -leg1 +leg2 +replace offer2",
                                   "-replace -leg1 +leg2 +replace offer2" } },
  { ALOQA_INPUT_GOT_REPLACE, { "+leg1 +replace accept1", "", "", "", "" } },
  { ALOQA_INPUT_GOT_REPLACE_ANSWER, { "", "", "apply1", "", "" } },
  { ALOQA_INPUT_GOT_CANDIDATE, { "", "", "kept", "add1", "add1" } },
  { ALOQA_INPUT_OFFER_READY, { "", ">replace", "", "", "" } },
  { ALOQA_INPUT_ANSWER_READY, { "", "", "", ">replace_answer", "" } },
  { ALOQA_INPUT_LOCAL_CANDIDATE, { "", "held", "held", "held", ">ice_candidate" } },
  { ALOQA_INPUT_MEDIA_CONNECTED, { "", "", "", "", "" } },
  { ALOQA_INPUT_FIRST_MEDIA, { "", "", "", "", "-replace switch1 -leg0 [connected]" } },
  { ALOQA_INPUT_MEDIA_SILENT, { "", "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_RESUMED, { "", "", "", "", "" } },
  { ALOQA_INPUT_MEDIA_DEAD, { "", "-replace -leg1", "-replace -leg1", "-replace -leg1",
                              "-replace -leg1" } },
  { ALOQA_INPUT_MEDIA_FAILED, { "", "-replace -leg1", "-replace -leg1", "-replace -leg1",
                                "-replace -leg1" } },
  { ALOQA_INPUT_REPLACE_OVER, { "", "-replace -leg1", "-replace -leg1", "-replace -leg1",
                                "-replace -leg1" } },
};
/* clang-format on */

typedef struct {
  AloqaCallContext context;
  AloqaCall *call;
} Bench;

static AloqaMessage *
make_message (AloqaCallInput input)
{
  AloqaMessageType type = input == ALOQA_INPUT_GOT_REPLACE          ? ALOQA_MESSAGE_REPLACE
                          : input == ALOQA_INPUT_GOT_REPLACE_ANSWER ? ALOQA_MESSAGE_REPLACE_ANSWER
                          : input == ALOQA_INPUT_GOT_CANDIDATE      ? ALOQA_MESSAGE_CANDIDATE
                          : input == ALOQA_INPUT_GOT_ANSWER         ? ALOQA_MESSAGE_ANSWER
                                                                    : ALOQA_MESSAGE_CALL_ACCEPT;
  AloqaMessage *message = rig_message (NULL, type, PEER);

  message->leg = type != ALOQA_MESSAGE_CALL_ACCEPT && type != ALOQA_MESSAGE_ANSWER;
  return message;
}

static void
step (Bench *bench, AloqaCallInput input, guint leg)
{
  g_autoptr (AloqaMessage) message = make_message (input);
  g_autoptr (AloqaCandidate) candidate = rig_new_candidate (1);
  AloqaCallEvent event = {
    .call_id = "ours",
    .leg = leg,
    .message = message,
    .sdp = VIDEO_SDP,
    .candidate = candidate,
    .cause = ALOQA_MEDIA_CAUSE_NO_PATH,
  };

  aloqa_call_step (bench->call, input, &event);
}

static void
bench_init (Bench *bench, AloqaLegPhase phase)
{
  bench->context = (AloqaCallContext){
    .own_id = OWN_ID,
    .features = ALL_FEATURES,
    .is_online = TRUE,
    .effects = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_effect_free),
  };
  bench->call = aloqa_call_new (&bench->context, 1, PEER);
  step (bench, ALOQA_INPUT_DIAL, 0);
  step (bench, ALOQA_INPUT_GOT_ACCEPT, 0);
  step (bench, ALOQA_INPUT_OFFER_READY, 0);
  step (bench, ALOQA_INPUT_GOT_ANSWER, 0);
  step (bench, ALOQA_INPUT_MEDIA_CONNECTED, 0);
  if (phase == ALOQA_LEG_OFFERING || phase == ALOQA_LEG_OFFERED)
    step (bench, ALOQA_INPUT_NETWORK_CHANGED, 0);
  if (phase == ALOQA_LEG_OFFERED)
    step (bench, ALOQA_INPUT_OFFER_READY, 1);
  if (phase == ALOQA_LEG_ANSWERING || phase == ALOQA_LEG_CONNECTING)
    step (bench, ALOQA_INPUT_GOT_REPLACE, 0);
  if (phase == ALOQA_LEG_CONNECTING)
    step (bench, ALOQA_INPUT_ANSWER_READY, 1);
  g_assert_cmpint (bench->call->next_phase, ==, phase);
  g_ptr_array_set_size (bench->context.effects, 0);
}

static void
bench_clear (Bench *bench)
{
  aloqa_call_free (bench->call);
  g_ptr_array_unref (bench->context.effects);
}

static void
add_word (GString *words, const char *word)
{
  g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", word);
}

static char *
run_cell (AloqaLegPhase phase, AloqaCallInput input)
{
  g_autoptr (GString) words = g_string_new (NULL);
  Bench bench;

  bench_init (&bench, phase);
  step (&bench, input, aloqa_call_input_has_leg (input) ? 1 : 0);
  for (guint i = 0; i < bench.context.effects->len; i++) {
    g_autofree char *word = rig_describe (bench.context.effects->pdata[i]);

    add_word (words, word);
  }
  if (bench.call->next != NULL && bench.call->next->held->len > 0)
    add_word (words, "held");
  if (bench.call->next != NULL && bench.call->next->early->len > 0)
    add_word (words, "kept");
  bench_clear (&bench);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
test_every_cell (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    for (AloqaLegPhase phase = 0; phase < ALOQA_N_LEG_PHASES; phase++) {
      g_autofree char *words = run_cell (phase, rows[i].input);

      if (!g_str_equal (words, rows[i].cells[phase]))
        g_error ("%s in %d: \"%s\" instead of \"%s\"", aloqa_call_input_to_string (rows[i].input),
                 phase, words, rows[i].cells[phase]);
    }
  }
}

/* Of the inputs that are not listed none reaches a leg that is to come. */
static void
test_the_table_is_whole (void)
{
  guint n_listed = 0;

  for (AloqaCallInput input = 0; input < ALOQA_N_INPUTS; input++) {
    if (aloqa_call_input_has_leg (input))
      n_listed++;
  }
  g_assert_cmpuint (G_N_ELEMENTS (rows), ==, n_listed + 5);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/leg-table/every-cell", test_every_cell);
  g_test_add_func ("/call/leg-table/the-table-is-whole", test_the_table_is_whole);
  return g_test_run ();
}
