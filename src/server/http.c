/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http.h"

#include "protocol/json.h"
#include "server/authority.h"
#include "server/http-auth.h"
#include "server/http-cors.h"
#include "server/http-health.h"
#include "server/http-ice.h"
#include "server/http-metrics.h"
#include "server/http-uploads.h"
#include "server/http-users.h"
#include "server/limits.h"
#include "server/websocket.h"

#include <string.h>

typedef void (*Handler) (AloqaServer *server, SoupServerMessage *message, const char *rest);

/* What is served: a whole path, or with a '/' at its end all that is one level below. */
static const struct {
  const char *method;
  const char *path;
  Handler handler;
} routes[] = {
  { "POST", "/api/auth/login", aloqa_http_auth_login },
  { "POST", "/api/auth/refresh", aloqa_http_auth_refresh },
  { "POST", "/api/auth/logout", aloqa_http_auth_logout },
  { "GET", "/api/users/me", aloqa_http_users_get_me },
  { "GET", "/api/users/list", aloqa_http_users_get_list },
  { "GET", "/api/users/", aloqa_http_users_get_one },
  { "GET", "/api/ice", aloqa_http_ice_get },
  { "GET", "/metrics", aloqa_http_metrics_get },
  { "GET", "/api/health", aloqa_http_health_get },
  { "GET", "/health", aloqa_http_health_get },
  { "GET", "/api/messages/ws/", aloqa_websocket_upgrade },
  { "GET", "/uploads/", aloqa_http_uploads_get },
};

/**
 * aloqa_http_reply:
 * @json: (transfer full): the body
 */
void
aloqa_http_reply (SoupServerMessage *message, guint status, char *json)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, json,
                                    strlen (json));
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Connection", "close");
}

/**
 * aloqa_http_reply_error:
 * @detail: for people
 */
void
aloqa_http_reply_error (SoupServerMessage *message, guint status, const char *detail)
{
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_string_member (body, "detail", detail);
  if (status == SOUP_STATUS_UNAUTHORIZED)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "WWW-Authenticate", "Bearer");
  aloqa_http_reply (message, status, aloqa_json_to_string (g_steal_pointer (&body)));
}

/* The same, with when to try again. */
void
aloqa_http_reply_wait (SoupServerMessage *message, guint status, const char *detail, gint64 wait_ms)
{
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (wait_ms + 999) / 1000);

  aloqa_http_reply_error (message, status, detail);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After",
                                seconds);
}

/**
 * aloqa_http_reply_field_error:
 * @error: an ALOQA_PROTOCOL_ERROR of the request's body
 *
 * 422 in the shape of the existing server: {"detail":[{"loc":["body","username"],"msg","type"}]}.
 */
void
aloqa_http_reply_field_error (SoupServerMessage *message, const GError *error)
{
  const char *field = aloqa_protocol_error_get_field (error);
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *fault = json_object_new ();
  JsonArray *faults = json_array_new ();
  JsonArray *location = json_array_new ();

  json_array_add_string_element (location, "body");
  if (field != NULL)
    json_array_add_string_element (location, field);
  json_object_set_array_member (fault, "loc", location);
  json_object_set_string_member (fault, "msg", error->message);
  json_object_set_string_member (fault, "type", "value_error");
  json_array_add_object_element (faults, fault);
  json_object_set_array_member (body, "detail", faults);
  aloqa_http_reply (message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                    aloqa_json_to_string (g_steal_pointer (&body)));
}

/**
 * aloqa_http_read_body:
 *
 * Returns: (transfer full): the JSON object in the request; NULL after having answered 422
 */
JsonObject *
aloqa_http_read_body (SoupServerMessage *message)
{
  g_autoptr (GBytes) bytes =
      soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  JsonObject *object =
      aloqa_json_parse_object (text != NULL ? text : "", (gssize) length,
                               (gsize) aloqa_limit_get_info (ALOQA_LIMIT_BODY_BYTES)->most, &error);

  if (object == NULL)
    aloqa_http_reply_field_error (message, error);
  return object;
}

/**
 * aloqa_http_authenticate:
 *
 * Returns: (transfer full): who asks, by the "Authorization: Bearer" header; NULL after having
 *   answered 401 or 500
 */
AloqaAccount *
aloqa_http_authenticate (AloqaServer *server, SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Authorization");
  g_autoptr (GError) error = NULL;
  AloqaAccount *account;

  if (header == NULL || g_ascii_strncasecmp (header, "Bearer ", 7) != 0) {
    aloqa_http_reply_error (message, SOUP_STATUS_UNAUTHORIZED, "Not authenticated");
    return NULL;
  }

  account = aloqa_authority_check (server->tokens, server->accounts, header + 7, ALOQA_TOKEN_ACCESS,
                                   &error);
  if (g_error_matches (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_INTERNAL)) {
    aloqa_http_reply_error (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, error->message);
  } else if (account == NULL) {
    aloqa_metrics_note_rejection (&server->metrics, ALOQA_REJECTION_BAD_TOKEN, 0);
    aloqa_http_reply_error (message, SOUP_STATUS_UNAUTHORIZED, error->message);
  }
  return account;
}

