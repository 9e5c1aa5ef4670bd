/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-link-stream.h"

#include "media/ice-check-message.h"

#define READ_BYTES 2048

/* A dozen attributes, of which three are strings of up to 763 bytes. */
#define MAX_MESSAGE_BYTES 4096

struct _AloqaIceLinkStream {
  AloqaIceLink parent_instance;

  GIOStream *stream; /* NULL until it is connected, and safe where it has to be */
  GTlsCertificateFlags faults;
  GByteArray *incoming;
  GByteArray *outgoing; /* what waits for the write that is under way */
  GBytes *writing;      /* or NULL */
};

G_DEFINE_FINAL_TYPE (AloqaIceLinkStream, aloqa_ice_link_stream, ALOQA_TYPE_ICE_LINK)

static const struct {
  GTlsCertificateFlags flag;
  const char *reason;
} faults[] = {
  { G_TLS_CERTIFICATE_UNKNOWN_CA, "no authority that is trusted here has signed it" },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, "it is made out to another name" },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet, or the clock here is wrong" },
  { G_TLS_CERTIFICATE_EXPIRED, "it has expired, or the clock here is wrong" },
  { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
  { G_TLS_CERTIFICATE_INSECURE, "its method is too weak" },
};

static const char *
get_reason (GTlsCertificateFlags flags)
{
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    if ((flags & faults[i].flag) != 0)
      return faults[i].reason;
  return "it cannot be checked";
}

/* Takes whole messages from what has come. Returns: whether to read on. */
static gboolean
take_messages (AloqaIceLinkStream *self)
{
  AloqaIceLink *link = ALOQA_ICE_LINK (self);
  gsize n_bytes;

  while (!aloqa_ice_link_is_over (link) && self->incoming->len >= ALOQA_STUN_HEADER_BYTES) {
    if (!aloqa_stun_message_peek_size (self->incoming->data, self->incoming->len, &n_bytes) ||
        n_bytes > MAX_MESSAGE_BYTES) {
      aloqa_ice_link_fail (link, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER,
                           "What answers at %s is no TURN server", aloqa_ice_link_get_name (link));
      return FALSE;
    }
    if (n_bytes > self->incoming->len)
      return TRUE;
    aloqa_ice_link_take_message (link, self->incoming->data, n_bytes);
    g_byte_array_remove_range (self->incoming, 0, (guint) n_bytes);
  }
  return !aloqa_ice_link_is_over (link);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaIceLinkStream) self = user_data;
  AloqaIceLink *link = ALOQA_ICE_LINK (self);
  GInputStream *input = G_INPUT_STREAM (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (input, result, &error);

  if (bytes == NULL) {
    aloqa_ice_link_fail_because (link, error);
    return;
  }
  if (g_bytes_get_size (bytes) == 0) {
    aloqa_ice_link_fail (link, ALOQA_ICE_CHECK_ERROR_NO_ANSWER,
                         "%s ends the connection without an answer",
                         aloqa_ice_link_get_name (link));
    return;
  }

  g_byte_array_append (self->incoming, g_bytes_get_data (bytes, NULL),
                       (guint) g_bytes_get_size (bytes));
  if (take_messages (self))
    g_input_stream_read_bytes_async (input, READ_BYTES, G_PRIORITY_DEFAULT,
                                     aloqa_ice_link_get_cancellable (link), read_cb,
                                     g_object_ref (self));
}

static void
start_reading (AloqaIceLinkStream *self, GIOStream *stream)
{
  AloqaIceLink *link = ALOQA_ICE_LINK (self);

  self->stream = g_object_ref (stream);
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (stream), READ_BYTES,
                                   G_PRIORITY_DEFAULT, aloqa_ice_link_get_cancellable (link),
                                   read_cb, g_object_ref (self));
  aloqa_ice_link_take_opened (link);
}

/* Never accepts what GIO refuses; it only keeps the reason for the sentence. */
static gboolean
accept_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, AloqaIceLinkStream *self)
{
  self->faults = flags;
  return FALSE;
}

