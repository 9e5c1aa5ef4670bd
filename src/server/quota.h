/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/rate-limiter.h"
#include "server/settings.h"

G_BEGIN_DECLS

/* What one user, or all at one address together, may send. */
typedef struct {
  AloqaRateLimiter frames;
  AloqaRateLimiter calls;
  AloqaRateLimiter candidates;
  AloqaRateLimiter messages;
} AloqaQuota;

void aloqa_quota_set_limits (AloqaQuota *self, const AloqaSettings *settings, double n_users);
gboolean aloqa_quota_has_rested (const AloqaQuota *self, gint64 now_us);

G_END_DECLS
