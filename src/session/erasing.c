/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/erasing.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "desktop/secrets.h"

/* Beside the file itself are those that SQLite keeps while it writes. */
static gboolean
remove_history (GError **error)
{
  static const char *const names[] = { "history.db", "history.db-wal", "history.db-shm",
                                       "history.db-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (g_get_user_data_dir (), "aloqa", names[i], NULL);

    if (g_unlink (path) != 0 && errno != ENOENT) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s could not be removed: %s",
                   path, g_strerror (errno));
      return FALSE;
    }
  }
  return TRUE;
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (aloqa_secrets_clear_finish (result, &error) ||
      g_error_matches (error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_NO_KEYRING)) {
    g_clear_error (&error);
    g_task_return_boolean (task, TRUE);
  } else {
    g_task_return_error (task, error);
  }
}

void
aloqa_erase_async (GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  GError *error = NULL;

  if (remove_history (&error))
    aloqa_secrets_clear_all_async (NULL, cleared_cb, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* Fails where something is left; no keyring at all is fine. */
gboolean
aloqa_erase_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
