/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-search.h"

#include "support/support.h"

static void
test_folds_to_base_letters (void)
{
  const struct {
    const char *text, *folded;
  } rows[] = {
    { "", "" },
    { "Ali", "ali" },
    { "ÉLODIE Çelik", "elodie celik" },
    { "e\xcc\x81lodie", "elodie" },
    { "O‘ktam", "oktam" },
    { "Oʻktam Gʻulom", "oktam gulom" },
    { "o'ktam o`ktam oʼktam", "oktam oktam oktam" },
    { "Maʼmura", "mamura" },
    { "Ёлка Йўлдош", "елка иулдош" },
    { "Ўткир Ғани Қодир Ҳасан", "уткир ғани қодир ҳасан" },
    { "Straße", "strasse" },
    { "Łukasz Đorđe Øre", "lukasz dorde ore" },
    { "İIı", "iii" },
    { "ﬁn", "fin" },
    { "日本", "日本" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *folded = aloqa_roster_fold (rows[i].text);

    g_assert_cmpstr (folded, ==, rows[i].folded);
  }
}

static void
test_ranks_what_it_finds (void)
{
  const struct {
    const char *query, *text;
    AloqaMatch match;
  } rows[] = {
    { "", "Ali", ALOQA_MATCH_START },
    { "  ", "Ali", ALOQA_MATCH_START },
    { "@", "Ali", ALOQA_MATCH_START },
    { "al", "Ali Valiyev", ALOQA_MATCH_START },
    { "AL", "ali valiyev", ALOQA_MATCH_START },
    { "val", "Ali Valiyev", ALOQA_MATCH_WORD },
    { "al", "Vali Aliyev", ALOQA_MATCH_WORD },
    { "al", "Vali-Alisher", ALOQA_MATCH_WORD },
    { "al", "Vali (Ali)", ALOQA_MATCH_WORD },
    { "ali", "Vali", ALOQA_MATCH_INSIDE },
    { "ali", "Guli", ALOQA_MATCH_NONE },
    { "ali vali", "Vali Ali", ALOQA_MATCH_WORD },
    { "vali ali", "Vali Ali", ALOQA_MATCH_START },
    { "vali guli", "Vali Ali", ALOQA_MATCH_NONE },
    { "o'k", "O‘ktam", ALOQA_MATCH_START },
    { "ok", "O‘ktam", ALOQA_MATCH_START },
    { "елк", "Ёлка", ALOQA_MATCH_START },
    { "本", "日本", ALOQA_MATCH_INSIDE },
    { "a b c d e f g h zzz", "abcdefgh", ALOQA_MATCH_START },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AloqaRosterQuery) query = aloqa_roster_query_new (rows[i].query);
    g_autofree char *folded = aloqa_roster_fold (rows[i].text);

    g_test_message ("%s in %s", rows[i].query, rows[i].text);
    g_assert_cmpint (aloqa_roster_query_match (query, folded), ==, rows[i].match);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/session/roster-search/folds-to-base-letters", test_folds_to_base_letters);
  g_test_add_func ("/session/roster-search/ranks-what-it-finds", test_ranks_what_it_finds);
  return g_test_run ();
}
