/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/user.h"

G_BEGIN_DECLS

/* What POST /auth/login and POST /auth/refresh answer. Its tokens are wiped when it is freed. */
typedef struct {
  char *access_token;
  char *refresh_token;
  AloqaUser *user;
} AloqaCredentials;

AloqaCredentials *
aloqa_credentials_new (const char *access_token, const char *refresh_token, const AloqaUser *user);
void aloqa_credentials_free (AloqaCredentials *self);
AloqaCredentials *aloqa_credentials_parse (const char *text, gssize length, GError **error);
char *aloqa_credentials_to_json (const AloqaCredentials *self);

gboolean aloqa_token_get_expiry_s (const char *token, gint64 *expiry_s, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaCredentials, aloqa_credentials_free)

G_END_DECLS
