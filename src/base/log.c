/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <string.h>

/*
 * What must never reach a log, whoever wrote the line: a library logs the URLs it opens. Each of
 * these words, followed by '=' or '":"' or ': ', begins a secret that ends at a delimiter.
 */
static const char *const secret_patterns[] = {
  /* token=…, "access_token":"…", password: …, ALOQA_TOKEN=… */
  "(?i)((?:token|password|secret|credential|authorization|a=ice-pwd)[\"']?\\s*[=:]\\s*[\"']?"
  "(?:bearer\\s+)?)[^\\s\"'&,;}]+",
  /* A JSON Web Token anywhere (RFC 7519, three base64url parts; the first begins with '{"'). */
  "()eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*",
  /* turn:user:password@host and any other URL with a password. */
  "(turns?:(?://)?[^\\s:@/]*:|://[^\\s:@/]*:)[^\\s@/]+(?=@)",
  /* What libnice says of a TURN server. */
  "(user/pass\\s*:\\s*\\S+\\s+--\\s+)\\S+",
};

static GRegex *
get_regex (gsize index)
{
  static GRegex *regexes[G_N_ELEMENTS (secret_patterns)];

  if (g_once_init_enter (&regexes[index]))
    g_once_init_leave (&regexes[index],
                       g_regex_new (secret_patterns[index], G_REGEX_OPTIMIZE, 0, NULL));

  return regexes[index];
}

/**
 * aloqa_log_redact:
 * @text: a line for a log or an error
 *
 * Returns: (transfer full): @text with every token and password in it replaced by "***"
 */
char *
aloqa_log_redact (const char *text)
{
  g_autofree char *result = g_utf8_make_valid (text, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (secret_patterns); i++) {
    char *next = g_regex_replace (get_regex (i), result, -1, 0, "\\1***", 0, NULL);

    /* A text that the expression cannot work through is not shown at all. */
    g_free (result);
    result = next != NULL ? next : g_strdup ("***");
  }

  return g_steal_pointer (&result);
}

static GLogWriterOutput
write_redacted (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_autofree GLogField *copy = g_memdup2 (fields, n_fields * sizeof *fields);
  g_autofree char *message = NULL;

  for (gsize i = 0; i < n_fields; i++) {
    if (message == NULL && strcmp (fields[i].key, "MESSAGE") == 0 && fields[i].length < 0) {
      message = aloqa_log_redact (fields[i].value);
      copy[i].value = message;
    }
  }

  return g_log_writer_default (level, copy, n_fields, user_data);
}

/**
 * aloqa_log_init:
 * @verbose: also show the debug lines of our own folders
 *
 * Every line of the process, from any library that logs with GLib, goes through
 * aloqa_log_redact(), and to standard error: standard output belongs to the program. Call it once,
 * first in main().
 */
void
aloqa_log_init (gboolean verbose)
{
  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_writer_func (write_redacted, NULL, NULL);
  if (verbose && g_getenv ("G_MESSAGES_DEBUG") == NULL)
    g_setenv ("G_MESSAGES_DEBUG",
              "aloqa-base aloqa-protocol aloqa-call aloqa-signaling aloqa-media aloqa-server "
              "aloqa-session aloqa-cli",
              TRUE);
}
