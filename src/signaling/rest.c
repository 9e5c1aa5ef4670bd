/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rest.h"

#include <string.h>

#include "protocol/json.h"
#include "signaling/http-session.h"
#include "signaling/operation.h"
#include "signaling/secret.h"

/* Reading takes 40 ns a byte: a longer answer is read on a thread. */
#define MAX_BYTES_AT_ONCE (128 * 1024)

struct _AloqaRest {
  GObject parent_instance;

  AloqaServerAddress *address;
  AloqaClock *clock;
  SoupSession *session;
  char *access_token; /* or NULL */
  gint64 server_ahead_s;
};

enum { SIGNAL_UNAUTHORIZED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaRest, aloqa_rest, G_TYPE_OBJECT)

static void
note_server_time (AloqaRest *self, const AloqaReply *reply)
{
  if (reply->server_unix_s > 0)
    self->server_ahead_s = reply->server_unix_s - g_get_real_time () / G_USEC_PER_SEC;
}

static void
return_value (GTask *task, gpointer value, GError *error)
{
  const AloqaOperation *operation = g_task_get_task_data (task);

  if (value == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, value, operation->destroy);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gpointer value = aloqa_operation_read_finish (result, &error);

  return_value (task, value, error);
}

static void
exchange_done_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaRest *self = g_task_get_source_object (task);
  const AloqaOperation *operation = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (AloqaReply) reply = aloqa_exchange_finish (result, &error);
  gpointer value;

  if (reply == NULL) {
    g_task_return_error (task, error);
    return;
  }

  note_server_time (self, reply);
  if (reply->status == SOUP_STATUS_UNAUTHORIZED && operation->needs_token)
    g_signal_emit (self, signals[SIGNAL_UNAUTHORIZED], 0);

  if (g_bytes_get_size (reply->body) > MAX_BYTES_AT_ONCE) {
    aloqa_operation_read_async (operation, g_steal_pointer (&reply), self->address, read_cb,
                                g_steal_pointer (&task));
    return;
  }
  value = aloqa_operation_read (operation, reply, self->address, &error);
  return_value (task, value, error);
}

/* @body is JSON; with it the request is a POST, without it a GET. Takes @uri and @body. */
static void
begin (AloqaRest *self, const AloqaOperation *operation, GUri *uri, GBytes *body,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (body != NULL ? "POST" : "GET", uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, (gpointer) operation);
  g_task_set_task_data (task, (gpointer) operation, NULL);
  soup_message_headers_append (headers, "Accept", "application/json, image/*");
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  if (operation->needs_token && self->access_token != NULL) {
    char *value = g_strconcat ("Bearer ", self->access_token, NULL);

    soup_message_headers_append (headers, "Authorization", value);
    aloqa_secret_clear (&value);
  }

  aloqa_exchange_async (self->session, message, self->address, self->clock, operation->max_bytes,
                        operation->limit_us, cancellable, exchange_done_cb, task);
  g_uri_unref (uri);
  g_clear_pointer (&body, g_bytes_unref);
}

static void
begin_get (AloqaRest *self, const AloqaOperation *operation, const char *path, const char *query,
           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, operation, aloqa_server_address_build_api_uri (self->address, path, query), NULL,
         cancellable, callback, user_data);
}

/* Returns: {"@name":"@value", …} as bytes that are wiped when they are freed. */
static GBytes *build_body (const char *name, const char *value, ...) G_GNUC_NULL_TERMINATED;

static GBytes *
build_body (const char *name, const char *value, ...)
{
  JsonObject *object = json_object_new ();
  char *text;
  va_list args;

  va_start (args, value);
  while (name != NULL) {
    json_object_set_string_member (object, name, value);
    name = va_arg (args, const char *);
    value = name != NULL ? va_arg (args, const char *) : NULL;
  }
  va_end (args);

  text = aloqa_json_to_string (object);
  return g_bytes_new_with_free_func (text, strlen (text), aloqa_secret_free, text);
}

