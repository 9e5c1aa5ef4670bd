/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check.h"

#include "fakes/fake-authority.h"
#include "support/support.h"
#include "support/turn-server.h"

#include <glib/gstdio.h>
#include <string.h>

#define DAY_S (24 * 60 * 60)

/* One check, to its end. */
typedef struct {
  AloqaIceCheckResult *result;
  GError *error;
  gboolean is_over;
} Outcome;

static void
clear_outcome (Outcome *outcome)
{
  g_clear_pointer (&outcome->result, aloqa_ice_check_result_free);
  g_clear_error (&outcome->error);
  outcome->is_over = FALSE;
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->result = aloqa_ice_check_finish (result, &outcome->error);
  outcome->is_over = TRUE;
}

static gboolean
is_over (gpointer user_data)
{
  return ((Outcome *) user_data)->is_over;
}

static void
check_with_trust (Outcome *outcome, const char *url, const char *credential, GTlsDatabase *trust)
{
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaIceServer) server = aloqa_ice_server_new (url, "ali", credential, &error);

  g_assert_no_error (error);
  aloqa_ice_check_async (server, trust, clock, NULL, checked_cb, outcome);
  aloqa_test_wait_until (is_over, outcome);
}

static void
check (Outcome *outcome, const char *url, const char *credential)
{
  check_with_trust (outcome, url, credential, NULL);
}

static void
assert_address (const char *address)
{
  g_assert_true (g_str_has_prefix (address, "127.0.0.1:"));
  g_assert_cmpint (g_ascii_strtoll (address + strlen ("127.0.0.1:"), NULL, 10), >, 0);
}

typedef struct {
  AloqaTurnServer *server;
  const char *mark;
} LogWait;

static gboolean
log_has_mark (gpointer user_data)
{
  LogWait *wait = user_data;
  g_autofree char *log = aloqa_turn_server_read_log (wait->server);

  return strstr (log, wait->mark) != NULL;
}

static AloqaTurnServer *
start_server (GTlsCertificate *certificate, const char *option)
{
  if (aloqa_turn_server_is_installed ())
    return aloqa_turn_server_new (certificate, option);
  g_test_skip ("turnserver is not installed");
  return NULL;
}

/* With a real server. */

static void
test_stun (void)
{
  g_autoptr (AloqaTurnServer) server = start_server (NULL, NULL);
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };

  if (server == NULL)
    return;
  url = g_strdup_printf ("stun:127.0.0.1:%u", server->port);
  check (&outcome, url, NULL);
  g_assert_no_error (outcome.error);
  assert_address (outcome.result->seen_address);
  g_assert_null (outcome.result->relayed_address);
  clear_outcome (&outcome);
}

static void
test_turn (gconstpointer transport)
{
  g_autoptr (AloqaTurnServer) server = start_server (NULL, NULL);
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };

  if (server == NULL)
    return;
  url = g_strdup_printf ("turn:127.0.0.1:%u?transport=%s", server->port, (const char *) transport);
  check (&outcome, url, "secret");
  g_assert_no_error (outcome.error);
  assert_address (outcome.result->seen_address);
  assert_address (outcome.result->relayed_address);
  g_assert_cmpstr (outcome.result->seen_address, !=, outcome.result->relayed_address);
  aloqa_test_wait_until (log_has_mark, &(LogWait){ server, "lifetime=0" });
  clear_outcome (&outcome);
}

static void
test_wrong_password (gconstpointer transport)
{
  g_autoptr (AloqaTurnServer) server = start_server (NULL, NULL);
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };

  if (server == NULL)
    return;
  url = g_strdup_printf ("turn:127.0.0.1:%u?transport=%s", server->port, (const char *) transport);
  check (&outcome, url, "wrong");
  g_assert_error (outcome.error, ALOQA_ICE_CHECK_ERROR, ALOQA_ICE_CHECK_ERROR_UNAUTHORIZED);
  g_assert_null (strstr (outcome.error->message, "wrong"));
  clear_outcome (&outcome);
}

/* Whoever keeps what it was lent gets nothing more for ten minutes. */
static void
test_given_back (void)
{
  g_autoptr (AloqaTurnServer) server = start_server (NULL, "--user-quota=1");
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };

  if (server == NULL)
    return;
  url = g_strdup_printf ("turn:127.0.0.1:%u", server->port);
  for (int i = 0; i < 2; i++) {
    check (&outcome, url, "secret");
    g_assert_no_error (outcome.error);
    clear_outcome (&outcome);
    aloqa_test_wait_until (log_has_mark, &(LogWait){ server, "delete: realm" });
  }
}

/* Over TLS. */

