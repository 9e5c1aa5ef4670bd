/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/exchange.h"

#include <string.h>

#include "signaling/failure.h"

#define CHUNK_BYTES (16 * 1024)

typedef struct {
  SoupMessage *message;
  AloqaServerAddress *address;
  AloqaClock *clock;
  guint timer;
  gint64 limit_us;
  gboolean is_late;
  GCancellable *inner; /* by the caller's, or by the timer */
  GCancellable *outer; /* or NULL: the caller's */
  gulong cancelled_id;
  gsize max_bytes;
  GByteArray *body;
  GInputStream *stream;
} Exchange;

/* An answer may hold tokens. */
static void
wipe_bytes (gpointer data)
{
  GByteArray *bytes = data;

  if (bytes->len > 0)
    explicit_bzero (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

static void
free_exchange (gpointer data)
{
  Exchange *exchange = data;

  aloqa_clock_clear_timer (exchange->clock, &exchange->timer);
  g_cancellable_disconnect (exchange->outer, exchange->cancelled_id);
  g_clear_object (&exchange->outer);
  g_clear_object (&exchange->inner);
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->clock);
  g_clear_pointer (&exchange->body, wipe_bytes);
  aloqa_server_address_unref (exchange->address);
  g_free (exchange);
}

static void
return_failure (GTask *task, const GError *cause)
{
  Exchange *exchange = g_task_get_task_data (task);

  if (exchange->is_late)
    g_task_return_error (task, aloqa_failure_describe_lateness (
                                   exchange->message, exchange->address, exchange->limit_us));
  else
    g_task_return_error (task,
                         aloqa_failure_describe (exchange->message, exchange->address, cause));
}

static void
return_reply (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  const char *date = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) server_time =
      date != NULL ? soup_date_time_new_from_http_string (date) : NULL;
  AloqaReply *reply = g_new0 (AloqaReply, 1);
  gsize length = exchange->body->len;
  GByteArray *body = g_steal_pointer (&exchange->body);

  g_byte_array_append (body, (const guint8 *) "", 1);
  reply->status = soup_message_get_status (exchange->message);
  reply->body = g_bytes_new_with_free_func (body->data, length, wipe_bytes, body);
  reply->server_unix_s = server_time != NULL ? g_date_time_to_unix (server_time) : 0;
  g_task_return_pointer (task, reply, (GDestroyNotify) aloqa_reply_free);
}

static void read_on (GTask *task);

static void
stream_read_cb (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = NULL;

  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, &error);
  if (chunk == NULL) {
    return_failure (task, error);
    return;
  }
  if (g_bytes_get_size (chunk) == 0) {
    return_reply (task);
    return;
  }
  if (exchange->body->len + g_bytes_get_size (chunk) > exchange->max_bytes) {
    g_task_return_new_error (task, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TOO_LARGE,
                             "%s answered with more than the %u KiB that are expected",
                             aloqa_server_address_get_host (exchange->address),
                             (guint) (exchange->max_bytes / 1024));
    return;
  }

  g_byte_array_append (exchange->body, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  read_on (g_steal_pointer (&task));
}

/* Takes @task. */
static void
read_on (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (exchange->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT,
                                   exchange->inner, stream_read_cb, task);
}

static void
message_sent_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (session), result, &error);
  if (exchange->stream == NULL)
    return_failure (task, error);
  else if (SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (exchange->message)))
    g_task_return_error (task,
                         aloqa_failure_describe_redirect (exchange->message, exchange->address));
  else
    read_on (g_steal_pointer (&task));
}

static void
timer_fired_cb (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->timer = 0;
  exchange->is_late = TRUE;
  g_cancellable_cancel (exchange->inner);
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer inner)
{
  g_cancellable_cancel (inner);
}

/**
 * aloqa_exchange_async:
 * @session: from aloqa_http_session_new()
 * @message: to be sent once
 * @max_bytes: a longer answer is refused
 * @limit_us: how long name look-up, connecting, the request and its answer may take together
 */
void
aloqa_exchange_async (SoupSession *session, SoupMessage *message, AloqaServerAddress *address,
                      AloqaClock *clock, gsize max_bytes, gint64 limit_us,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->message = g_object_ref (message);
  exchange->address = aloqa_server_address_ref (address);
  exchange->clock = g_object_ref (clock);
  exchange->max_bytes = max_bytes;
  exchange->limit_us = limit_us;
  exchange->body = g_byte_array_new ();
  exchange->inner = g_cancellable_new ();
  g_set_object (&exchange->outer, cancellable);
  g_task_set_source_tag (task, aloqa_exchange_async);
  g_task_set_task_data (task, exchange, free_exchange);

  if (cancellable != NULL)
    exchange->cancelled_id =
        g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb), exchange->inner, NULL);
  exchange->timer = aloqa_clock_add_timer (clock, limit_us, timer_fired_cb, exchange);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  aloqa_failure_watch (message);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, exchange->inner, message_sent_cb,
                           task);
}

/**
 * aloqa_exchange_finish:
 *
 * Returns: (transfer full) (nullable): the answer, whatever its status but a redirect; or %NULL
 *   with an %ALOQA_SIGNALING_ERROR or %G_IO_ERROR_CANCELLED
 */
AloqaReply *
aloqa_exchange_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
aloqa_reply_free (AloqaReply *self)
{
  g_bytes_unref (self->body);
  g_free (self);
}
