/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The pictures of an X server's screen, on a thread of its own. */
typedef struct _AloqaX11Stream AloqaX11Stream;

/* Called on that thread; they must be quick, and not free the stream. */
typedef struct {
  /* @sample: (transfer none): raw video, stamped by media/timeline.h, with a pointer as
   * media/screen-pointer.h draws it; at the rate that is wanted, changed or not */
  void (*frame) (GstSample *sample, gpointer user_data);
  /* @error: (transfer full): why there is nothing more */
  void (*failed) (GError *error, gpointer user_data);
} AloqaX11StreamFuncs;

AloqaX11Stream *
aloqa_x11_stream_new (guint max_fps, const AloqaX11StreamFuncs *funcs, gpointer user_data);
void aloqa_x11_stream_set_active (AloqaX11Stream *self, gboolean is_active);
void aloqa_x11_stream_free (AloqaX11Stream *self);

G_END_DECLS
