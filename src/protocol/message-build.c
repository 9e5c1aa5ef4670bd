/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/message.h"

#include "protocol/json.h"
#include "protocol/message-body.h"
#include "protocol/message-names.h"

/* Adds what one type of frame has beside type, peer and call_id. */
typedef void (*WriteFunc) (const AloqaMessage *self, JsonObject *frame);

static void
write_features (const AloqaMessage *self, JsonObject *frame)
{
  JsonArray *array = json_array_new ();

  for (guint bit = 0; bit < ALOQA_N_FEATURES; bit++) {
    if ((self->features & (1 << bit)) != 0)
      json_array_add_string_element (array, aloqa_feature_names[bit]);
  }
  json_object_set_array_member (frame, "features", array);
}

static void
write_connected (const AloqaMessage *self, JsonObject *frame)
{
  json_object_set_int_member (frame, "user_id", self->user_id);
  if (self->has_features)
    write_features (self, frame);
}

static void
write_hello (const AloqaMessage *self, JsonObject *frame)
{
  write_features (self, frame);
  if (self->device != NULL)
    json_object_set_string_member (frame, "device", self->device);
}

static void
write_call_kind (const AloqaMessage *self, JsonObject *frame)
{
  json_object_set_string_member (frame, "call_type",
                                 self->call_kind == ALOQA_CALL_AUDIO ? "audio" : "video");
}

static void
write_sdp (const AloqaMessage *self, JsonObject *frame)
{
  json_object_set_object_member (frame, "sdp", aloqa_message_write_sdp (self));
}

static void
write_offer (const AloqaMessage *self, JsonObject *frame)
{
  write_call_kind (self, frame);
  write_sdp (self, frame);
}

static void
write_candidate (const AloqaMessage *self, JsonObject *frame)
{
  if (self->leg > 0)
    json_object_set_int_member (frame, "leg", self->leg);
  json_object_set_object_member (frame, "candidate", aloqa_message_write_candidate (self));
}

static void
write_replace (const AloqaMessage *self, JsonObject *frame)
{
  json_object_set_int_member (frame, "leg", self->leg);
  write_sdp (self, frame);
}

static void
write_call_end (const AloqaMessage *self, JsonObject *frame)
{
  if (self->end_reason != ALOQA_END_REASON_NONE)
    json_object_set_string_member (frame, "reason", aloqa_end_reason_names[self->end_reason]);
}

static void
write_unavailable (const AloqaMessage *self, JsonObject *frame)
{
  json_object_set_string_member (frame, "reason",
                                 aloqa_unavailable_reason_names[self->unavailable_reason]);
}

static void
write_presence (const AloqaMessage *self, JsonObject *frame)
{
  JsonArray *array;

  if (self->user_id > 0) {
    json_object_set_int_member (frame, "user_id", self->user_id);
    json_object_set_boolean_member (frame, "online", self->is_online);
    return;
  }

  array = json_array_new ();
  for (guint i = 0; self->online != NULL && i < self->online->len; i++)
    json_array_add_int_element (array, g_array_index (self->online, gint64, i));
  json_object_set_array_member (frame, "online", array);
}

static void
write_call_state (const AloqaMessage *self, JsonObject *frame)
{
  json_object_set_int_member (frame, "peer", self->peer);
  json_object_set_string_member (frame, "phase", aloqa_call_state_phase_names[self->phase]);
  write_call_kind (self, frame);
}

static void
write_error (const AloqaMessage *self, JsonObject *frame)
{
  json_object_set_string_member (frame, "code", self->error_code);
  if (self->error_message != NULL)
    json_object_set_string_member (frame, "message", self->error_message);
  if (self->error_field != NULL)
    json_object_set_string_member (frame, "field", self->error_field);
  if (self->retry_after_ms > 0)
    json_object_set_int_member (frame, "retry_after_ms", self->retry_after_ms);
}

static const WriteFunc writers[ALOQA_N_MESSAGES] = {
  [ALOQA_MESSAGE_CONNECTED] = write_connected,
  [ALOQA_MESSAGE_HELLO] = write_hello,
  [ALOQA_MESSAGE_CALL_REQUEST] = write_call_kind,
  [ALOQA_MESSAGE_CALL_END] = write_call_end,
  [ALOQA_MESSAGE_OFFER] = write_offer,
  [ALOQA_MESSAGE_ANSWER] = write_sdp,
  [ALOQA_MESSAGE_CANDIDATE] = write_candidate,
  [ALOQA_MESSAGE_UNAVAILABLE] = write_unavailable,
  [ALOQA_MESSAGE_PRESENCE] = write_presence,
  [ALOQA_MESSAGE_CALL_STATE] = write_call_state,
  [ALOQA_MESSAGE_REPLACE] = write_replace,
  [ALOQA_MESSAGE_REPLACE_ANSWER] = write_replace,
  [ALOQA_MESSAGE_ERROR] = write_error,
};

/* Clients read null, not absence, as "no name". */
static JsonObject *
write_caller (const AloqaCaller *caller)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", caller->id);
  json_object_set_string_member (object, "username", caller->username);
  json_object_set_string_member (object, "profile_pic", caller->profile_pic);
  json_object_set_string_member (object, "first_name", caller->first_name);
  json_object_set_string_member (object, "last_name", caller->last_name);
  return object;
}

/**
 * aloqa_message_to_json:
 * @self: a message with all that its type asks for
 * @writer: who sends it: decides between "to" and "from"
 *
 * Returns: (transfer full): one frame of the WebSocket
 */
char *
aloqa_message_to_json (const AloqaMessage *self, AloqaSide writer)
{
  JsonObject *frame;

  g_return_val_if_fail (aloqa_message_is_written_by (self->type, writer), NULL);
  g_return_val_if_fail (self->peer > 0 || !aloqa_message_has_peer (self->type), NULL);

  frame = json_object_new ();
  json_object_set_string_member (frame, "type", aloqa_message_type_to_string (self->type));
  if (aloqa_message_has_peer (self->type))
    json_object_set_int_member (frame, writer == ALOQA_SIDE_CLIENT ? "to" : "from", self->peer);
  if (self->call_id != NULL && aloqa_message_has_call_id (self->type))
    json_object_set_string_member (frame, "call_id", self->call_id);
  if (self->caller != NULL && writer == ALOQA_SIDE_SERVER)
    json_object_set_object_member (frame, "caller", write_caller (self->caller));
  if (writers[self->type] != NULL)
    writers[self->type](self, frame);
  return aloqa_json_to_string (frame);
}
