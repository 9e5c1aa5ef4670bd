/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

G_BEGIN_DECLS

/* What sound servers call us. */
#define ALOQA_AUDIO_PLAYER_CLIENT "Aloqa"
/* The property by which a voice's stream is found among all that are played. */
#define ALOQA_AUDIO_PLAYER_VOICE "aloqa.voice"

/*
 * A pipeline that plays a feed on one sink from its making on until it is freed. What it tells, it
 * tells on the main thread, and never before it is made. Main thread only.
 */
typedef struct _AloqaAudioPlayer AloqaAudioPlayer;

typedef struct {
  void (*started) (AloqaAudioPlayer *player, gpointer owner); /* the sink runs */
  /* @error: (transfer none): it plays nothing more; may be freed in here */
  void (*failed) (AloqaAudioPlayer *player, const GError *error, gpointer owner);
} AloqaAudioPlayerFuncs;

AloqaAudioPlayer *
aloqa_audio_player_new_file (AloqaFeed *feed, const char *path, const AloqaAudioPlayerFuncs *funcs,
                             gpointer owner, GError **error);
AloqaAudioPlayer *
aloqa_audio_player_new_speaker (AloqaFeed *feed, const char *device_id, const char *name,
                                gboolean is_voice, const AloqaAudioPlayerFuncs *funcs,
                                gpointer owner, GError **error);
const char *aloqa_audio_player_get_tag (void);
void aloqa_audio_player_free (AloqaAudioPlayer *self);

G_END_DECLS
