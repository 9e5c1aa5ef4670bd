/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/quota.h"

static void
set (AloqaRateLimiter *limiter, const AloqaSettings *settings, AloqaLimit burst, double n_users)
{
  limiter->burst = settings->limits[burst] * n_users;
  limiter->rate_hz = settings->limits[burst + 1] * n_users;
}

/* What has been used up already stays so. */
void
aloqa_quota_set_limits (AloqaQuota *self, const AloqaSettings *settings, double n_users)
{
  set (&self->frames, settings, ALOQA_LIMIT_FRAMES_BURST, n_users);
  set (&self->calls, settings, ALOQA_LIMIT_CALLS_BURST, n_users);
  set (&self->candidates, settings, ALOQA_LIMIT_CANDIDATES_BURST, n_users);
  set (&self->messages, settings, ALOQA_LIMIT_MESSAGES_BURST, n_users);
}

static gboolean
is_full (const AloqaRateLimiter *limiter, gint64 now_us)
{
  return limiter->used - (double) (now_us - limiter->last_us) / G_USEC_PER_SEC * limiter->rate_hz <=
         0;
}

/* Returns: whether forgetting it gives nothing away */
gboolean
aloqa_quota_has_rested (const AloqaQuota *self, gint64 now_us)
{
  return is_full (&self->frames, now_us) && is_full (&self->calls, now_us) &&
         is_full (&self->candidates, now_us) && is_full (&self->messages, now_us);
}
