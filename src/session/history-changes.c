/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-private.h"

#include "session/history-entry-private.h"

/* What a person, and what happens to calls, changes in a history: at once in the list, and in the file
 * in its own time. */

static void
add_entry (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  self->n_changes++;
  aloqa_history_rows_save (self->store, entry);
  g_ptr_array_add (one, entry);
  aloqa_history_insert (self, one);
  aloqa_history_set_counts (self, self->n_entries + 1, self->n_missed + !entry->is_seen);
}

/**
 * aloqa_history_mark_seen:
 *
 * The person has looked at the list: no missed call is news any more.
 */
void
aloqa_history_mark_seen (AloqaHistory *self)
{
  if (self->is_loaded && self->n_missed == 0)
    return;

  self->n_changes++;
  aloqa_history_rows_mark_seen (self->store);
  for (guint i = 0; i < self->entries->len; i++)
    aloqa_history_entry_set_seen (self->entries->pdata[i]);
  aloqa_history_set_counts (self, self->n_entries, 0);
}

/**
 * aloqa_history_delete:
 * @entry: of the list
 */
void
aloqa_history_delete (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  g_autoptr (AloqaHistoryEntry) held = g_object_ref (entry);
  guint position;

  if (!g_ptr_array_find (self->entries, entry, &position))
    return;

  self->n_changes++;
  aloqa_history_rows_delete (self->store, entry);
  g_ptr_array_remove_index (self->entries, position);
  g_hash_table_remove (self->known, entry->key);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  aloqa_history_set_counts (self, self->n_entries - 1, self->n_missed - !entry->is_seen);
}

/**
 * aloqa_history_undelete:
 * @entry: was deleted by aloqa_history_delete()
 *
 * Puts it back, into the file too.
 */
void
aloqa_history_undelete (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  if (g_hash_table_contains (self->known, entry->key))
    return;

  add_entry (self, entry);
}

static void
empty_list (AloqaHistory *self)
{
  guint n = self->entries->len;

  self->n_changes++;
  self->has_more = FALSE;
  g_ptr_array_set_size (self->entries, 0);
  g_hash_table_remove_all (self->known);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  aloqa_history_set_counts (self, 0, 0);
}

/**
 * aloqa_history_clear:
 *
 * Deletes every call of this account but those that are going on. Where the file is damaged, it is
 * deleted as a whole, with what other accounts have in it, and a new one begun.
 */
void
aloqa_history_clear (AloqaHistory *self)
{
  aloqa_history_rows_clear (self->store);
  empty_list (self);
}

static void
taken_out_cb (const char *rows, gpointer user_data)
{
  GTask *task = user_data;
  AloqaHistory *self = g_task_get_source_object (task);
  const GError *error = aloqa_history_get_error (self);

  if (rows != NULL) {
    g_task_return_pointer (task, g_strdup (rows), g_free);
    return;
  }
  aloqa_history_load_page (self, TRUE);
  g_task_return_error (task, error != NULL
                                 ? g_error_copy (error)
                                 : g_error_new (ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_FAILED,
                                                "The calls were not deleted."));
}

/**
 * aloqa_history_take_out_async:
 *
 * The same as aloqa_history_clear() of a file that is well, in a way that can be undone: the calls
 * are gone from the file when this is done, and what it gives is all that is left of them.
 */
void
aloqa_history_take_out_async (AloqaHistory *self, GAsyncReadyCallback callback, gpointer user_data)
{
  aloqa_history_rows_take_out (self->store, taken_out_cb,
                               g_task_new (self, NULL, callback, user_data), g_object_unref);
  empty_list (self);
}

/* Returns: (transfer full) (nullable): for aloqa_history_put_back(); %NULL with an ALOQA_DATABASE_ERROR
 * where the calls are still there */
char *
aloqa_history_take_out_finish (AloqaHistory *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* As they were, beside those that were added since. */
void
aloqa_history_put_back (AloqaHistory *self, const char *taken_out)
{
  self->n_changes++;
  aloqa_history_rows_put_back (self->store, taken_out);
  aloqa_history_load_page (self, TRUE);
}

/**
 * aloqa_history_begin:
 *
 * Somebody calls, or is called: writes it down as going on.
 *
 * Returns: (transfer full): to be ended, or discarded
 */
AloqaHistoryEntry *
aloqa_history_begin (AloqaHistory *self, AloqaContact *contact, gboolean is_incoming,
                     AloqaCallKind kind)
{
  AloqaHistoryEntry *entry = aloqa_history_entry_new ();

  entry->key = g_uuid_string_random ();
  entry->is_incoming = is_incoming;
  entry->peer_id = aloqa_contact_get_id (contact);
  entry->username = g_strdup (aloqa_contact_get_username (contact));
  entry->name = g_strdup (aloqa_contact_get_name (contact));
  entry->picture = g_strdup (aloqa_contact_get_picture (contact));
  entry->kind = kind;
  entry->started_us = g_get_real_time ();
  entry->reason = g_strdup ("");
  entry->is_seen = TRUE;
  aloqa_history_rows_save (self->store, entry);
  return entry;
}

/* From here on it is no missed call, whatever happens to this program. */
void
aloqa_history_note_answered (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  if (entry->is_answered)
    return;

  entry->is_answered = TRUE;
  aloqa_history_rows_save (self->store, entry);
}

/**
 * aloqa_history_end:
 * @kind: what it was in the end
 * @reason: of aloqa_ended_to_string(), or ""
 * @duration_us: of the time connected
 *
 * Puts a call that is over into the list. A missed one counts until it was seen.
 */
void
aloqa_history_end (AloqaHistory *self, AloqaHistoryEntry *entry, AloqaCallKind kind,
                   AloqaOutcome outcome, const char *reason, gint64 duration_us)
{
  g_return_if_fail (entry->outcome == ALOQA_OUTCOME_ONGOING && outcome != ALOQA_OUTCOME_ONGOING);

  entry->kind = kind;
  entry->outcome = outcome;
  entry->duration_us = duration_us;
  g_free (entry->reason);
  entry->reason = g_strdup (reason);
  entry->is_seen = outcome != ALOQA_OUTCOME_MISSED;
  add_entry (self, entry);
}

/* It was no call after all. */
void
aloqa_history_discard (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  aloqa_history_rows_delete (self->store, entry);
}
