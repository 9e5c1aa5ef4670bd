/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/machine.h"

/* The tables of the groups of phases as one, and as a picture. */

/* What a call in @phase does with @input; never NULL. */
const AloqaCallAction *
aloqa_call_get_action (AloqaPhase phase, AloqaCallInput input)
{
  g_return_val_if_fail (phase < ALOQA_N_PHASES && input < ALOQA_N_INPUTS, &aloqa_action__);

  if (phase == ALOQA_PHASE_ENDED)
    return &aloqa_action__;
  if (phase >= ALOQA_PHASE_CONNECTING)
    return aloqa_active_table[input][phase - ALOQA_PHASE_CONNECTING];
  if (phase >= ALOQA_PHASE_INCOMING)
    return aloqa_callee_table[input][phase - ALOQA_PHASE_INCOMING];
  return aloqa_caller_table[input][phase];
}

/* All inputs that may lead from one phase to another, as one arrow. */
static void
add_arrow (GString *dot, AloqaPhase from, AloqaPhase to)
{
  g_autoptr (GString) label = g_string_new (NULL);

  for (AloqaCallInput input = 0; input < ALOQA_N_INPUTS; input++) {
    const AloqaCallAction *action = aloqa_call_get_action (from, input);

    if ((action->targets & (1u << to)) != 0)
      g_string_append_printf (label, "%s%s: %s", label->len > 0 ? "\\n" : "",
                              aloqa_call_input_to_string (input), action->name);
  }
  if (label->len > 0)
    g_string_append_printf (dot, "  \"%s\" -> \"%s\" [label=\"%s\"];\n",
                            aloqa_phase_to_string (from), aloqa_phase_to_string (to), label->str);
}

/**
 * aloqa_call_table_to_dot:
 *
 * Returns: (transfer full): the table as a graph in Graphviz's language, for the documentation
 */
char *
aloqa_call_table_to_dot (void)
{
  GString *dot = g_string_new ("digraph call {\n  node [shape=box, style=rounded];\n");

  for (AloqaPhase from = 0; from < ALOQA_N_PHASES; from++) {
    for (AloqaPhase to = 0; to < ALOQA_N_PHASES; to++)
      add_arrow (dot, from, to);
  }
  g_string_append (dot, "}\n");
  return g_string_free (dot, FALSE);
}
