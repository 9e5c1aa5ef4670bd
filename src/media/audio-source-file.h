/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* The sound of a file, looped. */
#define ALOQA_TYPE_AUDIO_FILE (aloqa_audio_file_get_type ())
G_DECLARE_FINAL_TYPE (AloqaAudioFile, aloqa_audio_file, ALOQA, AUDIO_FILE, AloqaSource)

AloqaSource *aloqa_audio_file_new (const char *path);

G_END_DECLS
