/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/socket.h"

#include "base/rate-limiter.h"
#include "protocol/limits.h"
#include "signaling/failure.h"
#include "signaling/frame-limit.h"

/*
 * A call begins with some fifty frames, and a contact list of thousands coming online at once is as
 * many: far under what it costs to parse, and far over it is a fault or an attack.
 */
#define FRAME_RATE_HZ 200
#define FRAME_BURST 2000

/* What a peer can cause is told at most this often. */
#define COMPLAINT_RATE_HZ 0.1
#define COMPLAINT_BURST 3

struct _AloqaSocket {
  GObject parent_instance;

  SoupSession *session;
  AloqaServerAddress *address;
  AloqaClock *clock;
  GCancellable *cancellable; /* of the opening */
  SoupMessage *handshake;
  SoupWebsocketConnection *websocket; /* NULL until open and after the end */
  gboolean is_closed;

  AloqaRateLimiter frames;
  AloqaRateLimiter complaints;
  guint n_dropped;
  gboolean has_warned;
};

enum { SIGNAL_MESSAGE, SIGNAL_CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaSocket, aloqa_socket, G_TYPE_OBJECT)

static gboolean
drop_reference (gpointer object)
{
  g_object_unref (object);
  return G_SOURCE_REMOVE;
}

/*
 * Mostly called from a signal of the WebSocket, which would not survive its last reference being
 * dropped there: libsoup goes on to use it. It is closed for good before it can read again.
 */
static void
drop_websocket (AloqaSocket *self)
{
  if (self->websocket == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->websocket, self);
  g_idle_add_full (G_PRIORITY_HIGH, G_SOURCE_FUNC (drop_reference),
                   g_steal_pointer (&self->websocket), NULL);
}

/* Emits "closed", once. */
static void
end (AloqaSocket *self, GError *error, guint close_code)
{
  g_autoptr (AloqaSocket) kept = g_object_ref (self);

  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  drop_websocket (self);
  g_signal_emit (kept, signals[SIGNAL_CLOSED], 0, error, close_code);
}

static void
complain (AloqaSocket *self, const char *complaint)
{
  if (aloqa_rate_limiter_take (&self->complaints, aloqa_clock_get_now_us (self->clock)))
    g_debug ("dropped a frame: %s", complaint);
}

static gboolean
is_over_rate (AloqaSocket *self)
{
  if (aloqa_rate_limiter_take (&self->frames, aloqa_clock_get_now_us (self->clock)))
    return FALSE;

  self->n_dropped++;
  if (!self->has_warned)
    g_warning ("%s sends over %d frames a second; the rest is dropped",
               aloqa_server_address_get_host (self->address), FRAME_RATE_HZ);
  self->has_warned = TRUE;
  return TRUE;
}

static void
websocket_message_cb (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *data,
                      AloqaSocket *self)
{
  g_autoptr (AloqaMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_bytes;
  const char *text = g_bytes_get_data (data, &n_bytes);

  if (is_over_rate (self))
    return;
  if (type != SOUP_WEBSOCKET_DATA_TEXT || n_bytes == 0) {
    complain (self, "it is not text");
    return;
  }

  message = aloqa_message_parse (text, (gssize) n_bytes, ALOQA_SIDE_SERVER, &error);
  if (message != NULL)
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, message);
  else if (!g_error_matches (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE))
    complain (self, error->message);
}

static void
websocket_error_cb (SoupWebsocketConnection *websocket, GError *cause, AloqaSocket *self)
{
  g_autoptr (GError) error = NULL;

  /* libsoup would send a close frame and read on; whoever breaks the rules is not waited for. */
  if (g_error_matches (cause, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG))
    error = g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_TOO_LARGE,
                         "%s sent a message that is larger than any that is expected",
                         aloqa_server_address_get_host (self->address));
  else
    error = aloqa_failure_describe (self->handshake, self->address, cause);
  end (self, error, 0);
}

static GError *
describe_close (AloqaSocket *self, guint close_code)
{
  const char *host = aloqa_server_address_get_host (self->address);

  switch (close_code) {
  case SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION:
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED,
                        "%s does not accept this sign-in any more", host);
  case SOUP_WEBSOCKET_CLOSE_SERVER_ERROR:
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_SERVER_FAILED,
                        "%s closed the connection because of a fault, or does not accept this "
                        "sign-in any more",
                        host);
  default:
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                        "%s closed the connection", host);
  }
}

/*
 * For "closing" as well as "closed": when the server has said that it closes there is nothing to wait
 * for, and a deaf one may never do it.
 */
static void
websocket_closed_cb (SoupWebsocketConnection *websocket, AloqaSocket *self)
{
  guint close_code = soup_websocket_connection_get_close_code (websocket);
  g_autoptr (GError) error = describe_close (self, close_code);

  end (self, error, close_code);
}

static GError *
describe_handshake (AloqaSocket *self, const GError *cause)
{
  guint status = soup_message_get_status (self->handshake);
  const char *host = aloqa_server_address_get_host (self->address);

  if (SOUP_STATUS_IS_REDIRECTION (status))
    return aloqa_failure_describe_redirect (self->handshake, self->address);
  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED,
                        "%s does not accept this sign-in any more", host);
  if (SOUP_STATUS_IS_SERVER_ERROR (status))
    return g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_SERVER_FAILED,
                        "%s has a fault of its own (%u). Try again later", host, status);
  return aloqa_failure_describe (self->handshake, self->address, cause);
}

