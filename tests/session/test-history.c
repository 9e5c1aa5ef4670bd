/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history.h"

#include "session/folder.h"
#include "session/history-entry-private.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <string.h>

#define SERVER "https://chat.example.org"
#define OWN_ID 2

typedef struct {
  char *folder;
  char *path;
  AloqaHistory *history;
  AloqaContact *vali;
} Rig;

static gboolean
is_loaded (gpointer history)
{
  return !aloqa_history_is_loading (history);
}

static AloqaHistory *
open_history (Rig *rig, gint64 own_id)
{
  g_autoptr (AloqaHistoryStore) store = aloqa_history_store_new (rig->path, SERVER, own_id);

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
static GError *
flush (AloqaHistory *history)
{
  GError *error = (GError *) &error; /* not NULL, and no error: not done */

  aloqa_history_flush_async (history, flushed_cb, &error);
  aloqa_test_wait_until (is_set, &error);
  return error;
}

static void
flush_well (AloqaHistory *history)
{
  g_autoptr (GError) error = flush (history);

  g_assert_no_error (error);
}

/* As a program's end does. */
static void
close_history (Rig *rig)
{
  g_autoptr (GError) error = NULL;

  if (rig->history == NULL)
    return;
  error = flush (rig->history);
  g_assert_finalize_object (rig->history);
  rig->history = NULL;
}

static void
open_again (Rig *rig)
{
  close_history (rig);
  rig->history = open_history (rig, OWN_ID);
  aloqa_test_wait_until (is_loaded, rig->history);
}

static void
set_up_folder (Rig *rig, gconstpointer data)
{
  rig->folder = folder_new ();
  rig->path = g_build_filename (rig->folder, "aloqa", "history.db", NULL);
  rig->vali = aloqa_contact_new (3, "vali", "Vali Aliyev", "vali.png");
}

static void
set_up (Rig *rig, gconstpointer data)
{
  set_up_folder (rig, data);
  open_again (rig);
  g_assert_no_error (aloqa_history_get_error (rig->history));
}

static void
tear_down (Rig *rig, gconstpointer data)
{
  close_history (rig);
  g_assert_finalize_object (rig->vali);
  g_free (rig->path);
  folder_free (rig->folder);
}

static AloqaHistoryEntry *
add (Rig *rig, gboolean is_incoming, AloqaOutcome outcome)
{
  AloqaHistoryEntry *entry =
      aloqa_history_begin (rig->history, rig->vali, is_incoming, ALOQA_CALL_VIDEO);

  aloqa_history_end (rig->history, entry, ALOQA_CALL_VIDEO, outcome, "hung-up", 5000000);
  g_object_unref (entry);
  return entry;
}

static AloqaHistoryEntry *
get (Rig *rig, guint position)
{
  g_autoptr (AloqaHistoryEntry) entry =
      g_list_model_get_item (G_LIST_MODEL (rig->history), position);

  g_assert_nonnull (entry);
  return entry;
}

static void
assert_n (Rig *rig, guint n_items, guint n_entries, guint n_missed)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->history)), ==, n_items);
  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, n_entries);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, n_missed);
}

/* Another program's hand on the file. */
static AloqaDatabase *
open_file (Rig *rig)
{
  g_autoptr (GError) error = NULL;
  AloqaDatabase *database = aloqa_database_open (rig->path, &error);

  g_assert_no_error (error);
  return database;
}

static void
exec (AloqaDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  aloqa_database_exec (database, sql, &error);
  g_assert_no_error (error);
}

static void
test_begins_empty (Rig *rig, gconstpointer data)
{
  assert_n (rig, 0, 0, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (rig->history), 0));
  g_assert_true (g_file_test (rig->path, G_FILE_TEST_EXISTS));
}

