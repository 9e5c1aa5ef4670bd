/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/message.h"

#include "protocol/error.h"
#include "protocol/json.h"
#include "protocol/limits.h"
#include "protocol/message-body.h"
#include "protocol/message-names.h"
#include "protocol/user.h"

#include <string.h>

/* Reads what one type of frame has beside type, peer and call_id. */
typedef gboolean (*ReadFunc) (AloqaMessage *self, JsonObject *frame, GError **error);

static gboolean
refuse (GError **error, const char *field, const char *reason)
{
  aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, field, "%s", reason);
  return FALSE;
}

/* The string of a member, NULL where it is absent or anything else. */
static const char *
peek_string (JsonObject *frame, const char *name)
{
  const char *value;

  return aloqa_json_get_optional_string (frame, name, ALOQA_MAX_FRAME_BYTES, &value, NULL) ? value
                                                                                           : NULL;
}

/* The index of a word in a table that ends with NULL, or @otherwise. */
static int
find_word (const char *const *words, const char *word, int otherwise)
{
  for (int i = 0; word != NULL && words[i] != NULL; i++) {
    if (strcmp (words[i], word) == 0)
      return i;
  }
  return otherwise;
}

static gboolean
read_word (JsonObject *frame, const char *name, gsize max_chars, char **value, GError **error)
{
  const char *word;

  if (!aloqa_json_get_optional_string (frame, name, max_chars, &word, error))
    return FALSE;
  if (word != NULL && !aloqa_word_is_valid (word, max_chars)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, name,
                              "is not 1 to %" G_GSIZE_FORMAT " of A-Z, a-z, 0-9, _ and -",
                              max_chars);
    return FALSE;
  }
  *value = g_strdup (word);
  return TRUE;
}

static gboolean
read_features (AloqaMessage *self, JsonObject *frame, GError **error)
{
  JsonArray *array = aloqa_json_get_array (frame, "features", ALOQA_MAX_FEATURES, error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
      return refuse (error, "features", "has an element that is not a string");
    for (guint bit = 0; bit < ALOQA_N_FEATURES; bit++) {
      if (strcmp (json_node_get_string (node), aloqa_feature_names[bit]) == 0)
        self->features |= 1 << bit;
    }
  }
  return TRUE;
}

static gboolean
read_connected (AloqaMessage *self, JsonObject *frame, GError **error)
{
  self->has_features = aloqa_json_has (frame, "features");
  return aloqa_json_get_id (frame, "user_id", &self->user_id, error) &&
         (!self->has_features || read_features (self, frame, error));
}

static gboolean
read_hello (AloqaMessage *self, JsonObject *frame, GError **error)
{
  return read_features (self, frame, error) &&
         read_word (frame, "device", ALOQA_MAX_DEVICE_CHARS, &self->device, error);
}

/* Some clients send words of their own, so only "audio" is told from the rest. */
static void
read_call_kind (AloqaMessage *self, JsonObject *frame)
{
  self->call_kind = g_strcmp0 (peek_string (frame, "call_type"), "audio") == 0 ? ALOQA_CALL_AUDIO
                                                                               : ALOQA_CALL_VIDEO;
}

static gboolean
read_caller (AloqaMessage *self, JsonObject *frame, GError **error)
{
  JsonObject *object;
  g_autoptr (AloqaUser) user = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!aloqa_json_has (frame, "caller"))
    return TRUE;
  object = aloqa_json_get_object (frame, "caller", error);
  if (object == NULL)
    return FALSE;

  user = aloqa_user_from_object (object, &local_error);
  if (user == NULL) {
    aloqa_protocol_error_nest (&local_error, "caller");
    g_propagate_error (error, g_steal_pointer (&local_error));
    return FALSE;
  }
  self->caller = aloqa_caller_new (user->id, user->username, user->first_name, user->last_name,
                                   user->profile_pic);
  return TRUE;
}

static gboolean
read_call_request (AloqaMessage *self, JsonObject *frame, GError **error)
{
  read_call_kind (self, frame);
  return TRUE;
}

