/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "database/database.h"
#include "raw.h"
#include "rig.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <string.h>

#define HASH "$2b$12$8EESohhHqbpqL9nWMpKrRO.m6xQS8ncIF3l29pxIci.EJ87EyoqPe"

/* A file of the existing system, as SQLAlchemy makes it; the password is "old secret". */
static const char existing_schema[] =
    "CREATE TABLE users ("
    " id INTEGER NOT NULL, username VARCHAR(50) NOT NULL, password_hash VARCHAR(255) NOT NULL,"
    " first_name VARCHAR(50), last_name VARCHAR(50), profile_pic VARCHAR(255), bio TEXT,"
    " role VARCHAR(5), is_active BOOLEAN, created_at DATETIME, updated_at DATETIME,"
    " PRIMARY KEY (id));"
    "CREATE UNIQUE INDEX ix_users_username ON users (username);"
    "CREATE TABLE refresh_tokens (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER, token TEXT);"
    "CREATE TABLE messages (id INTEGER NOT NULL PRIMARY KEY, content TEXT);"
    "INSERT INTO messages VALUES (1, 'hi');"
    "INSERT INTO users VALUES"
    " (1, 'root', '" HASH "', NULL, NULL, NULL, NULL, 'admin', 1,"
    "  '2025-01-01 10:00:00.000000', '2025-01-01 10:00:00.000000'),"
    " (2, 'alice', '" HASH "', 'Alice', 'Aliyeva',"
    "  'thumb_user_2_1795362585.361314.png', 'Hi', 'user', 1,"
    "  '2025-01-02 10:00:00.123456', NULL),"
    " (3, 'bob', '" HASH "', 'Bob', NULL, NULL, NULL, 'user', 1,"
    "  '2025-01-03 10:00:00.000000', '2025-01-03 10:00:00.000000'),"
    " (4, 'gone', '" HASH "', NULL, NULL, NULL, NULL, 'user', 0, NULL, NULL);";

typedef struct {
  char *folder;
  char *path;
  AloqaServer *server;
  char *base;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDatabase) database = NULL;

  fixture->folder = g_dir_make_tmp ("aloqa-existing-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "chat.db", NULL);
  database = aloqa_database_open (fixture->path, &error);
  g_assert_no_error (error);
  aloqa_database_exec (database, existing_schema, &error);
  g_assert_no_error (error);

  fixture->server =
      aloqa_server_new (&(AloqaServerConfig){ .database_path = fixture->path }, &error);
  g_assert_no_error (error);
  aloqa_server_start (fixture->server, &error);
  g_assert_no_error (error);
  fixture->base = aloqa_server_dup_url (fixture->server);
}

