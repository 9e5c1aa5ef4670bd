/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sign-in-keeper.h"

#include "desktop/secrets.h"

struct _AloqaSignInKeeper {
  GObject parent_instance;

  char *origin;
  char *username;
  AloqaSession *session; /* the one that is followed, or NULL */
  gboolean is_forgotten;
};

static guint failed_signal;

G_DEFINE_FINAL_TYPE (AloqaSignInKeeper, aloqa_sign_in_keeper, G_TYPE_OBJECT)

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSignInKeeper) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!aloqa_secrets_clear_finish (result, &error))
    g_debug ("Nothing to take out of the keyring: %s", error->message);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSignInKeeper) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_stored = aloqa_secrets_store_finish (result, &error);

  if (self->is_forgotten) {
    aloqa_sign_in_keeper_forget (self);
  } else if (is_stored) {
    /* Only now: a token that nobody keeps is better given back. */
    if (self->session != NULL)
      aloqa_session_set_stays_signed_in (self->session, TRUE);
  } else {
    g_signal_emit (self, failed_signal, 0, error);
  }
}

static void
store (AloqaSignInKeeper *self)
{
  AloqaAccount *account = aloqa_session_get_account (self->session);
  const char *token = aloqa_account_get_refresh_token (account);

  if (token != NULL && !self->is_forgotten)
    aloqa_secrets_store_async (ALOQA_SECRET_REFRESH_TOKEN, self->origin, self->username, token,
                               NULL, stored_cb, g_object_ref (self));
}

/* Everything else is a fault that may pass, and the token as good as before. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED) ||
         g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_FORBIDDEN);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaSignInKeeper *self = g_task_get_source_object (task);
  AloqaSession *session = ALOQA_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (aloqa_session_sign_in_finish (session, result, &error)) {
    aloqa_sign_in_keeper_follow (self, session);
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (is_refusal (error))
    aloqa_sign_in_keeper_forget (self);
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *token = NULL;

  if (!aloqa_secrets_lookup_finish (result, &token, &error)) {
    g_task_return_error (task, error);
  } else if (token == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             "The keyring holds nothing to sign in with.");
  } else {
    AloqaSession *session = g_task_get_task_data (task);

    aloqa_session_sign_in_with_token_async (session, token, signed_in_cb, g_steal_pointer (&task));
    aloqa_secrets_free_secret (token);
  }
}

static void
aloqa_sign_in_keeper_dispose (GObject *object)
{
  g_clear_object (&ALOQA_SIGN_IN_KEEPER (object)->session);

  G_OBJECT_CLASS (aloqa_sign_in_keeper_parent_class)->dispose (object);
}

static void
aloqa_sign_in_keeper_finalize (GObject *object)
{
  AloqaSignInKeeper *self = ALOQA_SIGN_IN_KEEPER (object);

  g_free (self->origin);
  g_free (self->username);

  G_OBJECT_CLASS (aloqa_sign_in_keeper_parent_class)->finalize (object);
}

static void
aloqa_sign_in_keeper_class_init (AloqaSignInKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_sign_in_keeper_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_sign_in_keeper_finalize;

  failed_signal = g_signal_new ("failed", ALOQA_TYPE_SIGN_IN_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_sign_in_keeper_init (AloqaSignInKeeper *self)
{
}

AloqaSignInKeeper *
aloqa_sign_in_keeper_new (AloqaServerAddress *address, const char *username)
{
  AloqaSignInKeeper *self = g_object_new (ALOQA_TYPE_SIGN_IN_KEEPER, NULL);

  self->origin = g_strdup (aloqa_server_address_get_origin (address));
  self->username = g_strdup (username);
  return self;
}

/**
 * aloqa_sign_in_keeper_resume_async:
 * @session: one on the keeper's server that nobody signed in yet
 *
 * Signs in with what was kept, and follows the session from then on. Fails with
 * %G_IO_ERROR_NOT_FOUND where nothing is kept, with an #AloqaSecretsError where the keyring does not
 * help, and as aloqa_session_sign_in_async() does. What the server refuses is kept no longer.
 */
void
aloqa_sign_in_keeper_resume_async (AloqaSignInKeeper *self, AloqaSession *session,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, g_object_ref (session), g_object_unref);
  aloqa_secrets_lookup_async (ALOQA_SECRET_REFRESH_TOKEN, self->origin, self->username, cancellable,
                              looked_up_cb, task);
}

gboolean
aloqa_sign_in_keeper_resume_finish (AloqaSignInKeeper *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * aloqa_sign_in_keeper_follow:
 * @session: one that is signed in
 *
 * Keeps its token, now and whenever the server gives a new one, and lets closing the session leave the
 * token valid.
 */
void
aloqa_sign_in_keeper_follow (AloqaSignInKeeper *self, AloqaSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (aloqa_session_get_account (session), "renewed", G_CALLBACK (store), self,
                           G_CONNECT_SWAPPED);
  store (self);
}

/* Takes it out of the keyring, for good: the person signed out. */
void
aloqa_sign_in_keeper_forget (AloqaSignInKeeper *self)
{
  self->is_forgotten = TRUE;
  if (self->session != NULL)
    aloqa_session_set_stays_signed_in (self->session, FALSE);
  aloqa_secrets_clear_async (ALOQA_SECRET_REFRESH_TOKEN, self->origin, self->username, NULL,
                             cleared_cb, g_object_ref (self));
}
