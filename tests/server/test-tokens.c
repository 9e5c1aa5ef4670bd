/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/tokens.h"

#include "support/support.h"

#include <string.h>

static void
test_a_token_says_what_it_was_issued_for (void)
{
  g_autoptr (AloqaTokens) tokens = aloqa_tokens_new ("key");
  g_autofree char *token =
      aloqa_tokens_issue (tokens, ALOQA_TOKEN_REFRESH, "ali", "$2b$x", NULL, 60);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaClaims) claims = aloqa_tokens_check (tokens, token, &error);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

  g_assert_no_error (error);
  g_assert_cmpint (claims->kind, ==, ALOQA_TOKEN_REFRESH);
  g_assert_cmpstr (claims->username, ==, "ali");
  g_assert_cmpint (claims->expires_s, >, now_s);
  g_assert_cmpint (claims->expires_s, <=, now_s + 60);
}

static void
test_tokens_end (void)
{
  g_autoptr (AloqaTokens) tokens = aloqa_tokens_new ("key");
  g_autofree char *token = aloqa_tokens_issue (tokens, ALOQA_TOKEN_ACCESS, "ali", "$2b$x", NULL, 0);
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_tokens_check (tokens, token, &error));
  g_assert_error (error, ALOQA_TOKEN_ERROR, ALOQA_TOKEN_ERROR_EXPIRED);
}

static void
test_a_new_password_ends_the_tokens_of_the_old_one (void)
{
  g_autoptr (AloqaTokens) tokens = aloqa_tokens_new ("key");
  g_autofree char *token =
      aloqa_tokens_issue (tokens, ALOQA_TOKEN_ACCESS, "ali", "$2b$x", NULL, 60);
  g_autoptr (AloqaClaims) claims = aloqa_tokens_check (tokens, token, NULL);

  g_assert_true (aloqa_tokens_is_for (tokens, claims, "$2b$x"));
  g_assert_false (aloqa_tokens_is_for (tokens, claims, "$2b$y"));
}

/* Any one sign of any part. */
static void
test_an_altered_token_is_none (void)
{
  g_autoptr (AloqaTokens) tokens = aloqa_tokens_new ("key");
  g_autofree char *token =
      aloqa_tokens_issue (tokens, ALOQA_TOKEN_ACCESS, "ali", "$2b$x", NULL, 60);

  for (gsize i = 0; i < strlen (token); i++) {
    g_autofree char *altered = g_strdup (token);
    g_autoptr (AloqaClaims) claims = NULL;

    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    claims = aloqa_tokens_check (tokens, altered, NULL);
    /* The last sign of the signature has two bits that mean nothing. */
    g_assert_true (claims == NULL || i == strlen (token) - 1);
  }
}

static void
test_another_key_is_not_ours (void)
{
  g_autoptr (AloqaTokens) ours = aloqa_tokens_new ("key");
  g_autoptr (AloqaTokens) theirs = aloqa_tokens_new ("kez");
  g_autofree char *token =
      aloqa_tokens_issue (theirs, ALOQA_TOKEN_ACCESS, "ali", "$2b$x", NULL, 60);
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_tokens_check (ours, token, &error));
  g_assert_error (error, ALOQA_TOKEN_ERROR, ALOQA_TOKEN_ERROR_BAD);
}

/* RFC 7515, section 2: base64 of URLs, without the padding. */
static char *
encode (const guchar *data, gsize length)
{
  char *text = g_base64_encode (data, length);
  char *end = strchr (text, '=');

  if (end != NULL)
    *end = '\0';
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  return text;
}

