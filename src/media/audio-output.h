/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_AUDIO_OUTPUT (aloqa_audio_output_get_type ())
G_DECLARE_FINAL_TYPE (AloqaAudioOutput, aloqa_audio_output, ALOQA, AUDIO_OUTPUT, GObject)

/*
 * Plays one feed of sound as it comes, on
 *
 *   null            nothing
 *   speaker[:NAME]  a speaker, by its id, its name or a part of its name; without NAME the default
 *   file:PATH       a new WAV file (mono, 48 kHz), complete once stopped or swapped
 *
 * Signals, on the main thread:
 *   opened ()         the feed is played from now on; never for `null`
 *   error (GError *)  the sink could not be opened, or broke; the speaker before that, which plays
 *     still, plays on, and where there is none the output has gone to `null`
 *
 * Main thread only.
 */
AloqaAudioOutput *aloqa_audio_output_new (AloqaFeed *feed);
gboolean aloqa_audio_output_set_sink (AloqaAudioOutput *self, const char *sink, GError **error);
const char *aloqa_audio_output_get_sink (AloqaAudioOutput *self);
void aloqa_audio_output_set_cancels_echo (AloqaAudioOutput *self, gboolean cancels_echo);
void aloqa_audio_output_start (AloqaAudioOutput *self);
void aloqa_audio_output_stop (AloqaAudioOutput *self);

G_END_DECLS