static void
test_call_comes_back_as_it_was (Rig *rig, gconstpointer data)
{
  gint64 before_us = g_get_real_time ();
  AloqaHistoryEntry *entry;
  g_autoptr (AloqaContact) contact = NULL;
  g_autoptr (GDateTime) start = NULL;

  add (rig, TRUE, ALOQA_OUTCOME_ANSWERED);
  open_again (rig);

  assert_n (rig, 1, 1, 0);
  entry = get (rig, 0);
  g_assert_true (aloqa_history_entry_is_incoming (entry));
  g_assert_cmpint (aloqa_history_entry_get_kind (entry), ==, ALOQA_CALL_VIDEO);
  g_assert_cmpint (aloqa_history_entry_get_outcome (entry), ==, ALOQA_OUTCOME_ANSWERED);
  g_assert_cmpstr (aloqa_history_entry_get_reason (entry), ==, "hung-up");
  g_assert_cmpint (aloqa_history_entry_get_duration_us (entry), ==, 5000000);
  g_assert_cmpint (aloqa_history_entry_get_started_us (entry), >=, before_us);
  g_assert_cmpint (aloqa_history_entry_get_started_us (entry), <=, g_get_real_time ());
  g_assert_true (aloqa_history_entry_is_seen (entry));

  start = aloqa_history_entry_dup_local_start (entry);
  g_assert_cmpint (g_date_time_to_unix (start), ==,
                   aloqa_history_entry_get_started_us (entry) / G_USEC_PER_SEC);
  contact = aloqa_history_entry_new_contact (entry);
  g_assert_true (aloqa_contact_is_same (contact, rig->vali));
}

static void
test_newest_is_first_now_and_later (Rig *rig, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    add (rig, FALSE, i % 2 == 0 ? ALOQA_OUTCOME_NO_ANSWER : ALOQA_OUTCOME_CANCELLED);

  for (guint run = 0; run < 2; run++) {
    assert_n (rig, 5, 5, 0);
    for (guint i = 1; i < 5; i++)
      g_assert_true (aloqa_history_entry_is_newer (get (rig, i - 1), get (rig, i)));
    open_again (rig);
  }
}

static void
count_cb (guint *n, GParamSpec *pspec, GObject *object)
{
  (*n)++;
}

static void
test_missed_call_counts_until_it_was_seen (Rig *rig, gconstpointer data)
{
  guint n_notices = 0;

  g_signal_connect_swapped (rig->history, "notify::n-missed", G_CALLBACK (count_cb), &n_notices);
  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  add (rig, TRUE, ALOQA_OUTCOME_DECLINED);
  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  assert_n (rig, 3, 3, 2);
  g_assert_cmpuint (n_notices, ==, 2);
  g_assert_false (aloqa_history_entry_is_seen (get (rig, 0)));

  open_again (rig);
  assert_n (rig, 3, 3, 2);
  g_assert_false (aloqa_history_entry_is_seen (get (rig, 2)));
  aloqa_history_mark_seen (rig->history);
  assert_n (rig, 3, 3, 0);
  g_assert_true (aloqa_history_entry_is_seen (get (rig, 0)));
  g_assert_true (aloqa_history_entry_is_seen (get (rig, 2)));

  open_again (rig);
  assert_n (rig, 3, 3, 0);
  g_assert_true (aloqa_history_entry_is_seen (get (rig, 2)));
}

static void
test_call_is_listed_when_it_is_over (Rig *rig, gconstpointer data)
{
  g_autoptr (AloqaHistoryEntry) entry =
      aloqa_history_begin (rig->history, rig->vali, FALSE, ALOQA_CALL_AUDIO);

  assert_n (rig, 0, 0, 0);
  aloqa_history_note_answered (rig->history, entry);
  assert_n (rig, 0, 0, 0);
  aloqa_history_end (rig->history, entry, ALOQA_CALL_VIDEO, ALOQA_OUTCOME_ANSWERED, "hung-up", 7);
  assert_n (rig, 1, 1, 0);
  g_assert_true (get (rig, 0) == entry);
  g_assert_cmpint (aloqa_history_entry_get_kind (entry), ==, ALOQA_CALL_VIDEO);
}

static void
test_discarded_call_leaves_nothing (Rig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry = aloqa_history_begin (rig->history, rig->vali, FALSE, ALOQA_CALL_AUDIO);

  aloqa_history_discard (rig->history, entry);
  g_assert_finalize_object (entry);
  open_again (rig);
  assert_n (rig, 0, 0, 0);
}

