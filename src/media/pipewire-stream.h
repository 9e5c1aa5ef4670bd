/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * A stream of pictures out of one node of PipeWire, on a connection and a thread of its own. Not
 * GStreamer's pipewiresrc: that blocks for 30 s where the node is missing, says nothing when it
 * goes, and forgets strides and crops.
 */
typedef struct _AloqaPipewireStream AloqaPipewireStream;

/* All are called on the stream's thread; they must be quick, and not free the stream. */
typedef struct {
  /* @sample: (transfer none): raw video or JPEG, stamped by media/timeline.h; with a
   * GstVideoCropMeta where only a part of it is meant; turned as media/screen-turn.h tells; with a
   * pointer as media/pipewire-pointer.h adds it. Once more where nothing but that has changed */
  void (*frame) (GstSample *sample, gpointer user_data);
  /* @error: (transfer full): why there is nothing more */
  void (*failed) (GError *error, gpointer user_data);
  /* May be NULL. Whether pictures can come at all just now: the node is linked and runs, and PipeWire
   * answers. */
  void (*running) (gboolean is_running, gpointer user_data);
} AloqaPipewireStreamFuncs;

/* A node that is known to exist. */
typedef struct {
  const char *name; /* of a camera's node, or NULL */
  guint32 node_id;  /* of a screen's, where there is no name: it has whatever size it has */
  int fd;           /* a portal's connection to PipeWire, taken; -1 for the session's own */
} AloqaPipewireTarget;

AloqaPipewireStream *
aloqa_pipewire_stream_new (const AloqaPipewireTarget *target, const GstVideoInfo *wanted,
                           const AloqaPipewireStreamFuncs *funcs, gpointer user_data,
                           GError **error);
void aloqa_pipewire_stream_set_active (AloqaPipewireStream *self, gboolean is_active);
void aloqa_pipewire_stream_free (AloqaPipewireStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPipewireStream, aloqa_pipewire_stream_free)

G_END_DECLS
