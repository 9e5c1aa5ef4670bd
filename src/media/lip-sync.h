/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How long sound and pictures of one moment are held back. Each stream has stamps of its own, by when
 * its packets arrive; those of the stream that is quicker on its way are moved by an offset, so that
 * the same moment has the same stamp in both. Pure.
 */
typedef struct {
  gint needed_ms; /* by the stream's own stamps, to bear its jitter */
  gint offset_ms; /* what its stamps were moved by */
} AloqaLipSyncStream;

typedef struct {
  gint audio_ms; /* from the moved stamp on, so it may be negative */
  gint video_ms;
} AloqaLipSyncDelays;

AloqaLipSyncDelays
aloqa_lip_sync_balance (const AloqaLipSyncStream *audio, const AloqaLipSyncStream *video);

G_END_DECLS
