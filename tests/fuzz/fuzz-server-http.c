/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "server/server.h"

#include <gio/gio.h>
#include <string.h>

/*
 * A body for a real server: the first byte says which request it belongs to. The tokens in it are
 * whatever the fuzzer makes of them; that of the one who asks is good.
 */
static const char *const paths[] = { "/api/auth/login", "/api/auth/refresh", "/api/auth/logout" };

/* One server for all inputs, with limits that never get in the way. */
static AloqaServer *
get_server (void)
{
  static AloqaServer *server;
  g_autoptr (AloqaSettings) settings = NULL;

  if (server != NULL)
    return server;
  settings = aloqa_settings_new ();
  for (guint i = ALOQA_LIMIT_REQUESTS_PER_ADDRESS_BURST; i <= ALOQA_LIMIT_FREE_FAILURES; i++)
    settings->limits[i] = 1e9;
  server = aloqa_server_new (&(AloqaServerConfig){ .settings = settings, .password_cost_log2 = 4 },
                             NULL);
  g_assert_cmpint (aloqa_server_add_user (server, "ali", "secret", NULL, NULL, NULL), ==, 1);
  g_assert_true (aloqa_server_start (server, NULL));
  return server;
}

static GSocket *
send_request (AloqaServer *server, const uint8_t *data, size_t size)
{
  const char *path = paths[size > 0 ? data[0] % G_N_ELEMENTS (paths) : 0];
  gsize n_body = size > 0 ? size - 1 : 0;
  g_autofree char *head = g_strdup_printf (
      "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n", path, n_body);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (loopback, aloqa_server_get_port (server));
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  g_socket_send (socket, head, strlen (head), NULL, NULL);
  if (n_body > 0)
    g_socket_send (socket, (const char *) data + 1, n_body, NULL, NULL);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

/* Returns: the status of the answer, which ends with the connection */
static guint
receive_status (GSocket *socket)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  char buffer[4096];
  gint64 until_us = g_get_monotonic_time () + 10 * (gint64) G_USEC_PER_SEC;

  for (;;) {
    g_autoptr (GError) error = NULL;
    gssize n_read = g_socket_receive (socket, buffer, sizeof buffer, NULL, &error);

    if (n_read > 0)
      g_string_append_len (answer, buffer, n_read);
    else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      break;
    else
      g_main_context_iteration (NULL, FALSE);
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
  }
  g_assert_true (g_str_has_prefix (answer->str, "HTTP/1.1 "));
  return (guint) g_ascii_strtoull (answer->str + strlen ("HTTP/1.1 "), NULL, 10);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint statuses[] = { 200, 400, 401, 413, 422 };
  g_autoptr (GSocket) socket = send_request (get_server (), data, size);
  guint status = receive_status (socket);

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    if (status == statuses[i])
      return 0;
  }
  g_error ("an answer of %u", status);
}
