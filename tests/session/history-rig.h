/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/history.h"
#include "session/history-entry-private.h"
#include "session/folder.h"
#include "support/support.h"

G_BEGIN_DECLS

#define HISTORY_SERVER "https://chat.example.org"
#define HISTORY_OWN_ID 2

/* A history in a file of its own. */
typedef struct {
  char *folder;
  char *path;
  AloqaHistory *history;
  AloqaContact *vali;
} HistoryRig;

void history_rig_set_up_folder (HistoryRig *rig, gconstpointer data); /* with no history yet */
void history_rig_set_up (HistoryRig *rig, gconstpointer data);
void history_rig_tear_down (HistoryRig *rig, gconstpointer data);

AloqaHistory *history_rig_open (HistoryRig *rig, gint64 own_id);
void history_rig_close (HistoryRig *rig);
void history_rig_open_again (HistoryRig *rig);
GError *history_rig_flush (AloqaHistory *history);
void history_rig_flush_well (AloqaHistory *history);

AloqaHistoryEntry *history_rig_add (HistoryRig *rig, gboolean is_incoming, AloqaOutcome outcome);
AloqaHistoryEntry *history_rig_get (HistoryRig *rig, guint position);
void history_rig_assert_n (HistoryRig *rig, guint n_items, guint n_entries, guint n_missed);
gboolean history_rig_is_loaded (gpointer history);
gboolean history_rig_is_whole (gpointer history);

/* Another hand on the file. */
AloqaDatabase *history_rig_open_file (HistoryRig *rig);
void history_rig_exec (AloqaDatabase *database, const char *sql);
void history_rig_add_rows (HistoryRig *rig, guint n_rows);

G_END_DECLS
