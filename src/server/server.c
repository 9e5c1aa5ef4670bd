/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/server.h"

#include "server/http.h"
#include "server/secret.h"
#include "server/server-private.h"

#include <string.h>

G_DEFINE_QUARK (aloqa_server_error, aloqa_server_error)

#define DEFAULT_HOST "127.0.0.1"

/* As the existing server: what leaks in a log or a URL is worth half an hour. */
#define ACCESS_TOKEN_LIFETIME_S (30 * 60)

G_DEFINE_FINAL_TYPE (AloqaServer, aloqa_server, G_TYPE_OBJECT)

static void
aloqa_server_finalize (GObject *object)
{
  AloqaServer *self = ALOQA_SERVER (object);

  if (self->listener != NULL)
    aloqa_server_stop (self);
  aloqa_listener_free (self->listener);
  g_clear_object (&self->soup);
  aloqa_switchboard_free (self->switchboard);
  aloqa_sign_in_guard_free (self->sign_in_guard);
  aloqa_rate_table_free (self->requests);
  aloqa_passwords_free (self->passwords);
  aloqa_tokens_free (self->tokens);
  aloqa_accounts_free (self->accounts);
  g_clear_object (&self->clock);
  aloqa_settings_free (self->settings);
  g_free (self->uploads_dir);
  g_free (self->host);

  G_OBJECT_CLASS (aloqa_server_parent_class)->finalize (object);
}

static void
aloqa_server_class_init (AloqaServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_server_finalize;
}

static void
aloqa_server_init (AloqaServer *self)
{
}

static guint
get_max_waiting (const AloqaServer *self)
{
  return (guint) self->settings->limits[ALOQA_LIMIT_WAITING_PASSWORDS];
}

/**
 * aloqa_server_new:
 * @config: copied
 *
 * Returns: (transfer full): a server that is ready to be started; NULL where its database cannot be
 *   opened, with an ALOQA_DATABASE_ERROR
 */
AloqaServer *
aloqa_server_new (const AloqaServerConfig *config, GError **error)
{
  g_autoptr (AloqaServer) self = g_object_new (ALOQA_TYPE_SERVER, NULL);
  g_autofree char *random_key = config->secret_key == NULL ? aloqa_secret_new () : NULL;

  self->host = g_strdup (config->host != NULL ? config->host : DEFAULT_HOST);
  self->port = config->port;
  self->socket_fd = config->socket_fd;
  self->uploads_dir = g_strdup (config->uploads_dir);
  self->settings =
      config->settings != NULL ? aloqa_settings_copy (config->settings) : aloqa_settings_new ();
  self->access_token_lifetime_s = config->access_token_lifetime_s != 0
                                      ? config->access_token_lifetime_s
                                      : ACCESS_TOKEN_LIFETIME_S;
  self->clock = config->clock != NULL ? g_object_ref (config->clock) : aloqa_clock_new ();
  self->accounts = aloqa_accounts_open (config->database_path, error);
  if (self->accounts == NULL)
    return NULL;

  self->passwords = aloqa_passwords_new (config->password_cost_log2);
  aloqa_passwords_set_max_waiting (self->passwords, get_max_waiting (self));
  self->tokens = aloqa_tokens_new (random_key != NULL ? random_key : config->secret_key);
  self->sign_in_guard = aloqa_sign_in_guard_new (self->settings, self->clock);
  self->requests = aloqa_rate_table_new (
      self->clock, self->settings->limits[ALOQA_LIMIT_REQUESTS_PER_ADDRESS_HZ],
      self->settings->limits[ALOQA_LIMIT_REQUESTS_PER_ADDRESS_BURST]);
  self->switchboard = aloqa_switchboard_new (self->settings, self->accounts, self->tokens,
                                             &self->metrics, self->clock);
  self->soup = soup_server_new (NULL, NULL);
  aloqa_http_install (self, self->soup);
  self->listener = aloqa_listener_new (self->soup, self->settings, &self->metrics, self->clock);
  return g_steal_pointer (&self);
}

/**
 * aloqa_server_start:
 *
 * Accepts from now on, on the main context of this thread.
 *
 * Returns: FALSE with ALOQA_SERVER_ERROR_BAD_ADDRESS or ALOQA_SERVER_ERROR_LISTEN
 */
gboolean
aloqa_server_start (AloqaServer *self, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->host);
  g_autoptr (GError) reason = NULL;

  if (self->socket_fd > 0) {
    int fd = self->socket_fd;

    self->socket_fd = 0;
    if (!aloqa_listener_adopt (self->listener, fd, error))
      return FALSE;
    self->port = aloqa_listener_get_port (self->listener);
    return TRUE;
  }
  if (address == NULL) {
    g_set_error (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_BAD_ADDRESS,
                 "%s is not a numeric address, such as 127.0.0.1, 0.0.0.0 or ::", self->host);
    return FALSE;
  }

  if (!aloqa_listener_listen (self->listener, address, self->port, &reason)) {
    g_set_error (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_LISTEN,
                 "cannot listen on %s, port %u: %s", self->host, self->port, reason->message);
    return FALSE;
  }

  self->port = aloqa_listener_get_port (self->listener);
  return TRUE;
}

