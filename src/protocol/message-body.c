/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/message-body.h"

#include "protocol/error.h"
#include "protocol/json.h"
#include "protocol/limits.h"
#include "protocol/sdp.h"

#include <string.h>

static gboolean
refuse (GError **error, const char *field, const char *reason)
{
  aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, field, "%s", reason);
  return FALSE;
}

/*
 * An object that is there as it is, or as JSON in a string. Returns NULL without an error where the
 * member is a string of something else, which @text is set to then.
 */
static JsonObject *
read_object_or_text (JsonObject *frame, const char *name, const char **text, GError **error)
{
  JsonNode *node = json_object_get_member (frame, name);
  g_autoptr (JsonObject) object = NULL;
  const char *start;

  *text = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node)) {
    refuse (error, name, "is missing");
    return NULL;
  }
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
    refuse (error, name, "is neither an object nor a string");
    return NULL;
  }

  start = json_node_get_string (node);
  while (g_ascii_isspace (*start))
    start++;
  if (*start != '{') {
    *text = start;
    return NULL;
  }
  object = aloqa_json_parse_object (start, -1, ALOQA_MAX_FRAME_BYTES, error);
  if (object == NULL)
    aloqa_protocol_error_nest (error, name);
  return g_steal_pointer (&object);
}

static const char *
get_sdp_type (const AloqaMessage *self)
{
  return self->type == ALOQA_MESSAGE_OFFER || self->type == ALOQA_MESSAGE_REPLACE ? "offer"
                                                                                  : "answer";
}

/* The text of {"type","sdp"}, owned by @description. A type must be the one that @self asks for. */
static const char *
get_description_text (const AloqaMessage *self, JsonObject *description, GError **error)
{
  const char *type;

  if (!aloqa_json_get_optional_string (description, "type", ALOQA_MAX_FRAME_BYTES, &type, error))
    return NULL;
  if (type != NULL && strcmp (type, get_sdp_type (self)) != 0) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "type", "is not “%s”",
                              get_sdp_type (self));
    return NULL;
  }
  return aloqa_json_get_string (description, "sdp", ALOQA_MAX_SDP_BYTES, error);
}

/**
 * aloqa_message_read_sdp:
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE, BAD_SDP or TOO_LARGE, with the field
 *
 * Reads "sdp": {"type","sdp"}, the same as JSON in a string, or the description itself. It is parsed
 * on trial: what is not a session description does not get through.
 */
gboolean
aloqa_message_read_sdp (AloqaMessage *self, JsonObject *frame, GError **error)
{
  const char *text;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonObject) description = read_object_or_text (frame, "sdp", &text, &local_error);

  if (description != NULL) {
    text = get_description_text (self, description, &local_error);
    aloqa_protocol_error_nest (&local_error, "sdp");
  }
  if (text != NULL) {
    self->sdp = aloqa_sdp_normalize (text, &local_error);
    aloqa_protocol_error_nest (&local_error, description != NULL ? "sdp.sdp" : "sdp");
  }
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return self->sdp != NULL;
}

/* Returns: (transfer full): {"type","sdp"}, as every client reads it */
JsonObject *
aloqa_message_write_sdp (const AloqaMessage *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", get_sdp_type (self));
  json_object_set_string_member (object, "sdp", self->sdp);
  return object;
}

static AloqaCandidate *
read_candidate_object (JsonObject *object, GError **error)
{
  const char *line, *mid, *username_fragment;
  gint64 m_line_index = -1;

  line = aloqa_json_get_string (object, "candidate", ALOQA_MAX_FRAME_BYTES, error);
  if (line == NULL ||
      !aloqa_json_get_optional_string (object, "sdpMid", ALOQA_MAX_FRAME_BYTES, &mid, error) ||
      !aloqa_json_get_optional_string (object, "usernameFragment", ALOQA_MAX_FRAME_BYTES,
                                       &username_fragment, error))
    return NULL;
  if (aloqa_json_has (object, "sdpMLineIndex") &&
      !aloqa_json_get_integer (object, "sdpMLineIndex", 0, ALOQA_MAX_SDP_MEDIA - 1, &m_line_index,
                               error))
    return NULL;
  return aloqa_candidate_new (line, mid, m_line_index, username_fragment, error);
}

/**
 * aloqa_message_read_candidate:
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE, BAD_CANDIDATE or TOO_LARGE, with the field
 *
 * Reads "candidate": an RTCIceCandidateInit, the same as JSON in a string, or the line alone.
 */
gboolean
aloqa_message_read_candidate (AloqaMessage *self, JsonObject *frame, GError **error)
{
  const char *line;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonObject) object = read_object_or_text (frame, "candidate", &line, &local_error);

  if (object != NULL && json_object_get_size (object) == 0) {
    refuse (&local_error, "candidate", "is empty");
  } else if (object != NULL) {
    self->candidate = read_candidate_object (object, &local_error);
    aloqa_protocol_error_nest (&local_error, "candidate");
  } else if (line != NULL) {
    self->candidate = aloqa_candidate_new (line, NULL, -1, NULL, &local_error);
  }
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return self->candidate != NULL;
}

/*
 * Returns: (transfer full): an RTCIceCandidateInit. A browser refuses one with neither sdpMid nor
 * sdpMLineIndex; under BUNDLE every candidate belongs to the first m-line anyway.
 */
JsonObject *
aloqa_message_write_candidate (const AloqaMessage *self)
{
  const AloqaCandidate *candidate = self->candidate;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "candidate", candidate->line);
  if (candidate->mid != NULL)
    json_object_set_string_member (object, "sdpMid", candidate->mid);
  if (candidate->m_line_index >= 0 || candidate->mid == NULL)
    json_object_set_int_member (object, "sdpMLineIndex", MAX (candidate->m_line_index, 0));
  if (candidate->username_fragment != NULL)
    json_object_set_string_member (object, "usernameFragment", candidate->username_fragment);
  return object;
}
