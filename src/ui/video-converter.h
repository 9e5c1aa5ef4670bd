/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/video-picture.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* How a picture is to be made ready. */
typedef struct {
  int width_px; /* of what it is painted on; 0: unknown yet, the picture's own size is taken */
  int height_px;
  gboolean covers;   /* cut to the shape of that, or else whole inside of it */
  gboolean enlarges; /* also above the picture's own size: where nothing else does it cheaper */
  gboolean is_mirrored;
} AloqaVideoWish;

/*
 * Turns raw pictures into pictures of the size they are painted in. On one thread at a time.
 */
typedef struct _AloqaVideoConverter AloqaVideoConverter;

AloqaVideoConverter *aloqa_video_converter_new (void);
void aloqa_video_converter_free (AloqaVideoConverter *self);
AloqaVideoPicture *aloqa_video_converter_run (AloqaVideoConverter *self, GstSample *sample,
                                              const AloqaVideoWish *wish);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaVideoConverter, aloqa_video_converter_free)

G_END_DECLS
