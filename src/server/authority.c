/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/authority.h"

#include "server/server.h"

G_DEFINE_QUARK (aloqa_authority_error, aloqa_authority_error)

static gboolean
check_revoked (AloqaAccounts *accounts, const AloqaClaims *claims, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gboolean is_revoked;

  /* Those of the existing server do not say which sign-in they belong to. */
  if (claims->sign_in == NULL)
    return TRUE;
  if (!aloqa_accounts_is_revoked (accounts, claims->sign_in, &is_revoked, &reason)) {
    aloqa_accounts_warn (accounts, reason);
    g_set_error_literal (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_INTERNAL,
                         "the server cannot read its database");
    return FALSE;
  }
  if (is_revoked)
    g_set_error_literal (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_BAD_TOKEN,
                         "signed out: sign in again");
  return !is_revoked;
}

static AloqaAccount *
find_active (AloqaAccounts *accounts, const char *username, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (AloqaAccount) account = aloqa_accounts_find_by_name (accounts, username, &reason);

  if (account != NULL && account->user->is_active)
    return g_steal_pointer (&account);

  if (reason != NULL && !g_error_matches (reason, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_NO_USER)) {
    aloqa_accounts_warn (accounts, reason);
    g_set_error_literal (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_INTERNAL,
                         "the server cannot read its database");
  } else {
    g_set_error_literal (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_NO_USER,
                         "this user is not active");
  }
  return NULL;
}

/**
 * aloqa_authority_find_account:
 * @claims: of a token that was in time once
 *
 * Returns: (transfer full): whose token it is, active at this moment; NULL with an
 *   ALOQA_AUTHORITY_ERROR, for example where it has been revoked since
 */
AloqaAccount *
aloqa_authority_find_account (AloqaTokens *tokens, AloqaAccounts *accounts,
                              const AloqaClaims *claims, GError **error)
{
  g_autoptr (AloqaAccount) account = NULL;

  if (!check_revoked (accounts, claims, error))
    return NULL;
  account = find_active (accounts, claims->username, error);
  if (account != NULL && !aloqa_tokens_is_for (tokens, claims, account->password_hash)) {
    g_set_error_literal (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_BAD_TOKEN,
                         "the password has been changed: sign in again");
    return NULL;
  }
  return g_steal_pointer (&account);
}

/**
 * aloqa_authority_read:
 * @token: what a client sent
 * @kind: what it must be
 *
 * Returns: (transfer full): what it says; NULL with an ALOQA_AUTHORITY_ERROR
 */
AloqaClaims *
aloqa_authority_read (AloqaTokens *tokens, const char *token, AloqaTokenKind kind, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (AloqaClaims) claims = aloqa_tokens_check (tokens, token, &reason);

  if (claims == NULL) {
    g_set_error_literal (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_BAD_TOKEN,
                         reason->message);
    return NULL;
  }
  if (claims->kind != kind) {
    g_set_error_literal (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_WRONG_KIND,
                         "this is the other kind of token");
    return NULL;
  }
  return g_steal_pointer (&claims);
}

/* Both of them, where the claims are not needed afterwards. */
AloqaAccount *
aloqa_authority_check (AloqaTokens *tokens, AloqaAccounts *accounts, const char *token,
                       AloqaTokenKind kind, GError **error)
{
  g_autoptr (AloqaClaims) claims = aloqa_authority_read (tokens, token, kind, error);

  return claims != NULL ? aloqa_authority_find_account (tokens, accounts, claims, error) : NULL;
}
