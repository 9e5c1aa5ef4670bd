/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ice-renewal.h"

#include "session/roster-rig.h"

#define LIST(ttl)                                                                                  \
  "{\"ice_servers\":[{\"urls\":\"turn:turn.example.org\",\"username\":\"u\",\"credential\":\"p\"}" \
  "],"                                                                                             \
  "\"ttl_s\":" ttl "}"

static void
renewed_cb (guint *n_renewed, GPtrArray *servers)
{
  g_assert_cmpuint (servers->len, ==, 1);
  ++*n_renewed;
}

static gboolean
is_renewed (gpointer n_renewed)
{
  return *(guint *) n_renewed > 0;
}

static void
assert_renewed_after_s (RosterRig *rig, guint *n_renewed, gint64 seconds)
{
  *n_renewed = 0;
  roster_rig_advance_ms (rig, (seconds - 1) * 1000);
  aloqa_test_drain ();
  g_assert_cmpuint (*n_renewed, ==, 0);
  roster_rig_advance_ms (rig, 1000);
  aloqa_test_wait_until (is_renewed, n_renewed);
}

/* What is asked for holds for 800 s. */
static AloqaIceRenewal *
start (RosterRig *rig, gint64 ttl_s, guint *n_renewed)
{
  AloqaIceRenewal *renewal =
      aloqa_ice_renewal_new (aloqa_account_get_rest (rig->account), rig->clock, ttl_s);

  g_signal_connect_swapped (renewal, "renewed", G_CALLBACK (renewed_cb), n_renewed);
  aloqa_fake_server_answer (rig->server, "/api/ice", 200, LIST ("800"));
  return renewal;
}

static void
test_they_are_asked_for_before_they_end (RosterRig *rig, gconstpointer data)
{
  guint n_renewed = 0;
  g_autoptr (AloqaIceRenewal) renewal = start (rig, 400, &n_renewed);

  assert_renewed_after_s (rig, &n_renewed, 300);
  aloqa_fake_server_answer (rig->server, "/api/ice", 200, LIST ("1"));
  assert_renewed_after_s (rig, &n_renewed, 600);
  /* However short they hold. */
  assert_renewed_after_s (rig, &n_renewed, 30);
}

static void
test_a_server_that_could_not_be_asked_is_asked_again (RosterRig *rig, gconstpointer data)
{
  guint n_renewed = 0;
  g_autoptr (AloqaIceRenewal) renewal = start (rig, 0, &n_renewed);

  assert_renewed_after_s (rig, &n_renewed, 30);
  assert_renewed_after_s (rig, &n_renewed, 600);
}

/* Timers stand still meanwhile. */
static void
test_what_became_due_in_sleep_is_asked_for_on_waking (RosterRig *rig, gconstpointer data)
{
  guint n_renewed = 0;
  g_autoptr (AloqaIceRenewal) renewal = start (rig, 400, &n_renewed);

  aloqa_fake_clock_stand_still_ms (ALOQA_FAKE_CLOCK (rig->clock), 299 * 1000);
  aloqa_ice_renewal_check (renewal);
  aloqa_test_drain ();
  g_assert_cmpuint (n_renewed, ==, 0);
  aloqa_fake_clock_stand_still_ms (ALOQA_FAKE_CLOCK (rig->clock), 1000);
  aloqa_ice_renewal_check (renewal);
  aloqa_test_wait_until (is_renewed, &n_renewed);
  assert_renewed_after_s (rig, &n_renewed, 600);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/ice-renewal/" name, RosterRig, NULL, roster_rig_set_up, func,              \
              roster_rig_tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("they-are-asked-for-before-they-end", test_they_are_asked_for_before_they_end);
  ADD ("a-server-that-could-not-be-asked-is-asked-again",
       test_a_server_that_could_not_be_asked_is_asked_again);
  ADD ("what-became-due-in-sleep-is-asked-for-on-waking",
       test_what_became_due_in_sleep_is_asked_for_on_waking);
  return g_test_run ();
}
