/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_SIGN_IN_KEEPER (aloqa_sign_in_keeper_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSignInKeeper, aloqa_sign_in_keeper, ALOQA, SIGN_IN_KEEPER, GObject)

/*
 * Keeps one person signed in on one server from run to run: their refresh token, in the keyring and
 * nowhere else. Nobody above ever sees it.
 *
 * Signal "failed" (GError *): it could not be kept, so signing in holds for this run only; the
 * message says why.
 */
AloqaSignInKeeper *aloqa_sign_in_keeper_new (AloqaServerAddress *address, const char *username);
void aloqa_sign_in_keeper_resume_async (AloqaSignInKeeper *self, AloqaSession *session,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean
aloqa_sign_in_keeper_resume_finish (AloqaSignInKeeper *self, GAsyncResult *result, GError **error);
void aloqa_sign_in_keeper_follow (AloqaSignInKeeper *self, AloqaSession *session);
void aloqa_sign_in_keeper_forget (AloqaSignInKeeper *self);

G_END_DECLS
