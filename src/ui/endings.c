/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/endings.h"

struct _AloqaEndings {
  GObject parent_instance;

  guint n_closing;
  GQueue waiting; /* of GTask: for the end of all of them */
};

G_DEFINE_FINAL_TYPE (AloqaEndings, aloqa_endings, G_TYPE_OBJECT)

static void
tell_waiting (AloqaEndings *self)
{
  while (self->n_closing == 0 && !g_queue_is_empty (&self->waiting)) {
    g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

    g_task_return_boolean (task, TRUE);
  }
}

/* One session that ends. */
typedef struct {
  AloqaEndings *endings; /* a reference */
  AloqaDemo *demo;       /* whose server it is with, or NULL */
} Ending;

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Ending *ending = user_data;

  aloqa_session_close_finish (ALOQA_SESSION (source), result);
  if (ending->demo != NULL)
    aloqa_demo_stop (ending->demo);
  ending->endings->n_closing--;
  tell_waiting (ending->endings);
  g_clear_object (&ending->demo);
  g_object_unref (ending->endings);
  g_free (ending);
}

static void
aloqa_endings_class_init (AloqaEndingsClass *klass)
{
}

static void
aloqa_endings_init (AloqaEndings *self)
{
}

AloqaEndings *
aloqa_endings_new (void)
{
  return g_object_new (ALOQA_TYPE_ENDINGS, NULL);
}

/**
 * aloqa_endings_add:
 * @demo: (nullable): whose server hears of it, and is then stopped
 *
 * Begins to end @session.
 */
void
aloqa_endings_add (AloqaEndings *self, AloqaSession *session, AloqaDemo *demo)
{
  Ending *ending = g_new0 (Ending, 1);

  ending->endings = g_object_ref (self);
  g_set_object (&ending->demo, demo);
  self->n_closing++;
  aloqa_session_close_async (session, closed_cb, ending);
}

/**
 * aloqa_endings_wait_async:
 * @source: (type GObject): whose callback it is
 *
 * Waits until none is left, of those that are added meanwhile, too.
 */
void
aloqa_endings_wait_async (AloqaEndings *self, gpointer source, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_queue_push_tail (&self->waiting, g_task_new (source, NULL, callback, user_data));
  tell_waiting (self);
}

void
aloqa_endings_wait_finish (AloqaEndings *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}
