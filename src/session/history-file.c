/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-file.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Years of calls; what is older goes when the file is opened. */
#define MAX_CALLS 10000

/* Changes that wait for a file that is held by another program or on a full disk. */
#define MAX_UNSAVED 1000

struct _AloqaHistoryFile {
  char *path;
  char *server_origin;
  gint64 own_id;

  AloqaDatabase *database; /* NULL while it cannot be opened */
  GQueue unsaved;          /* of Change, oldest first */
  GError *trouble;         /* NULL while all is well */
};

typedef struct {
  const char *sql;
  GVariant *values;
} Change;

/* Never changed once released; a new step is added behind. */
static const char *const steps[] = {
  "CREATE TABLE calls ("
  " key TEXT PRIMARY KEY,"
  " server TEXT NOT NULL,"
  " own_id INTEGER NOT NULL,"
  " is_incoming INTEGER NOT NULL,"
  " peer_id INTEGER NOT NULL,"
  " username TEXT NOT NULL,"
  " name TEXT NOT NULL,"
  " picture TEXT,"
  " kind INTEGER NOT NULL,"
  " started_us INTEGER NOT NULL," /* since 1970, UTC */
  " duration_us INTEGER NOT NULL,"
  " is_answered INTEGER NOT NULL,"
  " outcome INTEGER NOT NULL," /* AloqaOutcome */
  " reason TEXT NOT NULL,"
  " is_seen INTEGER NOT NULL);"
  "CREATE INDEX calls_newest ON calls (server, own_id, started_us, key);"
  "CREATE INDEX calls_unseen ON calls (server, own_id) WHERE is_seen = 0;"
  "CREATE TABLE protocols ("
  " server TEXT NOT NULL,"
  " own_id INTEGER NOT NULL,"
  " peer_id INTEGER NOT NULL,"
  " protocol INTEGER NOT NULL," /* AloqaDialProtocol */
  " PRIMARY KEY (server, own_id, peer_id)) WITHOUT ROWID;",
  NULL,
};

/* Calls that nobody saw the end of, for the program was killed. The numbers are AloqaOutcome's. */
#define CLOSE_INTERRUPTED                                                                          \
  "UPDATE calls SET reason = 'interrupted',"                                                       \
  " outcome = CASE WHEN is_answered THEN 1 WHEN is_incoming THEN 2 ELSE 6 END,"                    \
  " is_seen = is_answered OR NOT is_incoming"                                                      \
  " WHERE server = ?1 AND own_id = ?2 AND outcome = 0"

#define FORGET_OLDEST                                                                              \
  "DELETE FROM calls WHERE key IN (SELECT key FROM calls WHERE server = ?1 AND own_id = ?2"        \
  " ORDER BY started_us DESC, key DESC LIMIT -1 OFFSET ?3)"

static void
free_change (gpointer data)
{
  Change *change = data;

  g_variant_unref (change->values);
  g_free (change);
}

/* Returns: (transfer full): what @cause, which SQLite said, means for the person. */
static GError *
explain (const GError *cause)
{
  const char *format =
      _ ("Calls cannot be saved in the history (%s). They are listed until you quit.");

  switch (cause->code) {
  case ALOQA_DATABASE_ERROR_NOT_A_DATABASE:
    format =
        _ ("The file of the call history is damaged (%s). New calls are listed until you quit. "
           "Clear All begins a new file.");
    break;
  case ALOQA_DATABASE_ERROR_BUSY:
    format = _ ("Another program holds the file of the call history (%s). Calls are saved as soon "
                "as it lets go of it.");
    break;
  case ALOQA_DATABASE_ERROR_FULL:
    format = _ ("There is no room on the disk for the call history (%s). Calls are saved as soon "
                "as there is some.");
    break;
  default:
    break;
  }

  return g_error_new (ALOQA_DATABASE_ERROR, cause->code, format, cause->message);
}

/* Whether the file stays unusable, however often it is tried. */
gboolean
aloqa_history_file_is_lasting (const GError *trouble)
{
  return g_error_matches (trouble, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_NOT_A_DATABASE) ||
         g_error_matches (trouble, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_TOO_NEW);
}

