/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Sound as captures make it: S16LE, mono, 20 ms a buffer, one frame of Opus. */
#define ALOQA_AUDIO_RATE_HZ 48000
#define ALOQA_AUDIO_BUFFERS_PER_S 50
#define ALOQA_AUDIO_BUFFER_SAMPLES (ALOQA_AUDIO_RATE_HZ / ALOQA_AUDIO_BUFFERS_PER_S)
#define ALOQA_AUDIO_BUFFER_BYTES (ALOQA_AUDIO_BUFFER_SAMPLES * sizeof (gint16))
#define ALOQA_AUDIO_BUFFER_DURATION (GST_SECOND / ALOQA_AUDIO_BUFFERS_PER_S)
#define ALOQA_AUDIO_CAPS "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1"

G_END_DECLS
