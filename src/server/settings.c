/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/settings.h"

#include "protocol/ice-server.h"

#include <string.h>

/**
 * aloqa_settings_new:
 *
 * Returns: (transfer full): what is usual, whatever the environment says
 */
AloqaSettings *
aloqa_settings_new (void)
{
  AloqaSettings *self = g_new0 (AloqaSettings, 1);

  self->ice_servers = g_new0 (char *, 1);
  self->cors_origins = g_new0 (char *, 1);
  self->trusted_proxies = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ALOQA_N_LIMITS; i++)
    self->limits[i] = aloqa_limit_get_info (i)->usual;
  return self;
}

static void
wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
aloqa_settings_free (AloqaSettings *self)
{
  if (self == NULL)
    return;

  g_strfreev (self->ice_servers);
  g_strfreev (self->cors_origins);
  g_ptr_array_unref (self->trusted_proxies);
  wipe (self->turn_secret);
  wipe (self->metrics_token);
  g_free (self);
}

AloqaSettings *
aloqa_settings_copy (const AloqaSettings *self)
{
  AloqaSettings *copy = g_memdup2 (self, sizeof *self);

  copy->ice_servers = g_strdupv (self->ice_servers);
  copy->cors_origins = g_strdupv (self->cors_origins);
  copy->trusted_proxies = g_ptr_array_ref (self->trusted_proxies);
  copy->turn_secret = g_strdup (self->turn_secret);
  copy->metrics_token = g_strdup (self->metrics_token);
  return copy;
}

/* Returns: (transfer full) (nullable): NULL where neither the file nor the environment has it */
static char *
dup_text (GKeyFile *file, const char *key, const char *variable)
{
  char *text = g_key_file_get_string (file, "server", key, NULL);

  if (text == NULL)
    text = g_strdup (g_getenv (variable));
  if (text != NULL && *text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

/* Entries of the file have semicolons between, those of the environment spaces. */
static GStrv
dup_list (GKeyFile *file, const char *key, const char *variable)
{
  g_autofree char *text = dup_text (file, key, variable);
  g_auto (GStrv) words = g_strsplit_set (text != NULL ? text : "", "; \t", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);
  }
  return g_strv_builder_end (builder);
}

static gboolean
check_ice_servers (AloqaSettings *self, GError **error)
{
  for (guint i = 0; self->ice_servers[i] != NULL; i++) {
    gboolean is_turn = g_str_has_prefix (self->ice_servers[i], "turn");
    g_autoptr (GError) reason = NULL;
    g_autoptr (AloqaIceServer) server = aloqa_ice_server_new (
        self->ice_servers[i], is_turn ? "user" : NULL, is_turn ? "password" : NULL, &reason);

    if (server == NULL) {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "%s cannot be a STUN or TURN server: %s", self->ice_servers[i], reason->message);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_proxies (AloqaSettings *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) words = dup_list (file, "trusted-proxies", "TRUSTED_PROXIES");

  for (guint i = 0; words[i] != NULL; i++) {
    GInetAddressMask *mask = g_inet_address_mask_new_from_string (words[i], NULL);

    if (mask == NULL) {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "%s is no address and no network such as 10.0.0.0/8", words[i]);
      return FALSE;
    }
    g_ptr_array_add (self->trusted_proxies, mask);
  }
  return TRUE;
}

/**
 * aloqa_settings_set_limit:
 * @name: as limit-table.h has it
 * @text: a number
 *
 * Returns: FALSE with a G_KEY_FILE_ERROR that says what may be set
 */
gboolean
aloqa_settings_set_limit (AloqaSettings *self, const char *name, const char *text, GError **error)
{
  const AloqaLimitInfo *info;
  AloqaLimit limit;
  char *end;
  double value = g_ascii_strtod (text, &end);

  if (!aloqa_limit_find (name, &limit)) {
    g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                 "there is no limit %s; --print-limits shows those there are", name);
    return FALSE;
  }
  info = aloqa_limit_get_info (limit);
  if (end == text || *end != '\0' || !(value >= info->least && value <= info->most)) {
    g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                 "the limit %s must be a number from %.10g to %.10g", name, info->least,
                 info->most);
    return FALSE;
  }
  self->limits[limit] = value;
  return TRUE;
}

