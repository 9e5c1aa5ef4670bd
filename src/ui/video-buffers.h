/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Memory for pictures of one size at a time, used again and again: a picture of a whole window is
 * megabytes, and there are thirty a second. Any thread.
 */
typedef struct _AloqaVideoBuffers AloqaVideoBuffers;

AloqaVideoBuffers *aloqa_video_buffers_new (void);
void aloqa_video_buffers_unref (AloqaVideoBuffers *self);
GBytes *aloqa_video_buffers_get (AloqaVideoBuffers *self, gsize size_bytes, guint8 **data);

G_END_DECLS
