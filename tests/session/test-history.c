/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-rig.h"

#include <string.h>

static void
test_begins_empty (HistoryRig *rig, gconstpointer data)
{
  history_rig_assert_n (rig, 0, 0, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (rig->history), 0));
  g_assert_true (g_file_test (rig->path, G_FILE_TEST_EXISTS));
}

static void
test_call_comes_back_as_it_was (HistoryRig *rig, gconstpointer data)
{
  gint64 before_us = g_get_real_time ();
  AloqaHistoryEntry *entry;
  g_autoptr (AloqaContact) contact = NULL;
  g_autoptr (GDateTime) start = NULL;

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_ANSWERED);
  history_rig_open_again (rig);

  history_rig_assert_n (rig, 1, 1, 0);
  entry = history_rig_get (rig, 0);
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
test_newest_is_first_now_and_later (HistoryRig *rig, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    history_rig_add (rig, FALSE, i % 2 == 0 ? ALOQA_OUTCOME_NO_ANSWER : ALOQA_OUTCOME_CANCELLED);

  for (guint run = 0; run < 2; run++) {
    history_rig_assert_n (rig, 5, 5, 0);
    for (guint i = 1; i < 5; i++)
      g_assert_true (
          aloqa_history_entry_is_newer (history_rig_get (rig, i - 1), history_rig_get (rig, i)));
    history_rig_open_again (rig);
  }
}

static void
count_cb (guint *n, GParamSpec *pspec, GObject *object)
{
  (*n)++;
}

static void
test_missed_call_counts_until_it_was_seen (HistoryRig *rig, gconstpointer data)
{
  guint n_notices = 0;

  g_signal_connect_swapped (rig->history, "notify::n-missed", G_CALLBACK (count_cb), &n_notices);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_DECLINED);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_assert_n (rig, 3, 3, 2);
  g_assert_cmpuint (n_notices, ==, 2);
  g_assert_false (aloqa_history_entry_is_seen (history_rig_get (rig, 0)));

  history_rig_open_again (rig);
  history_rig_assert_n (rig, 3, 3, 2);
  g_assert_false (aloqa_history_entry_is_seen (history_rig_get (rig, 2)));
  aloqa_history_mark_seen (rig->history);
  history_rig_assert_n (rig, 3, 3, 0);
  g_assert_true (aloqa_history_entry_is_seen (history_rig_get (rig, 0)));
  g_assert_true (aloqa_history_entry_is_seen (history_rig_get (rig, 2)));

  history_rig_open_again (rig);
  history_rig_assert_n (rig, 3, 3, 0);
  g_assert_true (aloqa_history_entry_is_seen (history_rig_get (rig, 2)));
}

static void
test_call_is_listed_when_it_is_over (HistoryRig *rig, gconstpointer data)
{
  g_autoptr (AloqaHistoryEntry) entry =
      aloqa_history_begin (rig->history, rig->vali, FALSE, ALOQA_CALL_AUDIO);

  history_rig_assert_n (rig, 0, 0, 0);
  aloqa_history_note_answered (rig->history, entry);
  history_rig_assert_n (rig, 0, 0, 0);
  aloqa_history_end (rig->history, entry, ALOQA_CALL_VIDEO, ALOQA_OUTCOME_ANSWERED, "hung-up", 7);
  history_rig_assert_n (rig, 1, 1, 0);
  g_assert_true (history_rig_get (rig, 0) == entry);
  g_assert_cmpint (aloqa_history_entry_get_kind (entry), ==, ALOQA_CALL_VIDEO);
}

static void
test_discarded_call_leaves_nothing (HistoryRig *rig, gconstpointer data)
{
  AloqaHistoryEntry *entry = aloqa_history_begin (rig->history, rig->vali, FALSE, ALOQA_CALL_AUDIO);

  aloqa_history_discard (rig->history, entry);
  g_assert_finalize_object (entry);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 0, 0, 0);
}

