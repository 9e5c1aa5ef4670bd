/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "rig.h"
#include "server/tokens.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <string.h>

static void
assert_error (Answer *answer, guint status, const char *detail)
{
  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (answer_get_string (answer, "detail"), ==, detail);
  g_assert_cmpstr (soup_message_headers_get_content_type (answer->headers, NULL), ==,
                   "application/json");
}

/* {"detail":[{"loc":["body",field],…}]} */
static void
assert_field_error (Answer *answer, const char *field)
{
  JsonArray *faults;
  JsonArray *location;

  g_assert_cmpuint (answer->status, ==, 422);
  faults = json_object_get_array_member (json_node_get_object (answer->body), "detail");
  location = json_object_get_array_member (json_array_get_object_element (faults, 0), "loc");
  g_assert_cmpstr (json_array_get_string_element (location, 0), ==, "body");
  if (field != NULL)
    g_assert_cmpstr (json_array_get_string_element (location, 1), ==, field);
  else
    g_assert_cmpuint (json_array_get_length (location), ==, 1);
}

static Answer *
login (Rig *rig, const char *username, const char *password)
{
  g_autofree char *body =
      g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\"}", username, password);

  return http_post (rig->base, "/api/auth/login", NULL, body);
}

static Answer *
post_refresh (Rig *rig, const char *path, const char *token, const char *refresh_token)
{
  g_autofree char *body = g_strdup_printf ("{\"refresh_token\":\"%s\"}", refresh_token);

  return http_post (rig->base, path, token, body);
}

static void
test_sign_in_answers_tokens_and_user (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) answer = login (rig, "ali", "secret");
  JsonObject *body = json_node_get_object (answer->body);
  JsonObject *user = json_object_get_object_member (body, "user");

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpuint (json_object_get_size (body), ==, 4);
  g_assert_cmpstr (answer_get_string (answer, "token_type"), ==, "bearer");
  g_assert_cmpstr (answer_get_string (answer, "access_token"), !=, NULL);
  g_assert_cmpstr (answer_get_string (answer, "refresh_token"), !=,
                   answer_get_string (answer, "access_token"));
  g_assert_cmpint (json_object_get_int_member (user, "id"), ==, rig->ali);
  g_assert_true (g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}$",
                                       json_object_get_string_member (user, "created_at"), 0, 0));
  json_object_remove_member (user, "id");
  json_object_remove_member (user, "created_at");
  json_object_remove_member (user, "updated_at");
  assert_json_equal (json_object_ref (user),
                     "{\"username\":\"ali\",\"first_name\":\"Ali\",\"last_name\":\"Aliyev\","
                     "\"role\":\"user\",\"profile_pic\":null,\"bio\":null,\"is_active\":true}");
}

static void
test_wrong_sign_ins_are_told_apart_only_where_they_may (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) wrong = login (rig, "ali", "secreT");
  g_autoptr (Answer) unknown = login (rig, "nobody", "secret");
  g_autoptr (Answer) inactive = NULL;
  g_autoptr (Answer) wrong_and_inactive = NULL;

  assert_error (wrong, 401, "Incorrect username or password");
  assert_error (unknown, 401, "Incorrect username or password");

  g_assert_true (aloqa_server_disable_user (rig->server, "vali", NULL));
  inactive = login (rig, "vali", "secret");
  wrong_and_inactive = login (rig, "vali", "wrong");
  assert_error (inactive, 403, "This account is not active");
  assert_error (wrong_and_inactive, 401, "Incorrect username or password");
}

static void
test_malformed_sign_ins_name_the_field (void)
{
  static const struct {
    const char *body;
    const char *field;
  } cases[] = {
    { "", NULL },
    { "no json", NULL },
    { "[1]", NULL },
    { "{\"username\":\"ali\"", NULL },
    { "{\"username\":NaN}", NULL },
    { "{}", "username" },
    { "{\"username\":null,\"password\":\"x\"}", "username" },
    { "{\"username\":7,\"password\":\"x\"}", "username" },
    { "{\"username\":\"ali\"}", "password" },
    { "{\"username\":\"ali\",\"password\":[]}", "password" },
  };
  g_autoptr (Rig) rig = rig_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Answer) answer = http_post (rig->base, "/api/auth/login", NULL, cases[i].body);

    g_test_message ("%s", cases[i].body);
    assert_field_error (answer, cases[i].field);
  }
}

static void
test_too_long_passwords_are_malformed (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *password = g_strnfill (2000, 'x');
  g_autoptr (Answer) answer = login (rig, "ali", password);

  assert_field_error (answer, "password");
}

