/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/accounts.h"

#include "base/rate-limiter.h"
#include "database/database.h"
#include "protocol/limits.h"
#include "server/limits.h"
#include "server/server.h"

#include <string.h>
#include <sys/stat.h>

#define COLUMNS                                                                                    \
  "id, username, password_hash, first_name, last_name, role, profile_pic, bio, is_active,"         \
  " created_at, updated_at"

/* A database that fails does so for every request: one line a minute tells as much. */
#define WARNINGS_HZ (1.0 / 60)

struct _AloqaAccounts {
  AloqaRateLimiter warnings;
  AloqaDatabase *database;
  AloqaStatement *by_name;
  AloqaStatement *by_id;
  AloqaStatement *revoked;
  AloqaStatement *version;
};

/* The existing system's own table, in a file that it has not made. Never altered. */
static const char users_table[] = "CREATE TABLE IF NOT EXISTS users ("
                                  " id INTEGER PRIMARY KEY,"
                                  " username TEXT NOT NULL UNIQUE,"
                                  " password_hash TEXT NOT NULL,"
                                  " first_name TEXT, last_name TEXT, profile_pic TEXT, bio TEXT,"
                                  " role TEXT NOT NULL DEFAULT 'user',"
                                  " is_active BOOLEAN NOT NULL DEFAULT 1,"
                                  " created_at DATETIME, updated_at DATETIME)";

/* What is ours. Released steps are never changed. */
static const char *const own_tables[] = {
  "CREATE TABLE aloqa_revoked_tokens ("
  " digest TEXT PRIMARY KEY," /* SHA-256: the token itself would be a secret */
  " expires_s INTEGER NOT NULL)",
  NULL,
};

void
aloqa_account_free (AloqaAccount *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->user, aloqa_user_free);
  g_free (self->password_hash);
  g_free (self);
}

AloqaCaller *
aloqa_account_dup_caller (const AloqaAccount *self)
{
  const AloqaUser *user = self->user;

  return aloqa_caller_new (user->id, user->username, user->first_name, user->last_name,
                           user->profile_pic);
}

static gboolean
prepare (AloqaAccounts *self, AloqaStatement **statement, const char *sql, GError **error)
{
  *statement = aloqa_database_prepare (self->database, sql, error);
  return *statement != NULL;
}

/**
 * aloqa_accounts_open:
 * @path: (nullable): a database file of this server or of the existing system, or a new one; NULL:
 *   in memory
 *
 * Returns: (transfer full): NULL with an ALOQA_DATABASE_ERROR, also where the users table is not
 *   the one we know
 */
AloqaAccounts *
aloqa_accounts_open (const char *path, GError **error)
{
  g_autoptr (AloqaAccounts) self = g_new0 (AloqaAccounts, 1);

  self->warnings = (AloqaRateLimiter){ .rate_hz = WARNINGS_HZ, .burst = 1 };
  self->database = aloqa_database_open (path, error);
  if (self->database == NULL || !aloqa_database_exec (self->database, users_table, error) ||
      !aloqa_database_migrate (self->database, "server", own_tables, error))
    return NULL;

  if (!prepare (self, &self->by_name, "SELECT " COLUMNS " FROM users WHERE username = ?1", error) ||
      !prepare (self, &self->by_id, "SELECT " COLUMNS " FROM users WHERE id = ?1", error) ||
      !prepare (self, &self->revoked, "SELECT 1 FROM aloqa_revoked_tokens WHERE digest = ?1",
                error) ||
      !prepare (self, &self->version, "PRAGMA data_version", error))
    return NULL;
  return g_steal_pointer (&self);
}

void
aloqa_accounts_free (AloqaAccounts *self)
{
  if (self == NULL)
    return;

  aloqa_statement_free (self->by_name);
  aloqa_statement_free (self->by_id);
  aloqa_statement_free (self->revoked);
  aloqa_statement_free (self->version);
  aloqa_database_close (self->database);
  g_free (self);
}

