/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What a server answered to one HTTP request. */
typedef struct {
  guint status;
  JsonNode *body; /* or NULL where it is not JSON */
  char *text;
  SoupMessageHeaders *headers;
} Answer;

void answer_free (Answer *self);
const char *answer_get_string (Answer *self, const char *name);
gint64 answer_get_user_id (Answer *self);
Answer *http_get (const char *base, const char *path, const char *token);
Answer *http_post (const char *base, const char *path, const char *token, const char *body);
Answer *post_sign_in (const char *base, const char *username, const char *password);
void assert_error (Answer *answer, guint status, const char *detail);
void assert_field_error (Answer *answer, const char *field);
char *sign_in (const char *base, const char *username, const char *password);

/* A WebSocket client that keeps what it gets. */
typedef struct {
  gint64 user_id;
  SoupSession *session;
  SoupWebsocketConnection *socket; /* or NULL: the handshake failed */
  guint handshake_status;
  GQueue frames; /* of JsonObject, the first at the head */
  gboolean is_closed;
} Client;

Client *client_open (const char *base, gint64 user_id, const char *token);
Client *client_connect (const char *base, const char *username, const char *password);
void client_free (Client *self);
void client_send (Client *self, const char *json);
JsonObject *client_take (Client *self);
JsonObject *client_take_type (Client *self, const char *type);
void client_expect (Client *self, const char *json);
void client_sync (Client *self);
void client_expect_nothing (Client *self, Client *sender);
void client_say_hello (Client *self, const char *features);
gushort client_wait_closed (Client *self);

void assert_json_equal (JsonObject *object, const char *json);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

G_END_DECLS
