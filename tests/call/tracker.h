/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/arbiter.h"

G_BEGIN_DECLS

/*
 * Stands where the runner of effects will: keeps account of what it is told to start and stop, and
 * ends the test when an effect breaks one of the promises of call/effect.h.
 */

typedef struct {
  guint number;
  AloqaRole role;
  gboolean is_running;     /* prepared, not stopped */
  gboolean wants_offer;    /* CREATE_OFFER came */
  gboolean wants_answer;   /* ACCEPT_OFFER came */
  gboolean is_described;   /* the peer's description is set */
  gboolean is_offer_sent;  /* likewise for REPLACE */
  gboolean is_answer_sent; /* likewise for REPLACE_ANSWER */

  /* What media have reported; kept for whoever plays their part. */
  gboolean is_offer_made;
  gboolean is_answer_made;
  gboolean is_connected;
  guint n_candidates;
} TrackedLeg;

typedef struct {
  guint number;
  gint64 peer;
  AloqaRole role;
  AloqaPhase phase;
  gboolean is_legacy; /* we offered unasked */
  gboolean is_unseen;
  gboolean has_consent; /* the person dialled or accepted */
  gboolean rings_here;
  gboolean rings_back;
  gboolean has_devices;
  AloqaFlow flow;
  guint deadlines; /* 1 << AloqaDeadline */
  guint n_accepts;
  guint n_offers;
  guint leg;    /* shown and played */
  GArray *legs; /* of TrackedLeg, in the order of their numbers */
} TrackedCall;

/* A deadline that runs for no call. */
typedef struct {
  guint number;
  AloqaDeadline deadline;
} TrackedMemory;

typedef struct {
  GPtrArray *calls; /* of TrackedCall, those that are on */
  GArray *memories; /* of TrackedMemory */
  gboolean is_online;
  guint last_number; /* the highest that was seen */
  guint n_ended;     /* without those that were refused here */
} Tracker;

void tracker_init (Tracker *self);
void tracker_clear (Tracker *self);
void tracker_expect_consent (Tracker *self, const AloqaCallEvent *event);
void tracker_run (Tracker *self, const AloqaCallEvent *event, GPtrArray *effects);
void tracker_assert_agrees (Tracker *self, AloqaArbiter *arbiter);
void tracker_assert_idle (Tracker *self);

TrackedCall *tracker_find (Tracker *self, guint number);
TrackedLeg *tracker_find_leg (TrackedCall *call, guint number);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tracker, tracker_clear)

G_END_DECLS
