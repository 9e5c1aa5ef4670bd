/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Timestamps for sound that arrives when it likes: they grow as evenly as the samples do, and
 * follow the clock slowly, since a device's or a sender's clock is never quite ours. A plain struct:
 * set @next to GST_CLOCK_TIME_NONE.
 */
typedef struct {
  GstClockTime next;
} AloqaAudioTiming;

GstClockTime aloqa_audio_timing_follow (AloqaAudioTiming *self, GstClockTime seen);
void aloqa_audio_timing_advance (AloqaAudioTiming *self, gsize n_samples);

G_END_DECLS
