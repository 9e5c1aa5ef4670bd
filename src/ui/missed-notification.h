/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

/*
 * What tells of a call of @contact's that nobody took, with Call Back, which activates app.call (see
 * ui/call-wish.h) even when the program has ended meanwhile; a click elsewhere activates
 * app.show-recent.
 */
GNotification *
aloqa_missed_notification_new (AloqaSession *session, AloqaContact *contact, AloqaCallKind kind);

G_END_DECLS
