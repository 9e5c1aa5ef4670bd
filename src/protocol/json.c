/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/json.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include <string.h>

static gboolean
refuse (GError **error, const char *field, const char *reason)
{
  aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, field, "%s", reason);
  return FALSE;
}

/* NULL where the member is absent or null. */
static JsonNode *
get_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

/**
 * aloqa_json_parse:
 * @text: what came
 * @length: its size in bytes, or -1 where it ends with a NUL
 * @max_bytes: one of protocol/limits.h
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE or TOO_LARGE, without a field
 *
 * Returns: (transfer full): the value, or %NULL
 */
JsonNode *
aloqa_json_parse (const char *text, gssize length, gsize max_bytes, GError **error)
{
  gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *copy = NULL;
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) parse_error = NULL;

  if (n_bytes > max_bytes) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, NULL,
                              "The JSON has over %" G_GSIZE_FORMAT " bytes", max_bytes);
    return NULL;
  }
  if (memchr (text, '\0', n_bytes) != NULL) {
    refuse (error, NULL, "The text is not JSON: a NUL character stands in it");
    return NULL;
  }

  copy = g_strndup (text, n_bytes);
  if (!aloqa_json_check (copy, error))
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, copy, n_bytes, &parse_error)) {
    refuse (error, NULL, "The text is not JSON");
    return NULL;
  }
  return json_parser_steal_root (parser);
}

/**
 * aloqa_json_parse_object:
 *
 * aloqa_json_parse() of an object.
 *
 * Returns: (transfer full): the object, or %NULL
 */
JsonObject *
aloqa_json_parse_object (const char *text, gssize length, gsize max_bytes, GError **error)
{
  g_autoptr (JsonNode) root = aloqa_json_parse (text, length, max_bytes, error);

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    refuse (error, NULL, "The JSON is not an object");
    return NULL;
  }
  return json_node_dup_object (root);
}

/* Whether @object has the member and it is not null. */
gboolean
aloqa_json_has (JsonObject *object, const char *name)
{
  return get_member (object, name) != NULL;
}

/**
 * aloqa_json_get_integer:
 * @value: (out): set where the member is an integer from @min to @max
 * @error: %ALOQA_PROTOCOL_ERROR_BAD_MESSAGE: the member is missing, out of range or no integer; 1.0
 *   and "1" are none
 */
gboolean
aloqa_json_get_integer (JsonObject *object, const char *name, gint64 min, gint64 max, gint64 *value,
                        GError **error)
{
  JsonNode *node = get_member (object, name);

  if (node == NULL)
    return refuse (error, name, "is missing");
  if (!holds (node, G_TYPE_INT64) || json_node_get_int (node) < min ||
      json_node_get_int (node) > max) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, name,
                              "is not an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                              min, max);
    return FALSE;
  }
  *value = json_node_get_int (node);
  return TRUE;
}

/* The id of a user: aloqa_json_get_integer() from 1 to %ALOQA_MAX_ID. */
gboolean
aloqa_json_get_id (JsonObject *object, const char *name, gint64 *id, GError **error)
{
  return aloqa_json_get_integer (object, name, 1, ALOQA_MAX_ID, id, error);
}

/**
 * aloqa_json_get_optional_string:
 * @value: (out) (nullable): the string, owned by @object, or %NULL where the member is absent
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE where the member is no string, TOO_LARGE where it has
 *   over @max_bytes
 */
gboolean
aloqa_json_get_optional_string (JsonObject *object, const char *name, gsize max_bytes,
                                const char **value, GError **error)
{
  JsonNode *node = get_member (object, name);

  *value = NULL;
  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_STRING))
    return refuse (error, name, "is not a string");
  if (strlen (json_node_get_string (node)) > max_bytes) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, name,
                              "is over %" G_GSIZE_FORMAT " bytes", max_bytes);
    return FALSE;
  }
  *value = json_node_get_string (node);
  return TRUE;
}

/**
 * aloqa_json_get_string:
 *
 * aloqa_json_get_optional_string() of a member that must be there.
 *
 * Returns: (transfer none): the string, owned by @object, or %NULL
 */
const char *
aloqa_json_get_string (JsonObject *object, const char *name, gsize max_bytes, GError **error)
{
  const char *value;

  if (!aloqa_json_get_optional_string (object, name, max_bytes, &value, error))
    return NULL;
  if (value == NULL)
    refuse (error, name, "is missing");
  return value;
}

/**
 * aloqa_json_get_boolean:
 * @value: (inout): stays as it is where the member is absent
 * @error: %ALOQA_PROTOCOL_ERROR_BAD_MESSAGE: the member is neither true nor false
 */
gboolean
aloqa_json_get_boolean (JsonObject *object, const char *name, gboolean *value, GError **error)
{
  JsonNode *node = get_member (object, name);

  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_BOOLEAN))
    return refuse (error, name, "is neither true nor false");
  *value = json_node_get_boolean (node);
  return TRUE;
}

/**
 * aloqa_json_get_object:
 * @error: %ALOQA_PROTOCOL_ERROR_BAD_MESSAGE: the member is missing or no object
 *
 * Returns: (transfer none): the object, owned by @object, or %NULL
 */
JsonObject *
aloqa_json_get_object (JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = get_member (object, name);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  refuse (error, name, node == NULL ? "is missing" : "is not an object");
  return NULL;
}

/**
 * aloqa_json_get_array:
 * @max_elements: a longer one is refused
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE where the member is missing or no array, TOO_LARGE
 *
 * Returns: (transfer none): the array, owned by @object, or %NULL
 */
JsonArray *
aloqa_json_get_array (JsonObject *object, const char *name, guint max_elements, GError **error)
{
  JsonNode *node = get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node)) {
    refuse (error, name, node == NULL ? "is missing" : "is not an array");
    return NULL;
  }
  if (json_array_get_length (json_node_get_array (node)) > max_elements) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, name, "has over %u elements",
                              max_elements);
    return NULL;
  }
  return json_node_get_array (node);
}

/**
 * aloqa_json_to_string:
 * @object: (transfer full)
 *
 * Returns: (transfer full): @object as JSON, in one line
 */
char *
aloqa_json_to_string (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return json_to_string (node, FALSE);
}