/* As after a power cut: a call is begun, and this program never hears of its end. */
static void
test_interrupted_calls_are_found (HistoryRig *rig, gconstpointer data)
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
  history_rig_open_again (rig);

  history_rig_assert_n (rig, 3, 3, 1);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_assert_cmpint (aloqa_history_entry_get_outcome (history_rig_get (rig, i)), ==, expected[i]);
    g_assert_cmpstr (aloqa_history_entry_get_reason (history_rig_get (rig, i)), ==, "interrupted");
    g_assert_cmpint (aloqa_history_entry_is_seen (history_rig_get (rig, i)), ==, i != 0);
  }
}

static void
items_changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, guint *n)
{
  g_assert_cmpuint (n_removed, ==, 0);
  g_assert_cmpuint (position, ==, *n);
  *n += n_added;
}

static void
test_long_list_comes_by_pages (HistoryRig *rig, gconstpointer data)
{
  guint n;

  history_rig_add_rows (rig, 1234);
  history_rig_open_again (rig);

  n = g_list_model_get_n_items (G_LIST_MODEL (rig->history));
  g_assert_cmpuint (n, <, 200);
  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, 1234);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 123);

  /* The top of the list is read as often as one likes; no page comes for it. */
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (rig->history), 0));
  history_rig_flush_well (rig->history);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->history)), ==, n);

  g_signal_connect (rig->history, "items-changed", G_CALLBACK (items_changed_cb), &n);
  aloqa_test_wait_until (history_rig_is_whole, rig->history);
  g_assert_cmpuint (n, ==, 1234);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (aloqa_history_entry_get_peer_id (history_rig_get (rig, i)), ==, 1234 - i);
}

/* What happens while a page is on its way is in the page or in the list, and once. */
static void
test_changes_beside_a_page_are_kept (HistoryRig *rig, gconstpointer data)
{
  history_rig_add_rows (rig, 250);
  history_rig_close (rig);
  rig->history = history_rig_open (rig, HISTORY_OWN_ID);

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  aloqa_test_wait_until (history_rig_is_loaded, rig->history);
  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, 251);
  g_assert_cmpuint (aloqa_history_get_n_missed (rig->history), ==, 26);

  g_object_unref (g_list_model_get_item (G_LIST_MODEL (rig->history), 99));
  aloqa_history_mark_seen (rig->history);
  aloqa_history_delete (rig->history, history_rig_get (rig, 3));
  aloqa_test_wait_until (history_rig_is_whole, rig->history);
  history_rig_assert_n (rig, 250, 250, 0);
  for (guint i = 0; i < 250; i++)
    g_assert_true (aloqa_history_entry_is_seen (history_rig_get (rig, i)));

  g_object_unref (g_list_model_get_item (G_LIST_MODEL (rig->history), 249));
  aloqa_history_clear (rig->history);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 0, 0, 0);
}

static void
test_oldest_are_forgotten (HistoryRig *rig, gconstpointer data)
{
  history_rig_add_rows (rig, 10100);
  history_rig_open_again (rig);

  g_assert_cmpuint (aloqa_history_get_n_entries (rig->history), ==, 10000);
  g_assert_cmpint (aloqa_history_entry_get_peer_id (history_rig_get (rig, 0)), ==, 10100);
}

static void
test_deleted_calls_stay_away (HistoryRig *rig, gconstpointer data)
{
  g_autoptr (AloqaHistoryEntry) missed =
      g_object_ref (history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED));

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  aloqa_history_delete (rig->history, missed);
  history_rig_assert_n (rig, 1, 1, 1);
  g_assert_true (history_rig_get (rig, 0) != missed);
  aloqa_history_delete (rig->history, missed);
  history_rig_assert_n (rig, 1, 1, 1);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 1, 1, 1);

  aloqa_history_clear (rig->history);
  history_rig_assert_n (rig, 0, 0, 0);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 0, 0, 0);
}

static void
test_a_deleted_call_is_put_back_as_it_was (HistoryRig *rig, gconstpointer data)
{
  g_autoptr (AloqaHistoryEntry) missed =
      g_object_ref (history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED));

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_ANSWERED);
  aloqa_history_delete (rig->history, missed);
  for (guint i = 0; i < 2; i++) {
    aloqa_history_undelete (rig->history, missed); /* once */
    history_rig_assert_n (rig, 2, 2, 1);
    g_assert_true (history_rig_get (rig, 1) == missed);
  }
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 2, 2, 1);
  g_assert_cmpint (aloqa_history_entry_get_outcome (history_rig_get (rig, 1)), ==,
                   ALOQA_OUTCOME_MISSED);
}

