/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/roster.h"
#include "ui/video-view.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_STAGE (aloqa_call_stage_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallStage, aloqa_call_stage, ALOQA, CALL_STAGE, GtkWidget)

/*
 * Who is on the other side: their picture, filling the stage, with the own one in a corner; where
 * there is none, their avatar, their name and a line of words.
 *
 * Properties, with notify:
 *   shows-picture (gboolean, read-only): a picture fills it
 *   shows-self (gboolean): the own picture is wanted in the corner
 *   swapped (gboolean): the own picture fills the stage, and theirs is in the corner
 */
void
aloqa_call_stage_set_contact (AloqaCallStage *self, AloqaContact *contact, AloqaRoster *roster);
void
aloqa_call_stage_set_feeds (AloqaCallStage *self, AloqaFeed *remote_video, AloqaFeed *own_video);
void aloqa_call_stage_set_words (AloqaCallStage *self, const char *words);
void aloqa_call_stage_set_mirrors_self (AloqaCallStage *self, gboolean mirrors_self);
void aloqa_call_stage_set_dimmed (AloqaCallStage *self, gboolean is_dimmed);
void aloqa_call_stage_set_level_db (AloqaCallStage *self, double level_db);
void aloqa_call_stage_set_insets (AloqaCallStage *self, int top_px, int bottom_px);
void aloqa_call_stage_set_compact (AloqaCallStage *self, gboolean is_compact);
void aloqa_call_stage_move_corner (AloqaCallStage *self);
gboolean aloqa_call_stage_shows_picture (AloqaCallStage *self);
gboolean aloqa_call_stage_has_stalled (AloqaCallStage *self);

G_END_DECLS
