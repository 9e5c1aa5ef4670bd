/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-loop.h"

typedef struct {
  GSource parent;
  struct pw_loop *loop;
} LoopSource;

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  struct pw_loop *loop = ((LoopSource *) source)->loop;

  pw_loop_enter (loop);
  pw_loop_iterate (loop, 0);
  pw_loop_leave (loop);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

/* Initialises PipeWire's library on first use: without it no call needs to. Any thread. */
void
aloqa_pipewire_init (void)
{
  static gsize is_done;

  if (g_once_init_enter (&is_done)) {
    pw_init (NULL, NULL);
    g_once_init_leave (&is_done, 1);
  }
}

/**
 * aloqa_pipewire_loop_source_new:
 * @loop: (transfer none): must stay as long as the source
 *
 * Returns: (transfer full): a source that runs @loop in a GMainContext
 */
GSource *
aloqa_pipewire_loop_source_new (struct pw_loop *loop)
{
  GSource *source = g_source_new (&source_funcs, sizeof (LoopSource));

  ((LoopSource *) source)->loop = loop;
  g_source_set_static_name (source, "PipeWire");
  g_source_add_unix_fd (source, pw_loop_get_fd (loop), G_IO_IN | G_IO_ERR | G_IO_HUP);

  return source;
}
