/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

G_BEGIN_DECLS

/*
 * A picture that was put down for a stream which was not told of it. PipeWire (seen in 0.3.65) starts
 * what gives the pictures as soon as a stream's program has said that it starts too; whether its
 * stream can be woken yet is up to a later turn of its loop, and a wake-up that comes before is lost.
 * The picture of a screen that stands still is the only one, and lies there. All is to be called on
 * the stream's own loop.
 */
typedef struct _AloqaPipewireMissed AloqaPipewireMissed;

typedef void (*AloqaPipewireMissedFunc) (struct pw_buffer *buffer, gpointer user_data);

AloqaPipewireMissed *aloqa_pipewire_missed_new (struct pw_loop *loop, struct pw_core *core,
                                                AloqaPipewireMissedFunc func, gpointer user_data);
void aloqa_pipewire_missed_free (AloqaPipewireMissed *self);
void aloqa_pipewire_missed_add_buffer (AloqaPipewireMissed *self, struct pw_buffer *buffer);
void aloqa_pipewire_missed_remove_buffer (AloqaPipewireMissed *self, struct pw_buffer *buffer);
void aloqa_pipewire_missed_watch (AloqaPipewireMissed *self, gboolean is_on);

G_END_DECLS
