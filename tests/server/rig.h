/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes/fake-clock.h"
#include "server/server.h"

#include "client.h"

G_BEGIN_DECLS

/* A real server in this process, on a port of its own, with users whose password is "secret". */
typedef struct {
  AloqaServer *server;
  char *base; /* "http://127.0.0.1:12345" */
  gint64 ali;
  gint64 vali;
  gint64 guli;
} Rig;

#define RIG_SECRET_KEY "a key that only the tests know, and every one of them"

Rig *rig_new (void);
Rig *rig_new_with (const AloqaServerConfig *config);
void rig_free (Rig *self);
void rig_wait_idle (Rig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

G_END_DECLS
