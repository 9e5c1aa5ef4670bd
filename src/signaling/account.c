/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/account.h"

#include <string.h>

#include "protocol/limits.h"
#include "signaling/renewal.h"
#include "signaling/secret.h"

struct _AloqaAccount {
  GObject parent_instance;

  AloqaServerAddress *address;
  GTlsDatabase *trust; /* or NULL: the system's */
  AloqaClock *clock;
  AloqaRest *rest;
  guint n_sign_outs; /* a sign-in that began before the last of them is void */

  /* While signed in, else NULL. */
  AloqaUser *user;
  AloqaConnection *connection;
  AloqaRenewal *renewal;
};

/* A sign-in under way. */
typedef struct {
  AloqaRenewal *renewal; /* becomes the account's */
  char *token;           /* or NULL: by password */
  GError *refusal;       /* or NULL: of the token as an access token */
  guint n_sign_outs;
} SignIn;

enum { SIGNAL_SIGNED_OUT, SIGNAL_RENEWED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaAccount, aloqa_account, G_TYPE_OBJECT)

static void
free_sign_in (gpointer data)
{
  SignIn *sign_in = data;

  g_clear_pointer (&sign_in->renewal, aloqa_renewal_free);
  aloqa_secret_clear (&sign_in->token);
  g_clear_error (&sign_in->refusal);
  g_free (sign_in);
}

/* Forgets everything that the sign-in gave. */
static void
leave (AloqaAccount *self)
{
  g_autoptr (AloqaConnection) connection = g_steal_pointer (&self->connection);

  self->n_sign_outs++;
  g_clear_pointer (&self->renewal, aloqa_renewal_free);
  g_clear_pointer (&self->user, aloqa_user_free);
  aloqa_rest_set_access_token (self->rest, NULL);
  if (connection != NULL) {
    g_signal_handlers_disconnect_by_data (connection, self);
    aloqa_connection_stop (connection);
  }
}

static void
renewal_renewed (gpointer owner, const AloqaCredentials *credentials)
{
  AloqaAccount *self = owner;
  g_autoptr (AloqaAccount) kept = g_object_ref (self);

  aloqa_rest_set_access_token (self->rest, credentials->access_token);
  aloqa_connection_set_access_token (self->connection, credentials->access_token);
  g_signal_emit (kept, signals[SIGNAL_RENEWED], 0);
}

/*
 * An open connection goes on working, and so does the call that may use it: it ends when the server
 * refuses the next one, and the renewal is tried again then.
 */
static void
renewal_refused (gpointer owner, const GError *error)
{
  AloqaAccount *self = owner;
  g_autoptr (AloqaAccount) kept = g_object_ref (self);
  g_autoptr (GError) reason = g_error_copy (error);

  switch (aloqa_connection_get_state (self->connection)) {
  case ALOQA_CONNECTION_STOPPED:
  case ALOQA_CONNECTION_TOKEN_REFUSED:
    g_message ("signed out by the server: %s", reason->message);
    leave (self);
    g_signal_emit (kept, signals[SIGNAL_SIGNED_OUT], 0, reason);
    break;
  default:
    break;
  }
}

static const AloqaRenewalEvents renewal_events = { renewal_renewed, renewal_refused };

static void
connection_notify_state_cb (AloqaAccount *self)
{
  switch (aloqa_connection_get_state (self->connection)) {
  case ALOQA_CONNECTION_REGISTERED:
    aloqa_renewal_note_acceptance (self->renewal);
    break;
  case ALOQA_CONNECTION_TOKEN_REFUSED:
    aloqa_renewal_note_refusal (self->renewal);
    break;
  default:
    break;
  }
}

static void
rest_unauthorized_cb (AloqaAccount *self)
{
  if (self->renewal != NULL)
    aloqa_renewal_note_refusal (self->renewal);
}

/* Ends a sign-in well. @refresh_token may be NULL. */
static void
enter (GTask *task, const AloqaUser *user, const char *access_token, const char *refresh_token)
{
  AloqaAccount *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);

  if (sign_in->n_sign_outs != self->n_sign_outs || self->user != NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Signed out meanwhile");
    return;
  }

  self->user = aloqa_user_copy (user);
  self->renewal = g_steal_pointer (&sign_in->renewal);
  aloqa_renewal_set_tokens (self->renewal, access_token, refresh_token);
  aloqa_rest_set_access_token (self->rest, access_token);
  self->connection =
      aloqa_connection_new (self->address, self->trust, self->clock, user->id, access_token);
  g_signal_connect_object (self->connection, "notify::state",
                           G_CALLBACK (connection_notify_state_cb), self, G_CONNECT_SWAPPED);
  g_task_return_boolean (task, TRUE);
}

