/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet.h"

G_BEGIN_DECLS

/*
 * Cuts the sound of a device, which comes in pieces of any length, into buffers of
 * media/audio-format.h, and gives them timestamps that grow as evenly as the samples do.
 */
typedef struct _AloqaAudioChunker AloqaAudioChunker;

AloqaAudioChunker *aloqa_audio_chunker_new (AloqaInlet *inlet);
void aloqa_audio_chunker_add (AloqaAudioChunker *self, GstBuffer *piece);
void aloqa_audio_chunker_free (gpointer self);

G_END_DECLS
