/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/ice-server.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/json.h"
#include "protocol/limits.h"

/* Gathering asks every one of them: browsers warn from five on. */
#define MAX_ICE_SERVERS 16

/* A host name of 253 characters, its scheme, port and transport. */
#define MAX_URL_BYTES 512

/* coturn's time-limited credentials are under 100; some services send a token. */
#define MAX_CREDENTIAL_BYTES 4096

/* A year: a server that promises more does not mean it. */
#define MAX_TTL_S (366 * 24 * 60 * 60)

G_DEFINE_BOXED_TYPE (AloqaIceServer, aloqa_ice_server, aloqa_ice_server_copy, aloqa_ice_server_free)

/* What may stand after the host: nothing, ":port", "?transport=udp|tcp", both. */
static gboolean
is_valid_rest (const char *rest, gboolean is_turn)
{
  if (*rest == ':') {
    char *end;
    guint64 port = g_ascii_isdigit (rest[1]) ? g_ascii_strtoull (rest + 1, &end, 10) : 0;

    if (port < 1 || port > G_MAXUINT16)
      return FALSE;
    rest = end;
  }
  return *rest == '\0' || (is_turn && (strcmp (rest, "?transport=udp") == 0 ||
                                       strcmp (rest, "?transport=tcp") == 0));
}

/* RFC 7064, section 3.1, and RFC 7065, section 3.1. */
static gboolean
is_valid_url (const char *url)
{
  const char *const schemes[] = { "stun:", "stuns:", "turn:", "turns:" };
  const char *host = NULL;
  gsize length;

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_has_prefix (url, schemes[i]))
      host = url + strlen (schemes[i]);
  if (host == NULL || strlen (url) > MAX_URL_BYTES)
    return FALSE;

  if (*host == '[') {
    length = 1 + strspn (host + 1, "0123456789abcdefABCDEF:.");
    if (length < 3 || host[length] != ']')
      return FALSE;
    length++;
  } else {
    length = strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
  }
  return length > 0 && is_valid_rest (host + length, g_str_has_prefix (url, "turn"));
}

static char *
dup_or_null (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * aloqa_ice_server_new:
 * @url: "stun:host", "turn:host:3478?transport=tcp", …
 * @username: (nullable)
 * @credential: (nullable)
 *
 * Returns: (transfer full) (nullable): the server, or %NULL with
 *   %ALOQA_PROTOCOL_ERROR_BAD_MESSAGE about the field "urls"
 */
AloqaIceServer *
aloqa_ice_server_new (const char *url, const char *username, const char *credential, GError **error)
{
  AloqaIceServer *self;

  if (!is_valid_url (url)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "urls",
                              "is not the address of a STUN or TURN server, such as "
                              "turn:turn.example.org:3478?transport=udp");
    return NULL;
  }

  self = g_new0 (AloqaIceServer, 1);
  self->url = g_strdup (url);
  self->username = dup_or_null (username);
  self->credential = dup_or_null (credential);
  return self;
}

AloqaIceServer *
aloqa_ice_server_copy (const AloqaIceServer *self)
{
  AloqaIceServer *copy = g_new0 (AloqaIceServer, 1);

  copy->url = g_strdup (self->url);
  copy->username = g_strdup (self->username);
  copy->credential = g_strdup (self->credential);
  return copy;
}

void
aloqa_ice_server_free (AloqaIceServer *self)
{
  if (self->credential != NULL)
    explicit_bzero (self->credential, strlen (self->credential));
  g_free (self->url);
  g_free (self->username);
  g_free (self->credential);
  g_free (self);
}

static void
free_server (gpointer server)
{
  aloqa_ice_server_free (server);
}

static gboolean
add_server (GPtrArray *servers, const char *url, const char *username, const char *credential,
            GError **error)
{
  AloqaIceServer *server;

  if (servers->len == MAX_ICE_SERVERS) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "urls", "are over %d in all",
                              MAX_ICE_SERVERS);
    return FALSE;
  }
  server = aloqa_ice_server_new (url, username, credential, error);
  if (server == NULL)
    return FALSE;
  g_ptr_array_add (servers, server);
  return TRUE;
}

static gboolean
add_entry (GPtrArray *servers, JsonObject *entry, GError **error)
{
  const char *username, *credential, *url;
  JsonArray *urls;

  if (!aloqa_json_get_optional_string (entry, "username", MAX_CREDENTIAL_BYTES, &username, error) ||
      !aloqa_json_get_optional_string (entry, "credential", MAX_CREDENTIAL_BYTES, &credential,
                                       error))
    return FALSE;

  if (aloqa_json_get_optional_string (entry, "urls", MAX_URL_BYTES, &url, NULL) && url != NULL)
    return add_server (servers, url, username, credential, error);

  urls = aloqa_json_get_array (entry, "urls", MAX_ICE_SERVERS, error);
  for (guint i = 0; urls != NULL && i < json_array_get_length (urls); i++) {
    JsonNode *node = json_array_get_element (urls, i);

    url = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
    if (!add_server (servers, url, username, credential, error))
      return FALSE;
  }
  return urls != NULL;
}

static GPtrArray *
read_entries (JsonArray *entries, GError **error)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (free_server);

  for (guint i = 0; i < json_array_get_length (entries); i++) {
    JsonNode *node = json_array_get_element (entries, i);

    if (!JSON_NODE_HOLDS_OBJECT (node)) {
      aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "ice_servers",
                                "holds something that is not an object");
      return NULL;
    }
    if (!add_entry (servers, json_node_get_object (node), error)) {
      aloqa_protocol_error_nest (error, "ice_servers");
      return NULL;
    }
  }
  return g_steal_pointer (&servers);
}

/**
 * aloqa_ice_server_parse_list:
 * @text: {"ice_servers":[{"urls":"…"|["…"],"username","credential"}],"ttl_s":3600}, the same with
 *   WebRTC's own name "iceServers", or the array alone
 * @length: its size in bytes, or -1 where it ends with a NUL
 * @ttl_s: (out) (optional): for how long the credentials hold, in seconds; 0 where it is not said
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE or TOO_LARGE
 *
 * Returns: (transfer full) (nullable) (element-type AloqaIceServer): one entry a URL, in order
 */
GPtrArray *
aloqa_ice_server_parse_list (const char *text, gssize length, gint64 *ttl_s, GError **error)
{
  g_autoptr (JsonNode) root = aloqa_json_parse (text, length, ALOQA_MAX_BODY_BYTES, error);
  JsonObject *object;
  JsonArray *entries;

  if (ttl_s != NULL)
    *ttl_s = 0;
  if (root == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (root))
    return read_entries (json_node_get_array (root), error);
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, NULL,
                              "The JSON is neither an object nor an array");
    return NULL;
  }

  object = json_node_get_object (root);
  if (ttl_s != NULL && aloqa_json_has (object, "ttl_s") &&
      !aloqa_json_get_integer (object, "ttl_s", 0, MAX_TTL_S, ttl_s, error))
    return NULL;
  entries = aloqa_json_get_array (
      object, aloqa_json_has (object, "iceServers") ? "iceServers" : "ice_servers", MAX_ICE_SERVERS,
      error);
  return entries != NULL ? read_entries (entries, error) : NULL;
}
