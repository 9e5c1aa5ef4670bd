/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/audio-pacer.h"
#include "media/source.h"

G_BEGIN_DECLS

/* Sound that the program makes. */
#define ALOQA_TYPE_AUDIO_GENERATOR (aloqa_audio_generator_get_type ())
G_DECLARE_FINAL_TYPE (AloqaAudioGenerator, aloqa_audio_generator, ALOQA, AUDIO_GENERATOR,
                      AloqaSource)

AloqaSource *aloqa_audio_generator_new (AloqaAudioFillFunc fill, gpointer user_data,
                                        GDestroyNotify free_user_data);
AloqaSource *aloqa_audio_generator_new_silence (void);
AloqaSource *aloqa_audio_generator_new_sine (double tone_hz, double amplitude_dbfs);
AloqaSource *aloqa_audio_generator_new_echo (AloqaFeed *feed, guint delay_ms);

G_END_DECLS