static void
rest_login_cb (GObject *rest, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (AloqaCredentials) credentials =
      aloqa_rest_login_finish (ALOQA_REST (rest), result, &error);

  if (credentials == NULL)
    g_task_return_error (task, error);
  else
    enter (task, credentials->user, credentials->access_token, credentials->refresh_token);
}

static gboolean
is_forbidden (const GError *error)
{
  return g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_FORBIDDEN);
}

static gboolean
is_unauthorized (const GError *error)
{
  return g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
}

/*
 * A refresh token is always refused as an access token: what counts is how the refresh went, of which
 * a fault says nothing about the token. Only a disabled account is known before that.
 */
static void
rest_refresh_cb (GObject *rest, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SignIn *sign_in = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCredentials) credentials =
      aloqa_rest_refresh_finish (ALOQA_REST (rest), result, &error);

  if (credentials != NULL)
    enter (task, credentials->user, credentials->access_token, credentials->refresh_token);
  else if (is_unauthorized (error) && is_forbidden (sign_in->refusal))
    g_task_return_error (task, g_steal_pointer (&sign_in->refusal));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
rest_get_me_cb (GObject *rest, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaAccount *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaUser) user = aloqa_rest_get_me_finish (ALOQA_REST (rest), result, &error);

  if (user != NULL) {
    enter (task, user, sign_in->token, NULL);
    return;
  }

  aloqa_rest_set_access_token (self->rest, NULL);
  sign_in->refusal = g_steal_pointer (&error);
  /* Then it may be a refresh token. */
  if (is_unauthorized (sign_in->refusal) || is_forbidden (sign_in->refusal))
    aloqa_rest_refresh_async (self->rest, sign_in->token, g_task_get_cancellable (task),
                              rest_refresh_cb, g_object_ref (task));
  else
    g_task_return_error (task, g_steal_pointer (&sign_in->refusal));
}

