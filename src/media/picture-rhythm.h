/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How far apart the other side makes its pictures, by its own clock: a screen that stands still gives
 * one a second or fewer, and that is no fault of the network's. Pure: told the time. Begin with zeros.
 */
typedef struct {
  gint64 last_us; /* when a picture last began to arrive; 0: never */
  guint32 last_rtp_time;
  guint32 ssrc;
  gint64 last_interval_us; /* between the last two of one stream */
  gint64 turned_us;        /* when the first of these two began: */
  gint64 longest_us[2];    /* of late, and before */
} AloqaPictureRhythm;

void aloqa_picture_rhythm_note (AloqaPictureRhythm *self, guint32 ssrc, guint32 rtp_time,
                                gint clock_rate_hz, gint64 now_us);
gint64 aloqa_picture_rhythm_get_us (AloqaPictureRhythm *self, gint64 now_us);

G_END_DECLS
