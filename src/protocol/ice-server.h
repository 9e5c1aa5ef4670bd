/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_ICE_SERVER_STUN,     /* stun:host[:3478] */
  ALOQA_ICE_SERVER_TURN_UDP, /* turn:host[:3478][?transport=udp] */
  ALOQA_ICE_SERVER_TURN_TCP, /* turn:host[:3478]?transport=tcp */
  ALOQA_ICE_SERVER_TURN_TLS, /* turns:host[:5349][?transport=tcp] */
} AloqaIceServerKind;

/*
 * One STUN or TURN server, valid by construction: WebRTC's RTCIceServer with one URL (RFC 7064,
 * RFC 7065). Immutable and counted. The credential is wiped when the last reference goes.
 */
typedef struct {
  AloqaIceServerKind kind;
  char *url;  /* as it was given; no password stands in it, so it may be shown */
  char *host; /* a name or an address; IPv6 without brackets */
  guint16 port;
  char *username;   /* TURN only; never NULL there */
  char *credential; /* TURN only; never NULL there, never logged */
} AloqaIceServer;

AloqaIceServer *aloqa_ice_server_new (const char *url, const char *username, const char *credential,
                                      GError **error);
AloqaIceServer *aloqa_ice_server_ref (AloqaIceServer *self);
void aloqa_ice_server_unref (gpointer self);
char *aloqa_ice_server_to_uri (const AloqaIceServer *self, const char *host, guint16 port);

GPtrArray *
aloqa_ice_server_parse_list (const char *text, gssize length, gint64 *ttl_s, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaIceServer, aloqa_ice_server_unref)

G_END_DECLS
