/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/listener.h"

#include "server/address-key.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* When no more connections can be accepted (no descriptors), the kernel keeps them for this long. */
#define PAUSE_MS 200

/* Connections accepted before anything else gets its turn. */
#define MAX_ACCEPTED_AT_ONCE 32

#define LINK_KEY "aloqa-link"

struct _AloqaListener {
  SoupServer *soup;
  const AloqaSettings *settings; /* not owned */
  AloqaMetrics *metrics;         /* not owned */
  GTlsCertificate *certificate;  /* or NULL: without TLS */
  AloqaClock *clock;
  GSocket *socket; /* or NULL */
  GSource *source; /* of the socket; or NULL */
  guint resume_timer;
  GPtrArray *links;         /* of Link, not owned: those that are open */
  GHashTable *n_by_address; /* char * → GUINT_TO_POINTER */
};

/* One accepted connection. Counted (GRcBox): the connection and its address each hold it. */
typedef struct {
  AloqaListener *listener;       /* or NULL when that has gone */
  GSocketConnection *connection; /* not owned; or NULL when that has gone */
  GInetAddress *peer;
  char *address; /* by what it is counted: of the client, when a proxy has told that */
  guint deadline_timer;
} Link;

static guint
get_n_of (AloqaListener *self, const char *address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->n_by_address, address));
}

static void
set_n_of (AloqaListener *self, const char *address, guint n)
{
  if (n == 0)
    g_hash_table_remove (self->n_by_address, address);
  else
    g_hash_table_insert (self->n_by_address, g_strdup (address), GUINT_TO_POINTER (n));
}

static void
link_clear (gpointer data)
{
  Link *link = data;

  g_object_unref (link->peer);
  g_free (link->address);
}

static void
link_unref (gpointer data)
{
  g_rc_box_release_full (data, link_clear);
}

static void
connection_gone_cb (gpointer user_data, GObject *where_the_connection_was)
{
  Link *link = user_data;
  AloqaListener *self = link->listener;

  if (self != NULL) {
    aloqa_clock_clear_timer (self->clock, &link->deadline_timer);
    g_ptr_array_remove_fast (self->links, link);
    set_n_of (self, link->address, get_n_of (self, link->address) - 1);
  }
  link->connection = NULL;
  link_unref (link);
}

/* Ends its reading and writing; SoupServer sees that and lets the connection go. */
static void
cut (Link *link)
{
  g_socket_shutdown (g_socket_connection_get_socket (link->connection), TRUE, TRUE, NULL);
}

static void
deadline_cb (gpointer user_data)
{
  Link *link = user_data;

  link->deadline_timer = 0;
  if (link->listener != NULL)
    aloqa_metrics_note_rejection (link->listener->metrics, ALOQA_REJECTION_SLOW_EXCHANGE, 0);
  cut (link);
}

/* All that come over a proxy come from its address; each is counted when the proxy has told whose. */
static gboolean
has_room (AloqaListener *self, const char *address, GInetAddress *peer)
{
  const double *limits = self->settings->limits;

  if (self->links->len >= limits[ALOQA_LIMIT_CONNECTIONS])
    return FALSE;
  return get_n_of (self, address) < limits[ALOQA_LIMIT_CONNECTIONS_PER_ADDRESS] ||
         aloqa_settings_trusts (self->settings, peer);
}

