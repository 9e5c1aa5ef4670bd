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
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define EXIT_USAGE 2

/* RFC 7518, section 3.2: as many bytes as HS256 has. */
#define MIN_SECRET_CHARS 32

static gboolean
signal_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* A close is an exchange of two frames: clients get a moment for theirs. */
static void
stop (AloqaServer *server)
{
  gboolean is_late = FALSE;
  guint limit = g_timeout_add_once (ALOQA_STOP_LIMIT_MS, late_cb, &is_late);

  aloqa_server_stop (server);
  while (!is_late && aloqa_server_get_n_connections (server) > 0)
    g_main_context_iteration (NULL, TRUE);
  if (!is_late)
    g_source_remove (limit);
}

static gboolean
serve (const AloqaServerConfig *config, gboolean is_demo, const gboolean *is_signalled,
       GError **error)
{
  g_autoptr (AloqaServer) server = aloqa_server_new (config, error);
  g_autofree char *url = NULL;

  if (server == NULL || (is_demo && !aloqa_demo_add_users (server, error)) ||
      !aloqa_server_start (server, error))
    return FALSE;

  url = aloqa_server_dup_url (server);
  printf ("listening on %s\n", url);
  fflush (stdout);
  while (!*is_signalled)
    g_main_context_iteration (NULL, TRUE);
  stop (server);
  return TRUE;
}

static gboolean
serve_database (AloqaServerConfig *config, const AloqaOptions *options,
                const gboolean *is_signalled, GError **error)
{
  g_autofree char *secret = NULL;

  if (!aloqa_commands_make_folder (options->database_path, error))
    return FALSE;

  config->database_path = options->database_path;
  config->secret_key = options->secret_key;
  if (config->secret_key == NULL)
    config->secret_key = secret = aloqa_secret_load (options->database_path, error);
  else if (strlen (config->secret_key) < MIN_SECRET_CHARS)
    g_warning ("SECRET_KEY is short: who guesses it can sign in as anybody");
  return config->secret_key != NULL && serve (config, FALSE, is_signalled, error);
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

static gboolean
run (const AloqaOptions *options, GError **error)
{
  AloqaServerConfig config = {
    .host = options->host,
    .port = options->port,
    .uploads_dir = options->uploads_dir,
    .ice_servers = (const char *const *) options->ice_servers,
  };
  gboolean is_signalled = FALSE;

  if (options->command != ALOQA_COMMAND_SERVE)
    return aloqa_commands_run (options, error);

  /* Before anybody can think that it is ready. */
  g_unix_signal_add (SIGTERM, signal_cb, &is_signalled);
  g_unix_signal_add (SIGINT, signal_cb, &is_signalled);
  raise_descriptor_limit ();
  if (options->is_demo)
    return serve (&config, TRUE, &is_signalled, error);
  return serve_database (&config, options, &is_signalled, error);
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
