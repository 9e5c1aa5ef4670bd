/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/camera-door.h"

#include "media/camera-remote.h"
#include "media/media.h"

#include <sys/socket.h>
#include <sys/un.h>

static AloqaTestDoorAnswer usual_answer, first_answer;
static guint n_first, n_asked;
static GTask *waiting; /* or NULL */

static int
connect_to_pipewire (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "pipewire-0", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

static void
open_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  n_asked++;
  switch (n_first > 0 ? first_answer : usual_answer) {
  case ALOQA_TEST_DOOR_OPENS:
    g_task_return_int (task, connect_to_pipewire ());
    break;
  case ALOQA_TEST_DOOR_FAILS:
    g_task_return_new_error (task, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED, "The door sticks");
    break;
  case ALOQA_TEST_DOOR_REFUSES:
    g_task_return_new_error (task, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_DENIED,
                             "The camera may not be used");
    break;
  case ALOQA_TEST_DOOR_WAITS:
    g_assert_null (waiting);
    waiting = g_steal_pointer (&task);
    break;
  }
  n_first -= MIN (n_first, 1);
}

static int
open_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GError) own_error = NULL;
  int fd = (int) g_task_propagate_int (G_TASK (result), &own_error);

  if (own_error == NULL)
    return fd;
  g_propagate_error (error, g_steal_pointer (&own_error));
  return -1;
}

void
aloqa_test_camera_door_use (AloqaTestDoorAnswer answer)
{
  static const AloqaCameraDoor door = { open_async, open_finish };

  usual_answer = answer;
  n_first = n_asked = 0;
  aloqa_camera_remote_set_door (&door);
}

/* The next @n are answered so, and all others as before. */
void
aloqa_test_camera_door_answer_first (guint n, AloqaTestDoorAnswer answer)
{
  n_first = n;
  first_answer = answer;
}

gboolean
aloqa_test_camera_door_is_waited_at (gpointer unused)
{
  return waiting != NULL;
}

void
aloqa_test_camera_door_let (void)
{
  g_autoptr (GTask) task = g_steal_pointer (&waiting);

  g_task_return_int (task, connect_to_pipewire ());
}

guint
aloqa_test_camera_door_get_n_asked (void)
{
  return n_asked;
}

void
aloqa_test_camera_door_remove (void)
{
  aloqa_camera_remote_set_door (NULL);
}
