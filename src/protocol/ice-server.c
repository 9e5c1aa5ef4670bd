/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/ice-server.h"

#include "protocol/error.h"

#include <string.h>

#define DEFAULT_PORT 3478
#define DEFAULT_TLS_PORT 5349

/* A host name of 253 characters, its scheme, port and transport. */
#define MAX_URL_BYTES 512

/* RFC 8489, section 14.3: USERNAME has fewer than 509 bytes. */
#define MAX_USERNAME_BYTES 508

/* coturn's time-limited credentials are under 100 bytes; some services send a token. */
#define MAX_CREDENTIAL_BYTES 4096

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"

static const struct {
  const char *scheme;
  AloqaIceServerKind kind;
  guint16 default_port;
} schemes[] = {
  { "stun:", ALOQA_ICE_SERVER_STUN, DEFAULT_PORT },
  { "turn:", ALOQA_ICE_SERVER_TURN_UDP, DEFAULT_PORT },
  { "turns:", ALOQA_ICE_SERVER_TURN_TLS, DEFAULT_TLS_PORT },
};

static gboolean
refuse (GError **error, const char *field, const char *reason)
{
  aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, field, "%s", reason);
  return FALSE;
}

/* Good URLs that browsers know too, for transports that nothing here speaks. */
static gboolean
refuse_unused (GError **error, const char *transport)
{
  aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE, "urls",
                            "names a server over %s, which is not used: write stun:HOST, "
                            "turn:HOST, turn:HOST?transport=tcp or turns:HOST",
                            transport);
  return FALSE;
}

/* RFC 7064 and RFC 7065 write no slashes; people and some servers do. */
static const char *
skip_scheme (const char *url, const char *scheme)
{
  gsize length = strlen (scheme);

  if (g_ascii_strncasecmp (url, scheme, length) != 0)
    return NULL;
  return g_str_has_prefix (url + length, "//") ? url + length + 2 : url + length;
}

static const char *
read_scheme (AloqaIceServer *self, const char *url)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    const char *rest = skip_scheme (url, schemes[i].scheme);

    if (rest != NULL) {
      self->kind = schemes[i].kind;
      self->port = schemes[i].default_port;
      return rest;
    }
  }
  return NULL;
}

static const char *
read_host (AloqaIceServer *self, const char *text)
{
  gsize length;

  if (*text != '[') {
    length = strspn (text, HOST_CHARACTERS);
    self->host = g_strndup (text, length);
    return length > 0 ? text + length : NULL;
  }

  length = strcspn (text + 1, "]");
  self->host = g_strndup (text + 1, length);
  if (text[length + 1] == '\0' || strchr (self->host, ':') == NULL ||
      strchr (self->host, '%') != NULL || !g_hostname_is_ip_address (self->host))
    return NULL;
  return text + length + 2;
}

static const char *
read_port (AloqaIceServer *self, const char *text)
{
  char *end;
  guint64 port;

  if (*text != ':')
    return text;
  if (!g_ascii_isdigit (text[1]))
    return NULL;

  port = g_ascii_strtoull (text + 1, &end, 10);
  self->port = (guint16) port;
  return port >= 1 && port <= G_MAXUINT16 ? end : NULL;
}

static gboolean
read_transport (AloqaIceServer *self, const char *query, GError **error)
{
  gboolean is_tcp = strcmp (query, "?transport=tcp") == 0;

  if (*query == '\0')
    return TRUE;
  if (self->kind == ALOQA_ICE_SERVER_STUN || (!is_tcp && strcmp (query, "?transport=udp") != 0))
    return refuse (error, "urls",
                   "ends in something else than ?transport=udp or ?transport=tcp, which a TURN "
                   "server may have");
  if (self->kind == ALOQA_ICE_SERVER_TURN_TLS && !is_tcp)
    return refuse_unused (error, "DTLS");

  if (self->kind == ALOQA_ICE_SERVER_TURN_UDP && is_tcp)
    self->kind = ALOQA_ICE_SERVER_TURN_TCP;
  return TRUE;
}

