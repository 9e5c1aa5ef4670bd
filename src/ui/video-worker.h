/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hop.h"
#include "media/feed.h"
#include "ui/video-converter.h"

G_BEGIN_DECLS

/*
 * The thread between a feed and what paints it. Whoever pushes into the feed only leaves a reference
 * here; of what is left the newest is made ready, and of what is ready the newest is taken.
 *
 * The hop is called when something is ready that was not before: a picture to take, or the change to
 * black. Where nobody takes (the frame clock stands still: the window cannot be seen) nothing more is
 * made ready until somebody does.
 */
typedef struct _AloqaVideoWorker AloqaVideoWorker;

AloqaVideoWorker *aloqa_video_worker_new (gpointer object, AloqaHopFunc ready);
void aloqa_video_worker_free (AloqaVideoWorker *self);
void aloqa_video_worker_set_feed (AloqaVideoWorker *self, AloqaFeed *feed);
void aloqa_video_worker_set_active (AloqaVideoWorker *self, gboolean is_active);
void aloqa_video_worker_set_wish (AloqaVideoWorker *self, const AloqaVideoWish *wish);
void aloqa_video_worker_set_max_fps (AloqaVideoWorker *self, guint max_fps);
AloqaVideoPicture *aloqa_video_worker_take (AloqaVideoWorker *self, gboolean *is_black);
gboolean aloqa_video_worker_has_stopped (AloqaVideoWorker *self);
guint64 aloqa_video_worker_get_n_converted (AloqaVideoWorker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaVideoWorker, aloqa_video_worker_free)

G_END_DECLS
