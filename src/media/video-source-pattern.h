/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/source.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_VIDEO_PATTERN_TEST,
  ALOQA_VIDEO_PATTERN_CLOCK, /* with media/clock-picture.h */
  ALOQA_VIDEO_PATTERN_BLACK,
} AloqaVideoPatternKind;

/* Pictures that the program draws. */
#define ALOQA_TYPE_VIDEO_PATTERN (aloqa_video_pattern_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoPattern, aloqa_video_pattern, ALOQA, VIDEO_PATTERN, AloqaSource)

AloqaSource *aloqa_video_pattern_new (AloqaVideoPatternKind kind, const GstVideoInfo *info);

G_END_DECLS