static gboolean
read_offer (AloqaMessage *self, JsonObject *frame, GError **error)
{
  read_call_kind (self, frame);
  return aloqa_message_read_sdp (self, frame, error);
}

/* The first leg has no "leg": only the frames of a replacement say which. */
static gboolean
read_candidate (AloqaMessage *self, JsonObject *frame, GError **error)
{
  if (aloqa_json_has (frame, "leg") &&
      !aloqa_json_get_integer (frame, "leg", 0, ALOQA_MAX_LEG, &self->leg, error))
    return FALSE;
  return aloqa_message_read_candidate (self, frame, error);
}

static gboolean
read_replace (AloqaMessage *self, JsonObject *frame, GError **error)
{
  return aloqa_json_get_integer (frame, "leg", 1, ALOQA_MAX_LEG, &self->leg, error) &&
         aloqa_message_read_sdp (self, frame, error);
}

static gboolean
read_call_end (AloqaMessage *self, JsonObject *frame, GError **error)
{
  self->end_reason =
      find_word (aloqa_end_reason_names, peek_string (frame, "reason"), ALOQA_END_REASON_NONE);
  return TRUE;
}

static gboolean
read_unavailable (AloqaMessage *self, JsonObject *frame, GError **error)
{
  self->unavailable_reason = find_word (aloqa_unavailable_reason_names,
                                        peek_string (frame, "reason"), ALOQA_UNAVAILABLE_OFFLINE);
  return TRUE;
}

static gboolean
read_online (AloqaMessage *self, JsonObject *frame, GError **error)
{
  JsonArray *array = aloqa_json_get_array (frame, "online", ALOQA_MAX_ONLINE, error);

  if (array == NULL)
    return FALSE;
  self->online = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    gint64 id = 0;

    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
      id = json_node_get_int (node);
    if (id < 1 || id > ALOQA_MAX_ID)
      return refuse (error, "online", "has an element that is not the id of a user");
    g_array_append_val (self->online, id);
  }
  return TRUE;
}

static gboolean
read_presence (AloqaMessage *self, JsonObject *frame, GError **error)
{
  if (!aloqa_json_has (frame, "user_id"))
    return read_online (self, frame, error);
  if (!aloqa_json_has (frame, "online"))
    return refuse (error, "online", "is missing");
  return aloqa_json_get_id (frame, "user_id", &self->user_id, error) &&
         aloqa_json_get_boolean (frame, "online", &self->is_online, error);
}

static gboolean
read_call_state (AloqaMessage *self, JsonObject *frame, GError **error)
{
  int phase = find_word (aloqa_call_state_phase_names, peek_string (frame, "phase"), -1);

  if (phase < 0)
    return refuse (error, "phase", "is not “ringing”, “accepted” or “connected”");
  self->phase = phase;
  read_call_kind (self, frame);
  return aloqa_json_get_id (frame, "peer", &self->peer, error);
}

static gboolean
read_error (AloqaMessage *self, JsonObject *frame, GError **error)
{
  const char *code, *message, *field;

  code = aloqa_json_get_string (frame, "code", ALOQA_MAX_ERROR_CODE_BYTES, error);
  if (code == NULL ||
      !aloqa_json_get_optional_string (frame, "message", ALOQA_MAX_FRAME_BYTES, &message, error) ||
      !aloqa_json_get_optional_string (frame, "field", ALOQA_MAX_ERROR_FIELD_BYTES, &field, error))
    return FALSE;
  if (aloqa_json_has (frame, "retry_after_ms") &&
      !aloqa_json_get_integer (frame, "retry_after_ms", 0, ALOQA_MAX_RETRY_AFTER_MS,
                               &self->retry_after_ms, error))
    return FALSE;

  self->error_code = aloqa_text_clean (code, ALOQA_MAX_ERROR_CODE_BYTES);
  self->error_message = aloqa_text_clean (message, ALOQA_MAX_ERROR_TEXT_CHARS);
  self->error_field = aloqa_text_clean (field, ALOQA_MAX_ERROR_FIELD_BYTES);
  return self->error_code != NULL || refuse (error, "code", "is empty");
}

