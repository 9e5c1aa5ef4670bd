/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/accounts.h"
#include "server/tokens.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_AUTHORITY_ERROR_BAD_TOKEN,  /* not ours, altered, expired or revoked */
  ALOQA_AUTHORITY_ERROR_WRONG_KIND, /* a refresh token where an access token belongs, or so */
  ALOQA_AUTHORITY_ERROR_NO_USER,    /* deleted, or not active any more */
  ALOQA_AUTHORITY_ERROR_INTERNAL,   /* the database does not answer */
} AloqaAuthorityError;

#define ALOQA_AUTHORITY_ERROR (aloqa_authority_error_quark ())
GQuark aloqa_authority_error_quark (void);

AloqaClaims *
aloqa_authority_read (AloqaTokens *tokens, const char *token, AloqaTokenKind kind, GError **error);
AloqaAccount *aloqa_authority_find_account (AloqaTokens *tokens, AloqaAccounts *accounts,
                                            const AloqaClaims *claims, GError **error);
AloqaAccount *aloqa_authority_check (AloqaTokens *tokens, AloqaAccounts *accounts,
                                     const char *token, AloqaTokenKind kind, GError **error);

G_END_DECLS
