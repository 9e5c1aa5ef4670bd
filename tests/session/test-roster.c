/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-rig.h"

#include "protocol/limits.h"

#define FOUR "3 vali Vali Aliyev|4 guli Gulnora Karimova|5 echo|6 oybek O‘ktam Ergashev"

static void
assert_names (RosterRig *rig, const char *expected)
{
  g_autofree char *names = roster_rig_list_names (rig);

  g_assert_cmpstr (names, ==, expected);
}

static void
search (RosterRig *rig, const char *text, const char *expected)
{
  aloqa_roster_set_search (rig->roster, text);
  assert_names (rig, expected);
}

static AloqaPresence
get_presence (RosterRig *rig, gint64 id)
{
  return aloqa_contact_get_online (aloqa_roster_find (rig->roster, id));
}

static void
test_people_come_by_name (RosterRig *rig, gconstpointer data)
{
  roster_rig_set_people (rig, FOUR);
  roster_rig_start (rig);
  g_assert_cmpint (aloqa_roster_get_state (rig->roster), ==, ALOQA_ROSTER_LOADING);
  g_assert_true (aloqa_roster_is_loading (rig->roster));

  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
  g_assert_false (aloqa_roster_is_loading (rig->roster));
  g_assert_no_error (aloqa_roster_get_error (rig->roster));
  assert_names (rig, "guli,oybek,vali,echo");
  g_assert_cmpuint (aloqa_roster_get_n_contacts (rig->roster), ==, 4);
  g_assert_cmpstr (aloqa_contact_get_name (aloqa_roster_find (rig->roster, 4)), ==,
                   "Gulnora Karimova");
  g_assert_null (aloqa_roster_find (rig->roster, 99));
}

static void
test_oneself_is_not_listed (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "2 ali|3 vali|3 vali");
  assert_names (rig, "vali");
}

static void
test_nobody_is_told_from_no_match (RosterRig *rig, gconstpointer data)
{
  aloqa_fake_server_answer (rig->server, "/api/users/list", 200, "[]");
  roster_rig_start (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_EMPTY);
  aloqa_roster_set_search (rig->roster, "v");
  g_assert_cmpint (aloqa_roster_get_state (rig->roster), ==, ALOQA_ROSTER_EMPTY);

  roster_rig_set_people (rig, FOUR);
  aloqa_roster_refresh (rig->roster);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
  search (rig, "zzz", "");
  g_assert_cmpint (aloqa_roster_get_state (rig->roster), ==, ALOQA_ROSTER_NO_MATCH);
}

static void
test_search_answers_at_each_key (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, FOUR);
  search (rig, "a", "vali,guli,oybek");
  search (rig, "al", "vali");
  search (rig, "ECH", "echo");
  search (rig, "o'k", "oybek");
  search (rig, "oktam er", "oybek");
  search (rig, "aliyev vali", "vali");
  search (rig, "@guli", "guli");
  search (rig, NULL, "guli,oybek,vali,echo");
  g_assert_cmpstr (aloqa_roster_get_search (rig->roster), ==, "");
}

/* As many as a large school has, and a list that hears of every change in the right order. */
static void
test_two_thousand_are_searched (RosterRig *rig, gconstpointer data)
{
  g_autoptr (GString) people = g_string_new (NULL);
  const char *const first[] = { "Ali", "Vali", "Gulnora", "Oybek", "Élodie" };

  for (int i = 0; i < 2000; i++)
    g_string_append_printf (people, "%s%d user%d %s Nr%d", i > 0 ? "|" : "", i + 10, i,
                            first[i % 5], i);
  roster_rig_start_ready (rig, people->str);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->roster)), ==, 2000);

  aloqa_roster_set_search (rig->roster, "elod");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->roster)), ==, 400);
  search (rig, "elod nr1999", "user1999");
  search (rig, "user77 gul", "user77,user772,user777");
}

static void
items_changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, GString *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, n_removed, n_added);
}

