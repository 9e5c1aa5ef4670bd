/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"

G_BEGIN_DECLS

/* The id under which a ringing call is notified: for g_application_withdraw_notification() too. */
#define ALOQA_INCOMING_NOTIFICATION_ID "incoming-call"

/*
 * What tells of a ringing call outside of the window: urgent, so that it stays, with Answer, Answer
 * without video (where it is a video call) and Decline. They activate app.answer, app.answer-audio and
 * app.decline; a click elsewhere activates the application.
 */
GNotification *aloqa_incoming_notification_new (AloqaLiveCall *call);

G_END_DECLS
