/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-turn.h"

#include "media/retiring.h"

typedef struct {
  char *path;
  GDestroyNotify close;
  gpointer object;
} Closing;

static GQueue closings; /* of Closing */
static GQueue waiting;  /* of GTask, whose data is the path */

static gboolean
is_closing (const char *path)
{
  for (GList *l = closings.head; l != NULL; l = l->next) {
    if (g_str_equal (((Closing *) l->data)->path, path))
      return TRUE;
  }
  return FALSE;
}

static void
call_waiting (void)
{
  GQueue called = G_QUEUE_INIT;
  GTask *task;

  for (GList *l = waiting.head, *next; l != NULL; l = next) {
    next = l->next;
    if (is_closing (g_task_get_task_data (l->data)))
      continue;
    g_queue_push_tail (&called, l->data);
    g_queue_delete_link (&waiting, l);
  }
  while ((task = g_queue_pop_head (&called)) != NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
}

static void
closed_cb (gpointer user_data)
{
  Closing *closing = user_data;

  g_queue_remove (&closings, closing);
  g_free (closing->path);
  g_free (closing);
  call_waiting ();
}

static void
run (gpointer user_data)
{
  Closing *closing = user_data;

  closing->close (closing->object);
  g_idle_add_once (closed_cb, closing);
}

/**
 * aloqa_device_turn_close:
 * @path: of the device
 * @close: called with @object on a thread of its own; the device is free when it returns
 * @object: (transfer full): what has the device open
 */
void
aloqa_device_turn_close (const char *path, GDestroyNotify close, gpointer object)
{
  Closing *closing = g_new0 (Closing, 1);

  closing->path = g_strdup (path);
  closing->close = close;
  closing->object = object;
  g_queue_push_tail (&closings, closing);
  aloqa_retiring_start (run, closing);
}

/**
 * aloqa_device_turn_wait_async:
 *
 * Waits until nobody is closing this device any more: how long is up to the kernel, and to whoever
 * gives up.
 */
void
aloqa_device_turn_wait_async (const char *path, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, aloqa_device_turn_wait_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_queue_push_tail (&waiting, task);
  call_waiting ();
}

/**
 * aloqa_device_turn_wait_finish:
 * @error: G_IO_ERROR_CANCELLED
 */
gboolean
aloqa_device_turn_wait_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
