/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-server-private.h"

#include <string.h>

#define TOKEN_LIFE_S (30 * 60)

typedef struct {
  guint status; /* 0: none, ever */
  char *body;
} Answer;

typedef struct {
  gint64 id;
  const char *name;
} User;

static const User users[] = { { 2, "ali" }, { 3, "vali" } };

static void
free_answer (gpointer data)
{
  Answer *answer = data;

  g_free (answer->body);
  g_free (answer);
}

static gint64
get_now_s (AloqaFakeServer *self)
{
  return g_get_real_time () / G_USEC_PER_SEC + self->clock_ahead_s;
}

static char *
describe_user (gint64 id)
{
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    if (users[i].id == id)
      return g_strdup_printf (
          "{\"id\":%d,\"username\":\"%s\",\"first_name\":null,\"last_name\":null,"
          "\"role\":\"user\",\"profile_pic\":null,\"bio\":null,\"is_active\":true,"
          "\"created_at\":\"2026-01-01T00:00:00\",\"updated_at\":\"2026-01-01T00:00:00\"}",
          (int) id, users[i].name);
  return NULL;
}

static void
respond (AloqaFakeServer *self, SoupServerMessage *message, guint status, const char *body)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (get_now_s (self));
  g_autofree char *date = soup_date_time_to_string (now, SOUP_DATE_HTTP);

  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Date", date);
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body,
                                    strlen (body));
}

static void
respond_with_credentials (AloqaFakeServer *self, SoupServerMessage *message, gint64 id)
{
  g_autofree char *access_token = aloqa_fake_server_make_token (self, id, "access");
  g_autofree char *refresh_token = aloqa_fake_server_make_token (self, id, "refresh");
  g_autofree char *user = describe_user (id);
  g_autofree char *body = g_strdup_printf ("{\"access_token\":\"%s\",\"refresh_token\":\"%s\","
                                           "\"token_type\":\"bearer\",\"user\":%s}",
                                           access_token, refresh_token, user);

  respond (self, message, 200, body);
}

/* Returns: whose @token is, if it is of @type and still valid, else 0. */
gint64
aloqa_fake_server_check_token (AloqaFakeServer *self, const char *token, const char *type)
{
  g_autofree char *key = g_strconcat (type, " ", token, NULL);

  return GPOINTER_TO_INT (g_hash_table_lookup (self->tokens, key));
}

static gint64
check_bearer (AloqaFakeServer *self, SoupServerMessage *message)
{
  const char *value = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Authorization");

  if (value == NULL || !g_str_has_prefix (value, "Bearer "))
    return 0;
  return aloqa_fake_server_check_token (self, value + strlen ("Bearer "), "access");
}

static char *
dup_body (SoupServerMessage *message)
{
  g_autoptr (GBytes) bytes =
      soup_message_body_flatten (soup_server_message_get_request_body (message));

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
handle_login (AloqaFakeServer *self, SoupServerMessage *message)
{
  g_autofree char *body = dup_body (message);

  self->n_logins++;
  if (self->login_status != 0) {
    respond (self, message, self->login_status, "{\"detail\":\"No.\"}");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (users); i++) {
    g_autofree char *expected =
        g_strdup_printf ("{\"username\":\"%s\",\"password\":\"demo\"}", users[i].name);

    if (strcmp (body, expected) == 0) {
      respond_with_credentials (self, message, users[i].id);
      return;
    }
  }
  respond (self, message, 401, "{\"detail\":\"Incorrect username or password\"}");
}

static void
handle_refresh (AloqaFakeServer *self, SoupServerMessage *message)
{
  g_autofree char *body = dup_body (message);
  g_auto (GStrv) parts = g_strsplit (body, "\"", 5);
  gint64 id;

  self->n_refreshes++;
  if (self->refresh_status != 0) {
    respond (self, message, self->refresh_status, "Internal Server Error");
    return;
  }
  id = g_strv_length (parts) == 5 ? aloqa_fake_server_check_token (self, parts[3], "refresh") : 0;
  if (id != 0)
    respond_with_credentials (self, message, id);
  else
    respond (self, message, 401, "{\"detail\":\"Invalid refresh token\"}");
}

static void
handle_user (AloqaFakeServer *self, SoupServerMessage *message, const char *path)
{
  gint64 me = check_bearer (self, message);
  g_autofree char *user = NULL;

  if (me == 0) {
    respond (self, message, 401, "{\"detail\":\"Could not validate credentials\"}");
    return;
  }
  if (strcmp (path, "/api/users/list") == 0) {
    g_autofree char *other = describe_user (me == 2 ? 3 : 2);

    user = g_strconcat ("[", other, "]", NULL);
  } else if (strcmp (path, "/api/users/me") == 0) {
    user = describe_user (me);
  } else {
    user = describe_user (g_ascii_strtoll (path + strlen ("/api/users/"), NULL, 10));
  }
  respond (self, message, user != NULL ? 200 : 404,
           user != NULL ? user : "{\"detail\":\"User not found\"}");
}

static void
give_answer (AloqaFakeServer *self, SoupServerMessage *message, const Answer *answer)
{
  if (answer->status == 0) {
    soup_server_message_pause (message);
    return;
  }
  if (SOUP_STATUS_IS_REDIRECTION (answer->status))
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                  answer->body);
  respond (self, message, answer->status, answer->body);
}

