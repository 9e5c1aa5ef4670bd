/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

G_BEGIN_DECLS

/*
 * Looks whether a connection to PipeWire still lives, and a node on it: a daemon may hang, and a stream
 * is not always told that its node is gone. All is to be called on the connection's own loop, and
 * calls there.
 */
typedef struct _AloqaPipewireWatch AloqaPipewireWatch;

typedef struct {
  void (*gone) (const char *reason, gpointer user_data);
  /* May be the same again. */
  void (*answering) (gboolean is_answering, gpointer user_data);
} AloqaPipewireWatchFuncs;

AloqaPipewireWatch *
aloqa_pipewire_watch_new (struct pw_loop *loop, struct pw_core *core, guint32 node_id,
                          const AloqaPipewireWatchFuncs *funcs, gpointer user_data);
void aloqa_pipewire_watch_free (AloqaPipewireWatch *self);

G_END_DECLS
