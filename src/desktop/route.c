/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/route.h"

#include <gio/gio.h>

/* Addresses that belong to nobody (RFC 5737, RFC 3849): they are reached as the rest of the world is. */
static const char *const far_addresses[] = { "192.0.2.1", "2001:db8::1" };

/* Connecting a datagram socket sends nothing: the kernel only chooses the way. */
static GSocketAddress *
find_local_address (const char *far_address)
{
  g_autoptr (GSocketAddress) far = g_inet_socket_address_new_from_string (far_address, 9);
  g_autoptr (GSocket) socket = g_socket_new (
      g_socket_address_get_family (far), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  if (socket == NULL || !g_socket_connect (socket, far, NULL, NULL))
    return NULL;
  return g_socket_get_local_address (socket, NULL);
}

/**
 * aloqa_route_describe:
 *
 * Returns: (transfer full): which of this machine's addresses its traffic to the world comes from,
 *   to be compared with another time's; empty where there is no way out
 */
char *
aloqa_route_describe (void)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (far_addresses); i++) {
    g_autoptr (GSocketAddress) local = find_local_address (far_addresses[i]);

    if (local != NULL) {
      g_autofree char *address = g_inet_address_to_string (
          g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));

      g_string_append_printf (text, "%s ", address);
    }
  }
  return g_string_free (text, FALSE);
}
