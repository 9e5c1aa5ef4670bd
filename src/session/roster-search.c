/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-search.h"

#include <string.h>

/* Words of a query; what follows the eighth is not looked for. */
#define MAX_WORDS 8

struct _AloqaRosterQuery {
  char **words; /* folded */
};

/* Letters that no normalisation takes apart, and what people type for them. */
static const struct {
  gunichar from, to;
} letters[] = {
  { 0x0131, 'i' }, /* ı */
  { 0x0142, 'l' }, /* ł */
  { 0x00f8, 'o' }, /* ø */
  { 0x0111, 'd' }, /* đ */
};

/* Uzbek writes oʻ, gʻ and a glottal stop with whichever of these a keyboard has, or with none. */
static gboolean
is_apostrophe (gunichar c)
{
  return c == '\'' || c == '`' || c == 0x00b4 || (c >= 0x02b9 && c <= 0x02bf) || c == 0x02c8 ||
         (c >= 0x2018 && c <= 0x201b) || c == 0x2032;
}

static gunichar
fold_letter (gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++) {
    if (letters[i].from == c)
      return letters[i].to;
  }
  return c;
}

/**
 * aloqa_roster_fold:
 * @text: UTF-8
 *
 * Returns: (transfer full): what is left of it when only the base letters count, in lower case
 */
char *
aloqa_roster_fold (const char *text)
{
  g_autofree char *lower = g_utf8_casefold (text, -1);
  g_autofree char *apart = g_utf8_normalize (lower, -1, G_NORMALIZE_ALL);
  GString *folded = g_string_sized_new (strlen (lower));

  for (const char *p = apart != NULL ? apart : lower; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (!g_unichar_ismark (c) && !is_apostrophe (c))
      g_string_append_unichar (folded, fold_letter (c));
  }
  return g_string_free (folded, FALSE);
}

/**
 * aloqa_roster_query_new:
 * @text: as typed: words that must all be found, in any order
 */
AloqaRosterQuery *
aloqa_roster_query_new (const char *text)
{
  AloqaRosterQuery *self = g_new0 (AloqaRosterQuery, 1);
  g_autofree char *folded = aloqa_roster_fold (text);
  g_auto (GStrv) pieces = g_strsplit_set (folded, ALOQA_ROSTER_WORD_ENDS, -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint n_words = 0;

  for (char **piece = pieces; *piece != NULL && n_words < MAX_WORDS; piece++) {
    if (**piece != '\0') {
      g_strv_builder_add (words, *piece);
      n_words++;
    }
  }
  self->words = g_strv_builder_end (words);
  return self;
}

void
aloqa_roster_query_free (AloqaRosterQuery *self)
{
  g_strfreev (self->words);
  g_free (self);
}

/* Whether there is nothing to look for: everything matches. */
gboolean
aloqa_roster_query_is_empty (const AloqaRosterQuery *self)
{
  return self->words[0] == NULL;
}

static AloqaMatch
match_word (const char *word, const char *folded)
{
  const char *found = strstr (folded, word);

  if (found == folded)
    return ALOQA_MATCH_START;
  for (; found != NULL; found = strstr (found + 1, word)) {
    if (!g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (found))))
      return ALOQA_MATCH_WORD;
  }
  return strstr (folded, word) != NULL ? ALOQA_MATCH_INSIDE : ALOQA_MATCH_NONE;
}

/**
 * aloqa_roster_query_match:
 * @folded: by aloqa_roster_fold()
 *
 * Returns: how well the first word matches, provided that the others match at all
 */
AloqaMatch
aloqa_roster_query_match (const AloqaRosterQuery *self, const char *folded)
{
  if (aloqa_roster_query_is_empty (self))
    return ALOQA_MATCH_START;

  for (char **word = self->words + 1; *word != NULL; word++) {
    if (strstr (folded, *word) == NULL)
      return ALOQA_MATCH_NONE;
  }
  return match_word (self->words[0], folded);
}
