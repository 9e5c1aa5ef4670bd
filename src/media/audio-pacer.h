/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet.h"

G_BEGIN_DECLS

/* Pushes sound that the program makes, one buffer of media/audio-format.h at a time. */
typedef struct _AloqaAudioPacer AloqaAudioPacer;

/* Fills one buffer's worth of @samples, on the pacer's thread. Returns: FALSE for none this time */
typedef gboolean (*AloqaAudioFillFunc) (gint16 *samples, gpointer user_data);

AloqaAudioPacer *
aloqa_audio_pacer_start (AloqaInlet *inlet, AloqaAudioFillFunc fill, gpointer user_data);
void aloqa_audio_pacer_stop (AloqaAudioPacer *self);

G_END_DECLS
