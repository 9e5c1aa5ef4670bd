/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "signaling/rest.h"

G_BEGIN_DECLS

/*
 * People's pictures: fetched when asked for, each once, a few at a time, those asked for last first
 * (they are the ones that are on the screen); the least used go when there are too many bytes.
 */
typedef struct _AloqaRosterPictures AloqaRosterPictures;

AloqaRosterPictures *aloqa_roster_pictures_new (AloqaRest *rest);
void aloqa_roster_pictures_free (AloqaRosterPictures *self);
void aloqa_roster_pictures_load (AloqaRosterPictures *self, const char *file_name, GTask *task);
void aloqa_roster_pictures_retry_missing (AloqaRosterPictures *self);

G_END_DECLS
