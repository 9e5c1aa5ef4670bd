/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pulse/pulseaudio.h>

G_BEGIN_DECLS

/*
 * Makes all that the other side's loudspeaker plays the echo reference (media/echo-reference.h), and
 * not the voice alone: to be used while other programs' sound is sent along, which would otherwise be
 * heard twice there, once through the microphone. It follows the voice from one speaker to another;
 * what another speaker than the voice's plays is not in it.
 *
 * On the thread of one Pulse main loop only.
 */
typedef struct _AloqaEchoMonitor AloqaEchoMonitor;

AloqaEchoMonitor *aloqa_echo_monitor_new (void);
void aloqa_echo_monitor_free (AloqaEchoMonitor *self);
void aloqa_echo_monitor_look_at (AloqaEchoMonitor *self, pa_context *context,
                                 const pa_sink_input_info *info);
void aloqa_echo_monitor_forget (AloqaEchoMonitor *self, pa_context *context, guint32 index);
void aloqa_echo_monitor_stop (AloqaEchoMonitor *self);

G_END_DECLS
