/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>
#include <spa/buffer/buffer.h>

G_BEGIN_DECLS

/* Pictures in memory of a device, such as a graphics card (a DMA-BUF). */
GstBuffer *aloqa_pipewire_dmabuf_copy (const struct spa_data *data, const struct spa_chunk *chunk,
                                       const GstVideoInfo *info, GError **error);

G_END_DECLS
