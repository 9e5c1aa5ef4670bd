/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-auth.h"

#include "protocol/credentials.h"
#include "protocol/json.h"
#include "server/authority.h"
#include "server/event-log.h"
#include "server/http.h"
#include "server/limits.h"

/* As the existing server: a device that is used once a week stays signed in. */
#define REFRESH_TOKEN_LIFETIME_S (7 * 24 * 60 * 60)

/* Too many clients here send a 429 straight to a person: say what it means. */
#define TOO_MANY "Too many attempts: try again later"

/* A sign-in whose password a worker is checking; the exchange is paused meanwhile. */
typedef struct {
  AloqaServer *server;
  SoupServerMessage *message;
  AloqaAccount *account; /* or NULL: there is no such user */
  char *username;
  gboolean is_gone; /* the client has hung up */
} SignIn;

static void
sign_in_free (SignIn *self)
{
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_object_unref (self->message);
  g_object_unref (self->server);
  aloqa_account_free (self->account);
  g_free (self->username);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignIn, sign_in_free)

static void
reply_credentials (AloqaServer *server, SoupServerMessage *message, const AloqaAccount *account,
                   const char *refresh_token)
{
  g_autofree char *sign_in = aloqa_tokens_make_digest (refresh_token);
  g_autofree char *access_token =
      aloqa_tokens_issue (server->tokens, ALOQA_TOKEN_ACCESS, account->user->username,
                          account->password_hash, sign_in, server->access_token_lifetime_s);
  g_autoptr (AloqaCredentials) credentials =
      aloqa_credentials_new (access_token, refresh_token, account->user);

  aloqa_http_reply (message, SOUP_STATUS_OK, aloqa_credentials_to_json (credentials));
}

/* Only somebody who knows the password learns that the account is not active. */
static void
finish_sign_in (SignIn *self, gboolean is_right)
{
  AloqaServer *server = self->server;

  if (!is_right) {
    aloqa_metrics_note_rejection (&server->metrics, ALOQA_REJECTION_WRONG_PASSWORD,
                                  self->account != NULL ? self->account->user->id : 0);
    aloqa_sign_in_guard_note_failure (server->sign_in_guard,
                                      aloqa_listener_get_address (self->message), self->username);
    aloqa_http_reply_error (self->message, SOUP_STATUS_UNAUTHORIZED,
                            "Incorrect username or password");
  } else if (!self->account->user->is_active) {
    aloqa_http_reply_error (self->message, SOUP_STATUS_FORBIDDEN, "This account is not active");
  } else {
    g_autofree char *refresh_token =
        aloqa_tokens_issue (server->tokens, ALOQA_TOKEN_REFRESH, self->username,
                            self->account->password_hash, NULL, REFRESH_TOKEN_LIFETIME_S);

    aloqa_sign_in_guard_note_success (server->sign_in_guard,
                                      aloqa_listener_get_address (self->message), self->username);
    server->metrics.n_sign_ins++;
    aloqa_event_log (&(AloqaEvent){
        .name = "sign-in", .text = "Signed in", .user_id = self->account->user->id });
    reply_credentials (server, self->message, self->account, refresh_token);
  }
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_right = aloqa_passwords_verify_finish (result, &error);

  if (self->is_gone)
    return;

  if (error != NULL)
    aloqa_http_reply_wait (self->message, SOUP_STATUS_SERVICE_UNAVAILABLE, TOO_MANY, 5000);
  else
    finish_sign_in (self, is_right);
  soup_server_message_unpause (self->message);
}

static void
disconnected_cb (SoupServerMessage *message, gpointer user_data)
{
  SignIn *self = user_data;

  self->is_gone = TRUE;
}

static void
begin_sign_in (AloqaServer *server, SoupServerMessage *message, const char *username,
               const char *password)
{
  SignIn *self = g_new0 (SignIn, 1);

  self->server = g_object_ref (server);
  self->message = g_object_ref (message);
  self->username = g_strdup (username);
  self->account = aloqa_accounts_find_by_name (server->accounts, username, NULL);
  g_signal_connect (message, "disconnected", G_CALLBACK (disconnected_cb), self);
  soup_server_message_pause (message);
  aloqa_passwords_verify_async (server->passwords,
                                self->account != NULL ? self->account->password_hash : NULL,
                                password, verified_cb, self);
}

