/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/audio-capture.h"

G_BEGIN_DECLS

/* What a person in a call should know now; of several the most urgent. */
typedef enum {
  ALOQA_HINT_NONE,
  ALOQA_HINT_POOR_NETWORK,
  ALOQA_HINT_NO_MICROPHONE,     /* there is none, or none that could be opened */
  ALOQA_HINT_MICROPHONE_SILENT, /* nothing at all comes from it: unplugged, or switched off */
  ALOQA_HINT_MUTED,             /* they speak, and nobody hears it */
} AloqaCallHint;

/* Watches the level of the own microphone, muted or not. A plain struct: zero it. */
typedef struct {
  gint64 speaking_us;   /* how long it has been loud, in all, of late */
  gint64 silent_us;     /* how long there has been digital silence */
  gint64 muted_hint_us; /* how much longer the hint stays */
  gint64 missing_us;    /* how long there has been none to watch */
} AloqaMicrophoneWatch;

AloqaCallHint
aloqa_microphone_watch_update (AloqaMicrophoneWatch *self, const AloqaCaptureLevel *level,
                               gboolean is_muted, gint64 elapsed_us);
AloqaCallHint aloqa_microphone_watch_miss (AloqaMicrophoneWatch *self, gint64 elapsed_us);
const char *aloqa_call_hint_get_words (AloqaCallHint hint);

G_END_DECLS
