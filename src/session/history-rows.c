/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-rows.h"

#include "session/history-entry-private.h"

#define SAVE                                                                                       \
  "INSERT OR REPLACE INTO calls (server, own_id, key, is_incoming, peer_id, username, name,"       \
  " picture, kind, started_us, duration_us, is_answered, outcome, reason, is_seen)"                \
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"

#define COLUMNS                                                                                    \
  "key, is_incoming, peer_id, username, name, picture, kind, started_us, duration_us,"             \
  " is_answered, outcome, reason, is_seen"

/* 0 is ALOQA_OUTCOME_ONGOING. The time is one of which a date can be made: before the year 9999. */
#define OVER                                                                                       \
  "server = ?1 AND own_id = ?2 AND outcome <> 0 AND started_us BETWEEN 0 AND 253370764799000000"

/* Has the same columns in the same order as the index, and walks along it. */
#define LOAD                                                                                       \
  "SELECT " COLUMNS " FROM calls WHERE " OVER " AND (started_us, key) < (?3, ?4)"                  \
  " ORDER BY started_us DESC, key DESC LIMIT ?5"

#define READ_ALL "SELECT json_group_array (json_array (" COLUMNS ")) FROM calls WHERE " OVER

#define VALUE(n) ", json_extract (value, '$[" #n "]')"

#define PUT_BACK                                                                                   \
  "INSERT OR REPLACE INTO calls (server, own_id, " COLUMNS ") SELECT ?1, ?2" VALUE (0) VALUE (1)   \
      VALUE (2) VALUE (3) VALUE (4) VALUE (5) VALUE (6) VALUE (7) VALUE (8) VALUE (9) VALUE (10)   \
          VALUE (11) VALUE (12) " FROM json_each (?3)"

#define COUNT "SELECT COUNT (*), COUNT (*) FILTER (WHERE is_seen = 0) FROM calls WHERE " OVER

/* A page that is being loaded. */
typedef struct {
  AloqaHistoryPage page;
  gint64 before_us;
  char *before_key;
  guint n_rows;
  AloqaHistoryPageFunc func;
  gpointer user_data;
  GDestroyNotify free_user_data;
} Load;

/**
 * aloqa_history_rows_save:
 *
 * Writes @entry as it is now, new or not.
 */
void
aloqa_history_rows_save (AloqaHistoryStore *store, AloqaHistoryEntry *entry)
{
  aloqa_history_store_write (
      store, SAVE,
      g_variant_new ("(sbxssmsxxxbxsb)", entry->key, entry->is_incoming, entry->peer_id,
                     entry->username, entry->name, entry->picture, (gint64) entry->kind,
                     entry->started_us, entry->duration_us, entry->is_answered,
                     (gint64) entry->outcome, entry->reason, entry->is_seen));
}

void
aloqa_history_rows_delete (AloqaHistoryStore *store, AloqaHistoryEntry *entry)
{
  aloqa_history_store_write (store,
                             "DELETE FROM calls WHERE server = ?1 AND own_id = ?2 AND key = ?3",
                             g_variant_new ("(s)", entry->key));
}

void
aloqa_history_rows_mark_seen (AloqaHistoryStore *store)
{
  aloqa_history_store_write (
      store, "UPDATE calls SET is_seen = 1 WHERE server = ?1 AND own_id = ?2 AND is_seen = 0",
      g_variant_new ("()"));
}

static void
delete_all (AloqaHistoryFile *file)
{
  aloqa_history_file_write (file, "DELETE FROM calls WHERE " OVER, g_variant_new ("()"));
  aloqa_history_file_compact (file);
}

static void
run_clear (AloqaHistoryFile *file, gpointer data)
{
  if (g_error_matches (aloqa_history_file_get_trouble (file), ALOQA_DATABASE_ERROR,
                       ALOQA_DATABASE_ERROR_NOT_A_DATABASE)) {
    aloqa_history_file_start_over (file);
    return;
  }
  delete_all (file);
}

/* Deletes the calls of this account that are over; of a damaged file, the whole file. */
void
aloqa_history_rows_clear (AloqaHistoryStore *store)
{
  aloqa_history_store_run (store, run_clear, NULL, NULL, NULL);
}

/* Rows as a text that SQLite makes and reads. */
typedef struct {
  char *rows; /* or NULL */
  AloqaHistoryRowsFunc func;
  gpointer user_data;
  GDestroyNotify free_user_data;
} TakeOut;

static void
read_json (AloqaStatement *row, gpointer user_data)
{
  ((TakeOut *) user_data)->rows = g_strdup (aloqa_statement_get_text (row, 0));
}

/* What could not be read could not be put back, and stays. */
static void
run_take_out (AloqaHistoryFile *file, gpointer data)
{
  TakeOut *take_out = data;

  if (aloqa_history_file_read (file, READ_ALL, g_variant_new ("()"), read_json, take_out) &&
      take_out->rows != NULL)
    delete_all (file);
}

static void
take_out_done_cb (gpointer data)
{
  TakeOut *take_out = data;

  take_out->func (take_out->rows, take_out->user_data);
}

