/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Gives GStreamer's voice processor, sample for sample, what our speakers played when a microphone
 * heard it: from media/echo-reference.h, moved by the delay that media/echo-delay.h finds and along
 * with the drift of the two devices' clocks.
 *
 * The processor's own way of finding the two together (its probe's timestamps) loses ten
 * milliseconds whenever a buffer is late, and it does not look for an echo that comes after 50 ms.
 */
typedef GstClockTime (*AloqaEchoCancellerNow) (void);

void aloqa_echo_canceller_attach (GstElement *processor, AloqaEchoCancellerNow get_now);

G_END_DECLS
