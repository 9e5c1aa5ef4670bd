/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_TONE (aloqa_tone_get_type ())
G_DECLARE_FINAL_TYPE (AloqaTone, aloqa_tone, ALOQA, TONE, GObject)

typedef enum {
  ALOQA_TONE_RING,     /* somebody calls: two soft notes, then a rest */
  ALOQA_TONE_RINGBACK, /* it rings over there: one low tone, then a longer rest */
} AloqaToneKind;

/*
 * Plays a cadence until stopped, on a sink that media/audio-output.h knows. Where that cannot be
 * opened it is silent, and says so in the log once.
 *
 * Main thread only.
 */
AloqaTone *aloqa_tone_new (const char *sink);
void aloqa_tone_set_sink (AloqaTone *self, const char *sink);
void aloqa_tone_start (AloqaTone *self, AloqaToneKind kind);
void aloqa_tone_stop (AloqaTone *self);

G_END_DECLS
