/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_TOKEN_ACCESS,
  ALOQA_TOKEN_REFRESH,
} AloqaTokenKind;

typedef enum {
  ALOQA_TOKEN_ERROR_BAD, /* not ours, or not one at all */
  ALOQA_TOKEN_ERROR_EXPIRED,
} AloqaTokenError;

#define ALOQA_TOKEN_ERROR (aloqa_token_error_quark ())
GQuark aloqa_token_error_quark (void);

/* What a token says, after it has been found to be ours and in time. */
typedef struct {
  AloqaTokenKind kind;
  char *username;
  char *stamp;      /* or NULL: see aloqa_tokens_is_for() */
  char *sign_in;    /* or NULL: which sign-in it belongs to, see aloqa_tokens_make_digest() */
  gint64 expires_s; /* since 1970 */
} AloqaClaims;

void aloqa_claims_free (AloqaClaims *self);

/* Issues and checks JSON Web Tokens (RFC 7519), HS256 only. */
typedef struct _AloqaTokens AloqaTokens;

AloqaTokens *aloqa_tokens_new (const char *secret_key);
void aloqa_tokens_free (AloqaTokens *self);
char *aloqa_tokens_issue (AloqaTokens *self, AloqaTokenKind kind, const char *username,
                          const char *password_hash, const char *sign_in, gint64 lifetime_s);
char *aloqa_tokens_make_digest (const char *token);
AloqaClaims *aloqa_tokens_check (AloqaTokens *self, const char *token, GError **error);
gboolean
aloqa_tokens_is_for (AloqaTokens *self, const AloqaClaims *claims, const char *password_hash);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaClaims, aloqa_claims_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaTokens, aloqa_tokens_free)

G_END_DECLS
