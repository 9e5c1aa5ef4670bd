/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pulse/pulseaudio.h>

G_BEGIN_DECLS

/*
 * A connection to the Pulse server that is made again whenever it is lost, and until there is one. All
 * is to be called on the thread of its main loop, and calls there.
 */
typedef struct _AloqaPulseConnection AloqaPulseConnection;

typedef struct {
  void (*ready) (pa_context *context, gpointer user_data);
  /* What the server told of before is not there any more; its streams may still be in use. */
  void (*lost) (pa_context *context, gpointer user_data);
  /* May be NULL. Before it is made again: nothing may be left of the one that was lost. */
  void (*again) (gpointer user_data);
} AloqaPulseConnectionFuncs;

AloqaPulseConnection *
aloqa_pulse_connection_new (pa_mainloop_api *api, const char *client,
                            const AloqaPulseConnectionFuncs *funcs, gpointer user_data);
void aloqa_pulse_connection_free (AloqaPulseConnection *self);

G_END_DECLS