static void
handle_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
                gpointer user_data)
{
  AloqaFakeServer *self = user_data;
  const Answer *answer = g_hash_table_lookup (self->answers, path);
  const char *encoded_query = g_uri_get_query (soup_server_message_get_uri (message));

  g_free (self->last_path);
  self->last_path = g_strconcat (path, encoded_query != NULL ? "?" : NULL, encoded_query, NULL);

  if (answer != NULL) {
    give_answer (self, message, answer);
  } else if (strcmp (path, "/api/auth/login") == 0) {
    handle_login (self, message);
  } else if (strcmp (path, "/api/auth/refresh") == 0) {
    handle_refresh (self, message);
  } else if (strcmp (path, "/api/auth/logout") == 0) {
    self->n_logouts++;
    respond (self, message, check_bearer (self, message) != 0 ? 200 : 401, "{}");
  } else if (g_str_has_prefix (path, "/api/users/")) {
    handle_user (self, message, path);
  } else if (strcmp (path, "/api/health") == 0) {
    respond (self, message, 200, "{\"status\":\"ok\"}");
  } else {
    respond (self, message, 404, "{\"detail\":\"Not Found\"}");
  }
}

/* An early handler: it can answer before the upgrade. */
static void
handle_upgrade (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
                gpointer user_data)
{
  AloqaFakeServer *self = user_data;
  const char *token = query != NULL ? g_hash_table_lookup (query, "token") : NULL;
  const Answer *answer = g_hash_table_lookup (self->answers, "/api/messages/ws");

  self->n_upgrades++;
  g_free (self->last_extensions);
  self->last_extensions = g_strdup (soup_message_headers_get_list (
      soup_server_message_get_request_headers (message), "Sec-WebSocket-Extensions"));
  if (answer != NULL)
    give_answer (self, message, answer);
  else if (self->upgrade_status != 0 || token == NULL)
    respond (self, message, token == NULL ? 403 : self->upgrade_status, "");
}

/* Accepted here: libsoup 3.6 touches a connection of its own that is freed during its handshake. */
static gboolean
accept_connection (GSocketService *service, GSocketConnection *connection, GObject *source,
                   gpointer user_data)
{
  AloqaFakeServer *self = user_data;
  GIOStream *bare = G_IO_STREAM (connection);
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GIOStream) stream = self->certificate == NULL
                                     ? g_object_ref (bare)
                                     : g_tls_server_connection_new (bare, self->certificate, NULL);

  if (local == NULL || remote == NULL)
    return TRUE;
  g_object_set_data_full (G_OBJECT (remote), ALOQA_FAKE_SERVER_SOCKET,
                          g_object_ref (g_socket_connection_get_socket (connection)),
                          g_object_unref);
  soup_server_accept_iostream (self->server, stream, local, remote, NULL);
  return TRUE;
}

static void
listen_at (AloqaFakeServer *self, guint port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (accept_connection), self);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

/**
 * aloqa_fake_server_new:
 * @certificate: (nullable): with it the server speaks TLS
 *
 * Returns: (transfer full): a server that listens at a free port of 127.0.0.1
 */
