/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/name.h"

#include "protocol/limits.h"

#include <string.h>

/* Controls, line ends, and the marks that turn the direction of what follows them. */
static gboolean
is_unsafe (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
         type == G_UNICODE_PARAGRAPH_SEPARATOR || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

static gboolean
is_empty (const char *text)
{
  return text == NULL || *text == '\0';
}

/**
 * aloqa_display_name:
 * @first_name: (nullable)
 * @last_name: (nullable)
 *
 * Returns: (transfer full): "first last" where both are there, else the user name
 */
char *
aloqa_display_name (const char *username, const char *first_name, const char *last_name)
{
  if (is_empty (first_name) || is_empty (last_name))
    return g_strdup (username);
  return g_strconcat (first_name, " ", last_name, NULL);
}

/**
 * aloqa_text_clean:
 * @text: (nullable): what somebody calls themselves, or a server says; valid UTF-8
 * @max_chars: a longer text is cut
 *
 * Makes @text safe to show in one line of a window, a notification or a terminal: what is no
 * character but a command becomes a space, spaces at the ends go.
 *
 * Returns: (transfer full) (nullable): the clean text, or %NULL where nothing is left
 */
char *
aloqa_text_clean (const char *text, gsize max_chars)
{
  g_autoptr (GString) clean = NULL;
  gsize n_chars = 0;

  if (text == NULL)
    return NULL;

  clean = g_string_new (NULL);
  for (const char *c = text; *c != '\0' && n_chars < max_chars;
       c = g_utf8_next_char (c), n_chars++) {
    gunichar character = g_utf8_get_char (c);

    g_string_append_unichar (clean, is_unsafe (character) ? ' ' : character);
  }
  g_strstrip (clean->str);
  return *clean->str != '\0' ? g_strdup (clean->str) : NULL;
}

/* Whether somebody can have this user name: it is not empty, not too long, and can be shown. */
gboolean
aloqa_username_is_valid (const char *username)
{
  if (is_empty (username) || strlen (username) > ALOQA_MAX_USERNAME_BYTES)
    return FALSE;
  for (const char *c = username; *c != '\0'; c = g_utf8_next_char (c)) {
    if (is_unsafe (g_utf8_get_char (c)))
      return FALSE;
  }
  return TRUE;
}

/**
 * aloqa_profile_pic_is_valid:
 *
 * Whether @profile_pic is a plain file name: it becomes the last part of a URL and of a path in the
 * cache, and must lead to no other folder in either.
 */
gboolean
aloqa_profile_pic_is_valid (const char *profile_pic)
{
  if (is_empty (profile_pic) || strlen (profile_pic) > ALOQA_MAX_PROFILE_PIC_BYTES ||
      *profile_pic == '.' || strstr (profile_pic, "..") != NULL)
    return FALSE;
  for (const char *c = profile_pic; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c) || strchr ("/\\:?#%", *c) != NULL)
      return FALSE;
  }
  return TRUE;
}

/* Whether @word is what a call id and a device may be: 1 to @max_chars of A-Za-z0-9_-. */
gboolean
aloqa_word_is_valid (const char *word, gsize max_chars)
{
  for (const char *c = word; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && *c != '_' && *c != '-')
      return FALSE;
  }
  return *word != '\0' && strlen (word) <= max_chars;
}