static void
free_take_out (gpointer data)
{
  TakeOut *take_out = data;

  if (take_out->free_user_data != NULL)
    take_out->free_user_data (take_out->user_data);
  g_free (take_out->rows);
  g_free (take_out);
}

/**
 * aloqa_history_rows_take_out:
 * @func: called on the main thread; what it gets lives as long as the call
 *
 * Deletes the calls of this account that are over, and gives them to @func.
 */
void
aloqa_history_rows_take_out (AloqaHistoryStore *store, AloqaHistoryRowsFunc func,
                             gpointer user_data, GDestroyNotify free_user_data)
{
  TakeOut *take_out = g_new0 (TakeOut, 1);

  *take_out = (TakeOut){ NULL, func, user_data, free_user_data };
  aloqa_history_store_run (store, run_take_out, take_out_done_cb, take_out, free_take_out);
}

/* All of them, or none where that fails; later where the file cannot be written now. */
void
aloqa_history_rows_put_back (AloqaHistoryStore *store, const char *rows)
{
  aloqa_history_store_write (store, PUT_BACK, g_variant_new ("(s)", rows));
}

static char *
dup_text (AloqaStatement *row, int column)
{
  const char *text = aloqa_statement_get_text (row, column);

  return g_strdup (text != NULL ? text : "");
}

/* A file can say anything: what is read is in range, whatever is in it. */
static void
read_row (AloqaStatement *row, gpointer user_data)
{
  Load *load = user_data;
  AloqaHistoryEntry *entry = aloqa_history_entry_new ();
  gint64 outcome = aloqa_statement_get_int (row, 10);

  entry->key = dup_text (row, 0);
  entry->is_incoming = aloqa_statement_get_int (row, 1) != 0;
  entry->peer_id = MAX (aloqa_statement_get_int (row, 2), 0);
  entry->username = dup_text (row, 3);
  entry->name = dup_text (row, 4);
  entry->picture = g_strdup (aloqa_statement_get_text (row, 5));
  entry->kind =
      aloqa_statement_get_int (row, 6) == ALOQA_CALL_AUDIO ? ALOQA_CALL_AUDIO : ALOQA_CALL_VIDEO;
  entry->started_us = aloqa_statement_get_int (row, 7);
  entry->duration_us = MAX (aloqa_statement_get_int (row, 8), 0);
  entry->is_answered = aloqa_statement_get_int (row, 9) != 0;
  entry->outcome =
      outcome > 0 && outcome < ALOQA_N_OUTCOMES ? (AloqaOutcome) outcome : ALOQA_OUTCOME_FAILED;
  entry->reason = dup_text (row, 11);
  entry->is_seen = aloqa_statement_get_int (row, 12) != 0;
  g_ptr_array_add (load->page.entries, entry);
}

static void
read_counts (AloqaStatement *row, gpointer user_data)
{
  Load *load = user_data;

  load->page.n_entries = (guint) aloqa_statement_get_int (row, 0);
  load->page.n_missed = (guint) aloqa_statement_get_int (row, 1);
}

static void
run_load (AloqaHistoryFile *file, gpointer data)
{
  Load *load = data;
  GVariant *values =
      g_variant_new ("(xsx)", load->before_us, load->before_key, (gint64) load->n_rows + 1);

  load->page.was_read =
      aloqa_history_file_read (file, LOAD, values, read_row, load) &&
      aloqa_history_file_read (file, COUNT, g_variant_new ("()"), read_counts, load);
  if (!load->page.was_read)
    g_ptr_array_set_size (load->page.entries, 0);

  load->page.has_more = load->page.entries->len > load->n_rows;
  if (load->page.has_more)
    g_ptr_array_set_size (load->page.entries, (int) load->n_rows);
}

static void
load_done_cb (gpointer data)
{
  Load *load = data;

  load->func (&load->page, load->user_data);
}

static void
free_load (gpointer data)
{
  Load *load = data;

  if (load->free_user_data != NULL)
    load->free_user_data (load->user_data);
  g_ptr_array_unref (load->page.entries);
  g_free (load->before_key);
  g_free (load);
}

/**
 * aloqa_history_rows_load:
 * @after: (nullable): the oldest entry that is there already; %NULL for the newest page
 * @func: called on the main thread; the page lives as long as the call
 */
void
aloqa_history_rows_load (AloqaHistoryStore *store, AloqaHistoryEntry *after, guint n_rows,
                         AloqaHistoryPageFunc func, gpointer user_data,
                         GDestroyNotify free_user_data)
{
  Load *load = g_new0 (Load, 1);

  load->page.entries = g_ptr_array_new_with_free_func (g_object_unref);
  load->before_us = after != NULL ? after->started_us : G_MAXINT64;
  load->before_key = g_strdup (after != NULL ? after->key : "");
  load->n_rows = n_rows;
  load->func = func;
  load->user_data = user_data;
  load->free_user_data = free_user_data;
  aloqa_history_store_run (store, run_load, load_done_cb, load, free_load);
}