static void
handshake_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaIceLinkStream) self = user_data;
  AloqaIceLink *link = ALOQA_ICE_LINK (self);
  g_autoptr (GError) error = NULL;

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error))
    start_reading (self, G_IO_STREAM (source));
  else if (self->faults != 0)
    aloqa_ice_link_fail (link, ALOQA_ICE_CHECK_ERROR_TLS,
                         "The certificate of %s is not trusted: %s",
                         aloqa_ice_link_get_server (link)->host, get_reason (self->faults));
  else
    aloqa_ice_link_fail_because (link, error);
}

static void
start_tls (AloqaIceLinkStream *self, GIOStream *stream)
{
  AloqaIceLink *link = ALOQA_ICE_LINK (self);
  AloqaIceServer *server = aloqa_ice_link_get_server (link);
  g_autoptr (GSocketConnectable) identity = g_network_address_new (server->host, server->port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (stream, identity, &error);

  if (tls == NULL) {
    aloqa_ice_link_fail_because (link, error);
    return;
  }

  if (aloqa_ice_link_get_trust (link) != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (tls), aloqa_ice_link_get_trust (link));
  g_signal_connect_object (tls, "accept-certificate", G_CALLBACK (accept_certificate_cb), self, 0);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT,
                                    aloqa_ice_link_get_cancellable (link), handshake_cb,
                                    g_object_ref (self));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaIceLinkStream) self = user_data;
  AloqaIceLink *link = ALOQA_ICE_LINK (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (connection == NULL)
    aloqa_ice_link_fail_because (link, error);
  else if (aloqa_ice_link_get_server (link)->kind == ALOQA_ICE_SERVER_TURN_TLS)
    start_tls (self, G_IO_STREAM (connection));
  else
    start_reading (self, G_IO_STREAM (connection));
}

static void
aloqa_ice_link_stream_open (AloqaIceLink *link)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  /* The calls do not go through a proxy of the system either. */
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, aloqa_ice_link_get_connectable (link),
                                 aloqa_ice_link_get_cancellable (link), connected_cb,
                                 g_object_ref (link));
}

static void write_waiting (AloqaIceLinkStream *self);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaIceLinkStream) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->writing, g_bytes_unref);
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    aloqa_ice_link_fail_because (ALOQA_ICE_LINK (self), error);
  else
    write_waiting (self);
}

static void
write_waiting (AloqaIceLinkStream *self)
{
  AloqaIceLink *link = ALOQA_ICE_LINK (self);

  if (self->writing != NULL || self->outgoing->len == 0 || aloqa_ice_link_is_over (link))
    return;

  self->writing = g_byte_array_free_to_bytes (g_steal_pointer (&self->outgoing));
  self->outgoing = g_byte_array_new ();
  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (self->stream), g_bytes_get_data (self->writing, NULL),
      g_bytes_get_size (self->writing), G_PRIORITY_DEFAULT, aloqa_ice_link_get_cancellable (link),
      written_cb, g_object_ref (self));
}

static void
aloqa_ice_link_stream_send (AloqaIceLink *link, const guint8 *data, gsize length)
{
  AloqaIceLinkStream *self = ALOQA_ICE_LINK_STREAM (link);

  g_byte_array_append (self->outgoing, data, (guint) length);
  write_waiting (self);
}

static void
aloqa_ice_link_stream_finalize (GObject *object)
{
  AloqaIceLinkStream *self = ALOQA_ICE_LINK_STREAM (object);

  g_clear_object (&self->stream);
  g_clear_pointer (&self->incoming, g_byte_array_unref);
  g_clear_pointer (&self->outgoing, g_byte_array_unref);
  g_clear_pointer (&self->writing, g_bytes_unref);

  G_OBJECT_CLASS (aloqa_ice_link_stream_parent_class)->finalize (object);
}

static void
aloqa_ice_link_stream_class_init (AloqaIceLinkStreamClass *klass)
{
  AloqaIceLinkClass *link_class = ALOQA_ICE_LINK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_ice_link_stream_finalize;
  link_class->open = aloqa_ice_link_stream_open;
  link_class->send = aloqa_ice_link_stream_send;
  link_class->is_reliable = TRUE;
}

static void
aloqa_ice_link_stream_init (AloqaIceLinkStream *self)
{
  self->incoming = g_byte_array_new ();
  self->outgoing = g_byte_array_new ();
}
