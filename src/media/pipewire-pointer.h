/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>
#include <spa/buffer/buffer.h>
#include <spa/pod/builder.h>

G_BEGIN_DECLS

/*
 * The mouse pointer of a screen whose pictures do not have it in them: some compositors tell of it beside
 * them, each time only what is new. One thread at a time.
 */
typedef struct _AloqaPipewirePointer AloqaPipewirePointer;

AloqaPipewirePointer *aloqa_pipewire_pointer_new (void);
void aloqa_pipewire_pointer_free (AloqaPipewirePointer *self);
gboolean
aloqa_pipewire_pointer_read (AloqaPipewirePointer *self, const struct spa_buffer *spa_buffer);
GstSample *aloqa_pipewire_pointer_add (AloqaPipewirePointer *self, GstSample *sample);
const struct spa_pod *aloqa_pipewire_pointer_build (struct spa_pod_builder *builder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPipewirePointer, aloqa_pipewire_pointer_free)

G_END_DECLS
