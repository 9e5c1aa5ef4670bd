/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pulse.h"

/**
 * aloqa_pulse_forget:
 * @operation: (nullable) (transfer full): what was asked for; its answer comes nevertheless
 */
void
aloqa_pulse_forget (pa_operation *operation)
{
  if (operation != NULL)
    pa_operation_unref (operation);
}

/**
 * aloqa_pulse_drop_context:
 * @context: (inout): becomes %NULL; none of its callbacks comes any more
 */
void
aloqa_pulse_drop_context (pa_context **context)
{
  if (*context == NULL)
    return;

  pa_context_set_state_callback (*context, NULL, NULL);
  pa_context_set_subscribe_callback (*context, NULL, NULL);
  pa_context_disconnect (*context);
  g_clear_pointer (context, pa_context_unref);
}
