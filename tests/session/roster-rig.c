/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-rig.h"

typedef struct {
  RosterRig *rig;
  AloqaRosterState state;
} Wanted;

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_account_sign_in_finish (ALOQA_ACCOUNT (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

void
roster_rig_set_up (RosterRig *rig, gconstpointer data)
{
  g_autofree char *url = NULL;
  gboolean is_signed_in = FALSE;

  rig->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (rig->server);
  rig->address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  rig->clock = aloqa_fake_clock_new ();
  rig->account = aloqa_account_new (rig->address, NULL, rig->clock);
  aloqa_account_sign_in_async (rig->account, "ali", "demo", NULL, signed_in_cb, &is_signed_in);
  aloqa_test_wait_until (is_true, &is_signed_in);
}

void
roster_rig_tear_down (RosterRig *rig, gconstpointer data)
{
  if (rig->roster != NULL)
    g_assert_finalize_object (rig->roster);
  g_assert_finalize_object (rig->account);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (rig->clock)), ==, 0);
  aloqa_server_address_unref (rig->address);
  aloqa_fake_server_free (rig->server);
  aloqa_test_drain ();
  g_assert_finalize_object (rig->clock);
}

void
roster_rig_start (RosterRig *rig)
{
  rig->roster = aloqa_roster_new (rig->account, rig->clock, NULL, NULL);
  aloqa_roster_refresh (rig->roster);
}

void
roster_rig_start_ready (RosterRig *rig, const char *people)
{
  roster_rig_set_people (rig, people);
  roster_rig_start (rig);
  roster_rig_await_state (rig, ALOQA_ROSTER_READY);
}

static gboolean
is_registered (gpointer user_data)
{
  RosterRig *rig = user_data;

  return aloqa_connection_get_state (aloqa_account_get_connection (rig->account)) ==
         ALOQA_CONNECTION_REGISTERED;
}

void
roster_rig_connect (RosterRig *rig)
{
  aloqa_connection_start (aloqa_account_get_connection (rig->account));
  aloqa_test_wait_until (is_registered, rig);
}

void
roster_rig_advance_ms (RosterRig *rig, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (rig->clock), duration_ms);
}

static char *
quote (const char *text)
{
  return text != NULL ? g_strdup_printf ("\"%s\"", text) : g_strdup ("null");
}

static void
append_person (GString *json, const char *person)
{
  g_auto (GStrv) words = g_strsplit (person, " ", 5);
  guint n = g_strv_length (words);
  g_autofree char *first_name = quote (n > 2 ? words[2] : NULL);
  g_autofree char *last_name = quote (n > 3 ? words[3] : NULL);
  g_autofree char *picture = quote (n > 4 ? words[4] : NULL);

  g_string_append_printf (json,
                          "%s{\"id\":%s,\"username\":\"%s\",\"first_name\":%s,\"last_name\":%s,"
                          "\"role\":\"user\",\"profile_pic\":%s,\"bio\":null,\"is_active\":true}",
                          json->len > 1 ? "," : "", words[0], words[1], first_name, last_name,
                          picture);
}

void
roster_rig_set_people (RosterRig *rig, const char *people)
{
  g_auto (GStrv) persons = g_strsplit (people, "|", -1);
  g_autoptr (GString) json = g_string_new ("[");

  for (char **person = persons; *person != NULL; person++)
    append_person (json, *person);
  g_string_append_c (json, ']');
  aloqa_fake_server_answer (rig->server, "/api/users/list", 200, json->str);
}

static gboolean
is_in_state (gpointer user_data)
{
  Wanted *wanted = user_data;

  return aloqa_roster_get_state (wanted->rig->roster) == wanted->state;
}

void
roster_rig_await_state (RosterRig *rig, AloqaRosterState state)
{
  Wanted wanted = { rig, state };

  aloqa_test_wait_until (is_in_state, &wanted);
}

static gboolean
is_idle (gpointer user_data)
{
  return !aloqa_roster_is_loading (user_data);
}

void
roster_rig_await_idle (RosterRig *rig)
{
  aloqa_test_wait_until (is_idle, rig->roster);
}

/* Returns: (transfer full): who is shown, in order, with commas between */
char *
roster_rig_list_names (RosterRig *rig)
{
  GString *names = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (rig->roster));

  for (guint i = 0; i < n; i++) {
    g_autoptr (AloqaContact) contact = g_list_model_get_item (G_LIST_MODEL (rig->roster), i);

    g_string_append_printf (names, "%s%s", i > 0 ? "," : "", aloqa_contact_get_username (contact));
  }
  return g_string_free (names, FALSE);
}