/* As after a power cut: a call is begun, and this program never hears of its end. */
static void
test_interrupted_calls_are_found (Rig *rig, gconstpointer data)
{
  g_autoptr (AloqaHistoryEntry) dialled =
      aloqa_history_begin (rig->history, rig->vali, FALSE, ALOQA_CALL_VIDEO);
  g_autoptr (AloqaHistoryEntry) taken =
      aloqa_history_begin (rig->history, rig->vali, TRUE, ALOQA_CALL_VIDEO);
  g_autoptr (AloqaHistoryEntry) ringing =
      aloqa_history_begin (rig->history, rig->vali, TRUE, ALOQA_CALL_VIDEO);
  const AloqaOutcome expected[] = { ALOQA_OUTCOME_MISSED, ALOQA_OUTCOME_ANSWERED,
                                    ALOQA_OUTCOME_FAILED };

  aloqa_history_note_answered (rig->history, taken);
  open_again (rig);

  assert_n (rig, 3, 3, 1);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_assert_cmpint (aloqa_history_entry_get_outcome (get (rig, i)), ==, expected[i]);
    g_assert_cmpstr (aloqa_history_entry_get_reason (get (rig, i)), ==, "interrupted");
    g_assert_cmpint (aloqa_history_entry_is_seen (get (rig, i)), ==, i != 0);
  }
}

static void
add_rows (Rig *rig, guint n_rows)
{
  g_autoptr (AloqaDatabase) database = open_file (rig);
  g_autofree char *sql = g_strdup_printf (
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
      " INSERT INTO calls SELECT 'key' || i, '" SERVER "', 2, i %% 2, i, 'user' || i,"
      " 'Name ' || i, NULL, 0, i * 1000000, 0, 0, 2, 'missed', i %% 10 != 0 FROM n",
      n_rows);

  exec (database, sql);
}

static gboolean
is_whole (gpointer history)
{
  guint n = g_list_model_get_n_items (history);
  g_autoptr (GObject) last = n > 0 ? g_list_model_get_item (history, n - 1) : NULL;

  return n == aloqa_history_get_n_entries (history);
}

static void
items_changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, guint *n)
{
  g_assert_cmpuint (n_removed, ==, 0);
  g_assert_cmpuint (position, ==, *n);
  *n += n_added;
}

static void
test_long_list_comes_by_pages (Rig *rig, gconstpointer data)
{
  guint n;

  add_rows (rig, 1234);
  open_again (rig);

  n = g_list_model_get_n_items (G_LIST_MODEL (rig->history));
  g_assert_cmpuint (n, <, 200);
  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, 1234);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 123);

  /* The top of the list is read as often as one likes; no page comes for it. */
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (rig->history), 0));
  flush_well (rig->history);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->history)), ==, n);

  g_signal_connect (rig->history, "items-changed", G_CALLBACK (items_changed_cb), &n);
  aloqa_test_wait_until (is_whole, rig->history);
  g_assert_cmpuint (n, ==, 1234);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (aloqa_history_entry_get_peer_id (get (rig, i)), ==, 1234 - i);
}

/* What happens while a page is on its way is in the page or in the list, and once. */
static void
test_changes_beside_a_page_are_kept (Rig *rig, gconstpointer data)
{
  add_rows (rig, 250);
  close_history (rig);
  rig->history = open_history (rig, OWN_ID);

  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  aloqa_test_wait_until (is_loaded, rig->history);
  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, 251);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 26);

  g_object_unref (g_list_model_get_item (G_LIST_MODEL (rig->history), 99));
  aloqa_history_mark_seen (rig->history);
  aloqa_history_delete (rig->history, get (rig, 3));
  aloqa_test_wait_until (is_whole, rig->history);
  assert_n (rig, 250, 250, 0);
  for (guint i = 0; i < 250; i++)
    g_assert_true (aloqa_history_entry_is_seen (get (rig, i)));

  g_object_unref (g_list_model_get_item (G_LIST_MODEL (rig->history), 249));
  aloqa_history_clear (rig->history);
  open_again (rig);
  assert_n (rig, 0, 0, 0);
}

