/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/accounts.h"
#include "server/hub.h"

G_BEGIN_DECLS

/*
 * Finds those who are connected and may not be any more: another program has disabled or deleted
 * them. A few at a time, so that thousands cost no more than one.
 */
typedef struct _AloqaUserCheck AloqaUserCheck;

AloqaUserCheck *aloqa_user_check_new (AloqaAccounts *accounts, AloqaHub *hub);
void aloqa_user_check_free (AloqaUserCheck *self);
gint64 aloqa_user_check_find_next (AloqaUserCheck *self);

G_END_DECLS