/* SQLAlchemy writes "2025-01-31 10:00:00.000000" into the file, and the existing server sends a T. */
static char *
dup_time (const char *text)
{
  return text != NULL ? g_strdelimit (g_strdup (text), " ", 'T') : NULL;
}

/* Returns: NULL for a row that is not a user we could send: without an id or with an unusable name. */
static AloqaAccount *
read_row (AloqaStatement *row)
{
  g_autoptr (AloqaAccount) account = NULL;
  const char *username = aloqa_statement_get_text (row, 1);
  const char *hash = aloqa_statement_get_text (row, 2);
  const char *picture = aloqa_statement_get_text (row, 6);
  AloqaUser *user;

  if (aloqa_statement_get_int (row, 0) <= 0 || username == NULL ||
      !aloqa_username_is_valid (username))
    return NULL;

  account = g_new0 (AloqaAccount, 1);
  account->user = user = aloqa_user_new (aloqa_statement_get_int (row, 0), username);
  /* Without a hash there is no password that fits. */
  account->password_hash = g_strdup (hash != NULL ? hash : "");
  user->first_name = aloqa_text_clean (aloqa_statement_get_text (row, 3), ALOQA_MAX_NAME_CHARS);
  user->last_name = aloqa_text_clean (aloqa_statement_get_text (row, 4), ALOQA_MAX_NAME_CHARS);
  if (g_strcmp0 (aloqa_statement_get_text (row, 5), "admin") == 0)
    user->role = ALOQA_USER_ROLE_ADMIN;
  if (picture != NULL && aloqa_profile_pic_is_valid (picture))
    user->profile_pic = g_strdup (picture);
  user->bio = aloqa_text_clean (aloqa_statement_get_text (row, 7), ALOQA_MAX_BIO_CHARS);
  user->is_active = aloqa_statement_get_int (row, 8) != 0;
  user->created_at = dup_time (aloqa_statement_get_text (row, 9));
  user->updated_at = dup_time (aloqa_statement_get_text (row, 10));
  return g_steal_pointer (&account);
}

/* Takes a bound statement for one row. */
static AloqaAccount *
find (AloqaStatement *statement, GError **error)
{
  AloqaStep step = aloqa_statement_step (statement, error);
  g_autoptr (AloqaAccount) account = step == ALOQA_STEP_ROW ? read_row (statement) : NULL;

  aloqa_statement_reset (statement);
  if (account == NULL && step != ALOQA_STEP_ERROR)
    g_set_error_literal (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_NO_USER,
                         "there is no such user");
  return g_steal_pointer (&account);
}

/**
 * aloqa_accounts_find_by_name:
 *
 * Returns: (transfer full): also one who is not active; NULL with ALOQA_SERVER_ERROR_NO_USER or an
 *   ALOQA_DATABASE_ERROR
 */
AloqaAccount *
aloqa_accounts_find_by_name (AloqaAccounts *self, const char *username, GError **error)
{
  aloqa_statement_bind_text (self->by_name, 1, username);
  return find (self->by_name, error);
}

/**
 * aloqa_accounts_find_by_id:
 *
 * Returns: as aloqa_accounts_find_by_name()
 */
AloqaAccount *
aloqa_accounts_find_by_id (AloqaAccounts *self, gint64 id, GError **error)
{
  aloqa_statement_bind_int (self->by_id, 1, id);
  return find (self->by_id, error);
}

static gboolean
contains (const char *text, const char *folded_needle)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, folded_needle) != NULL;
}

static gboolean
matches (const AloqaUser *user, gint64 for_id, const char *folded_needle)
{
  if (!user->is_active || user->role == ALOQA_USER_ROLE_ADMIN || user->id == for_id)
    return FALSE;
  return folded_needle == NULL || contains (user->username, folded_needle) ||
         contains (user->first_name, folded_needle) || contains (user->last_name, folded_needle);
}

