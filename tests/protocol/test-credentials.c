/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/credentials.h"

#include "protocol/error.h"
#include "protocol/http-error.h"
#include "protocol/limits.h"

#include "support/support.h"

#include <string.h>

#define USER                                                                                       \
  "{\"id\":3,\"username\":\"vali\",\"first_name\":null,\"last_name\":null,\"role\":\"user\","      \
  "\"profile_pic\":null,\"bio\":null,\"is_active\":true,\"created_at\":null,\"updated_at\":null}"
#define ANSWER                                                                                     \
  "{\"access_token\":\"a.b.c\",\"refresh_token\":\"d.e.f\",\"token_type\":\"bearer\","             \
  "\"user\":" USER "}"

static void
test_an_answer_comes_back_as_it_was_written (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCredentials) credentials = aloqa_credentials_parse (ANSWER, -1, &error);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (credentials->access_token, ==, "a.b.c");
  g_assert_cmpstr (credentials->refresh_token, ==, "d.e.f");
  g_assert_cmpstr (credentials->user->username, ==, "vali");
  json = aloqa_credentials_to_json (credentials);
  g_assert_cmpstr (json, ==, ANSWER);
}

static void
test_each_fault_names_its_field (void)
{
  const struct {
    const char *json;
    const char *field;
  } cases[] = {
    { "Internal Server Error", NULL },
    { "[]", NULL },
    { "{}", "access_token" },
    { "{\"access_token\":\"\"}", "access_token" },
    { "{\"access_token\":\"a b\"}", "access_token" },
    { "{\"access_token\":\"a\\r\\nX: y\"}", "access_token" },
    { "{\"access_token\":7}", "access_token" },
    { "{\"access_token\":\"a\"}", "refresh_token" },
    { "{\"access_token\":\"a\",\"refresh_token\":\"b\"}", "user" },
    { "{\"access_token\":\"a\",\"refresh_token\":\"b\",\"user\":[]}", "user" },
    { "{\"access_token\":\"a\",\"refresh_token\":\"b\",\"user\":{\"id\":1}}", "user.username" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aloqa_credentials_parse (cases[i].json, -1, &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, cases[i].field);
  }
}

static void
test_a_token_ends_at_its_limit (void)
{
  g_autofree char *token = g_strnfill (ALOQA_MAX_TOKEN_BYTES + 1, 't');
  g_autofree char *json = g_strdup_printf ("{\"access_token\":\"%s\"}", token);
  g_autoptr (GError) error = NULL;
  gint64 expiry_s;

  g_assert_null (aloqa_credentials_parse (json, -1, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (aloqa_token_get_expiry_s (token, &expiry_s, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
}

/* "header.PAYLOAD.signature" with @payload in base64url. */
static char *
make_token (const char *payload)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) payload, strlen (payload));

  g_strdelimit (base64, "+", '-');
  g_strdelimit (base64, "/", '_');
  base64[strcspn (base64, "=")] = '\0';
  return g_strdup_printf ("eyJhbGciOiJIUzI1NiJ9.%s.c2ln", base64);
}

static void
test_a_token_tells_when_it_expires (void)
{
  const struct {
    const char *payload;
    gint64 expiry_s;
  } cases[] = {
    { "{\"sub\":\"ali\",\"exp\":1795362585,\"type\":\"access\"}", 1795362585 },
    { "{\"sub\":\"ali?>~ÿ\",\"exp\":1795362585}", 1795362585 },
    { "{\"exp\":1795362585.75}", 1795362585 },
    { "{\"exp\":1}", 1 },
    { "{\"exp\":12}", 12 },
    { "{\"exp\":123}", 123 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *token = make_token (cases[i].payload);
    g_autoptr (GError) error = NULL;
    gint64 expiry_s = 0;

    g_assert_true (aloqa_token_get_expiry_s (token, &expiry_s, &error));
    g_assert_no_error (error);
    g_assert_cmpint (expiry_s, ==, cases[i].expiry_s);
  }
}

static void
check_no_expiry (const char *token)
{
  g_autoptr (GError) error = NULL;
  gint64 expiry_s;

  g_test_message ("%s", token);
  g_assert_false (aloqa_token_get_expiry_s (token, &expiry_s, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
  g_assert_null (strstr (error->message, "c2ln"));
}

static void
test_another_token_does_not (void)
{
  const char *const payloads[] = {
    "",
    "{}",
    "[]",
    "{\"exp\":null}",
    "{\"exp\":\"1795362585\"}",
    "{\"exp\":0}",
    "{\"exp\":-5}",
    "{\"exp\":[5]}",
    "{\"exp\":1e300}",
    "{\"exp\":true}",
  };
  const char *const tokens[] = { "", ".", "..", "a.b", "a.b.c", "a.b.c.d", "a.!!!.c", "opaque" };

  for (guint i = 0; i < G_N_ELEMENTS (payloads); i++) {
    g_autofree char *token = make_token (payloads[i]);

    check_no_expiry (token);
  }
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    check_no_expiry (tokens[i]);
}

static void
test_an_error_body_becomes_one_line (void)
{
  const struct {
    const char *body, *line;
  } cases[] = {
    { "{\"detail\":\"Incorrect username or password\"}", "Incorrect username or password" },
    { "{\"detail\":[{\"loc\":[\"body\",\"username\"],\"msg\":\"field required\",\"type\":\"x\"},"
      "{\"loc\":[\"body\",0],\"msg\":\"too short\"},{\"msg\":5},7]}",
      "username: field required; too short" },
    { "{\"message\":\"No\"}", "No" },
    { "{\"detail\":{\"a\":1}}", NULL },
    { "{\"detail\":[]}", NULL },
    { "{\"detail\":null,\"message\":\"No\"}", NULL },
    { "{\"detail\":\"\"}", NULL },
    { "{}", NULL },
    { "[1]", NULL },
    { "5", NULL },
    { "\"Quoted\"", "Quoted" },
    { "Internal Server Error\n", "Internal Server Error" },
    { "a\nb\x1b[0m\xff", "a b [0m\xef\xbf\xbd" },
    { " \n <!DOCTYPE html><html><body>502</body></html>", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = aloqa_http_error_describe (cases[i].body, -1);

    g_assert_cmpstr (line, ==, cases[i].line);
  }
}

static void
test_an_error_body_ends_at_its_limit (void)
{
  g_autofree char *letters = g_strnfill (ALOQA_MAX_BODY_BYTES + 10, 'a');
  g_autofree char *plain = aloqa_http_error_describe (letters, -1);
  g_autofree char *cut = aloqa_http_error_describe (letters, 3);
  g_autofree char *json = NULL, *detail = NULL;

  letters[2000] = '\0';
  json = g_strdup_printf ("{\"detail\":\"%s\"}", letters);
  detail = aloqa_http_error_describe (json, -1);
  g_assert_cmpuint (strlen (plain), ==, ALOQA_MAX_ERROR_TEXT_CHARS);
  g_assert_cmpuint (strlen (detail), ==, ALOQA_MAX_ERROR_TEXT_CHARS);
  g_assert_cmpstr (cut, ==, "aaa");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/credentials/an-answer-comes-back-as-it-was-written",
                   test_an_answer_comes_back_as_it_was_written);
  g_test_add_func ("/credentials/each-fault-names-its-field", test_each_fault_names_its_field);
  g_test_add_func ("/credentials/a-token-ends-at-its-limit", test_a_token_ends_at_its_limit);
  g_test_add_func ("/credentials/a-token-tells-when-it-expires",
                   test_a_token_tells_when_it_expires);
  g_test_add_func ("/credentials/another-token-does-not", test_another_token_does_not);
  g_test_add_func ("/http-error/an-error-body-becomes-one-line",
                   test_an_error_body_becomes_one_line);
  g_test_add_func ("/http-error/an-error-body-ends-at-its-limit",
                   test_an_error_body_ends_at_its_limit);

  return g_test_run ();
}
