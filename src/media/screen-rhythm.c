/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen-rhythm.h"

#define REFINE_US (1500 * 1000)
#define REFINE_INTERVAL_US (200 * 1000)
#define KEEP_ALIVE_US G_USEC_PER_SEC

/**
 * aloqa_screen_rhythm_next:
 * @has_new: whether the screen has changed since the last picture
 * @max_fps: how often a new one may be sent
 *
 * Returns: what to do now; it is counted as done
 */
AloqaScreenBeat
aloqa_screen_rhythm_next (AloqaScreenRhythm *self, gboolean has_new, guint max_fps, gint64 now_us)
{
  gint64 since_us = now_us - self->sent_us;
  /* An eighth early is in time: else a tick that comes a little late costs a whole one. */
  gint64 interval_us = G_USEC_PER_SEC / max_fps * 7 / 8;
  gboolean is_refining = now_us - self->changed_us < REFINE_US;

  if (self->sent_us == 0 && !has_new)
    return ALOQA_SCREEN_REST;
  if (has_new && (self->sent_us == 0 || since_us >= interval_us)) {
    self->sent_us = self->changed_us = now_us;
    return ALOQA_SCREEN_SEND;
  }
  if (has_new || since_us < (is_refining ? REFINE_INTERVAL_US : KEEP_ALIVE_US))
    return ALOQA_SCREEN_REST;

  self->sent_us = now_us;
  return ALOQA_SCREEN_REPEAT;
}
