/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/clock.h"
#include "server/accounts.h"

G_BEGIN_DECLS

/* Every WebSocket of the server: reads their frames, keeps the limits, and sends what the relay says. */
typedef struct _AloqaSwitchboard AloqaSwitchboard;

AloqaSwitchboard *aloqa_switchboard_new (AloqaAccounts *accounts, AloqaClock *clock);
void aloqa_switchboard_free (AloqaSwitchboard *self);
void aloqa_switchboard_connect (AloqaSwitchboard *self, SoupWebsocketConnection *websocket,
                                GSocket *socket, gint64 user_id);
void aloqa_switchboard_close_all (AloqaSwitchboard *self);
void aloqa_switchboard_close_user (AloqaSwitchboard *self, gint64 user_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaSwitchboard, aloqa_switchboard_free)

G_END_DECLS
