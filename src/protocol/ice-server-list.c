/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/ice-server.h"

#include "protocol/error.h"
#include "protocol/json.h"
#include "protocol/limits.h"

/* Gathering asks every one of them: browsers warn from five on. */
#define MAX_ICE_SERVERS 16

/* What aloqa_ice_server_new() refuses as too long, it may say so itself. */
#define MAX_STRING_BYTES 4096

/* A year: a server that promises more does not mean it. */
#define MAX_TTL_S (366 * 24 * 60 * 60)

/* A list is also made for browsers: what only they use is left out, what is wrong is refused. */
static gboolean
add_server (GPtrArray *servers, const char *url, const char *username, const char *credential,
            GError **error)
{
  g_autoptr (GError) own_error = NULL;
  AloqaIceServer *server;

  if (servers->len == MAX_ICE_SERVERS) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "urls", "are over %d in all",
                              MAX_ICE_SERVERS);
    return FALSE;
  }

  server = aloqa_ice_server_new (url, username, credential, &own_error);
  if (server != NULL) {
    g_ptr_array_add (servers, server);
    return TRUE;
  }
  if (g_error_matches (own_error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own_error));
  return FALSE;
}

static gboolean
add_urls (GPtrArray *servers, JsonArray *urls, const char *username, const char *credential,
          GError **error)
{
  for (guint i = 0; i < json_array_get_length (urls); i++) {
    JsonNode *node = json_array_get_element (urls, i);
    gboolean is_string =
        JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;

    if (!add_server (servers, is_string ? json_node_get_string (node) : "", username, credential,
                     error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_entry (GPtrArray *servers, JsonObject *entry, GError **error)
{
  const char *username, *credential, *url;
  JsonNode *urls = json_object_get_member (entry, "urls");
  JsonArray *array;

  if (!aloqa_json_get_optional_string (entry, "username", MAX_STRING_BYTES, &username, error) ||
      !aloqa_json_get_optional_string (entry, "credential", MAX_STRING_BYTES, &credential, error))
    return FALSE;

  if (urls != NULL && JSON_NODE_HOLDS_ARRAY (urls)) {
    array = aloqa_json_get_array (entry, "urls", MAX_ICE_SERVERS, error);
    return array != NULL && add_urls (servers, array, username, credential, error);
  }

  url = aloqa_json_get_string (entry, "urls", MAX_STRING_BYTES, error);
  return url != NULL && add_server (servers, url, username, credential, error);
}

static GPtrArray *
read_entries (JsonArray *entries, GError **error)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (aloqa_ice_server_unref);

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
 * Returns: (transfer full) (nullable) (element-type AloqaIceServer): one entry a URL, in order,
 *   without the good ones that are not used here (STUN over TLS, TURN over DTLS)
 */
GPtrArray *
aloqa_ice_server_parse_list (const char *text, gssize length, gint64 *ttl_s, GError **error)
{
  g_autoptr (JsonNode) root = aloqa_json_parse (text, length, ALOQA_MAX_BODY_BYTES, error);
  const char *name;
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
  name = aloqa_json_has (object, "iceServers") ? "iceServers" : "ice_servers";
  entries = aloqa_json_get_array (object, name, MAX_ICE_SERVERS, error);
  return entries != NULL ? read_entries (entries, error) : NULL;
}
