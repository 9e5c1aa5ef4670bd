/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

GstElement *aloqa_video_tail_new (const GstVideoInfo *info, gboolean is_paced, AloqaInlet *inlet);

G_END_DECLS
