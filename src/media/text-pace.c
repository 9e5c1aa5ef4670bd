/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/text-pace.h"

/* Five pictures a second; a sixteenth early is in time. */
#define LONGEST_WAIT_NS (200 * GST_MSECOND * 15 / 16)
/* What the network is behind: an encoder that cannot make its pictures smaller may not ruin a call. */
#define MAX_DEBT_S 1.0

/**
 * aloqa_text_pace_takes:
 * @kbps: what may be sent
 * @now_ns: the picture's time; what is not later than the last one's is taken
 *
 * Returns: whether the picture is to be encoded; it is counted as sent
 */
gboolean
aloqa_text_pace_takes (AloqaTextPace *self, guint kbps, GstClockTime now_ns)
{
  double bytes_per_second = kbps * 1000.0 / 8;

  if (self->has_sent && now_ns > self->updated_ns) {
    double passed_s = (double) (now_ns - self->updated_ns) / GST_SECOND;

    self->debt_bytes = MAX (self->debt_bytes - passed_s * bytes_per_second, 0);
    if (self->debt_bytes > MAX_DEBT_S * bytes_per_second ||
        (self->debt_bytes > 0 && now_ns < self->sent_ns + LONGEST_WAIT_NS)) {
      self->updated_ns = now_ns;
      return FALSE;
    }
  }
  self->sent_ns = self->updated_ns = now_ns;
  self->has_sent = TRUE;
  return TRUE;
}

/* What the picture that was taken last came to. */
void
aloqa_text_pace_count (AloqaTextPace *self, gsize n_bytes)
{
  self->debt_bytes += (double) n_bytes;
}
