/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "protocol/ice-server.h"

G_BEGIN_DECLS

/*
 * TURN over TLS. libnice sends clear text to a server that is named turns:, so it gets a port on
 * this machine instead, whose bytes we carry to the server in TLS, its certificate checked, and
 * back. Runs on a thread of its own.
 */
typedef struct _AloqaTurnTls AloqaTurnTls;

AloqaTurnTls *
aloqa_turn_tls_new (const AloqaIceServer *server, GTlsDatabase *database, GError **error);
void aloqa_turn_tls_free (AloqaTurnTls *self);
guint16 aloqa_turn_tls_get_port (AloqaTurnTls *self);
GError *aloqa_turn_tls_dup_error (AloqaTurnTls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaTurnTls, aloqa_turn_tls_free)

G_END_DECLS