static gpointer
finish (AloqaRest *self, GAsyncResult *result, const AloqaOperation *operation, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == operation, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Of an operation of which only the success counts. */
static gboolean
finish_bytes (AloqaRest *self, GAsyncResult *result, const AloqaOperation *operation,
              GError **error)
{
  g_autoptr (GBytes) bytes = finish (self, result, operation, error);

  return bytes != NULL;
}

static void
aloqa_rest_finalize (GObject *object)
{
  AloqaRest *self = ALOQA_REST (object);

  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  aloqa_secret_clear (&self->access_token);
  aloqa_server_address_unref (self->address);

  G_OBJECT_CLASS (aloqa_rest_parent_class)->finalize (object);
}

static void
aloqa_rest_class_init (AloqaRestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_rest_finalize;

  signals[SIGNAL_UNAUTHORIZED] = g_signal_new ("unauthorized", ALOQA_TYPE_REST, G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_rest_init (AloqaRest *self)
{
}

/**
 * aloqa_rest_new:
 * @trust: (nullable): from aloqa_trust_load_ca_file(), or %NULL for the system's authorities
 *
 * Returns: (transfer full): the HTTP interface of @address, with no token yet
 */
AloqaRest *
aloqa_rest_new (AloqaServerAddress *address, GTlsDatabase *trust, AloqaClock *clock)
{
  AloqaRest *self = g_object_new (ALOQA_TYPE_REST, NULL);

  self->address = aloqa_server_address_ref (address);
  self->clock = g_object_ref (clock);
  self->session = aloqa_http_session_new (address, trust);
  return self;
}

AloqaServerAddress *
aloqa_rest_get_address (AloqaRest *self)
{
  return self->address;
}

/**
 * aloqa_rest_get_server_ahead_s:
 *
 * Returns: by how many seconds the server's clock is ahead of this computer's, by its last answer
 */
gint64
aloqa_rest_get_server_ahead_s (AloqaRest *self)
{
  return self->server_ahead_s;
}

/**
 * aloqa_rest_set_access_token:
 * @access_token: (nullable): for the operations that need one, from now on
 */
void
aloqa_rest_set_access_token (AloqaRest *self, const char *access_token)
{
  aloqa_secret_set (&self->access_token, access_token);
}

/**
 * aloqa_rest_login_async:
 *
 * Signs in by password. It does not set the access token.
 */
void
aloqa_rest_login_async (AloqaRest *self, const char *username, const char *password,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, &aloqa_login_operation,
         aloqa_server_address_build_api_uri (self->address, "/auth/login", NULL),
         build_body ("username", username, "password", password, NULL), cancellable, callback,
         user_data);
}

/**
 * aloqa_rest_login_finish:
 *
 * Returns: (transfer full) (nullable): the tokens and the user; or %NULL with
 *   %ALOQA_SIGNALING_ERROR_UNAUTHORIZED where the name or the password is wrong,
 *   %ALOQA_SIGNALING_ERROR_FORBIDDEN where the account is disabled, or another error
 */
AloqaCredentials *
aloqa_rest_login_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, &aloqa_login_operation, error);
}

/**
 * aloqa_rest_refresh_async:
 *
 * Asks for a new access token. The existing server always fails here (500): sign in again then.
 */
void
aloqa_rest_refresh_async (AloqaRest *self, const char *refresh_token, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, &aloqa_refresh_operation,
         aloqa_server_address_build_api_uri (self->address, "/auth/refresh", NULL),
         build_body ("refresh_token", refresh_token, NULL), cancellable, callback, user_data);
}

/**
 * aloqa_rest_refresh_finish:
 *
 * Returns: (transfer full) (nullable): as aloqa_rest_login_finish()
 */
AloqaCredentials *
aloqa_rest_refresh_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, &aloqa_refresh_operation, error);
}

/**
 * aloqa_rest_logout_async:
 *
 * Tells the server to forget @refresh_token.
 */
void
aloqa_rest_logout_async (AloqaRest *self, const char *refresh_token, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, &aloqa_logout_operation,
         aloqa_server_address_build_api_uri (self->address, "/auth/logout", NULL),
         build_body ("refresh_token", refresh_token, NULL), cancellable, callback, user_data);
}

/**
 * aloqa_rest_logout_finish:
 *
 * Returns: whether the server has forgotten it
 */
gboolean
aloqa_rest_logout_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish_bytes (self, result, &aloqa_logout_operation, error);
}

/**
 * aloqa_rest_get_me_async:
 *
 * Asks whose the access token is.
 */