static void
test_oldest_are_forgotten (Rig *rig, gconstpointer data)
{
  add_rows (rig, 10100);
  open_again (rig);

  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, 10000);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (get (rig, 0)), ==, 10100);
}

static void
test_deleted_calls_stay_away (Rig *rig, gconstpointer data)
{
  g_autoptr (AloqaHistoryEntry) missed = g_object_ref (add (rig, TRUE, ALOQA_OUTCOME_MISSED));

  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  aloqa_history_delete (rig->history, missed);
  assert_n (rig, 1, 1, 1);
  g_assert_true (get (rig, 0) != missed);
  aloqa_history_delete (rig->history, missed);
  assert_n (rig, 1, 1, 1);
  open_again (rig);
  assert_n (rig, 1, 1, 1);

  aloqa_history_clear (rig->history);
  assert_n (rig, 0, 0, 0);
  open_again (rig);
  assert_n (rig, 0, 0, 0);
}

/* Deleted means that no byte of it is left. */
static void
test_cleared_names_are_gone_from_the_disk (Rig *rig, gconstpointer data)
{
  const char *const endings[] = { "", "-wal" };
  guint n_read = 0;

  add (rig, TRUE, ALOQA_OUTCOME_ANSWERED);
  flush_well (rig->history);
  aloqa_history_clear (rig->history);
  flush_well (rig->history);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *path = g_strconcat (rig->path, endings[i], NULL);
    g_autofree char *text = NULL;
    gsize length;

    if (!g_file_get_contents (path, &text, &length, NULL))
      continue;
    n_read++;
    g_assert_null (memmem (text, length, "Vali Aliyev", strlen ("Vali Aliyev")));
  }
  g_assert_cmpuint (n_read, >, 0);
}

static void
test_accounts_are_apart (Rig *rig, gconstpointer data)
{
  AloqaHistory *other = open_history (rig, 77);

  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  flush_well (rig->history);
  aloqa_test_wait_until (is_loaded, other);
  g_assert_cmpuint (aloqa_history_get_n_entries (other), ==, 0);

  aloqa_history_mark_seen (other);
  aloqa_history_clear (other);
  flush_well (other);
  g_assert_finalize_object (other);
  open_again (rig);
  assert_n (rig, 1, 1, 1);
}

static void
assert_works_in_memory (Rig *rig)
{
  AloqaHistoryEntry *entry;

  assert_n (rig, 0, 0, 0);
  entry = add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  add (rig, FALSE, ALOQA_OUTCOME_ANSWERED);
  assert_n (rig, 2, 2, 1);
  aloqa_history_delete (rig->history, entry);
  assert_n (rig, 1, 1, 0);
}

static void
assert_error (Rig *rig, AloqaDatabaseError code)
{
  g_autoptr (GError) error = flush (rig->history);

  g_assert_error (error, ALOQA_DATABASE_ERROR, (int) code);
  g_assert_error (aloqa_history_get_error (rig->history), ALOQA_DATABASE_ERROR, (int) code);
}

static void
write_garbage (Rig *rig)
{
  g_autofree char *folder = g_path_get_dirname (rig->path);
  g_autofree char *text = g_strnfill (20000, 'x');

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (rig->path, text, -1, NULL));
}

static void
test_damaged_file_is_told_and_left_alone (Rig *rig, gconstpointer data)
{
  g_autofree char *text = NULL;

  write_garbage (rig);
  open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);
  assert_works_in_memory (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);

  g_assert_true (g_file_get_contents (rig->path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "xxxx"));
}

static void
test_clearing_replaces_a_damaged_file (Rig *rig, gconstpointer data)
{
  write_garbage (rig);
  open_again (rig);
  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);

  aloqa_history_clear (rig->history);
  add (rig, TRUE, ALOQA_OUTCOME_DECLINED);
  flush_well (rig->history);
  g_assert_no_error (aloqa_history_get_error (rig->history));
  open_again (rig);
  assert_n (rig, 1, 1, 0);
}