static void
test_two_sign_ins_at_once_get_different_tokens (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) first = login (rig, "ali", "secret");
  g_autoptr (Answer) second = login (rig, "ali", "secret");

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpstr (answer_get_string (first, "refresh_token"), !=,
                   answer_get_string (second, "refresh_token"));
}

static void
test_refresh_gives_a_new_access_token (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) first = login (rig, "ali", "secret");
  const char *refresh_token = answer_get_string (first, "refresh_token");
  g_autoptr (Answer) second = post_refresh (rig, "/api/auth/refresh", NULL, refresh_token);
  g_autoptr (Answer) me = NULL;

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpstr (answer_get_string (second, "refresh_token"), ==, refresh_token);
  g_assert_cmpstr (answer_get_string (second, "access_token"), !=,
                   answer_get_string (first, "access_token"));
  g_assert_cmpint (answer_get_user_id (second), ==, rig->ali);
  me = http_get (rig->base, "/api/users/me", answer_get_string (second, "access_token"));
  g_assert_cmpuint (me->status, ==, 200);
}

static void
test_refresh_takes_refresh_tokens_alone (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *access_token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Answer) access = post_refresh (rig, "/api/auth/refresh", NULL, access_token);
  g_autoptr (Answer) garbage = post_refresh (rig, "/api/auth/refresh", NULL, "a.b.c");
  g_autoptr (Answer) missing = http_post (rig->base, "/api/auth/refresh", NULL, "{}");

  assert_error (access, 401, "this is the other kind of token");
  assert_error (garbage, 401, "the token is not one of this server");
  assert_field_error (missing, "refresh_token");
}

static void
test_sign_out_revokes_the_refresh_token (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) first = login (rig, "ali", "secret");
  g_autoptr (Answer) other = login (rig, "ali", "secret");
  const char *access_token = answer_get_string (first, "access_token");
  const char *refresh_token = answer_get_string (first, "refresh_token");
  g_autoptr (Answer) anonymous = post_refresh (rig, "/api/auth/logout", NULL, refresh_token);
  g_autoptr (Answer) out = post_refresh (rig, "/api/auth/logout", access_token, refresh_token);
  g_autoptr (Answer) refused = post_refresh (rig, "/api/auth/refresh", NULL, refresh_token);
  g_autoptr (Answer) again = post_refresh (rig, "/api/auth/logout", access_token, refresh_token);
  g_autoptr (Answer) untouched =
      post_refresh (rig, "/api/auth/refresh", NULL, answer_get_string (other, "refresh_token"));

  assert_error (anonymous, 401, "Not authenticated");
  g_assert_cmpuint (out->status, ==, 200);
  assert_error (refused, 401, "signed out: sign in again");
  g_assert_cmpuint (again->status, ==, 401);
  g_assert_cmpuint (untouched->status, ==, 200);
}

static void
test_nobody_signs_somebody_else_out (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) ali = login (rig, "ali", "secret");
  g_autoptr (Answer) vali = login (rig, "vali", "secret");
  g_autoptr (Answer) refused =
      post_refresh (rig, "/api/auth/logout", answer_get_string (vali, "access_token"),
                    answer_get_string (ali, "refresh_token"));
  g_autoptr (Answer) still =
      post_refresh (rig, "/api/auth/refresh", NULL, answer_get_string (ali, "refresh_token"));

  assert_error (refused, 401, "This is the token of another user");
  g_assert_cmpuint (still->status, ==, 200);
}

static void
test_tokens_end_with_the_user (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) answer = login (rig, "ali", "secret");
  g_autoptr (Answer) me = NULL;
  g_autoptr (Answer) refresh = NULL;

  g_assert_true (aloqa_server_disable_user (rig->server, "ali", NULL));
  me = http_get (rig->base, "/api/users/me", answer_get_string (answer, "access_token"));
  refresh =
      post_refresh (rig, "/api/auth/refresh", NULL, answer_get_string (answer, "refresh_token"));
  assert_error (me, 401, "this user is not active");
  assert_error (refresh, 401, "this user is not active");
}

static void
test_every_subject_asks_who_it_is (void)
{
  static const char *const paths[] = { "/api/users/me", "/api/users/1", "/api/users/list",
                                       "/api/ice" };
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) signed_in = login (rig, "ali", "secret");

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
test_wrong_passwords_are_slowed_down (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Answer) limited = NULL;
  g_autoptr (Answer) other_user = NULL;
  g_autoptr (Answer) later = NULL;

  for (guint i = 0; i < 10; i++) {
    g_autoptr (Answer) wrong = login (rig, "ali", "guess");

    g_assert_cmpuint (wrong->status, ==, 401);
  }

  /* Also with the right one: else the limit would tell when it was found. */
  limited = login (rig, "ali", "secret");
  g_assert_cmpuint (limited->status, ==, 429);
  g_assert_cmpstr (soup_message_headers_get_one (limited->headers, "Retry-After"), ==, "21");
  other_user = login (rig, "vali", "secret");
  g_assert_cmpuint (other_user->status, ==, 200);

  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 21 * 1000);
  later = login (rig, "ali", "secret");
  g_assert_cmpuint (later->status, ==, 200);
  g_object_unref (clock);
}