typedef struct {
  AloqaFakeAuthority *authority;
  char *path; /* of its certificate */
  GTlsDatabase *trust;
  AloqaTurnServer *server;
} TlsFixture;

static void
set_up_tls (TlsFixture *fixture, const char *host, gint64 begin_s, gint64 end_s)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("aloqa-ca-XXXXXX", &fixture->path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  fixture->authority = aloqa_fake_authority_new ();
  aloqa_fake_authority_write (fixture->authority, fixture->path);
  fixture->trust = g_tls_file_database_new (fixture->path, &error);
  g_assert_no_error (error);
  certificate = aloqa_fake_authority_issue (fixture->authority, host, begin_s, end_s);
  fixture->server = start_server (certificate, NULL);
}

static void
tear_down_tls (TlsFixture *fixture)
{
  g_clear_pointer (&fixture->server, aloqa_turn_server_free);
  g_clear_pointer (&fixture->authority, aloqa_fake_authority_free);
  g_clear_object (&fixture->trust);
  g_unlink (fixture->path);
  g_clear_pointer (&fixture->path, g_free);
}

static void
test_tls (void)
{
  TlsFixture fixture = { 0 };
  Outcome outcome = { 0 };

  set_up_tls (&fixture, "localhost", -DAY_S, DAY_S);
  if (fixture.server != NULL) {
    g_autofree char *url = g_strdup_printf ("turns:localhost:%u", fixture.server->tls_port);

    check_with_trust (&outcome, url, "secret", fixture.trust);
    g_assert_no_error (outcome.error);
    assert_address (outcome.result->relayed_address);
    clear_outcome (&outcome);
  }
  tear_down_tls (&fixture);
}

static void
assert_tls_refused (const char *host, gint64 begin_s, gint64 end_s, gboolean with_trust,
                    const char *reason)
{
  TlsFixture fixture = { 0 };
  Outcome outcome = { 0 };

  set_up_tls (&fixture, host, begin_s, end_s);
  if (fixture.server != NULL) {
    g_autofree char *url = g_strdup_printf ("turns:localhost:%u", fixture.server->tls_port);
    g_autofree char *log = NULL;

    check_with_trust (&outcome, url, "secret", with_trust ? fixture.trust : NULL);
    g_assert_error (outcome.error, ALOQA_ICE_CHECK_ERROR, ALOQA_ICE_CHECK_ERROR_TLS);
    g_assert_nonnull (strstr (outcome.error->message, reason));
    log = aloqa_turn_server_read_log (fixture.server);
    g_assert_null (strstr (log, "ALLOCATE"));
    clear_outcome (&outcome);
  }
  tear_down_tls (&fixture);
}

static void
test_tls_stranger (void)
{
  assert_tls_refused ("localhost", -DAY_S, DAY_S, FALSE, "no authority that is trusted");
}

static void
test_tls_expired (void)
{
  assert_tls_refused ("localhost", -2 * DAY_S, -DAY_S, TRUE, "has expired");
}

static void
test_tls_other_name (void)
{
  assert_tls_refused ("turn.example.org", -DAY_S, DAY_S, TRUE, "another name");
}

static void
test_tls_on_plain_port (void)
{
  g_autoptr (AloqaTurnServer) server = start_server (NULL, NULL);
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };

  if (server == NULL)
    return;
  url = g_strdup_printf ("turns:127.0.0.1:%u", server->port);
  check (&outcome, url, "secret");
  g_assert_nonnull (outcome.error);
  g_assert_cmpint (outcome.error->domain, ==, ALOQA_ICE_CHECK_ERROR);
  clear_outcome (&outcome);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/ice-check/stun/names-the-address-seen", test_stun);
  g_test_add_data_func ("/ice-check/turn/udp-lends-a-relay-and-takes-it-back", "udp", test_turn);
  g_test_add_data_func ("/ice-check/turn/tcp-lends-a-relay-and-takes-it-back", "tcp", test_turn);
  g_test_add_data_func ("/ice-check/turn/udp-tells-a-wrong-password", "udp", test_wrong_password);
  g_test_add_data_func ("/ice-check/turn/tcp-tells-a-wrong-password", "tcp", test_wrong_password);
  g_test_add_func ("/ice-check/turn/what-is-given-back-can-be-lent-again", test_given_back);
  g_test_add_func ("/ice-check/tls/lends-a-relay", test_tls);
  g_test_add_func ("/ice-check/tls/strangers-are-not-trusted", test_tls_stranger);
  g_test_add_func ("/ice-check/tls/expired-is-not-trusted", test_tls_expired);
  g_test_add_func ("/ice-check/tls/another-name-is-not-trusted", test_tls_other_name);
  g_test_add_func ("/ice-check/tls/plain-server-is-told", test_tls_on_plain_port);

  return g_test_run ();
}
