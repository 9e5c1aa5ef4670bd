/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * One STUN or TURN server, as WebRTC's RTCIceServer describes it, with one URL each. The credential
 * is wiped when it is freed.
 */
typedef struct {
  char *url;      /* stun:, stuns:, turn: or turns: (RFC 7064, RFC 7065), with no password in it */
  char *username; /* or NULL */
  char *credential; /* or NULL */
} AloqaIceServer;

AloqaIceServer *aloqa_ice_server_new (const char *url, const char *username, const char *credential,
                                      GError **error);
AloqaIceServer *aloqa_ice_server_copy (const AloqaIceServer *self);
void aloqa_ice_server_free (AloqaIceServer *self);

/* {"ice_servers":[{"urls":"…"|["…"],"username","credential"}],"ttl_s":3600}, or the array alone. */
GPtrArray *
aloqa_ice_server_parse_list (const char *text, gssize length, gint64 *ttl_s, GError **error);

#define ALOQA_TYPE_ICE_SERVER (aloqa_ice_server_get_type ())
GType aloqa_ice_server_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaIceServer, aloqa_ice_server_free)

G_END_DECLS
