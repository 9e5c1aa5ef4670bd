/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A bad network between two peers: what one sends to its port of the proxy comes to the other from
 * the proxy's other port, if it comes. Each direction has a line of a rate, with a queue before it.
 */
typedef struct _UdpProxy UdpProxy;

typedef enum {
  UDP_PROXY_FROM_CALLER,
  UDP_PROXY_FROM_CALLEE,
} UdpProxySide;

UdpProxy *udp_proxy_new (void);
void udp_proxy_free (UdpProxy *self);
char *udp_proxy_take_candidates (UdpProxy *self, UdpProxySide side, char *sdp);
void udp_proxy_set_loss (UdpProxy *self, UdpProxySide side, guint loss_percent);
void udp_proxy_set_delay (UdpProxy *self, guint delay_ms, guint jitter_ms);
void udp_proxy_set_rate (UdpProxy *self, UdpProxySide side, guint rate_kbps, guint queue_ms);
guint udp_proxy_get_n_packets (UdpProxy *self, UdpProxySide side);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UdpProxy, udp_proxy_free)

G_END_DECLS
