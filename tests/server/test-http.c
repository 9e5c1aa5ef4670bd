/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "rig.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
test_every_subject_asks_who_it_is (void)
{
  static const char *const paths[] = { "/api/users/me", "/api/users/1", "/api/users/list",
                                       "/api/ice" };
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) signed_in = post_sign_in (rig->base, "ali", "secret");

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (Answer) none = http_get (rig->base, paths[i], NULL);
    g_autoptr (Answer) wrong = http_get (rig->base, paths[i], "nonsense");
    g_autoptr (Answer) refresh =
        http_get (rig->base, paths[i], answer_get_string (signed_in, "refresh_token"));
    g_autoptr (Answer) right =
        http_get (rig->base, paths[i], answer_get_string (signed_in, "access_token"));

    g_test_message ("%s", paths[i]);
    assert_error (none, 401, "Not authenticated");
    g_assert_cmpstr (soup_message_headers_get_one (none->headers, "WWW-Authenticate"), ==,
                     "Bearer");
    g_assert_cmpuint (wrong->status, ==, 401);
    g_assert_cmpuint (refresh->status, ==, 401);
    g_assert_cmpuint (right->status, ==, 200);
  }
}

static void
test_one_user (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autofree char *path = g_strdup_printf ("/api/users/%" G_GINT64_FORMAT, rig->guli);
  g_autoptr (Answer) guli = http_get (rig->base, path, token);
  g_autoptr (Answer) me = http_get (rig->base, "/api/users/me", token);
  g_autoptr (Answer) none = http_get (rig->base, "/api/users/777", token);
  g_autoptr (Answer) word = http_get (rig->base, "/api/users/guli", token);

  g_assert_cmpstr (answer_get_string (guli, "first_name"), ==, "Guli");
  g_assert_null (answer_get_string (guli, "last_name"));
  g_assert_null (strstr (guli->text, "$2b$"));
  g_assert_cmpstr (answer_get_string (me, "username"), ==, "ali");
  assert_error (none, 404, "User not found");
  g_assert_cmpuint (word->status, ==, 422);
}

static char *
list_names (Rig *rig, const char *token, const char *query)
{
  g_autofree char *path = g_strconcat ("/api/users/list", query, NULL);
  g_autoptr (Answer) answer = http_get (rig->base, path, token);
  g_autoptr (GString) names = g_string_new (NULL);
  JsonArray *users = json_node_get_array (answer->body);

  for (guint i = 0; i < json_array_get_length (users); i++)
    g_string_append_printf (
        names, " %s",
        json_object_get_string_member (json_array_get_object_element (users, i), "username"));
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
test_the_list_leaves_oneself_and_the_inactive_out (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autofree char *all = list_names (rig, token, "");
  g_autofree char *empty = list_names (rig, token, "?search=");
  g_autofree char *active = NULL;

  g_assert_cmpstr (all, ==, " vali guli");
  g_assert_cmpstr (empty, ==, " vali guli");
  g_assert_true (aloqa_server_disable_user (rig->server, "vali", NULL));
  active = list_names (rig, token, "");
  g_assert_cmpstr (active, ==, " guli");
}

static void
test_the_search_looks_at_all_names_in_any_case (void)
{
  static const struct {
    const char *query;
    const char *names;
  } cases[] = {
    { "?search=VAL", " vali" },
    { "?search=%D2%93%D0%90%D0%99", " pochta" }, /* "ғАЙ" of "Ғайрат" */
    { "?search=karimov", " pochta" },
    { "?search=o'k", " pochta" },
    { "?search=%25", "" },
    { "?search=_", "" },
    { "?search=ali", " vali" },
    { "?search=%FF", "" },
    { "?other=ali", " vali guli pochta" },
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");

  aloqa_server_add_user (rig->server, "pochta", "secret", "Ғайрат", "Karimov O'ktam", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *names = list_names (rig, token, cases[i].query);

    g_test_message ("%s", cases[i].query);
    g_assert_cmpstr (names, ==, cases[i].names);
  }
}

static void
test_ice_servers_are_those_it_was_started_with (void)
{
  static const char *const urls[] = { "stun:stun.example.org:3478", "turn:turn.example.org", NULL };
  g_autoptr (Rig) plain = rig_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .ice_servers = urls });
  g_autofree char *plain_token = sign_in (plain->base, "ali", "secret");
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Answer) none = http_get (plain->base, "/api/ice", plain_token);
  g_autoptr (Answer) both = http_get (rig->base, "/api/ice", token);

  g_assert_cmpstr (none->text, ==, "{\"ice_servers\":[],\"ttl_s\":3600}");
  g_assert_cmpstr (both->text, ==,
                   "{\"ice_servers\":[{\"urls\":\"stun:stun.example.org:3478\"},"
                   "{\"urls\":\"turn:turn.example.org\"}],\"ttl_s\":3600}");
}

static void
test_health_needs_nobody (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) api = http_get (rig->base, "/api/health", NULL);
  g_autoptr (Answer) root = http_get (rig->base, "/health", NULL);

  g_assert_cmpstr (answer_get_string (api, "status"), ==, "ok");
  g_assert_cmpstr (answer_get_string (root, "status"), ==, "ok");
}

static void
test_other_paths_and_methods_are_told (void)
{
  static const char *const paths[] = {
    "/", "/api", "/api/messages", "/api/users/me/x", "/api/auth/loginx", "/uploads/"
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) get_login = http_get (rig->base, "/api/auth/login", NULL);
  g_autoptr (Answer) post_me = http_post (rig->base, "/api/users/me", NULL, "{}");

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (Answer) answer = http_get (rig->base, paths[i], NULL);

    g_test_message ("%s", paths[i]);
    assert_error (answer, 404, "Not Found");
  }
  assert_error (get_login, 405, "Method Not Allowed");
  assert_error (post_me, 405, "Method Not Allowed");
}

