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
  ADD ("another-key-is-not-ours", test_another_key_is_not_ours);
  return g_test_run ();
}
