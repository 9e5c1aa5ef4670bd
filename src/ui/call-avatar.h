/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/roster.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_AVATAR (aloqa_call_avatar_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallAvatar, aloqa_call_avatar, ALOQA, CALL_AVATAR, GtkWidget)

/*
 * Somebody's picture, or initials, in a circle, with a ring around it that shows how loud they are.
 *
 * Property: size (int, read and write): of the picture, in logical pixels; the ring comes on top
 */
void
aloqa_call_avatar_set_contact (AloqaCallAvatar *self, AloqaContact *contact, AloqaRoster *roster);
void aloqa_call_avatar_set_level_db (AloqaCallAvatar *self, double level_db);

G_END_DECLS
