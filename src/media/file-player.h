/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet.h"

#include <gst/app/app.h>

G_BEGIN_DECLS

/*
 * Plays the first picture or sound stream of a file into an appsink, over and over. The file keeps
 * its own time; who takes its frames stamps them anew.
 */
typedef struct _AloqaFilePlayer AloqaFilePlayer;

AloqaFilePlayer *aloqa_file_player_new (const char *path, const char *media_type, GstElement *tail,
                                        AloqaInlet *inlet);
void aloqa_file_player_play (AloqaFilePlayer *self);
GstBuffer *aloqa_file_player_try_pull_buffer (AloqaFilePlayer *self, GstAppSink *sink);
void aloqa_file_player_stop (AloqaFilePlayer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaFilePlayer, aloqa_file_player_stop)

G_END_DECLS
