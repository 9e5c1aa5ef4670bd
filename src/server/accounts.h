/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"
#include "protocol/user.h"

G_BEGIN_DECLS

/* A user as the server knows one. */
typedef struct {
  AloqaUser *user;
  char *password_hash;
} AloqaAccount;

void aloqa_account_free (AloqaAccount *self);
AloqaCaller *aloqa_account_dup_caller (const AloqaAccount *self);

/*
 * The users in the database, and the tokens that were revoked. Reads see what other programs have
 * written since (the existing system, aloqa-server user …).
 */
typedef struct _AloqaAccounts AloqaAccounts;

AloqaAccounts *aloqa_accounts_open (const char *path, GError **error);
void aloqa_accounts_free (AloqaAccounts *self);

AloqaAccount *
aloqa_accounts_find_by_name (AloqaAccounts *self, const char *username, GError **error);
AloqaAccount *aloqa_accounts_find_by_id (AloqaAccounts *self, gint64 id, GError **error);
GPtrArray *aloqa_accounts_list (AloqaAccounts *self, GError **error);
GPtrArray *
aloqa_accounts_search (AloqaAccounts *self, gint64 for_id, const char *text, GError **error);

gint64 aloqa_accounts_add (AloqaAccounts *self, const char *username, const char *password_hash,
                           const char *first_name, const char *last_name, gboolean is_admin,
                           GError **error);
gboolean aloqa_accounts_set_password_hash (AloqaAccounts *self, const char *username,
                                           const char *password_hash, GError **error);
gboolean aloqa_accounts_disable (AloqaAccounts *self, const char *username, GError **error);

gboolean aloqa_accounts_back_up (AloqaAccounts *self, const char *path, GError **error);
void aloqa_accounts_warn (AloqaAccounts *self, const GError *error);

gboolean
aloqa_accounts_revoke (AloqaAccounts *self, const char *digest, gint64 expires_s, GError **error);
gboolean aloqa_accounts_is_revoked (AloqaAccounts *self, const char *digest, gboolean *is_revoked,
                                    GError **error);
gint64 aloqa_accounts_get_version (AloqaAccounts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaAccount, aloqa_account_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaAccounts, aloqa_accounts_free)

G_END_DECLS
