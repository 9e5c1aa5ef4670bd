/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-timing.h"

#include "media/audio-format.h"

/* Beyond this sound was lost, or stood still: time begins anew. */
#define MAX_ERROR (100 * GST_MSECOND)

/* A buffer arrives up to some 20 ms early or late, which evens out over this many; a clock is off
 * by less than 1 in 1000, which this still follows. */
#define SMOOTHING 64

/**
 * aloqa_audio_timing_follow:
 * @seen: when the next sample is of, by the clock
 *
 * Returns: when to say it is of
 */
GstClockTime
aloqa_audio_timing_follow (AloqaAudioTiming *self, GstClockTime seen)
{
  GstClockTimeDiff error = GST_CLOCK_DIFF (self->next, seen);

  if (!GST_CLOCK_TIME_IS_VALID (self->next) || ABS (error) > (GstClockTimeDiff) MAX_ERROR)
    self->next = seen;
  else
    self->next += error / SMOOTHING;

  return self->next;
}

/**
 * aloqa_audio_timing_advance:
 * @n_samples: that were stamped, of one channel
 */
void
aloqa_audio_timing_advance (AloqaAudioTiming *self, gsize n_samples)
{
  self->next += gst_util_uint64_scale (n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
}
