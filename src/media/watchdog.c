/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/watchdog.h"

/**
 * aloqa_watchdog_start:
 * @bytes: what has arrived so far
 * @now_us: a monotonic time
 */
void
aloqa_watchdog_start (AloqaWatchdog *self, guint64 bytes, gint64 now_us)
{
  self->state = ALOQA_WATCHDOG_ALIVE;
  self->bytes = bytes;
  self->last_us = now_us;
}

/**
 * aloqa_watchdog_update:
 * @bytes: what has arrived so far
 * @now_us: a monotonic time
 *
 * Returns: whether the state is another than before
 */
gboolean
aloqa_watchdog_update (AloqaWatchdog *self, guint64 bytes, gint64 now_us)
{
  AloqaWatchdogState old = self->state;

  if (bytes != self->bytes) {
    self->bytes = bytes;
    self->last_us = now_us;
    self->state = ALOQA_WATCHDOG_ALIVE;
  } else if (now_us - self->last_us >= ALOQA_WATCHDOG_DEAD_US) {
    self->state = ALOQA_WATCHDOG_DEAD;
  } else if (now_us - self->last_us >= ALOQA_WATCHDOG_SILENT_US) {
    self->state = ALOQA_WATCHDOG_SILENT;
  }

  return self->state != old;
}
