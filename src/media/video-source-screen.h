/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/screen.h"
#include "media/source.h"

G_BEGIN_DECLS

/* What a shared screen shows, while this is open: the screen itself lives longer. */
#define ALOQA_TYPE_VIDEO_SCREEN (aloqa_video_screen_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoScreen, aloqa_video_screen, ALOQA, VIDEO_SCREEN, AloqaSource)

AloqaSource *aloqa_video_screen_new (AloqaScreen *screen);

G_END_DECLS
