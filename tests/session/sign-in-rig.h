/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

/* Both wait until it is done. */
void sign_in_rig_begin (AloqaSession *session, const char *user);
void sign_in_rig_end (AloqaSession *session);

G_END_DECLS