AloqaFakeServer *
aloqa_fake_server_new (GTlsCertificate *certificate)
{
  AloqaFakeServer *self = g_new0 (AloqaFakeServer, 1);

  self->token_life_s = TOKEN_LIFE_S;
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_answer);
  self->frames = g_ptr_array_new_with_free_func (g_free);
  self->websockets = g_ptr_array_new_with_free_func (g_object_unref);
  g_set_object (&self->certificate, certificate);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, handle_request, self, NULL);
  soup_server_add_early_handler (self->server, "/api/messages/ws", handle_upgrade, self, NULL);
  soup_server_add_websocket_handler (self->server, "/api/messages/ws", NULL, NULL,
                                     aloqa_fake_server_handle_websocket, self, NULL);
  listen_at (self, 0);
  return self;
}

void
aloqa_fake_server_free (AloqaFakeServer *self)
{
  aloqa_fake_server_stop (self);
  g_clear_object (&self->server);
  g_clear_object (&self->certificate);
  g_hash_table_unref (self->tokens);
  g_hash_table_unref (self->answers);
  g_ptr_array_unref (self->frames);
  g_ptr_array_unref (self->websockets);
  g_free (self->last_path);
  g_free (self->last_extensions);
  g_free (self);
}

/**
 * aloqa_fake_server_dup_url:
 *
 * Returns: (transfer full): "http://localhost:PORT", or https
 */
char *
aloqa_fake_server_dup_url (AloqaFakeServer *self)
{
  return g_strdup_printf ("%s://localhost:%u", self->certificate != NULL ? "https" : "http",
                          self->port);
}

/**
 * aloqa_fake_server_answer:
 * @path: of the request; "/api/messages/ws" is the WebSocket
 * @body: with a @status of 3xx: where it points to
 *
 * From now on @path is answered with this.
 */
void
aloqa_fake_server_answer (AloqaFakeServer *self, const char *path, guint status, const char *body)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->status = status;
  answer->body = g_strdup (body);
  g_hash_table_replace (self->answers, g_strdup (path), answer);
}

/* From now on nobody hears anything from @path. */
void
aloqa_fake_server_never_answer (AloqaFakeServer *self, const char *path)
{
  aloqa_fake_server_answer (self, path, 0, NULL);
}

/**
 * aloqa_fake_server_make_token:
 * @type: "access" or "refresh"
 *
 * Returns: (transfer full): a valid token, with the look of a JSON Web Token
 */
char *
aloqa_fake_server_make_token (AloqaFakeServer *self, gint64 user_id, const char *type)
{
  g_autofree char *claims =
      g_strdup_printf ("{\"sub\":\"user %d\",\"exp\":%" G_GINT64_FORMAT ",\"type\":\"%s\"}",
                       (int) user_id, get_now_s (self) + self->token_life_s, type);
  g_autofree char *encoded = g_base64_encode ((const guchar *) claims, strlen (claims));
  char *token;

  g_strdelimit (encoded, "=", '\0');
  g_strdelimit (encoded, "+", '-');
  g_strdelimit (encoded, "/", '_');
  token = g_strdup_printf ("eyJhbGciOiJIUzI1NiJ9.%s.signature%u", encoded, ++self->n_tokens);
  g_hash_table_replace (self->tokens, g_strconcat (type, " ", token, NULL),
                        GINT_TO_POINTER (user_id));
  return token;
}

/* None of the tokens so far is valid any more. */
void
aloqa_fake_server_expire_tokens (AloqaFakeServer *self)
{
  g_hash_table_remove_all (self->tokens);
}

/* Nobody listens any more, and every connection is cut. */
void
aloqa_fake_server_stop (AloqaFakeServer *self)
{
  while (self->websockets->len > 0) {
    aloqa_fake_server_drop (self);
    g_signal_handlers_disconnect_by_data (aloqa_fake_server_get_websocket (self), self);
    g_ptr_array_set_size (self->websockets, (int) self->websockets->len - 1);
  }
  if (self->service != NULL) {
    g_socket_service_stop (self->service);
    g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  }
  g_clear_object (&self->service);
  soup_server_disconnect (self->server);
}

/* At the same port as before. */
void
aloqa_fake_server_start_again (AloqaFakeServer *self)
{
  listen_at (self, self->port);
}
