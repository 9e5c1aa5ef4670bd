/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ALOQA_VIDEO_LIFE_N_INTERVALS 8

/*
 * Whether pictures still come, by how they came before: of a screen that stands still there is one a
 * second or fewer, and one of those may be lost. Pure: told the time. Begin with zeros.
 */
typedef struct {
  gint64 last_us;                                    /* when the last one came; 0: never */
  gint64 intervals_us[ALOQA_VIDEO_LIFE_N_INTERVALS]; /* between the last ones, a ring */
  guint n_intervals;
  gint64 looks_since_us; /* what comes is noted since */
} AloqaVideoLife;

void aloqa_video_life_note (AloqaVideoLife *self, gint64 now_us);
void aloqa_video_life_look (AloqaVideoLife *self, gint64 now_us);
gboolean aloqa_video_life_has_ended (const AloqaVideoLife *self, gint64 now_us);

G_END_DECLS