static void
test_refresh_changes_only_what_is_new (RosterRig *rig, gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  AloqaContact *guli, *vali;

  roster_rig_start_ready (rig, FOUR);
  guli = aloqa_roster_find (rig->roster, 4);
  vali = aloqa_roster_find (rig->roster, 3);
  g_signal_connect (rig->roster, "items-changed", G_CALLBACK (items_changed_cb), log);

  aloqa_roster_refresh (rig->roster);
  roster_rig_await_idle (rig);
  g_assert_cmpstr (log->str, ==, "");

  roster_rig_set_people (rig, "3 vali Vali Valiyev|4 guli Gulnora Karimova|5 echo");
  aloqa_roster_refresh (rig->roster);
  roster_rig_await_idle (rig);
  assert_names (rig, "guli,vali,echo");
  g_assert_cmpstr (log->str, ==, "1-2+1 ");
  g_assert_true (aloqa_roster_find (rig->roster, 4) == guli);
  g_assert_true (aloqa_roster_find (rig->roster, 3) != vali);
  g_assert_null (aloqa_roster_find (rig->roster, 6));
}

static void
test_server_is_asked_where_nobody_matches (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "3 vali");
  roster_rig_set_people (rig, "7 newcomer|3 vali");

  search (rig, "v", "vali");
  search (rig, "n", "");
  search (rig, "ne", "");
  search (rig, "new", "");
  roster_rig_advance_ms (rig, 299);
  aloqa_test_drain ();
  g_assert_cmpstr (rig->server->last_path, ==, "/api/users/list");
  roster_rig_advance_ms (rig, 1);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
  assert_names (rig, "newcomer");
  g_assert_cmpstr (rig->server->last_path, ==, "/api/users/list?search=new");
  g_assert_cmpuint (aloqa_roster_get_n_contacts (rig->roster), ==, 2);
}

/* @n_people: with the ids from 3 on */
static void
set_many_people (RosterRig *rig, guint n_people)
{
  g_autoptr (GString) people = g_string_new (NULL);

  for (guint i = 0; i < n_people; i++)
    g_string_append_printf (people, "%s%u user%u Person%u Familiyev%u", i > 0 ? "|" : "", i + 3, i,
                            i * 7919 % n_people, i % 997);
  roster_rig_set_people (rig, people->str);
}

static gboolean
has_newcomer (gpointer user_data)
{
  return aloqa_roster_find (((RosterRig *) user_data)->roster, 77777) != NULL;
}

static void
search_late (RosterRig *rig, const char *text)
{
  aloqa_roster_set_search (rig->roster, text);
  roster_rig_advance_ms (rig, 300);
}

static void
test_ten_thousand_are_listed_and_searched (RosterRig *rig, gconstpointer data)
{
  set_many_people (rig, 10000);
  roster_rig_start (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
  g_assert_cmpuint (aloqa_roster_get_n_contacts (rig->roster), ==, 10000);
  search_late (rig, "user9999");
  assert_names (rig, "user9999");
  aloqa_test_drain ();
  g_assert_cmpstr (rig->server->last_path, ==, "/api/users/list");
}

/* Our own server lists so many and no more; those who match and are not among them are found, too. */
static void
test_a_list_that_is_cut_is_searched_by_the_server (RosterRig *rig, gconstpointer data)
{
  set_many_people (rig, ALOQA_MAX_LISTED_USERS);
  roster_rig_start (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
  roster_rig_set_people (rig, "77777 user7b New Familiyev7");
  search_late (rig, "user7 familiyev7");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig->roster)), >, 0);
  aloqa_test_wait_until (has_newcomer, rig);
  g_assert_cmpstr (rig->server->last_path, ==, "/api/users/list?search=familiyev7");
  g_assert_cmpuint (aloqa_roster_get_n_contacts (rig->roster), ==, ALOQA_MAX_LISTED_USERS + 1);
}

/* What is sent is too much; a part of it is not. */
static void
test_without_a_list_the_server_searches (RosterRig *rig, gconstpointer data)
{
  g_autofree char *endless = g_strnfill (ALOQA_MAX_USERS_BYTES + 1, ' ');

  aloqa_fake_server_answer (rig->server, "/api/users/list", 200, endless);
  roster_rig_start (rig);
  aloqa_roster_set_search (rig->roster, "newcomer");
  roster_rig_await_state (rig, ALOQA_ROSTER_FAILED);
  roster_rig_set_people (rig, "77777 newcomer");
  roster_rig_advance_ms (rig, 300);
  aloqa_test_wait_until (has_newcomer, rig);
  assert_names (rig, "newcomer");
}

