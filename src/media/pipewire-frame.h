/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>
#include <spa/buffer/buffer.h>
#include <spa/pod/builder.h>

G_BEGIN_DECLS

/* One picture, out of PipeWire's memory and its words. */
#define ALOQA_PIPEWIRE_FRAME_N_PARAMS 6

void aloqa_pipewire_frame_build (struct spa_pod_builder *builder, gboolean is_dmabuf,
                                 const struct spa_pod *params[ALOQA_PIPEWIRE_FRAME_N_PARAMS]);
gboolean aloqa_pipewire_frame_has_picture (struct spa_buffer *spa_buffer);
GstSample *aloqa_pipewire_frame_copy (struct spa_buffer *spa_buffer, GstCaps *caps,
                                      const GstVideoInfo *info, gboolean is_dmabuf, GError **error);

G_END_DECLS
