/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/program.h"

#include "server/commands.h"
#include "server/demo.h"
#include "server/event-log.h"
#include "server/limits.h"
#include "server/secret.h"
#include "server/server.h"
#include "server/service.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* RFC 7518, section 3.2: as many bytes as HS256 has. */
#define MIN_SECRET_CHARS 32

/* The server as a program: from its start to its end. */
typedef struct {
  const AloqaOptions *options;
  AloqaServer *server;
  guint n_ends; /* how often it has been asked to end */
} Program;

static gboolean
set_limits (AloqaSettings *settings, const GStrv limits, GError **error)
{
  for (guint i = 0; limits[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (limits[i], "=", 2);

    if (!aloqa_settings_set_limit (settings, words[0], words[1], error))
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full): what the file and the environment say now; NULL with an error */
static AloqaSettings *
load_settings (const AloqaOptions *options, GError **error)
{
  g_autoptr (AloqaSettings) settings = aloqa_settings_load (options->config_path, error);

  if (settings == NULL || !set_limits (settings, options->limits, error) ||
      !aloqa_settings_check_limits (settings, error) ||
      (options->ice_servers != NULL &&
       !aloqa_settings_set_ice_servers (settings, (const char *const *) options->ice_servers,
                                        error)))
    return NULL;
  return g_steal_pointer (&settings);
}

static gboolean
load_certificate (const Program *self, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (self->options->tls_cert == NULL)
    return TRUE;
  certificate =
      g_tls_certificate_new_from_files (self->options->tls_cert, self->options->tls_key, error);
  if (certificate == NULL)
    return FALSE;
  aloqa_server_set_certificate (self->server, certificate);
  return TRUE;
}

/* With a fault in what is read everything stays as it was. */
static gboolean
hangup_cb (gpointer user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSettings) settings = load_settings (self->options, &error);

  if (self->server == NULL)
    return G_SOURCE_CONTINUE;
  aloqa_service_notify ("RELOADING=1");
  if (settings != NULL && load_certificate (self, &error)) {
    aloqa_server_set_settings (self->server, settings);
    aloqa_event_log (&(AloqaEvent){ .name = "reload", .text = "The settings were read again" });
  } else {
    g_warning ("the settings stay as they were: %s", error->message);
  }
  aloqa_service_notify ("READY=1");
  return G_SOURCE_CONTINUE;
}

static gboolean
end_cb (gpointer user_data)
{
  ((Program *) user_data)->n_ends++;
  return G_SOURCE_CONTINUE;
}

static void
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* Returns: FALSE where @count was not 0 in time, or somebody does not want to wait */
static gboolean
wait_for (const Program *self, guint (*count) (AloqaServer *server), guint limit_ms, guint n_ends)
{
  gboolean is_late = FALSE;
  guint limit = g_timeout_add_once (limit_ms, late_cb, &is_late);

  while (!is_late && self->n_ends <= n_ends && count (self->server) > 0)
    g_main_context_iteration (NULL, TRUE);
  if (!is_late)
    g_source_remove (limit);
  return !is_late;
}

/* What has begun comes to its end, then all connections are closed: an exchange of two frames. */
static void
stop (const Program *self)
{
  aloqa_service_notify ("STOPPING=1");
  aloqa_server_drain (self->server);
  wait_for (self, aloqa_server_get_n_unfinished, aloqa_server_get_drain_limit_ms (self->server),
            self->n_ends);
  aloqa_server_stop (self->server);
  wait_for (self, aloqa_server_get_n_connections, ALOQA_STOP_LIMIT_MS, G_MAXUINT);
}

static gboolean
run (Program *self, const AloqaServerConfig *config, GError **error)
{
  g_autoptr (AloqaServer) server = aloqa_server_new (config, error);
  g_autofree char *url = NULL;

  self->server = server;
  if (server == NULL || (self->options->is_demo && !aloqa_demo_add_users (server, error)) ||
      !load_certificate (self, error) || !aloqa_server_start (server, error))
    return FALSE;

  url = aloqa_server_dup_url (server);
  printf ("listening on %s\n", url);
  fflush (stdout);
  aloqa_service_notify ("READY=1");
  while (self->n_ends == 0)
    g_main_context_iteration (NULL, TRUE);
  stop (self);
  self->server = NULL;
  return TRUE;
}

static gboolean
run_with_database (Program *self, AloqaServerConfig *config, GError **error)
{
  const AloqaOptions *options = self->options;
  g_autofree char *secret = NULL;

  if (!aloqa_commands_make_folder (options->database_path, error))
    return FALSE;

  config->database_path = options->database_path;
  config->secret_key = options->secret_key;
  if (config->secret_key == NULL)
    config->secret_key = secret = aloqa_secret_load (options->database_path, error);
  else if (strlen (config->secret_key) < MIN_SECRET_CHARS)
    g_warning ("SECRET_KEY is short: who guesses it can sign in as anybody");
  return config->secret_key != NULL && run (self, config, error);
}

/* A connection needs a descriptor, and the usual limit of 1,024 is made for select(). */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
  }
}

/**
 * aloqa_program_serve:
 *
 * Serves until a signal ends it.
 */
gboolean
aloqa_program_serve (const AloqaOptions *options, GError **error)
{
  Program self = { .options = options };
  g_autoptr (AloqaSettings) settings = load_settings (options, error);
  AloqaServerConfig config = {
    .host = options->host,
    .port = options->port,
    .uploads_dir = options->uploads_dir,
    .settings = settings,
  };

  if (settings == NULL)
    return FALSE;
  /* Before anybody can think that it is ready. */
  g_unix_signal_add (SIGTERM, end_cb, &self);
  g_unix_signal_add (SIGINT, end_cb, &self);
  g_unix_signal_add (SIGHUP, hangup_cb, &self);
  raise_descriptor_limit ();
  config.socket_fd = aloqa_service_take_socket ();
  return options->is_demo ? run (&self, &config, error) : run_with_database (&self, &config, error);
}
