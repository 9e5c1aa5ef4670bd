/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/event-queue.h"
#include "session/live-call.h"

G_BEGIN_DECLS

/* The controller's side of a live call. */

AloqaLiveCall *
aloqa_live_call_new (guint number, AloqaContact *contact, AloqaCallKind kind, AloqaRole role,
                     AloqaCallEventFunc send_event, gpointer user_data);
void aloqa_live_call_show_phase (AloqaLiveCall *self, AloqaPhase phase, AloqaCallKind kind,
                                 gboolean is_unseen);
void aloqa_live_call_show_flow (AloqaLiveCall *self, const AloqaFlow *flow);
void aloqa_live_call_show_end (AloqaLiveCall *self, const AloqaEffect *effect,
                               AloqaPathDiagnosis *diagnosis);
void aloqa_live_call_show_notice (AloqaLiveCall *self, AloqaNotice notice);
void aloqa_live_call_show_device (AloqaLiveCall *self, const char *role, const char *source);
void aloqa_live_call_show_device_error (AloqaLiveCall *self, const char *role, const GError *error);
void aloqa_live_call_show_device_news (AloqaLiveCall *self, const char *role, int news,
                                       const char *name, const char *instead);
void aloqa_live_call_show_sharing (AloqaLiveCall *self, AloqaScreenShare *share);
void aloqa_live_call_set_leg (AloqaLiveCall *self, guint leg, AloqaCallMedia *media);
AloqaCallMedia *aloqa_live_call_get_leg (AloqaLiveCall *self, guint leg);
void aloqa_live_call_open_legs (AloqaLiveCall *self);
void aloqa_live_call_switch_leg (AloqaLiveCall *self, guint leg);
void aloqa_live_call_detach (AloqaLiveCall *self);

G_END_DECLS
