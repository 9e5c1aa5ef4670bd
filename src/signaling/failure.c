/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/failure.h"

#include "base/log.h"

#define FLAGS_KEY "aloqa-tls-flags"
#define CERTIFICATE_KEY "aloqa-tls-certificate"
#define HANDSHAKE_KEY "aloqa-tls-handshake"

/* Characters of another library's words, or of a server's, in a sentence of ours. */
#define MAX_QUOTED_CHARS 200

/* Called for a certificate that did not pass the check; it stays refused. */
static gboolean
message_accept_certificate_cb (SoupMessage *message, GTlsCertificate *certificate,
                               GTlsCertificateFlags flags, gpointer user_data)
{
  g_object_set_data (G_OBJECT (message), FLAGS_KEY, GUINT_TO_POINTER (flags));
  g_object_set_data_full (G_OBJECT (message), CERTIFICATE_KEY, g_object_ref (certificate),
                          g_object_unref);
  return FALSE;
}

/* A server without TLS takes the first packet of a handshake for a request, and waits for more. */
static void
message_network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *stream,
                          gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING || event == G_SOCKET_CLIENT_TLS_HANDSHAKED)
    g_object_set_data (G_OBJECT (message), HANDSHAKE_KEY,
                       GINT_TO_POINTER (event == G_SOCKET_CLIENT_TLS_HANDSHAKING));
}

/**
 * aloqa_failure_watch:
 * @message: a message that is about to be sent
 *
 * Remembers how its connection comes about, for the functions below.
 */
void
aloqa_failure_watch (SoupMessage *message)
{
  g_signal_connect (message, "accept-certificate", G_CALLBACK (message_accept_certificate_cb),
                    NULL);
  g_signal_connect (message, "network-event", G_CALLBACK (message_network_event_cb), NULL);
}

static char *
quote (const char *text)
{
  g_autofree char *redacted = aloqa_log_redact (text);

  return g_utf8_substring (redacted, 0, MIN (g_utf8_strlen (redacted, -1), MAX_QUOTED_CHARS));
}

static char *
describe_expiry (GTlsCertificate *certificate, const char *host)
{
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *day = end != NULL ? g_date_time_format (end, "%-d %B %Y") : NULL;

  return g_strdup_printf ("The certificate of %s expired on %s. Its administrator has to renew it; "
                          "if that day is still to come, set this computer's clock",
                          host, day != NULL ? day : "a day in the past");
}

static char *
describe_certificate (SoupMessage *message, GTlsCertificateFlags flags, const char *host)
{
  if ((flags & G_TLS_CERTIFICATE_EXPIRED) != 0)
    return describe_expiry (g_object_get_data (G_OBJECT (message), CERTIFICATE_KEY), host);
  if ((flags & G_TLS_CERTIFICATE_NOT_ACTIVATED) != 0)
    return g_strdup_printf ("The certificate of %s is not valid yet. Check this computer's clock",
                            host);
  if ((flags & G_TLS_CERTIFICATE_REVOKED) != 0)
    return g_strdup_printf ("The certificate of %s has been revoked. Do not sign in there", host);
  if ((flags & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
    return g_strdup_printf ("The certificate that answers for %s belongs to another server. Check "
                            "the address; in a public network, sign in to that network first",
                            host);
  if ((flags & G_TLS_CERTIFICATE_INSECURE) != 0)
    return g_strdup_printf ("The certificate of %s is made with a method that is not safe any "
                            "more. Its administrator has to renew it",
                            host);
  return g_strdup_printf ("The certificate of %s does not come from an authority that this "
                          "computer knows. If the server is your own, name its authority's "
                          "certificate (--ca-file)",
                          host);
}

static GError *
describe_tls (SoupMessage *message, const char *host, const GError *cause)
{
  gpointer flags = g_object_get_data (G_OBJECT (message), FLAGS_KEY);
  g_autofree char *reason = NULL;

  if (g_object_get_data (G_OBJECT (message), CERTIFICATE_KEY) != NULL) {
    reason = describe_certificate (message, GPOINTER_TO_UINT (flags), host);
    return g_error_new_literal (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TLS, reason);
  }
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE))
    return g_error_new_literal (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TLS,
                                "This computer has no support for TLS; install the package "
                                "glib-networking");

  reason = quote (cause->message);
  return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TLS,
                      "No encrypted connection to %s came about. Check its address and port (%s)",
                      host, reason);
}

