/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/video-paintable.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_VIDEO_VIEW (aloqa_video_view_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoView, aloqa_video_view, ALOQA, VIDEO_VIEW, GtkWidget)

/*
 * Shows the pictures of a feed, aspect kept, in the middle: whole with empty borders, or (covers)
 * filling the widget. It asks for no size of its own. While it is not on the screen, or its window is
 * minimized or wholly covered, it does no work at all.
 *
 * Properties:
 *   covers (gboolean, read and write): fill the widget and cut off what is too much; FALSE at first
 *   mirrored (gboolean, read and write): left and right are exchanged, as people know themselves
 *   is-blank (gboolean, read-only, with notify): nothing to look at: no picture yet, or black ones,
 *     or none any more (ui/video-life.h); paints nothing then, so that what lies beneath is seen
 *   max-fps (guint, read and write): 0 for as many as come
 */
GtkWidget *aloqa_video_view_new (void);
void aloqa_video_view_set_feed (AloqaVideoView *self, AloqaFeed *feed);
AloqaFeed *aloqa_video_view_get_feed (AloqaVideoView *self);
AloqaVideoPaintable *aloqa_video_view_get_paintable (AloqaVideoView *self);
gboolean aloqa_video_view_is_blank (AloqaVideoView *self);

G_END_DECLS
