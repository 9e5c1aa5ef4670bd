/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/device.h"
#include "server/quota.h"

G_BEGIN_DECLS

/* One user who is or was connected. */
typedef struct {
  gint64 id;
  GPtrArray *devices; /* of AloqaDevice, not owned, the newest last */

  AloqaQuota quota; /* shared by all connections, and kept from one to the next */
} AloqaHubUser;

/* Who is connected. */
typedef struct _AloqaHub AloqaHub;

AloqaHub *aloqa_hub_new (const AloqaSettings *settings);
void aloqa_hub_free (AloqaHub *self);
AloqaHubUser *aloqa_hub_add (AloqaHub *self, AloqaDevice *device);
void aloqa_hub_remove (AloqaHub *self, AloqaDevice *device);
AloqaHubUser *aloqa_hub_find (AloqaHub *self, gint64 user_id);
GPtrArray *aloqa_hub_dup_devices (AloqaHub *self);
guint aloqa_hub_get_n_online (AloqaHub *self);
gint64 aloqa_hub_get_reconnect_limit_us (AloqaHub *self);
gint64 aloqa_hub_get_ring_return_limit_us (AloqaHub *self);
void aloqa_hub_reload (AloqaHub *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaHub, aloqa_hub_free)

G_END_DECLS
