/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/user.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include "support/support.h"

#include <string.h>

#define ALI                                                                                        \
  "{\"id\":2,\"username\":\"ali\",\"first_name\":\"Ali\",\"last_name\":\"Aliyev\","                \
  "\"role\":\"admin\",\"profile_pic\":\"thumb_user_2_1795362585.361314.png\",\"bio\":\"Salom\","   \
  "\"is_active\":false,\"created_at\":\"2025-01-02T03:04:05.678901\","                             \
  "\"updated_at\":\"2025-01-02T03:04:05\"}"
#define VALI                                                                                       \
  "{\"id\":3,\"username\":\"vali\",\"first_name\":null,\"last_name\":null,\"role\":\"user\","      \
  "\"profile_pic\":null,\"bio\":null,\"is_active\":true,\"created_at\":null,\"updated_at\":null}"

static AloqaUser *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  AloqaUser *user = aloqa_user_parse (json, -1, &error);

  g_assert_no_error (error);
  return user;
}

static void
test_every_member_is_read (void)
{
  g_autoptr (AloqaUser) ali = parse (ALI);
  g_autoptr (AloqaUser) copy = g_boxed_copy (ALOQA_TYPE_USER, ali);
  g_autofree char *json = aloqa_user_to_json (copy);

  g_assert_cmpint (ali->id, ==, 2);
  g_assert_cmpstr (ali->username, ==, "ali");
  g_assert_cmpstr (ali->first_name, ==, "Ali");
  g_assert_cmpstr (ali->last_name, ==, "Aliyev");
  g_assert_cmpint (ali->role, ==, ALOQA_USER_ROLE_ADMIN);
  g_assert_cmpstr (ali->profile_pic, ==, "thumb_user_2_1795362585.361314.png");
  g_assert_cmpstr (ali->bio, ==, "Salom");
  g_assert_false (ali->is_active);
  g_assert_cmpstr (ali->created_at, ==, "2025-01-02T03:04:05.678901");
  g_assert_cmpstr (ali->updated_at, ==, "2025-01-02T03:04:05");
  g_assert_cmpstr (json, ==, ALI);
}

static void
test_little_is_enough (void)
{
  g_autoptr (AloqaUser) user = parse ("{\"username\":\"vali\",\"id\":3,\"role\":\"new\",\"x\":[]}");
  g_autofree char *json = aloqa_user_to_json (user);

  g_assert_cmpstr (json, ==, VALI);
}

static void
test_each_fault_names_its_field (void)
{
  const struct {
    const char *json;
    const char *field;
  } cases[] = {
    { "", NULL },
    { "[]", NULL },
    { "{}", "id" },
    { "{\"id\":\"2\",\"username\":\"a\"}", "id" },
    { "{\"id\":0,\"username\":\"a\"}", "id" },
    { "{\"id\":2}", "username" },
    { "{\"id\":2,\"username\":\"\"}", "username" },
    { "{\"id\":2,\"username\":5}", "username" },
    { "{\"id\":2,\"username\":\"a\\u0007\"}", "username" },
    { "{\"id\":2,\"username\":\"a\\u202eb\"}", "username" },
    { "{\"id\":2,\"username\":\"a\",\"first_name\":5}", "first_name" },
    { "{\"id\":2,\"username\":\"a\",\"last_name\":[]}", "last_name" },
    { "{\"id\":2,\"username\":\"a\",\"role\":1}", "role" },
    { "{\"id\":2,\"username\":\"a\",\"profile_pic\":{}}", "profile_pic" },
    { "{\"id\":2,\"username\":\"a\",\"is_active\":1}", "is_active" },
    { "{\"id\":2,\"username\":\"a\",\"created_at\":1}", "created_at" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].json);
    g_assert_null (aloqa_user_parse (cases[i].json, -1, &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, cases[i].field);
  }
}

