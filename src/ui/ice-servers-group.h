/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Fills @group with the person's own STUN and TURN servers: each can be tried and removed, and more
 * added. What is to be said goes to the toasts of @window. */
void aloqa_ice_servers_group_fill (AdwPreferencesGroup *group, AdwPreferencesWindow *window,
                                   GSettings *settings);

G_END_DECLS
