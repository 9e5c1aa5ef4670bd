/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes and checks bcrypt hashes ("$2b$12$…"), on worker threads of its own. */
typedef struct _AloqaPasswords AloqaPasswords;

AloqaPasswords *aloqa_passwords_new (guint cost_log2);
void aloqa_passwords_set_max_waiting (AloqaPasswords *self, guint max_waiting);
void aloqa_passwords_free (AloqaPasswords *self);
char *aloqa_passwords_hash (AloqaPasswords *self, const char *password, GError **error);
void aloqa_passwords_verify_async (AloqaPasswords *self, const char *hash, const char *password,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_passwords_verify_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPasswords, aloqa_passwords_free)

G_END_DECLS
