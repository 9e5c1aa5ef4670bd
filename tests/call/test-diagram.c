/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

#include "support/support.h"

#include <string.h>

/* The picture of the table: with an argument this program only prints it, for the documentation. */

static gboolean
has_arrow (AloqaPhase from, AloqaPhase to)
{
  for (AloqaCallInput input = 0; input < ALOQA_N_INPUTS; input++) {
    if ((aloqa_call_get_action (from, input)->targets & (1u << to)) != 0)
      return TRUE;
  }
  return FALSE;
}

/* Follows arrows until nothing new is found. */
static guint
find_reachable (AloqaPhase start, gboolean backwards)
{
  guint reached = 1u << start;
  guint before;

  do {
    before = reached;
    for (AloqaPhase from = 0; from < ALOQA_N_PHASES; from++) {
      for (AloqaPhase to = 0; to < ALOQA_N_PHASES; to++) {
        AloqaPhase near = backwards ? to : from;
        AloqaPhase far = backwards ? from : to;

        if ((reached & (1u << near)) != 0 && has_arrow (from, to))
          reached |= 1u << far;
      }
    }
  } while (reached != before);
  return reached;
}

static void
test_every_phase_is_reached_and_ends (void)
{
  const guint all = (1u << ALOQA_N_PHASES) - 1;

  g_assert_cmphex (find_reachable (ALOQA_PHASE_NEW, FALSE), ==, all);
  g_assert_cmphex (find_reachable (ALOQA_PHASE_ENDED, TRUE), ==, all);
}

static void
test_draws_every_arrow (void)
{
  g_autofree char *dot = aloqa_call_table_to_dot ();

  g_assert_true (g_str_has_prefix (dot, "digraph call {\n"));
  g_assert_true (g_str_has_suffix (dot, "}\n"));
  for (AloqaPhase from = 0; from < ALOQA_N_PHASES; from++) {
    for (AloqaPhase to = 0; to < ALOQA_N_PHASES; to++) {
      g_autofree char *arrow = g_strdup_printf ("\"%s\" -> \"%s\" ", aloqa_phase_to_string (from),
                                                aloqa_phase_to_string (to));

      g_assert_cmpint (strstr (dot, arrow) != NULL, ==, has_arrow (from, to));
    }
  }
  g_assert_nonnull (strstr (dot, "\"calling\" -> \"offering\" [label=\"GOT_ACCEPT: offer"));
}

static void
test_everything_has_a_word (void)
{
  for (AloqaPhase phase = 0; phase < ALOQA_N_PHASES; phase++)
    g_assert_nonnull (aloqa_phase_to_string (phase));
  for (AloqaEnded reason = 0; reason < ALOQA_N_ENDED; reason++)
    g_assert_nonnull (aloqa_ended_to_string (reason));
  for (AloqaDeadline deadline = 0; deadline < ALOQA_N_DEADLINES; deadline++)
    g_assert_nonnull (aloqa_deadline_to_string (deadline));
  for (AloqaEffectType type = 0; type <= ALOQA_EFFECT_ENDED; type++)
    g_assert_nonnull (aloqa_effect_type_to_string (type));
  g_assert_cmpstr (aloqa_ended_to_string (ALOQA_ENDED_COULD_NOT_CONNECT), ==, "could-not-connect");
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "print")) {
    g_autofree char *dot = aloqa_call_table_to_dot ();

    g_print ("%s", dot);
    return 0;
  }
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/diagram/every-phase-is-reached-and-ends",
                   test_every_phase_is_reached_and_ends);
  g_test_add_func ("/call/diagram/draws-every-arrow", test_draws_every_arrow);
  g_test_add_func ("/call/diagram/everything-has-a-word", test_everything_has_a_word);
  return g_test_run ();
}
