/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/operation.h"

#include "protocol/credentials.h"
#include "protocol/http-error.h"
#include "protocol/ice-server.h"
#include "protocol/json.h"
#include "protocol/limits.h"
#include "signaling/error.h"

/* A person waits for it; whoever has not answered by then will not. */
#define REQUEST_LIMIT_US (10 * G_USEC_PER_SEC)

/* Nobody waits for a picture, and a slow line may need longer for it. */
#define PICTURE_LIMIT_US (30 * G_USEC_PER_SEC)

/* Megabytes, where there are thousands of people. */
#define LIST_LIMIT_US (30 * G_USEC_PER_SEC)

/* 256 × 256 pixels of four bytes, not compressed at all, and its headers. */
#define MAX_PICTURE_BYTES (300 * 1024)

static gpointer
read_credentials (const AloqaReply *reply, GError **error)
{
  return aloqa_credentials_parse (g_bytes_get_data (reply->body, NULL),
                                  (gssize) g_bytes_get_size (reply->body), error);
}

static void
free_credentials (gpointer credentials)
{
  aloqa_credentials_free (credentials);
}

static gpointer
read_user (const AloqaReply *reply, GError **error)
{
  return aloqa_user_parse (g_bytes_get_data (reply->body, NULL),
                           (gssize) g_bytes_get_size (reply->body), error);
}

static void
free_user (gpointer user)
{
  aloqa_user_free (user);
}

static gpointer
read_user_list (const AloqaReply *reply, GError **error)
{
  return aloqa_user_parse_list (g_bytes_get_data (reply->body, NULL),
                                (gssize) g_bytes_get_size (reply->body), error);
}

static void
free_array (gpointer array)
{
  g_ptr_array_unref (array);
}

static void
aloqa_ice_answer_free_cb (gpointer data)
{
  AloqaIceAnswer *answer = data;

  g_clear_pointer (&answer->servers, g_ptr_array_unref);
  g_free (answer);
}

static gpointer
make_no_ice_servers (void)
{
  AloqaIceAnswer *answer = g_new0 (AloqaIceAnswer, 1);

  answer->servers = g_ptr_array_new ();
  return answer;
}

static gpointer
read_ice_servers (const AloqaReply *reply, GError **error)
{
  AloqaIceAnswer *answer = g_new0 (AloqaIceAnswer, 1);

  answer->servers =
      aloqa_ice_server_parse_list (g_bytes_get_data (reply->body, NULL),
                                   (gssize) g_bytes_get_size (reply->body), &answer->ttl_s, error);
  if (answer->servers == NULL)
    g_clear_pointer (&answer, aloqa_ice_answer_free_cb);
  return answer;
}

/* The answer of an operation of which only the success counts. */
static gpointer
read_bytes (const AloqaReply *reply, GError **error)
{
  return g_bytes_ref (reply->body);
}

static void
free_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

static gpointer
read_health (const AloqaReply *reply, GError **error)
{
  g_autoptr (JsonNode) root =
      aloqa_json_parse (g_bytes_get_data (reply->body, NULL),
                        (gssize) g_bytes_get_size (reply->body), ALOQA_MAX_BODY_BYTES, error);

  return root != NULL ? g_bytes_ref (reply->body) : NULL;
}

#define SIGN_IN_AGAIN "The sign-in on %s is not valid any more. Sign in again"
#define MAY_NOT "%s does not let this account do that"

const AloqaOperation aloqa_login_operation = {
  .max_bytes = ALOQA_MAX_BODY_BYTES,
  .limit_us = REQUEST_LIMIT_US,
  .read = read_credentials,
  .destroy = free_credentials,
  .unauthorized = "%s does not know this user name with this password. Check both",
  .forbidden = "This account on %s is disabled. Ask the server's administrator",
};

const AloqaOperation aloqa_refresh_operation = {
  .max_bytes = ALOQA_MAX_BODY_BYTES,
  .limit_us = REQUEST_LIMIT_US,
  .read = read_credentials,
  .destroy = free_credentials,
  .unauthorized = SIGN_IN_AGAIN,
  .forbidden = "This account on %s is disabled. Ask the server's administrator",
};

const AloqaOperation aloqa_logout_operation = {
  .needs_token = TRUE,
  .max_bytes = ALOQA_MAX_BODY_BYTES,
  .limit_us = REQUEST_LIMIT_US,
  .read = read_bytes,
  .destroy = free_bytes,
  .unauthorized = SIGN_IN_AGAIN,
  .forbidden = MAY_NOT,
};

const AloqaOperation aloqa_user_operation = {
  .needs_token = TRUE,
  .max_bytes = ALOQA_MAX_BODY_BYTES,
  .limit_us = REQUEST_LIMIT_US,
  .read = read_user,
  .destroy = free_user,
  .unauthorized = SIGN_IN_AGAIN,
  .forbidden = "This account on %s is disabled. Ask the server's administrator",
  .not_found = "%s has no such user",
};

const AloqaOperation aloqa_user_list_operation = {
  .needs_token = TRUE,
  .max_bytes = ALOQA_MAX_USERS_BYTES,
  .limit_us = LIST_LIMIT_US,
  .read = read_user_list,
  .destroy = free_array,
  .unauthorized = SIGN_IN_AGAIN,
  .forbidden = MAY_NOT,
};

