/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/http-session.h"

/* One for a request, one for a second beside it; a client needs no more, and a server grants few. */
#define MAX_CONNECTIONS 4

/* Long enough for the next request of a sign-in, shorter than any server's own patience. */
#define IDLE_TIMEOUT_S 15

/**
 * aloqa_http_session_new:
 * @trust: (nullable): the authorities to believe; %NULL for the system's
 *
 * It does only what this protocol needs: no cookies, no cache, no HTTP authentication of its own,
 * and no compression, so that the size of what arrives is the size of what is kept. It logs
 * nothing: a URL here may hold a token. Deadlines are the caller's.
 *
 * Returns: (transfer full): a session for requests and WebSockets to @address
 */
SoupSession *
aloqa_http_session_new (const AloqaServerAddress *address, GTlsDatabase *trust)
{
  SoupSession *session = soup_session_new_with_options (
      "user-agent", "aloqa/" ALOQA_VERSION, "timeout", 0, "idle-timeout", IDLE_TIMEOUT_S,
      "max-conns", MAX_CONNECTIONS, "max-conns-per-host", MAX_CONNECTIONS, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);

  if (trust != NULL)
    soup_session_set_tls_database (session, trust);
  /* What is on this machine is not to travel to a proxy and back. */
  if (aloqa_server_address_is_loopback (address))
    soup_session_set_proxy_resolver (session, NULL);

  return session;
}
