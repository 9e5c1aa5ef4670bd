/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/tracker.h"

G_BEGIN_DECLS

/*
 * Two accounts, each with an arbiter and its tracker, joined by a server that treats old and new
 * clients as protocol.md says: it delivers in order, strips and adds call ids, drops what an old
 * client cannot know, and loses what a client that is away would have got. Media are played by the
 * test, one step at a time.
 */

typedef struct {
  gint64 id;
  AloqaArbiter *arbiter;
  Tracker tracker;
  AloqaFeatures features; /* agreed with the server; 0: an old client */
  gboolean is_online;
  GQueue inbox;  /* of AloqaMessage */
  GQueue outbox; /* likewise, while it is away */
  guint n_offers_sent;
  guint n_answers_sent;
} Party;

/* The server's idea of a call, for the frames of clients that know no ids. */
typedef struct {
  char *id; /* or NULL: there is none */
  gboolean has_offer;
} BookedCall;

typedef struct {
  Party parties[2];
  guint64 random;
  guint n_made;       /* descriptions and ids so far, to make each one another */
  BookedCall book[2]; /* by the caller */
} World;

void world_init (World *self, guint64 seed, AloqaFeatures features_a, AloqaFeatures features_b);
void world_clear (World *self);

guint world_draw (World *self, guint limit);
Party *world_get_other (World *self, Party *party);

void world_handle (World *self, Party *party, const AloqaCallEvent *event);
void world_post (World *self, Party *from, AloqaMessage *message);
gboolean world_deliver (World *self, Party *party);
void world_leave (World *self, Party *party);
void world_return (World *self, Party *party, AloqaFeatures features);

void
world_dial (World *self, Party *party, gint64 peer, AloqaCallKind kind, AloqaDialProtocol protocol);
void world_do (World *self, Party *party, AloqaCallEventType type, guint call, gboolean is_on);
void world_media (World *self, Party *party, AloqaCallEventType type, guint call, guint leg);
gboolean world_make_descriptions (World *self, Party *party, TrackedCall *call, TrackedLeg *leg);
void world_gather (World *self, Party *party, TrackedCall *call, TrackedLeg *leg);
void world_fire (World *self, Party *party, guint call, AloqaDeadline deadline);
void world_settle (World *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

G_END_DECLS
