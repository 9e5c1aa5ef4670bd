/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

/* What comes with each picture. */
typedef struct {
  guint32 type;
  gsize size_bytes;
} VirtualMeta;

#define VIRTUAL_METAS_MAX 4

/* What the made-up camera and the made-up screen have in common: a stream that drives itself. */
void virtual_source_offer_buffers (struct pw_stream *stream, guint n_buffers, gsize size_bytes,
                                   guint stride_bytes, const VirtualMeta *metas, guint n_metas);
int virtual_source_run (struct pw_main_loop *loop, struct pw_stream *stream,
                        enum pw_stream_flags more_flags, const struct spa_pod **formats,
                        guint n_formats);