static void
taken_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(char **) user_data = aloqa_history_take_out_finish (ALOQA_HISTORY (source), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_there (gpointer text)
{
  return *(char **) text != NULL;
}

/* Returns: (transfer full) */
static char *
take_out (HistoryRig *rig)
{
  char *taken_out = NULL;

  aloqa_history_take_out_async (rig->history, taken_out_cb, &taken_out);
  history_rig_assert_n (rig, 0, 0, 0);
  aloqa_test_wait_until (is_there, &taken_out);
  return taken_out;
}

/* The same calls with the same words, however many and wherever they are from. */
static void
test_calls_that_were_taken_out_are_put_back (HistoryRig *rig, gconstpointer data)
{
  g_autofree char *taken_out = NULL;
  AloqaHistoryEntry *entry;

  history_rig_add_rows (rig, 1234);
  g_object_unref (rig->vali);
  rig->vali = aloqa_contact_new (3, "o'\"zbek", "Oʻgʻ\\il \xf0\x9f\x93\x9e", NULL);
  history_rig_open_again (rig);
  history_rig_add (rig, FALSE, ALOQA_OUTCOME_ANSWERED);
  taken_out = take_out (rig);
  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED); /* meanwhile */
  aloqa_history_put_back (rig->history, taken_out);
  for (guint run = 0; run < 2; run++) {
    history_rig_flush_well (rig->history); /* and the first page is there */
    aloqa_test_wait_until (history_rig_is_whole, rig->history);
    history_rig_assert_n (rig, 1236, 1236, 124);
    entry = history_rig_get (rig, 1);
    g_assert_cmpstr (aloqa_history_entry_get_username (entry), ==, "o'\"zbek");
    g_assert_cmpstr (aloqa_history_entry_get_name (entry), ==, "Oʻgʻ\\il \xf0\x9f\x93\x9e");
    g_assert_cmpint (aloqa_history_entry_get_duration_us (entry), ==, 5000000);
    g_assert_cmpint (aloqa_history_entry_get_outcome (entry), ==, ALOQA_OUTCOME_ANSWERED);
    g_assert_cmpstr (aloqa_history_entry_get_reason (entry), ==, "hung-up");
    for (guint i = 2; i < 1236; i++)
      g_assert_cmpint (aloqa_history_entry_get_started_us (history_rig_get (rig, i)), ==,
                       (1236 - i) * G_USEC_PER_SEC);
    history_rig_open_again (rig);
  }
}

/* Whoever quits, or is killed, before they say so puts nothing back. */
static void
test_calls_that_were_taken_out_are_gone_at_once (HistoryRig *rig, gconstpointer data)
{
  g_autoptr (AloqaHistoryEntry) ongoing =
      aloqa_history_begin (rig->history, rig->vali, FALSE, ALOQA_CALL_VIDEO);
  g_autofree char *taken_out = NULL;
  AloqaHistory *other;

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  taken_out = take_out (rig);
  other = history_rig_open (rig, HISTORY_OWN_ID);
  aloqa_test_wait_until (history_rig_is_loaded, other);
  /* The call that goes on is nobody's to delete; another program takes it for one that was cut. */
  g_assert_cmpuint (aloqa_history_get_n_entries (other), ==, 1);
  history_rig_flush_well (other);
  g_assert_finalize_object (other);
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  g_assert_null (aloqa_history_take_out_finish (ALOQA_HISTORY (source), result, error));
}

/* What could not be put back is not taken out. */
static void
test_what_cannot_be_read_is_not_taken_out (HistoryRig *rig, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  history_rig_add_rows (rig, 3);
  {
    g_autoptr (AloqaDatabase) database = history_rig_open_file (rig);

    history_rig_exec (database, "UPDATE calls SET name = CAST (x'ff' AS TEXT) WHERE key = 'key1'");
  }
  history_rig_open_again (rig);
  aloqa_history_take_out_async (rig->history, refused_cb, &error);
  aloqa_test_wait_until (is_there, &error);
  g_assert_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_FAILED);
  history_rig_flush_well (rig->history);
  history_rig_assert_n (rig, 3, 3, 0);
}

