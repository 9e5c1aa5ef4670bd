/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/own-ice-servers.h"

#include "protocol/ice-server.h"
#include "session/folder.h"
#include "session/sign-in-rig.h"
#include "support/support.h"

#include <string.h>

typedef struct {
  GPtrArray *servers;
  GVariant *missing;
  gboolean is_done;
} Answer;

static gboolean
is_done (gpointer answer)
{
  return ((Answer *) answer)->is_done;
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_own_ice_servers_add_finish (result, &error);
  g_assert_no_error (error);
  ((Answer *) user_data)->is_done = TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;
  g_autoptr (GError) error = NULL;

  answer->servers = aloqa_own_ice_servers_load_finish (result, &answer->missing, &error);
  g_assert_no_error (error);
  answer->is_done = TRUE;
}

static void
test_those_without_a_password_are_named_with_their_users (void)
{
  g_autoptr (GVariant) pairs = g_variant_ref_sink (
      g_variant_new_parsed ("[('stun:a.example.org', ''), ('turn:b.example.org', 'ali'), "
                            "('turn:b.example.org', 'vali'), ('turn:c.example.org', 'ali'), "
                            "('nonsense', '')]"));
  g_autoptr (GVariant) expected = g_variant_ref_sink (
      g_variant_new_parsed ("[('turn:b.example.org', 'vali'), ('turn:c.example.org', 'ali'), "
                            "('nonsense', '')]"));
  Answer added = { 0 }, loaded = { 0 };

  aloqa_own_ice_servers_add_async ("turn:b.example.org", "ali", "secret", added_cb, &added);
  aloqa_test_wait_until (is_done, &added);
  aloqa_own_ice_servers_load_async (pairs, NULL, loaded_cb, &loaded);
  aloqa_test_wait_until (is_done, &loaded);
  g_assert_cmpuint (loaded.servers->len, ==, 2);
  g_assert_cmpvariant (loaded.missing, expected);
  g_ptr_array_unref (loaded.servers);
  g_variant_unref (loaded.missing);
}

static void
keep_line (const char *domain, GLogLevelFlags level, const char *message, gpointer lines)
{
  g_string_append_printf (lines, "%s\n", message);
}

/* Nor what somebody wrote into its address by mistake. */
static void
test_log_has_no_address (void)
{
  g_autoptr (GVariant) pairs = g_variant_ref_sink (g_variant_new_parsed (
      "[('turn:c.example.org', 'ali'), ('turn:ali:secret@c.example.org', ''), "
      "('turn:ali:secret@c.example.org', 'ali')]"));
  g_autoptr (GString) lines = g_string_new (NULL);
  guint handler_id =
      g_log_set_handler ("aloqa-session", G_LOG_LEVEL_MASK & ~G_LOG_LEVEL_DEBUG, keep_line, lines);
  Answer loaded = { 0 };

  aloqa_own_ice_servers_load_async (pairs, NULL, loaded_cb, &loaded);
  aloqa_test_wait_until (is_done, &loaded);
  g_log_remove_handler ("aloqa-session", handler_id);
  g_assert_cmpuint (g_variant_n_children (loaded.missing), ==, 3);
  g_assert_nonnull (strstr (lines->str, "is left out"));
  g_assert_null (strstr (lines->str, "example.org"));
  g_assert_null (strstr (lines->str, "secret"));
  g_ptr_array_unref (loaded.servers);
  g_variant_unref (loaded.missing);
}

static void
test_no_other_relay_stands_in_for_the_one_that_was_named (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) some = g_ptr_array_new ();

  g_ptr_array_add (some, none);
  for (gboolean is_relay_only = FALSE; is_relay_only <= TRUE; is_relay_only++) {
    g_assert_true (aloqa_own_ice_servers_choose (some, TRUE, is_relay_only) == some);
    g_assert_null (aloqa_own_ice_servers_choose (none, FALSE, is_relay_only));
  }
  g_assert_null (aloqa_own_ice_servers_choose (none, TRUE, FALSE));
  g_assert_true (aloqa_own_ice_servers_choose (none, TRUE, TRUE) == none);
}

int
main (int argc, char **argv)
{
  char *folder = folder_new ();
  int status;

  sign_in_rig_use_keyring (folder);
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/session/own-ice-servers/those-without-a-password-are-named-with-their-users",
                   test_those_without_a_password_are_named_with_their_users);
  g_test_add_func ("/session/own-ice-servers/log-has-no-address", test_log_has_no_address);
  g_test_add_func ("/session/own-ice-servers/no-other-relay-stands-in-for-the-one-that-was-named",
                   test_no_other_relay_stands_in_for_the_one_that_was_named);
  status = g_test_run ();
  folder_free (folder);
  return status;
}
