/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Exponential back-off with full jitter: each wait is drawn from [0, min (max, first × 2^n)], with
 * half the first wait as the floor so that a retry is never at once. A plain struct: copy it in.
 */
typedef struct {
  gint64 first_us;
  gint64 max_us;
  guint n_tries;
} AloqaBackoff;

/* To a daemon of this machine, which is there again in a moment, or not installed. */
#define ALOQA_BACKOFF_LOCAL                                                                        \
  (AloqaBackoff)                                                                                   \
  {                                                                                                \
    .first_us = G_USEC_PER_SEC / 2, .max_us = 10 * G_USEC_PER_SEC                                  \
  }

gint64 aloqa_backoff_next_us (AloqaBackoff *self);
void aloqa_backoff_reset (AloqaBackoff *self);

G_END_DECLS
