/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-search.h"

#include <string.h>

#include "protocol/limits.h"
#include "session/roster-index.h"
#include "session/roster-rig.h"

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

/* Returns: (transfer full): @n people, from @id on */
static GPtrArray *
make_people (gint64 id, guint n)
{
  GPtrArray *people = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (people, aloqa_contact_new (id + i, "user", "Somebody", NULL));
  return people;
}

/* Whoever searches long enough would have found everybody, of any number. */
static void
test_what_was_found_does_not_pile_up (void)
{
  g_autoptr (AloqaRosterIndex) index = aloqa_roster_index_new ();
  g_autoptr (GPtrArray) listed = make_people (1, 3);
  g_autoptr (GPtrArray) first = make_people (3, ALOQA_MAX_USERS);
  g_autoptr (GPtrArray) second = make_people (100000, 2);
  AloqaContact *known;

  aloqa_roster_index_set (index, listed);
  known = aloqa_roster_index_find (index, 3);
  aloqa_roster_index_add (index, first);
  g_assert_true (aloqa_roster_index_find (index, 3) == known);
  g_assert_cmpuint (aloqa_roster_index_get_n (index), ==, ALOQA_MAX_USERS + 2);
  g_ptr_array_set_size (second, 1);
  aloqa_roster_index_add (index, second);
  g_assert_cmpuint (aloqa_roster_index_get_n (index), ==, ALOQA_MAX_USERS + 3);

  g_ptr_array_add (second, aloqa_contact_new (100001, "user", "Somebody", NULL));
  aloqa_roster_index_add (index, second);
  g_assert_cmpuint (aloqa_roster_index_get_n (index), ==, 3 + 2);
  g_assert_true (aloqa_roster_index_find (index, 3) == known);
  g_assert_nonnull (aloqa_roster_index_find (index, 1));
  g_assert_nonnull (aloqa_roster_index_find (index, 100000));
  g_assert_null (aloqa_roster_index_find (index, 4));
}

static void
keep_message_cb (SoupServer *server, SoupServerMessage *message, SoupServerMessage **kept)
{
  g_set_object (kept, message);
}

static gboolean
is_kept (gpointer kept)
{
  return *(SoupServerMessage **) kept != NULL;
}

/* An answer to what is no longer searched for may take as long, and hold as much, as the one after. */
static void
test_one_search_at_a_time_is_on_the_way (RosterRig *rig, gconstpointer data)
{
  static const char late[] = "[{\"id\":8,\"username\":\"nobody\",\"is_active\":true}]";
  g_autoptr (SoupServerMessage) message = NULL;
  gulong id;

  roster_rig_start_ready (rig, "3 vali");
  aloqa_fake_server_never_answer (rig->server, "/api/users/list");
  id = g_signal_connect (rig->server->server, "request-read", G_CALLBACK (keep_message_cb),
                         &message);
  aloqa_roster_set_search (rig->roster, "nobody");
  roster_rig_advance_ms (rig, 300);
  aloqa_test_wait_until (is_kept, &message);
  g_signal_handler_disconnect (rig->server->server, id);

  roster_rig_set_people (rig, "7 newcomer");
  aloqa_roster_set_search (rig->roster, "newcomer");
  roster_rig_advance_ms (rig, 300);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);

  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, late,
                                    strlen (late));
  soup_server_message_unpause (message);
  roster_rig_set_people (rig, "9 another");
  aloqa_roster_set_search (rig->roster, "another");
  roster_rig_advance_ms (rig, 300);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
  aloqa_test_drain ();
  g_assert_null (aloqa_roster_find (rig->roster, 8));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/session/roster-search/folds-to-base-letters", test_folds_to_base_letters);
  g_test_add_func ("/session/roster-search/ranks-what-it-finds", test_ranks_what_it_finds);
  g_test_add_func ("/session/roster-search/what-was-found-does-not-pile-up",
                   test_what_was_found_does_not_pile_up);
  ROSTER_ADD ("search/one-search-at-a-time-is-on-the-way", test_one_search_at_a_time_is_on_the_way);
  return g_test_run ();
}
