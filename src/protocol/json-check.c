/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/json.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include <string.h>

/* A place in a text that ends with a NUL. */
typedef struct {
  const char *start;
  const char *at;
  guint n_values;
  GError **error;
} Cursor;

static gboolean
refuse (Cursor *cursor, const char *reason)
{
  aloqa_protocol_error_set (cursor->error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, NULL,
                            "The text is not JSON: %s at byte %" G_GSIZE_FORMAT, reason,
                            (gsize) (cursor->at - cursor->start));
  return FALSE;
}

static gboolean
refuse_large (Cursor *cursor, const char *what, int limit)
{
  aloqa_protocol_error_set (cursor->error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, NULL,
                            "The JSON has %s of over %d at byte %" G_GSIZE_FORMAT, what, limit,
                            (gsize) (cursor->at - cursor->start));
  return FALSE;
}

static void
skip_space (Cursor *cursor)
{
  while (*cursor->at != '\0' && strchr (" \t\r\n", *cursor->at) != NULL)
    cursor->at++;
}

static gboolean
skip_char (Cursor *cursor, char wanted)
{
  if (*cursor->at != wanted)
    return FALSE;
  cursor->at++;
  return TRUE;
}

static gsize
skip_digits (Cursor *cursor)
{
  const char *start = cursor->at;

  while (g_ascii_isdigit (*cursor->at))
    cursor->at++;
  return cursor->at - start;
}

static gboolean
check_number (Cursor *cursor)
{
  const char *start = cursor->at;
  gboolean is_integer = TRUE;
  gsize n_digits;

  skip_char (cursor, '-');
  n_digits = skip_char (cursor, '0') ? 1 : skip_digits (cursor);
  if (n_digits == 0)
    return refuse (cursor, "a value is missing");
  if (skip_char (cursor, '.')) {
    is_integer = FALSE;
    if (skip_digits (cursor) == 0)
      return refuse (cursor, "digits are missing");
  }
  if (*cursor->at == 'e' || *cursor->at == 'E') {
    is_integer = FALSE;
    cursor->at++;
    if (*cursor->at == '+' || *cursor->at == '-')
      cursor->at++;
    if (skip_digits (cursor) == 0)
      return refuse (cursor, "digits are missing");
  }
  if (is_integer && n_digits > ALOQA_MAX_JSON_INTEGER_DIGITS)
    return refuse_large (cursor, "digits in an integer", ALOQA_MAX_JSON_INTEGER_DIGITS);
  if (cursor->at - start > ALOQA_MAX_JSON_NUMBER_CHARS)
    return refuse_large (cursor, "characters in a number", ALOQA_MAX_JSON_NUMBER_CHARS);
  return TRUE;
}

/* Returns -1 where there are no four hexadecimal digits. */
static int
take_hex4 (Cursor *cursor)
{
  int value = 0;

  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (*cursor->at);

    if (digit < 0)
      return -1;
    value = value * 16 + digit;
    cursor->at++;
  }
  return value;
}

/* What follows "\u". A NUL would end a C string early, half a surrogate pair is no character. */
static gboolean
check_unicode_escape (Cursor *cursor)
{
  int value = take_hex4 (cursor);

  if (value < 0)
    return refuse (cursor, "an escape needs four hexadecimal digits");
  if (value == 0)
    return refuse (cursor, "a NUL character stands");
  if (value >= 0xdc00 && value <= 0xdfff)
    return refuse (cursor, "half a surrogate pair stands");
  if (value < 0xd800 || value > 0xdbff)
    return TRUE;

  if (!skip_char (cursor, '\\') || !skip_char (cursor, 'u'))
    return refuse (cursor, "half a surrogate pair stands");
  value = take_hex4 (cursor);
  if (value < 0xdc00 || value > 0xdfff)
    return refuse (cursor, "half a surrogate pair stands");
  return TRUE;
}

static gboolean
check_string (Cursor *cursor)
{
  if (!skip_char (cursor, '"'))
    return refuse (cursor, "a string is missing");

  while (*cursor->at != '"') {
    if ((guchar) *cursor->at < 0x20)
      return refuse (cursor, "a string has a control character or no end");
    if (!skip_char (cursor, '\\')) {
      cursor->at++;
      continue;
    }
    if (*cursor->at == '\0' || strchr ("\"\\/bfnrtu", *cursor->at) == NULL)
      return refuse (cursor, "an unknown escape stands");
    if (*cursor->at++ == 'u' && !check_unicode_escape (cursor))
      return FALSE;
  }
  cursor->at++;
  return TRUE;
}

static gboolean
check_word (Cursor *cursor, const char *word)
{
  if (!g_str_has_prefix (cursor->at, word))
    return refuse (cursor, "an unknown word stands");
  cursor->at += strlen (word);
  return TRUE;
}

static gboolean check_value (Cursor *cursor, guint depth);

static gboolean
check_member (Cursor *cursor, guint depth)
{
  skip_space (cursor);
  if (!check_string (cursor))
    return FALSE;
  skip_space (cursor);
  if (!skip_char (cursor, ':'))
    return refuse (cursor, "a colon is missing");
  return check_value (cursor, depth);
}

static gboolean
check_container (Cursor *cursor, guint depth, char end,
                 gboolean (*check_item) (Cursor *cursor, guint depth))
{
  if (depth > ALOQA_MAX_JSON_DEPTH)
    return refuse_large (cursor, "a nesting", ALOQA_MAX_JSON_DEPTH);

  cursor->at++;
  skip_space (cursor);
  if (skip_char (cursor, end))
    return TRUE;
  do {
    if (!check_item (cursor, depth))
      return FALSE;
    skip_space (cursor);
  } while (skip_char (cursor, ','));
  return skip_char (cursor, end) || refuse (cursor, "a comma or an end is missing");
}

/* Recurses at most ALOQA_MAX_JSON_DEPTH deep; @depth counts the containers around the value. */
static gboolean
check_value (Cursor *cursor, guint depth)
{
  if (++cursor->n_values > ALOQA_MAX_JSON_VALUES)
    return refuse_large (cursor, "values", ALOQA_MAX_JSON_VALUES);

  skip_space (cursor);
  switch (*cursor->at) {
  case '{':
    return check_container (cursor, depth + 1, '}', check_member);
  case '[':
    return check_container (cursor, depth + 1, ']', check_value);
  case '"':
    return check_string (cursor);
  case 't':
    return check_word (cursor, "true");
  case 'f':
    return check_word (cursor, "false");
  case 'n':
    return check_word (cursor, "null");
  default:
    return check_number (cursor);
  }
}

/**
 * aloqa_json_check:
 * @text: ends with a NUL
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE, or TOO_LARGE for depth and numbers
 *
 * Whether @text is one JSON value by the letter of RFC 8259, in valid UTF-8, that json-glib reads as
 * it is meant: without NUL characters, halves of surrogate pairs, and numbers it cannot hold.
 */
gboolean
aloqa_json_check (const char *text, GError **error)
{
  Cursor cursor = { .start = text, .at = text, .error = error };

  if (!g_utf8_validate (text, -1, &cursor.at))
    return refuse (&cursor, "invalid UTF-8 stands");

  cursor.at = text;
  if (!check_value (&cursor, 0))
    return FALSE;
  skip_space (&cursor);
  return *cursor.at == '\0' || refuse (&cursor, "something follows the value");
}
