/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes/fake-server.h"

G_BEGIN_DECLS

/* Shared by fake-server.c (HTTP) and fake-server-socket.c (the WebSocket). */

/* The key of a connection's socket: at its remote address, and at the WebSocket. */
#define ALOQA_FAKE_SERVER_SOCKET "aloqa-fake-server-socket"

gint64 aloqa_fake_server_check_token (AloqaFakeServer *self, const char *token, const char *type);
void aloqa_fake_server_handle_websocket (SoupServer *server, SoupServerMessage *message,
                                         const char *path, SoupWebsocketConnection *websocket,
                                         gpointer user_data);

G_END_DECLS
