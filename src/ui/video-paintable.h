/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"
#include "ui/video-converter.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_VIDEO_PAINTABLE (aloqa_video_paintable_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoPaintable, aloqa_video_paintable, ALOQA, VIDEO_PAINTABLE, GObject)

/*
 * The newest picture of a feed, as a GdkPaintable of the picture's own shape. Pictures are made ready
 * on a thread of its own, in the size asked for and never larger, and only while it is active;
 * whichever is newest is taken when aloqa_video_paintable_advance() is called, at a frame clock's
 * tick. What comes in between is dropped, nothing waits in line.
 *
 * Properties, with notify:
 *   is-blank (gboolean, read-only): there is nothing to look at: no picture yet, or black ones
 *
 * Signals:
 *   picture-ready ()  the next call of aloqa_video_paintable_advance() shows something new
 *
 * Main thread only.
 */
AloqaVideoPaintable *aloqa_video_paintable_new (void);
void aloqa_video_paintable_set_feed (AloqaVideoPaintable *self, AloqaFeed *feed);
AloqaFeed *aloqa_video_paintable_get_feed (AloqaVideoPaintable *self);
void aloqa_video_paintable_set_active (AloqaVideoPaintable *self, gboolean is_active);
void aloqa_video_paintable_set_wish (AloqaVideoPaintable *self, const AloqaVideoWish *wish);
void aloqa_video_paintable_set_in_software (AloqaVideoPaintable *self, gboolean is_in_software);
void aloqa_video_paintable_set_max_fps (AloqaVideoPaintable *self, guint max_fps);
gboolean aloqa_video_paintable_advance (AloqaVideoPaintable *self);
AloqaVideoPicture *aloqa_video_paintable_get_picture (AloqaVideoPaintable *self);
gboolean aloqa_video_paintable_is_blank (AloqaVideoPaintable *self);
gboolean aloqa_video_paintable_has_stopped (AloqaVideoPaintable *self);
guint64 aloqa_video_paintable_get_n_converted (AloqaVideoPaintable *self);

G_END_DECLS