/* Whether what failed may work when it is tried again. */
static gboolean
may_pass (const GError *error)
{
  switch (error->code) {
  case ALOQA_DATABASE_ERROR_BUSY:
  case ALOQA_DATABASE_ERROR_FULL:
  case ALOQA_DATABASE_ERROR_READ_ONLY:
  case ALOQA_DATABASE_ERROR_CANNOT_OPEN:
    return TRUE;
  default:
    return FALSE;
  }
}

/* With no statement of the file open. */
static void
note_trouble (AloqaHistoryFile *self, const GError *cause)
{
  g_debug ("history: %s", cause->message);
  g_clear_error (&self->trouble);
  self->trouble = explain (cause);
  /* Nothing more can come of a file that is not what it should be. */
  if (aloqa_history_file_is_lasting (self->trouble))
    g_clear_pointer (&self->database, aloqa_database_close);
}

static void
bind_value (AloqaStatement *statement, int index, GVariant *value)
{
  g_autoptr (GVariant) inner = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64)) {
    aloqa_statement_bind_int (statement, index, g_variant_get_int64 (value));
  } else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)) {
    aloqa_statement_bind_int (statement, index, g_variant_get_boolean (value));
  } else {
    inner = g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE) ? g_variant_get_maybe (value)
                                                               : g_variant_ref (value);
    aloqa_statement_bind_text (statement, index,
                               inner != NULL ? g_variant_get_string (inner, NULL) : NULL);
  }
}

static void
bind_values (AloqaStatement *statement, GVariant *values)
{
  gsize n_values = g_variant_n_children (values);

  for (gsize i = 0; i < n_values; i++) {
    g_autoptr (GVariant) value = g_variant_get_child_value (values, i);

    bind_value (statement, (int) i + 3, value);
  }
}

static AloqaStatement *
prepare (AloqaHistoryFile *self, const char *sql, GError **error)
{
  AloqaStatement *statement = aloqa_database_prepare (self->database, sql, error);

  if (statement != NULL) {
    aloqa_statement_bind_text (statement, 1, self->server_origin);
    aloqa_statement_bind_int (statement, 2, self->own_id);
  }
  return statement;
}

static gboolean
run (AloqaHistoryFile *self, const char *sql, GVariant *values, GError **error)
{
  g_autoptr (AloqaStatement) statement = prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;
  bind_values (statement, values);
  return aloqa_statement_run (statement, error);
}

static gboolean
set_up (AloqaHistoryFile *self, GError **error)
{
  g_autoptr (GVariant) nothing = g_variant_ref_sink (g_variant_new ("()"));
  g_autoptr (GVariant) limit = g_variant_ref_sink (g_variant_new ("(x)", (gint64) MAX_CALLS));

  /* What a person deletes is gone, not only marked as free room. */
  return aloqa_database_exec (self->database, "PRAGMA secure_delete = ON", error) &&
         aloqa_database_migrate (self->database, "history", steps, error) &&
         run (self, CLOSE_INTERRUPTED, nothing, error) && run (self, FORGET_OLDEST, limit, error);
}

static gboolean
open_file (AloqaHistoryFile *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  /* Where this fails, opening says why. */
  g_mkdir_with_parents (folder, 0700);
  self->database = aloqa_database_open (self->path, error);
  if (self->database == NULL)
    return FALSE;
  if (!set_up (self, error)) {
    g_clear_pointer (&self->database, aloqa_database_close);
    return FALSE;
  }
  return TRUE;
}

static gboolean
ensure_open (AloqaHistoryFile *self)
{
  g_autoptr (GError) error = NULL;

  if (self->database != NULL)
    return TRUE;
  if (aloqa_history_file_is_lasting (self->trouble)) {
    g_queue_clear_full (&self->unsaved, free_change);
    return FALSE;
  }
  if (open_file (self, &error))
    return TRUE;

  note_trouble (self, error);
  return FALSE;
}

/**
 * aloqa_history_file_new:
 * @path: where it is, or is to be; opened when it is first used
 */
AloqaHistoryFile *
aloqa_history_file_new (const char *path, const char *server_origin, gint64 own_id)
{
  AloqaHistoryFile *self = g_new0 (AloqaHistoryFile, 1);

  self->path = g_strdup (path);
  self->server_origin = g_strdup (server_origin);
  self->own_id = own_id;
  g_queue_init (&self->unsaved);
  return self;
}

