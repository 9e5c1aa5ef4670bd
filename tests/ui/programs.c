/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/programs.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

GSubprocessLauncher *
programs_new_launcher (GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  return launcher;
}

/* Waits until it writes a line with @text in it, which is given out. */
GSubprocess *
programs_spawn (GSubprocessLauncher *launcher, const char *const *argv, const char *text,
                char **line)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  GDataInputStream *output;

  g_assert_no_error (error);
  /* Kept open with the process: it must be able to go on writing. */
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_object_set_data_full (G_OBJECT (process), "output", output, g_object_unref);
  do {
    g_clear_pointer (line, g_free);
    *line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (*line);
  } while (strstr (*line, text) == NULL);
  return process;
}

void
programs_end (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}
