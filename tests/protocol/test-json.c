/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/json.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include "support/support.h"

#include <string.h>

#define LIMIT 100000

static const char *const valid[] = {
  "{}",
  "[]",
  "null",
  "\"\"",
  " \t\r\n{ \"a\" : [ true , false , null ] } \n",
  "[0,-0,1,-1,10,0.5,-0.5,1e5,1E+5,1.5e-5,123456789012345678]",
  "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00\"",
  "\"o\xca\xbbzbek\xf0\x9f\x98\x80\x7f\"",
  "{\"a\":1,\"a\":2}",
};

static const char *const bad[] = {
  "",
  " ",
  "{",
  "}",
  "[",
  "[1",
  "[1,",
  "[1,]",
  "[,1]",
  "[1 2]",
  "{\"a\"}",
  "{\"a\":}",
  "{\"a\":1,}",
  "{a:1}",
  "{'a':1}",
  "{\"a\":1 \"b\":2}",
  "{\"a\":1}}",
  "{}{}",
  "{} x",
  "/* comment */ {}",
  "{} // comment",
  "var a = {};",
  "NaN",
  "[NaN]",
  "[Infinity]",
  "[-Infinity]",
  "nul",
  "True",
  "nullx",
  "01",
  "-",
  "+1",
  ".5",
  "1.",
  "1.e5",
  "1e",
  "1e+",
  "0x10",
  "\"",
  "\"a",
  "\"\\\"",
  "\"\\x41\"",
  "\"\\",
  "\"\\u12\"",
  "\"\\u12g4\"",
  "\"\\u0000\"",
  "\"\\ud800\"",
  "\"\\ud800x\"",
  "\"\\ud800\\u0041\"",
  "\"\\ud800\\ud800\"",
  "\"\\udc00\"",
  "\"\\ude00\\ud83d\"",
  "\"a\nb\"",
  "\"a\tb\"",
  "\"\x01\"",
  "\"\xff\"",
  "\"\xc3\"",
  "\"\xed\xa0\x80\"",
  "\"\xc0\x80\"",
  "\xef\xbb\xbf{}",
};

static void
test_valid_text_is_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = aloqa_json_parse (valid[i], -1, LIMIT, &error);

    g_test_message ("%s", valid[i]);
    g_assert_no_error (error);
    g_assert_nonnull (node);
  }
}

static void
test_anything_else_is_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = aloqa_json_parse (bad[i], -1, LIMIT, &error);

    g_test_message ("case %u", i);
    g_assert_null (node);
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
    g_assert_null (aloqa_protocol_error_get_field (error));
  }
}

static void
test_a_nul_ends_no_text (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_json_parse ("{}\0{}", 5, LIMIT, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
}

static void
test_the_length_ends_the_text (void)
{
  g_autoptr (JsonNode) node = aloqa_json_parse ("[1]2]", 3, LIMIT, NULL);

  g_assert_nonnull (node);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, 1);
}

static char *
nest (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, i % 2 == 0 ? "[" : "{\"a\":");
  g_string_append (text, "1");
  for (guint i = depth; i > 0; i--)
    g_string_append (text, i % 2 == 1 ? "]" : "}");
  return g_string_free (text, FALSE);
}

static void
check_size (const char *text, gsize max_bytes, gboolean fits)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = aloqa_json_parse (text, -1, max_bytes, &error);

  if (fits)
    g_assert_no_error (error);
  else
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
  g_assert_cmpint (node != NULL, ==, fits);
}

/* [0,0,…] is the most that a byte can cost. */
static void
test_values_end_at_their_limit (void)
{
  g_autoptr (GString) text = g_string_new ("[0");

  for (guint i = 2; i < ALOQA_MAX_JSON_VALUES; i++) /* the array is one, too */
    g_string_append (text, ",0");
  g_string_append (text, "]");
  check_size (text->str, text->len, TRUE);
  g_string_insert (text, 1, "0,");
  check_size (text->str, text->len, FALSE);
}

