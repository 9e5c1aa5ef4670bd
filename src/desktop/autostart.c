/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/autostart.h"

#include <string.h>

static GFile *
get_file (void)
{
  return g_file_new_build_filename (g_get_user_config_dir (), "autostart",
                                    ALOQA_APPLICATION_ID ".desktop", NULL);
}

/* The Desktop Entry Specification's own quoting, which is not a shell's. */
static void
append_quoted (GString *line, const char *argument)
{
  g_string_append_c (line, '"');
  for (const char *c = argument; *c != '\0'; c++) {
    if (strchr ("\"`$\\", *c) != NULL)
      g_string_append_c (line, '\\');
    if (*c == '%')
      g_string_append_c (line, '%');
    g_string_append_c (line, *c);
  }
  g_string_append_c (line, '"');
}

static GBytes *
make_entry (const char *const *command)
{
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autoptr (GString) line = g_string_new (NULL);
  char *text;
  gsize length;

  for (; *command != NULL; command++) {
    if (line->len > 0)
      g_string_append_c (line, ' ');
    append_quoted (line, *command);
  }
  g_key_file_set_string (entry, "Desktop Entry", "Type", "Application");
  g_key_file_set_string (entry, "Desktop Entry", "Name", "Aloqa");
  g_key_file_set_string (entry, "Desktop Entry", "Icon", ALOQA_APPLICATION_ID);
  g_key_file_set_string (entry, "Desktop Entry", "Exec", line->str);
  text = g_key_file_to_data (entry, &length, NULL);
  return g_bytes_new_take (text, length);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_delete_finish (G_FILE (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * aloqa_autostart_set_async:
 * @command: (nullable): what is started when the person logs in; %NULL for nothing any more
 */
void
aloqa_autostart_set_async (const char *const *command, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GFile) file = get_file ();
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autoptr (GBytes) entry = NULL;

  if (command == NULL) {
    g_file_delete_async (file, G_PRIORITY_DEFAULT, cancellable, deleted_cb, task);
    return;
  }

  /* Where this fails, writing says why. */
  g_file_make_directory_with_parents (folder, cancellable, NULL);
  entry = make_entry (command);
  g_file_replace_contents_bytes_async (file, entry, NULL, FALSE, G_FILE_CREATE_NONE, cancellable,
                                       written_cb, task);
}

/* Returns: %FALSE with a %G_IO_ERROR */
gboolean
aloqa_autostart_set_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