static void
test_search_by_the_server_may_fail (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "3 vali");
  aloqa_fake_server_answer (rig->server, "/api/users/list", 500, "no");
  search (rig, "nobody", "");
  roster_rig_advance_ms (rig, 300);
  search (rig, "", "vali");
  g_assert_no_error (aloqa_roster_get_error (rig->roster));
}

static void
test_server_out_of_reach_is_asked_again (RosterRig *rig, gconstpointer data)
{
  roster_rig_set_people (rig, FOUR);
  aloqa_fake_server_stop (rig->server);
  roster_rig_start (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_OFFLINE);
  g_assert_error (aloqa_roster_get_error (rig->roster), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_UNREACHABLE);

  aloqa_fake_server_start_again (rig->server);
  roster_rig_advance_ms (rig, 2000);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
  g_assert_no_error (aloqa_roster_get_error (rig->roster));
}

static void
test_people_stay_while_the_server_is_away (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, FOUR);
  aloqa_fake_server_answer (rig->server, "/api/users/list", 503, "later");
  aloqa_roster_refresh (rig->roster);
  roster_rig_await_idle (rig);

  g_assert_error (aloqa_roster_get_error (rig->roster), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_SERVER_FAILED);
  g_assert_cmpint (aloqa_roster_get_state (rig->roster), ==, ALOQA_ROSTER_READY);
  assert_names (rig, "guli,oybek,vali,echo");
}

static void
test_refusal_is_told_and_not_repeated (RosterRig *rig, gconstpointer data)
{
  aloqa_fake_server_answer (rig->server, "/api/users/list", 403, "{\"detail\":\"no\"}");
  roster_rig_start (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_FAILED);
  g_assert_error (aloqa_roster_get_error (rig->roster), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_FORBIDDEN);
  roster_rig_advance_ms (rig, 2000);
  g_assert_false (aloqa_roster_is_loading (rig->roster));

  /* It is no news, and no reason to flicker, that it is being tried again. */
  roster_rig_set_people (rig, FOUR);
  aloqa_roster_refresh (rig->roster);
  g_assert_cmpint (aloqa_roster_get_state (rig->roster), ==, ALOQA_ROSTER_FAILED);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
}

static void
test_connection_that_comes_back_loads_again (RosterRig *rig, gconstpointer data)
{
  aloqa_fake_server_answer (rig->server, "/api/users/list", 403, "{\"detail\":\"no\"}");
  roster_rig_start (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_FAILED);
  roster_rig_set_people (rig, FOUR);
  roster_rig_connect (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
}

static void
send_presence (RosterRig *rig, const char *frame)
{
  aloqa_fake_server_send (rig->server, frame);
}

static gboolean
vali_is_online (gpointer user_data)
{
  return get_presence (user_data, 3) == ALOQA_PRESENCE_ONLINE;
}

static gboolean
vali_is_unknown (gpointer user_data)
{
  return get_presence (user_data, 3) == ALOQA_PRESENCE_UNKNOWN;
}

static gboolean
guli_is_online (gpointer user_data)
{
  return get_presence (user_data, 4) == ALOQA_PRESENCE_ONLINE;
}

static void
presence_cb (guint *n, GParamSpec *pspec, AloqaContact *contact)
{
  (*n)++;
}

static void
test_presence_follows_the_server (RosterRig *rig, gconstpointer data)
{
  guint n_notices = 0;

  roster_rig_start_ready (rig, FOUR);
  g_signal_connect_swapped (aloqa_roster_find (rig->roster, 3), "notify::online",
                            G_CALLBACK (presence_cb), &n_notices);
  roster_rig_connect (rig);
  g_assert_cmpint (get_presence (rig, 3), ==, ALOQA_PRESENCE_UNKNOWN);

  send_presence (rig, "{\"type\":\"presence\",\"online\":[2,3]}");
  aloqa_test_wait_until (vali_is_online, rig);
  g_assert_cmpint (get_presence (rig, 4), ==, ALOQA_PRESENCE_OFFLINE);

  send_presence (rig, "{\"type\":\"presence\",\"user_id\":3,\"online\":false}");
  send_presence (rig, "{\"type\":\"presence\",\"user_id\":4,\"online\":true}");
  aloqa_test_wait_until (guli_is_online, rig);
  g_assert_cmpint (get_presence (rig, 3), ==, ALOQA_PRESENCE_OFFLINE);
  g_assert_cmpuint (n_notices, ==, 2);

  aloqa_fake_server_drop (rig->server);
  aloqa_test_wait_until (vali_is_unknown, rig);
  g_assert_cmpint (get_presence (rig, 4), ==, ALOQA_PRESENCE_UNKNOWN);
}

static void
test_presence_reaches_people_who_load_later (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "4 guli");
  roster_rig_connect (rig);
  send_presence (rig, "{\"type\":\"presence\",\"online\":[3,4]}");
  aloqa_test_wait_until (guli_is_online, rig);

  roster_rig_set_people (rig, FOUR);
  aloqa_roster_refresh (rig->roster);
  roster_rig_await_idle (rig);
  g_assert_cmpint (get_presence (rig, 3), ==, ALOQA_PRESENCE_ONLINE);
}

