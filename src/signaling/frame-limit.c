/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/frame-limit.h"

#include "base/rate-limiter.h"
#include "protocol/limits.h"

#define NAME "x-aloqa-frame-limit"
#define HEADER "Sec-WebSocket-Extensions"

/* Servers ping every 20 to 30 seconds. Each ping costs a pong that waits to be sent. */
#define PING_RATE_HZ 5
#define PING_BURST 20

/* RFC 6455, section 5.2. */
#define FIN_BIT 0x80
#define OPCODE_BITS 0x0f
#define CONTROL_BIT 0x08
#define OPCODE_CONTINUATION 0x0

#define ALOQA_TYPE_FRAME_LIMIT (aloqa_frame_limit_get_type ())
G_DECLARE_FINAL_TYPE (AloqaFrameLimit, aloqa_frame_limit, ALOQA, FRAME_LIMIT,
                      SoupWebsocketExtension)

struct _AloqaFrameLimit {
  SoupWebsocketExtension parent_instance;

  gsize n_message_bytes; /* of the message that is arriving */
  AloqaRateLimiter pings;
};

G_DEFINE_FINAL_TYPE (AloqaFrameLimit, aloqa_frame_limit, SOUP_TYPE_WEBSOCKET_EXTENSION)

static gboolean
check_frame (AloqaFrameLimit *self, guint8 first_byte, gsize n_bytes)
{
  guint8 opcode = first_byte & OPCODE_BITS;

  if ((opcode & CONTROL_BIT) != 0)
    return aloqa_rate_limiter_take (&self->pings, g_get_monotonic_time ());

  if (opcode != OPCODE_CONTINUATION)
    self->n_message_bytes = 0;
  self->n_message_bytes += n_bytes;
  return self->n_message_bytes <= ALOQA_MAX_FRAME_BYTES;
}

/* Called for each frame, before libsoup keeps it. Takes @payload. */
static GBytes *
process_incoming_message (SoupWebsocketExtension *extension, guint8 *header, GBytes *payload,
                          GError **error)
{
  if (check_frame (ALOQA_FRAME_LIMIT (extension), header[0], g_bytes_get_size (payload)))
    return payload;

  g_bytes_unref (payload);
  g_set_error_literal (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG,
                       "The server sent more than any message needs");
  return NULL;
}

static void
aloqa_frame_limit_class_init (AloqaFrameLimitClass *klass)
{
  SoupWebsocketExtensionClass *extension_class = SOUP_WEBSOCKET_EXTENSION_CLASS (klass);

  extension_class->name = NAME;
  extension_class->process_incoming_message = process_incoming_message;
}

static void
aloqa_frame_limit_init (AloqaFrameLimit *self)
{
  self->pings.rate_hz = PING_RATE_HZ;
  self->pings.burst = PING_BURST;
}

/**
 * aloqa_frame_limit_add_to_session:
 *
 * Makes it the only extension of @session's WebSockets. Compression is left out on purpose: what a
 * server sends would grow a thousandfold here.
 */
void
aloqa_frame_limit_add_to_session (SoupSession *session)
{
  soup_session_add_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_session_add_feature_by_type (session, ALOQA_TYPE_FRAME_LIMIT);
}

/* The server is not asked … */
static void
message_starting_cb (SoupMessage *message, gpointer user_data)
{
  soup_message_headers_remove (soup_message_get_request_headers (message), HEADER);
}

/* … but libsoup is told that it was, and agreed. An extension that it really names is refused. */
static void
message_got_informational_cb (SoupMessage *message, gpointer user_data)
{
  SoupMessageHeaders *answer = soup_message_get_response_headers (message);

  if (soup_message_get_status (message) != SOUP_STATUS_SWITCHING_PROTOCOLS ||
      soup_message_headers_get_list (answer, HEADER) != NULL)
    return;
  soup_message_headers_replace (soup_message_get_request_headers (message), HEADER, NAME);
  soup_message_headers_replace (answer, HEADER, NAME);
}

/**
 * aloqa_frame_limit_add_to_message:
 * @message: for soup_session_websocket_connect_async(), before that is called: libsoup looks at the
 *   answer in a handler of the same signal, and this one has to come first
 */
void
aloqa_frame_limit_add_to_message (SoupMessage *message)
{
  g_signal_connect (message, "starting", G_CALLBACK (message_starting_cb), NULL);
  g_signal_connect (message, "got-informational", G_CALLBACK (message_got_informational_cb), NULL);
}