/**
 * aloqa_server_set_certificate:
 * @certificate: with its key: connections from now on speak TLS
 */
void
aloqa_server_set_certificate (AloqaServer *self, GTlsCertificate *certificate)
{
  self->has_tls = TRUE;
  aloqa_listener_set_certificate (self->listener, certificate);
}

/**
 * aloqa_server_drain:
 *
 * Accepts no more; what has begun goes on. See aloqa_server_get_n_unfinished().
 */
void
aloqa_server_drain (AloqaServer *self)
{
  aloqa_listener_close (self->listener);
}

/**
 * aloqa_server_get_n_unfinished:
 *
 * Returns: HTTP exchanges under way, and calls that ring or are being set up: what would be lost with
 *   an end at this moment
 */
guint
aloqa_server_get_n_unfinished (AloqaServer *self)
{
  return aloqa_listener_get_n_exchanges (self->listener) +
         aloqa_switchboard_get_n_unanswered (self->switchboard);
}

/* Returns: how long to wait for that */
guint
aloqa_server_get_drain_limit_ms (AloqaServer *self)
{
  return (guint) self->settings->limits[ALOQA_LIMIT_DRAIN_MS];
}

/**
 * aloqa_server_stop:
 *
 * Accepts no more, cuts what is being asked and closes every WebSocket. The closes are on their way
 * when this returns; aloqa_server_get_n_connections() says when the last has arrived.
 */
void
aloqa_server_stop (AloqaServer *self)
{
  aloqa_listener_close (self->listener);
  aloqa_switchboard_close_all (self->switchboard);
  soup_server_disconnect (self->soup);
}

/**
 * aloqa_server_set_settings:
 * @settings: copied; they count from now on, for those who are connected as well
 */
void
aloqa_server_set_settings (AloqaServer *self, const AloqaSettings *settings)
{
  AloqaSettings *copy = aloqa_settings_copy (settings);
  AloqaSettings old = *self->settings;

  *self->settings = *copy;
  *copy = old;
  aloqa_settings_free (copy);
  aloqa_sign_in_guard_reload (self->sign_in_guard);
  aloqa_rate_table_set_rate (self->requests,
                             self->settings->limits[ALOQA_LIMIT_REQUESTS_PER_ADDRESS_HZ],
                             self->settings->limits[ALOQA_LIMIT_REQUESTS_PER_ADDRESS_BURST]);
  aloqa_passwords_set_max_waiting (self->passwords, get_max_waiting (self));
  aloqa_switchboard_reload (self->switchboard);
}

/**
 * aloqa_server_get_n_connections:
 *
 * Returns: how many are open, of HTTP and WebSockets together
 */
guint
aloqa_server_get_n_connections (AloqaServer *self)
{
  return aloqa_listener_get_n_connections (self->listener);
}

/**
 * aloqa_server_get_port:
 *
 * Returns: where it listens; before the first start what was asked for
 */
guint16
aloqa_server_get_port (AloqaServer *self)
{
  return self->port;
}

/**
 * aloqa_server_dup_url:
 *
 * Returns: (transfer full): "http://127.0.0.1:8030", for clients
 */
char *
aloqa_server_dup_url (AloqaServer *self)
{
  gboolean is_ipv6 = strchr (self->host, ':') != NULL;

  return g_strdup_printf (is_ipv6 ? "%s://[%s]:%u" : "%s://%s:%u", self->has_tls ? "https" : "http",
                          self->host, self->port);
}

/**
 * aloqa_server_add_user:
 * @first_name: (nullable):
 * @last_name: (nullable):
 *
 * Takes as long as a password takes to hash (0.2 s).
 *
 * Returns: the id; 0 with ALOQA_SERVER_ERROR_BAD_USER, ALOQA_SERVER_ERROR_USER_EXISTS or an
 *   ALOQA_DATABASE_ERROR
 */
gint64
aloqa_server_add_user (AloqaServer *self, const char *username, const char *password,
                       const char *first_name, const char *last_name, GError **error)
{
  g_autofree char *hash = aloqa_passwords_hash (self->passwords, password, error);

  if (hash == NULL)
    return 0;
  return aloqa_accounts_add (self->accounts, username, hash, first_name, last_name, FALSE, error);
}

/**
 * aloqa_server_disable_user:
 *
 * Nobody signs in as @username any more, and its connections end.
 */
gboolean
aloqa_server_disable_user (AloqaServer *self, const char *username, GError **error)
{
  g_autoptr (AloqaAccount) account = aloqa_accounts_find_by_name (self->accounts, username, error);

  if (account == NULL || !aloqa_accounts_disable (self->accounts, username, error))
    return FALSE;

  aloqa_switchboard_check_user (self->switchboard, account->user->id);
  return TRUE;
}