const AloqaOperation aloqa_ice_operation = {
  .needs_token = TRUE,
  .max_bytes = ALOQA_MAX_BODY_BYTES,
  .limit_us = REQUEST_LIMIT_US,
  .read = read_ice_servers,
  .destroy = aloqa_ice_answer_free_cb,
  .make_absent = make_no_ice_servers,
  .unauthorized = SIGN_IN_AGAIN,
  .forbidden = MAY_NOT,
};

const AloqaOperation aloqa_health_operation = {
  .max_bytes = ALOQA_MAX_BODY_BYTES,
  .limit_us = REQUEST_LIMIT_US,
  .read = read_health,
  .destroy = free_bytes,
  .unauthorized = SIGN_IN_AGAIN,
  .forbidden = MAY_NOT,
};

const AloqaOperation aloqa_picture_operation = {
  .max_bytes = MAX_PICTURE_BYTES,
  .limit_us = PICTURE_LIMIT_US,
  .read = read_bytes,
  .destroy = free_bytes,
  .unauthorized = MAY_NOT,
  .forbidden = MAY_NOT,
  .not_found = "%s does not have this picture any more",
};

static GError *
describe_refusal (const AloqaServerAddress *address, AloqaSignalingError code, const char *sentence)
{
  GError *error = g_error_new_literal (ALOQA_SIGNALING_ERROR, code, "");

  g_free (error->message);
  error->message = g_strdup_printf (sentence, aloqa_server_address_get_host (address));
  return error;
}

/* Returns: the error that @reply's status, which is not a success, means. */
static GError *
describe_status (const AloqaOperation *self, const AloqaReply *reply,
                 const AloqaServerAddress *address)
{
  const char *host = aloqa_server_address_get_host (address);
  g_autofree char *detail = aloqa_http_error_describe (g_bytes_get_data (reply->body, NULL),
                                                       (gssize) g_bytes_get_size (reply->body));

  if (reply->status == 401)
    return describe_refusal (address, ALOQA_SIGNALING_ERROR_UNAUTHORIZED, self->unauthorized);
  if (reply->status == 403)
    return describe_refusal (address, ALOQA_SIGNALING_ERROR_FORBIDDEN, self->forbidden);
  if (reply->status == 404 && self->not_found != NULL)
    return describe_refusal (address, ALOQA_SIGNALING_ERROR_NOT_FOUND, self->not_found);
  if (reply->status == 429)
    return describe_refusal (address, ALOQA_SIGNALING_ERROR_RATE_LIMITED,
                             "%s asks for a pause after so many tries. Wait a minute");
  if (reply->status >= 500)
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_SERVER_FAILED,
                        "%s has a fault of its own (%u%s%s). Try again later", host, reply->status,
                        detail != NULL ? ": " : "", detail != NULL ? detail : "");
  return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ANSWER,
                      "%s refused the request (%u%s%s). Check that this is the address of a chat "
                      "server",
                      host, reply->status, detail != NULL ? ": " : "",
                      detail != NULL ? detail : "");
}

/**
 * aloqa_operation_read:
 *
 * Returns: (transfer full) (nullable): what @reply holds, to be freed with @self's destroy; or %NULL
 *   with an %ALOQA_SIGNALING_ERROR
 */
gpointer
aloqa_operation_read (const AloqaOperation *self, const AloqaReply *reply,
                      const AloqaServerAddress *address, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gpointer result;

  if (reply->status == 404 && self->make_absent != NULL)
    return self->make_absent ();
  if (reply->status != 200) {
    g_propagate_error (error, describe_status (self, reply, address));
    return NULL;
  }

  result = self->read (reply, &reason);
  if (result == NULL)
    g_set_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ANSWER,
                 "%s answers, but not as a chat server does (%s). Check the address; the server "
                 "may be too old or too new",
                 aloqa_server_address_get_host (address), reason->message);
  return result;
}

/* All that the thread touches. */
typedef struct {
  const AloqaOperation *operation;
  AloqaReply *reply;
  AloqaServerAddress *address;
} Reading;

static void
free_reading (gpointer data)
{
  Reading *reading = data;

  aloqa_reply_free (reading->reply);
  aloqa_server_address_unref (reading->address);
  g_free (reading);
}

static void
read_on_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;
  gpointer value =
      aloqa_operation_read (reading->operation, reading->reply, reading->address, &error);

  if (value == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, value, reading->operation->destroy);
}

/**
 * aloqa_operation_read_async:
 * @reply: (transfer full)
 *
 * aloqa_operation_read() of a reply that takes long to read, on a thread.
 */
void
aloqa_operation_read_async (const AloqaOperation *self, AloqaReply *reply,
                            AloqaServerAddress *address, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->operation = self;
  reading->reply = reply;
  reading->address = aloqa_server_address_ref (address);
  g_task_set_task_data (task, reading, free_reading);
  g_task_run_in_thread (task, read_on_thread);
}

gpointer
aloqa_operation_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
