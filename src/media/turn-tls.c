/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/turn-tls.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* libnice connects once for each address of this machine. */
#define MAX_LINKS 16
/* What is under way in one direction: a few packets; more waits in the sockets. */
#define BUFFER_BYTES (16 * 1024)
#define CONNECT_TIMEOUT_S 10

struct _AloqaTurnTls {
  AloqaIceServer *server;
  GTlsDatabase *database;
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
  GMainContext *context;

  GCancellable *accepting; /* of the thread, as what follows */
  GPtrArray *links;        /* of Link, not owned: each takes itself out at its end */
  gboolean is_accepting;
  gboolean is_ended;

  GMutex lock; /* guards what follows */
  GError *error;
};

/* One connection of libnice's and the one to the server that it goes over. Each step under way
 * holds a reference; the end of one direction ends both. */
typedef struct {
  AloqaTurnTls *tunnel;
  GIOStream *local;
  GIOStream *remote;
  GCancellable *cancellable;
  GSource *deadline;
} Link;

typedef struct {
  Link *link;
  GInputStream *from;
  GOutputStream *to;
  guint8 bytes[BUFFER_BYTES];
} Pump;

static void
clear_link (gpointer data)
{
  Link *link = data;

  if (link->deadline != NULL)
    g_source_destroy (link->deadline);
  g_clear_pointer (&link->deadline, g_source_unref);
  g_clear_object (&link->local);
  g_clear_object (&link->remote);
  g_clear_object (&link->cancellable);
  g_ptr_array_remove_fast (link->tunnel->links, link);
}

static void
unref_link (Link *link)
{
  g_atomic_rc_box_release_full (link, clear_link);
}

static void
keep_error (AloqaTurnTls *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_debug ("The TURN server %s cannot be used over TLS: %s", self->server->host, error->message);
  g_mutex_lock (&self->lock);
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  g_mutex_unlock (&self->lock);
}

/* --- Carrying -------------------------------------------------------------------------------- */

static void
end_pump (Pump *pump)
{
  g_cancellable_cancel (pump->link->cancellable);
  unref_link (pump->link);
  g_free (pump);
}

static void read_some (Pump *pump);

static void
written_cb (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  Pump *pump = user_data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (stream), result, NULL, NULL))
    read_some (pump);
  else
    end_pump (pump);
}

static void
read_cb (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  Pump *pump = user_data;
  gssize n_bytes = g_input_stream_read_finish (G_INPUT_STREAM (stream), result, NULL);

  if (n_bytes <= 0) {
    end_pump (pump);
    return;
  }
  g_output_stream_write_all_async (pump->to, pump->bytes, (gsize) n_bytes, G_PRIORITY_DEFAULT,
                                   pump->link->cancellable, written_cb, pump);
}

/* Nothing more is read before what was read is written: a slow side slows the other down. */
static void
read_some (Pump *pump)
{
  g_input_stream_read_async (pump->from, pump->bytes, sizeof pump->bytes, G_PRIORITY_DEFAULT,
                             pump->link->cancellable, read_cb, pump);
}

static void
start_pump (Link *link, GIOStream *from, GIOStream *to)
{
  Pump *pump = g_new (Pump, 1);

  pump->link = g_atomic_rc_box_acquire (link);
  pump->from = g_io_stream_get_input_stream (from);
  pump->to = g_io_stream_get_output_stream (to);
  read_some (pump);
}

/* --- Connecting ------------------------------------------------------------------------------ */

static void
send_at_once (GSocketConnection *connection)
{
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, TRUE,
                       NULL);
}

static void
remote_connected_cb (GObject *client, GAsyncResult *result, gpointer user_data)
{
  Link *link = user_data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (client), result, &error);

  g_source_destroy (link->deadline);
  if (connection == NULL) {
    keep_error (link->tunnel, error);
  } else {
    send_at_once (connection);
    link->remote = G_IO_STREAM (connection);
    start_pump (link, link->local, link->remote);
    start_pump (link, link->remote, link->local);
  }
  unref_link (link);
}

/* GSocketClient checks the certificate against the host's name; whom to trust is ours to say. */
static void
client_event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable,
                 GIOStream *connection, gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), user_data);
}

static gboolean
too_late_cb (gpointer user_data)
{
  Link *link = user_data;
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "It does not answer");

  keep_error (link->tunnel, error);
  g_cancellable_cancel (link->cancellable);
  return G_SOURCE_REMOVE;
}

