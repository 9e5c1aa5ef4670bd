/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/udp-proxy.h"

#include <string.h>

#include "protocol/sdp.h"

#define MAX_DATAGRAM 2048

typedef struct {
  gint64 due_us;
  gsize length;
  guint8 bytes[MAX_DATAGRAM];
} Datagram;

/*
 * libnice keeps its sockets to the interface of their address, so the proxy is at that address too,
 * and not on loopback. What one side sends comes in at @socket, and leaves at the other one's.
 */
typedef struct {
  GSocket *socket;
  GSocketAddress *address; /* of the real peer */
  GQueue line;             /* of Datagram, in order */
  gint64 line_free_us;

  gint loss_percent; /* atomic, as what follows */
  gint rate_kbps;
  gint queue_ms;
  gint n_packets;
} Side;

struct _UdpProxy {
  Side sides[2];
  GThread *thread;
  gint is_ended;
  gint delay_ms;
  gint jitter_ms;
};

static GSocket *
open_socket (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

/* A tail-drop queue before a line of rate_kbps, then a path of delay_ms, in order. */
static void
queue_datagram (UdpProxy *self, Side *side, Datagram *datagram, gint64 now_us)
{
  gint rate_kbps = g_atomic_int_get (&side->rate_kbps);
  gint jitter_ms = g_atomic_int_get (&self->jitter_ms);
  gint64 start_us = MAX (side->line_free_us, now_us);

  g_atomic_int_inc (&side->n_packets);
  if (g_random_int_range (0, 100) < g_atomic_int_get (&side->loss_percent) ||
      (rate_kbps > 0 && start_us - now_us > g_atomic_int_get (&side->queue_ms) * 1000)) {
    g_free (datagram);
    return;
  }
  if (rate_kbps > 0)
    side->line_free_us = start_us + (gint64) datagram->length * 8 * 1000 / rate_kbps;
  datagram->due_us = MAX (side->line_free_us, now_us) + g_atomic_int_get (&self->delay_ms) * 1000;
  if (jitter_ms > 0)
    datagram->due_us += g_random_int_range (0, jitter_ms * 1000);
  if (!g_queue_is_empty (&side->line))
    datagram->due_us =
        MAX (datagram->due_us, ((Datagram *) g_queue_peek_tail (&side->line))->due_us);
  g_queue_push_tail (&side->line, datagram);
}

static void
receive (UdpProxy *self, Side *side, gint64 now_us)
{
  while (TRUE) {
    Datagram *datagram = g_new (Datagram, 1);
    gssize length =
        g_socket_receive (side->socket, (char *) datagram->bytes, MAX_DATAGRAM, NULL, NULL);

    if (length < 0) {
      g_free (datagram);
      return;
    }
    datagram->length = (gsize) length;
    queue_datagram (self, side, datagram, now_us);
  }
}

static void
forward (Side *from, Side *to, gint64 now_us)
{
  Datagram *datagram;

  while ((datagram = g_queue_peek_head (&from->line)) != NULL && datagram->due_us <= now_us) {
    g_queue_pop_head (&from->line);
    if (to->address != NULL)
      g_socket_send_to (to->socket, to->address, (char *) datagram->bytes, datagram->length, NULL,
                        NULL);
    g_free (datagram);
  }
}

static gpointer
proxy_thread (gpointer data)
{
  UdpProxy *self = data;
  GPollFD fds[] = {
    { g_socket_get_fd (self->sides[0].socket), G_IO_IN, 0 },
    { g_socket_get_fd (self->sides[1].socket), G_IO_IN, 0 },
  };

  while (!g_atomic_int_get (&self->is_ended)) {
    gint64 now_us;

    g_poll (fds, G_N_ELEMENTS (fds), 1);
    now_us = g_get_monotonic_time ();
    for (guint i = 0; i < 2; i++)
      receive (self, &self->sides[i], now_us);
    forward (&self->sides[0], &self->sides[1], now_us);
    forward (&self->sides[1], &self->sides[0], now_us);
  }
  return NULL;
}

UdpProxy *
udp_proxy_new (void)
{
  UdpProxy *self = g_new0 (UdpProxy, 1);

  for (guint i = 0; i < 2; i++) {
    self->sides[i].socket = open_socket ();
    g_queue_init (&self->sides[i].line);
  }
  self->thread = g_thread_new ("udp-proxy", proxy_thread, self);
  return self;
}

void
udp_proxy_free (UdpProxy *self)
{
  g_atomic_int_set (&self->is_ended, TRUE);
  g_thread_join (self->thread);
  for (guint i = 0; i < 2; i++) {
    g_object_unref (self->sides[i].socket);
    g_clear_object (&self->sides[i].address);
    g_queue_clear_full (&self->sides[i].line, g_free);
  }
  g_free (self);
}

static const AloqaCandidate *
find_ipv4 (GPtrArray *candidates)
{
  for (guint i = 0; i < candidates->len; i++) {
    const AloqaCandidate *candidate = g_ptr_array_index (candidates, i);

    if (candidate->transport == ALOQA_TRANSPORT_UDP && strchr (candidate->address, ':') == NULL)
      return candidate;
  }
  return NULL;
}

/**
 * udp_proxy_take_candidates:
 * @side: whose description @sdp is
 * @sdp: (transfer full): a whole description, its candidates in it
 *
 * Returns: (transfer full): the same, with the proxy's address instead of its own
 */
char *
udp_proxy_take_candidates (UdpProxy *self, UdpProxySide side, char *sdp)
{
  g_autofree char *text = sdp;
  g_autoptr (AloqaSdp) parsed = aloqa_sdp_parse (text, NULL);
  g_autoptr (GSocketAddress) local = NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  GString *result = g_string_new (NULL);
  const AloqaSdpMedia *media;
  const AloqaCandidate *candidate;
  gboolean is_told = FALSE;

  g_assert_nonnull (parsed);
  media = g_ptr_array_index (parsed->media, 0);
  candidate = find_ipv4 (media->candidates);
  g_assert_nonnull (candidate);
  self->sides[side].address =
      g_inet_socket_address_new_from_string (candidate->address, candidate->port);
  /* The other side sends to where what it sends is received. */
  local = g_socket_get_local_address (self->sides[1 - side].socket, NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    if (!g_str_has_prefix (lines[i], "a=candidate:"))
      g_string_append_printf (result, "%s\r\n", lines[i]);
    else if (!is_told)
      g_string_append_printf (result, "a=candidate:1 1 UDP 2015363327 %s %u typ host\r\n",
                              candidate->address,
                              g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)));
    is_told = is_told || g_str_has_prefix (lines[i], "a=candidate:");
  }
  return g_string_free (result, FALSE);
}

void
udp_proxy_set_loss (UdpProxy *self, UdpProxySide side, guint loss_percent)
{
  g_atomic_int_set (&self->sides[side].loss_percent, (int) loss_percent);
}

void
udp_proxy_set_delay (UdpProxy *self, guint delay_ms, guint jitter_ms)
{
  g_atomic_int_set (&self->delay_ms, (int) delay_ms);
  g_atomic_int_set (&self->jitter_ms, (int) jitter_ms);
}

/* @rate_kbps 0 for no limit; the queue before the line drops what would wait over @queue_ms. */
void
udp_proxy_set_rate (UdpProxy *self, UdpProxySide side, guint rate_kbps, guint queue_ms)
{
  g_atomic_int_set (&self->sides[side].queue_ms, (int) queue_ms);
  g_atomic_int_set (&self->sides[side].rate_kbps, (int) rate_kbps);
}

guint
udp_proxy_get_n_packets (UdpProxy *self, UdpProxySide side)
{
  return (guint) g_atomic_int_get (&self->sides[side].n_packets);
}
