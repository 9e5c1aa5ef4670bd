/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/erasing.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "desktop/secrets.h"

/* Beside the file itself are those that SQLite keeps while it writes.
 *
 * Returns: (nullable): of the first that stays; the others go all the same */
static GError *
remove_history (void)
{
  static const char *const names[] = { "history.db", "history.db-wal", "history.db-shm",
                                       "history.db-journal" };
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (g_get_user_data_dir (), "aloqa", names[i], NULL);

    if (g_unlink (path) != 0 && errno != ENOENT && error == NULL)
      error = g_error_new (G_IO_ERROR, g_io_error_from_errno (errno), "%s could not be removed: %s",
                           path, g_strerror (errno));
  }
  return error;
}

static void
free_error (gpointer data)
{
  GError *error = data;

  g_clear_error (&error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const GError *history_error = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!aloqa_secrets_clear_finish (result, &error) &&
      !g_error_matches (error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_NO_KEYRING))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (history_error != NULL)
    g_task_return_error (task, g_error_copy (history_error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Whatever cannot be erased, the rest is. */
void
aloqa_erase_async (GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, remove_history (), free_error);
  aloqa_secrets_clear_all_async (NULL, cleared_cb, task);
}

/* Fails where something is left; no keyring at all is fine. */
gboolean
aloqa_erase_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
