/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A voice and what a computer plays in one sound. The voice's level is the microphone's to keep
 * (media/audio-source-microphone.h); the other's is kept here: a film is as loud as its makers liked.
 * All zeros to begin with.
 */
typedef struct {
  double power; /* of what is played, over the last second or so */
  double gain;  /* of it, at the last sample */
} AloqaAudioMix;

void aloqa_audio_mix_add (AloqaAudioMix *self, gint16 *voice, const gint16 *played);

G_END_DECLS
