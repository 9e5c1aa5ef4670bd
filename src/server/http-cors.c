/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-cors.h"

#include "server/http.h"

/**
 * aloqa_http_cors_allow:
 *
 * Lets a web page of one of the configured origins read the answer (Fetch Standard, section 3.2).
 * Others get the same answer, and their browsers keep it from them.
 */
void
aloqa_http_cors_allow (AloqaServer *server, SoupServerMessage *message)
{
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);
  const char *origin =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin");
  const char *const *origins = (const char *const *) server->settings->cors_origins;

  if (*origins == NULL)
    return;
  soup_message_headers_append (answer, "Vary", "Origin");
  if (origin == NULL || !g_strv_contains (origins, origin))
    return;
  soup_message_headers_replace (answer, "Access-Control-Allow-Origin", origin);
  soup_message_headers_replace (answer, "Access-Control-Allow-Credentials", "true");
}

/* What a browser asks before it sends what a form could not. */
void
aloqa_http_cors_answer_preflight (SoupServerMessage *message)
{
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (answer, "Access-Control-Allow-Methods", "GET, POST");
  soup_message_headers_replace (answer, "Access-Control-Allow-Headers",
                                "Authorization, Content-Type");
  soup_message_headers_replace (answer, "Access-Control-Max-Age", "600");
  soup_message_headers_replace (answer, "Connection", "close");
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
}
