/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_FEED (aloqa_feed_get_type ())
G_DECLARE_FINAL_TYPE (AloqaFeed, aloqa_feed, ALOQA, FEED, GObject)

/*
 * A stream of raw frames, shared out: a capture pushes into one, a peer's decoders push into one,
 * and encoders, speakers, windows, meters and files listen. It is all that joins two pipelines.
 *
 * Video is I420 of any size (it may change from frame to frame), in the colours of BT.601 whatever the
 * size, as web pages take it, when it is to be sent; audio S16LE, 48 kHz, mono or
 * stereo interleaved, 10 or 20 ms a buffer. Buffers are timed by media/timeline.h, and are shared:
 * never write to one.
 */
typedef void (*AloqaFeedFunc) (GstSample *sample, gpointer user_data);

AloqaFeed *aloqa_feed_new (void);
void aloqa_feed_push (AloqaFeed *self, GstSample *sample);
guint aloqa_feed_add_listener (AloqaFeed *self, AloqaFeedFunc func, gpointer user_data);
void aloqa_feed_remove_listener (AloqaFeed *self, guint *listener_id);

G_END_DECLS
