/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "protocol/credentials.h"
#include "protocol/error.h"
#include "protocol/http-error.h"
#include "protocol/limits.h"
#include "protocol/user.h"

/* The bodies of HTTP: what is read is written, and read again the same. */

static void
check_user (const char *text, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaUser) user = aloqa_user_parse (text, size, &error);
  g_autoptr (AloqaUser) again = NULL;
  g_autofree char *json = NULL, *json_again = NULL, *name = NULL;

  if (user == NULL) {
    g_assert_true (error->domain == ALOQA_PROTOCOL_ERROR);
    return;
  }
  g_assert_true (aloqa_username_is_valid (user->username));
  g_assert_true (user->profile_pic == NULL || aloqa_profile_pic_is_valid (user->profile_pic));
  name = aloqa_user_dup_display_name (user);
  g_assert_cmpuint (g_utf8_strlen (name, -1), >, 0);

  json = aloqa_user_to_json (user);
  again = aloqa_user_parse (json, -1, &error);
  g_assert_no_error (error);
  json_again = aloqa_user_to_json (again);
  g_assert_cmpstr (json, ==, json_again);
}

static void
check_list (const char *text, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = aloqa_user_parse_list (text, size, &error);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *json = NULL;

  if (users == NULL) {
    g_assert_true (error->domain == ALOQA_PROTOCOL_ERROR);
    return;
  }
  json = aloqa_user_list_to_json (users);
  again = aloqa_user_parse_list (json, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (users->len, ==, again->len);
}

static void
check_credentials (const char *text, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCredentials) credentials = aloqa_credentials_parse (text, size, &error);
  g_autoptr (AloqaCredentials) again = NULL;
  g_autofree char *json = NULL, *json_again = NULL;

  if (credentials == NULL) {
    g_assert_true (error->domain == ALOQA_PROTOCOL_ERROR);
    return;
  }
  json = aloqa_credentials_to_json (credentials);
  again = aloqa_credentials_parse (json, -1, &error);
  g_assert_no_error (error);
  json_again = aloqa_credentials_to_json (again);
  g_assert_cmpstr (json, ==, json_again);
}

static void
check_token (const char *text, size_t size)
{
  g_autofree char *token = g_strndup (text, size);
  gint64 expiry_s;

  if (aloqa_token_get_expiry_s (token, &expiry_s, NULL))
    g_assert_cmpint (expiry_s, >=, 1);
}

static void
check_description (const char *text, size_t size)
{
  g_autofree char *line = aloqa_http_error_describe (text, size);

  if (line == NULL)
    return;
  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_assert_cmpuint (g_utf8_strlen (line, -1), <=, ALOQA_MAX_ERROR_TEXT_CHARS);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;

  check_user (text, size);
  check_list (text, size);
  check_credentials (text, size);
  check_token (text, size);
  check_description (text, size);
  return 0;
}
