/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "signaling/server-address.h"

G_BEGIN_DECLS

/* Which STUN and TURN servers are asked where neither the person nor the server names any. */
GPtrArray *aloqa_ice_choice_new_default (const AloqaServerAddress *address);

G_END_DECLS
