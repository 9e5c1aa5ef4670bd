/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/renewal.h"

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "support/support.h"

/* The renewal alone, with a clock that has no timer but its own. */
typedef struct {
  AloqaFakeServer *server;
  AloqaServerAddress *address;
  AloqaClock *rest_clock;
  AloqaRest *rest;
  AloqaClock *clock;
  AloqaRenewal *renewal;
  guint n_renewed;
  GError *refusal; /* or NULL */
} Fixture;

static void
note_renewed (gpointer owner, const AloqaCredentials *credentials)
{
  Fixture *f = owner;

  f->n_renewed++;
}

static void
note_refused (gpointer owner, const GError *error)
{
  Fixture *f = owner;

  g_assert_null (f->refusal);
  f->refusal = g_error_copy (error);
}

static const AloqaRenewalEvents events = { note_renewed, note_refused };

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *url = NULL;

  f->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (f->server);
  f->address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  f->rest_clock = aloqa_fake_clock_new ();
  f->rest = aloqa_rest_new (f->address, NULL, f->rest_clock);
  f->clock = aloqa_fake_clock_new ();
  f->renewal = aloqa_renewal_new (f->rest, f->clock, &events, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->renewal != NULL)
    aloqa_renewal_free (f->renewal);
  aloqa_test_drain ();
  g_clear_error (&f->refusal);
  g_assert_finalize_object (f->rest);
  g_assert_finalize_object (f->rest_clock);
  g_assert_finalize_object (f->clock);
  aloqa_server_address_unref (f->address);
  aloqa_fake_server_free (f->server);
  aloqa_test_drain ();
}

static gint64
get_next_ms (Fixture *f)
{
  return aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (f->clock));
}

/* Whether it knows how to go on: by a timer, or not at all. */
static gboolean
is_settled (gpointer user_data)
{
  Fixture *f = user_data;

  return f->refusal != NULL || get_next_ms (f) >= 0;
}

static void
settle (Fixture *f)
{
  aloqa_test_wait_until (is_settled, f);
}

/* Lets the next timer fire, and waits for what it brings. */
static void
go_on (Fixture *f)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), get_next_ms (f));
  settle (f);
}

static void
use_refresh_token (Fixture *f)
{
  g_autofree char *access_token = aloqa_fake_server_make_token (f->server, 2, "access");
  g_autofree char *refresh_token = aloqa_fake_server_make_token (f->server, 2, "refresh");

  aloqa_renewal_set_tokens (f->renewal, access_token, refresh_token);
}

/* As on the existing server: without the password there is no way on. */
static void
test_a_refresh_that_always_fails_is_an_end (Fixture *f, gconstpointer data)
{
  use_refresh_token (f);
  f->server->refresh_status = 500;
  aloqa_renewal_run (f->renewal);
  settle (f);
  while (f->refusal == NULL && f->server->n_refreshes < 20)
    go_on (f);

  g_assert_error (f->refusal, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_SERVER_FAILED);
  /* Another server's restart takes a while. */
  g_assert_cmpuint (f->server->n_refreshes, >, 4);
}

static void
test_a_server_that_is_away_is_waited_for (Fixture *f, gconstpointer data)
{
  use_refresh_token (f);
  aloqa_fake_server_stop (f->server);
  aloqa_renewal_run (f->renewal);
  settle (f);
  for (guint i = 0; i < 20; i++) {
    g_assert_null (f->refusal);
    g_assert_cmpint (get_next_ms (f), >=, 1000);
    g_assert_cmpint (get_next_ms (f), <=, 60001);
    go_on (f);
  }
  aloqa_fake_server_start_again (f->server);
  go_on (f);
  g_assert_cmpuint (f->n_renewed, ==, 1);
}

static void
test_one_at_a_time (Fixture *f, gconstpointer data)
{
  use_refresh_token (f);
  for (guint i = 0; i < 5; i++) {
    aloqa_renewal_run (f->renewal);
    aloqa_renewal_note_refusal (f->renewal);
  }
  settle (f);
  g_assert_cmpuint (f->server->n_refreshes, ==, 1);
  g_assert_cmpuint (f->n_renewed, ==, 1);
}

static void
test_a_rate_limit_is_respected (Fixture *f, gconstpointer data)
{
  aloqa_renewal_set_password (f->renewal, "ali", "demo");
  use_refresh_token (f);
  f->server->refresh_status = 401;
  f->server->login_status = 429;
  aloqa_renewal_run (f->renewal);
  settle (f);
  /* The sign-in that it waits to make, then the wait after its refusal. */
  go_on (f);
  g_assert_null (f->refusal);
  g_assert_cmpuint (f->server->n_logins, ==, 1);
  g_assert_cmpint (get_next_ms (f), >=, 1000);
}

static void
test_says_nothing_once_it_is_gone (Fixture *f, gconstpointer data)
{
  use_refresh_token (f);
  aloqa_renewal_run (f->renewal);
  aloqa_renewal_free (g_steal_pointer (&f->renewal));
  aloqa_test_drain ();
  g_assert_cmpuint (f->n_renewed, ==, 0);
  g_assert_cmpint (get_next_ms (f), ==, -1);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function)                                                                        \
  g_test_add ("/signaling/renewal/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("a-refresh-that-always-fails-is-an-end", test_a_refresh_that_always_fails_is_an_end);
  ADD ("a-server-that-is-away-is-waited-for", test_a_server_that_is_away_is_waited_for);
  ADD ("one-at-a-time", test_one_at_a_time);
  ADD ("a-rate-limit-is-respected", test_a_rate_limit_is_respected);
  ADD ("says-nothing-once-it-is-gone", test_says_nothing_once_it_is_gone);
  return g_test_run ();
}