static gboolean
read_url (AloqaIceServer *self, const char *url, GError **error)
{
  const char *rest;

  if (strlen (url) > MAX_URL_BYTES) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "urls", "is over %d bytes",
                              MAX_URL_BYTES);
    return FALSE;
  }
  if (strchr (url, '@') != NULL)
    return refuse (error, "urls",
                   "has a user name or a password in it: give them apart, as “username” and "
                   "“credential”");
  if (skip_scheme (url, "stuns:") != NULL)
    return refuse_unused (error, "TLS for STUN");

  rest = read_scheme (self, url);
  if (rest == NULL || (rest = read_host (self, rest)) == NULL ||
      (rest = read_port (self, rest)) == NULL)
    return refuse (error, "urls",
                   "is not the address of a STUN or TURN server: write stun:HOST, turn:HOST, "
                   "turn:HOST?transport=tcp or turns:HOST, each with :PORT after the host if need "
                   "be");
  return read_transport (self, rest, error);
}

static gboolean
read_secret (char **value, const char *text, const char *field, gsize max_bytes, GError **error)
{
  if (text == NULL || *text == '\0')
    return refuse (error, field, "is missing: a TURN server needs a user name and a credential");
  if (strlen (text) > max_bytes) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, field,
                              "is over %" G_GSIZE_FORMAT " bytes", max_bytes);
    return FALSE;
  }

  *value = g_strdup (text);
  return TRUE;
}

/**
 * aloqa_ice_server_new:
 * @url: stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp] or
 *   turns:HOST[:PORT][?transport=tcp], with no password in it
 * @username: (nullable): for TURN; not kept for STUN
 * @credential: (nullable): for TURN; not kept for STUN
 * @error: %ALOQA_PROTOCOL_ERROR with the field “urls”, “username” or “credential”: BAD_MESSAGE or
 *   TOO_LARGE; UNKNOWN_TYPE for a good URL that is not used here (STUN over TLS, TURN over DTLS)
 *
 * Returns: (transfer full) (nullable): the server
 */
AloqaIceServer *
aloqa_ice_server_new (const char *url, const char *username, const char *credential, GError **error)
{
  g_autoptr (AloqaIceServer) self = g_atomic_rc_box_new0 (AloqaIceServer);

  if (!read_url (self, url, error))
    return NULL;
  if (self->kind != ALOQA_ICE_SERVER_STUN &&
      (!read_secret (&self->username, username, "username", MAX_USERNAME_BYTES, error) ||
       !read_secret (&self->credential, credential, "credential", MAX_CREDENTIAL_BYTES, error)))
    return NULL;

  self->url = g_strdup (url);
  return g_steal_pointer (&self);
}

AloqaIceServer *
aloqa_ice_server_ref (AloqaIceServer *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AloqaIceServer *self = data;

  if (self->credential != NULL)
    explicit_bzero (self->credential, strlen (self->credential));
  g_free (self->url);
  g_free (self->host);
  g_free (self->username);
  g_free (self->credential);
}

void
aloqa_ice_server_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * aloqa_ice_server_to_uri:
 * @host: (nullable): instead of its own
 * @port: with @host, instead of its own
 *
 * Returns: (transfer full): as webrtcbin wants it, the password within: never to be logged. A server
 *   over TLS becomes one over TCP: @host and @port are then those of the tunnel to it
 */
char *
aloqa_ice_server_to_uri (const AloqaIceServer *self, const char *host, guint16 port)
{
  g_autofree char *username = NULL, *credential = NULL, *written_host = NULL;

  if (host == NULL) {
    host = self->host;
    port = self->port;
  }
  written_host = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  if (self->kind == ALOQA_ICE_SERVER_STUN)
    return g_strdup_printf ("stun://%s:%u", written_host, port);

  username = g_uri_escape_string (self->username, NULL, FALSE);
  credential = g_uri_escape_string (self->credential, NULL, FALSE);
  return g_strdup_printf ("turn://%s:%s@%s:%u?transport=%s", username, credential, written_host,
                          port, self->kind == ALOQA_ICE_SERVER_TURN_UDP ? "udp" : "tcp");
}