/* SQLite's LIKE ignores case in ASCII only, and people here write Ў, Ғ and Ç. */
static GPtrArray *
select_users (AloqaAccounts *self, gboolean is_everyone, gint64 for_id, const char *text,
              GError **error)
{
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_user_free);
  g_autoptr (AloqaStatement) statement =
      aloqa_database_prepare (self->database, "SELECT " COLUMNS " FROM users ORDER BY id", error);
  g_autofree char *needle = text != NULL ? g_utf8_casefold (text, -1) : NULL;
  AloqaStep step = ALOQA_STEP_ERROR;

  while (statement != NULL && (step = aloqa_statement_step (statement, error)) == ALOQA_STEP_ROW &&
         (is_everyone || users->len < ALOQA_MAX_LISTED_USERS)) {
    g_autoptr (AloqaAccount) account = read_row (statement);

    if (account != NULL && (is_everyone || matches (account->user, for_id, needle)))
      g_ptr_array_add (users, g_steal_pointer (&account->user));
  }

  return step != ALOQA_STEP_ERROR ? g_steal_pointer (&users) : NULL;
}

/**
 * aloqa_accounts_list:
 *
 * Returns: (transfer full) (element-type AloqaUser): everyone, by id; NULL with an error
 */
GPtrArray *
aloqa_accounts_list (AloqaAccounts *self, GError **error)
{
  return select_users (self, TRUE, 0, NULL, error);
}

/**
 * aloqa_accounts_search:
 * @for_id: who asks, and is not listed
 * @text: (nullable): part of a user name, first or last name, in any case; NULL: everyone
 *
 * Returns: (transfer full) (element-type AloqaUser): those who are active and no administrators, by
 *   id, at most 2,000; NULL with an error
 */
GPtrArray *
aloqa_accounts_search (AloqaAccounts *self, gint64 for_id, const char *text, GError **error)
{
  return select_users (self, FALSE, for_id, text, error);
}

static void
explain_constraint (GError **error, const char *username)
{
  if (error == NULL ||
      !g_error_matches (*error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_CONSTRAINT))
    return;

  g_clear_error (error);
  g_set_error (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_USER_EXISTS,
               "there is a user %s already", username);
}

/**
 * aloqa_accounts_add:
 * @first_name: (nullable):
 * @last_name: (nullable):
 *
 * Returns: the new id; 0 with ALOQA_SERVER_ERROR_BAD_USER, ALOQA_SERVER_ERROR_USER_EXISTS or an
 *   ALOQA_DATABASE_ERROR
 */
gint64
aloqa_accounts_add (AloqaAccounts *self, const char *username, const char *password_hash,
                    const char *first_name, const char *last_name, gboolean is_admin,
                    GError **error)
{
  g_autoptr (AloqaStatement) insert = NULL;

  if (!aloqa_username_is_valid (username)) {
    g_set_error_literal (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_BAD_USER,
                         "this cannot be a user name: it must be some visible characters, at most "
                         "200 bytes of them");
    return 0;
  }

  insert = aloqa_database_prepare (
      self->database,
      "INSERT INTO users (username, password_hash, first_name, last_name, role, is_active,"
      " created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 1,"
      " strftime('%Y-%m-%d %H:%M:%f', 'now') || '000',"
      " strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')",
      error);
  if (insert == NULL)
    return 0;
  aloqa_statement_bind_text (insert, 1, username);
  aloqa_statement_bind_text (insert, 2, password_hash);
  aloqa_statement_bind_text (insert, 3, first_name);
  aloqa_statement_bind_text (insert, 4, last_name);
  aloqa_statement_bind_text (insert, 5, is_admin ? "admin" : "user");
  if (!aloqa_statement_run (insert, error)) {
    explain_constraint (error, username);
    return 0;
  }

  return aloqa_database_get_last_id (self->database);
}

/* @sql has the user name at ?1 and @value at ?2. */
static gboolean
update_user (AloqaAccounts *self, const char *sql, const char *username, const char *value,
             GError **error)
{
  g_autoptr (AloqaStatement) update = aloqa_database_prepare (self->database, sql, error);

  if (update == NULL)
    return FALSE;
  aloqa_statement_bind_text (update, 1, username);
  aloqa_statement_bind_text (update, 2, value);
  if (!aloqa_statement_run (update, error))
    return FALSE;
  if (aloqa_database_get_n_changes (self->database) == 0) {
    g_set_error (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_NO_USER, "there is no user %s",
                 username);
    return FALSE;
  }

  return TRUE;
}

