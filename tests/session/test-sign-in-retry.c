/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sign-in-retry.h"

#include "fakes/fake-clock.h"
#include "fakes/fake-network.h"
#include "signaling/error.h"
#include "support/support.h"

typedef struct {
  AloqaClock *clock;
  AloqaFakeNetwork *network;
  AloqaNetworkWatch *watch;
  AloqaSignInRetry *retry;
  guint n_tries;
} Fixture;

static void
try_again (gpointer user_data)
{
  ((Fixture *) user_data)->n_tries++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = aloqa_fake_clock_new ();
  fixture->network = aloqa_fake_network_new ();
  fixture->watch =
      aloqa_network_watch_new_for (fixture->clock, G_NETWORK_MONITOR (fixture->network), NULL);
  fixture->retry = aloqa_sign_in_retry_new_for (
      fixture->clock, fixture->watch, G_NETWORK_MONITOR (fixture->network), try_again, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->retry, aloqa_sign_in_retry_free);
  g_assert_finalize_object (fixture->watch);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (fixture->clock)), ==, 0);
  g_assert_finalize_object (fixture->network);
  g_assert_finalize_object (fixture->clock);
}

static void
fail (Fixture *fixture, AloqaSignalingError code)
{
  g_autoptr (GError) error = g_error_new (ALOQA_SIGNALING_ERROR, (int) code, "No");

  aloqa_sign_in_retry_note_failure (fixture->retry, error);
}

static gint64
get_next_ms (Fixture *fixture)
{
  return aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (fixture->clock));
}

static void
advance_ms (Fixture *fixture, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), duration_ms);
}

static void
change_network (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->watch, "changed");
}

/* Only the server's own no to the token is the end of it. */
static void
test_only_a_refusal_of_the_token_is_final (void)
{
  for (int code = ALOQA_SIGNALING_ERROR_BAD_ADDRESS; code <= ALOQA_SIGNALING_ERROR_TOO_LARGE;
       code++) {
    g_autoptr (GError) error = g_error_new (ALOQA_SIGNALING_ERROR, code, "No");
    gboolean is_final =
        code == ALOQA_SIGNALING_ERROR_UNAUTHORIZED || code == ALOQA_SIGNALING_ERROR_FORBIDDEN ||
        code == ALOQA_SIGNALING_ERROR_BAD_ADDRESS || code == ALOQA_SIGNALING_ERROR_PLAIN_HTTP ||
        code == ALOQA_SIGNALING_ERROR_BAD_CA_FILE;

    g_test_message ("code %d", code);
    g_assert_cmpint (aloqa_sign_in_retry_may_help (error), ==, !is_final);
  }
}

static void
test_tries_again_for_as_long_as_it_takes (Fixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= 100; i++) {
    fail (fixture, ALOQA_SIGNALING_ERROR_UNREACHABLE);
    g_assert_cmpint (get_next_ms (fixture), >, 0);
    g_assert_cmpint (get_next_ms (fixture), <=, i == 1 ? 2000 : 60000);
    advance_ms (fixture, get_next_ms (fixture));
    g_assert_cmpuint (fixture->n_tries, ==, i);
    g_assert_cmpint (get_next_ms (fixture), ==, -1);
  }
}

static void
test_a_network_that_comes_back_is_used_at_once (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    fail (fixture, ALOQA_SIGNALING_ERROR_UNREACHABLE);
  change_network (fixture);
  g_assert_cmpuint (fixture->n_tries, ==, 1);
  g_assert_cmpint (get_next_ms (fixture), ==, -1);
}

/* The try began on the old one, and fails for it. */
static void
test_a_network_that_comes_during_a_try_is_used_soon (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    fail (fixture, ALOQA_SIGNALING_ERROR_UNREACHABLE);
  advance_ms (fixture, get_next_ms (fixture));
  change_network (fixture);
  g_assert_cmpuint (fixture->n_tries, ==, 1);
  fail (fixture, ALOQA_SIGNALING_ERROR_UNREACHABLE);
  g_assert_cmpint (get_next_ms (fixture), <=, 2000);
}

static void
test_the_person_need_not_wait (Fixture *fixture, gconstpointer data)
{
  aloqa_sign_in_retry_now (fixture->retry); /* the first try goes on */
  g_assert_cmpuint (fixture->n_tries, ==, 0);
  fail (fixture, ALOQA_SIGNALING_ERROR_SERVER_FAILED);
  aloqa_sign_in_retry_now (fixture->retry);
  aloqa_sign_in_retry_now (fixture->retry);
  g_assert_cmpuint (fixture->n_tries, ==, 1);
}

static void
test_a_missing_network_needs_nobody (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 20; i++) {
    fail (fixture, ALOQA_SIGNALING_ERROR_UNREACHABLE);
    g_assert_true (aloqa_sign_in_retry_lacks_network (fixture->retry));
    g_assert_false (aloqa_sign_in_retry_needs_person (fixture->retry));
  }
  aloqa_fake_network_change (fixture->network, TRUE);
  g_assert_false (aloqa_sign_in_retry_lacks_network (fixture->retry));
  g_assert_true (aloqa_sign_in_retry_needs_person (fixture->retry));
}

static void
test_a_server_that_goes_on_failing_needs_somebody (Fixture *fixture, gconstpointer data)
{
  gint64 before_us = g_get_real_time (), since_us;

  for (guint i = 0; i < 5; i++) {
    fail (fixture, ALOQA_SIGNALING_ERROR_SERVER_FAILED);
    g_assert_false (aloqa_sign_in_retry_lacks_network (fixture->retry));
    g_assert_false (aloqa_sign_in_retry_needs_person (fixture->retry));
  }
  since_us = aloqa_sign_in_retry_get_since_us (fixture->retry);
  g_assert_cmpint (since_us, >=, before_us);
  g_assert_cmpint (since_us, <=, g_get_real_time ());
  fail (fixture, ALOQA_SIGNALING_ERROR_SERVER_FAILED);
  g_assert_true (aloqa_sign_in_retry_needs_person (fixture->retry));
  g_assert_cmpint (aloqa_sign_in_retry_get_since_us (fixture->retry), ==, since_us);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/session/sign-in-retry/only-a-refusal-of-the-token-is-final",
                   test_only_a_refusal_of_the_token_is_final);
#define ADD(name, function)                                                                        \
  g_test_add ("/session/sign-in-retry/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("tries-again-for-as-long-as-it-takes", test_tries_again_for_as_long_as_it_takes);
  ADD ("a-network-that-comes-back-is-used-at-once", test_a_network_that_comes_back_is_used_at_once);
  ADD ("a-network-that-comes-during-a-try-is-used-soon",
       test_a_network_that_comes_during_a_try_is_used_soon);
  ADD ("the-person-need-not-wait", test_the_person_need_not_wait);
  ADD ("a-missing-network-needs-nobody", test_a_missing_network_needs_nobody);
  ADD ("a-server-that-goes-on-failing-needs-somebody",
       test_a_server_that_goes_on_failing_needs_somebody);
  return g_test_run ();
}
