/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes/fake-server.h"
#include "session/session.h"
#include "support/support.h"

G_BEGIN_DECLS

/* "ali" in a whole session, whose calls are with a scripted server that speaks for user 3. */
typedef struct {
  AloqaFakeServer *server;
  char *folder;
  char *path;
  AloqaSession *session;
  AloqaHistory *history;
  GPtrArray *calls; /* of AloqaLiveCall, each that was added */
} CallsRig;

AloqaMediaSettings *calls_rig_make_settings (void);
void calls_rig_set_up (CallsRig *rig, gconstpointer data);
void calls_rig_tear_down (CallsRig *rig, gconstpointer data);
void calls_rig_start (CallsRig *rig, gboolean keeps_history);
void calls_rig_close (CallsRig *rig);

/* What the other side does. */
void calls_rig_send (CallsRig *rig, const char *frame);
AloqaLiveCall *calls_rig_ring (CallsRig *rig);

AloqaLiveCall *calls_rig_await_call (CallsRig *rig);

G_END_DECLS
