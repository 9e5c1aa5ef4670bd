/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-turn.h"

#include "media/media.h"
#include "media/retiring.h"

typedef struct {
  char *path;
  GDestroyNotify close;
  gpointer object;
} Closing;

/* Of a task that waits. */
typedef struct {
  char *path;
  GSource *limit;
  GSource *cancelled; /* or NULL */
} Wait;

static GQueue closings; /* of Closing */
static GQueue waiting;  /* of GTask, whose data is a Wait */

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
free_wait (Wait *wait)
{
  g_free (wait->path);
  g_free (wait);
}

/* Returns: (transfer full): @task, which the queue had; nothing but its answer comes any more */
static GTask *
leave_queue (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);

  g_queue_remove (&waiting, task);
  clear_source (&wait->limit);
  clear_source (&wait->cancelled);
  return task;
}

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
    if (!is_closing (((Wait *) g_task_get_task_data (l->data))->path))
      g_queue_push_tail (&called, leave_queue (l->data));
  }
  while ((task = g_queue_pop_head (&called)) != NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = leave_queue (user_data);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static gboolean
limit_cb (gpointer user_data)
{
  g_autoptr (GTask) task = leave_queue (user_data);
  const Wait *wait = g_task_get_task_data (task);

  g_task_return_new_error (task, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                           "%s is still being closed: unplug it, and plug it in again", wait->path);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full): attached */
static GSource *
watch (GSource *source, GSourceFunc func, GTask *task)
{
  g_source_set_callback (source, func, task, NULL);
  g_source_attach (source, NULL);
  return source;
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
 * @limit_ms: how long at most: the kernel may never come back
 *
 * Waits until nobody is closing this device any more.
 */
void
aloqa_device_turn_wait_async (const char *path, guint limit_ms, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Wait *wait = g_new0 (Wait, 1);

  wait->path = g_strdup (path);
  wait->limit = watch (g_timeout_source_new (limit_ms), limit_cb, task);
  if (cancellable != NULL)
    wait->cancelled =
        watch (g_cancellable_source_new (cancellable), G_SOURCE_FUNC (cancelled_cb), task);
  g_task_set_source_tag (task, aloqa_device_turn_wait_async);
  g_task_set_task_data (task, wait, (GDestroyNotify) free_wait);
  g_queue_push_tail (&waiting, task);
  call_waiting ();
}

/**
 * aloqa_device_turn_wait_finish:
 * @error: G_IO_ERROR_CANCELLED, or ALOQA_MEDIA_ERROR_FAILED: it took too long
 */
gboolean
aloqa_device_turn_wait_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
