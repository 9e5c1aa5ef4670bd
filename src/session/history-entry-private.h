/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/history-entry.h"

G_BEGIN_DECLS

/* The history's side of an entry: plain to fill, and not changed once it is in the list but for seen. */
struct _AloqaHistoryEntry {
  GObject parent_instance;

  char *key; /* random: entries have a name before any file has given them one */
  gboolean is_incoming;
  gint64 peer_id;
  char *username;
  char *name;
  char *picture; /* or NULL */
  AloqaCallKind kind;
  gint64 started_us;
  gint64 duration_us;
  gboolean is_answered;
  AloqaOutcome outcome;
  char *reason;
  gboolean is_seen;
};

AloqaHistoryEntry *aloqa_history_entry_new (void);
void aloqa_history_entry_set_seen (AloqaHistoryEntry *self);
gboolean aloqa_history_entry_is_newer (AloqaHistoryEntry *self, AloqaHistoryEntry *other);

G_END_DECLS
