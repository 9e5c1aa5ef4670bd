/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/source.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* A camera of PipeWire, or of the kernel (V4L2). */
#define ALOQA_TYPE_VIDEO_CAMERA (aloqa_video_camera_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoCamera, aloqa_video_camera, ALOQA, VIDEO_CAMERA, AloqaSource)

AloqaSource *aloqa_video_camera_new (const char *name, const GstVideoInfo *info);

G_END_DECLS
