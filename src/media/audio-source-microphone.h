/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/audio-capture.h"
#include "media/source.h"

G_BEGIN_DECLS

/* A microphone of the Pulse server. */
#define ALOQA_TYPE_MICROPHONE (aloqa_microphone_get_type ())
G_DECLARE_FINAL_TYPE (AloqaMicrophone, aloqa_microphone, ALOQA, MICROPHONE, AloqaSource)

AloqaSource *
aloqa_microphone_new (const char *name, AloqaAudioProcessing processing, AloqaFeed *input_feed);

G_END_DECLS
