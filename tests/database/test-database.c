/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "database/database.h"

#include <glib/gstdio.h>

#include "support/support.h"

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("aloqa-database-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "test.db", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = g_strconcat (fixture->path, suffixes[i], NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
exec (AloqaDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  aloqa_database_exec (database, sql, &error);
  g_assert_no_error (error);
}

static gint64
query_int (AloqaDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaStatement) statement = aloqa_database_prepare (database, sql, &error);

  g_assert_no_error (error);
  g_assert_cmpint (aloqa_statement_step (statement, &error), ==, ALOQA_STEP_ROW);
  return aloqa_statement_get_int (statement, 0);
}

static void
test_memory_leaves_no_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDatabase) database = aloqa_database_open (ALOQA_DATABASE_IN_MEMORY, &error);

  g_assert_no_error (error);
  g_assert_nonnull (database);
  g_assert_false (g_file_test (ALOQA_DATABASE_IN_MEMORY, G_FILE_TEST_EXISTS));
}

static void
test_what_is_bound_comes_back (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDatabase) database = aloqa_database_open (NULL, &error);
  g_autoptr (AloqaStatement) insert = NULL;
  g_autoptr (AloqaStatement) select = NULL;

  g_assert_no_error (error);
  exec (database, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER)");
  insert = aloqa_database_prepare (database, "INSERT INTO t (a, b) VALUES (?1, ?2)", &error);
  g_assert_no_error (error);
  aloqa_statement_bind_text (insert, 1, "o'; DROP TABLE t; --");
  aloqa_statement_bind_int (insert, 2, G_MAXINT64);
  g_assert_true (aloqa_statement_run (insert, &error));
  g_assert_cmpint (aloqa_database_get_last_id (database), ==, 1);
  /* Nothing bound stays bound. */
  g_assert_true (aloqa_statement_run (insert, &error));

  select = aloqa_database_prepare (database, "SELECT a, b FROM t ORDER BY id", &error);
  g_assert_cmpint (aloqa_statement_step (select, &error), ==, ALOQA_STEP_ROW);
  g_assert_cmpstr (aloqa_statement_get_text (select, 0), ==, "o'; DROP TABLE t; --");
  g_assert_cmpint (aloqa_statement_get_int (select, 1), ==, G_MAXINT64);
  g_assert_cmpint (aloqa_statement_step (select, &error), ==, ALOQA_STEP_ROW);
  g_assert_null (aloqa_statement_get_text (select, 0));
  g_assert_cmpint (aloqa_statement_get_int (select, 1), ==, 0);
  g_assert_cmpint (aloqa_statement_step (select, &error), ==, ALOQA_STEP_DONE);
}

static void
test_text_that_is_not_utf8_is_none (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDatabase) database = aloqa_database_open (NULL, &error);
  g_autoptr (AloqaStatement) select =
      aloqa_database_prepare (database, "SELECT CAST(x'ff41' AS TEXT)", &error);

  g_assert_cmpint (aloqa_statement_step (select, &error), ==, ALOQA_STEP_ROW);
  g_assert_null (aloqa_statement_get_text (select, 0));
}

static void
test_migrations_run_once_and_go_on (Fixture *fixture, gconstpointer data)
{
  static const char *const one[] = { "CREATE TABLE a (x)", NULL };
  static const char *const two[] = { "CREATE TABLE a (x)", "INSERT INTO a VALUES (7)", NULL };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++) {
    g_autoptr (AloqaDatabase) database = aloqa_database_open (fixture->path, &error);

    g_assert_true (aloqa_database_migrate (database, "test", one, &error));
    g_assert_no_error (error);
  }
  for (guint i = 0; i < 2; i++) {
    g_autoptr (AloqaDatabase) database = aloqa_database_open (fixture->path, &error);

    g_assert_true (aloqa_database_migrate (database, "test", two, &error));
    g_assert_no_error (error);
    g_assert_cmpint (query_int (database, "SELECT COUNT(*) FROM a"), ==, 1);
  }
}

