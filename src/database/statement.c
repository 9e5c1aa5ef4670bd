/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "database/database.h"

#include "database/database-private.h"

struct _AloqaStatement {
  sqlite3_stmt *handle;
};

/**
 * aloqa_database_prepare:
 * @sql: one statement, with ?1, ?2 … where values go
 *
 * Returns: (transfer full): NULL with an error, for example where a table has not got a column
 */
AloqaStatement *
aloqa_database_prepare (AloqaDatabase *self, const char *sql, GError **error)
{
  AloqaStatement *statement;
  sqlite3_stmt *handle;

  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL) !=
      SQLITE_OK) {
    aloqa_database_set_error (self->handle, error);
    return NULL;
  }

  statement = g_new0 (AloqaStatement, 1);
  statement->handle = handle;
  return statement;
}

void
aloqa_statement_free (AloqaStatement *self)
{
  if (self == NULL)
    return;

  sqlite3_finalize (self->handle);
  g_free (self);
}

/**
 * aloqa_statement_bind_int:
 * @index: from 1, as in the SQL
 */
void
aloqa_statement_bind_int (AloqaStatement *self, int index, gint64 value)
{
  if (sqlite3_bind_int64 (self->handle, index, value) != SQLITE_OK)
    g_critical ("no place ?%d in %s", index, sqlite3_sql (self->handle));
}

/**
 * aloqa_statement_bind_text:
 * @index: from 1, as in the SQL
 * @value: (nullable): UTF-8, copied; NULL: SQL's NULL
 */
void
aloqa_statement_bind_text (AloqaStatement *self, int index, const char *value)
{
  if (sqlite3_bind_text (self->handle, index, value, -1, SQLITE_TRANSIENT) != SQLITE_OK)
    g_critical ("no place ?%d in %s", index, sqlite3_sql (self->handle));
}

/**
 * aloqa_statement_step:
 *
 * Returns: ALOQA_STEP_ROW while there are rows to read; after ALOQA_STEP_ERROR the statement is
 *   reset
 */
AloqaStep
aloqa_statement_step (AloqaStatement *self, GError **error)
{
  int result = sqlite3_step (self->handle);

  if (result == SQLITE_ROW)
    return ALOQA_STEP_ROW;
  if (result == SQLITE_DONE)
    return ALOQA_STEP_DONE;

  aloqa_database_set_error (sqlite3_db_handle (self->handle), error);
  sqlite3_reset (self->handle);
  return ALOQA_STEP_ERROR;
}

/**
 * aloqa_statement_run:
 *
 * Runs a statement to its end, whatever rows it gives, and makes it ready to be run again.
 */
gboolean
aloqa_statement_run (AloqaStatement *self, GError **error)
{
  AloqaStep step;

  do
    step = aloqa_statement_step (self, error);
  while (step == ALOQA_STEP_ROW);

  aloqa_statement_reset (self);
  return step == ALOQA_STEP_DONE;
}

/**
 * aloqa_statement_reset:
 *
 * Makes it ready to be run again; what was bound is forgotten.
 */
void
aloqa_statement_reset (AloqaStatement *self)
{
  sqlite3_reset (self->handle);
  sqlite3_clear_bindings (self->handle);
}

/**
 * aloqa_statement_get_int:
 * @column: from 0
 *
 * Returns: the value in the current row as a number; 0 for NULL
 */
gint64
aloqa_statement_get_int (AloqaStatement *self, int column)
{
  return sqlite3_column_int64 (self->handle, column);
}

/**
 * aloqa_statement_get_text:
 * @column: from 0
 *
 * Returns: (transfer none) (nullable): the value in the current row, until the next step; NULL for
 *   NULL, and for text that is not UTF-8: nobody else has to check what a file contains
 */
const char *
aloqa_statement_get_text (AloqaStatement *self, int column)
{
  const char *text = (const char *) sqlite3_column_text (self->handle, column);

  return text != NULL && g_utf8_validate (text, -1, NULL) ? text : NULL;
}
