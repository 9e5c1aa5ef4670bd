/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/backoff.h"

/* 2^30 first waits is far past any useful maximum, and keeps the shift defined. */
#define MAX_DOUBLINGS 30

/**
 * aloqa_backoff_next_us:
 * @self: its first_us and max_us set, n_tries 0 at the start
 *
 * Returns: how long to wait before the next try, in microseconds, between half of first_us and
 *   max_us.
 */
gint64
aloqa_backoff_next_us (AloqaBackoff *self)
{
  gint64 ceiling_us = self->max_us;
  gint64 floor_us = self->first_us / 2;

  if (self->n_tries < MAX_DOUBLINGS && self->first_us < self->max_us >> self->n_tries)
    ceiling_us = self->first_us << self->n_tries;
  self->n_tries++;

  return floor_us + (gint64) (g_random_double () * (double) (ceiling_us - floor_us));
}

/**
 * aloqa_backoff_reset:
 *
 * Begins again with the first wait: call it after a success.
 */
void
aloqa_backoff_reset (AloqaBackoff *self)
{
  self->n_tries = 0;
}
