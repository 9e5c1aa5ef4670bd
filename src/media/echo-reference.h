/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What our speakers play, kept for the microphone's echo canceller, which finds it by the name of
 * GStreamer's process-wide probe: so it does not matter on which devices the two are.
 */
#define ALOQA_ECHO_REFERENCE_PROBE "aloqa-played"

void aloqa_echo_reference_acquire (void);
void aloqa_echo_reference_release (void);
void aloqa_echo_reference_push (GstSample *sample);

G_END_DECLS
