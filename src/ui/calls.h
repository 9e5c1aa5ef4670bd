/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CALLS (aloqa_calls_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCalls, aloqa_calls, ALOQA, CALLS, GObject)

/*
 * The calls of whoever is signed in, with a window or without: the one that rings here, or the one
 * that is spoken in. Whoever calls meanwhile finds the person busy, and whoever is dialled meanwhile
 * is not called. With the setting do-not-disturb calls ring unseen, and only come here when their
 * callers are dialled.
 *
 * Properties, with notify:
 *   ringing (AloqaLiveCall, nullable): rings here, to be answered or declined
 *   running (AloqaLiveCall, nullable): dialled here, or answered, and not over
 * Signals:
 *   refused (AloqaLiveCall *): dialled here in vain, see its end; what runs or rings goes on
 *   missed (AloqaContact *, int kind): nobody took it; kind is an AloqaCallKind
 */
AloqaCalls *aloqa_calls_new (GSettings *settings);
void aloqa_calls_set_session (AloqaCalls *self, AloqaSession *session);
void aloqa_calls_dial (AloqaCalls *self, AloqaContact *contact, AloqaCallKind kind,
                       AloqaDialProtocol protocol);
void aloqa_calls_dial_as_chosen (AloqaCalls *self, AloqaContact *contact, AloqaCallKind kind);
void aloqa_calls_answer (AloqaCalls *self, gboolean with_video);
void aloqa_calls_decline (AloqaCalls *self);
void aloqa_calls_hang_up (AloqaCalls *self);
void aloqa_calls_toggle_mute (AloqaCalls *self);
void aloqa_calls_toggle_camera (AloqaCalls *self);
void aloqa_calls_toggle_hold (AloqaCalls *self);
void aloqa_calls_set_talking (AloqaCalls *self, gboolean is_talking);
AloqaLiveCall *aloqa_calls_get_ringing (AloqaCalls *self);
AloqaLiveCall *aloqa_calls_get_running (AloqaCalls *self);

G_END_DECLS
