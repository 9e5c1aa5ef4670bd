/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What must not be in a file, a setting or a command line, in the Secret Service: the person's own
 * keyring (in Flatpak, an encrypted file whose key the portal keeps). A keyring that is locked asks the
 * person to unlock it, with its own dialog; an operation waits for that, or for its cancellable.
 */
typedef enum {
  ALOQA_SECRET_REFRESH_TOKEN, /* place: the server's origin; user: the user name */
  ALOQA_SECRET_TURN_PASSWORD, /* place: the server's URL; user: its user name */
} AloqaSecretKind;

/*
 * ALOQA_SECRETS_ERROR_NO_KEYRING: there is none here: keep the secret for this session only, and say so
 * ALOQA_SECRETS_ERROR_LOCKED: there is one, and the person did not unlock it: likewise for now
 * ALOQA_SECRETS_ERROR_FAILED: it is there but does not do it; the message says why
 */
typedef enum {
  ALOQA_SECRETS_ERROR_NO_KEYRING,
  ALOQA_SECRETS_ERROR_LOCKED,
  ALOQA_SECRETS_ERROR_FAILED,
} AloqaSecretsError;

#define ALOQA_SECRETS_ERROR (aloqa_secrets_error_quark ())
GQuark aloqa_secrets_error_quark (void);

void aloqa_secrets_store_async (AloqaSecretKind kind, const char *place, const char *user,
                                const char *secret, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_secrets_store_finish (GAsyncResult *result, GError **error);

void aloqa_secrets_lookup_async (AloqaSecretKind kind, const char *place, const char *user,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean aloqa_secrets_lookup_finish (GAsyncResult *result, char **secret, GError **error);
void aloqa_secrets_free_secret (char *secret);

void aloqa_secrets_clear_async (AloqaSecretKind kind, const char *place, const char *user,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
void aloqa_secrets_clear_all_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean aloqa_secrets_clear_finish (GAsyncResult *result, GError **error);

G_END_DECLS
