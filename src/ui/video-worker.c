/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-worker.h"

#include "ui/video-black.h"
#include "ui/video-life.h"

/* So many black pictures in a row are a camera that is off; one is not. */
#define BLACK_FRAMES 3
/* Nobody took a picture for so long: the window is not drawn. */
#define IDLE_US (G_USEC_PER_SEC / 2)

struct _AloqaVideoWorker {
  AloqaHop *hop;
  AloqaHopFunc ready_func;

  AloqaFeed *feed; /* main thread */
  guint listener_id;
  gboolean is_active;
  GThread *thread; /* from the first time that it is active */

  GMutex lock; /* guards everything below */
  GCond changed;
  gboolean is_quitting;
  guint round;              /* what is made ready in an earlier one is dropped */
  GstSample *newest;        /* not looked at yet, or NULL */
  AloqaVideoPicture *ready; /* not taken yet, or NULL */
  AloqaVideoWish wish;
  gint64 min_interval_us;
  AloqaVideoLife life; /* black ones count */
  gint64 last_made_us;
  gint64 last_taken_us;
  guint n_black;
  gboolean has_hopped;
  guint64 n_converted;
};

static void
clear_sample (GstSample **sample)
{
  g_clear_pointer (sample, gst_sample_unref);
}

static void
frame_cb (GstSample *sample, gpointer user_data)
{
  AloqaVideoWorker *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  GstSample *old;

  g_mutex_lock (&self->lock);
  aloqa_video_life_note (&self->life, now_us);
  old = self->newest;
  self->newest = gst_sample_ref (sample);
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);

  if (old != NULL)
    gst_sample_unref (old);
}

/* Called with the lock held. Whether the newest picture is to be made ready now. */
static gboolean
is_wanted (AloqaVideoWorker *self)
{
  if (self->newest == NULL)
    return FALSE;
  return self->ready == NULL || self->life.last_us - self->last_taken_us < IDLE_US;
}

/* Called with the lock held. Half a frame early is in time: frames do not come evenly. */
static gboolean
is_too_soon (AloqaVideoWorker *self)
{
  return self->life.last_us - self->last_made_us < self->min_interval_us - 8000;
}

/* Called with the lock held. Takes @picture over; %NULL: it was black, or none at all. */
static void
offer (AloqaVideoWorker *self, AloqaVideoPicture *picture, gboolean is_black)
{
  self->n_black = is_black ? MIN (self->n_black + 1, BLACK_FRAMES) : 0;
  if (picture == NULL && self->n_black < BLACK_FRAMES)
    return;

  g_clear_pointer (&self->ready, aloqa_video_picture_free);
  self->ready = picture;
  if (!self->has_hopped)
    aloqa_hop_call (self->hop, self->ready_func, NULL, NULL);
  self->has_hopped = TRUE;
}

/* Called with the lock held, which is let go of meanwhile. */
static void
make_ready (AloqaVideoWorker *self, AloqaVideoConverter *converter)
{
  g_autoptr (GstSample) sample = g_steal_pointer (&self->newest);
  g_autoptr (AloqaVideoPicture) picture = NULL;
  const AloqaVideoWish wish = self->wish;
  guint round = self->round;
  gboolean is_black;

  self->last_made_us = self->life.last_us;
  g_mutex_unlock (&self->lock);
  is_black = aloqa_video_black_is (sample);
  if (!is_black)
    picture = aloqa_video_converter_run (converter, sample, &wish);
  g_mutex_lock (&self->lock);

  self->n_converted += picture != NULL;
  if (round == self->round)
    offer (self, g_steal_pointer (&picture), is_black);
}

static gpointer
run (gpointer user_data)
{
  AloqaVideoWorker *self = user_data;
  g_autoptr (AloqaVideoConverter) converter = aloqa_video_converter_new ();

  g_mutex_lock (&self->lock);
  while (!self->is_quitting) {
    if (!is_wanted (self))
      g_cond_wait (&self->changed, &self->lock);
    else if (is_too_soon (self))
      clear_sample (&self->newest);
    else
      make_ready (self, converter);
  }
  g_mutex_unlock (&self->lock);
  return NULL;
}

