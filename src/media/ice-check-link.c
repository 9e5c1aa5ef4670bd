/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-link.h"

#include "media/ice-check-link-stream.h"
#include "media/ice-check-link-udp.h"

typedef struct {
  AloqaIceServer *server;
  char *name;
  GSocketConnectable *connectable;
  GTlsDatabase *trust; /* or NULL */
  GCancellable *cancellable;
} AloqaIceLinkPrivate;

enum { SIGNAL_OPENED, SIGNAL_MESSAGE, SIGNAL_FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AloqaIceLink, aloqa_ice_link, G_TYPE_OBJECT)

static AloqaIceLinkPrivate *
get_private (AloqaIceLink *self)
{
  return aloqa_ice_link_get_instance_private (self);
}

static void
aloqa_ice_link_dispose (GObject *object)
{
  aloqa_ice_link_close (ALOQA_ICE_LINK (object));

  G_OBJECT_CLASS (aloqa_ice_link_parent_class)->dispose (object);
}

static void
aloqa_ice_link_finalize (GObject *object)
{
  AloqaIceLinkPrivate *private = get_private (ALOQA_ICE_LINK (object));

  g_clear_pointer (&private->server, aloqa_ice_server_unref);
  g_clear_pointer (&private->name, g_free);
  g_clear_object (&private->connectable);
  g_clear_object (&private->trust);
  g_clear_object (&private->cancellable);

  G_OBJECT_CLASS (aloqa_ice_link_parent_class)->finalize (object);
}

static void
aloqa_ice_link_class_init (AloqaIceLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aloqa_ice_link_dispose;
  object_class->finalize = aloqa_ice_link_finalize;

  signals[SIGNAL_OPENED] = g_signal_new ("opened", ALOQA_TYPE_ICE_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", ALOQA_TYPE_ICE_LINK, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", ALOQA_TYPE_ICE_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_ice_link_init (AloqaIceLink *self)
{
  get_private (self)->cancellable = g_cancellable_new ();
}

static char *
describe (const AloqaIceServer *server)
{
  const char *const transports[] = {
    [ALOQA_ICE_SERVER_STUN] = "UDP",
    [ALOQA_ICE_SERVER_TURN_UDP] = "UDP",
    [ALOQA_ICE_SERVER_TURN_TCP] = "TCP",
    [ALOQA_ICE_SERVER_TURN_TLS] = "TLS",
  };

  return g_strdup_printf ("%s (port %u, %s)", server->host, server->port, transports[server->kind]);
}

/**
 * aloqa_ice_link_new:
 * @address: (nullable): where @server sent us to instead
 * @trust: (nullable): whose certificates count; %NULL for the system's authorities
 *
 * Returns: (transfer full): a way over the transport that @server names
 */
AloqaIceLink *
aloqa_ice_link_new (AloqaIceServer *server, GSocketAddress *address, GTlsDatabase *trust)
{
  gboolean is_udp =
      server->kind == ALOQA_ICE_SERVER_STUN || server->kind == ALOQA_ICE_SERVER_TURN_UDP;
  AloqaIceLink *self =
      g_object_new (is_udp ? ALOQA_TYPE_ICE_LINK_UDP : ALOQA_TYPE_ICE_LINK_STREAM, NULL);
  AloqaIceLinkPrivate *private = get_private (self);

  private->server = aloqa_ice_server_ref (server);
  private->name = describe (server);
  private->connectable = address != NULL ? G_SOCKET_CONNECTABLE (g_object_ref (address))
                                         : g_network_address_new (server->host, server->port);
  g_set_object (&private->trust, trust);
  return self;
}

void
aloqa_ice_link_open (AloqaIceLink *self)
{
  ALOQA_ICE_LINK_GET_CLASS (self)->open (self);
}

/* To be called after "opened" only. */
void
aloqa_ice_link_send (AloqaIceLink *self, GByteArray *message)
{
  /* Sending may fail, and whoever is told may let go of the link. */
  g_autoptr (AloqaIceLink) kept = g_object_ref (self);

  if (!aloqa_ice_link_is_over (self))
    ALOQA_ICE_LINK_GET_CLASS (self)->send (self, message->data, message->len);
}

void
aloqa_ice_link_close (AloqaIceLink *self)
{
  g_cancellable_cancel (get_private (self)->cancellable);
}

gboolean
aloqa_ice_link_is_reliable (AloqaIceLink *self)
{
  return ALOQA_ICE_LINK_GET_CLASS (self)->is_reliable;
}

/* Returns: (transfer none) */
GSocketConnectable *
aloqa_ice_link_get_connectable (AloqaIceLink *self)
{
  return get_private (self)->connectable;
}

/* Returns: (transfer none) */
AloqaIceServer *
aloqa_ice_link_get_server (AloqaIceLink *self)
{
  return get_private (self)->server;
}

/* Such as "turn.example.org (port 3478, TCP)". */
const char *
aloqa_ice_link_get_name (AloqaIceLink *self)
{
  return get_private (self)->name;
}

/* Returns: (transfer none) (nullable) */
GTlsDatabase *
aloqa_ice_link_get_trust (AloqaIceLink *self)
{
  return get_private (self)->trust;
}

/* Returns: (transfer none): cancelled when the link is closed, or has failed */
GCancellable *
aloqa_ice_link_get_cancellable (AloqaIceLink *self)
{
  return get_private (self)->cancellable;
}

gboolean
aloqa_ice_link_is_over (AloqaIceLink *self)
{
  return g_cancellable_is_cancelled (get_private (self)->cancellable);
}

void
aloqa_ice_link_take_opened (AloqaIceLink *self)
{
  if (!aloqa_ice_link_is_over (self))
    g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

void
aloqa_ice_link_take_message (AloqaIceLink *self, const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  if (!aloqa_ice_link_is_over (self))
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, bytes);
}

/* As the last thing that the caller does. */
void
aloqa_ice_link_fail (AloqaIceLink *self, AloqaIceCheckError code, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list arguments;

  if (aloqa_ice_link_is_over (self))
    return;

  va_start (arguments, format);
  error = g_error_new_valist (ALOQA_ICE_CHECK_ERROR, (int) code, format, arguments);
  va_end (arguments);
  aloqa_ice_link_close (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

/**
 * aloqa_ice_link_fail_because:
 * @cause: what GIO says; nothing happens where it is about a link that was closed
 *
 * Fails with a sentence for people.
 */
void
aloqa_ice_link_fail_because (AloqaIceLink *self, const GError *cause)
{
  const char *name = get_private (self)->name, *host = get_private (self)->server->host;

  if (g_error_matches (cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    aloqa_ice_link_fail (self, ALOQA_ICE_CHECK_ERROR_NAME_NOT_FOUND, "There is no host called %s",
                         host);
  else if (cause->domain == G_RESOLVER_ERROR)
    aloqa_ice_link_fail (self, ALOQA_ICE_CHECK_ERROR_NAME_NOT_FOUND,
                         "The name %s could not be looked up: %s", host, cause->message);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    aloqa_ice_link_fail (self, ALOQA_ICE_CHECK_ERROR_REFUSED,
                         "%s is not there: its host says that nothing listens on this port", name);
  else if (cause->domain == G_TLS_ERROR)
    aloqa_ice_link_fail (self, ALOQA_ICE_CHECK_ERROR_TLS, "%s makes no safe connection: %s", name,
                         cause->message);
  else
    aloqa_ice_link_fail (self, ALOQA_ICE_CHECK_ERROR_NO_ANSWER, "%s cannot be reached: %s", name,
                         cause->message);
}