static void
test_pictures_come_from_their_folder_alone (void)
{
  static const char *const missing[] = { "/uploads/none.png",  "/uploads/..%2Fsecret.png",
                                         "/uploads/%2e%2e",    "/uploads/link.png",
                                         "/uploads/notes.txt", "/uploads/folder.png" };
  g_autofree char *root = g_dir_make_tmp ("aloqa-uploads-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (root, "uploads", NULL);
  g_autofree char *secret = g_build_filename (root, "secret.png", NULL);
  g_autofree char *picture = g_build_filename (folder, "thumb_1.5.png", NULL);
  g_autofree char *link = g_build_filename (folder, "link.png", NULL);
  g_autofree char *notes = g_build_filename (folder, "notes.txt", NULL);
  g_autofree char *subfolder = g_build_filename (folder, "folder.png", NULL);
  g_autoptr (Rig) rig = NULL;
  g_autoptr (Answer) answer = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (subfolder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (secret, "secret", -1, NULL));
  g_assert_true (g_file_set_contents (picture, "a picture", -1, NULL));
  g_assert_true (g_file_set_contents (notes, "notes", -1, NULL));
  g_assert_cmpint (symlink (secret, link), ==, 0);
  rig = rig_new_with (&(AloqaServerConfig){ .uploads_dir = folder });

  answer = http_get (rig->base, "/uploads/thumb_1.5.png", NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (answer->text, ==, "a picture");
  g_assert_cmpstr (soup_message_headers_get_content_type (answer->headers, NULL), ==, "image/png");
  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++) {
    g_autoptr (Answer) none = http_get (rig->base, missing[i], NULL);

    g_test_message ("%s", missing[i]);
    g_assert_cmpuint (none->status, >=, 400);
    g_assert_null (strstr (none->text, "secret"));
  }

  g_unlink (link);
  g_unlink (notes);
  g_unlink (picture);
  g_rmdir (subfolder);
  g_unlink (secret);
  g_rmdir (folder);
  g_rmdir (root);
}

static void
test_large_requests_are_refused_unread (void)
{
  static const struct {
    const char *headers;
    const char *status;
  } cases[] = {
    { "Content-Length: 1000000000\r\n", "413" },
    { "Content-Length: 16385\r\n", "413" },
    { "Transfer-Encoding: chunked\r\n", "411" },
    { NULL, "431" },
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *many = g_strnfill (17000, 'x');
  g_autofree char *long_header = g_strconcat ("X-Long: ", many, "\r\n", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Raw) raw = raw_connect (aloqa_server_get_port (rig->server));
    g_autofree char *request = g_strconcat (
        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n",
        cases[i].headers != NULL ? cases[i].headers : long_header, "\r\n{\"username\":", NULL);
    g_autofree char *start = g_strdup_printf ("HTTP/1.1 %s ", cases[i].status);

    raw_send (raw, request, -1);
    g_assert_true (g_str_has_prefix (raw_wait_end (raw), start));
  }
}

static void
test_what_is_no_http_ends (void)
{
  static const char *const cases[] = { "\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                                       "\x16\x03\x01\x02" };
  g_autoptr (Rig) rig = rig_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Raw) raw = raw_connect (aloqa_server_get_port (rig->server));

    raw_send (raw, cases[i], -1);
    g_socket_shutdown (raw->socket, FALSE, TRUE, NULL);
    raw_wait_end (raw);
  }
  rig_wait_idle (rig);
}

static void
test_slow_requests_end_at_their_deadline (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Raw) silent = raw_connect (aloqa_server_get_port (rig->server));
  g_autoptr (Raw) slow = raw_connect (aloqa_server_get_port (rig->server));
  g_autoptr (Raw) paused = raw_connect (aloqa_server_get_port (rig->server));

  raw_send (slow, "POST /api/auth/login HTTP/1.1\r\nHost: l", -1);
  raw_send (paused,
            "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{", -1);
  while (aloqa_server_get_n_connections (rig->server) < 3)
    g_main_context_iteration (NULL, TRUE);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 19 * 1000);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_server_get_n_connections (rig->server), ==, 3);

  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 1000);
  raw_wait_end (silent);
  raw_wait_end (slow);
  raw_wait_end (paused);
  rig_wait_idle (rig);
  g_object_unref (clock);
}

#define ADD(name, func) g_test_add_func ("/server/http/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("every-subject-asks-who-it-is", test_every_subject_asks_who_it_is);
  ADD ("one-user", test_one_user);
  ADD ("the-list-leaves-oneself-and-the-inactive-out",
       test_the_list_leaves_oneself_and_the_inactive_out);
  ADD ("the-search-looks-at-all-names-in-any-case", test_the_search_looks_at_all_names_in_any_case);
  ADD ("ice-servers-are-those-it-was-started-with", test_ice_servers_are_those_it_was_started_with);
  ADD ("health-needs-nobody", test_health_needs_nobody);
  ADD ("other-paths-and-methods-are-told", test_other_paths_and_methods_are_told);
  ADD ("pictures-come-from-their-folder-alone", test_pictures_come_from_their_folder_alone);
  ADD ("large-requests-are-refused-unread", test_large_requests_are_refused_unread);
  ADD ("what-is-no-http-ends", test_what_is_no_http_ends);
  ADD ("slow-requests-end-at-their-deadline", test_slow_requests_end_at_their_deadline);
  return g_test_run ();
}
