/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/server-address.h"

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "signaling/error.h"

/* Longer than any host name (253) with a port and a deep path. */
#define MAX_ADDRESS_BYTES 1024

#define WEBSOCKET_PATH "/messages/ws"
#define API_PATH "/api"

/* One end: what stands before the paths of this protocol. */
typedef struct {
  gboolean is_secure;
  char *host;   /* ASCII, lower case; IPv6 without brackets */
  int port;     /* -1: the scheme's own */
  char *prefix; /* "" or "/path", percent-encoded, with no slash at its end */
} Base;

struct _AloqaServerAddress {
  Base http;
  Base websocket;
  char *origin;
};

G_DEFINE_BOXED_TYPE (AloqaServerAddress, aloqa_server_address, aloqa_server_address_ref,
                     aloqa_server_address_unref)

static void
clear_base (Base *base)
{
  g_free (base->host);
  g_free (base->prefix);
}

static void
copy_base (Base *copy, const Base *base)
{
  *copy = *base;
  copy->host = g_strdup (base->host);
  copy->prefix = g_strdup (base->prefix);
}

static gboolean
is_loopback_host (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  /* RFC 6761, section 6.3: never looked up outside; GResolver keeps to it. */
  return strcmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

/* Everything after the host that GUri does not need to be asked about. */
static char *
dup_authority (const char *text)
{
  g_autofree char *authority = g_strndup (text, strcspn (text, "/?#"));
  g_autoptr (GInetAddress) bare_ipv6 = g_inet_address_new_from_string (authority);

  if (bare_ipv6 == NULL || g_inet_address_get_family (bare_ipv6) != G_SOCKET_FAMILY_IPV6)
    return g_steal_pointer (&authority);
  return g_strdup_printf ("[%s]", authority);
}

/*
 * What people type has no scheme. It means https, but for this machine itself: nobody has a
 * certificate for "localhost", and nothing leaves it.
 */
static char *
complete_scheme (const char *text)
{
  g_autofree char *authority = NULL;
  g_autofree char *probe = NULL;
  g_autoptr (GUri) uri = NULL;
  gboolean is_local;

  if (strstr (text, "://") != NULL)
    return g_strdup (text);

  authority = dup_authority (text);
  probe = g_strconcat ("http://", authority, "/", NULL);
  uri = g_uri_parse (probe, SOUP_HTTP_URI_FLAGS, NULL);
  is_local = uri != NULL && g_uri_get_host (uri) != NULL && is_loopback_host (g_uri_get_host (uri));

  return g_strconcat (is_local ? "http://" : "https://", authority, text + strcspn (text, "/?#"),
                      NULL);
}

static gboolean
is_valid_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL || *host == '\0' || strlen (host) > 253)
    return FALSE;
  address = g_inet_address_new_from_string (host);
  return address != NULL ||
         host[strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")] ==
             '\0';
}

static gboolean
strip_ending (char *text, const char *ending)
{
  if (!g_str_has_suffix (text, ending))
    return FALSE;
  text[strlen (text) - strlen (ending)] = '\0';
  return TRUE;
}

/* An address that was copied from somewhere may point at the interface, not at the server. */
static char *
dup_prefix (const char *path)
{
  const char *const endings[] = { WEBSOCKET_PATH, API_PATH };
  g_autofree char *prefix = g_strdup (path);

  while (strip_ending (prefix, "/"))
    continue;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    if (strip_ending (prefix, endings[i])) {
      while (strip_ending (prefix, "/"))
        continue;
    }
  }

  return g_steal_pointer (&prefix);
}

static gboolean
set_bad_address (GError **error, const char *text, const char *reason)
{
  g_autofree char *shown = g_utf8_make_valid (text, MIN (strlen (text), 100));

  /* A secret in an address is not to be shown again. */
  if (strchr (shown, '@') != NULL)
    g_set_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS,
                 "The address of the server is not valid: %s", reason);
  else
    g_set_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS,
                 "“%s” is not the address of a server: %s", shown, reason);
  return FALSE;
}

/* Returns: why @uri cannot be a server's, or NULL. */
static const char *
find_fault (GUri *uri)
{
  const char *const schemes[] = { "http", "https", "ws", "wss", NULL };

  if (!g_strv_contains (schemes, g_uri_get_scheme (uri)))
    return "it has to begin with https://";
  if (g_uri_get_userinfo (uri) != NULL)
    return "leave the user name and the password out of it";
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return "leave out what follows the “?” or “#”";
  if (!is_valid_host (g_uri_get_host (uri)))
    return "write the server's name, such as chat.example.org";
  if (g_uri_get_port (uri) == 0)
    return "0 is not a port";
  return NULL;
}

static gboolean
parse_base (Base *base, const char *text, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *completed = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *fault;

  if (*stripped == '\0' || strlen (stripped) > MAX_ADDRESS_BYTES)
    return set_bad_address (error, stripped, "write the server's name, such as chat.example.org");

  completed = complete_scheme (stripped);
  uri = g_uri_parse (completed, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL)
    return set_bad_address (error, stripped, "write it as https://chat.example.org:443");
  fault = find_fault (uri);
  if (fault != NULL)
    return set_bad_address (error, stripped, fault);

  base->is_secure =
      g_str_equal (g_uri_get_scheme (uri), "https") || g_str_equal (g_uri_get_scheme (uri), "wss");
  base->host = g_ascii_strdown (g_uri_get_host (uri), -1);
  base->port = g_uri_get_port (uri);
  if (base->port == (base->is_secure ? 443 : 80))
    base->port = -1;
  base->prefix = dup_prefix (g_uri_get_path (uri));
  return TRUE;
}

