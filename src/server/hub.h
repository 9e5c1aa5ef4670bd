/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/rate-limiter.h"
#include "server/relay.h"

G_BEGIN_DECLS

/* One user who is or was connected. */
typedef struct {
  gint64 id;
  GPtrArray *devices; /* of AloqaDevice, not owned, the newest last */

  /* Shared by all connections, and kept from one to the next. */
  AloqaRateLimiter frames;
  AloqaRateLimiter calls;
  AloqaRateLimiter candidates;
  AloqaRateLimiter messages;
} AloqaHubUser;

/* Who is connected. */
typedef struct _AloqaHub AloqaHub;

AloqaHub *aloqa_hub_new (void);
void aloqa_hub_free (AloqaHub *self);
AloqaHubUser *aloqa_hub_add (AloqaHub *self, AloqaDevice *device);
void aloqa_hub_remove (AloqaHub *self, AloqaDevice *device);
AloqaHubUser *aloqa_hub_find (AloqaHub *self, gint64 user_id);
GPtrArray *aloqa_hub_dup_devices (AloqaHub *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaHub, aloqa_hub_free)

G_END_DECLS
