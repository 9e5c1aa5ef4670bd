/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A token bucket. A plain struct: set rate and burst, leave the rest zero. */
typedef struct {
  double rate_hz;
  double burst;
  double used;
  gint64 last_us;
} AloqaRateLimiter;

gboolean aloqa_rate_limiter_take (AloqaRateLimiter *self, gint64 now_us);
gint64 aloqa_rate_limiter_get_wait_us (const AloqaRateLimiter *self, gint64 now_us);

G_END_DECLS