gboolean
aloqa_accounts_set_password_hash (AloqaAccounts *self, const char *username,
                                  const char *password_hash, GError **error)
{
  return update_user (self,
                      "UPDATE users SET password_hash = ?2,"
                      " updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
                      " WHERE username = ?1",
                      username, password_hash, error);
}

gboolean
aloqa_accounts_disable (AloqaAccounts *self, const char *username, GError **error)
{
  return update_user (self,
                      "UPDATE users SET is_active = ?2,"
                      " updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
                      " WHERE username = ?1",
                      username, "0", error);
}

/**
 * aloqa_accounts_back_up:
 * @path: of a file that there is not yet; it is for its owner alone
 *
 * Copies the whole database as it is at this moment, other programs' tables as well.
 */
gboolean
aloqa_accounts_back_up (AloqaAccounts *self, const char *path, GError **error)
{
  g_autoptr (AloqaStatement) vacuum =
      aloqa_database_prepare (self->database, "VACUUM INTO ?1", error);
  mode_t mask;
  gboolean is_done;

  if (vacuum == NULL)
    return FALSE;
  aloqa_statement_bind_text (vacuum, 1, path);
  mask = umask (077);
  is_done = aloqa_statement_run (vacuum, error);
  umask (mask);
  return is_done;
}

/**
 * aloqa_accounts_warn:
 * @error: that the database has given; whoever asked has been told in few words
 */
void
aloqa_accounts_warn (AloqaAccounts *self, const GError *error)
{
  if (aloqa_rate_limiter_take (&self->warnings, g_get_monotonic_time ()))
    g_warning ("%s", error->message);
}

/**
 * aloqa_accounts_revoke:
 * @digest: of a refresh token
 * @expires_s: when the token would have ended anyway: it is remembered as long
 */
gboolean
aloqa_accounts_revoke (AloqaAccounts *self, const char *digest, gint64 expires_s, GError **error)
{
  g_autoptr (AloqaStatement) insert = NULL;

  if (!aloqa_database_exec (self->database,
                            "DELETE FROM aloqa_revoked_tokens"
                            " WHERE expires_s < CAST(strftime('%s', 'now') AS INTEGER)",
                            error))
    return FALSE;

  insert = aloqa_database_prepare (
      self->database,
      "INSERT OR IGNORE INTO aloqa_revoked_tokens (digest, expires_s) VALUES (?1, ?2)", error);
  if (insert == NULL)
    return FALSE;
  aloqa_statement_bind_text (insert, 1, digest);
  aloqa_statement_bind_int (insert, 2, expires_s);
  return aloqa_statement_run (insert, error);
}

/**
 * aloqa_accounts_is_revoked:
 * @is_revoked: (out): TRUE as well where it could not be found out
 */
gboolean
aloqa_accounts_is_revoked (AloqaAccounts *self, const char *digest, gboolean *is_revoked,
                           GError **error)
{
  AloqaStep step;

  aloqa_statement_bind_text (self->revoked, 1, digest);
  step = aloqa_statement_step (self->revoked, error);
  aloqa_statement_reset (self->revoked);
  *is_revoked = step != ALOQA_STEP_DONE;
  return step != ALOQA_STEP_ERROR;
}

/**
 * aloqa_accounts_get_version:
 *
 * Returns: a number that changes when another program has written into the database; 0 where it does
 *   not answer
 */
gint64
aloqa_accounts_get_version (AloqaAccounts *self)
{
  g_autoptr (GError) error = NULL;
  AloqaStep step = aloqa_statement_step (self->version, &error);
  gint64 version = step == ALOQA_STEP_ROW ? aloqa_statement_get_int (self->version, 0) : 0;

  aloqa_statement_reset (self->version);
  if (step == ALOQA_STEP_ERROR)
    aloqa_accounts_warn (self, error);
  return version;
}
