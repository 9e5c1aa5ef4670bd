/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/picture-rhythm.h"

/* So long at least is remembered, and twice that at most: whoever looks once a second at pictures that
 * were held back for up to another finds what belongs to them. */
#define MEMORY_US (2 * G_USEC_PER_SEC)

/* A picture that stands still is sent again after a second: where none has begun to arrive for longer,
 * they are held up on the way, unless the one before took its time, too. */
#define RUNNING_MAX_US (3 * G_USEC_PER_SEC / 2)

static void
turn (AloqaPictureRhythm *self, gint64 now_us)
{
  gint64 age_us = now_us - self->turned_us;

  if (age_us < MEMORY_US)
    return;
  self->longest_us[1] = age_us < 2 * MEMORY_US ? self->longest_us[0] : 0;
  self->longest_us[0] = 0;
  self->turned_us = now_us;
}

/**
 * aloqa_picture_rhythm_note:
 * @rtp_time: of a packet that is the first of its picture
 *
 * Pictures that were lost on the way make the time longer: whether any were is to be asked elsewhere.
 */
void
aloqa_picture_rhythm_note (AloqaPictureRhythm *self, guint32 ssrc, guint32 rtp_time,
                           gint clock_rate_hz, gint64 now_us)
{
  gint32 ticks = (gint32) (rtp_time - self->last_rtp_time); /* it wraps around (RFC 3550, 5.1) */
  gboolean is_next = self->last_us != 0 && ssrc == self->ssrc && ticks > 0;

  turn (self, now_us);
  if (is_next) {
    self->last_interval_us = (gint64) ticks * G_USEC_PER_SEC / clock_rate_hz;
    self->longest_us[0] = MAX (self->longest_us[0], self->last_interval_us);
  }
  self->last_us = now_us;
  self->last_rtp_time = rtp_time;
  self->ssrc = ssrc;
}

/* Returns: the longest time between two pictures of late, the running one included as far as it may be of
 * the other side's making */
gint64
aloqa_picture_rhythm_get_us (AloqaPictureRhythm *self, gint64 now_us)
{
  gint64 running_us;

  if (self->last_us == 0)
    return 0;
  turn (self, now_us);
  running_us = MIN (now_us - self->last_us, MAX (RUNNING_MAX_US, self->last_interval_us));
  return MAX (MAX (self->longest_us[0], self->longest_us[1]), running_us);
}
