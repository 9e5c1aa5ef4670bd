/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "protocol/ice-server.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Why a STUN or TURN server is of no use. Each message is a sentence for a person that names the
 * server and what it did; none holds a password.
 */
typedef enum {
  ALOQA_ICE_CHECK_ERROR_NAME_NOT_FOUND, /* no such host */
  ALOQA_ICE_CHECK_ERROR_NO_ANSWER,      /* a firewall, or nothing there, or a wrong transport */
  ALOQA_ICE_CHECK_ERROR_REFUSED,        /* the host is there, but no server on this port */
  ALOQA_ICE_CHECK_ERROR_TLS,            /* the certificate is not to be trusted, or no TLS there */
  ALOQA_ICE_CHECK_ERROR_UNAUTHORIZED,   /* wrong user name or password, or expired ones */
  ALOQA_ICE_CHECK_ERROR_NO_CAPACITY,    /* out of quota, of ports or of relays: later, or pay */
  ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED, /* another error of its own; the message says which */
  ALOQA_ICE_CHECK_ERROR_BAD_ANSWER,     /* what answers is no STUN server, or lies */
} AloqaIceCheckError;

#define ALOQA_ICE_CHECK_ERROR (aloqa_ice_check_error_quark ())
GQuark aloqa_ice_check_error_quark (void);

/* Addresses are written for people: "203.0.113.7:4711", "[2001:db8::1]:4711". */
typedef struct {
  char *seen_address;    /* ours, as the server sees it (server reflexive) */
  char *relayed_address; /* TURN only: what the server lent us; it has been given back */
} AloqaIceCheckResult;

void
aloqa_ice_check_async (AloqaIceServer *server, GTlsDatabase *trust, AloqaClock *clock,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
AloqaIceCheckResult *aloqa_ice_check_finish (GAsyncResult *result, GError **error);
void aloqa_ice_check_result_free (AloqaIceCheckResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaIceCheckResult, aloqa_ice_check_result_free)

G_END_DECLS