/* @checksum: of the signature with "key"; -1: there is none */
static char *
forge (const char *header, const char *claims, int checksum)
{
  g_autofree char *first = encode ((const guchar *) header, strlen (header));
  g_autofree char *second = encode ((const guchar *) claims, strlen (claims));
  g_autofree char *signed_part = g_strconcat (first, ".", second, NULL);
  g_autofree char *signature = g_strdup ("");

  if (checksum >= 0) {
    g_autoptr (GHmac) hmac = g_hmac_new (checksum, (const guchar *) "key", 3);
    guint8 digest[64];
    gsize length = sizeof digest;

    g_hmac_update (hmac, (const guchar *) signed_part, -1);
    g_hmac_get_digest (hmac, digest, &length);
    g_free (signature);
    signature = encode (digest, length);
  }
  return g_strconcat (signed_part, ".", signature, NULL);
}

#define HEADER(alg) "{\"alg\":\"" alg "\",\"typ\":\"JWT\"}"
#define CLAIMS "\"sub\":\"ali\",\"exp\":4000000000,\"type\":\"access\""

/* Whoever signs must use our algorithm, and say everything that counts. */
static void
test_the_algorithm_and_the_claims_are_checked (void)
{
  static const struct {
    const char *header;
    const char *claims;
    int checksum;
    gboolean is_good;
  } cases[] = {
    { HEADER ("HS256"), "{" CLAIMS "}", G_CHECKSUM_SHA256, TRUE },
    { HEADER ("none"), "{" CLAIMS "}", -1, FALSE },
    { HEADER ("None"), "{" CLAIMS "}", -1, FALSE },
    { HEADER ("HS256"), "{" CLAIMS "}", -1, FALSE },
    { HEADER ("none"), "{" CLAIMS "}", G_CHECKSUM_SHA256, FALSE },
    { HEADER ("HS512"), "{" CLAIMS "}", G_CHECKSUM_SHA512, FALSE },
    { HEADER ("HS384"), "{" CLAIMS "}", G_CHECKSUM_SHA384, FALSE },
    { HEADER ("RS256"), "{" CLAIMS "}", G_CHECKSUM_SHA256, FALSE },
    { "{\"typ\":\"JWT\"}", "{" CLAIMS "}", G_CHECKSUM_SHA256, FALSE },
    { HEADER ("HS256"), "{\"sub\":\"ali\",\"type\":\"access\"}", G_CHECKSUM_SHA256, FALSE },
    { HEADER ("HS256"), "{\"sub\":\"ali\",\"exp\":4000000000}", G_CHECKSUM_SHA256, FALSE },
    { HEADER ("HS256"), "{\"exp\":4000000000,\"type\":\"access\"}", G_CHECKSUM_SHA256, FALSE },
    { HEADER ("HS256"), "{\"sub\":\"ali\",\"exp\":4000000000,\"type\":\"other\"}",
      G_CHECKSUM_SHA256, FALSE },
    { HEADER ("HS256"), "{\"sub\":\"ali\",\"exp\":\"later\",\"type\":\"access\"}",
      G_CHECKSUM_SHA256, FALSE },
  };
  g_autoptr (AloqaTokens) tokens = aloqa_tokens_new ("key");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *token = forge (cases[i].header, cases[i].claims, cases[i].checksum);
    g_autoptr (AloqaClaims) claims = aloqa_tokens_check (tokens, token, NULL);

    g_test_message ("%s %s", cases[i].header, cases[i].claims);
    g_assert_cmpint (claims != NULL, ==, cases[i].is_good);
  }
}

#define ADD(name, func) g_test_add_func ("/server/tokens/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("a-token-says-what-it-was-issued-for", test_a_token_says_what_it_was_issued_for);
  ADD ("tokens-end", test_tokens_end);
  ADD ("a-new-password-ends-the-tokens-of-the-old-one",
       test_a_new_password_ends_the_tokens_of_the_old_one);
  ADD ("an-altered-token-is-none", test_an_altered_token_is_none);
  ADD ("the-algorithm-and-the-claims-are-checked", test_the_algorithm_and_the_claims_are_checked);
  ADD ("another-key-is-not-ours", test_another_key_is_not_ours);
  return g_test_run ();
}
