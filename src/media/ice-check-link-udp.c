/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-link-udp.h"

#include "media/ice-check-message.h"

/* RFC 8489, section 6.1: no STUN message over UDP needs more than the path's MTU. */
#define MAX_DATAGRAM_BYTES 2048

/* One address of the server. */
typedef struct {
  AloqaIceLinkUdp *link; /* not owned */
  GSocket *socket;
  GSource *source;
} Path;

struct _AloqaIceLinkUdp {
  AloqaIceLink parent_instance;

  GSocketAddressEnumerator *enumerator;
  GPtrArray *paths;
};

G_DEFINE_FINAL_TYPE (AloqaIceLinkUdp, aloqa_ice_link_udp, ALOQA_TYPE_ICE_LINK)

static void
free_path (gpointer data)
{
  Path *path = data;

  g_source_destroy (path->source);
  g_source_unref (path->source);
  g_socket_close (path->socket, NULL);
  g_object_unref (path->socket);
  g_free (path);
}

static void
drop_path (Path *path, const GError *cause)
{
  g_autoptr (AloqaIceLinkUdp) self = g_object_ref (path->link);

  g_debug ("A path to the server is closed: %s", cause->message);
  g_ptr_array_remove (self->paths, path);
  if (self->paths->len == 0)
    aloqa_ice_link_fail_because (ALOQA_ICE_LINK (self), cause);
}

static void
keep_only (Path *path)
{
  GPtrArray *paths = path->link->paths;

  for (guint i = paths->len; i > 0; i--)
    if (paths->pdata[i - 1] != path)
      g_ptr_array_remove_index (paths, i - 1);
}

static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Path *path = user_data;
  AloqaIceLink *link = ALOQA_ICE_LINK (path->link);
  guint8 buffer[MAX_DATAGRAM_BYTES];
  g_autoptr (GError) error = NULL;
  gssize length = g_socket_receive (socket, (char *) buffer, sizeof buffer, NULL, &error);
  gsize n_bytes;

  if (aloqa_ice_link_is_over (link))
    return G_SOURCE_REMOVE;
  if (length < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (length < 0) {
    drop_path (path, error);
    return G_SOURCE_REMOVE;
  }

  /* Anything else is not the server's, and must not end the check of it. */
  if (aloqa_stun_message_peek_size (buffer, (gsize) length, &n_bytes) &&
      n_bytes == (gsize) length) {
    keep_only (path);
    aloqa_ice_link_take_message (link, buffer, n_bytes);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
has_family (AloqaIceLinkUdp *self, GSocketFamily family)
{
  for (guint i = 0; i < self->paths->len; i++) {
    const Path *path = self->paths->pdata[i];

    if (g_socket_get_family (path->socket) == family)
      return TRUE;
  }
  return FALSE;
}

static void
add_path (AloqaIceLinkUdp *self, GSocketAddress *address)
{
  GSocketFamily family = g_socket_address_get_family (address);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = NULL;
  Path *path;

  if (has_family (self, family))
    return;
  socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  if (socket == NULL || !g_socket_connect (socket, address, NULL, &error)) {
    g_debug ("An address of the server is of no use: %s", error->message);
    return;
  }

  g_socket_set_blocking (socket, FALSE);
  path = g_new0 (Path, 1);
  path->link = self;
  path->source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (path->source, G_SOURCE_FUNC (readable_cb), path, NULL);
  g_source_attach (path->source, NULL);
  path->socket = g_steal_pointer (&socket);
  g_ptr_array_add (self->paths, path);
}

static void
next_address_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaIceLinkUdp) self = user_data;
  AloqaIceLink *link = ALOQA_ICE_LINK (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_address_enumerator_next_finish (
      G_SOCKET_ADDRESS_ENUMERATOR (source), result, &error);

  if (aloqa_ice_link_is_over (link))
    return;
  if (address != NULL) {
    add_path (self, address);
    g_socket_address_enumerator_next_async (self->enumerator, aloqa_ice_link_get_cancellable (link),
                                            next_address_cb, g_object_ref (self));
  } else if (self->paths->len > 0) {
    aloqa_ice_link_take_opened (link);
  } else if (error != NULL) {
    aloqa_ice_link_fail_because (link, error);
  } else {
    aloqa_ice_link_fail (link, ALOQA_ICE_CHECK_ERROR_NO_ANSWER,
                         "There is no way from here to %s: this machine is not online",
                         aloqa_ice_link_get_server (link)->host);
  }
}

static void
aloqa_ice_link_udp_open (AloqaIceLink *link)
{
  AloqaIceLinkUdp *self = ALOQA_ICE_LINK_UDP (link);

  self->enumerator = g_socket_connectable_enumerate (aloqa_ice_link_get_connectable (link));
  g_socket_address_enumerator_next_async (self->enumerator, aloqa_ice_link_get_cancellable (link),
                                          next_address_cb, g_object_ref (self));
}

static void
aloqa_ice_link_udp_send (AloqaIceLink *link, const guint8 *data, gsize length)
{
  AloqaIceLinkUdp *self = ALOQA_ICE_LINK_UDP (link);

  for (guint i = self->paths->len; i > 0; i--) {
    Path *path = self->paths->pdata[i - 1];
    g_autoptr (GError) error = NULL;

    /* What is full now is empty when it is sent again. */
    if (g_socket_send (path->socket, (const char *) data, length, NULL, &error) < 0 &&
        !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      drop_path (path, error);
  }
}

static void
aloqa_ice_link_udp_dispose (GObject *object)
{
  AloqaIceLinkUdp *self = ALOQA_ICE_LINK_UDP (object);

  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_object (&self->enumerator);

  G_OBJECT_CLASS (aloqa_ice_link_udp_parent_class)->dispose (object);
}

static void
aloqa_ice_link_udp_class_init (AloqaIceLinkUdpClass *klass)
{
  AloqaIceLinkClass *link_class = ALOQA_ICE_LINK_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_ice_link_udp_dispose;
  link_class->open = aloqa_ice_link_udp_open;
  link_class->send = aloqa_ice_link_udp_send;
}

static void
aloqa_ice_link_udp_init (AloqaIceLinkUdp *self)
{
  self->paths = g_ptr_array_new_with_free_func (free_path);
}
