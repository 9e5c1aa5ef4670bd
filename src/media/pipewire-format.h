/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>
#include <spa/pod/builder.h>

G_BEGIN_DECLS

/* What PipeWire and GStreamer each call a format of pictures. */

#define ALOQA_PIPEWIRE_MAX_FORMATS 6

guint aloqa_pipewire_format_build (struct spa_pod_builder *builder, const GstVideoInfo *wanted,
                                   const struct spa_pod *params[ALOQA_PIPEWIRE_MAX_FORMATS]);
guint aloqa_pipewire_format_build_screen (struct spa_pod_builder *builder, guint max_fps,
                                          const struct spa_pod *params[ALOQA_PIPEWIRE_MAX_FORMATS]);
GstCaps *aloqa_pipewire_format_parse (const struct spa_pod *param, GstVideoInfo *info);
gboolean aloqa_pipewire_format_is_dmabuf (const struct spa_pod *param);

G_END_DECLS