/* Returns: what follows @route in @path, "" for the whole path, NULL where it is another path. */
static const char *
match (const char *route, const char *path)
{
  gsize length = strlen (route);

  if (!g_str_has_prefix (path, route))
    return NULL;
  if (route[length - 1] != '/')
    return path[length] == '\0' ? path + length : NULL;
  return path[length] != '\0' && strchr (path + length, '/') == NULL ? path + length : NULL;
}

static void
dispatch (AloqaServer *server, SoupServerMessage *message, const char *path)
{
  const char *method = soup_server_message_get_method (message);
  gboolean is_known = FALSE;

  aloqa_http_cors_allow (server, message);
  if (strcmp (method, "OPTIONS") == 0) {
    aloqa_http_cors_answer_preflight (message);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++) {
    const char *rest = match (routes[i].path, path);

    if (rest == NULL)
      continue;
    if (strcmp (method, routes[i].method) == 0) {
      routes[i].handler (server, message, rest);
      return;
    }
    is_known = TRUE;
  }

  if (is_known)
    aloqa_http_reply_error (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "Method Not Allowed");
  else
    aloqa_http_reply_error (message, SOUP_STATUS_NOT_FOUND, "Not Found");
}

static void
request_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  dispatch (user_data, message, path);
}

static gsize
measure_headers (SoupServerMessage *message)
{
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;
  gsize n_bytes = 0;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    n_bytes += strlen (name) + strlen (value) + 4;
  return n_bytes;
}

/*
 * An answer in the middle of a request, and the end of the connection. SoupServer itself would first
 * read the body to its end, and keep all of it.
 */
static void
refuse (AloqaServer *server, SoupServerMessage *message, guint status, AloqaRejection rejection)
{
  const char *phrase = soup_status_get_phrase (status);
  g_autofree char *body = g_strdup_printf ("{\"detail\":\"%s\"}", phrase);
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 %u %s\r\nConnection: close\r\n"
                       "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                       status, phrase, strlen (body), body);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  aloqa_metrics_note_rejection (&server->metrics, rejection, 0);
  /* A few bytes into an empty buffer: never waits. What is not taken at once is lost. */
  g_pollable_output_stream_write_nonblocking (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream)), answer, strlen (answer),
      NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

/* Whose request it is, where a proxy that is trusted tells it. */
static gboolean
learn_client (AloqaServer *server, SoupServerMessage *message)
{
  const char *forwarded = soup_message_headers_get_list (
      soup_server_message_get_request_headers (message), "X-Forwarded-For");
  g_autoptr (GInetAddress) client =
      aloqa_settings_find_client (server->settings, aloqa_listener_get_peer (message), forwarded);

  return aloqa_listener_set_client (message, client);
}

/* Before the body is read. */
static void
headers_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  AloqaServer *server = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const double *limits = server->settings->limits;

  if (measure_headers (message) > limits[ALOQA_LIMIT_HEADER_BYTES])
    refuse (server, message, ALOQA_HTTP_HEADERS_TOO_LARGE, ALOQA_REJECTION_REQUEST);
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED)
    refuse (server, message, SOUP_STATUS_LENGTH_REQUIRED, ALOQA_REJECTION_REQUEST);
  else if ((double) soup_message_headers_get_content_length (headers) >
           limits[ALOQA_LIMIT_BODY_BYTES])
    refuse (server, message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, ALOQA_REJECTION_REQUEST);
  else if (!learn_client (server, message))
    refuse (server, message, SOUP_STATUS_SERVICE_UNAVAILABLE, ALOQA_REJECTION_CONNECTION);
  else if (!aloqa_rate_table_take (server->requests, aloqa_listener_get_address (message)))
    refuse (server, message, ALOQA_HTTP_TOO_MANY_REQUESTS, ALOQA_REJECTION_REQUESTS);
}

/* Never the query: it carries tokens. */
static void
finished_cb (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  GUri *uri = soup_server_message_get_uri (message);

  g_debug ("%s %s %u", soup_server_message_get_method (message),
           uri != NULL ? g_uri_get_path (uri) : "?", soup_server_message_get_status (message));
}

/**
 * aloqa_http_install:
 * @server: outlives @soup
 */
void
aloqa_http_install (AloqaServer *server, SoupServer *soup)
{
  soup_server_add_early_handler (soup, NULL, headers_cb, server, NULL);
  soup_server_add_handler (soup, NULL, request_cb, server, NULL);
  g_signal_connect (soup, "request-finished", G_CALLBACK (finished_cb), server);
}
