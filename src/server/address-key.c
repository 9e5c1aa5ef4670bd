/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/address-key.h"

#include <string.h>

/**
 * aloqa_address_key_new:
 *
 * Returns: (transfer full): by what to count who comes from @address. Who has an IPv6 network has 2^64 addresses, so its
 *   first half counts as one.
 */
char *
aloqa_address_key_new (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);
  guint8 prefix[16] = { 0 };
  g_autoptr (GInetAddress) network = NULL;

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 ||
      g_inet_address_get_is_loopback (address))
    return g_inet_address_to_string (address);

  memcpy (prefix, bytes, 8);
  network = g_inet_address_new_from_bytes (prefix, G_SOCKET_FAMILY_IPV6);
  return g_inet_address_to_string (network);
}
