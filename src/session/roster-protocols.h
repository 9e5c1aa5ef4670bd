/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-controller.h"
#include "session/history-store.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_ROSTER_PROTOCOLS (aloqa_roster_protocols_get_type ())
G_DECLARE_FINAL_TYPE (AloqaRosterProtocols, aloqa_roster_protocols, ALOQA, ROSTER_PROTOCOLS,
                      GObject)

/*
 * Who is reached by the legacy protocol only. It is learnt from calls: one by the new protocol that
 * nothing answered, and then one by the legacy protocol that was answered; and unlearnt when that
 * person calls, or takes a call, by the new one.
 */
AloqaRosterProtocols *aloqa_roster_protocols_new (AloqaHistoryStore *store);
void aloqa_roster_protocols_watch (AloqaRosterProtocols *self, AloqaCallController *controller);
AloqaDialProtocol aloqa_roster_protocols_get (AloqaRosterProtocols *self, gint64 peer_id);
void
aloqa_roster_protocols_set (AloqaRosterProtocols *self, gint64 peer_id, AloqaDialProtocol protocol);

G_END_DECLS