/**
 * aloqa_settings_check_limits:
 *
 * Of all that were set together: a client that only answers pings must not be cut off as silent.
 *
 * Returns: FALSE with a G_KEY_FILE_ERROR that names the two that do not go together
 */
gboolean
aloqa_settings_check_limits (const AloqaSettings *self, GError **error)
{
  double ping_ms = self->limits[ALOQA_LIMIT_PING_INTERVAL_S] * 1000;

  if (self->limits[ALOQA_LIMIT_SILENCE_MS] >= 2 * ping_ms)
    return TRUE;
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "the limit silence-ms must be at least two of ping-interval-s: %.10g", 2 * ping_ms);
  return FALSE;
}

static gboolean
read_limits (AloqaSettings *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "limits", NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_autofree char *text = g_key_file_get_value (file, "limits", keys[i], NULL);

    if (!aloqa_settings_set_limit (self, keys[i], text, error))
      return FALSE;
  }
  return TRUE;
}

/* A word that is not known is a slip, and what it was to set would silently not be set. */
static gboolean
check_keys (GKeyFile *file, GError **error)
{
  static const char *const known[] = { "ice-servers",     "turn-secret",   "cors-origins",
                                       "trusted-proxies", "metrics-token", NULL };
  g_auto (GStrv) keys = g_key_file_get_keys (file, "server", NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    if (!g_strv_contains (known, keys[i])) {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                   "there is no setting %s", keys[i]);
      return FALSE;
    }
  }
  return TRUE;
}

/**
 * aloqa_settings_load:
 * @path: (nullable): a file in the form described above; NULL: the environment alone
 *
 * Returns: (transfer full): NULL with a G_KEY_FILE_ERROR, a G_FILE_ERROR or a G_IO_ERROR that says
 *   what is wrong with it
 */
AloqaSettings *
aloqa_settings_load (const char *path, GError **error)
{
  g_autoptr (AloqaSettings) self = aloqa_settings_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (path != NULL && !g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return NULL;
  g_strfreev (self->ice_servers);
  self->ice_servers = dup_list (file, "ice-servers", "ICE_SERVERS");
  g_strfreev (self->cors_origins);
  self->cors_origins = dup_list (file, "cors-origins", "CORS_ORIGINS");
  self->turn_secret = dup_text (file, "turn-secret", "TURN_SECRET");
  self->metrics_token = dup_text (file, "metrics-token", "METRICS_TOKEN");
  if (!check_keys (file, error) || !check_ice_servers (self, error) ||
      !read_proxies (self, file, error) || !read_limits (self, file, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * aloqa_settings_set_ice_servers:
 * @urls: instead of those of the file and the environment
 */
gboolean
aloqa_settings_set_ice_servers (AloqaSettings *self, const char *const *urls, GError **error)
{
  g_strfreev (self->ice_servers);
  self->ice_servers = g_strdupv ((char **) urls);
  return check_ice_servers (self, error);
}

gboolean
aloqa_settings_trusts (const AloqaSettings *self, GInetAddress *address)
{
  for (guint i = 0; i < self->trusted_proxies->len; i++) {
    if (g_inet_address_mask_matches (g_ptr_array_index (self->trusted_proxies, i), address))
      return TRUE;
  }
  return FALSE;
}

/**
 * aloqa_settings_find_client:
 * @peer: who has opened the connection
 * @forwarded: (nullable): the "X-Forwarded-For" of a request: what each proxy has added is at the
 *   end, and everything before that is the client's own invention
 *
 * Returns: (transfer full): who asks: the last one in the row who is not a proxy that we trust
 */
GInetAddress *
aloqa_settings_find_client (const AloqaSettings *self, GInetAddress *peer, const char *forwarded)
{
  g_auto (GStrv) words = g_strsplit (forwarded != NULL ? forwarded : "", ",", -1);
  GInetAddress *client = g_object_ref (peer);

  for (guint i = g_strv_length (words); i > 0 && aloqa_settings_trusts (self, client); i--) {
    GInetAddress *before = g_inet_address_new_from_string (g_strstrip (words[i - 1]));

    if (before == NULL)
      break;
    g_object_unref (client);
    client = before;
  }
  return client;
}
