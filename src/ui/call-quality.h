/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-media.h"

G_BEGIN_DECLS

/* How well a call goes, in the four steps of the mark. */
typedef enum {
  ALOQA_QUALITY_UNKNOWN, /* nothing to judge by yet */
  ALOQA_QUALITY_BAD,     /* hardly to be understood */
  ALOQA_QUALITY_POOR,    /* trouble is heard or seen */
  ALOQA_QUALITY_GOOD,
  ALOQA_QUALITY_EXCELLENT,
} AloqaQuality;

/*
 * Judges once a second, and is quick to fall and slow to rise, so that the mark does not flicker. A
 * plain struct: zero it.
 */
typedef struct {
  AloqaQuality quality;
  guint n_better; /* judgements in a row that were better than it */
  gint64 lost;    /* counters as of the judgement before */
  guint64 received;
} AloqaQualityJudge;

AloqaQuality
aloqa_quality_judge (AloqaQualityJudge *self, const AloqaCallStats *stats, gboolean has_picture);
AloqaQuality aloqa_quality_judge_silence (AloqaQualityJudge *self);
const char *aloqa_quality_get_words (AloqaQuality quality);
const char *aloqa_quality_get_icon_name (AloqaQuality quality);

G_END_DECLS
