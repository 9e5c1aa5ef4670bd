/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "fakes/fake-authority.h"
#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "signaling/connection.h"
#include "signaling/rest.h"
#include "signaling/trust.h"
#include "support/support.h"

#define DAY_S (24 * 60 * 60)

typedef struct {
  char *folder;
  char *ca_file;
  AloqaFakeAuthority *authority;
  AloqaClock *clock;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("aloqa-tls-XXXXXX", NULL);
  f->ca_file = g_build_filename (f->folder, "ca.pem", NULL);
  f->authority = aloqa_fake_authority_new ();
  f->clock = aloqa_fake_clock_new ();
  aloqa_fake_authority_write (f->authority, f->ca_file);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->ca_file);
  g_rmdir (f->folder);
  aloqa_fake_authority_free (f->authority);
  aloqa_test_drain ();
  g_assert_finalize_object (f->clock);
  g_free (f->ca_file);
  g_free (f->folder);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
has_result (gpointer user_data)
{
  return *(GAsyncResult **) user_data != NULL;
}

/* Returns: what the HTTP interface says of the server, or NULL where it is well. */
static GError *
try_rest (Fixture *f, AloqaServerAddress *address, GTlsDatabase *trust)
{
  g_autoptr (AloqaRest) rest = aloqa_rest_new (address, trust, f->clock);
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  aloqa_rest_check_health_async (rest, NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  aloqa_rest_check_health_finish (rest, result, &error);
  return error;
}

static gboolean
is_decided (gpointer user_data)
{
  AloqaConnectionState state = aloqa_connection_get_state (user_data);

  return state != ALOQA_CONNECTION_CONNECTING && state != ALOQA_CONNECTION_STOPPED;
}

/* The same of the WebSocket. */
static GError *
try_websocket (Fixture *f, AloqaFakeServer *server, AloqaServerAddress *address,
               GTlsDatabase *trust)
{
  g_autofree char *token = aloqa_fake_server_make_token (server, 2, "access");
  g_autoptr (AloqaConnection) connection =
      aloqa_connection_new (address, trust, f->clock, 2, token);

  aloqa_connection_set_network_monitor (connection, NULL);
  aloqa_connection_start (connection);
  aloqa_test_wait_until (is_decided, connection);
  if (aloqa_connection_get_state (connection) == ALOQA_CONNECTION_REGISTERED)
    return NULL;
  return g_error_copy (aloqa_connection_get_error (connection));
}

static AloqaServerAddress *
make_address (AloqaFakeServer *server, const char *host)
{
  g_autofree char *url = g_strdup_printf ("https://%s:%u", host, server->port);

  return aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
}

/* Both ways in are refused with %ALOQA_SIGNALING_ERROR_TLS and @word; or let in, without one. */
static void
assert_verdict (Fixture *f, AloqaFakeServer *server, const char *host, GTlsDatabase *trust,
                const char *word)
{
  g_autoptr (AloqaServerAddress) address = make_address (server, host);
  g_autoptr (GError) rest_error = try_rest (f, address, trust);
  g_autoptr (GError) websocket_error = try_websocket (f, server, address, trust);

  if (word == NULL) {
    g_assert_no_error (rest_error);
    g_assert_no_error (websocket_error);
    g_assert_cmpuint (server->n_upgrades, ==, 1);
    return;
  }
  g_assert_error (rest_error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TLS);
  g_assert_error (websocket_error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TLS);
  g_assert_nonnull (strstr (rest_error->message, word));
  g_assert_nonnull (strstr (websocket_error->message, word));
  g_assert_nonnull (strstr (rest_error->message, host));
  /* Not a byte of a request went out. */
  g_assert_null (server->last_path);
  g_assert_cmpuint (server->n_upgrades, ==, 0);
}

static void
test_believes_the_authority_in_the_file (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      aloqa_fake_authority_issue (f->authority, "localhost", -DAY_S, DAY_S);
  g_autoptr (AloqaFakeServer) server = aloqa_fake_server_new (certificate);
  g_autoptr (GTlsDatabase) trust = aloqa_trust_load_ca_file (f->ca_file, NULL);

  assert_verdict (f, server, "localhost", trust, NULL);
}

static void
test_believes_nobody_else (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      aloqa_fake_authority_issue (f->authority, "localhost", -DAY_S, DAY_S);
  g_autoptr (AloqaFakeServer) server = aloqa_fake_server_new (certificate);
  g_autoptr (AloqaFakeAuthority) other = aloqa_fake_authority_new ();
  g_autoptr (GTlsDatabase) trust = NULL;

  /* The system does not know it. */
  assert_verdict (f, server, "localhost", NULL, "authority");

  aloqa_fake_authority_write (other, f->ca_file);
  trust = aloqa_trust_load_ca_file (f->ca_file, NULL);
  assert_verdict (f, server, "localhost", trust, "authority");
}

static void
test_refuses_an_expired_certificate (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      aloqa_fake_authority_issue (f->authority, "localhost", -100 * DAY_S, -DAY_S);
  g_autoptr (AloqaFakeServer) server = aloqa_fake_server_new (certificate);
  g_autoptr (GTlsDatabase) trust = aloqa_trust_load_ca_file (f->ca_file, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (now, -1);
  g_autofree char *month = g_date_time_format (yesterday, "%B %Y");

  assert_verdict (f, server, "localhost", trust, "expired");
  assert_verdict (f, server, "localhost", trust, month);
}

static void
test_refuses_a_certificate_of_the_future (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      aloqa_fake_authority_issue (f->authority, "localhost", DAY_S, 2 * DAY_S);
  g_autoptr (AloqaFakeServer) server = aloqa_fake_server_new (certificate);
  g_autoptr (GTlsDatabase) trust = aloqa_trust_load_ca_file (f->ca_file, NULL);

  assert_verdict (f, server, "localhost", trust, "clock");
}

static void
test_refuses_another_servers_certificate (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      aloqa_fake_authority_issue (f->authority, "chat.example.org", -DAY_S, DAY_S);
  g_autoptr (AloqaFakeServer) server = aloqa_fake_server_new (certificate);
  g_autoptr (GTlsDatabase) trust = aloqa_trust_load_ca_file (f->ca_file, NULL);

  assert_verdict (f, server, "localhost", trust, "another server");
  assert_verdict (f, server, "127.0.0.1", trust, "another server");
}

/* Takes whatever comes, and says nothing: a server without TLS waits for the end of the line. */
static gboolean
keep_connection (GSocketService *service, GSocketConnection *connection, GObject *source,
                 gpointer user_data)
{
  g_set_object ((GSocketConnection **) user_data, connection);
  return TRUE;
}

static gboolean
has_bytes (gpointer user_data)
{
  GSocketConnection **connection = user_data;

  return *connection != NULL &&
         (g_socket_condition_check (g_socket_connection_get_socket (*connection), G_IO_IN) &
          G_IO_IN) != 0;
}

static void
test_says_when_a_server_speaks_no_tls (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", port);
  g_autoptr (AloqaServerAddress) address =
      aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  g_autoptr (AloqaRest) rest = aloqa_rest_new (address, NULL, f->clock);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (service, "incoming", G_CALLBACK (keep_connection), &connection);
  aloqa_rest_check_health_async (rest, NULL, keep_result, &result);
  aloqa_test_wait_until (has_bytes, &connection);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), 10000);
  aloqa_test_wait_until (has_result, &result);

  g_assert_false (aloqa_rest_check_health_finish (rest, result, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TLS);
  g_assert_nonnull (strstr (error->message, "http://"));
}

static void
test_says_when_a_server_speaks_only_tls (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      aloqa_fake_authority_issue (f->authority, "localhost", -DAY_S, DAY_S);
  g_autoptr (AloqaFakeServer) server = aloqa_fake_server_new (certificate);
  g_autofree char *url = g_strdup_printf ("http://localhost:%u", server->port);
  g_autoptr (AloqaServerAddress) address =
      aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  g_autoptr (GError) error = try_rest (f, address, NULL);

  g_assert_nonnull (error);
  g_assert_true (error->domain == ALOQA_SIGNALING_ERROR);
}

static void
test_says_what_is_wrong_with_the_file (Fixture *f, gconstpointer data)
{
  const char *const contents[] = {
    "",
    "not a certificate",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n",
  };
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_trust_load_ca_file ("/nowhere/ca.pem", &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_CA_FILE);
  g_assert_nonnull (strstr (error->message, "/nowhere/ca.pem"));

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++) {
    g_clear_error (&error);
    g_assert_true (g_file_set_contents (f->ca_file, contents[i], -1, NULL));
    g_assert_null (aloqa_trust_load_ca_file (f->ca_file, &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_CA_FILE);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function)                                                                        \
  g_test_add ("/signaling/tls/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("believes-the-authority-in-the-file", test_believes_the_authority_in_the_file);
  ADD ("believes-nobody-else", test_believes_nobody_else);
  ADD ("refuses-an-expired-certificate", test_refuses_an_expired_certificate);
  ADD ("refuses-a-certificate-of-the-future", test_refuses_a_certificate_of_the_future);
  ADD ("refuses-another-servers-certificate", test_refuses_another_servers_certificate);
  ADD ("says-when-a-server-speaks-no-tls", test_says_when_a_server_speaks_no_tls);
  ADD ("says-when-a-server-speaks-only-tls", test_says_when_a_server_speaks_only_tls);
  ADD ("says-what-is-wrong-with-the-file", test_says_what_is_wrong_with_the_file);
  return g_test_run ();
}
