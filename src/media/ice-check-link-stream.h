/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/ice-check-link.h"

G_BEGIN_DECLS

/* Over TCP, or TLS with the server's certificate checked. */
#define ALOQA_TYPE_ICE_LINK_STREAM (aloqa_ice_link_stream_get_type ())
G_DECLARE_FINAL_TYPE (AloqaIceLinkStream, aloqa_ice_link_stream, ALOQA, ICE_LINK_STREAM,
                      AloqaIceLink)

G_END_DECLS
