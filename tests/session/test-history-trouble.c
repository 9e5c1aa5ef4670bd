/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-rig.h"

#include <glib/gstdio.h>

static void
assert_works_in_memory (HistoryRig *rig)
{
  AloqaHistoryEntry *entry;

  history_rig_assert_n (rig, 0, 0, 0);
  entry = history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_add (rig, FALSE, ALOQA_OUTCOME_ANSWERED);
  history_rig_assert_n (rig, 2, 2, 1);
  aloqa_history_delete (rig->history, entry);
  history_rig_assert_n (rig, 1, 1, 0);
}

static void
assert_error (HistoryRig *rig, AloqaDatabaseError code)
{
  g_autoptr (GError) error = history_rig_flush (rig->history);

  g_assert_error (error, ALOQA_DATABASE_ERROR, (int) code);
  g_assert_error (aloqa_history_get_error (rig->history), ALOQA_DATABASE_ERROR, (int) code);
}

static void
write_garbage (HistoryRig *rig)
{
  g_autofree char *folder = g_path_get_dirname (rig->path);
  g_autofree char *text = g_strnfill (20000, 'x');

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (rig->path, text, -1, NULL));
}

static void
test_damaged_file_is_told_and_left_alone (HistoryRig *rig, gconstpointer data)
{
  g_autofree char *text = NULL;

  write_garbage (rig);
  history_rig_open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);
  assert_works_in_memory (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);

  g_assert_true (g_file_get_contents (rig->path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "xxxx"));
}

static void
test_clearing_replaces_a_damaged_file (HistoryRig *rig, gconstpointer data)
{
  write_garbage (rig);
  history_rig_open_again (rig);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);
  g_assert_true (aloqa_history_needs_clearing (rig->history));

  aloqa_history_clear (rig->history);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_DECLINED);
  history_rig_flush_well (rig->history);
  g_assert_no_error (aloqa_history_get_error (rig->history));
  g_assert_false (aloqa_history_needs_clearing (rig->history));
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 1, 1, 0);
}

/* The header is good, and what it points to is not. */
static void
test_file_damaged_inside_is_told (HistoryRig *rig, gconstpointer data)
{
  g_autofree char *text = NULL;
  gsize length;

  history_rig_add_rows (rig, 2000);
  history_rig_close (rig);
  {
    g_autoptr (AloqaDatabase) database = history_rig_open_file (rig);

    history_rig_exec (database, "PRAGMA wal_checkpoint (TRUNCATE)");
  }
  g_assert_true (g_file_get_contents (rig->path, &text, &length, NULL));
  for (gsize i = 8 * 4096; i < length; i++)
    text[i] = (char) (i * 7);
  g_assert_true (g_file_set_contents (rig->path, text, (gssize) length, NULL));

  history_rig_open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);
  assert_works_in_memory (rig);
}

static void
test_folder_that_cannot_be_made_is_told (HistoryRig *rig, gconstpointer data)
{
  g_autofree char *in_the_way = g_build_filename (rig->folder, "aloqa", NULL);

  g_assert_true (g_file_set_contents (in_the_way, "a file", -1, NULL));
  history_rig_open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_CANNOT_OPEN);
  assert_works_in_memory (rig);

  /* And when it can be made at last, nothing is lost. */
  g_assert_cmpint (g_unlink (in_the_way), ==, 0);
  history_rig_flush_well (rig->history);
  history_rig_assert_n (rig, 1, 1, 0);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 1, 1, 0);
}

static void
test_held_file_is_told_and_caught_up_with (HistoryRig *rig, gconstpointer data)
{
  AloqaDatabase *other = history_rig_open_file (rig);

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_flush_well (rig->history);
  history_rig_exec (other, "BEGIN IMMEDIATE");
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_assert_n (rig, 2, 2, 2);
  assert_error (rig, ALOQA_DATABASE_ERROR_BUSY);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_ANSWERED);
  aloqa_history_delete (rig->history, history_rig_get (rig, 2));
  history_rig_assert_n (rig, 2, 2, 1);

  history_rig_exec (other, "COMMIT");
  aloqa_database_close (other);
  history_rig_flush_well (rig->history);
  g_assert_no_error (aloqa_history_get_error (rig->history));
  history_rig_assert_n (rig, 2, 2, 1);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 2, 2, 1);
}

static gboolean
has_read_rows (gpointer history)
{
  return aloqa_history_get_n_entries (history) > 1;
}

