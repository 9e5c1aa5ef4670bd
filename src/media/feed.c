/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/feed.h"

typedef struct {
  guint id;
  AloqaFeedFunc func;
  gpointer user_data;
} Listener;

struct _AloqaFeed {
  GObject parent_instance;

  GRWLock lock; /* read while listeners are called, written to add or remove one */
  GArray *listeners;
  guint last_id;
};

G_DEFINE_FINAL_TYPE (AloqaFeed, aloqa_feed, G_TYPE_OBJECT)

static void
aloqa_feed_finalize (GObject *object)
{
  AloqaFeed *self = ALOQA_FEED (object);

  g_array_unref (self->listeners);
  g_rw_lock_clear (&self->lock);

  G_OBJECT_CLASS (aloqa_feed_parent_class)->finalize (object);
}

static void
aloqa_feed_class_init (AloqaFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_feed_finalize;
}

static void
aloqa_feed_init (AloqaFeed *self)
{
  g_rw_lock_init (&self->lock);
  self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
}

AloqaFeed *
aloqa_feed_new (void)
{
  return g_object_new (ALOQA_TYPE_FEED, NULL);
}

/**
 * aloqa_feed_push:
 * @sample: (transfer none): a frame with its caps
 *
 * Gives @sample to every listener, on the calling thread. Any thread.
 */
void
aloqa_feed_push (AloqaFeed *self, GstSample *sample)
{
  g_rw_lock_reader_lock (&self->lock);
  for (guint i = 0; i < self->listeners->len; i++) {
    Listener *listener = &g_array_index (self->listeners, Listener, i);

    listener->func (sample, listener->user_data);
  }
  g_rw_lock_reader_unlock (&self->lock);
}

/**
 * aloqa_feed_add_listener:
 * @func: called on the pushing thread for every frame from now on; it must be quick, and must not
 *   add or remove listeners of this feed
 *
 * Returns: an id for aloqa_feed_remove_listener(), never 0
 */
guint
aloqa_feed_add_listener (AloqaFeed *self, AloqaFeedFunc func, gpointer user_data)
{
  Listener listener = { .func = func, .user_data = user_data };

  g_rw_lock_writer_lock (&self->lock);
  listener.id = ++self->last_id;
  g_array_append_val (self->listeners, listener);
  g_rw_lock_writer_unlock (&self->lock);

  return listener.id;
}

/**
 * aloqa_feed_remove_listener:
 * @listener_id: (inout): the listener, set to 0; 0 is allowed and does nothing
 *
 * Waits for a call of the listener that is under way: it is not called any more once this returns.
 */
void
aloqa_feed_remove_listener (AloqaFeed *self, guint *listener_id)
{
  g_rw_lock_writer_lock (&self->lock);
  for (guint i = 0; i < self->listeners->len; i++) {
    if (g_array_index (self->listeners, Listener, i).id == *listener_id) {
      g_array_remove_index (self->listeners, i);
      break;
    }
  }
  g_rw_lock_writer_unlock (&self->lock);
  *listener_id = 0;
}
