/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-life.h"

/* Two repeats of a still screen, a second apart, and a half one: without a new picture for so long, the
 * last one says nothing any more. */
#define MIN_LIMIT_US (2500 * 1000)
/* Of pictures that come more slowly so many are waited for, */
#define INTERVALS 4
/* up to here: whoever looks wants to know it in the end. */
#define MAX_LIMIT_US (30 * G_USEC_PER_SEC)

void
aloqa_video_life_note (AloqaVideoLife *self, gint64 now_us)
{
  if (self->last_us != 0 && self->last_us >= self->looks_since_us)
    self->intervals_us[self->n_intervals++ % ALOQA_VIDEO_LIFE_N_INTERVALS] = now_us - self->last_us;
  self->last_us = now_us;
}

/* Begins to look again: what did not come meanwhile was not waited for. */
void
aloqa_video_life_look (AloqaVideoLife *self, gint64 now_us)
{
  self->looks_since_us = now_us;
}

/* Returns: whether the last picture says nothing any more; TRUE before the first */
gboolean
aloqa_video_life_has_ended (const AloqaVideoLife *self, gint64 now_us)
{
  gint64 waited_us = now_us - MAX (self->last_us, self->looks_since_us), longest_us = 0;

  for (guint i = 0; i < ALOQA_VIDEO_LIFE_N_INTERVALS; i++)
    longest_us = MAX (longest_us, self->intervals_us[i]);
  return self->last_us == 0 ||
         waited_us > CLAMP (INTERVALS * longest_us, MIN_LIMIT_US, MAX_LIMIT_US);
}
