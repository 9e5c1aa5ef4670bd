/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "database/database.h"

#include "database/database-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_QUARK (aloqa_database_error, aloqa_database_error)

/* How long to wait for another program that is writing: its transactions take milliseconds. */
#define BUSY_TIMEOUT_MS 2000

/* A file of the existing system holds text, not gigabytes in one cell; SQLite's own limit is 1 GB. */
#define MAX_CELL_BYTES (16 * 1024 * 1024)

static AloqaDatabaseError
get_code (int result)
{
  switch (result & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return ALOQA_DATABASE_ERROR_BUSY;
  case SQLITE_FULL:
    return ALOQA_DATABASE_ERROR_FULL;
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return ALOQA_DATABASE_ERROR_READ_ONLY;
  case SQLITE_CANTOPEN:
  case SQLITE_AUTH:
    return ALOQA_DATABASE_ERROR_CANNOT_OPEN;
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
    return ALOQA_DATABASE_ERROR_NOT_A_DATABASE;
  case SQLITE_CONSTRAINT:
    return ALOQA_DATABASE_ERROR_CONSTRAINT;
  default:
    return ALOQA_DATABASE_ERROR_FAILED;
  }
}

/* What SQLite says of its last failure, as our own error. */
void
aloqa_database_set_error (sqlite3 *handle, GError **error)
{
  const char *path = sqlite3_db_filename (handle, "main");

  g_set_error (error, ALOQA_DATABASE_ERROR, get_code (sqlite3_extended_errcode (handle)),
               "database %s: %s", path != NULL && *path != '\0' ? path : "in memory",
               sqlite3_errmsg (handle));
}

/*
 * WAL, so that a reader never waits for a writer in another process; one sync a checkpoint is
 * enough for it never to be damaged (the last moments before a power cut can be lost).
 */
static gboolean
configure (AloqaDatabase *self, GError **error)
{
  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  sqlite3_limit (self->handle, SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES);
  /* A file may come from anywhere: its schema must not run functions of ours or of extensions. */
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

  return aloqa_database_exec (self,
                              "PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = NORMAL;"
                              "PRAGMA foreign_keys = ON;",
                              error);
}

/* SQLite would make it readable by everyone; its other files get the mode of this one. */
static void
create_private (const char *path)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    g_close (fd, NULL);
}

/**
 * aloqa_database_open:
 * @path: (nullable): a file, made (for its owner alone) where there is none; NULL, or SQLite's own
 *   name for it, ALOQA_DATABASE_IN_MEMORY: in memory
 *
 * Returns: (transfer full): the open database, or NULL with an ALOQA_DATABASE_ERROR
 */
AloqaDatabase *
aloqa_database_open (const char *path, GError **error)
{
  g_autoptr (AloqaDatabase) self = g_new0 (AloqaDatabase, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  if (path == NULL)
    path = ALOQA_DATABASE_IN_MEMORY;
  if (strcmp (path, ALOQA_DATABASE_IN_MEMORY) != 0)
    create_private (path);
  if (sqlite3_open_v2 (path, &self->handle, flags, NULL) != SQLITE_OK) {
    g_set_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_CANNOT_OPEN,
                 "cannot open the database %s: %s", path,
                 self->handle != NULL ? sqlite3_errmsg (self->handle) : "no memory");
    return NULL;
  }
  if (!configure (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * aloqa_database_close:
 *
 * Every statement of it must be freed before.
 */
void
aloqa_database_close (AloqaDatabase *self)
{
  if (self == NULL)
    return;

  if (sqlite3_close (self->handle) != SQLITE_OK)
    g_critical ("a database is closed with statements open");
  g_free (self);
}

/**
 * aloqa_database_exec:
 * @sql: one or more statements that give no rows; never built from what comes from outside
 */
gboolean
aloqa_database_exec (AloqaDatabase *self, const char *sql, GError **error)
{
  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
    aloqa_database_set_error (self->handle, error);
    return FALSE;
  }

  return TRUE;
}

static gboolean
get_version (AloqaDatabase *self, const char *part, gint64 *version, GError **error)
{
  g_autoptr (AloqaStatement) statement =
      aloqa_database_prepare (self, "SELECT version FROM aloqa_schema WHERE part = ?1", error);
  AloqaStep step;

  if (statement == NULL)
    return FALSE;
  aloqa_statement_bind_text (statement, 1, part);
  step = aloqa_statement_step (statement, error);
  *version = step == ALOQA_STEP_ROW ? aloqa_statement_get_int (statement, 0) : 0;
  return step != ALOQA_STEP_ERROR;
}

static gboolean
set_version (AloqaDatabase *self, const char *part, gint64 version, GError **error)
{
  g_autoptr (AloqaStatement) statement = aloqa_database_prepare (
      self, "INSERT OR REPLACE INTO aloqa_schema (part, version) VALUES (?1, ?2)", error);

  if (statement == NULL)
    return FALSE;
  aloqa_statement_bind_text (statement, 1, part);
  aloqa_statement_bind_int (statement, 2, version);
  return aloqa_statement_run (statement, error);
}

static gboolean
run_steps (AloqaDatabase *self, const char *part, const char *const *steps, GError **error)
{
  gint64 n_steps = g_strv_length ((char **) steps);
  gint64 version;

  if (!aloqa_database_exec (self,
                            "CREATE TABLE IF NOT EXISTS aloqa_schema"
                            " (part TEXT PRIMARY KEY, version INTEGER NOT NULL)",
                            error) ||
      !get_version (self, part, &version, error))
    return FALSE;
  if (version > n_steps) {
    g_set_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_TOO_NEW,
                 "the database was written by a newer version of this program (%s %" G_GINT64_FORMAT
                 ", known here: %" G_GINT64_FORMAT "): install that version again",
                 part, version, n_steps);
    return FALSE;
  }
  for (gint64 i = version; i < n_steps; i++) {
    if (!aloqa_database_exec (self, steps[i], error))
      return FALSE;
  }

  return version == n_steps || set_version (self, part, n_steps, error);
}

/**
 * aloqa_database_migrate:
 * @part: whose tables they are; each part counts its own steps
 * @steps: (array zero-terminated=1): the SQL that led from nothing to today, oldest first. A step
 *   that has been released is never changed; a new one is added behind it.
 *
 * Runs the steps that this file has not seen, all or none.
 *
 * Returns: FALSE with ALOQA_DATABASE_ERROR_TOO_NEW where the file has seen more steps than there
 *   are, or with what went wrong
 */
gboolean
aloqa_database_migrate (AloqaDatabase *self, const char *part, const char *const *steps,
                        GError **error)
{
  /* IMMEDIATE: two programs that open a new file at once must not both run the first step. */
  if (!aloqa_database_exec (self, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (run_steps (self, part, steps, error) && aloqa_database_exec (self, "COMMIT", error))
    return TRUE;

  aloqa_database_exec (self, "ROLLBACK", NULL);
  return FALSE;
}

/**
 * aloqa_database_get_last_id:
 *
 * Returns: the row id of the last INSERT that worked
 */
gint64
aloqa_database_get_last_id (AloqaDatabase *self)
{
  return sqlite3_last_insert_rowid (self->handle);
}

/**
 * aloqa_database_get_n_changes:
 *
 * Returns: how many rows the last INSERT, UPDATE or DELETE touched
 */
gint64
aloqa_database_get_n_changes (AloqaDatabase *self)
{
  return sqlite3_changes (self->handle);
}