static void
connect_remote (Link *link)
{
  AloqaTurnTls *self = link->tunnel;
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_set_tls (client, TRUE);
  if (self->database != NULL)
    g_signal_connect_object (client, "event", G_CALLBACK (client_event_cb), self->database, 0);
  link->deadline = g_timeout_source_new_seconds (CONNECT_TIMEOUT_S);
  g_source_set_callback (link->deadline, too_late_cb, link, NULL);
  g_source_attach (link->deadline, self->context);
  g_socket_client_connect_to_host_async (client, self->server->host, self->server->port,
                                         link->cancellable, remote_connected_cb,
                                         g_atomic_rc_box_acquire (link));
}

static void
add_link (AloqaTurnTls *self, GSocketConnection *local)
{
  Link *link = g_atomic_rc_box_new0 (Link);

  g_ptr_array_add (self->links, link);
  send_at_once (local);
  link->tunnel = self;
  link->local = g_object_ref (G_IO_STREAM (local));
  link->cancellable = g_cancellable_new ();
  connect_remote (link);
  unref_link (link);
}

static void accept_next (AloqaTurnTls *self);

static void
accepted_cb (GObject *listener, GAsyncResult *result, gpointer user_data)
{
  AloqaTurnTls *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) local =
      g_socket_listener_accept_finish (G_SOCKET_LISTENER (listener), result, NULL, &error);

  self->is_accepting = FALSE;
  if (local != NULL && self->links->len < MAX_LINKS)
    add_link (self, local);
  if (local != NULL)
    accept_next (self);
  else
    keep_error (self, error);
}

static void
accept_next (AloqaTurnTls *self)
{
  self->is_accepting = TRUE;
  g_socket_listener_accept_async (self->listener, self->accepting, accepted_cb, self);
}

/* --- The thread ------------------------------------------------------------------------------ */

static gboolean
end_cb (gpointer user_data)
{
  AloqaTurnTls *self = user_data;

  self->is_ended = TRUE;
  g_cancellable_cancel (self->accepting);
  for (guint i = 0; i < self->links->len; i++)
    g_cancellable_cancel (((Link *) g_ptr_array_index (self->links, i))->cancellable);
  return G_SOURCE_REMOVE;
}

/* Until all that was begun has ended. */
static gpointer
tunnel_thread (gpointer data)
{
  AloqaTurnTls *self = data;

  g_main_context_push_thread_default (self->context);
  accept_next (self);
  while (!self->is_ended || self->is_accepting || self->links->len > 0)
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
listen_here (AloqaTurnTls *self, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  self->listener = g_socket_listener_new ();
  if (!g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return FALSE;
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  return TRUE;
}

/**
 * aloqa_turn_tls_new:
 * @server: one over TLS
 * @database: (nullable): whom to trust, or NULL for the system's certificates
 *
 * Returns: (transfer full): a tunnel that listens on 127.0.0.1; NULL with a #GIOErrorEnum where this
 *   machine has no port left
 */
AloqaTurnTls *
aloqa_turn_tls_new (const AloqaIceServer *server, GTlsDatabase *database, GError **error)
{
  g_autoptr (AloqaTurnTls) self = g_new0 (AloqaTurnTls, 1);

  g_mutex_init (&self->lock);
  self->server = aloqa_ice_server_ref ((AloqaIceServer *) server);
  g_set_object (&self->database, database);
  self->accepting = g_cancellable_new ();
  self->links = g_ptr_array_new ();
  self->context = g_main_context_new ();
  if (!listen_here (self, error))
    return NULL;

  self->thread = g_thread_new ("aloqa-turn-tls", tunnel_thread, self);
  return g_steal_pointer (&self);
}

/**
 * aloqa_turn_tls_free:
 *
 * Ends what goes through it. Waits for its thread.
 */
void
aloqa_turn_tls_free (AloqaTurnTls *self)
{
  if (self->thread != NULL) {
    g_main_context_invoke (self->context, end_cb, self);
    g_thread_join (self->thread);
  }
  g_clear_object (&self->listener);
  g_clear_object (&self->database);
  g_clear_object (&self->accepting);
  g_ptr_array_unref (self->links);
  g_main_context_unref (self->context);
  aloqa_ice_server_unref (self->server);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint16
aloqa_turn_tls_get_port (AloqaTurnTls *self)
{
  return self->port;
}

/**
 * aloqa_turn_tls_dup_error:
 *
 * Returns: (transfer full) (nullable): why the server could not be reached the last time, such as a
 *   #GTlsError about its certificate; NULL where it could
 */
GError *
aloqa_turn_tls_dup_error (AloqaTurnTls *self)
{
  GError *error;

  g_mutex_lock (&self->lock);
  error = self->error != NULL ? g_error_copy (self->error) : NULL;
  g_mutex_unlock (&self->lock);

  return error;
}
