/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * A stream of pictures out of one node of PipeWire, on a connection and a thread of its own. Not
 * GStreamer's pipewiresrc: that blocks for 30 s where the node is missing, says nothing when it
 * goes, and forgets strides.
 */
typedef struct _AloqaPipewireStream AloqaPipewireStream;

/* Both are called on the stream's thread, and must not free the stream. */
typedef struct {
  /* @sample: (transfer none): raw video or JPEG, stamped by media/timeline.h */
  void (*frame) (GstSample *sample, gpointer user_data);
  /* @error: (transfer full): why there is nothing more */
  void (*failed) (GError *error, gpointer user_data);
} AloqaPipewireStreamFuncs;

AloqaPipewireStream *aloqa_pipewire_stream_new (const char *node_name, const GstVideoInfo *wanted,
                                                const AloqaPipewireStreamFuncs *funcs,
                                                gpointer user_data, GError **error);
void aloqa_pipewire_stream_free (AloqaPipewireStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPipewireStream, aloqa_pipewire_stream_free)

G_END_DECLS
