/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

G_BEGIN_DECLS

void aloqa_pipewire_init (void);
void aloqa_pipewire_context_free (struct pw_context *context);
GSource *aloqa_pipewire_loop_source_new (struct pw_loop *loop);

G_END_DECLS