static void
listen (AloqaVideoWorker *self)
{
  if (self->feed == NULL || !self->is_active)
    return;
  if (self->thread == NULL)
    self->thread = g_thread_new ("aloqa-picture", run, self);
  self->listener_id = aloqa_feed_add_listener (self->feed, frame_cb, self);
}

/**
 * aloqa_video_worker_new:
 * @object: whom @ready is called for, on the main thread
 */
AloqaVideoWorker *
aloqa_video_worker_new (gpointer object, AloqaHopFunc ready)
{
  AloqaVideoWorker *self = g_new0 (AloqaVideoWorker, 1);

  self->hop = aloqa_hop_new (object);
  self->ready_func = ready;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

void
aloqa_video_worker_free (AloqaVideoWorker *self)
{
  aloqa_video_worker_set_feed (self, NULL);
  g_mutex_lock (&self->lock);
  self->is_quitting = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (self->thread);

  clear_sample (&self->newest);
  g_clear_pointer (&self->ready, aloqa_video_picture_free);
  aloqa_hop_unref (self->hop);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Begins anew: nothing is left of what came before, nor of its having been told. */
static void
restart (AloqaVideoWorker *self, AloqaFeed *feed, gboolean is_active)
{
  if (self->feed != NULL)
    aloqa_feed_remove_listener (self->feed, &self->listener_id);

  g_mutex_lock (&self->lock);
  self->round++;
  clear_sample (&self->newest);
  g_clear_pointer (&self->ready, aloqa_video_picture_free);
  self->has_hopped = FALSE;
  self->last_taken_us = g_get_monotonic_time ();
  aloqa_video_life_look (&self->life, self->last_taken_us);
  if (feed != self->feed) {
    self->n_black = 0;
    self->life = (AloqaVideoLife){ 0 };
  }
  g_mutex_unlock (&self->lock);

  self->is_active = is_active;
  g_set_object (&self->feed, feed);
  listen (self);
}

void
aloqa_video_worker_set_feed (AloqaVideoWorker *self, AloqaFeed *feed)
{
  if (feed != self->feed)
    restart (self, feed, self->is_active);
}

/* Whether anybody looks. While not, not even a reference to a picture is kept. */
void
aloqa_video_worker_set_active (AloqaVideoWorker *self, gboolean is_active)
{
  if (is_active != self->is_active)
    restart (self, self->feed, is_active);
}

void
aloqa_video_worker_set_wish (AloqaVideoWorker *self, const AloqaVideoWish *wish)
{
  g_mutex_lock (&self->lock);
  self->wish = *wish;
  g_mutex_unlock (&self->lock);
}

void
aloqa_video_worker_set_max_fps (AloqaVideoWorker *self, guint max_fps)
{
  g_mutex_lock (&self->lock);
  self->min_interval_us = max_fps > 0 ? G_USEC_PER_SEC / max_fps : 0;
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_video_worker_take:
 * @is_black: (out): whether black pictures come
 *
 * Returns: (transfer full) (nullable): the newest that is ready, where there is a new one
 */
AloqaVideoPicture *
aloqa_video_worker_take (AloqaVideoWorker *self, gboolean *is_black)
{
  AloqaVideoPicture *picture;

  g_mutex_lock (&self->lock);
  picture = g_steal_pointer (&self->ready);
  *is_black = self->n_black >= BLACK_FRAMES;
  self->last_taken_us = g_get_monotonic_time ();
  self->has_hopped = FALSE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  return picture;
}

/* Whether the feed had no picture for so long, black or not, that the last one says nothing any more. */
gboolean
aloqa_video_worker_has_stopped (AloqaVideoWorker *self)
{
  gboolean has_stopped;

  g_mutex_lock (&self->lock);
  has_stopped = aloqa_video_life_has_ended (&self->life, g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);
  return has_stopped;
}

/* How many pictures were made ready in all: what this costs is in proportion. */
guint64
aloqa_video_worker_get_n_converted (AloqaVideoWorker *self)
{
  guint64 n_converted;

  g_mutex_lock (&self->lock);
  n_converted = self->n_converted;
  g_mutex_unlock (&self->lock);
  return n_converted;
}
