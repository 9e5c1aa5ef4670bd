/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"

#include "support/support.h"

#include <string.h>

static gboolean
is_set (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

static void
store_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

void
answer_free (Answer *self)
{
  g_clear_pointer (&self->body, json_node_unref);
  soup_message_headers_unref (self->headers);
  g_free (self->text);
  g_free (self);
}

const char *
answer_get_string (Answer *self, const char *name)
{
  g_assert_nonnull (self->body);
  return json_object_get_string_member_with_default (json_node_get_object (self->body), name, NULL);
}

gint64
answer_get_user_id (Answer *self)
{
  JsonObject *user;

  g_assert_nonnull (self->body);
  user = json_object_get_object_member (json_node_get_object (self->body), "user");
  return json_object_get_int_member (user, "id");
}

static Answer *
request (const char *method, const char *base, const char *path, const char *token,
         const char *body)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = g_strconcat (base, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Answer *answer = g_new0 (Answer, 1);

  if (token != NULL) {
    g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                  value);
  }
  if (body != NULL) {
    g_autoptr (GBytes) request_body = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (message, "application/json", request_body);
  }

  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                    &result);
  aloqa_test_wait_until (is_set, &result);
  bytes = soup_session_send_and_read_finish (session, result, &error);
  answer->status = bytes != NULL ? soup_message_get_status (message) : 0;
  answer->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  answer->text = bytes != NULL && g_bytes_get_size (bytes) > 0
                     ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                     : g_strdup ("");
  if (*answer->text != '\0')
    answer->body = json_from_string (answer->text, NULL);
  return answer;
}

Answer *
http_get (const char *base, const char *path, const char *token)
{
  return request ("GET", base, path, token, NULL);
}

Answer *
http_post (const char *base, const char *path, const char *token, const char *body)
{
  return request ("POST", base, path, token, body);
}

Answer *
post_sign_in (const char *base, const char *username, const char *password)
{
  g_autofree char *body =
      g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\"}", username, password);

  return http_post (base, "/api/auth/login", NULL, body);
}

void
assert_error (Answer *answer, guint status, const char *detail)
{
  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (answer_get_string (answer, "detail"), ==, detail);
  g_assert_cmpstr (soup_message_headers_get_content_type (answer->headers, NULL), ==,
                   "application/json");
}

/* {"detail":[{"loc":["body",field],…}]} */
void
assert_field_error (Answer *answer, const char *field)
{
  JsonArray *faults;
  JsonArray *location;

  g_assert_cmpuint (answer->status, ==, 422);
  faults = json_object_get_array_member (json_node_get_object (answer->body), "detail");
  location = json_object_get_array_member (json_array_get_object_element (faults, 0), "loc");
  g_assert_cmpstr (json_array_get_string_element (location, 0), ==, "body");
  if (field != NULL)
    g_assert_cmpstr (json_array_get_string_element (location, 1), ==, field);
  else
    g_assert_cmpuint (json_array_get_length (location), ==, 1);
}

/* Returns: the access token; NULL where the answer was not 200 */
char *
sign_in (const char *base, const char *username, const char *password)
{
  g_autoptr (Answer) answer = post_sign_in (base, username, password);

  return answer->status == 200 ? g_strdup (answer_get_string (answer, "access_token")) : NULL;
}

static void
message_cb (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *bytes,
            gpointer user_data)
{
  Client *self = user_data;
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  g_assert_nonnull (node);
  g_queue_push_tail (&self->frames, json_object_ref (json_node_get_object (node)));
}

static void
closed_cb (SoupWebsocketConnection *socket, gpointer user_data)
{
  ((Client *) user_data)->is_closed = TRUE;
}

