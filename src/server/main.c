/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"
#include "server/commands.h"
#include "server/options.h"
#include "server/program.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define EXIT_USAGE 2

/* The parent may have ended before we asked to be told. */
static gboolean
follow_parent (pid_t parent)
{
  return prctl (PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid () == parent;
}

static gboolean
run (const AloqaOptions *options, GError **error)
{
  if (options->command == ALOQA_COMMAND_SERVE)
    return aloqa_program_serve (options, error);
  return aloqa_commands_run (options, error);
}

int
main (int argc, char **argv)
{
  pid_t parent = getppid ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaOptions) options = NULL;

  setlocale (LC_ALL, "");
  /* Numbers are written as they are read: with a dot, in settings and on the command line. */
  setlocale (LC_NUMERIC, "C");
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