static GUri *
build_uri (const Base *base, const char *scheme, const char *path, const char *query)
{
  g_autofree char *full_path = g_strconcat (base->prefix, path, NULL);

  return g_uri_build (SOUP_HTTP_URI_FLAGS, scheme, NULL, base->host, base->port, full_path, query,
                      NULL);
}

static gboolean
check_secrecy (const Base *base, AloqaAddressFlags flags, GError **error)
{
  if (base->is_secure || is_loopback_host (base->host) ||
      (flags & ALOQA_ADDRESS_ALLOW_PLAIN_HTTP) != 0)
    return TRUE;

  g_set_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_PLAIN_HTTP,
               "Everybody on the way to %s could read your password, because its address begins "
               "with http: or ws:. Use https://%s, or allow plain http for it if the network "
               "between is your own",
               base->host, base->host);
  return FALSE;
}

/**
 * aloqa_server_address_new:
 * @text: what a person or API_BASE says: "chat.example.org", "https://host:8443/path",
 *   "http://127.0.0.1:8030/api", "::1". Without a scheme it is https, and http on this machine
 * @websocket_base: (nullable): where the WebSocket is if not there, as WS_URL says it
 * @flags: whether http to another machine is allowed
 *
 * Returns: (transfer full) (nullable): the address, or %NULL with
 *   %ALOQA_SIGNALING_ERROR_BAD_ADDRESS or %ALOQA_SIGNALING_ERROR_PLAIN_HTTP
 */
AloqaServerAddress *
aloqa_server_address_new (const char *text, const char *websocket_base, AloqaAddressFlags flags,
                          GError **error)
{
  g_autoptr (AloqaServerAddress) self = g_atomic_rc_box_new0 (AloqaServerAddress);
  g_autoptr (GUri) uri = NULL;

  if (!parse_base (&self->http, text, error) || !check_secrecy (&self->http, flags, error))
    return NULL;

  if (websocket_base == NULL || *websocket_base == '\0')
    copy_base (&self->websocket, &self->http);
  else if (!parse_base (&self->websocket, websocket_base, error))
    return NULL;
  if (!check_secrecy (&self->websocket, flags, error))
    return NULL;

  uri = build_uri (&self->http, self->http.is_secure ? "https" : "http", "", NULL);
  self->origin = g_uri_to_string (uri);
  if (g_str_has_suffix (self->origin, "/"))
    self->origin[strlen (self->origin) - 1] = '\0';

  return g_steal_pointer (&self);
}

AloqaServerAddress *
aloqa_server_address_ref (AloqaServerAddress *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_address (gpointer data)
{
  AloqaServerAddress *self = data;

  clear_base (&self->http);
  clear_base (&self->websocket);
  g_free (self->origin);
}

void
aloqa_server_address_unref (AloqaServerAddress *self)
{
  g_atomic_rc_box_release_full (self, clear_address);
}

/**
 * aloqa_server_address_get_origin:
 *
 * Returns: the address in its one canonical form, such as "https://chat.example.org" or
 *   "http://127.0.0.1:8030": the same for the same server, however it was typed
 */
const char *
aloqa_server_address_get_origin (const AloqaServerAddress *self)
{
  return self->origin;
}

/**
 * aloqa_server_address_get_host:
 *
 * Returns: the host's name or IP address (without brackets), for people
 */
const char *
aloqa_server_address_get_host (const AloqaServerAddress *self)
{
  return self->http.host;
}

/**
 * aloqa_server_address_is_loopback:
 *
 * Returns: whether the server is this machine: both of its ends
 */
gboolean
aloqa_server_address_is_loopback (const AloqaServerAddress *self)
{
  return is_loopback_host (self->http.host) && is_loopback_host (self->websocket.host);
}

/**
 * aloqa_server_address_is_secure:
 *
 * Returns: whether both ends are reached by TLS
 */
gboolean
aloqa_server_address_is_secure (const AloqaServerAddress *self)
{
  return self->http.is_secure && self->websocket.is_secure;
}

/**
 * aloqa_server_address_build_api_uri:
 * @path: below /api, with a slash before it: "/users/me"
 * @query: (nullable): already percent-encoded
 *
 * Returns: (transfer full): the URL
 */
GUri *
aloqa_server_address_build_api_uri (const AloqaServerAddress *self, const char *path,
                                    const char *query)
{
  g_autofree char *full_path = g_strconcat (API_PATH, path, NULL);

  return build_uri (&self->http, self->http.is_secure ? "https" : "http", full_path, query);
}

/**
 * aloqa_server_address_build_upload_uri:
 * @file_name: of a profile picture, not encoded
 *
 * Returns: (transfer full): the URL
 */
GUri *
aloqa_server_address_build_upload_uri (const AloqaServerAddress *self, const char *file_name)
{
  g_autofree char *escaped = g_uri_escape_string (file_name, NULL, FALSE);
  g_autofree char *path = g_strconcat ("/uploads/", escaped, NULL);

  return build_uri (&self->http, self->http.is_secure ? "https" : "http", path, NULL);
}

/**
 * aloqa_server_address_build_websocket_uri:
 *
 * Returns: (transfer full): the URL of the WebSocket. It holds the token: never to be shown
 */
GUri *
aloqa_server_address_build_websocket_uri (const AloqaServerAddress *self, gint64 user_id,
                                          const char *access_token)
{
  g_autofree char *path = g_strdup_printf (API_PATH WEBSOCKET_PATH "/%" G_GINT64_FORMAT, user_id);
  g_autofree char *escaped = g_uri_escape_string (access_token, NULL, FALSE);
  g_autofree char *query = g_strconcat ("token=", escaped, NULL);

  return build_uri (&self->websocket, self->websocket.is_secure ? "wss" : "ws", path, query);
}