static void
test_a_username_ends_at_its_limit (void)
{
  g_autofree char *longest = g_strnfill (ALOQA_MAX_USERNAME_BYTES, 'u');
  g_autofree char *fits = g_strdup_printf ("{\"id\":1,\"username\":\"%s\"}", longest);
  g_autofree char *too_long = g_strdup_printf ("{\"id\":1,\"username\":\"%su\"}", longest);
  g_autoptr (AloqaUser) user = parse (fits);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (user->username, ==, longest);
  g_assert_null (aloqa_user_parse (too_long, -1, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
  g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, "username");
}

static void
test_one_bad_user_does_not_hide_the_others (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = aloqa_user_parse_list (
      "[" ALI ",{\"id\":0},7,null,{\"id\":9,\"username\":\"\"}," VALI "]", -1, &error);
  g_autoptr (GPtrArray) none = aloqa_user_parse_list ("[]", -1, NULL);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (users->len, ==, 2);
  json = aloqa_user_list_to_json (users);
  g_assert_cmpstr (json, ==, "[" ALI "," VALI "]");
  g_assert_cmpuint (none->len, ==, 0);

  g_assert_null (aloqa_user_parse_list ("{}", -1, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
}

static void
test_a_list_ends_at_its_limit (void)
{
  g_autoptr (GString) json = g_string_new ("[" VALI);
  g_autoptr (GPtrArray) users = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < ALOQA_MAX_USERS; i++)
    g_string_append (json, "," ALI);
  g_string_append (json, "]");
  g_assert_cmpuint (json->len, <, ALOQA_MAX_USERS_BYTES);
  users = aloqa_user_parse_list (json->str, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (users->len, ==, ALOQA_MAX_USERS);
}

static void
test_a_name_is_shown_when_it_is_whole (void)
{
  const struct {
    const char *first_name, *last_name, *shown;
  } cases[] = {
    { "Ali", "Aliyev", "Ali Aliyev" }, { "Ali", NULL, "ali" },
    { NULL, "Aliyev", "ali" },         { NULL, NULL, "ali" },
    { "", "Aliyev", "ali" },           { "Ali", "", "ali" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (AloqaUser) user = aloqa_user_new (1, "ali");
    g_autofree char *shown = NULL;

    user->first_name = g_strdup (cases[i].first_name);
    user->last_name = g_strdup (cases[i].last_name);
    shown = aloqa_user_dup_display_name (user);
    g_assert_cmpstr (shown, ==, cases[i].shown);
  }
}

static void
test_text_is_made_safe_to_show (void)
{
  const struct {
    const char *text, *clean;
  } cases[] = {
    { NULL, NULL },
    { "", NULL },
    { " \t ", NULL },
    { "Oʻktam", "Oʻktam" },
    { "a\nb\r\tc", "a b  c" },
    { "\x1b[31mred", "[31mred" },
    { "a\u2028b\u2029c", "a b c" },
    { "a\u202e\u2066b", "a  b" },
    { "\u200fשלום", "\u200fשלום" },
    { "1234567890", "12345678" },
    { "ʻʻʻʻʻʻʻʻʻʻ", "ʻʻʻʻʻʻʻʻ" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *clean = aloqa_text_clean (cases[i].text, 8);

    g_assert_cmpstr (clean, ==, cases[i].clean);
  }
}

static void
test_a_picture_is_a_plain_file_name (void)
{
  const char *const valid[] = { "a.png", "thumb_user_2_1795362585.361314.png", "rasm-ʻ.jpg",
                                "a b" };
  const char *const bad[] = {
    "",     ".",     "..",  "../a", "a/b", "/a",   "a\\b",  "a..b",
    ".hid", "a%2fb", "a?b", "a#b",  "C:a", "a\nb", "a\x7f",
  };
  g_autofree char *too_long = g_strnfill (ALOQA_MAX_PROFILE_PIC_BYTES + 1, 'p');

  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    g_assert_true (aloqa_profile_pic_is_valid (valid[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (aloqa_profile_pic_is_valid (bad[i]));
  g_assert_false (aloqa_profile_pic_is_valid (too_long));
  g_assert_true (aloqa_profile_pic_is_valid (too_long + 1));
}

static void
test_a_word_is_of_few_letters (void)
{
  g_assert_true (aloqa_word_is_valid ("aZ09_-", 6));
  g_assert_false (aloqa_word_is_valid ("aZ09_-", 5));
  g_assert_false (aloqa_word_is_valid ("", 5));
  g_assert_false (aloqa_word_is_valid ("a.b", 5));
  g_assert_false (aloqa_word_is_valid ("a b", 5));
  g_assert_false (aloqa_word_is_valid ("é", 5));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/user/every-member-is-read", test_every_member_is_read);
  g_test_add_func ("/user/little-is-enough", test_little_is_enough);
  g_test_add_func ("/user/each-fault-names-its-field", test_each_fault_names_its_field);
  g_test_add_func ("/user/a-username-ends-at-its-limit", test_a_username_ends_at_its_limit);
  g_test_add_func ("/user/one-bad-user-does-not-hide-the-others",
                   test_one_bad_user_does_not_hide_the_others);
  g_test_add_func ("/user/a-list-ends-at-its-limit", test_a_list_ends_at_its_limit);
  g_test_add_func ("/user/a-name-is-shown-when-it-is-whole", test_a_name_is_shown_when_it_is_whole);
  g_test_add_func ("/user/text-is-made-safe-to-show", test_text_is_made_safe_to_show);
  g_test_add_func ("/user/a-picture-is-a-plain-file-name", test_a_picture_is_a_plain_file_name);
  g_test_add_func ("/user/a-word-is-of-few-letters", test_a_word_is_of_few_letters);

  return g_test_run ();
}
