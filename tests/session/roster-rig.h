/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "session/roster.h"
#include "support/support.h"

G_BEGIN_DECLS

/* "ali", user 2, signed in to a scripted server, by real sockets, in a time that stands still. */
typedef struct {
  AloqaFakeServer *server;
  AloqaServerAddress *address;
  AloqaClock *clock;
  AloqaAccount *account;
  AloqaRoster *roster; /* NULL until it is started */
} RosterRig;

void roster_rig_set_up (RosterRig *rig, gconstpointer data);
void roster_rig_tear_down (RosterRig *rig, gconstpointer data);

void roster_rig_start (RosterRig *rig);
void roster_rig_start_ready (RosterRig *rig, const char *people);
void roster_rig_connect (RosterRig *rig);
void roster_rig_advance_ms (RosterRig *rig, gint64 duration_ms);

/* @people: "3 vali Vali Aliyev|4 guli" … */
void roster_rig_set_people (RosterRig *rig, const char *people);

/* Each waits for it, and ends the test where it does not come. */
void roster_rig_await_state (RosterRig *rig, AloqaRosterState state);
void roster_rig_await_idle (RosterRig *rig);

char *roster_rig_list_names (RosterRig *rig);

#define ROSTER_ADD(name, func)                                                                     \
  g_test_add ("/session/roster/" name, RosterRig, NULL, roster_rig_set_up, func,                   \
              roster_rig_tear_down)

G_END_DECLS
