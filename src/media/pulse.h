/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pulse/pulseaudio.h>

G_BEGIN_DECLS

/* What all who talk to the Pulse server need. */
void aloqa_pulse_forget (pa_operation *operation);
pa_stream *aloqa_pulse_make_stream (pa_context *context, const char *name, guint n_channels);

G_END_DECLS
