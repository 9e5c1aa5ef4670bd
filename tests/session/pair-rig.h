/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

/* Two people in this process, on the real server's demonstration; their media are real as well. */
typedef struct {
  AloqaSession *session;
  AloqaLiveCall *call; /* the last one */
  char *path;
} Person;

typedef struct {
  GSubprocess *server;
  char *url;
  char *folder;
  Person ali, vali;
  gint64 ali_id, vali_id;
} Pair;

void pair_start (Pair *pair, AloqaMediaSettings *ali, AloqaMediaSettings *vali);
void pair_stop (Pair *pair);
void pair_start_person (Pair *pair, Person *person, const char *name, AloqaMediaSettings *settings);
void pair_stop_person (Person *person);

AloqaRoster *pair_get_roster (Pair *pair);
void pair_dial (Pair *pair, AloqaCallKind kind);
void pair_connect (Pair *pair, AloqaCallKind kind);
gboolean pair_has_call (gpointer person);
gboolean pair_is_connected (gpointer person);

G_END_DECLS
