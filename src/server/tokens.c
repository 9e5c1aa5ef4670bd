/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/tokens.h"

#include "server/limits.h"

#include <errno.h>
#include <jwt.h>
#include <string.h>

G_DEFINE_QUARK (aloqa_token_error, aloqa_token_error)

/* Enough that a stamp tells nothing of the hash and two passwords never share one by chance. */
#define STAMP_CHARS 16

struct _AloqaTokens {
  guchar *key;
  gsize key_length;
};

void
aloqa_claims_free (AloqaClaims *self)
{
  if (self == NULL)
    return;

  g_free (self->username);
  g_free (self->stamp);
  g_free (self->sign_in);
  g_free (self);
}

/**
 * aloqa_tokens_new:
 * @secret_key: any text that is hard to guess, at least one character; copied
 */
AloqaTokens *
aloqa_tokens_new (const char *secret_key)
{
  AloqaTokens *self = g_new0 (AloqaTokens, 1);

  self->key_length = strlen (secret_key);
  self->key = g_memdup2 (secret_key, self->key_length);
  return self;
}

void
aloqa_tokens_free (AloqaTokens *self)
{
  if (self == NULL)
    return;

  explicit_bzero (self->key, self->key_length);
  g_free (self->key);
  g_free (self);
}

/* Changes with the password: a token with another stamp was issued before. */
static char *
make_stamp (AloqaTokens *self, const char *password_hash)
{
  char *stamp =
      g_compute_hmac_for_string (G_CHECKSUM_SHA256, self->key, self->key_length, password_hash, -1);

  stamp[STAMP_CHARS] = '\0';
  return stamp;
}

static gint64
get_now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static const char *
get_kind_name (AloqaTokenKind kind)
{
  return kind == ALOQA_TOKEN_ACCESS ? "access" : "refresh";
}

/**
 * aloqa_tokens_issue:
 * @password_hash: of the user, at this moment
 * @sign_in: (nullable): of an access token, the digest of the refresh token that it came with: both
 *   are revoked as one
 * @lifetime_s: from now
 *
 * Returns: (transfer full): a token that no other equals, also within one second
 */
char *
aloqa_tokens_issue (AloqaTokens *self, AloqaTokenKind kind, const char *username,
                    const char *password_hash, const char *sign_in, gint64 lifetime_s)
{
  g_autofree char *stamp = make_stamp (self, password_hash);
  g_autofree char *unique = g_uuid_string_random ();
  char *encoded = NULL;
  char *token;
  jwt_t *jwt = NULL;

  if (jwt_new (&jwt) != 0 ||
      jwt_set_alg (jwt, JWT_ALG_HS256, self->key, (int) self->key_length) != 0 ||
      jwt_add_grant (jwt, "sub", username) != 0 ||
      jwt_add_grant (jwt, "type", get_kind_name (kind)) != 0 ||
      jwt_add_grant (jwt, "jti", unique) != 0 || jwt_add_grant (jwt, "stamp", stamp) != 0 ||
      (sign_in != NULL && jwt_add_grant (jwt, "sign_in", sign_in) != 0) ||
      jwt_add_grant_int (jwt, "iat", get_now_s ()) != 0 ||
      jwt_add_grant_int (jwt, "exp", get_now_s () + lifetime_s) != 0 ||
      (encoded = jwt_encode_str (jwt)) == NULL)
    g_error ("cannot sign a token: %s", g_strerror (errno)); /* out of memory, or a broken libjwt */

  token = g_strdup (encoded);
  free (encoded);
  jwt_free (jwt);
  return token;
}

/**
 * aloqa_tokens_make_digest:
 *
 * Returns: (transfer full): what names @token where the token itself would be a secret (SHA-256)
 */
char *
aloqa_tokens_make_digest (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

static gboolean
read_kind (jwt_t *jwt, AloqaTokenKind *kind)
{
  const char *name = jwt_get_grant (jwt, "type");

  if (g_strcmp0 (name, get_kind_name (ALOQA_TOKEN_ACCESS)) == 0)
    *kind = ALOQA_TOKEN_ACCESS;
  else if (g_strcmp0 (name, get_kind_name (ALOQA_TOKEN_REFRESH)) == 0)
    *kind = ALOQA_TOKEN_REFRESH;
  else
    return FALSE;
  return TRUE;
}

/* RFC 8725, section 3: the algorithm is ours to choose, not the token's; every claim is checked. */
static AloqaClaims *
read_claims (jwt_t *jwt, GError **error)
{
  g_autoptr (AloqaClaims) claims = g_new0 (AloqaClaims, 1);
  gboolean has_expiry;

  claims->username = g_strdup (jwt_get_grant (jwt, "sub"));
  claims->stamp = g_strdup (jwt_get_grant (jwt, "stamp"));
  claims->sign_in = g_strdup (jwt_get_grant (jwt, "sign_in"));
  errno = 0;
  claims->expires_s = jwt_get_grant_int (jwt, "exp");
  has_expiry = errno == 0;
  if (jwt_get_alg (jwt) != JWT_ALG_HS256 || claims->username == NULL || !has_expiry ||
      !read_kind (jwt, &claims->kind)) {
    g_set_error_literal (error, ALOQA_TOKEN_ERROR, ALOQA_TOKEN_ERROR_BAD,
                         "the token is not one of this server");
    return NULL;
  }
  if (claims->expires_s <= get_now_s ()) {
    g_set_error_literal (error, ALOQA_TOKEN_ERROR, ALOQA_TOKEN_ERROR_EXPIRED,
                         "the token has expired: sign in again");
    return NULL;
  }

  return g_steal_pointer (&claims);
}

/**
 * aloqa_tokens_check:
 * @token: whatever a client sent
 *
 * Returns: (transfer full): what it says; NULL with an ALOQA_TOKEN_ERROR where it is not ours or
 *   not in time. Whether there is still such a user, with that password, is the caller's question.
 */
AloqaClaims *
aloqa_tokens_check (AloqaTokens *self, const char *token, GError **error)
{
  AloqaClaims *claims;
  jwt_t *jwt = NULL;

  if (strlen (token) > ALOQA_MAX_TOKEN_BYTES ||
      jwt_decode (&jwt, token, self->key, (int) self->key_length) != 0) {
    g_set_error_literal (error, ALOQA_TOKEN_ERROR, ALOQA_TOKEN_ERROR_BAD,
                         "the token is not one of this server");
    return NULL;
  }

  claims = read_claims (jwt, error);
  jwt_free (jwt);
  if (claims != NULL && claims->kind == ALOQA_TOKEN_REFRESH) {
    g_free (claims->sign_in);
    claims->sign_in = aloqa_tokens_make_digest (token);
  }
  return claims;
}

/**
 * aloqa_tokens_is_for:
 * @password_hash: of the user whom @claims name, at this moment
 *
 * Returns: FALSE where the password has been changed since. Tokens that the existing server issued
 *   with the same key have no stamp, and are taken until they expire.
 */
gboolean
aloqa_tokens_is_for (AloqaTokens *self, const AloqaClaims *claims, const char *password_hash)
{
  g_autofree char *stamp = make_stamp (self, password_hash);

  return claims->stamp == NULL || strcmp (claims->stamp, stamp) == 0;
}