static void
test_sizes_end_at_their_limits (void)
{
  g_autofree char *deepest = nest (ALOQA_MAX_JSON_DEPTH);
  g_autofree char *too_deep = nest (ALOQA_MAX_JSON_DEPTH + 1);
  g_autofree char *endless = g_strnfill (LIMIT, '[');
  g_autofree char *digits = g_strnfill (ALOQA_MAX_JSON_INTEGER_DIGITS, '9');
  g_autofree char *more_digits = g_strnfill (ALOQA_MAX_JSON_INTEGER_DIGITS + 1, '9');
  g_autofree char *more_negative = g_strconcat ("-", more_digits, NULL);
  g_autofree char *fraction = g_strnfill (ALOQA_MAX_JSON_NUMBER_CHARS - 2, '0');
  g_autofree char *number = g_strconcat ("1.", fraction, NULL);
  g_autofree char *longer_number = g_strconcat ("1.0", fraction, NULL);

  check_size (deepest, LIMIT, TRUE);
  check_size (too_deep, LIMIT, FALSE);
  check_size (endless, LIMIT, FALSE);
  check_size (digits, LIMIT, TRUE);
  check_size (more_digits, LIMIT, FALSE);
  check_size (more_negative, LIMIT, FALSE);
  check_size (number, LIMIT, TRUE);
  check_size (longer_number, LIMIT, FALSE);
  check_size ("[1]", 3, TRUE);
  check_size ("[1] ", 3, FALSE);
}

static void
test_text_is_read_as_it_is_meant (void)
{
  g_autoptr (JsonObject) object = aloqa_json_parse_object (
      "{\"a\":\"\\u0041\\ud83d\\ude00\\n\\/\",\"b\":-12,\"c\":\"\"}", -1, LIMIT, NULL);

  g_assert_cmpstr (json_object_get_string_member (object, "a"), ==, "A\xf0\x9f\x98\x80\n/");
  g_assert_cmpint (json_object_get_int_member (object, "b"), ==, -12);
  g_assert_cmpstr (json_object_get_string_member (object, "c"), ==, "");
}

static void
test_only_an_object_is_one (void)
{
  const char *const others[] = { "[]", "1", "\"a\"", "null", "true" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aloqa_json_parse_object (others[i], -1, LIMIT, &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
  }
}

static void
check_field (const GError *error, int code)
{
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, code);
  g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, "a");
}

