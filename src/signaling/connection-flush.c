/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/connection-private.h"

/* Waits for a connection to have nothing left to send. */
typedef struct {
  AloqaClock *clock;
  guint timer;
} Flush;

static void
free_flush (gpointer data)
{
  Flush *flush = data;

  aloqa_clock_clear_timer (flush->clock, &flush->timer);
  g_object_unref (flush->clock);
  g_free (flush);
}

/* Returns the task with the reference that the wait held. First of all: who is told of the end may
 * stop the connection at once, which is no second end. */
static GTask *
end_wait (GTask *task)
{
  g_signal_handlers_disconnect_by_data (g_task_get_source_object (task), task);
  return task;
}

static void
connection_drained_cb (AloqaConnection *connection, GTask *waiting)
{
  g_autoptr (GTask) task = end_wait (waiting);

  g_task_return_boolean (task, TRUE);
}

static void
connection_notify_state_cb (AloqaConnection *connection, GParamSpec *pspec, GTask *waiting)
{
  g_autoptr (GTask) task = NULL;

  if (aloqa_connection_get_state (connection) != ALOQA_CONNECTION_STOPPED)
    return;
  task = end_wait (waiting);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was stopped");
}

static void
limit_passed_cb (gpointer user_data)
{
  g_autoptr (GTask) task = end_wait (user_data);
  Flush *flush = g_task_get_task_data (task);

  flush->timer = 0;
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           "The last messages may not have reached the server");
}

/**
 * aloqa_connection_flush_async:
 * @limit_us: how long to wait at most
 *
 * Waits until everything that was sent is known to have reached the server: for a program that hangs
 * up and ends.
 */
void
aloqa_connection_flush_async (AloqaConnection *self, gint64 limit_us, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Flush *flush;

  g_task_set_source_tag (task, aloqa_connection_flush_async);
  if (aloqa_connection_is_drained (self)) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  flush = g_new0 (Flush, 1);
  flush->clock = g_object_ref (self->clock);
  flush->timer = aloqa_clock_add_timer (self->clock, limit_us, limit_passed_cb, task);
  g_task_set_task_data (task, flush, free_flush);
  g_signal_connect (self, "drained", G_CALLBACK (connection_drained_cb), task);
  g_signal_connect (self, "notify::state", G_CALLBACK (connection_notify_state_cb), task);
  g_steal_pointer (&task);
}

/**
 * aloqa_connection_flush_finish:
 *
 * Returns: %TRUE; or %FALSE with %G_IO_ERROR_TIMED_OUT where the limit passed, or
 *   %G_IO_ERROR_CANCELLED where the connection was stopped
 */
gboolean
aloqa_connection_flush_finish (AloqaConnection *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
