/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/history.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_HISTORY_UNDO (aloqa_history_undo_get_type ())
G_DECLARE_FINAL_TYPE (AloqaHistoryUndo, aloqa_history_undo, ALOQA, HISTORY_UNDO, GObject)

/*
 * Deletes calls at once, and offers for a while to put them back. Until then they are in memory alone:
 * whoever quits has deleted them.
 */
AloqaHistoryUndo *aloqa_history_undo_new (GtkWidget *widget, AloqaHistory *history);
void aloqa_history_undo_delete (AloqaHistoryUndo *self, AloqaHistoryEntry *entry);
void aloqa_history_undo_clear (AloqaHistoryUndo *self);
void aloqa_history_undo_end (AloqaHistoryUndo *self);

G_END_DECLS