/* Returns: (transfer full): what SoupServer reads; the handshake of TLS happens with its first read */
static GIOStream *
open_stream (AloqaListener *self, GSocketConnection *connection)
{
  GIOStream *stream;

  if (self->certificate == NULL)
    return g_object_ref (G_IO_STREAM (connection));
  stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  /* Whoever is cut off in the middle of a message is noticed by the WebSocket itself. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (stream), FALSE);
  return stream;
}

static Link *
add_link (AloqaListener *self, GSocketConnection *connection, GInetAddress *peer,
          const char *address)
{
  gint64 deadline_us = (gint64) self->settings->limits[ALOQA_LIMIT_HTTP_DEADLINE_MS] * 1000;
  Link *link = g_rc_box_new0 (Link);

  link->listener = self;
  link->connection = connection;
  link->peer = g_object_ref (peer);
  link->address = g_strdup (address);
  link->deadline_timer = aloqa_clock_add_timer (self->clock, deadline_us, deadline_cb, link);
  g_ptr_array_add (self->links, link);
  set_n_of (self, address, get_n_of (self, address) + 1);
  g_object_weak_ref (G_OBJECT (connection), connection_gone_cb, link);
  return link;
}

static void
accept_connection (AloqaListener *self, GSocket *socket)
{
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autoptr (GIOStream) stream = NULL;
  g_autofree char *address = NULL;
  GInetAddress *peer;
  Link *link;

  /* It may have gone already. */
  if (local == NULL || !G_IS_INET_SOCKET_ADDRESS (remote))
    return;
  peer = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  address = aloqa_address_key_new (peer);
  if (!has_room (self, address, peer)) {
    aloqa_metrics_note_rejection (self->metrics, ALOQA_REJECTION_CONNECTION, 0);
    g_debug ("a connection too many was closed");
    return;
  }

  link = add_link (self, connection, peer, address);
  /* The one object of ours that a SoupServerMessage hands back. */
  g_object_set_data_full (G_OBJECT (remote), LINK_KEY, g_rc_box_acquire (link), link_unref);

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  stream = open_stream (self, connection);
  soup_server_accept_iostream (self->soup, stream, local, remote, NULL);
}

static void resume_cb (gpointer user_data);

static void
pause_accepting (AloqaListener *self)
{
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  self->resume_timer = aloqa_clock_add_timer (self->clock, PAUSE_MS * 1000, resume_cb, self);
}

static gboolean
socket_ready_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  AloqaListener *self = user_data;

  for (guint i = 0; i < MAX_ACCEPTED_AT_ONCE; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocket) accepted = g_socket_accept (socket, NULL, &error);

    if (accepted == NULL) {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
      /* Out of descriptors: asking again at once would only burn a processor. */
      g_debug ("cannot accept: %s", error->message);
      pause_accepting (self);
      return G_SOURCE_REMOVE;
    }
    accept_connection (self, accepted);
  }

  return G_SOURCE_CONTINUE;
}

