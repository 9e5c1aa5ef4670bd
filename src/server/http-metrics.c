/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-metrics.h"

#include "server/http.h"

#include <string.h>

/* Takes as long wherever the two begin to differ. */
static gboolean
is_token (const char *given, const char *token)
{
  g_autofree char *a = g_compute_checksum_for_string (G_CHECKSUM_SHA256, given, -1);
  g_autofree char *b = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
  guchar difference = 0;

  for (gsize i = 0; a[i] != '\0'; i++)
    difference |= (guchar) (a[i] ^ b[i]);
  return difference == 0;
}

/*
 * Programs of this machine may, unless they ask for somebody else: a proxy that passes everything on
 * would open this to the world.
 */
static gboolean
is_allowed (AloqaServer *server, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *header = soup_message_headers_get_one (headers, "Authorization");
  const char *token = server->settings->metrics_token;

  if (token != NULL && header != NULL && g_ascii_strncasecmp (header, "Bearer ", 7) == 0)
    return is_token (header + 7, token);
  return soup_message_headers_get_list (headers, "X-Forwarded-For") == NULL &&
         soup_message_headers_get_one (headers, "Forwarded") == NULL &&
         g_inet_address_get_is_loopback (aloqa_listener_get_peer (message));
}

void
aloqa_http_metrics_get (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  AloqaGauges gauges = { .n_connections = aloqa_listener_get_n_connections (server->listener) };
  char *text;

  if (!is_allowed (server, message)) {
    aloqa_http_reply_error (message, SOUP_STATUS_FORBIDDEN, "Forbidden");
    return;
  }
  aloqa_switchboard_measure (server->switchboard, &gauges);
  text = aloqa_metrics_to_text (&server->metrics, &gauges);
  aloqa_http_reply (message, SOUP_STATUS_OK, text);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Content-Type",
                                "text/plain; version=0.0.4");
}
