/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/echo-follower.h"

G_BEGIN_DECLS

/*
 * Gives GStreamer's voice processor, sample for sample, what our speakers played when a microphone
 * heard it, as media/echo-follower.h finds it.
 *
 * The processor's own way of finding the two together (its probe's timestamps) loses ten
 * milliseconds whenever a buffer is late, and it does not look for an echo that comes after 50 ms.
 */
void aloqa_echo_canceller_attach (GstElement *processor, AloqaEchoNow get_now);

G_END_DECLS
