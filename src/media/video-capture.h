/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"
#include "media/screen.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_VIDEO_CAPTURE (aloqa_video_capture_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoCapture, aloqa_video_capture, ALOQA, VIDEO_CAPTURE, GObject)

/*
 * Makes the pictures that we send: I420 of one size, at most a fixed rate, into one feed that
 * lives as long as the capture. What makes them can be swapped at any time:
 *
 *   test          a moving test picture
 *   clock         the same with the wall clock in it (media/clock-picture.h)
 *   camera[:NAME] a camera, by its id, its name or a part of its name; without NAME the default one
 *   file:PATH     the pictures of any file that an installed demuxer and decoder can play, looped
 *   black         black, a few times a second: video off, or on hold
 *   none          nothing at all
 *   screen        what aloqa_video_capture_set_screen() was given; of its own size
 *
 * Another shape is fitted into the size with black borders. A buffer's timestamp is the time of
 * media/timeline.h at which its picture was made, whatever the source, and always grows.
 *
 * Signals, on the main thread:
 *   switched (const char *source)  the first picture of this source is out (at once for `none`);
 *     the source before is closed
 *   error (GError *)               the source could not be opened, or broke; the capture has gone
 *     to `black` by itself and goes on
 *
 * Main thread only; the feed is pushed from threads of its own.
 */
AloqaVideoCapture *aloqa_video_capture_new (guint width_px, guint height_px, guint fps);
AloqaFeed *aloqa_video_capture_get_feed (AloqaVideoCapture *self);
gboolean
aloqa_video_capture_set_source (AloqaVideoCapture *self, const char *source, GError **error);
void aloqa_video_capture_set_screen (AloqaVideoCapture *self, AloqaScreen *screen);
gboolean
aloqa_video_capture_knows_source (AloqaVideoCapture *self, const char *source, GError **error);
const char *aloqa_video_capture_get_source (AloqaVideoCapture *self);
void aloqa_video_capture_start (AloqaVideoCapture *self);
void aloqa_video_capture_stop (AloqaVideoCapture *self);

G_END_DECLS