static void
test_file_held_from_the_start_is_read_later (HistoryRig *rig, gconstpointer data)
{
  AloqaDatabase *other;

  history_rig_add_rows (rig, 20);
  history_rig_close (rig);
  other = history_rig_open_file (rig);
  history_rig_exec (other, "BEGIN IMMEDIATE");
  rig->history = history_rig_open (rig, HISTORY_OWN_ID);
  aloqa_test_wait_until (history_rig_is_loaded, rig->history);
  assert_error (rig, ALOQA_DATABASE_ERROR_BUSY);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_assert_n (rig, 1, 1, 1);

  history_rig_exec (other, "COMMIT");
  aloqa_database_close (other);
  history_rig_flush_well (rig->history);
  aloqa_test_wait_until (has_read_rows, rig->history);
  history_rig_assert_n (rig, 21, 21, 3);
}

static void
test_file_of_a_newer_version_is_left_alone (HistoryRig *rig, gconstpointer data)
{
  AloqaDatabase *other = history_rig_open_file (rig);

  history_rig_exec (other, "UPDATE aloqa_schema SET version = 99");
  aloqa_database_close (other);
  history_rig_open_again (rig);
  assert_error (rig, ALOQA_DATABASE_ERROR_TOO_NEW);
  g_assert_false (aloqa_history_needs_clearing (rig->history));
  assert_works_in_memory (rig);
  aloqa_history_clear (rig->history);
  assert_error (rig, ALOQA_DATABASE_ERROR_TOO_NEW);
}

/* Whoever wrote it: nothing that a file says can break the list. */
static void
test_nonsense_in_the_file_is_survived (HistoryRig *rig, gconstpointer data)
{
  AloqaDatabase *other = history_rig_open_file (rig);

  history_rig_exec (
      other,
      "INSERT INTO calls VALUES"
      " ('a', '" HISTORY_SERVER "', 2, 'x', -5, x'ff', x'fe', 7, 99, 1000000, -8, 3, 99, x'ff', 9),"
      " ('b', '" HISTORY_SERVER "', 2, 1, 3, 'u', 'n', NULL, 0, -1, 0, 0, 2, '', 0),"
      " ('c', '" HISTORY_SERVER
      "', 2, 1, 3, 'u', 'n', NULL, 0, 9223372036854775807, 0, 0, 2, '', 0),"
      " ('d', '" HISTORY_SERVER "', 2, 1, 3, 'u', 'n', NULL, 0, 'soon', 0, 0, 2, '', 0),"
      " (NULL, '" HISTORY_SERVER "', 2, 1, 3, 'u', 'n', NULL, 0, 5, 0, 0, 2, '', 0)");
  aloqa_database_close (other);
  history_rig_open_again (rig);

  history_rig_assert_n (rig, 2, 2, 1);
  g_assert_cmpint (aloqa_history_entry_get_outcome (history_rig_get (rig, 0)), ==,
                   ALOQA_OUTCOME_FAILED);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (history_rig_get (rig, 0)), ==, 0);
  g_assert_cmpint (aloqa_history_entry_get_duration_us (history_rig_get (rig, 0)), ==, 0);
  g_assert_cmpstr (aloqa_history_entry_get_name (history_rig_get (rig, 0)), ==, "");
}

#define ADD(name, set_up_func, func)                                                               \
  g_test_add ("/session/history-trouble/" name, HistoryRig, NULL, set_up_func, func,               \
              history_rig_tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("damaged-file-is-told-and-left-alone", history_rig_set_up_folder,
       test_damaged_file_is_told_and_left_alone);
  ADD ("clearing-replaces-a-damaged-file", history_rig_set_up_folder,
       test_clearing_replaces_a_damaged_file);
  ADD ("file-damaged-inside-is-told", history_rig_set_up, test_file_damaged_inside_is_told);
  ADD ("folder-that-cannot-be-made-is-told", history_rig_set_up_folder,
       test_folder_that_cannot_be_made_is_told);
  ADD ("held-file-is-told-and-caught-up-with", history_rig_set_up,
       test_held_file_is_told_and_caught_up_with);
  ADD ("file-held-from-the-start-is-read-later", history_rig_set_up,
       test_file_held_from_the_start_is_read_later);
  ADD ("file-of-a-newer-version-is-left-alone", history_rig_set_up,
       test_file_of_a_newer_version_is_left_alone);
  ADD ("nonsense-in-the-file-is-survived", history_rig_set_up,
       test_nonsense_in_the_file_is_survived);
  return g_test_run ();
}