static gboolean
is_idle (gpointer user_data)
{
  return aloqa_server_get_n_connections (user_data) == 0;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  aloqa_server_stop (fixture->server);
  aloqa_test_wait_until (is_idle, fixture->server);
  g_assert_finalize_object (fixture->server);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = g_strconcat (fixture->path, suffixes[i], NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->base);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
test_its_users_sign_in_with_their_old_passwords (Fixture *fixture, gconstpointer data)
{
  g_autofree char *wrong = sign_in (fixture->base, "alice", "old secreT");
  g_autofree char *token = sign_in (fixture->base, "alice", "old secret");
  g_autoptr (Answer) me = http_get (fixture->base, "/api/users/me", token);
  g_autoptr (Answer) list = http_get (fixture->base, "/api/users/list", token);

  g_assert_null (wrong);
  g_assert_cmpstr (
      me->text, ==,
      "{\"id\":2,\"username\":\"alice\",\"first_name\":\"Alice\",\"last_name\":\"Aliyeva\","
      "\"role\":\"user\",\"profile_pic\":\"thumb_user_2_1795362585.361314.png\",\"bio\":\"Hi\","
      "\"is_active\":true,\"created_at\":\"2025-01-02T10:00:00.123456\",\"updated_at\":null}");
  g_assert_cmpstr (list->text, ==,
                   "[{\"id\":3,\"username\":\"bob\",\"first_name\":\"Bob\",\"last_name\":null,"
                   "\"role\":\"user\",\"profile_pic\":null,\"bio\":null,\"is_active\":true,"
                   "\"created_at\":\"2025-01-03T10:00:00.000000\","
                   "\"updated_at\":\"2025-01-03T10:00:00.000000\"}]");
}

/* Each takes a good part of a second, and a call would not wait for that. */
static void
test_checking_passwords_leaves_the_server_free (Fixture *fixture, gconstpointer data)
{
  static const char request[] = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                                "Content-Length: 44\r\n\r\n"
                                "{\"username\":\"alice\",\"password\":\"old secret\"}";
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_free);
  g_autoptr (Answer) health = NULL;
  Raw *last = NULL;

  for (guint i = 0; i <= g_get_num_processors (); i++) {
    last = raw_connect (aloqa_server_get_port (fixture->server));
    g_ptr_array_add (waiting, last);
    raw_send (last, request, -1);
  }
  health = http_get (fixture->base, "/api/health", NULL);
  g_assert_cmpuint (health->status, ==, 200);
  g_assert_cmpuint (last->received->len, ==, 0);
  g_assert_true (g_str_has_prefix (raw_wait_end (last), "HTTP/1.1 200"));
}

static char *
dump_schema (const char *path)
{
  g_autoptr (AloqaDatabase) database = aloqa_database_open (path, NULL);
  g_autoptr (AloqaStatement) select = aloqa_database_prepare (
      database,
      "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'aloqa_%' AND sql IS NOT NULL"
      " UNION ALL SELECT quote(id) || quote(username) || quote(password_hash) || quote(created_at)"
      " FROM users UNION ALL SELECT quote(content) FROM messages",
      NULL);
  GString *dump = g_string_new (NULL);

  while (aloqa_statement_step (select, NULL) == ALOQA_STEP_ROW)
    g_string_append_printf (dump, "%s\n", aloqa_statement_get_text (select, 0));
  return g_string_free (dump, FALSE);
}

static void
test_nothing_of_it_is_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AloqaDatabase) untouched = NULL;
  g_autofree char *other_path = g_build_filename (fixture->folder, "other.db", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *token = sign_in (fixture->base, "alice", "old secret");

  untouched = aloqa_database_open (other_path, NULL);
  g_assert_true (aloqa_database_exec (untouched, existing_schema, NULL));
  before = dump_schema (other_path);
  after = dump_schema (fixture->path);
  g_assert_cmpstr (before, ==, after);
  g_assert_nonnull (strstr (after, "'hi'"));

  aloqa_database_close (g_steal_pointer (&untouched));
  g_unlink (other_path);
}

/* Somebody else's hand in the file, while the server runs. */
static void
test_a_database_that_fails_is_told_and_survived (Fixture *fixture, gconstpointer data)
{
  g_autofree char *token = sign_in (fixture->base, "alice", "old secret");
  g_autoptr (Client) alice = client_open (fixture->base, 2, token);
  g_autoptr (AloqaDatabase) database = aloqa_database_open (fixture->path, NULL);
  g_autoptr (Answer) broken = NULL;
  g_autoptr (Answer) again = NULL;
  g_autoptr (JsonObject) error = NULL;

  json_object_unref (client_take_type (alice, "connected"));
  g_assert_true (aloqa_database_exec (database, "ALTER TABLE users RENAME TO away", NULL));
  g_test_expect_message ("aloqa-server", G_LOG_LEVEL_WARNING, "*no such table: users*");
  broken = http_get (fixture->base, "/api/users/me", token);
  assert_error (broken, 500, "the server cannot read its database");
  g_test_assert_expected_messages ();
  client_send (alice, "{\"type\":\"call_request\",\"to\":3}");
  error = client_take_type (alice, "error");
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "internal");

  g_assert_true (aloqa_database_exec (database, "ALTER TABLE away RENAME TO users", NULL));
  again = http_get (fixture->base, "/api/users/me", token);
  g_assert_cmpuint (again->status, ==, 200);
  client_sync (alice);
}

