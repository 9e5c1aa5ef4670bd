/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

G_BEGIN_DECLS

/* Keeps what passes through a feed, for tests to look at. */
typedef struct _AloqaFeedLog AloqaFeedLog;

AloqaFeedLog *aloqa_feed_log_new (AloqaFeed *feed);
void aloqa_feed_log_free (AloqaFeedLog *self);
void aloqa_feed_log_clear (AloqaFeedLog *self);
guint aloqa_feed_log_get_n (AloqaFeedLog *self);
GstSample *aloqa_feed_log_dup_sample (AloqaFeedLog *self, guint i);
gint64 aloqa_feed_log_get_time_us (AloqaFeedLog *self, guint i);
gint64 aloqa_feed_log_get_longest_gap_us (AloqaFeedLog *self);
void aloqa_feed_log_wait (AloqaFeedLog *self, guint n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaFeedLog, aloqa_feed_log_free)

G_END_DECLS
