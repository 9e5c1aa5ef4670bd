/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

/* Both wait until it is done. */
void sign_in_rig_begin (AloqaSession *session, const char *user);
void sign_in_rig_end (AloqaSession *session);

/* What signs in again without a password, in a keyring of the test's own. @place is a server's origin. */
void sign_in_rig_use_keyring (const char *folder);
void sign_in_rig_keep (const char *place, const char *user, const char *token);
char *sign_in_rig_dup_kept (const char *place, const char *user);
void sign_in_rig_take_away (const char *place, const char *user);

G_END_DECLS
