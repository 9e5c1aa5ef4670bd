/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * JSON from outside (RFC 8259), read more strictly than json-glib does: that takes comments, NaN,
 * single quotes, halves of surrogate pairs and numbers that wrap around, and recurses as deep as the
 * text says.
 *
 * The getters set ALOQA_PROTOCOL_ERROR with the member's name as field. A member that is null
 * counts as absent. Members that nobody asks for do not matter.
 */

gboolean aloqa_json_check (const char *text, GError **error);
JsonNode *aloqa_json_parse (const char *text, gssize length, gsize max_bytes, GError **error);
JsonObject *
aloqa_json_parse_object (const char *text, gssize length, gsize max_bytes, GError **error);

gboolean aloqa_json_has (JsonObject *object, const char *name);
gboolean aloqa_json_get_integer (JsonObject *object, const char *name, gint64 min, gint64 max,
                                 gint64 *value, GError **error);
gboolean aloqa_json_get_id (JsonObject *object, const char *name, gint64 *id, GError **error);
gboolean aloqa_json_get_optional_string (JsonObject *object, const char *name, gsize max_bytes,
                                         const char **value, GError **error);
const char *
aloqa_json_get_string (JsonObject *object, const char *name, gsize max_bytes, GError **error);
gboolean
aloqa_json_get_boolean (JsonObject *object, const char *name, gboolean *value, GError **error);
JsonObject *aloqa_json_get_object (JsonObject *object, const char *name, GError **error);
JsonArray *
aloqa_json_get_array (JsonObject *object, const char *name, guint max_elements, GError **error);

char *aloqa_json_to_string (JsonObject *object);

G_END_DECLS
