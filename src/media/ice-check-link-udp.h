/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/ice-check-link.h"

G_BEGIN_DECLS

/*
 * Over UDP: to an IPv4 and an IPv6 address of the server at once, until one of them answers; a host
 * whose IPv6 leads nowhere must not look dead.
 */
#define ALOQA_TYPE_ICE_LINK_UDP (aloqa_ice_link_udp_get_type ())
G_DECLARE_FINAL_TYPE (AloqaIceLinkUdp, aloqa_ice_link_udp, ALOQA, ICE_LINK_UDP, AloqaIceLink)

G_END_DECLS