/* A token goes into a header and a URL. */
static gboolean
is_valid_token (const char *token)
{
  for (const char *c = token; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;
  return *token != '\0' && strlen (token) <= ALOQA_MAX_TOKEN_BYTES;
}

static GTask *
begin_sign_in (AloqaAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback,
               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  SignIn *sign_in = g_new0 (SignIn, 1);

  sign_in->renewal = aloqa_renewal_new (self->rest, self->clock, &renewal_events, self);
  sign_in->n_sign_outs = self->n_sign_outs;
  g_task_set_source_tag (task, begin_sign_in);
  g_task_set_task_data (task, sign_in, free_sign_in);
  return task;
}

static void
aloqa_account_dispose (GObject *object)
{
  leave (ALOQA_ACCOUNT (object));

  G_OBJECT_CLASS (aloqa_account_parent_class)->dispose (object);
}

static void
aloqa_account_finalize (GObject *object)
{
  AloqaAccount *self = ALOQA_ACCOUNT (object);

  g_clear_object (&self->rest);
  g_clear_object (&self->clock);
  g_clear_object (&self->trust);
  aloqa_server_address_unref (self->address);

  G_OBJECT_CLASS (aloqa_account_parent_class)->finalize (object);
}

static void
aloqa_account_class_init (AloqaAccountClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_account_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_account_finalize;

  signals[SIGNAL_SIGNED_OUT] = g_signal_new ("signed-out", ALOQA_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_RENEWED] = g_signal_new ("renewed", ALOQA_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_account_init (AloqaAccount *self)
{
}

/**
 * aloqa_account_new:
 * @trust: (nullable): from aloqa_trust_load_ca_file(), or %NULL for the system's authorities
 *
 * Returns: (transfer full): an account that is not signed in
 */
AloqaAccount *
aloqa_account_new (AloqaServerAddress *address, GTlsDatabase *trust, AloqaClock *clock)
{
  AloqaAccount *self = g_object_new (ALOQA_TYPE_ACCOUNT, NULL);

  self->address = aloqa_server_address_ref (address);
  g_set_object (&self->trust, trust);
  self->clock = g_object_ref (clock);
  self->rest = aloqa_rest_new (address, trust, clock);
  g_signal_connect_object (self->rest, "unauthorized", G_CALLBACK (rest_unauthorized_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * aloqa_account_sign_in_async:
 * @password: kept in memory until signed out, for servers that cannot refresh a token
 *
 * Signs in by password. The connection is there afterwards, and not started.
 */
void
aloqa_account_sign_in_async (AloqaAccount *self, const char *username, const char *password,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;
  SignIn *sign_in;

  g_return_if_fail (self->user == NULL);

  task = begin_sign_in (self, cancellable, callback, user_data);
  sign_in = g_task_get_task_data (task);
  aloqa_renewal_set_password (sign_in->renewal, username, password);
  aloqa_rest_login_async (self->rest, username, password, cancellable, rest_login_cb, task);
}

/**
 * aloqa_account_sign_in_with_token_async:
 * @token: an access token, which lasts as long as it lasts, or a refresh token
 *
 * Signs in without a password. %ALOQA_SIGNALING_ERROR_UNAUTHORIZED and %ALOQA_SIGNALING_ERROR_FORBIDDEN
 * are the server's last word about @token; after any other failure it may be as good as before.
 */
void
aloqa_account_sign_in_with_token_async (AloqaAccount *self, const char *token,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  SignIn *sign_in;

  g_return_if_fail (self->user == NULL);

  task = begin_sign_in (self, cancellable, callback, user_data);
  sign_in = g_task_get_task_data (task);
  if (!is_valid_token (token)) {
    g_task_return_new_error (task, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED,
                             "This is not a token: it has to be one line of letters, digits and "
                             "signs, without spaces");
    return;
  }
  aloqa_secret_set (&sign_in->token, token);
  aloqa_rest_set_access_token (self->rest, token);
  aloqa_rest_get_me_async (self->rest, cancellable, rest_get_me_cb, g_steal_pointer (&task));
}

/**
 * aloqa_account_sign_in_finish:
 *
 * Of both ways to sign in.
 *
 * Returns: %TRUE; or %FALSE with an %ALOQA_SIGNALING_ERROR or %G_IO_ERROR_CANCELLED
 */
gboolean
aloqa_account_sign_in_finish (AloqaAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
rest_logout_cb (GObject *rest, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (aloqa_rest_logout_finish (ALOQA_REST (rest), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * aloqa_account_sign_out_async:
 *
 * Stops the connection and forgets every secret at once, then tells the server to do so too.
 */
void
aloqa_account_sign_out_async (AloqaAccount *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *refresh_token = aloqa_account_get_refresh_token (self);

  g_task_set_source_tag (task, aloqa_account_sign_out_async);
  if (refresh_token != NULL)
    aloqa_rest_logout_async (self->rest, refresh_token, cancellable, rest_logout_cb,
                             g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
  leave (self);
}

/**
 * aloqa_account_sign_out_finish:
 *
 * Returns: whether the server knows; it is over here in any case
 */
gboolean
aloqa_account_sign_out_finish (AloqaAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
aloqa_account_is_signed_in (AloqaAccount *self)
{
  return self->user != NULL;
}

/**
 * aloqa_account_get_user:
 *
 * Returns: (nullable): who is signed in; owned by @self until signed out
 */
const AloqaUser *
aloqa_account_get_user (AloqaAccount *self)
{
  return self->user;
}

/**
 * aloqa_account_get_refresh_token:
 *
 * Returns: (nullable): what a later run can sign in with, for a keyring; a secret. It changes with
 *   the signal "renewed"
 */
const char *
aloqa_account_get_refresh_token (AloqaAccount *self)
{
  return self->renewal != NULL ? aloqa_renewal_get_refresh_token (self->renewal) : NULL;
}

/**
 * aloqa_account_get_rest:
 *
 * Returns: (transfer none): the HTTP interface, with the access token while signed in
 */
AloqaRest *
aloqa_account_get_rest (AloqaAccount *self)
{
  return self->rest;
}

/**
 * aloqa_account_get_connection:
 *
 * Returns: (transfer none) (nullable): the connection, while signed in; the caller starts it
 */
AloqaConnection *
aloqa_account_get_connection (AloqaAccount *self)
{
  return self->connection;
}