void
aloqa_http_auth_login (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (JsonObject) body = aloqa_http_read_body (message);
  g_autoptr (GError) error = NULL;
  const char *username;
  const char *password = NULL;
  gint64 wait_ms;

  if (body == NULL)
    return;
  username = aloqa_json_get_string (body, "username", ALOQA_MAX_USERNAME_BYTES, &error);
  if (username != NULL)
    password = aloqa_json_get_string (body, "password", ALOQA_MAX_PASSWORD_BYTES, &error);
  if (password == NULL) {
    aloqa_http_reply_field_error (message, error);
    return;
  }

  if (aloqa_sign_in_guard_admit (server->sign_in_guard, aloqa_listener_get_address (message),
                                 username, &wait_ms)) {
    begin_sign_in (server, message, username, password);
  } else {
    aloqa_metrics_note_rejection (&server->metrics, ALOQA_REJECTION_SIGN_IN_DELAYED, 0);
    aloqa_http_reply_wait (message, ALOQA_HTTP_TOO_MANY_REQUESTS, TOO_MANY, wait_ms);
  }
}

/* Returns: (transfer full): whose refresh token @token is; NULL after having answered 401 or 500 */
static AloqaAccount *
check_refresh_token (AloqaServer *server, SoupServerMessage *message, const char *token)
{
  g_autoptr (GError) error = NULL;
  AloqaAccount *account =
      aloqa_authority_check (server->tokens, server->accounts, token, ALOQA_TOKEN_REFRESH, &error);

  if (g_error_matches (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_INTERNAL))
    aloqa_http_reply_error (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, error->message);
  else if (account == NULL)
    aloqa_http_reply_error (message, SOUP_STATUS_UNAUTHORIZED, error->message);
  return account;
}

/* Returns: (transfer none): the token in @body; NULL after having answered 422 */
static const char *
read_refresh_token (SoupServerMessage *message, JsonObject *body)
{
  g_autoptr (GError) error = NULL;
  const char *token = aloqa_json_get_string (body, "refresh_token", ALOQA_MAX_TOKEN_BYTES, &error);

  if (token == NULL)
    aloqa_http_reply_field_error (message, error);
  return token;
}

void
aloqa_http_auth_refresh (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (JsonObject) body = aloqa_http_read_body (message);
  const char *token = body != NULL ? read_refresh_token (message, body) : NULL;
  g_autoptr (AloqaAccount) account =
      token != NULL ? check_refresh_token (server, message, token) : NULL;

  if (account != NULL)
    reply_credentials (server, message, account, token);
}

/* The refresh token, and with it every access token of this sign-in. */
static void
revoke_token (AloqaServer *server, SoupServerMessage *message, const char *token, gint64 user_id)
{
  g_autoptr (AloqaClaims) claims = aloqa_tokens_check (server->tokens, token, NULL);
  g_autoptr (GError) error = NULL;

  if (claims == NULL ||
      aloqa_accounts_revoke (server->accounts, claims->sign_in, claims->expires_s, &error)) {
    aloqa_switchboard_check_user (server->switchboard, user_id);
    aloqa_http_reply (message, SOUP_STATUS_OK, g_strdup ("{\"message\":\"Signed out\"}"));
    return;
  }

  aloqa_accounts_warn (server->accounts, error);
  aloqa_http_reply_error (message, SOUP_STATUS_INTERNAL_SERVER_ERROR,
                          "the server cannot write its database");
}

/* Signs out the device whose tokens these are; both must be of one user. */
void
aloqa_http_auth_logout (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (AloqaAccount) account = aloqa_http_authenticate (server, message);
  g_autoptr (JsonObject) body = account != NULL ? aloqa_http_read_body (message) : NULL;
  const char *token = body != NULL ? read_refresh_token (message, body) : NULL;
  g_autoptr (AloqaAccount) owner =
      token != NULL ? check_refresh_token (server, message, token) : NULL;

  if (owner == NULL)
    return;
  if (owner->user->id == account->user->id) {
    aloqa_event_log (
        &(AloqaEvent){ .name = "sign-out", .text = "Signed out", .user_id = account->user->id });
    revoke_token (server, message, token, account->user->id);
  } else {
    aloqa_http_reply_error (message, SOUP_STATUS_UNAUTHORIZED, "This is the token of another user");
  }
}
