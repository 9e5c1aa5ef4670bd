/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/clock.h"
#include "protocol/message.h"
#include "signaling/server-address.h"

G_BEGIN_DECLS

/*
 * One WebSocket from its first packet to its end. It is used once: whoever wants another makes
 * another.
 *
 * Signal "message" (AloqaMessage *): a valid frame.
 * Signal "closed" (GError *, guint close_code): it could not be opened, or is at its end, by the
 * server's will (then with RFC 6455's code) or not (0). Nothing follows. Not emitted after
 * aloqa_socket_close().
 */
#define ALOQA_TYPE_SOCKET (aloqa_socket_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSocket, aloqa_socket, ALOQA, SOCKET, GObject)

AloqaSocket *
aloqa_socket_new (SoupSession *session, AloqaServerAddress *address, AloqaClock *clock);
void aloqa_socket_open (AloqaSocket *self, gint64 user_id, const char *access_token);
void aloqa_socket_send (AloqaSocket *self, const AloqaMessage *message);
guint aloqa_socket_take_n_dropped (AloqaSocket *self);
void aloqa_socket_close (AloqaSocket *self);

G_END_DECLS
