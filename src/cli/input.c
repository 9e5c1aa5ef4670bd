/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/input.h"

#include <gio/gunixinputstream.h>
#include <unistd.h>

struct _AloqaInput {
  GObject parent_instance;

  GDataInputStream *stream;
  GCancellable *cancellable;
  AloqaInputFunc func;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (AloqaInput, aloqa_input, G_TYPE_OBJECT)

static void
line_cb (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (stream),
                                                                     result, NULL, &error);
  AloqaInput *self;

  /* Gone meanwhile, or the end of input: nobody's wish to hang up. */
  if (line == NULL)
    return;

  self = ALOQA_INPUT (user_data);
  self->func (g_strstrip (line), self->user_data);
  g_data_input_stream_read_line_async (self->stream, G_PRIORITY_DEFAULT, self->cancellable, line_cb,
                                       self);
}

static void
aloqa_input_dispose (GObject *object)
{
  AloqaInput *self = ALOQA_INPUT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->stream);

  G_OBJECT_CLASS (aloqa_input_parent_class)->dispose (object);
}

static void
aloqa_input_class_init (AloqaInputClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_input_dispose;
}

static void
aloqa_input_init (AloqaInput *self)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  self->stream = g_data_input_stream_new (stream);
  self->cancellable = g_cancellable_new ();
}

/**
 * aloqa_input_new:
 * @func: called for each line, without white space at its ends
 */
AloqaInput *
aloqa_input_new (AloqaInputFunc func, gpointer user_data)
{
  AloqaInput *self = g_object_new (ALOQA_TYPE_INPUT, NULL);

  self->func = func;
  self->user_data = user_data;
  g_data_input_stream_read_line_async (self->stream, G_PRIORITY_DEFAULT, self->cancellable, line_cb,
                                       self);
  return self;
}
