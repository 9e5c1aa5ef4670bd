/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean aloqa_fingerprint_is_known_hash (const char *hash);
char *aloqa_fingerprint_of_pem (const char *pem, const char *hash);
gboolean aloqa_fingerprint_matches (const char *pem, const char *hash, const char *value);

G_END_DECLS
