/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/screen-share.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_SHARE_BAR (aloqa_call_share_bar_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallShareBar, aloqa_call_share_bar, ALOQA, CALL_SHARE_BAR, GtkWidget)

/*
 * Says that the screen is shared, for as long as it is, with a button to stop it, the choice between
 * sharp and smooth, and whether other programs are heard: the actions call.share, call.share-mode and
 * call.share-sound of the view around it.
 */
void
aloqa_call_share_bar_show (AloqaCallShareBar *self, AloqaScreenShare *share, gboolean is_compact);

G_END_DECLS
