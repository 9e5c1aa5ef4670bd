/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ice-choice.h"

#include "protocol/ice-server.h"

/* The existing system's clients use it. */
#define DEFAULT_STUN_SERVER "stun:stun.l.google.com:19302"

/**
 * aloqa_ice_choice_new_default:
 * @address: of the signalling server
 *
 * Returns: (transfer full) (element-type AloqaIceServer)
 */
GPtrArray *
aloqa_ice_choice_new_default (const AloqaServerAddress *address)
{
  GPtrArray *servers = g_ptr_array_new_with_free_func (aloqa_ice_server_unref);

  /* A server on this machine is for trying out: nobody else is told of it. */
  if (!aloqa_server_address_is_loopback (address))
    g_ptr_array_add (servers, aloqa_ice_server_new (DEFAULT_STUN_SERVER, NULL, NULL, NULL));
  return servers;
}