static const ReadFunc readers[ALOQA_N_MESSAGES] = {
  [ALOQA_MESSAGE_CONNECTED] = read_connected,
  [ALOQA_MESSAGE_HELLO] = read_hello,
  [ALOQA_MESSAGE_CALL_REQUEST] = read_call_request,
  [ALOQA_MESSAGE_CALL_END] = read_call_end,
  [ALOQA_MESSAGE_OFFER] = read_offer,
  [ALOQA_MESSAGE_ANSWER] = aloqa_message_read_sdp,
  [ALOQA_MESSAGE_CANDIDATE] = read_candidate,
  [ALOQA_MESSAGE_UNAVAILABLE] = read_unavailable,
  [ALOQA_MESSAGE_PRESENCE] = read_presence,
  [ALOQA_MESSAGE_CALL_STATE] = read_call_state,
  [ALOQA_MESSAGE_REPLACE] = read_replace,
  [ALOQA_MESSAGE_REPLACE_ANSWER] = read_replace,
  [ALOQA_MESSAGE_ERROR] = read_error,
};

static gboolean
has_caller (const AloqaMessage *self, AloqaSide writer)
{
  return writer == ALOQA_SIDE_SERVER &&
         (self->type == ALOQA_MESSAGE_CALL_REQUEST || self->type == ALOQA_MESSAGE_OFFER);
}

static gboolean
read_frame (AloqaMessage *self, JsonObject *frame, AloqaSide writer, GError **error)
{
  const char *peer_name = writer == ALOQA_SIDE_CLIENT ? "to" : "from";

  if (aloqa_message_has_peer (self->type) &&
      !aloqa_json_get_id (frame, peer_name, &self->peer, error))
    return FALSE;
  if (aloqa_message_has_call_id (self->type) &&
      !read_word (frame, "call_id", ALOQA_MAX_CALL_ID_CHARS, &self->call_id, error))
    return FALSE;
  if (has_caller (self, writer) && !read_caller (self, frame, error))
    return FALSE;
  if (readers[self->type] != NULL && !readers[self->type](self, frame, error))
    return FALSE;

  /* Only the server knows of a person's other devices, and who is out of reach. */
  if (writer == ALOQA_SIDE_CLIENT)
    self->end_reason = ALOQA_END_REASON_NONE;
  return TRUE;
}

/**
 * aloqa_message_parse:
 * @text: one frame of the WebSocket
 * @length: its size in bytes, or -1 where it ends with a NUL
 * @writer: who sent it: a client's frame has "to", the server's "from"
 * @error: %ALOQA_PROTOCOL_ERROR, with the field where it is one's fault: UNKNOWN_TYPE for a frame
 *   that is well formed but not for us (a chat's, or one that this @writer does not write), else
 *   BAD_MESSAGE, BAD_SDP, BAD_CANDIDATE, TOO_LARGE
 *
 * Members that the type does not have are ignored.
 *
 * Returns: (transfer full): a message in which everything is valid, or %NULL
 */
AloqaMessage *
aloqa_message_parse (const char *text, gssize length, AloqaSide writer, GError **error)
{
  g_autoptr (JsonObject) frame =
      aloqa_json_parse_object (text, length, ALOQA_MAX_FRAME_BYTES, error);
  g_autoptr (AloqaMessage) self = NULL;
  const char *type_name;
  AloqaMessageType type;

  if (frame == NULL)
    return NULL;
  type_name = aloqa_json_get_string (frame, "type", ALOQA_MAX_FRAME_BYTES, error);
  if (type_name == NULL)
    return NULL;
  if (!aloqa_message_type_from_string (type_name, &type) ||
      !aloqa_message_is_written_by (type, writer)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE, "type",
                              "is not one that a %s sends for calls",
                              writer == ALOQA_SIDE_CLIENT ? "client" : "server");
    return NULL;
  }

  self = aloqa_message_new (type, 0);
  return read_frame (self, frame, writer, error) ? g_steal_pointer (&self) : NULL;
}
