/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/roster.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CONTACT_AVATAR (aloqa_contact_avatar_get_type ())
G_DECLARE_FINAL_TYPE (AloqaContactAvatar, aloqa_contact_avatar, ALOQA, CONTACT_AVATAR, AdwBin)

/*
 * Somebody's picture, or initials until there is one. Property "size" (int): in pixels.
 */
void
aloqa_contact_avatar_show (AloqaContactAvatar *self, AloqaRoster *roster, AloqaContact *contact);

G_END_DECLS
