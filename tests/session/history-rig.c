/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-rig.h"

gboolean
history_rig_is_loaded (gpointer history)
{
  return !aloqa_history_is_loading (history);
}

AloqaHistory *
history_rig_open (HistoryRig *rig, gint64 own_id)
{
  g_autoptr (AloqaHistoryStore) store = aloqa_history_store_new (rig->path, HISTORY_SERVER, own_id);

  return aloqa_history_new (store);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;
  g_autoptr (GError) own = NULL;

  *error = NULL;
  if (!aloqa_history_flush_finish (ALOQA_HISTORY (source), result, &own))
    *error = g_steal_pointer (&own);
}

static gboolean
is_set (gpointer error)
{
  return *(GError **) error != error;
}

/* Returns: (transfer full) (nullable): why something is not in the file */
GError *
history_rig_flush (AloqaHistory *history)
{
  GError *error = (GError *) &error; /* not NULL, and no error: not done */

  aloqa_history_flush_async (history, flushed_cb, &error);
  aloqa_test_wait_until (is_set, &error);
  return error;
}

void
history_rig_flush_well (AloqaHistory *history)
{
  g_autoptr (GError) error = history_rig_flush (history);

  g_assert_no_error (error);
}

/* As a program's end does. */
void
history_rig_close (HistoryRig *rig)
{
  g_autoptr (GError) error = NULL;

  if (rig->history == NULL)
    return;
  error = history_rig_flush (rig->history);
  g_assert_finalize_object (rig->history);
  rig->history = NULL;
}

void
history_rig_open_again (HistoryRig *rig)
{
  history_rig_close (rig);
  rig->history = history_rig_open (rig, HISTORY_OWN_ID);
  aloqa_test_wait_until (history_rig_is_loaded, rig->history);
}

void
history_rig_set_up_folder (HistoryRig *rig, gconstpointer data)
{
  rig->folder = folder_new ();
  rig->path = g_build_filename (rig->folder, "aloqa", "history.db", NULL);
  rig->vali = aloqa_contact_new (3, "vali", "Vali Aliyev", "vali.png");
}

void
history_rig_set_up (HistoryRig *rig, gconstpointer data)
{
  history_rig_set_up_folder (rig, data);
  history_rig_open_again (rig);
  g_assert_no_error (aloqa_history_get_error (rig->history));
}

void
history_rig_tear_down (HistoryRig *rig, gconstpointer data)
{
  history_rig_close (rig);
  g_assert_finalize_object (rig->vali);
  g_free (rig->path);
  folder_free (rig->folder);
}

AloqaHistoryEntry *
history_rig_add (HistoryRig *rig, gboolean is_incoming, AloqaOutcome outcome)
{
  AloqaHistoryEntry *entry =
      aloqa_history_begin (rig->history, rig->vali, is_incoming, ALOQA_CALL_VIDEO);

  aloqa_history_end (rig->history, entry, ALOQA_CALL_VIDEO, outcome, "hung-up", 5000000);
  g_object_unref (entry);
  return entry;
}

AloqaHistoryEntry *
history_rig_get (HistoryRig *rig, guint position)
{
  g_autoptr (AloqaHistoryEntry) entry =
      g_list_model_get_item (G_LIST_MODEL (rig->history), position);

  g_assert_nonnull (entry);
  return entry;
}

void
history_rig_assert_n (HistoryRig *rig, guint n_items, guint n_entries, guint n_missed)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->history)), ==, n_items);
  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, n_entries);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, n_missed);
}

/* Another program's hand on the file. */
AloqaDatabase *
history_rig_open_file (HistoryRig *rig)
{
  g_autoptr (GError) error = NULL;
  AloqaDatabase *database = aloqa_database_open (rig->path, &error);

  g_assert_no_error (error);
  return database;
}

void
history_rig_exec (AloqaDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  aloqa_database_exec (database, sql, &error);
  g_assert_no_error (error);
}

void
history_rig_add_rows (HistoryRig *rig, guint n_rows)
{
  g_autoptr (AloqaDatabase) database = history_rig_open_file (rig);
  g_autofree char *sql = g_strdup_printf (
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
      " INSERT INTO calls SELECT 'key' || i, '" HISTORY_SERVER "', 2, i %% 2, i, 'user' || i,"
      " 'Name ' || i, NULL, 0, i * 1000000, 0, 0, 2, 'missed', i %% 10 != 0 FROM n",
      n_rows);

  history_rig_exec (database, sql);
}

gboolean
history_rig_is_whole (gpointer history)
{
  guint n = g_list_model_get_n_items (history);
  g_autoptr (GObject) last = n > 0 ? g_list_model_get_item (history, n - 1) : NULL;

  return n == aloqa_history_get_n_entries (history);
}
