/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"

G_BEGIN_DECLS

/* One connection, as far as calls are concerned. */
typedef struct {
  gint64 user_id;
  AloqaFeatures features; /* what it has announced and we know; 0 for an old client */
  char *name;             /* what it calls itself, also after a reconnect; or NULL */
} AloqaDevice;

static inline gboolean
aloqa_device_has (const AloqaDevice *self, AloqaFeatures feature)
{
  return (self->features & feature) == feature;
}

G_END_DECLS
