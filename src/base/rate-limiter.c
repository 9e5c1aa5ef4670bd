/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rate-limiter.h"

static double
get_used (const AloqaRateLimiter *self, gint64 now_us)
{
  double elapsed_s = (double) MAX (now_us - self->last_us, 0) / G_USEC_PER_SEC;

  return MAX (self->used - elapsed_s * self->rate_hz, 0);
}

/**
 * aloqa_rate_limiter_take:
 * @now_us: a monotonic time
 *
 * Returns: whether one more is allowed now; it is counted if so.
 */
gboolean
aloqa_rate_limiter_take (AloqaRateLimiter *self, gint64 now_us)
{
  self->used = get_used (self, now_us);
  self->last_us = now_us;
  if (self->used + 1 > self->burst)
    return FALSE;

  self->used += 1;
  return TRUE;
}

/**
 * aloqa_rate_limiter_get_wait_us:
 *
 * Returns: after how many microseconds the next one will be allowed, 0 for now; G_MAXINT64 where
 *   it never will.
 */
gint64
aloqa_rate_limiter_get_wait_us (const AloqaRateLimiter *self, gint64 now_us)
{
  double excess = get_used (self, now_us) + 1 - self->burst;

  if (excess <= 0)
    return 0;
  if (self->rate_hz <= 0 || self->burst < 1)
    return G_MAXINT64;
  return (gint64) (excess / self->rate_hz * G_USEC_PER_SEC) + 1;
}
