/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/history-entry.h"
#include "session/history-store.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_HISTORY (aloqa_history_get_type ())
G_DECLARE_FINAL_TYPE (AloqaHistory, aloqa_history, ALOQA, HISTORY, GObject)

/*
 * The calls of one person on one server: a GListModel of AloqaHistoryEntry, newest first. It begins
 * with the newest page and grows by itself at its end while it is read there, so a list may be bound
 * to it as it is. What is added, changed and deleted shows at once; the file follows on a thread.
 *
 * A file that cannot be read or written is told by `error`, and the list goes on in memory.
 *
 * Properties, with notify:
 *   n-missed (guint): missed calls that were not seen, in the whole history
 *   n-entries (guint): in the whole history, loaded or not
 *   loading (gboolean): the first page has not come yet
 *   error (GError, nullable): an ALOQA_DATABASE_ERROR, in words for the person: why calls are not
 *     being saved. ALOQA_DATABASE_ERROR_NOT_A_DATABASE: aloqa_history_clear() begins a new file
 */
AloqaHistory *aloqa_history_new (AloqaHistoryStore *store);
gboolean aloqa_history_is_loading (AloqaHistory *self);
const GError *aloqa_history_get_error (AloqaHistory *self);
gboolean aloqa_history_needs_clearing (AloqaHistory *self);
guint aloqa_history_get_n_missed (AloqaHistory *self);
guint aloqa_history_get_n_entries (AloqaHistory *self);

void aloqa_history_mark_seen (AloqaHistory *self); /* every missed call: the list was looked at */
void aloqa_history_delete (AloqaHistory *self, AloqaHistoryEntry *entry);
void aloqa_history_undelete (AloqaHistory *self, AloqaHistoryEntry *entry);
void aloqa_history_clear (AloqaHistory *self); /* all of this account; a damaged file altogether */
void
aloqa_history_take_out_async (AloqaHistory *self, GAsyncReadyCallback callback, gpointer user_data);
char *aloqa_history_take_out_finish (AloqaHistory *self, GAsyncResult *result, GError **error);
void aloqa_history_put_back (AloqaHistory *self, const char *taken_out);

/*
 * For the recorder: an entry is in the file from the first ring on, and in the list from its end on.
 * One that was begun and never ended (the power went) is found missed, or failed, the next time.
 */
AloqaHistoryEntry *aloqa_history_begin (AloqaHistory *self, AloqaContact *contact,
                                        gboolean is_incoming, AloqaCallKind kind);
void aloqa_history_note_answered (AloqaHistory *self, AloqaHistoryEntry *entry);
void aloqa_history_end (AloqaHistory *self, AloqaHistoryEntry *entry, AloqaCallKind kind,
                        AloqaOutcome outcome, const char *reason, gint64 duration_us);
void aloqa_history_discard (AloqaHistory *self, AloqaHistoryEntry *entry);

void
aloqa_history_flush_async (AloqaHistory *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_history_flush_finish (AloqaHistory *self, GAsyncResult *result, GError **error);

G_END_DECLS
