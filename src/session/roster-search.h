/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How names are looked for: without regard to case, accents, and the many ways to write oʻ and gʻ. */

/* What parts the words of a query. */
#define ALOQA_ROSTER_WORD_ENDS " \t\n@,"

char *aloqa_roster_fold (const char *text);

typedef struct _AloqaRosterQuery AloqaRosterQuery;

/* The better ones first. */
typedef enum {
  ALOQA_MATCH_START, /* the text begins with the query's first word */
  ALOQA_MATCH_WORD,  /* a word of the text does */
  ALOQA_MATCH_INSIDE,
  ALOQA_MATCH_NONE,
} AloqaMatch;

AloqaRosterQuery *aloqa_roster_query_new (const char *text);
void aloqa_roster_query_free (AloqaRosterQuery *self);
gboolean aloqa_roster_query_is_empty (const AloqaRosterQuery *self);
AloqaMatch aloqa_roster_query_match (const AloqaRosterQuery *self, const char *folded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaRosterQuery, aloqa_roster_query_free)

G_END_DECLS
