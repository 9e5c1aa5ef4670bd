/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"
#include "server/commands.h"
#include "server/demo.h"
#include "server/limits.h"
#include "server/options.h"
#include "server/secret.h"
#include "server/server.h"

#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#define EXIT_USAGE 2

static gboolean
signal_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* A close is an exchange of two frames: clients get a moment for theirs. */
static void
stop (AloqaServer *server)
{
  gboolean is_late = FALSE;

  aloqa_server_stop (server);
  g_timeout_add (ALOQA_STOP_LIMIT_MS, late_cb, &is_late);
  while (!is_late && aloqa_server_get_n_connections (server) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
serve (const AloqaServerConfig *config, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (AloqaServer) server = aloqa_server_new (config, error);
  g_autofree char *url = NULL;

  if (server == NULL)
    return FALSE;

  /* Before the line is printed: who reads it may send a signal at once. */
  g_unix_signal_add (SIGTERM, signal_cb, loop);
  g_unix_signal_add (SIGINT, signal_cb, loop);
  if (!aloqa_server_start (server, error))
    return FALSE;

  url = aloqa_server_dup_url (server);
  printf ("listening on %s\n", url);
  fflush (stdout);
  g_main_loop_run (loop);
  stop (server);
  return TRUE;
}

static gboolean
serve_demo (AloqaServerConfig *config, GError **error)
{
  g_autoptr (AloqaDemo) demo = aloqa_demo_new (error);

  if (demo == NULL)
    return FALSE;
  config->database_path = demo->database_path;
  return serve (config, error);
}

static gboolean
serve_database (AloqaServerConfig *config, const AloqaOptions *options, GError **error)
{
  g_autofree char *secret = NULL;

  if (!aloqa_commands_make_folder (options->database_path, error))
    return FALSE;

  config->database_path = options->database_path;
  config->secret_key = options->secret_key;
  if (config->secret_key == NULL)
    config->secret_key = secret = aloqa_secret_load (options->database_path, error);
  return config->secret_key != NULL && serve (config, error);
}

static gboolean
run (const AloqaOptions *options, GError **error)
{
  AloqaServerConfig config = {
    .host = options->host,
    .port = options->port,
    .uploads_dir = options->uploads_dir,
    .ice_servers = (const char *const *) options->ice_servers,
  };

  if (options->command != ALOQA_COMMAND_SERVE)
    return aloqa_commands_run (options, error);
  if (options->is_demo)
    return serve_demo (&config, error);
  return serve_database (&config, options, error);
}

/* The parent may have ended before we asked to be told. */
static gboolean
follow_parent (pid_t parent)
{
  return prctl (PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid () == parent;
}

int
main (int argc, char **argv)
{
  pid_t parent = getppid ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaOptions) options = NULL;

  setlocale (LC_ALL, "");
  options = aloqa_options_parse (argc, argv, &error);
  if (options == NULL) {
    g_printerr ("aloqa-server: %s\nSee aloqa-server --help.\n", error->message);
    return EXIT_USAGE;
  }

  aloqa_log_init (options->is_verbose);
  if (options->dies_with_parent && !follow_parent (parent))
    return EXIT_SUCCESS;
  if (!run (options, &error)) {
    g_printerr ("aloqa-server: %s\n", error->message);
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
