/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"
#include "signaling/connection.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_CONTROLLER (aloqa_call_controller_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallController, aloqa_call_controller, ALOQA, CALL_CONTROLLER, GObject)

/*
 * Runs what the arbiter decides: brings the wire, the media, the deadlines and the person's wishes
 * together for every call of one account. It lives until it is idle, whoever drops it.
 *
 * Signals:
 *   call-added (AloqaLiveCall *)  dialled here or ringing here
 *   call-missed (AloqaContact *, int kind)  also for one that never rang
 *   idle ()  no call is left, and nothing of any call's media
 */
AloqaCallController *aloqa_call_controller_new (AloqaConnection *connection, AloqaClock *clock,
                                                const AloqaMediaSettings *settings);
void aloqa_call_controller_set_ice_servers (AloqaCallController *self, GPtrArray *servers,
                                            GTlsDatabase *trust);
void
aloqa_call_controller_set_settings (AloqaCallController *self, const AloqaMediaSettings *settings);
void aloqa_call_controller_set_do_not_disturb (AloqaCallController *self, gboolean is_on);
gboolean
aloqa_call_controller_set_speaker (AloqaCallController *self, const char *sink, GError **error);
AloqaLocalMedia *aloqa_call_controller_get_local_media (AloqaCallController *self);
void
aloqa_call_controller_dial (AloqaCallController *self, AloqaContact *contact, AloqaCallKind kind,
                            AloqaDialProtocol protocol, guint ring_timeout_ms);
void aloqa_call_controller_note_network_change (AloqaCallController *self);
gboolean aloqa_call_controller_is_idle (AloqaCallController *self);
void aloqa_call_controller_hang_up_all (AloqaCallController *self);

G_END_DECLS
