/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/history-entry.h"
#include "session/history-store.h"

G_BEGIN_DECLS

/* Entries as rows of the file. */

typedef struct {
  gboolean was_read;  /* else the rest is empty, and the store's error says why */
  GPtrArray *entries; /* of AloqaHistoryEntry, newest first */
  gboolean has_more;
  guint n_entries; /* in the whole file, of this account */
  guint n_missed;  /* of those, not seen */
} AloqaHistoryPage;

typedef void (*AloqaHistoryPageFunc) (AloqaHistoryPage *page, gpointer user_data);

void aloqa_history_rows_save (AloqaHistoryStore *store, AloqaHistoryEntry *entry);
void aloqa_history_rows_delete (AloqaHistoryStore *store, AloqaHistoryEntry *entry);
void aloqa_history_rows_mark_seen (AloqaHistoryStore *store);
void aloqa_history_rows_clear (AloqaHistoryStore *store);

/* @rows: %NULL where nothing was deleted, and the store's error says why */
typedef void (*AloqaHistoryRowsFunc) (const char *rows, gpointer user_data);
void aloqa_history_rows_take_out (AloqaHistoryStore *store, AloqaHistoryRowsFunc func,
                                  gpointer user_data, GDestroyNotify free_user_data);
void aloqa_history_rows_put_back (AloqaHistoryStore *store, const char *rows);

void aloqa_history_rows_load (AloqaHistoryStore *store, AloqaHistoryEntry *after, guint n_rows,
                              AloqaHistoryPageFunc func, gpointer user_data,
                              GDestroyNotify free_user_data);

G_END_DECLS
