/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "program-rig.h"

#include <glib/gstdio.h>

/* The built program, given by meson. */
#ifndef ALOQA_SERVER_PROGRAM
#error "ALOQA_SERVER_PROGRAM is the path of aloqa-server"
#endif

void
program_rig_set_up (ProgramRig *self, gconstpointer data)
{
  static const char *const names[] = { "API_HOST", "API_PORT", "DATABASE_URL", "SECRET_KEY",
                                       "ICE_SERVERS" };

  self->folder = g_dir_make_tmp ("aloqa-program-XXXXXX", NULL);
  self->database = g_build_filename (self->folder, "data", "server.db", NULL);
  self->launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (self->launcher, "TMPDIR", self->folder, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_subprocess_launcher_unsetenv (self->launcher, names[i]);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_unlink (child) != 0)
      remove_folder (child);
  }
  g_rmdir (path);
}

void
program_rig_tear_down (ProgramRig *self, gconstpointer data)
{
  remove_folder (self->folder);
  g_object_unref (self->launcher);
  g_free (self->database);
  g_free (self->folder);
}

void
program_outcome_free (ProgramOutcome *self)
{
  g_free (self->out);
  g_free (self->err);
  g_free (self);
}

/* @arguments: with spaces between; @database is put behind them where it is not NULL */
GSubprocess *
program_spawn (ProgramRig *self, const char *arguments, const char *database)
{
  g_auto (GStrv) words = g_strsplit (arguments, " ", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_ptr_array_add (argv, (gpointer) ALOQA_SERVER_PROGRAM);
  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0')
      g_ptr_array_add (argv, words[i]);
  }
  if (database != NULL) {
    g_ptr_array_add (argv, (gpointer) "--database");
    g_ptr_array_add (argv, (gpointer) database);
  }
  g_ptr_array_add (argv, NULL);
  process =
      g_subprocess_launcher_spawnv (self->launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

ProgramOutcome *
program_run (ProgramRig *self, const char *arguments, const char *database, const char *input)
{
  g_autoptr (GSubprocess) process = program_spawn (self, arguments, database);
  g_autoptr (GError) error = NULL;
  ProgramOutcome *outcome = g_new0 (ProgramOutcome, 1);

  g_subprocess_communicate_utf8 (process, input, NULL, &outcome->out, &outcome->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  outcome->status = g_subprocess_get_exit_status (process);
  g_test_message ("%s: %d\n%s%s", arguments, outcome->status, outcome->out, outcome->err);
  return outcome;
}

ProgramServing *
program_serve (ProgramRig *rig, const char *arguments, const char *database)
{
  ProgramServing *self = g_new0 (ProgramServing, 1);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;

  self->process = program_spawn (rig, arguments, database);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, PROGRAM_READY "http://127.0.0.1:"));
  self->base = g_strdup (line + strlen (PROGRAM_READY));
  return self;
}

/* Returns: (transfer full): what it said on standard error */
char *
program_stop (ProgramServing *self, int signal)
{
  char *err = NULL;

  g_subprocess_send_signal (self->process, signal);
  g_assert_true (g_subprocess_communicate_utf8 (self->process, NULL, NULL, NULL, &err, NULL));
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  g_object_unref (self->process);
  g_free (self->base);
  g_free (self);
  return err;
}