static void
test_sign_ins_of_one_address_are_limited (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  guint n_right = 0;

  for (guint i = 0; i < 62; i++) {
    g_autoptr (Answer) answer = login (rig, "ali", "secret");

    n_right += answer->status == 200;
  }
  g_assert_cmpuint (n_right, ==, 60);
  g_object_unref (clock);
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

static void
test_a_client_may_hang_up_while_its_password_is_checked (void)
{
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ 0 });
  static const char body[] = "{\"username\":\"ali\",\"password\":\"secret\"}";

  for (guint i = 0; i < 4; i++) {
    g_autoptr (Raw) raw = raw_connect (aloqa_server_get_port (rig->server));
    g_autofree char *request =
        g_strdup_printf ("POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                         strlen (body), body);

    raw_send (raw, request, -1);
    aloqa_test_drain ();
  }
  rig_wait_idle (rig);
}

/* At whatever step the sign-in is. */
static void
test_the_server_may_stop_while_a_password_is_checked (void)
{
  static const char request[] = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                                "Content-Length: 38\r\n\r\n"
                                "{\"username\":\"ali\",\"password\":\"secret\"}";

  for (guint n_steps = 0; n_steps < 12; n_steps++) {
    g_autoptr (Rig) rig = rig_new ();
    g_autoptr (Raw) raw = raw_connect (aloqa_server_get_port (rig->server));

    g_assert_cmpint (g_socket_send (raw->socket, request, strlen (request), NULL, NULL), ==,
                     strlen (request));
    for (guint i = 0; i < n_steps; i++)
      g_main_context_iteration (NULL, FALSE);
    aloqa_server_stop (rig->server);
    raw_wait_end (raw);
  }
}

#define ADD(name, func) g_test_add_func ("/server/http/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("sign-in-answers-tokens-and-user", test_sign_in_answers_tokens_and_user);
  ADD ("wrong-sign-ins-are-told-apart-only-where-they-may",
       test_wrong_sign_ins_are_told_apart_only_where_they_may);
  ADD ("malformed-sign-ins-name-the-field", test_malformed_sign_ins_name_the_field);
  ADD ("too-long-passwords-are-malformed", test_too_long_passwords_are_malformed);
  ADD ("two-sign-ins-at-once-get-different-tokens", test_two_sign_ins_at_once_get_different_tokens);
  ADD ("refresh-gives-a-new-access-token", test_refresh_gives_a_new_access_token);
  ADD ("refresh-takes-refresh-tokens-alone", test_refresh_takes_refresh_tokens_alone);
  ADD ("sign-out-revokes-the-refresh-token", test_sign_out_revokes_the_refresh_token);
  ADD ("nobody-signs-somebody-else-out", test_nobody_signs_somebody_else_out);
  ADD ("tokens-end-with-the-user", test_tokens_end_with_the_user);
  ADD ("every-subject-asks-who-it-is", test_every_subject_asks_who_it_is);
  ADD ("one-user", test_one_user);
  ADD ("the-list-leaves-oneself-and-the-inactive-out",
       test_the_list_leaves_oneself_and_the_inactive_out);
  ADD ("the-search-looks-at-all-names-in-any-case", test_the_search_looks_at_all_names_in_any_case);
  ADD ("ice-servers-are-those-it-was-started-with", test_ice_servers_are_those_it_was_started_with);
  ADD ("health-needs-nobody", test_health_needs_nobody);
  ADD ("other-paths-and-methods-are-told", test_other_paths_and_methods_are_told);
  ADD ("pictures-come-from-their-folder-alone", test_pictures_come_from_their_folder_alone);
  ADD ("wrong-passwords-are-slowed-down", test_wrong_passwords_are_slowed_down);
  ADD ("sign-ins-of-one-address-are-limited", test_sign_ins_of_one_address_are_limited);
  ADD ("large-requests-are-refused-unread", test_large_requests_are_refused_unread);
  ADD ("what-is-no-http-ends", test_what_is_no_http_ends);
  ADD ("slow-requests-end-at-their-deadline", test_slow_requests_end_at_their_deadline);
  ADD ("a-client-may-hang-up-while-its-password-is-checked",
       test_a_client_may_hang_up_while_its_password_is_checked);
  ADD ("the-server-may-stop-while-a-password-is-checked",
       test_the_server_may_stop_while_a_password_is_checked);
  return g_test_run ();
}