void
aloqa_rest_get_me_async (AloqaRest *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  begin_get (self, &aloqa_user_operation, "/users/me", NULL, cancellable, callback, user_data);
}

/**
 * aloqa_rest_get_me_finish:
 *
 * Returns: (transfer full) (nullable): the user
 */
AloqaUser *
aloqa_rest_get_me_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, &aloqa_user_operation, error);
}

/**
 * aloqa_rest_get_user_async:
 *
 * Asks who has an id.
 */
void
aloqa_rest_get_user_async (AloqaRest *self, gint64 user_id, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *path = g_strdup_printf ("/users/%" G_GINT64_FORMAT, user_id);

  begin_get (self, &aloqa_user_operation, path, NULL, cancellable, callback, user_data);
}

/**
 * aloqa_rest_get_user_finish:
 *
 * Returns: (transfer full) (nullable): the user; or %NULL with %ALOQA_SIGNALING_ERROR_NOT_FOUND
 *   where there is none, or another error
 */
AloqaUser *
aloqa_rest_get_user_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, &aloqa_user_operation, error);
}

/**
 * aloqa_rest_list_users_async:
 * @search: (nullable): a part of a user name, first or last name; %NULL or "" for everybody
 */
void
aloqa_rest_list_users_async (AloqaRest *self, const char *search, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *escaped = search != NULL ? g_uri_escape_string (search, NULL, FALSE) : NULL;
  g_autofree char *query =
      escaped != NULL && *escaped != '\0' ? g_strconcat ("search=", escaped, NULL) : NULL;

  begin_get (self, &aloqa_user_list_operation, "/users/list", query, cancellable, callback,
             user_data);
}

/**
 * aloqa_rest_list_users_finish:
 *
 * Returns: (transfer full) (nullable) (element-type AloqaUser): the users, oneself not among them
 */
GPtrArray *
aloqa_rest_list_users_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, &aloqa_user_list_operation, error);
}

/**
 * aloqa_rest_get_ice_servers_async:
 *
 * Asks for the STUN and TURN servers that the server offers.
 */
void
aloqa_rest_get_ice_servers_async (AloqaRest *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  begin_get (self, &aloqa_ice_operation, "/ice", NULL, cancellable, callback, user_data);
}

/**
 * aloqa_rest_get_ice_servers_finish:
 * @ttl_s: (out) (optional): for how many seconds the credentials hold, 0 where it was not said
 *
 * Returns: (transfer full) (nullable) (element-type AloqaIceServer): the servers; empty where the
 *   server does not know of such a thing
 */
GPtrArray *
aloqa_rest_get_ice_servers_finish (AloqaRest *self, GAsyncResult *result, gint64 *ttl_s,
                                   GError **error)
{
  AloqaIceAnswer *answer = finish (self, result, &aloqa_ice_operation, error);
  GPtrArray *servers = NULL;

  if (ttl_s != NULL)
    *ttl_s = answer != NULL ? answer->ttl_s : 0;
  if (answer != NULL) {
    servers = g_steal_pointer (&answer->servers);
    aloqa_ice_operation.destroy (answer);
  }
  return servers;
}

/**
 * aloqa_rest_check_health_async:
 *
 * Asks whether the server is there and well.
 */
void
aloqa_rest_check_health_async (AloqaRest *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  begin_get (self, &aloqa_health_operation, "/health", NULL, cancellable, callback, user_data);
}

/**
 * aloqa_rest_check_health_finish:
 *
 * Returns: whether a chat server answers there; if not, the error says what does
 */
gboolean
aloqa_rest_check_health_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish_bytes (self, result, &aloqa_health_operation, error);
}

/**
 * aloqa_rest_get_picture_async:
 * @file_name: a profile_pic of a user
 */
void
aloqa_rest_get_picture_async (AloqaRest *self, const char *file_name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, &aloqa_picture_operation,
         aloqa_server_address_build_upload_uri (self->address, file_name), NULL, cancellable,
         callback, user_data);
}

/**
 * aloqa_rest_get_picture_finish:
 *
 * Returns: (transfer full) (nullable): the picture's file, not looked into; or %NULL with
 *   %ALOQA_SIGNALING_ERROR_NOT_FOUND where it is gone, or another error
 */
GBytes *
aloqa_rest_get_picture_finish (AloqaRest *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, &aloqa_picture_operation, error);
}
