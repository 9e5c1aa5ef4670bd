/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/clock.h"
#include "server/accounts.h"
#include "server/metrics.h"
#include "server/settings.h"
#include "server/tokens.h"

G_BEGIN_DECLS

/* Every WebSocket of the server: reads their frames, keeps the limits, and sends what the relay says. */
typedef struct _AloqaSwitchboard AloqaSwitchboard;

AloqaSwitchboard *
aloqa_switchboard_new (const AloqaSettings *settings, AloqaAccounts *accounts, AloqaTokens *tokens,
                       AloqaMetrics *metrics, AloqaClock *clock);
void aloqa_switchboard_free (AloqaSwitchboard *self);
void aloqa_switchboard_connect (AloqaSwitchboard *self, SoupWebsocketConnection *websocket,
                                GSocket *socket, const char *address, gint64 user_id,
                                AloqaClaims *claims);
void aloqa_switchboard_reload (AloqaSwitchboard *self);
void aloqa_switchboard_measure (AloqaSwitchboard *self, AloqaGauges *gauges);
guint aloqa_switchboard_get_n_unanswered (AloqaSwitchboard *self);
void aloqa_switchboard_close_all (AloqaSwitchboard *self);
void aloqa_switchboard_check_user (AloqaSwitchboard *self, gint64 user_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaSwitchboard, aloqa_switchboard_free)

G_END_DECLS