static void
test_a_failed_migration_changes_nothing (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "CREATE TABLE a (x)", "CREATE TABLE a (x)", NULL };
  static const char *const good[] = { "CREATE TABLE a (x)", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDatabase) database = aloqa_database_open (fixture->path, NULL);

  g_assert_false (aloqa_database_migrate (database, "test", bad, &error));
  g_assert_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (aloqa_database_migrate (database, "test", good, &error));
  g_assert_no_error (error);
}

static void
test_a_file_of_a_newer_version_is_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "CREATE TABLE a (x)", "CREATE TABLE b (x)", NULL };
  static const char *const one[] = { "CREATE TABLE a (x)", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDatabase) database = aloqa_database_open (fixture->path, NULL);

  g_assert_true (aloqa_database_migrate (database, "test", two, NULL));
  g_assert_false (aloqa_database_migrate (database, "test", one, &error));
  g_assert_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_TOO_NEW);
}

static void
test_another_kind_of_file_is_told (Fixture *fixture, gconstpointer data)
{
  g_autofree char *noise = g_strnfill (4096, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, noise, 4096, NULL));
  g_assert_null (aloqa_database_open (fixture->path, &error));
  g_assert_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_NOT_A_DATABASE);
  g_assert_nonnull (strstr (error->message, fixture->path));
}

static void
test_no_folder_is_told (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "none", "x.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_database_open (path, &error));
  g_assert_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_CANNOT_OPEN);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_constraints_and_full_disks_have_codes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDatabase) database = aloqa_database_open (fixture->path, NULL);

  exec (database, "CREATE TABLE t (a TEXT UNIQUE); INSERT INTO t VALUES ('x')");
  g_assert_false (aloqa_database_exec (database, "INSERT INTO t VALUES ('x')", &error));
  g_assert_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_CONSTRAINT);
  g_clear_error (&error);

  exec (database, "PRAGMA max_page_count = 8");
  g_assert_false (
      aloqa_database_exec (database, "INSERT INTO t VALUES (hex(randomblob(100000)))", &error));
  g_assert_error (error, ALOQA_DATABASE_ERROR, ALOQA_DATABASE_ERROR_FULL);
  g_assert_cmpint (query_int (database, "SELECT COUNT(*) FROM t"), ==, 1);
}

static void
test_readers_do_not_wait_for_a_writer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AloqaDatabase) writer = aloqa_database_open (fixture->path, NULL);
  g_autoptr (AloqaDatabase) reader = aloqa_database_open (fixture->path, NULL);

  exec (writer, "CREATE TABLE t (a); INSERT INTO t VALUES (1); BEGIN IMMEDIATE;"
                "INSERT INTO t VALUES (2)");
  g_assert_cmpint (query_int (reader, "SELECT COUNT(*) FROM t"), ==, 1);
  exec (writer, "COMMIT");
  g_assert_cmpint (query_int (reader, "SELECT COUNT(*) FROM t"), ==, 2);
}

static void
test_a_new_file_is_for_its_owner_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AloqaDatabase) database = aloqa_database_open (fixture->path, NULL);
  g_autofree char *log_path = g_strconcat (fixture->path, "-wal", NULL);
  GStatBuf status;

  exec (database, "CREATE TABLE t (a)");
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (log_path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

#define ADD(name, func) g_test_add ("/database/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/database/memory-leaves-no-file", test_memory_leaves_no_file);
  g_test_add_func ("/database/what-is-bound-comes-back", test_what_is_bound_comes_back);
  g_test_add_func ("/database/text-that-is-not-utf8-is-none", test_text_that_is_not_utf8_is_none);
  ADD ("migrations-run-once-and-go-on", test_migrations_run_once_and_go_on);
  ADD ("a-failed-migration-changes-nothing", test_a_failed_migration_changes_nothing);
  ADD ("a-file-of-a-newer-version-is-refused", test_a_file_of_a_newer_version_is_refused);
  ADD ("another-kind-of-file-is-told", test_another_kind_of_file_is_told);
  ADD ("no-folder-is-told", test_no_folder_is_told);
  ADD ("constraints-and-full-disks-have-codes", test_constraints_and_full_disks_have_codes);
  ADD ("readers-do-not-wait-for-a-writer", test_readers_do_not_wait_for_a_writer);
  ADD ("a-new-file-is-for-its-owner-alone", test_a_new_file_is_for_its_owner_alone);
  return g_test_run ();
}
