/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/history-entry.h"
#include "session/roster.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_HISTORY_ROW (aloqa_history_row_get_type ())
G_DECLARE_FINAL_TYPE (AloqaHistoryRow, aloqa_history_row, ALOQA, HISTORY_ROW, AdwBin)

/*
 * One call of the past, below the name of its day where it is the first of that day. Signal "delete"
 * (AloqaHistoryEntry *): the person wants it to go.
 */
GtkWidget *aloqa_history_row_new (void);
void aloqa_history_row_show (AloqaHistoryRow *self, AloqaRoster *roster, AloqaHistoryEntry *entry);
void
aloqa_history_row_show_day (AloqaHistoryRow *self, AloqaHistoryEntry *previous, GDateTime *today);

G_END_DECLS
