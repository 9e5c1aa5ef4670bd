/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "rig.h"
#include "server/limits.h"
#include "support/support.h"

#include <string.h>

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
  g_autoptr (Answer) answer = post_sign_in (rig->base, "ali", "secret");
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
  assert_json_equal (user,
                     "{\"username\":\"ali\",\"first_name\":\"Ali\",\"last_name\":\"Aliyev\","
                     "\"role\":\"user\",\"profile_pic\":null,\"bio\":null,\"is_active\":true}");
}

static void
test_wrong_sign_ins_are_told_apart_only_where_they_may (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) wrong = post_sign_in (rig->base, "ali", "secreT");
  g_autoptr (Answer) unknown = post_sign_in (rig->base, "nobody", "secret");
  g_autoptr (Answer) inactive = NULL;
  g_autoptr (Answer) wrong_and_inactive = NULL;

  assert_error (wrong, 401, "Incorrect username or password");
  assert_error (unknown, 401, "Incorrect username or password");

  g_assert_true (aloqa_server_disable_user (rig->server, "vali", NULL));
  inactive = post_sign_in (rig->base, "vali", "secret");
  wrong_and_inactive = post_sign_in (rig->base, "vali", "wrong");
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
  g_autoptr (Answer) answer = post_sign_in (rig->base, "ali", password);

  assert_field_error (answer, "password");
}

static void
test_two_sign_ins_at_once_get_different_tokens (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) first = post_sign_in (rig->base, "ali", "secret");
  g_autoptr (Answer) second = post_sign_in (rig->base, "ali", "secret");

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpstr (answer_get_string (first, "refresh_token"), !=,
                   answer_get_string (second, "refresh_token"));
}

static void
test_refresh_gives_a_new_access_token (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) first = post_sign_in (rig->base, "ali", "secret");
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
  g_autoptr (Answer) first = post_sign_in (rig->base, "ali", "secret");
  g_autoptr (Answer) other = post_sign_in (rig->base, "ali", "secret");
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

static Client *
connect_with (Rig *rig, const char *token)
{
  Client *client = client_open (rig->base, rig->ali, token);

  json_object_unref (client_take_type (client, "connected"));
  return client;
}

/* With every access token of that sign-in, also those that it was refreshed to; no other one's. */
static void
test_sign_out_ends_the_connections_of_that_sign_in (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) first = post_sign_in (rig->base, "ali", "secret");
  g_autoptr (Answer) other = post_sign_in (rig->base, "ali", "secret");
  const char *access_token = answer_get_string (first, "access_token");
  const char *refresh_token = answer_get_string (first, "refresh_token");
  g_autoptr (Answer) later = post_refresh (rig, "/api/auth/refresh", NULL, refresh_token);
  const char *later_token = answer_get_string (later, "access_token");
  g_autoptr (Client) device = connect_with (rig, access_token);
  g_autoptr (Client) same_device = connect_with (rig, later_token);
  g_autoptr (Client) other_device = connect_with (rig, answer_get_string (other, "access_token"));
  g_autoptr (Answer) out = post_refresh (rig, "/api/auth/logout", access_token, refresh_token);
  g_autoptr (Answer) me = NULL;
  g_autoptr (Client) back = NULL;

  g_assert_cmpuint (out->status, ==, 200);
  g_assert_cmpuint (client_wait_closed (device), ==, 1008);
  g_assert_cmpuint (client_wait_closed (same_device), ==, 1008);
  client_sync (other_device);
  me = http_get (rig->base, "/api/users/me", later_token);
  assert_error (me, 401, "signed out: sign in again");
  back = client_open (rig->base, rig->ali, access_token);
  g_assert_cmpuint (client_wait_closed (back), ==, 1011);
}

static void
test_nobody_signs_somebody_else_out (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Answer) ali = post_sign_in (rig->base, "ali", "secret");
  g_autoptr (Answer) vali = post_sign_in (rig->base, "vali", "secret");
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
  g_autoptr (Answer) answer = post_sign_in (rig->base, "ali", "secret");
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
test_wrong_passwords_are_slowed_down (void)
{
  static const char *const waits[] = { "1", "2", "4", "8", "16", "32", "60", "60" };
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (Answer) other_user = NULL;
  g_autoptr (Answer) right = NULL;
  g_autoptr (Answer) wrong = NULL;

  for (guint i = 0; i < ALOQA_FREE_FAILURES; i++)
    answer_free (post_sign_in (rig->base, "ali", "guess"));
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++) {
    g_autoptr (Answer) next = post_sign_in (rig->base, "ali", "guess");
    /* Also with the right one: else the limit would tell when it was found. */
    g_autoptr (Answer) limited = post_sign_in (rig->base, "ali", "secret");

    g_assert_cmpuint (next->status, ==, 401);
    g_assert_cmpuint (limited->status, ==, 429);
    g_assert_cmpstr (soup_message_headers_get_one (limited->headers, "Retry-After"), ==, waits[i]);
    aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 60 * 1000);
  }
  other_user = post_sign_in (rig->base, "vali", "secret");
  g_assert_cmpuint (other_user->status, ==, 200);

  /* Whoever knows it was not guessing. */
  right = post_sign_in (rig->base, "ali", "secret");
  g_assert_cmpuint (right->status, ==, 200);
  answer_free (post_sign_in (rig->base, "ali", "guess"));
  wrong = post_sign_in (rig->base, "ali", "guess");
  g_assert_cmpuint (wrong->status, ==, 401);
  g_object_unref (clock);
}

static void
test_sign_ins_of_one_address_are_limited (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  guint n_right = 0;

  for (guint i = 0; i < ALOQA_SIGN_INS_PER_ADDRESS_BURST + 2; i++) {
    g_autoptr (Answer) answer = post_sign_in (rig->base, "ali", "secret");

    n_right += answer->status == 200;
  }
  g_assert_cmpuint (n_right, ==, ALOQA_SIGN_INS_PER_ADDRESS_BURST);
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

#define ADD(name, func) g_test_add_func ("/server/sign-in/" name, func)

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
  ADD ("sign-out-ends-the-connections-of-that-sign-in",
       test_sign_out_ends_the_connections_of_that_sign_in);
  ADD ("nobody-signs-somebody-else-out", test_nobody_signs_somebody_else_out);
  ADD ("tokens-end-with-the-user", test_tokens_end_with_the_user);
  ADD ("wrong-passwords-are-slowed-down", test_wrong_passwords_are_slowed_down);
  ADD ("sign-ins-of-one-address-are-limited", test_sign_ins_of_one_address_are_limited);
  ADD ("a-client-may-hang-up-while-its-password-is-checked",
       test_a_client_may_hang_up_while_its_password_is_checked);
  ADD ("the-server-may-stop-while-a-password-is-checked",
       test_the_server_may_stop_while_a_password_is_checked);
  return g_test_run ();
}