/* The header is good, and what it points to is not. */
static void
test_file_damaged_inside_is_told (Rig *rig, gconstpointer data)
{
  g_autofree char *text = NULL;
  gsize length;

  add_rows (rig, 2000);
  close_history (rig);
  {
    g_autoptr (AloqaDatabase) database = open_file (rig);

    exec (database, "PRAGMA wal_checkpoint (TRUNCATE)");
  }
  g_assert_true (g_file_get_contents (rig->path, &text, &length, NULL));
  for (gsize i = 8 * 4096; i < length; i++)
    text[i] = (char) (i * 7);
  g_assert_true (g_file_set_contents (rig->path, text, (gssize) length, NULL));

  open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);
  assert_works_in_memory (rig);
}

static void
test_folder_that_cannot_be_made_is_told (Rig *rig, gconstpointer data)
{
  g_autofree char *in_the_way = g_build_filename (rig->folder, "aloqa", NULL);

  g_assert_true (g_file_set_contents (in_the_way, "a file", -1, NULL));
  open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_CANNOT_OPEN);
  assert_works_in_memory (rig);

  /* And when it can be made at last, nothing is lost. */
  g_assert_cmpint (g_unlink (in_the_way), ==, 0);
  flush_well (rig->history);
  assert_n (rig, 1, 1, 0);
  open_again (rig);
  assert_n (rig, 1, 1, 0);
}

static void
test_held_file_is_told_and_caught_up_with (Rig *rig, gconstpointer data)
{
  AloqaDatabase *other = open_file (rig);

  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  flush_well (rig->history);
  exec (other, "BEGIN IMMEDIATE");
  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  assert_n (rig, 2, 2, 2);
  assert_error (rig, ALOQA_DATABASE_ERROR_BUSY);
  add (rig, TRUE, ALOQA_OUTCOME_ANSWERED);
  aloqa_history_delete (rig->history, get (rig, 2));
  assert_n (rig, 2, 2, 1);

  exec (other, "COMMIT");
  aloqa_database_close (other);
  flush_well (rig->history);
  g_assert_no_error (aloqa_history_get_error (rig->history));
  assert_n (rig, 2, 2, 1);
  open_again (rig);
  assert_n (rig, 2, 2, 1);
}

static gboolean
has_read_rows (gpointer history)
{
  return aloqa_history_get_n_entries (history) > 1;
}

static void
test_file_held_from_the_start_is_read_later (Rig *rig, gconstpointer data)
{
  AloqaDatabase *other;

  add_rows (rig, 20);
  close_history (rig);
  other = open_file (rig);
  exec (other, "BEGIN IMMEDIATE");
  rig->history = open_history (rig, OWN_ID);
  aloqa_test_wait_until (is_loaded, rig->history);
  assert_error (rig, ALOQA_DATABASE_ERROR_BUSY);
  add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  assert_n (rig, 1, 1, 1);

  exec (other, "COMMIT");
  aloqa_database_close (other);
  flush_well (rig->history);
  aloqa_test_wait_until (has_read_rows, rig->history);
  assert_n (rig, 21, 21, 3);
}

static void
test_file_of_a_newer_version_is_left_alone (Rig *rig, gconstpointer data)
{
  AloqaDatabase *other = open_file (rig);

  exec (other, "UPDATE aloqa_schema SET version = 99");
  aloqa_database_close (other);
  open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_TOO_NEW);
  assert_works_in_memory (rig);
  aloqa_history_clear (rig->history);
  assert_error (rig, ALOQA_DATABASE_ERROR_TOO_NEW);
}