static GError *
describe_unreachable (const char *host, const GError *cause)
{
  g_autofree char *reason = NULL;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                        "%s is there, but no server answers at this port. Check the address, or "
                        "try again when the server is running",
                        host);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE))
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                        "No way leads to %s. Check this computer's network", host);
  if (cause->domain == G_RESOLVER_ERROR)
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                        "No server with the name %s was found. Check the name and this computer's "
                        "network",
                        host);

  reason = quote (cause->message);
  return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                      "The connection to %s was lost (%s)", host, reason);
}

/**
 * aloqa_failure_describe:
 * @message: what was sent, with aloqa_failure_watch() before
 * @cause: what libsoup or GIO reported
 *
 * Returns: (transfer full): an %ALOQA_SIGNALING_ERROR, or @cause's copy where it is
 *   %G_IO_ERROR_CANCELLED
 */
GError *
aloqa_failure_describe (SoupMessage *message, const AloqaServerAddress *address,
                        const GError *cause)
{
  const char *host = aloqa_server_address_get_host (address);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);
  if (cause->domain == G_TLS_ERROR || g_object_get_data (G_OBJECT (message), CERTIFICATE_KEY))
    return describe_tls (message, host, cause);
  if (cause->domain == SOUP_SESSION_ERROR || cause->domain == SOUP_WEBSOCKET_ERROR)
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ANSWER,
                        "What answers at %s is not a chat server. Check the address and the port",
                        host);
  return describe_unreachable (host, cause);
}

/**
 * aloqa_failure_describe_lateness:
 * @message: (nullable): what was sent, with aloqa_failure_watch() before
 * @limit_us: how long was waited
 *
 * Returns: (transfer full): an %ALOQA_SIGNALING_ERROR_UNREACHABLE, or %ALOQA_SIGNALING_ERROR_TLS
 *   where it was TLS that had no answer
 */
GError *
aloqa_failure_describe_lateness (SoupMessage *message, const AloqaServerAddress *address,
                                 gint64 limit_us)
{
  const char *host = aloqa_server_address_get_host (address);
  int limit_s = (int) (limit_us / G_USEC_PER_SEC);

  if (message != NULL && g_object_get_data (G_OBJECT (message), HANDSHAKE_KEY) != NULL)
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TLS,
                        "No encrypted connection to %s came about within %d seconds. Check its "
                        "address and port: a server without TLS has one that begins with http://",
                        host, limit_s);
  return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                      "%s did not answer within %d seconds. Check this computer's network, or try "
                      "again later",
                      host, limit_s);
}

/**
 * aloqa_failure_describe_redirect:
 * @message: one that was answered with 3xx
 *
 * A redirect is not followed: it would carry a password or a token to a place that nobody named.
 *
 * Returns: (transfer full): an %ALOQA_SIGNALING_ERROR_BAD_ADDRESS
 */
GError *
aloqa_failure_describe_redirect (SoupMessage *message, const AloqaServerAddress *address)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autoptr (GUri) target = NULL;

  if (location != NULL)
    target =
        g_uri_parse_relative (soup_message_get_uri (message), location, SOUP_HTTP_URI_FLAGS, NULL);
  if (target == NULL || g_uri_get_host (target) == NULL)
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS,
                        "%s points elsewhere. Ask for the server's real address",
                        aloqa_server_address_get_host (address));

  return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS,
                      "%s points to %s://%s. If you trust that server, use its address",
                      aloqa_server_address_get_host (address), g_uri_get_scheme (target),
                      g_uri_get_host (target));
}
