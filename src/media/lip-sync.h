/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How long sound and pictures of one moment are held back. Each stream has stamps of its own, by when
 * its packets arrive: those of the stream that is quicker on its way are earlier by an offset than the
 * other's of the same moment. Pure.
 */
typedef struct {
  gboolean is_there;
  gint needed_ms; /* from its stamps on, to bear its jitter */
  gint offset_ms; /* by how much it is the quicker one, or 0 */
} AloqaLipSyncStream;

/* From each stream's own stamps on; never negative. */
typedef struct {
  gint audio_ms;
  gint video_ms;
} AloqaLipSyncDelays;

AloqaLipSyncDelays
aloqa_lip_sync_balance (const AloqaLipSyncStream *audio, const AloqaLipSyncStream *video);

G_END_DECLS
