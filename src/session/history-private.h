/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/history-rows.h"
#include "session/history.h"

G_BEGIN_DECLS

/* What its two files share. */
struct _AloqaHistory {
  GObject parent_instance;

  AloqaHistoryStore *store;
  GPtrArray *entries; /* of AloqaHistoryEntry, newest first: a beginning of the whole */
  GHashTable *known;  /* their keys */
  guint n_entries;
  guint n_missed;
  guint n_changes; /* a page that was asked for before the last of them is void */
  gboolean has_more;
  gboolean is_loading_page;
  gboolean is_loaded; /* the first page has come, or cannot come */
};

/* history.c */
void aloqa_history_set_counts (AloqaHistory *self, guint n_entries, guint n_missed);
void aloqa_history_insert (AloqaHistory *self, GPtrArray *entries);
void aloqa_history_load_page (AloqaHistory *self, gboolean is_first);

G_END_DECLS
