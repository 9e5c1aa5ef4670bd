/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/http-error.h"

#include "protocol/json.h"
#include "protocol/limits.h"
#include "protocol/name.h"

#include <string.h>

static const char *
peek_string (JsonObject *object, const char *name)
{
  const char *value;

  return aloqa_json_get_optional_string (object, name, ALOQA_MAX_BODY_BYTES, &value, NULL) ? value
                                                                                           : NULL;
}

/* The last word of "loc", which names the field: ["body","username"]. */
static const char *
get_location (JsonObject *fault)
{
  JsonNode *loc = json_object_get_member (fault, "loc");
  JsonNode *last;
  JsonArray *array;

  if (loc == NULL || !JSON_NODE_HOLDS_ARRAY (loc))
    return NULL;
  array = json_node_get_array (loc);
  if (json_array_get_length (array) == 0)
    return NULL;
  last = json_array_get_element (array, json_array_get_length (array) - 1);
  return JSON_NODE_HOLDS_VALUE (last) && json_node_get_value_type (last) == G_TYPE_STRING
             ? json_node_get_string (last)
             : NULL;
}

static void
append_fault (JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
  GString *text = user_data;
  const char *message, *location;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;
  message = peek_string (json_node_get_object (node), "msg");
  location = get_location (json_node_get_object (node));
  if (message == NULL)
    return;
  if (text->len > 0)
    g_string_append (text, "; ");
  if (location != NULL)
    g_string_append_printf (text, "%s: ", location);
  g_string_append (text, message);
}

/* What {"detail": …} says, or NULL. */
static char *
describe_object (JsonObject *object)
{
  JsonNode *detail = json_object_get_member (object, "detail");
  g_autoptr (GString) text = NULL;

  if (detail == NULL)
    return g_strdup (peek_string (object, "message"));
  if (!JSON_NODE_HOLDS_ARRAY (detail))
    return g_strdup (peek_string (object, "detail"));

  text = g_string_new (NULL);
  json_array_foreach_element (json_node_get_array (detail), append_fault, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * aloqa_http_error_describe:
 * @text: the body of an answer that is no success
 * @length: its size in bytes, or -1 where it ends with a NUL
 *
 * What the server says went wrong, in whichever way it says it: {"detail": "…"}, {"detail":
 * [{"loc","msg","type"}]}, or plain text. A page of HTML, as proxies answer, says nothing.
 *
 * Returns: (transfer full) (nullable): one line for a person, at most %ALOQA_MAX_ERROR_TEXT_CHARS
 *   long, or %NULL where the body says nothing
 */
char *
aloqa_http_error_describe (const char *text, gssize length)
{
  g_autoptr (JsonNode) root = aloqa_json_parse (text, length, ALOQA_MAX_BODY_BYTES, NULL);
  g_autofree char *description = NULL;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root)) {
    description = describe_object (json_node_get_object (root));
  } else if (root != NULL && JSON_NODE_HOLDS_VALUE (root)) {
    if (json_node_get_value_type (root) == G_TYPE_STRING)
      description = json_node_dup_string (root);
  } else if (root == NULL) {
    gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;

    description = g_utf8_make_valid (text, MIN (n_bytes, 4 * ALOQA_MAX_ERROR_TEXT_CHARS));
  }
  if (description == NULL || *g_strchug (description) == '<')
    return NULL;
  return aloqa_text_clean (description, ALOQA_MAX_ERROR_TEXT_CHARS);
}
