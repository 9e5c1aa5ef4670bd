/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/user.h"
#include "signaling/connection.h"
#include "signaling/rest.h"

G_BEGIN_DECLS

/*
 * One person signed in to one server: holds the tokens (in memory only), renews them before they
 * expire and whenever the server refuses them, and owns the HTTP interface and the connection that
 * use them.
 *
 * Signal "signed-out" (GError *): the server does not accept this account any more, and the password
 * has to be asked for again. The connection is stopped. Not emitted by aloqa_account_sign_out_async().
 * Signal "renewed": there are new tokens; see aloqa_account_get_refresh_token().
 */
#define ALOQA_TYPE_ACCOUNT (aloqa_account_get_type ())
G_DECLARE_FINAL_TYPE (AloqaAccount, aloqa_account, ALOQA, ACCOUNT, GObject)

AloqaAccount *
aloqa_account_new (AloqaServerAddress *address, GTlsDatabase *trust, AloqaClock *clock);

void aloqa_account_sign_in_async (AloqaAccount *self, const char *username, const char *password,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
void aloqa_account_sign_in_with_token_async (AloqaAccount *self, const char *token,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_account_sign_in_finish (AloqaAccount *self, GAsyncResult *result, GError **error);
void aloqa_account_sign_out_async (AloqaAccount *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_account_sign_out_finish (AloqaAccount *self, GAsyncResult *result, GError **error);

gboolean aloqa_account_is_signed_in (AloqaAccount *self);
const AloqaUser *aloqa_account_get_user (AloqaAccount *self);
const char *aloqa_account_get_refresh_token (AloqaAccount *self);
AloqaRest *aloqa_account_get_rest (AloqaAccount *self);
AloqaConnection *aloqa_account_get_connection (AloqaAccount *self);

G_END_DECLS
