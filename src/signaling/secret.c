/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/secret.h"

#include <string.h>

/**
 * aloqa_secret_free:
 * @secret: (nullable): a string from g_malloc()
 */
void
aloqa_secret_free (gpointer secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * aloqa_secret_clear:
 * @secret: (inout): freed and set to %NULL
 */
void
aloqa_secret_clear (char **secret)
{
  aloqa_secret_free (g_steal_pointer (secret));
}

/**
 * aloqa_secret_set:
 * @secret: (inout): the old value is freed
 * @value: (nullable): copied; may be @secret's own
 */
void
aloqa_secret_set (char **secret, const char *value)
{
  char *copy = g_strdup (value);

  aloqa_secret_clear (secret);
  *secret = copy;
}
