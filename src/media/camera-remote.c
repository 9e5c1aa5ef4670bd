/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/camera-remote.h"

#include "media/media.h"

static const AloqaCameraDoor *camera_door; /* NULL: straight to the daemon */
static gboolean is_granted;

/**
 * aloqa_camera_remote_set_door:
 * @door: (nullable): static; %NULL to go to the session's daemon. To be set before devices are
 *   looked for.
 */
void
aloqa_camera_remote_set_door (const AloqaCameraDoor *door)
{
  camera_door = door;
  is_granted = FALSE;
}

gboolean
aloqa_camera_remote_has_door (void)
{
  return camera_door != NULL;
}

/* Returns: whether it may be opened now without a question to the person */
gboolean
aloqa_camera_remote_is_granted (void)
{
  return camera_door == NULL || is_granted;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const AloqaCameraDoor *door = g_task_get_task_data (task);
  GError *error = NULL;
  int fd = door->open_finish (result, &error);

  /* Whatever else goes wrong, the person has not changed their mind. */
  if (door == camera_door && fd >= 0)
    is_granted = TRUE;
  else if (door == camera_door &&
           g_error_matches (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_DENIED))
    is_granted = FALSE;
  if (fd >= 0)
    g_task_return_int (task, fd);
  else
    g_task_return_error (task, error);
}

/* Asks for one connection; with no door the answer is there at once. */
void
aloqa_camera_remote_open_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  if (camera_door == NULL) {
    g_task_return_int (task, -1);
    g_object_unref (task);
    return;
  }

  g_task_set_task_data (task, (gpointer) camera_door, NULL);
  camera_door->open_async (cancellable, opened_cb, task);
}

/**
 * aloqa_camera_remote_open_finish:
 * @fd: (out): a connection that is the caller's, or -1 for the session's own daemon
 * @error: ALOQA_MEDIA_ERROR_DENIED, another of the door's, or G_IO_ERROR_CANCELLED
 */
gboolean
aloqa_camera_remote_open_finish (GAsyncResult *result, int *fd, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  *fd = (int) g_task_propagate_int (G_TASK (result), &own_error);
  if (own_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&own_error));
  return FALSE;
}
