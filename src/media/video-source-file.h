/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/source.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* The pictures of a file, looped. */
#define ALOQA_TYPE_VIDEO_FILE (aloqa_video_file_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoFile, aloqa_video_file, ALOQA, VIDEO_FILE, AloqaSource)

AloqaSource *aloqa_video_file_new (const char *path, const GstVideoInfo *info);

G_END_DECLS
