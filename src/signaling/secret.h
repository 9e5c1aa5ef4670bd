/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Strings that are wiped before their memory is given back: passwords and tokens. */

void aloqa_secret_free (gpointer secret);
void aloqa_secret_clear (char **secret);
void aloqa_secret_set (char **secret, const char *value);

G_END_DECLS