/* Deleted means that no byte of it is left. */
static void
test_cleared_names_are_gone_from_the_disk (HistoryRig *rig, gconstpointer data)
{
  const char *const endings[] = { "", "-wal" };
  guint n_read = 0;

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_ANSWERED);
  history_rig_flush_well (rig->history);
  aloqa_history_clear (rig->history);
  history_rig_flush_well (rig->history);

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
test_accounts_are_apart (HistoryRig *rig, gconstpointer data)
{
  AloqaHistory *other = history_rig_open (rig, 77);

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_flush_well (rig->history);
  aloqa_test_wait_until (history_rig_is_loaded, other);
  g_assert_cmpuint (aloqa_history_get_n_entries (other), ==, 0);

  aloqa_history_mark_seen (other);
  aloqa_history_clear (other);
  history_rig_flush_well (other);
  g_assert_finalize_object (other);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 1, 1, 1);
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* What was begun is written, though nobody waits for it. */
static void
test_dropped_history_still_writes (HistoryRig *rig, gconstpointer data)
{
  AloqaHistoryStore *store = aloqa_history_store_new (rig->path, HISTORY_SERVER, HISTORY_OWN_ID);

  rig->history = aloqa_history_new (store);
  history_rig_add (rig, FALSE, ALOQA_OUTCOME_NO_ANSWER);
  g_object_add_weak_pointer (G_OBJECT (store), (gpointer *) &store);
  g_clear_object (&rig->history);
  g_object_unref (store);
  aloqa_test_wait_until (is_gone, &store);
  history_rig_open_again (rig);
  history_rig_assert_n (rig, 1, 1, 0);
}

#define ADD(name, set_up_func, func)                                                               \
  g_test_add ("/session/history/" name, HistoryRig, NULL, set_up_func, func, history_rig_tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("begins-empty", history_rig_set_up, test_begins_empty);
  ADD ("call-comes-back-as-it-was", history_rig_set_up, test_call_comes_back_as_it_was);
  ADD ("newest-is-first-now-and-later", history_rig_set_up, test_newest_is_first_now_and_later);
  ADD ("missed-call-counts-until-it-was-seen", history_rig_set_up,
       test_missed_call_counts_until_it_was_seen);
  ADD ("call-is-listed-when-it-is-over", history_rig_set_up, test_call_is_listed_when_it_is_over);
  ADD ("discarded-call-leaves-nothing", history_rig_set_up, test_discarded_call_leaves_nothing);
  ADD ("interrupted-calls-are-found", history_rig_set_up, test_interrupted_calls_are_found);
  ADD ("long-list-comes-by-pages", history_rig_set_up, test_long_list_comes_by_pages);
  ADD ("changes-beside-a-page-are-kept", history_rig_set_up, test_changes_beside_a_page_are_kept);
  ADD ("oldest-are-forgotten", history_rig_set_up, test_oldest_are_forgotten);
  ADD ("deleted-calls-stay-away", history_rig_set_up, test_deleted_calls_stay_away);
  ADD ("a-deleted-call-is-put-back-as-it-was", history_rig_set_up,
       test_a_deleted_call_is_put_back_as_it_was);
  ADD ("calls-that-were-taken-out-are-put-back", history_rig_set_up,
       test_calls_that_were_taken_out_are_put_back);
  ADD ("calls-that-were-taken-out-are-gone-at-once", history_rig_set_up,
       test_calls_that_were_taken_out_are_gone_at_once);
  ADD ("what-cannot-be-read-is-not-taken-out", history_rig_set_up,
       test_what_cannot_be_read_is_not_taken_out);
  ADD ("cleared-names-are-gone-from-the-disk", history_rig_set_up,
       test_cleared_names_are_gone_from_the_disk);
  ADD ("accounts-are-apart", history_rig_set_up, test_accounts_are_apart);
  ADD ("dropped-history-still-writes", history_rig_set_up_folder,
       test_dropped_history_still_writes);
  return g_test_run ();
}
