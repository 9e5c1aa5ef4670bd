/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-rig.h"

#include "fakes/fake-authority.h"
#include "support/turn-server.h"

#include <glib/gstdio.h>
#include <string.h>

#define DAY_S (24 * 60 * 60)

/* A real server: what it is asked for over the wire is what a call would ask. */
typedef struct {
  IceRig rig;
  AloqaTurnServer *server; /* NULL until started, or where it is not installed */
  AloqaFakeAuthority *authority;
  char *authority_path;
  GTlsDatabase *trust;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  ice_rig_set_up (&self->rig);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->server, aloqa_turn_server_free);
  g_clear_pointer (&self->authority, aloqa_fake_authority_free);
  g_clear_object (&self->trust);
  if (self->authority_path != NULL)
    g_unlink (self->authority_path);
  g_clear_pointer (&self->authority_path, g_free);
  ice_rig_tear_down (&self->rig);
}

/* Returns: whether there is a server; else the test is skipped. */
static gboolean
start (Fixture *self, GTlsCertificate *certificate, const char *option)
{
  if (!aloqa_turn_server_is_installed ()) {
    g_test_skip ("turnserver is not installed");
    return FALSE;
  }
  self->server = aloqa_turn_server_new (certificate, option);
  return TRUE;
}

/* @format: with the port */
static void
check (Fixture *self, const char *format, guint port, const char *credential, GTlsDatabase *trust)
{
  g_autofree char *url = g_strdup_printf (format, port);

  ice_rig_begin (&self->rig, url, credential, trust);
  ice_rig_finish (&self->rig);
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

static void
wait_for_log (Fixture *self, const char *mark)
{
  aloqa_test_wait_until (log_has_mark, &(LogWait){ self->server, mark });
}

static void
test_stun (Fixture *self, gconstpointer data)
{
  if (!start (self, NULL, NULL))
    return;
  check (self, "stun:127.0.0.1:%u", self->server->port, NULL, NULL);
  g_assert_no_error (self->rig.error);
  assert_address (self->rig.result->seen_address);
  g_assert_null (self->rig.result->relayed_address);
}

static void
test_turn (Fixture *self, gconstpointer format)
{
  if (!start (self, NULL, NULL))
    return;
  check (self, format, self->server->port, "secret", NULL);
  g_assert_no_error (self->rig.error);
  assert_address (self->rig.result->seen_address);
  assert_address (self->rig.result->relayed_address);
  g_assert_cmpstr (self->rig.result->seen_address, !=, self->rig.result->relayed_address);
  wait_for_log (self, "lifetime=0");
}

static void
test_wrong_password (Fixture *self, gconstpointer format)
{
  if (!start (self, NULL, NULL))
    return;
  check (self, format, self->server->port, "a secret of another", NULL);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_UNAUTHORIZED);
}

/* Whoever keeps what it was lent gets nothing more for ten minutes. */
static void
test_given_back (Fixture *self, gconstpointer data)
{
  if (!start (self, NULL, "--user-quota=1"))
    return;
  for (int i = 0; i < 2; i++) {
    check (self, "turn:127.0.0.1:%u", self->server->port, "secret", NULL);
    g_assert_no_error (self->rig.error);
    wait_for_log (self, "delete: realm");
  }
}

/* Over TLS, with a certificate of the test's own authority. */

static gboolean
start_tls (Fixture *self, const char *host, gint64 begin_s, gint64 end_s)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("aloqa-ca-XXXXXX", &self->authority_path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  self->authority = aloqa_fake_authority_new ();
  aloqa_fake_authority_write (self->authority, self->authority_path);
  self->trust = g_tls_file_database_new (self->authority_path, &error);
  g_assert_no_error (error);
  certificate = aloqa_fake_authority_issue (self->authority, host, begin_s, end_s);
  return start (self, certificate, NULL);
}

static void
test_tls (Fixture *self, gconstpointer data)
{
  if (!start_tls (self, "localhost", -DAY_S, DAY_S))
    return;
  check (self, "turns:localhost:%u", self->server->tls_port, "secret", self->trust);
  g_assert_no_error (self->rig.error);
  assert_address (self->rig.result->relayed_address);
}

typedef struct {
  const char *host;
  gint64 begin_s, end_s;
  gboolean is_known; /* its authority */
  const char *reason;
} Certificate;

static const Certificate strangers = { "localhost", -DAY_S, DAY_S, FALSE,
                                       "no authority that is trusted" };
static const Certificate expired = { "localhost", -2 * DAY_S, -DAY_S, TRUE, "has expired" };
static const Certificate others = { "turn.example.org", -DAY_S, DAY_S, TRUE, "another name" };

static void
test_tls_refusal (Fixture *self, gconstpointer data)
{
  const Certificate *certificate = data;
  g_autofree char *log = NULL;

  if (!start_tls (self, certificate->host, certificate->begin_s, certificate->end_s))
    return;
  check (self, "turns:localhost:%u", self->server->tls_port, "secret",
         certificate->is_known ? self->trust : NULL);
  ice_rig_assert_failed (&self->rig, ALOQA_ICE_CHECK_ERROR_TLS);
  g_assert_nonnull (strstr (self->rig.error->message, certificate->reason));
  log = aloqa_turn_server_read_log (self->server);
  g_assert_null (strstr (log, "incoming packet"));
}

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
#define UDP "turn:127.0.0.1:%u"
#define TCP "turn:127.0.0.1:%u?transport=tcp"

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  ADD ("/ice-check/stun/names-the-address-seen", NULL, test_stun);
  ADD ("/ice-check/turn/udp-lends-a-relay-and-takes-it-back", UDP, test_turn);
  ADD ("/ice-check/turn/tcp-lends-a-relay-and-takes-it-back", TCP, test_turn);
  ADD ("/ice-check/turn/udp-tells-a-wrong-password", UDP, test_wrong_password);
  ADD ("/ice-check/turn/tcp-tells-a-wrong-password", TCP, test_wrong_password);
  ADD ("/ice-check/turn/what-is-given-back-can-be-lent-again", NULL, test_given_back);
  ADD ("/ice-check/tls/lends-a-relay", NULL, test_tls);
  ADD ("/ice-check/tls/strangers-are-not-trusted", &strangers, test_tls_refusal);
  ADD ("/ice-check/tls/expired-is-not-trusted", &expired, test_tls_refusal);
  ADD ("/ice-check/tls/another-name-is-not-trusted", &others, test_tls_refusal);

  return g_test_run ();
}
