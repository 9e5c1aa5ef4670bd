/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/video-view.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_CORNER (aloqa_call_corner_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallCorner, aloqa_call_corner, ALOQA, CALL_CORNER, GtkWidget)

/*
 * A small picture in a corner of a GtkOverlay, which it must be an overlay child of: it can be dragged
 * to any corner.
 *
 * Signals:
 *   clicked ()
 *   dismissed ()  by its button
 */
void aloqa_call_corner_attach (AloqaCallCorner *self, GtkOverlay *overlay);
AloqaVideoView *aloqa_call_corner_get_video (AloqaCallCorner *self);
void aloqa_call_corner_set_insets (AloqaCallCorner *self, int top_px, int bottom_px);
void aloqa_call_corner_move_on (AloqaCallCorner *self);

G_END_DECLS
