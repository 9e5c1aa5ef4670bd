/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/clock.h"

G_BEGIN_DECLS

/*
 * Accepts connections for a SoupServer, which has no limits of its own: so many at once, so many an
 * address, and so long for one HTTP exchange. Each connection serves one request and is closed, or
 * becomes a WebSocket.
 */
typedef struct _AloqaListener AloqaListener;

AloqaListener *aloqa_listener_new (SoupServer *soup, AloqaClock *clock);
void aloqa_listener_free (AloqaListener *self);
gboolean
aloqa_listener_listen (AloqaListener *self, GInetAddress *address, guint16 port, GError **error);
void aloqa_listener_close (AloqaListener *self);
guint16 aloqa_listener_get_port (AloqaListener *self);
guint aloqa_listener_get_n_connections (AloqaListener *self);

void aloqa_listener_keep (SoupServerMessage *message);
const char *aloqa_listener_get_address (SoupServerMessage *message);
GSocket *aloqa_listener_get_socket (SoupServerMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaListener, aloqa_listener_free)

G_END_DECLS