/* Whoever wrote it: nothing that a file says can break the list. */
static void
test_nonsense_in_the_file_is_survived (Rig *rig, gconstpointer data)
{
  AloqaDatabase *other = open_file (rig);

  exec (other,
        "INSERT INTO calls VALUES"
        " ('a', '" SERVER "', 2, 'x', -5, x'ff', x'fe', 7, 99, 1000000, -8, 3, 99, x'ff', 9),"
        " ('b', '" SERVER "', 2, 1, 3, 'u', 'n', NULL, 0, -1, 0, 0, 2, '', 0),"
        " ('c', '" SERVER "', 2, 1, 3, 'u', 'n', NULL, 0, 9223372036854775807, 0, 0, 2, '', 0),"
        " ('d', '" SERVER "', 2, 1, 3, 'u', 'n', NULL, 0, 'soon', 0, 0, 2, '', 0),"
        " (NULL, '" SERVER "', 2, 1, 3, 'u', 'n', NULL, 0, 5, 0, 0, 2, '', 0)");
  aloqa_database_close (other);
  open_again (rig);

  assert_n (rig, 2, 2, 1);
  g_assert_cmpint (aloqa_history_entry_get_outcome (get (rig, 0)), ==, ALOQA_OUTCOME_FAILED);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (get (rig, 0)), ==, 0);
  g_assert_cmpint (aloqa_history_entry_get_duration_us (get (rig, 0)), ==, 0);
  g_assert_cmpstr (aloqa_history_entry_get_name (get (rig, 0)), ==, "");
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* What was begun is written, though nobody waits for it. */
static void
test_dropped_history_still_writes (Rig *rig, gconstpointer data)
{
  AloqaHistoryStore *store = aloqa_history_store_new (rig->path, SERVER, OWN_ID);

  rig->history = aloqa_history_new (store);
  add (rig, FALSE, ALOQA_OUTCOME_NO_ANSWER);
  g_object_add_weak_pointer (G_OBJECT (store), (gpointer *) &store);
  g_clear_object (&rig->history);
  g_object_unref (store);
  aloqa_test_wait_until (is_gone, &store);
  open_again (rig);
  assert_n (rig, 1, 1, 0);
}

#define ADD(name, set_up_func, func)                                                               \
  g_test_add ("/session/history/" name, Rig, NULL, set_up_func, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("begins-empty", set_up, test_begins_empty);
  ADD ("call-comes-back-as-it-was", set_up, test_call_comes_back_as_it_was);
  ADD ("newest-is-first-now-and-later", set_up, test_newest_is_first_now_and_later);
  ADD ("missed-call-counts-until-it-was-seen", set_up, test_missed_call_counts_until_it_was_seen);
  ADD ("call-is-listed-when-it-is-over", set_up, test_call_is_listed_when_it_is_over);
  ADD ("discarded-call-leaves-nothing", set_up, test_discarded_call_leaves_nothing);
  ADD ("interrupted-calls-are-found", set_up, test_interrupted_calls_are_found);
  ADD ("long-list-comes-by-pages", set_up, test_long_list_comes_by_pages);
  ADD ("changes-beside-a-page-are-kept", set_up, test_changes_beside_a_page_are_kept);
  ADD ("oldest-are-forgotten", set_up, test_oldest_are_forgotten);
  ADD ("deleted-calls-stay-away", set_up, test_deleted_calls_stay_away);
  ADD ("cleared-names-are-gone-from-the-disk", set_up, test_cleared_names_are_gone_from_the_disk);
  ADD ("accounts-are-apart", set_up, test_accounts_are_apart);
  ADD ("damaged-file-is-told-and-left-alone", set_up_folder,
       test_damaged_file_is_told_and_left_alone);
  ADD ("clearing-replaces-a-damaged-file", set_up_folder, test_clearing_replaces_a_damaged_file);
  ADD ("file-damaged-inside-is-told", set_up, test_file_damaged_inside_is_told);
  ADD ("folder-that-cannot-be-made-is-told", set_up_folder,
       test_folder_that_cannot_be_made_is_told);
  ADD ("held-file-is-told-and-caught-up-with", set_up, test_held_file_is_told_and_caught_up_with);
  ADD ("file-held-from-the-start-is-read-later", set_up,
       test_file_held_from_the_start_is_read_later);
  ADD ("file-of-a-newer-version-is-left-alone", set_up, test_file_of_a_newer_version_is_left_alone);
  ADD ("nonsense-in-the-file-is-survived", set_up, test_nonsense_in_the_file_is_survived);
  ADD ("dropped-history-still-writes", set_up_folder, test_dropped_history_still_writes);
  return g_test_run ();
}
