/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include "support/support.h"

typedef struct {
  const char *text;
  const char *expected;
} Case;

static const Case cases[] = {
  { "GET /api/messages/ws/2?token=abc.def&x=1", "GET /api/messages/ws/2?token=***&x=1" },
  { "{\"access_token\":\"abc\",\"a\":1}", "{\"access_token\":\"***\",\"a\":1}" },
  { "{\"password\": \"a b\"}", "{\"password\": \"*** b\"}" },
  { "Authorization: Bearer abc", "Authorization: Bearer ***" },
  { "saw eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.sig here", "saw *** here" },
  { "turn:ali:secret1@example.org:3478", "turn:ali:***@example.org:3478" },
  { "http://ali:pass@example.org/", "http://ali:***@example.org/" },
  { "relay server [192.0.2.1]:9 with user/pass : ali -- secret2",
    "relay server [192.0.2.1]:9 with user/pass : ali -- ***" },
  { "http://example.org:8030/api", "http://example.org:8030/api" },
  { "connected to 127.0.0.1:8030 as ali", "connected to 127.0.0.1:8030 as ali" },
};

static void
test_secrets_are_redacted (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *redacted = aloqa_log_redact (cases[i].text);

    g_assert_cmpstr (redacted, ==, cases[i].expected);
  }
}

static void
test_text_that_is_not_utf8_is_survived (void)
{
  g_autofree char *redacted = aloqa_log_redact ("token=\xff\xfe next");

  g_assert_cmpstr (redacted, ==, "token=*** next");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/base/log/secrets-are-redacted", test_secrets_are_redacted);
  g_test_add_func ("/base/log/text-that-is-not-utf8-is-survived",
                   test_text_that_is_not_utf8_is_survived);
  return g_test_run ();
}
