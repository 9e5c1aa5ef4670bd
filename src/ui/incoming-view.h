/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_INCOMING_VIEW (aloqa_incoming_view_get_type ())
G_DECLARE_FINAL_TYPE (AloqaIncomingView, aloqa_incoming_view, ALOQA, INCOMING_VIEW, GtkWidget)

/*
 * Somebody calls: a card over a dimmed window. Put it as an overlay child of a GtkOverlay over
 * everything else; it shows itself while its call rings here, takes no focus, and hides within the
 * same turn of the main loop when the call is answered, declined or over, wherever that happened.
 *
 * The camera can be looked at before answering; it is closed before the call opens it.
 *
 * Keys: Ctrl+Shift+V answers with video, Ctrl+Shift+A without, Ctrl+Shift+D declines.
 *
 * Property: call (AloqaLiveCall, nullable, with notify): NULL once it does not ring any more
 */
GtkWidget *aloqa_incoming_view_new (void);
void aloqa_incoming_view_set_session (AloqaIncomingView *self, AloqaSession *session);
void aloqa_incoming_view_set_call (AloqaIncomingView *self, AloqaLiveCall *call);
AloqaLiveCall *aloqa_incoming_view_get_call (AloqaIncomingView *self);

G_END_DECLS
