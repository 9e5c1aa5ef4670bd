/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>

#include "media/screen-content.h"

G_BEGIN_DECLS

/*
 * Makes the picture that is sent out of what the screen gives: I420, the part that is meant, upright,
 * with its own shape, at most as large as its mode allows. One thread at a time.
 */
typedef struct _AloqaScreenPicture AloqaScreenPicture;

AloqaScreenPicture *aloqa_screen_picture_new (void);
void aloqa_screen_picture_free (AloqaScreenPicture *self);
GstBuffer *aloqa_screen_picture_convert (AloqaScreenPicture *self, GstSample *sample,
                                         AloqaScreenMode mode, GstVideoInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaScreenPicture, aloqa_screen_picture_free)

G_END_DECLS
