/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes/fake-clock.h"
#include "fakes/fake-network.h"
#include "fakes/fake-server.h"
#include "signaling/connection.h"
#include "support/support.h"

G_BEGIN_DECLS

/* A connection to a scripted server, by a real socket, in a time that stands still. */
typedef struct {
  AloqaFakeServer *server;
  AloqaServerAddress *address;
  AloqaClock *clock;
  AloqaFakeNetwork *network;
  AloqaConnection *connection;
  GPtrArray *messages; /* of AloqaMessage: what the connection passed on */
  GArray *states;      /* of AloqaConnectionState: each that it entered */
} Rig;

void rig_set_up (Rig *rig, gconstpointer data);
void rig_tear_down (Rig *rig, gconstpointer data);

void rig_advance_ms (Rig *rig, gint64 duration_ms);
gint64 rig_get_next_ms (Rig *rig);
void rig_send (Rig *rig, AloqaMessageType type, const char *call_id);

/* Each waits for it, and ends the test where it does not come. */
void rig_await_state (Rig *rig, AloqaConnectionState state);
void rig_await_frames (Rig *rig, guint n_frames);
void rig_await_swallowed (Rig *rig, guint n_swallowed);
void rig_await_messages (Rig *rig, guint n_messages);
void rig_await_upgrades (Rig *rig, guint n_upgrades);
void rig_await_websockets (Rig *rig, guint n_websockets);
void rig_await_next_ms (Rig *rig, gint64 next_ms);

/* All the way to a proven connection. */
void rig_register (Rig *rig);
void rig_echo (Rig *rig);

#define RIG_ADD(name, function) g_test_add (name, Rig, NULL, rig_set_up, function, rig_tear_down)

G_END_DECLS
