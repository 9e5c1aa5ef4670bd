/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/screen.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_SCREEN_SHARE (aloqa_screen_share_get_type ())
G_DECLARE_FINAL_TYPE (AloqaScreenShare, aloqa_screen_share, ALOQA, SCREEN_SHARE, GObject)

typedef enum {
  ALOQA_SHARE_OFF,
  ALOQA_SHARE_ASKING, /* the desktop's dialog is open */
  ALOQA_SHARE_ON,
} AloqaShareState;

/*
 * The person's wish to show a screen: asks the desktop's portal, or takes the X screen where there is
 * no portal, and ends with whatever comes first: the person, the desktop's own stop button, the
 * window's end, the compositor's.
 *
 * Signals:
 *   changed ()        state, mode, size, whether it has sound or is stalled
 *   failed (GError *) it could not begin, or has ended by itself: ALOQA_MEDIA_ERROR_DENIED where the
 *     person closed the desktop's dialog, NOT_FOUND where there is no portal, MISSING_PART where it
 *     has no backend, GONE where what was shared is gone
 */
AloqaScreenShare *aloqa_screen_share_new (guint max_fps);
void aloqa_screen_share_start (AloqaScreenShare *self, const char *parent_window);
void aloqa_screen_share_stop (AloqaScreenShare *self);
void aloqa_screen_share_fail (AloqaScreenShare *self, const GError *error);
void aloqa_screen_share_set_mode (AloqaScreenShare *self, AloqaScreenMode mode);
gboolean aloqa_screen_share_can_have_sound (void);
void aloqa_screen_share_set_has_sound (AloqaScreenShare *self, gboolean has_sound);

AloqaShareState aloqa_screen_share_get_state (AloqaScreenShare *self);
AloqaScreen *aloqa_screen_share_get_screen (AloqaScreenShare *self);
gboolean aloqa_screen_share_get_has_sound (AloqaScreenShare *self);
AloqaScreenMode aloqa_screen_share_get_mode (AloqaScreenShare *self);
AloqaScreenMode aloqa_screen_share_get_shown_mode (AloqaScreenShare *self);

G_END_DECLS