static void
session_websocket_connect_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSocket) self = user_data;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *websocket =
      soup_session_websocket_connect_finish (SOUP_SESSION (session), result, &cause);

  if (self->is_closed) {
    g_clear_object (&websocket);
    return;
  }
  if (websocket == NULL) {
    error = describe_handshake (self, cause);
    end (self, error, 0);
    return;
  }

  self->websocket = websocket;
  soup_websocket_connection_set_max_incoming_payload_size (websocket, ALOQA_MAX_FRAME_BYTES);
  g_signal_connect (websocket, "message", G_CALLBACK (websocket_message_cb), self);
  g_signal_connect (websocket, "error", G_CALLBACK (websocket_error_cb), self);
  g_signal_connect (websocket, "closing", G_CALLBACK (websocket_closed_cb), self);
  g_signal_connect (websocket, "closed", G_CALLBACK (websocket_closed_cb), self);
}

static void
aloqa_socket_dispose (GObject *object)
{
  aloqa_socket_close (ALOQA_SOCKET (object));

  G_OBJECT_CLASS (aloqa_socket_parent_class)->dispose (object);
}

static void
aloqa_socket_finalize (GObject *object)
{
  AloqaSocket *self = ALOQA_SOCKET (object);

  g_clear_object (&self->handshake);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  aloqa_server_address_unref (self->address);

  G_OBJECT_CLASS (aloqa_socket_parent_class)->finalize (object);
}

static void
aloqa_socket_class_init (AloqaSocketClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_socket_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_socket_finalize;

  signals[SIGNAL_MESSAGE] = g_signal_new ("message", ALOQA_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, ALOQA_TYPE_MESSAGE);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", ALOQA_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, G_TYPE_ERROR, G_TYPE_UINT);
}

static void
aloqa_socket_init (AloqaSocket *self)
{
  self->frames.rate_hz = FRAME_RATE_HZ;
  self->frames.burst = FRAME_BURST;
  self->complaints.rate_hz = COMPLAINT_RATE_HZ;
  self->complaints.burst = COMPLAINT_BURST;
}

/**
 * aloqa_socket_new:
 * @session: from aloqa_http_session_new(), with aloqa_frame_limit_add_to_session()
 *
 * Returns: (transfer full): a socket that is not open yet
 */
AloqaSocket *
aloqa_socket_new (SoupSession *session, AloqaServerAddress *address, AloqaClock *clock)
{
  AloqaSocket *self = g_object_new (ALOQA_TYPE_SOCKET, NULL);

  self->session = g_object_ref (session);
  self->address = aloqa_server_address_ref (address);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * aloqa_socket_open:
 *
 * Begins to connect: "closed" or the server's first "message" follows, and the caller keeps the
 * deadline.
 */
void
aloqa_socket_open (AloqaSocket *self, gint64 user_id, const char *access_token)
{
  g_autoptr (GUri) uri =
      aloqa_server_address_build_websocket_uri (self->address, user_id, access_token);

  g_return_if_fail (self->handshake == NULL);

  self->handshake = soup_message_new_from_uri ("GET", uri);
  self->cancellable = g_cancellable_new ();
  soup_message_add_flags (self->handshake, SOUP_MESSAGE_NO_REDIRECT);
  aloqa_failure_watch (self->handshake);
  aloqa_frame_limit_add_to_message (self->handshake);
  soup_session_websocket_connect_async (self->session, self->handshake, NULL, NULL,
                                        G_PRIORITY_DEFAULT, self->cancellable,
                                        session_websocket_connect_cb, g_object_ref (self));
}

/**
 * aloqa_socket_send:
 *
 * Sends @message if the socket is open, and forgets it if not.
 */
void
aloqa_socket_send (AloqaSocket *self, const AloqaMessage *message)
{
  g_autofree char *text = NULL;

  if (self->websocket == NULL ||
      soup_websocket_connection_get_state (self->websocket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  text = aloqa_message_to_json (message, ALOQA_SIDE_CLIENT);
  soup_websocket_connection_send_text (self->websocket, text);
}

/**
 * aloqa_socket_take_n_dropped:
 *
 * Returns: how many frames were dropped unread since the last call because too many came: the
 *   answer that is waited for may have been among them
 */
guint
aloqa_socket_take_n_dropped (AloqaSocket *self)
{
  guint n_dropped = self->n_dropped;

  self->n_dropped = 0;
  return n_dropped;
}

/**
 * aloqa_socket_close:
 *
 * Says good-bye to the server and does not wait for its answer. Nothing is emitted from here on.
 */
void
aloqa_socket_close (AloqaSocket *self)
{
  self->is_closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (self->websocket != NULL &&
      soup_websocket_connection_get_state (self->websocket) == SOUP_WEBSOCKET_STATE_OPEN) {
    g_signal_handlers_disconnect_by_data (self->websocket, self);
    soup_websocket_connection_close (self->websocket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  }
  drop_websocket (self);
}