static void
test_getters_name_the_member_at_fault (void)
{
  const char *const no_ids[] = { "{}",
                                 "{\"a\":null}",
                                 "{\"a\":0}",
                                 "{\"a\":-1}",
                                 "{\"a\":1.0}",
                                 "{\"a\":1e3}",
                                 "{\"a\":\"1\"}",
                                 "{\"a\":true}",
                                 "{\"a\":9007199254740992}",
                                 "{\"a\":[1]}" };
  const char *const no_strings[] = { "{}", "{\"a\":null}", "{\"a\":1}", "{\"a\":[\"a\"]}" };

  for (guint i = 0; i < G_N_ELEMENTS (no_ids); i++) {
    g_autoptr (JsonObject) object = aloqa_json_parse_object (no_ids[i], -1, LIMIT, NULL);
    g_autoptr (GError) error = NULL;
    gint64 id = 7;

    g_assert_false (aloqa_json_get_id (object, "a", &id, &error));
    check_field (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
    g_assert_cmpint (id, ==, 7);
  }
  for (guint i = 0; i < G_N_ELEMENTS (no_strings); i++) {
    g_autoptr (JsonObject) object = aloqa_json_parse_object (no_strings[i], -1, LIMIT, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (aloqa_json_get_string (object, "a", 10, &error));
    check_field (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
  }
}

static void
test_getters_give_what_is_there (void)
{
  g_autoptr (JsonObject) object = aloqa_json_parse_object (
      "{\"id\":9007199254740991,\"a\":\"xyz\",\"b\":false,\"n\":null,\"o\":{},\"l\":[1,2]}", -1,
      LIMIT, NULL);
  g_autoptr (GError) error = NULL;
  gboolean value = TRUE;
  const char *text = "";
  gint64 id;

  g_assert_true (aloqa_json_get_id (object, "id", &id, NULL));
  g_assert_cmpint (id, ==, ALOQA_MAX_ID);
  g_assert_cmpstr (aloqa_json_get_string (object, "a", 3, NULL), ==, "xyz");
  g_assert_null (aloqa_json_get_string (object, "a", 2, &error));
  check_field (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_true (aloqa_json_get_optional_string (object, "n", 3, &text, NULL));
  g_assert_null (text);
  g_assert_true (aloqa_json_get_boolean (object, "n", &value, NULL));
  g_assert_true (value);
  g_assert_true (aloqa_json_get_boolean (object, "b", &value, NULL));
  g_assert_false (value);
  g_assert_false (aloqa_json_get_boolean (object, "a", &value, &error));
  check_field (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
  g_clear_error (&error);
  g_assert_nonnull (aloqa_json_get_object (object, "o", NULL));
  g_assert_null (aloqa_json_get_object (object, "a", &error));
  check_field (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
  g_clear_error (&error);
  g_assert_nonnull (aloqa_json_get_array (object, "l", 2, NULL));
  g_assert_null (aloqa_json_get_array (object, "a", 2, &error));
  check_field (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
  g_clear_error (&error);
  g_assert_null (aloqa_json_get_array (object, "l", 1, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
}

static void
test_an_error_nests (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) copy = NULL;

  aloqa_protocol_error_set (&error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "inner", "is %s", "bad");
  aloqa_protocol_error_nest (&error, "outer");
  copy = g_error_copy (error);
  g_assert_cmpstr (copy->message, ==, "outer.inner: is bad");
  g_assert_cmpstr (aloqa_protocol_error_get_field (copy), ==, "outer.inner");

  g_clear_error (&error);
  aloqa_protocol_error_set (&error, ALOQA_PROTOCOL_ERROR_BAD_SDP, NULL, "line 3: is bad");
  g_assert_null (aloqa_protocol_error_get_field (error));
  aloqa_protocol_error_nest (&error, "sdp");
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_SDP);
  g_assert_cmpstr (error->message, ==, "sdp: line 3: is bad");
  g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, "sdp");

  g_clear_error (&error);
  g_set_error_literal (&error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "plain");
  aloqa_protocol_error_nest (&error, "outer");
  g_assert_cmpstr (error->message, ==, "outer: plain");

  g_clear_error (&error);
  g_set_error_literal (&error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "another's");
  aloqa_protocol_error_nest (&error, "outer");
  g_assert_cmpstr (error->message, ==, "another's");
  g_assert_null (aloqa_protocol_error_get_field (error));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/json/valid-text-is-read", test_valid_text_is_read);
  g_test_add_func ("/json/anything-else-is-refused", test_anything_else_is_refused);
  g_test_add_func ("/json/a-nul-ends-no-text", test_a_nul_ends_no_text);
  g_test_add_func ("/json/the-length-ends-the-text", test_the_length_ends_the_text);
  g_test_add_func ("/json/sizes-end-at-their-limits", test_sizes_end_at_their_limits);
  g_test_add_func ("/json/values-end-at-their-limit", test_values_end_at_their_limit);
  g_test_add_func ("/json/text-is-read-as-it-is-meant", test_text_is_read_as_it_is_meant);
  g_test_add_func ("/json/only-an-object-is-one", test_only_an_object_is_one);
  g_test_add_func ("/json/getters-name-the-member-at-fault", test_getters_name_the_member_at_fault);
  g_test_add_func ("/json/getters-give-what-is-there", test_getters_give_what_is_there);
  g_test_add_func ("/json/an-error-nests", test_an_error_nests);

  return g_test_run ();
}