/* @token: or NULL for none at all */
Client *
client_open (const char *base, gint64 user_id, const char *token)
{
  Client *self = g_new0 (Client, 1);
  g_autofree char *url =
      g_strdup_printf ("ws%s/api/messages/ws/%" G_GINT64_FORMAT "%s%s", base + strlen ("http"),
                       user_id, token != NULL ? "?token=" : "", token != NULL ? token : "");
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GAsyncResult) result = NULL;

  self->user_id = user_id;
  self->session = soup_session_new ();
  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        NULL, store_result_cb, &result);
  aloqa_test_wait_until (is_set, &result);
  self->socket = soup_session_websocket_connect_finish (self->session, result, NULL);
  self->handshake_status = soup_message_get_status (message);
  if (self->socket != NULL) {
    /* Larger than what a test sends, so that it is the server's limit that is seen. */
    soup_websocket_connection_set_max_incoming_payload_size (self->socket, 16 * 1024 * 1024);
    g_signal_connect (self->socket, "message", G_CALLBACK (message_cb), self);
    g_signal_connect (self->socket, "closed", G_CALLBACK (closed_cb), self);
  }
  return self;
}

/* Signs in, connects, and takes the "connected". */
Client *
client_connect (const char *base, const char *username, const char *password)
{
  g_autoptr (Answer) answer = post_sign_in (base, username, password);
  Client *self;

  g_assert_cmpuint (answer->status, ==, 200);
  self =
      client_open (base, answer_get_user_id (answer), answer_get_string (answer, "access_token"));
  json_object_unref (client_take_type (self, "connected"));
  return self;
}

void
client_free (Client *self)
{
  if (self->socket != NULL) {
    g_signal_handlers_disconnect_by_data (self->socket, self);
    if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    g_object_unref (self->socket);
  }
  g_object_unref (self->session);
  g_queue_clear_full (&self->frames, (GDestroyNotify) json_object_unref);
  g_free (self);
}

void
client_send (Client *self, const char *json)
{
  soup_websocket_connection_send_text (self->socket, json);
}

static gboolean
has_frame (gpointer user_data)
{
  Client *self = user_data;

  return self->frames.length > 0 || self->is_closed;
}

/* Returns: (transfer full): the next frame; the test ends where none comes */
JsonObject *
client_take (Client *self)
{
  aloqa_test_wait_until (has_frame, self);
  g_assert_cmpuint (self->frames.length, >, 0);
  return g_queue_pop_head (&self->frames);
}

JsonObject *
client_take_type (Client *self, const char *type)
{
  JsonObject *frame = client_take (self);

  g_assert_cmpstr (json_object_get_string_member (frame, "type"), ==, type);
  return frame;
}

void
assert_json_equal (JsonObject *object, const char *json)
{
  g_autoptr (JsonNode) got = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonNode) wanted = json_from_string (json, NULL);

  g_assert_nonnull (wanted);
  json_node_set_object (got, object);
  if (!json_node_equal (got, wanted)) {
    g_autofree char *text = json_to_string (got, FALSE);

    g_error ("got %s, wanted %s", text, json);
  }
}

/* The next frame is this one, whatever the order of its members. */
void
client_expect (Client *self, const char *json)
{
  g_autoptr (JsonObject) frame = client_take (self);

  assert_json_equal (frame, json);
}

/* Everything that it sent before has been handled: what it says to itself comes back. */
void
client_sync (Client *self)
{
  g_autofree char *frame =
      g_strdup_printf ("{\"type\":\"typing\",\"to\":%" G_GINT64_FORMAT "}", self->user_id);
  g_autofree char *echo =
      g_strdup_printf ("{\"type\":\"typing\",\"from\":%" G_GINT64_FORMAT "}", self->user_id);

  client_send (self, frame);
  client_expect (self, echo);
}

/* What @sender has sent made no frame for @self. */
void
client_expect_nothing (Client *self, Client *sender)
{
  client_sync (sender);
  if (self != sender)
    client_sync (self);
}

void
client_say_hello (Client *self, const char *features)
{
  g_autofree char *frame =
      g_strdup_printf ("{\"type\":\"hello\",\"features\":[%s],\"device\":\"test\"}", features);

  client_send (self, frame);
}

static gboolean
is_closed (gpointer user_data)
{
  return ((Client *) user_data)->is_closed;
}

/* Returns: the code that the server closed with; 0 where it just ended */
gushort
client_wait_closed (Client *self)
{
  aloqa_test_wait_until (is_closed, self);
  return soup_websocket_connection_get_close_code (self->socket);
}
