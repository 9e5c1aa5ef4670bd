/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-loop.h"

#include <pthread.h>

/* A thread begins within a millisecond, and on a machine that is busy within some dozens. */
#define LOOK_INTERVAL_US 200
#define MAX_LOOKS 1000

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

static int
note_thread (struct spa_loop *loop, bool is_async, uint32_t sequence, const void *data, size_t size,
             void *thread)
{
  *(pthread_t *) thread = pthread_self ();
  return 0;
}

/**
 * aloqa_pipewire_context_free:
 * @context: (transfer full): whose objects are gone
 *
 * To be called from a thread that may wait, as of media/retiring.h.
 *
 * A context has a thread of its own. PipeWire 0.3.65 waits for ever for one that is to end just when
 * it begins: whatever is asked of it until then is done by who asks, and wakes nobody. So it is asked
 * until it is the one that answers.
 */
void
aloqa_pipewire_context_free (struct pw_context *context)
{
  struct pw_data_loop *loop = pw_context_get_data_loop (context);
  pthread_t thread = pthread_self ();

  for (guint i = 0; loop != NULL && i < MAX_LOOKS; i++) {
    pw_data_loop_invoke (loop, note_thread, 0, NULL, 0, true, &thread);
    if (!pthread_equal (thread, pthread_self ()))
      break;
    g_usleep (LOOK_INTERVAL_US);
  }
  pw_context_destroy (context);
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