static void
watch_socket (AloqaListener *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (socket_ready_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
resume_cb (gpointer user_data)
{
  AloqaListener *self = user_data;

  self->resume_timer = 0;
  watch_socket (self);
}

/**
 * aloqa_listener_new:
 * @soup: gets the connections; must not listen itself
 * @settings: outlives it
 * @metrics: outlives it
 */
AloqaListener *
aloqa_listener_new (SoupServer *soup, const AloqaSettings *settings, AloqaMetrics *metrics,
                    AloqaClock *clock)
{
  AloqaListener *self = g_new0 (AloqaListener, 1);

  self->soup = g_object_ref (soup);
  self->settings = settings;
  self->metrics = metrics;
  self->clock = g_object_ref (clock);
  self->links = g_ptr_array_new ();
  self->n_by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
aloqa_listener_free (AloqaListener *self)
{
  if (self == NULL)
    return;

  aloqa_listener_close (self);
  for (guint i = 0; i < self->links->len; i++) {
    Link *link = g_ptr_array_index (self->links, i);

    aloqa_clock_clear_timer (self->clock, &link->deadline_timer);
    link->listener = NULL;
  }
  g_ptr_array_unref (self->links);
  g_hash_table_unref (self->n_by_address);
  g_clear_object (&self->certificate);
  g_object_unref (self->soup);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * aloqa_listener_listen:
 * @port: 0 for any
 *
 * Returns: FALSE with a G_IO_ERROR, most often because the port is taken
 */
gboolean
aloqa_listener_listen (AloqaListener *self, GInetAddress *address, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new (address, port);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  g_return_val_if_fail (self->socket == NULL, FALSE);

  if (socket == NULL)
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, SOMAXCONN);
  /* TRUE: what an earlier server left in TIME_WAIT does not count. */
  if (!g_socket_bind (socket, where, TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;

  self->socket = g_steal_pointer (&socket);
  watch_socket (self);
  return TRUE;
}

/**
 * aloqa_listener_adopt:
 * @fd: (transfer full): a socket that listens already, from a service manager
 */
gboolean
aloqa_listener_adopt (AloqaListener *self, int fd, GError **error)
{
  g_return_val_if_fail (self->socket == NULL, FALSE);

  self->socket = g_socket_new_from_fd (fd, error);
  if (self->socket == NULL)
    return FALSE;
  g_socket_set_blocking (self->socket, FALSE);
  watch_socket (self);
  return TRUE;
}

/**
 * aloqa_listener_set_certificate:
 * @certificate: for the connections to come, which speak TLS
 */
void
aloqa_listener_set_certificate (AloqaListener *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

/**
 * aloqa_listener_close:
 *
 * Accepts no more; HTTP exchanges under way are cut, WebSockets are not.
 */
void
aloqa_listener_close (AloqaListener *self)
{
  aloqa_clock_clear_timer (self->clock, &self->resume_timer);
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
}

/**
 * aloqa_listener_get_port:
 *
 * Returns: where it listens; 0 where it does not
 */
guint16
aloqa_listener_get_port (AloqaListener *self)
{
  g_autoptr (GSocketAddress) address =
      self->socket != NULL ? g_socket_get_local_address (self->socket, NULL) : NULL;

  if (address == NULL)
    return 0;
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

guint
aloqa_listener_get_n_connections (AloqaListener *self)
{
  return self->links->len;
}

/* Returns: how many of the connections are no WebSockets */
guint
aloqa_listener_get_n_exchanges (AloqaListener *self)
{
  guint n_exchanges = 0;

  for (guint i = 0; i < self->links->len; i++)
    n_exchanges += ((Link *) g_ptr_array_index (self->links, i))->deadline_timer != 0;
  return n_exchanges;
}

static Link *
get_link (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)), LINK_KEY);
}

/**
 * aloqa_listener_keep:
 *
 * The exchange of @message has become a WebSocket, which has no deadline.
 */
void
aloqa_listener_keep (SoupServerMessage *message)
{
  Link *link = get_link (message);

  if (link->listener != NULL)
    aloqa_clock_clear_timer (link->listener->clock, &link->deadline_timer);
}

/**
 * aloqa_listener_get_peer:
 *
 * Returns: (transfer none): who has opened the connection: the client or its last proxy
 */
GInetAddress *
aloqa_listener_get_peer (SoupServerMessage *message)
{
  return get_link (message)->peer;
}

/**
 * aloqa_listener_set_client:
 * @client: whose request it is, as a proxy that is trusted has told
 *
 * Returns: FALSE where there are too many connections of that client's already
 */
gboolean
aloqa_listener_set_client (SoupServerMessage *message, GInetAddress *client)
{
  Link *link = get_link (message);
  AloqaListener *self = link->listener;
  g_autofree char *address = aloqa_address_key_new (client);

  if (self == NULL || link->connection == NULL || strcmp (address, link->address) == 0)
    return TRUE;
  set_n_of (self, link->address, get_n_of (self, link->address) - 1);
  g_free (link->address);
  link->address = g_steal_pointer (&address);
  set_n_of (self, link->address, get_n_of (self, link->address) + 1);
  return get_n_of (self, link->address) <=
         self->settings->limits[ALOQA_LIMIT_CONNECTIONS_PER_ADDRESS];
}

/**
 * aloqa_listener_get_address:
 *
 * Returns: (transfer none): by what to count who sent @message: an IPv4 address, or the network of
 *   an IPv6 one
 */
const char *
aloqa_listener_get_address (SoupServerMessage *message)
{
  return get_link (message)->address;
}

/**
 * aloqa_listener_get_socket:
 *
 * Returns: (transfer none): what @message came over, while its connection is open
 */
GSocket *
aloqa_listener_get_socket (SoupServerMessage *message)
{
  return g_socket_connection_get_socket (get_link (message)->connection);
}
