/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_TONE (aloqa_tone_get_type ())
G_DECLARE_FINAL_TYPE (AloqaTone, aloqa_tone, ALOQA, TONE, GObject)

typedef enum {
  ALOQA_TONE_RING,     /* somebody calls: see aloqa_tone_set_ring() */
  ALOQA_TONE_RINGBACK, /* it rings over there: one low tone, then a longer rest */
} AloqaToneKind;

/* What ringing sounds like. */
typedef enum {
  ALOQA_RING_CHIME,  /* two soft notes, twice */
  ALOQA_RING_BELL,   /* one bell, and again */
  ALOQA_RING_MELODY, /* four notes going up */
  ALOQA_N_RINGS,
} AloqaRing;

/*
 * Plays a cadence until stopped, on a sink that media/audio-output.h knows. Where that cannot be
 * opened it is silent, and says so in the log once; aloqa_tone_set_sink() with the same sink tries
 * again.
 *
 * Signals:
 *   started ()         it is heard from now on
 *   failed (GError *)  the sink could not be opened, or broke
 *
 * Main thread only.
 */
AloqaTone *aloqa_tone_new (const char *sink);
void aloqa_tone_set_sink (AloqaTone *self, const char *sink);
void aloqa_tone_set_ring (AloqaTone *self, AloqaRing ring, double volume);
void aloqa_tone_start (AloqaTone *self, AloqaToneKind kind);
void aloqa_tone_stop (AloqaTone *self);

G_END_DECLS
