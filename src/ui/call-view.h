/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_VIEW (aloqa_call_view_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallView, aloqa_call_view, ALOQA, CALL_VIEW, GtkWidget)

/*
 * One call from "calling…" (or the answer) to why it ended: fills whatever it is put in, with its own
 * window buttons at the top, so that the shell shows no header bar beside it.
 *
 *   view = aloqa_call_view_new ();
 *   aloqa_call_view_set_session (view, session);  once signed in; NULL when signed out
 *   aloqa_call_view_set_call (view, call);        on "call-added" (outgoing), or once answered
 *
 * Properties:
 *   call (AloqaLiveCall, nullable, with notify): stays after its end, until "closed"
 *   title (const char *, read-only, with notify): for the window: the other's name
 *   is-running (gboolean, read-only, with notify): there is a call that has not ended
 *   compact (gboolean, with notify): the small window; the view sizes the window itself
 *
 * Signals:
 *   closed ()  the person has read why it ended (or two seconds after hanging up): show other pages
 *   call-again (AloqaContact *, int kind, int protocol)  dial it; kind and protocol are an
 *     AloqaCallKind and an AloqaDialProtocol
 *   device-chosen (int kind, const char *source)  in the call, and in use already: keep it; kind is an
 *     AloqaDeviceKind, source as in media/video-capture.h, audio-capture.h and audio-output.h
 *
 * Actions, for gtk_widget_activate_action() and menus: call.toggle-mute, call.toggle-camera,
 * call.toggle-hold, call.hang-up, call.switch-camera, call.fullscreen, call.compact, call.swap,
 * call.toggle-self, call.move-self, call.share, call.share-mode, call.share-sound. The first three and
 * compact, swap, toggle-self, share, share-sound have a boolean state, share-mode one of "auto", "sharp",
 * "smooth".
 */
GtkWidget *aloqa_call_view_new (void);
void aloqa_call_view_set_session (AloqaCallView *self, AloqaSession *session);
void aloqa_call_view_set_call (AloqaCallView *self, AloqaLiveCall *call);
AloqaLiveCall *aloqa_call_view_get_call (AloqaCallView *self);
gboolean aloqa_call_view_is_running (AloqaCallView *self);

G_END_DECLS