/* The next frame that one side has got in a recording. */
static JsonObject *
take_recorded (GQueue *recorded)
{
  JsonObject *frame = g_queue_pop_head (recorded);

  g_assert_nonnull (frame);
  return frame;
}

/* @recorded: (transfer full) */
static void
compare (Client *receiver, JsonObject *recorded)
{
  g_autoptr (JsonObject) kept = recorded;
  g_autoptr (JsonObject) got = client_take (receiver);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *wanted = NULL;

  json_node_set_object (node, recorded);
  wanted = json_to_string (node, FALSE);
  assert_json_equal (got, wanted);
}

/* Reads a recording: what was sent in its order, and for each side what it got. */
static GPtrArray *
read_trace (const char *name, GQueue *got_by_a, GQueue *got_by_b)
{
  g_autofree char *path = g_build_filename ("traces", name, NULL);
  g_autofree char *text = aloqa_test_read_fixture (path, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GPtrArray *sent = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
    JsonObject *line = json_node_get_object (node);
    JsonObject *frame = json_object_get_object_member (line, "data");
    gboolean is_a = *json_object_get_string_member (line, "who") == 'A';

    if (strcmp (json_object_get_string_member (line, "dir"), "send") == 0)
      g_ptr_array_add (sent, json_object_ref (line));
    else
      g_queue_push_tail (is_a ? got_by_a : got_by_b, json_object_ref (frame));
  }
  return sent;
}

static void
send_recorded (Client *sender, JsonObject *frame)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, frame);
  text = json_to_string (node, FALSE);
  client_send (sender, text);
}

/* Two pages' calls, recorded at the existing server: every frame arrives here as it did there. */
static void
test_replay (Fixture *fixture, gconstpointer data)
{
  GQueue got_by_a = G_QUEUE_INIT;
  GQueue got_by_b = G_QUEUE_INIT;
  g_autoptr (GPtrArray) sent = read_trace (data, &got_by_a, &got_by_b);
  g_autoptr (Client) a = client_connect (fixture->base, "alice", "old secret");
  g_autoptr (Client) b = client_connect (fixture->base, "bob", "old secret");

  /* The "connected" of both. */
  json_object_unref (take_recorded (&got_by_a));
  json_object_unref (take_recorded (&got_by_b));

  for (guint i = 0; i < sent->len; i++) {
    JsonObject *line = g_ptr_array_index (sent, i);
    gboolean is_a = *json_object_get_string_member (line, "who") == 'A';

    send_recorded (is_a ? a : b, json_object_get_object_member (line, "data"));
    compare (is_a ? b : a, take_recorded (is_a ? &got_by_b : &got_by_a));
  }
  g_assert_cmpuint (got_by_a.length + got_by_b.length, ==, 0);
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/server/existing/" name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("its-users-sign-in-with-their-old-passwords", NULL,
       test_its_users_sign_in_with_their_old_passwords);
  ADD ("checking-passwords-leaves-the-server-free", NULL,
       test_checking_passwords_leaves_the_server_free);
  ADD ("nothing-of-it-is-changed", NULL, test_nothing_of_it_is_changed);
  ADD ("a-database-that-fails-is-told-and-survived", NULL,
       test_a_database_that_fails_is_told_and_survived);
  ADD ("replay/audio-new", "audio_new.jsonl", test_replay);
  ADD ("replay/video-new", "video_new.jsonl", test_replay);
  ADD ("replay/video-new-firefox-calls", "video_new_ffA.jsonl", test_replay);
  ADD ("replay/video-new-firefox-answers", "video_new_ffB.jsonl", test_replay);
  ADD ("replay/legacy", "legacy.jsonl", test_replay);
  ADD ("replay/reject", "reject.jsonl", test_replay);
  return g_test_run ();
}
