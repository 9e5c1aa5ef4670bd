/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "server/accounts.h"
#include "server/hub.h"
#include "server/tokens.h"

G_BEGIN_DECLS

/*
 * Ends the connections of those who may not be here any more: signed out, disabled, deleted, or with
 * another password since. What another program has done (aloqa-server user …, the existing system)
 * is noticed within seconds, a few users at a time, so that thousands cost no more than one. That a
 * token has expired ends no connection.
 */
typedef struct _AloqaTokenCheck AloqaTokenCheck;

AloqaTokenCheck *aloqa_token_check_new (AloqaTokens *tokens, AloqaAccounts *accounts, AloqaHub *hub,
                                        AloqaClock *clock);
void aloqa_token_check_free (AloqaTokenCheck *self);
void aloqa_token_check_user (AloqaTokenCheck *self, gint64 user_id);

G_END_DECLS
