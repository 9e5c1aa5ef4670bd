/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/ice-server.h"

#include <string.h>

#include "media/peer.h"

#define DEFAULT_PORT 3478
#define DEFAULT_TLS_PORT 5349

/* RFC 7064 and 7065 write no slashes; people and some servers do. */
static const struct {
  const char *scheme;
  AloqaIceServerKind kind;
} schemes[] = {
  { "stun:", ALOQA_ICE_SERVER_STUN },
  { "turn:", ALOQA_ICE_SERVER_TURN_UDP },
  { "turns:", ALOQA_ICE_SERVER_TURN_TLS },
};

static gboolean
refuse (GError **error, const char *url, const char *reason)
{
  g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_BAD_SERVER, "“%s” %s", url, reason);
  return FALSE;
}

static const char *
parse_scheme (AloqaIceServer *self, const char *url)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++) {
    gsize length = strlen (schemes[i].scheme);

    if (g_ascii_strncasecmp (url, schemes[i].scheme, length) == 0) {
      self->kind = schemes[i].kind;
      return g_str_has_prefix (url + length, "//") ? url + length + 2 : url + length;
    }
  }
  return NULL;
}

static gboolean
parse_transport (AloqaIceServer *self, const char *query)
{
  if (*query == '\0')
    return TRUE;
  if (strcmp (query, "?transport=udp") == 0)
    return self->kind == ALOQA_ICE_SERVER_TURN_UDP;
  if (strcmp (query, "?transport=tcp") != 0 || self->kind == ALOQA_ICE_SERVER_STUN)
    return FALSE;

  if (self->kind == ALOQA_ICE_SERVER_TURN_UDP)
    self->kind = ALOQA_ICE_SERVER_TURN_TCP;
  return TRUE;
}

static gboolean
parse_host_and_port (AloqaIceServer *self, const char *text)
{
  guint16 default_port = self->kind == ALOQA_ICE_SERVER_TURN_TLS ? DEFAULT_TLS_PORT : DEFAULT_PORT;
  g_autoptr (GSocketConnectable) address = g_network_address_parse (text, default_port, NULL);
  const char *host;

  if (address == NULL)
    return FALSE;
  host = g_network_address_get_hostname (G_NETWORK_ADDRESS (address));
  self->host = g_strdup (host);
  self->port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  /* The name becomes part of a URI again. */
  return *host != '\0' && self->port != 0 && strpbrk (host, "@/?#%[] \"\\") == NULL;
}

/**
 * aloqa_ice_server_new:
 * @url: stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp] or turns:HOST[:PORT]; no password
 * @username: (nullable): for TURN
 * @credential: (nullable): for TURN
 *
 * Returns: (transfer full): the server, or NULL with ALOQA_PEER_ERROR_BAD_SERVER
 */
AloqaIceServer *
aloqa_ice_server_new (const char *url, const char *username, const char *credential, GError **error)
{
  g_autoptr (AloqaIceServer) self = g_atomic_rc_box_new0 (AloqaIceServer);
  const char *rest = parse_scheme (self, url);
  gsize length = rest != NULL ? strcspn (rest, "?") : 0;
  g_autofree char *host_and_port = g_strndup (rest != NULL ? rest : "", length);

  if (strchr (url, '@') != NULL) {
    refuse (error, "An ICE server", "may not have a password in its address: give it apart");
    return NULL;
  }
  if (rest == NULL || !parse_transport (self, rest + length) ||
      !parse_host_and_port (self, host_and_port)) {
    refuse (error, url,
            "is no ICE server: write stun:HOST, turn:HOST, turn:HOST?transport=tcp or turns:HOST, "
            "each with :PORT if need be");
    return NULL;
  }
  if (self->kind != ALOQA_ICE_SERVER_STUN && (username == NULL || credential == NULL)) {
    refuse (error, url, "is a TURN server and needs a user name and a password");
    return NULL;
  }

  if (self->kind != ALOQA_ICE_SERVER_STUN) {
    self->username = g_strdup (username);
    self->credential = g_strdup (credential);
  }
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

  g_free (self->host);
  g_free (self->username);
  g_free (self->credential);
}

void
aloqa_ice_server_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static char *
write_host (const char *host)
{
  return strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);
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
  g_autofree char *written_host = write_host (host != NULL ? host : self->host);
  g_autofree char *username = NULL;
  g_autofree char *credential = NULL;

  if (host == NULL)
    port = self->port;
  if (self->kind == ALOQA_ICE_SERVER_STUN)
    return g_strdup_printf ("stun://%s:%u", written_host, port);

  username = g_uri_escape_string (self->username, NULL, FALSE);
  credential = g_uri_escape_string (self->credential, NULL, FALSE);
  return g_strdup_printf ("turn://%s:%s@%s:%u?transport=%s", username, credential, written_host,
                          port, self->kind == ALOQA_ICE_SERVER_TURN_UDP ? "udp" : "tcp");
}
