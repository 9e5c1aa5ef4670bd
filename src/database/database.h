/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_DATABASE_ERROR_FAILED,         /* what SQLite says is in the message */
  ALOQA_DATABASE_ERROR_CANNOT_OPEN,    /* no such folder, no permission */
  ALOQA_DATABASE_ERROR_NOT_A_DATABASE, /* some other kind of file, or a damaged one */
  ALOQA_DATABASE_ERROR_BUSY,           /* another program has held it for too long */
  ALOQA_DATABASE_ERROR_FULL,           /* no room on the disk; nothing was changed */
  ALOQA_DATABASE_ERROR_READ_ONLY,
  ALOQA_DATABASE_ERROR_CONSTRAINT, /* a UNIQUE or NOT NULL of the table says no */
  ALOQA_DATABASE_ERROR_TOO_NEW,    /* written by a newer version of the program */
} AloqaDatabaseError;

#define ALOQA_DATABASE_ERROR (aloqa_database_error_quark ())
GQuark aloqa_database_error_quark (void);

/* In place of a file's path. */
#define ALOQA_DATABASE_IN_MEMORY ":memory:"

/* One SQLite file, open. For one thread at a time. */
typedef struct _AloqaDatabase AloqaDatabase;

/* A prepared statement. Finish it before its database is closed. */
typedef struct _AloqaStatement AloqaStatement;

typedef enum {
  ALOQA_STEP_ERROR = -1,
  ALOQA_STEP_DONE = 0,
  ALOQA_STEP_ROW = 1,
} AloqaStep;

AloqaDatabase *aloqa_database_open (const char *path, GError **error);
void aloqa_database_close (AloqaDatabase *self);
gboolean aloqa_database_exec (AloqaDatabase *self, const char *sql, GError **error);
gboolean aloqa_database_migrate (AloqaDatabase *self, const char *part, const char *const *steps,
                                 GError **error);
gint64 aloqa_database_get_last_id (AloqaDatabase *self);
gint64 aloqa_database_get_n_changes (AloqaDatabase *self);

AloqaStatement *aloqa_database_prepare (AloqaDatabase *self, const char *sql, GError **error);
void aloqa_statement_free (AloqaStatement *self);
void aloqa_statement_bind_int (AloqaStatement *self, int index, gint64 value);
void aloqa_statement_bind_text (AloqaStatement *self, int index, const char *value);
AloqaStep aloqa_statement_step (AloqaStatement *self, GError **error);
gboolean aloqa_statement_run (AloqaStatement *self, GError **error);
void aloqa_statement_reset (AloqaStatement *self);
gint64 aloqa_statement_get_int (AloqaStatement *self, int column);
const char *aloqa_statement_get_text (AloqaStatement *self, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaDatabase, aloqa_database_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaStatement, aloqa_statement_free)

G_END_DECLS
