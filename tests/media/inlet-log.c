/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/inlet-log.h"

#include "support/support.h"

static void
ignore_switched (gpointer owner, guint inlet_id)
{
}

static void
ignore_failed (gpointer owner, guint inlet_id, const GError *error)
{
}

static const AloqaGateFuncs gate_funcs = { ignore_switched, ignore_failed };

void
aloqa_inlet_log_init (AloqaInletLog *self)
{
  guint inlet_id;

  self->feed = aloqa_feed_new ();
  self->log = aloqa_feed_log_new (self->feed);
  self->gate = aloqa_gate_new (self->feed, &gate_funcs, self->feed);
  self->inlet = aloqa_gate_add_inlet (self->gate, &inlet_id);
}

/* Nothing else may have a part of it any more. */
void
aloqa_inlet_log_clear (AloqaInletLog *self)
{
  aloqa_inlet_unref (self->inlet);
  aloqa_gate_unref (self->gate);
  aloqa_feed_log_free (self->log);
  aloqa_test_drain ();
  g_assert_finalize_object (self->feed);
}