static gboolean
has_vali (gpointer user_data)
{
  return aloqa_roster_find (((RosterRig *) user_data)->roster, 3) != NULL;
}

static void
test_stranger_who_comes_online_is_looked_for (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "4 guli");
  roster_rig_connect (rig);
  send_presence (rig, "{\"type\":\"presence\",\"online\":[4]}");
  aloqa_test_wait_until (guli_is_online, rig);

  roster_rig_set_people (rig, FOUR);
  send_presence (rig, "{\"type\":\"presence\",\"user_id\":3,\"online\":true}");
  aloqa_test_wait_until (has_vali, rig);
  g_assert_cmpint (get_presence (rig, 3), ==, ALOQA_PRESENCE_ONLINE);
}

/* The answers that are still on their way find nobody, and harm nobody. */
static void
test_roster_may_go_at_any_time (RosterRig *rig, gconstpointer data)
{
  roster_rig_set_people (rig, FOUR);
  roster_rig_start (rig);
  g_assert_finalize_object (rig->roster);
  roster_rig_start_ready (rig, FOUR);
  aloqa_roster_refresh (rig->roster);
  aloqa_roster_set_search (rig->roster, "nobody");
  roster_rig_advance_ms (rig, 300);
  g_assert_finalize_object (rig->roster);
  rig->roster = NULL;
  aloqa_test_drain ();
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ROSTER_ADD ("people-come-by-name", test_people_come_by_name);
  ROSTER_ADD ("oneself-is-not-listed", test_oneself_is_not_listed);
  ROSTER_ADD ("nobody-is-told-from-no-match", test_nobody_is_told_from_no_match);
  ROSTER_ADD ("search-answers-at-each-key", test_search_answers_at_each_key);
  ROSTER_ADD ("two-thousand-are-searched", test_two_thousand_are_searched);
  ROSTER_ADD ("refresh-changes-only-what-is-new", test_refresh_changes_only_what_is_new);
  ROSTER_ADD ("server-is-asked-where-nobody-matches", test_server_is_asked_where_nobody_matches);
  ROSTER_ADD ("ten-thousand-are-listed-and-searched", test_ten_thousand_are_listed_and_searched);
  ROSTER_ADD ("a-list-that-is-cut-is-searched-by-the-server",
              test_a_list_that_is_cut_is_searched_by_the_server);
  ROSTER_ADD ("without-a-list-the-server-searches", test_without_a_list_the_server_searches);
  ROSTER_ADD ("search-by-the-server-may-fail", test_search_by_the_server_may_fail);
  ROSTER_ADD ("server-out-of-reach-is-asked-again", test_server_out_of_reach_is_asked_again);
  ROSTER_ADD ("people-stay-while-the-server-is-away", test_people_stay_while_the_server_is_away);
  ROSTER_ADD ("refusal-is-told-and-not-repeated", test_refusal_is_told_and_not_repeated);
  ROSTER_ADD ("connection-that-comes-back-loads-again",
              test_connection_that_comes_back_loads_again);
  ROSTER_ADD ("presence-follows-the-server", test_presence_follows_the_server);
  ROSTER_ADD ("presence-reaches-people-who-load-later",
              test_presence_reaches_people_who_load_later);
  ROSTER_ADD ("stranger-who-comes-online-is-looked-for",
              test_stranger_who_comes_online_is_looked_for);
  ROSTER_ADD ("roster-may-go-at-any-time", test_roster_may_go_at_any_time);
  return g_test_run ();
}