void
aloqa_history_file_free (AloqaHistoryFile *self)
{
  if (self == NULL)
    return;

  g_queue_clear_full (&self->unsaved, free_change);
  g_clear_pointer (&self->database, aloqa_database_close);
  g_clear_error (&self->trouble);
  g_free (self->path);
  g_free (self->server_origin);
  g_free (self);
}

/**
 * aloqa_history_file_save_rest:
 *
 * Tries to write what could not be written before, in order, and to open a file that could not be
 * opened.
 */
void
aloqa_history_file_save_rest (AloqaHistoryFile *self)
{
  if (!ensure_open (self))
    return;

  while (!g_queue_is_empty (&self->unsaved)) {
    g_autoptr (GError) error = NULL;
    Change *change = g_queue_peek_head (&self->unsaved);

    if (!run (self, change->sql, change->values, &error)) {
      if (!may_pass (error))
        free_change (g_queue_pop_head (&self->unsaved));
      note_trouble (self, error);
      return;
    }
    free_change (g_queue_pop_head (&self->unsaved));
  }
  g_clear_error (&self->trouble);
}

/**
 * aloqa_history_file_write:
 * @sql: a static string; changes something
 * @values: (transfer floating): a tuple of x, b, s and ms, for ?3, ?4 …
 *
 * Writes now; while there is trouble, when it is over: a file that is held is not waited for each
 * time.
 */
void
aloqa_history_file_write (AloqaHistoryFile *self, const char *sql, GVariant *values)
{
  Change *change = g_new (Change, 1);

  *change = (Change){ sql, g_variant_ref_sink (values) };
  if (self->unsaved.length == MAX_UNSAVED)
    free_change (g_queue_pop_head (&self->unsaved));
  g_queue_push_tail (&self->unsaved, change);
  if (self->trouble == NULL)
    aloqa_history_file_save_rest (self);
}

static gboolean
read_rows (AloqaHistoryFile *self, const char *sql, GVariant *values, AloqaHistoryRowFunc func,
           gpointer user_data, GError **error)
{
  g_autoptr (AloqaStatement) statement = prepare (self, sql, error);
  AloqaStep step;

  if (statement == NULL)
    return FALSE;
  bind_values (statement, values);
  while ((step = aloqa_statement_step (statement, error)) == ALOQA_STEP_ROW)
    func (statement, user_data);
  return step == ALOQA_STEP_DONE;
}

/**
 * aloqa_history_file_read:
 * @values: (transfer floating): as for aloqa_history_file_write()
 * @func: called for each row
 *
 * Returns: whether everything was read; else the file's trouble tells
 */
gboolean
aloqa_history_file_read (AloqaHistoryFile *self, const char *sql, GVariant *values,
                         AloqaHistoryRowFunc func, gpointer user_data)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (values);
  g_autoptr (GError) error = NULL;

  if (self->trouble != NULL || !ensure_open (self))
    return FALSE;
  if (read_rows (self, sql, held, func, user_data, &error))
    return TRUE;

  note_trouble (self, error);
  return FALSE;
}

/* The write-ahead log, too, forgets what was deleted. */
void
aloqa_history_file_compact (AloqaHistoryFile *self)
{
  if (self->database != NULL)
    aloqa_database_exec (self->database, "PRAGMA wal_checkpoint (TRUNCATE)", NULL);
}

/**
 * aloqa_history_file_start_over:
 *
 * Deletes the file, whatever it is, with what waits to be written, and begins a new one.
 */
void
aloqa_history_file_start_over (AloqaHistoryFile *self)
{
  const char *const endings[] = { "", "-wal", "-shm" };

  g_clear_pointer (&self->database, aloqa_database_close);
  g_queue_clear_full (&self->unsaved, free_change);
  g_clear_error (&self->trouble);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *path = g_strconcat (self->path, endings[i], NULL);

    g_unlink (path);
  }
  ensure_open (self);
}

/* Returns: (nullable): why the file is not read or written at present, for the person */
const GError *
aloqa_history_file_get_trouble (AloqaHistoryFile *self)
{
  return self->trouble;
}
