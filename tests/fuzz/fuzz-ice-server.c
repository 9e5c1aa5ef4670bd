/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "protocol/error.h"
#include "protocol/ice-server.h"

#include <string.h>

/* A URL for webrtcbin names the server that was meant: what is in it cannot move the host. */
static void
check_server (const AloqaIceServer *server)
{
  g_autofree char *text = aloqa_ice_server_to_uri (server, NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_PARSE_RELAXED, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (g_uri_get_host (uri), ==, server->host);
  g_assert_cmpint (g_uri_get_port (uri), ==, server->port);
  g_assert_null (strchr (server->url, '@'));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaIceServer) server = aloqa_ice_server_new (text, "user:@/", "p@ss/#", NULL);
  g_autoptr (GPtrArray) servers = NULL;
  gint64 ttl_s;

  if (server != NULL)
    check_server (server);
  servers = aloqa_ice_server_parse_list ((const char *) data, size, &ttl_s, &error);
  if (servers == NULL) {
    g_assert_true (error->domain == ALOQA_PROTOCOL_ERROR);
    return 0;
  }
  for (guint i = 0; i < servers->len; i++)
    check_server (g_ptr_array_index (servers, i));
  return 0;
}
