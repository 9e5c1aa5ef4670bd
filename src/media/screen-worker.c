/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen-worker.h"

#include "media/screen-picture.h"
#include "media/screen-pointer.h"
#include "media/screen-rhythm.h"
#include "media/screen-turn.h"
#include "media/ticker.h"
#include "media/timeline.h"

#include <string.h>

/* Sharp pictures: more of them would only make each one worse. */
#define SHARP_MAX_FPS 15

struct _AloqaScreenWorker {
  guint max_fps;
  gint64 stall_limit_us;
  AloqaScreenStatusFunc func;
  gpointer user_data;
  AloqaTicker *ticker;

  GMutex lock;       /* guards what follows, until the empty line */
  GstSample *newest; /* not looked at yet, or NULL */
  AloqaInlet *inlet; /* or NULL */
  AloqaScreenMode wish;
  gboolean is_running;
  gboolean is_steady;      /* runs for as long as pictures come */
  gint64 running_since_us; /* or not running since */
  gint64 taken_us;         /* when the last one came */

  /* The ticker's thread only. */
  AloqaScreenPicture *picture;
  AloqaScreenRhythm rhythm;
  AloqaScreenContent content;
  AloqaScreenStatus status;
  GstSample *raw; /* what was converted last */
  GstBuffer *converted;
  GstVideoInfo info; /* of converted */
  AloqaScreenMode converted_mode;
};

/* What one tick works with, taken under the lock. */
typedef struct {
  GstSample *newest;
  AloqaInlet *inlet;
  AloqaScreenMode wish;
  gboolean is_stalled;
} Turn;

static void
begin_turn (AloqaScreenWorker *self, Turn *turn, gint64 now_us)
{
  gint64 since_us;
  gboolean is_quiet;

  g_mutex_lock (&self->lock);
  turn->inlet = self->inlet != NULL ? aloqa_inlet_ref (self->inlet) : NULL;
  turn->newest = self->newest != NULL ? gst_sample_ref (self->newest) : NULL;
  turn->wish = self->wish;
  is_quiet = self->is_steady || !self->is_running || (turn->newest == NULL && self->raw == NULL);
  since_us =
      self->is_steady ? MAX (self->taken_us, self->running_since_us) : self->running_since_us;
  turn->is_stalled = is_quiet && now_us - since_us > self->stall_limit_us;
  g_mutex_unlock (&self->lock);
}

static void
end_turn (Turn *turn)
{
  g_clear_pointer (&turn->newest, gst_sample_unref);
  g_clear_pointer (&turn->inlet, aloqa_inlet_unref);
}

/* What was dealt with is not new any more, unless there is a newer one by now. */
static void
forget_newest (AloqaScreenWorker *self, GstSample *sample)
{
  g_mutex_lock (&self->lock);
  if (self->newest == sample)
    g_clear_pointer (&self->newest, gst_sample_unref);
  g_mutex_unlock (&self->lock);
}

static gboolean
has_same_part (GstBuffer *a, GstBuffer *b)
{
  GstVideoCropMeta *crop_a = gst_buffer_get_video_crop_meta (a),
                   *crop_b = gst_buffer_get_video_crop_meta (b);

  if (crop_a == NULL || crop_b == NULL)
    return crop_a == crop_b;
  return crop_a->x == crop_b->x && crop_a->y == crop_b->y && crop_a->width == crop_b->width &&
         crop_a->height == crop_b->height;
}

/* Whoever knows that nothing has changed gives the same again. */
static gboolean
has_same_memory (GstBuffer *a, GstBuffer *b)
{
  return gst_buffer_n_memory (a) == 1 && gst_buffer_n_memory (b) == 1 &&
         gst_buffer_peek_memory (a, 0) == gst_buffer_peek_memory (b, 0);
}

/* Some give a picture at every beat, changed or not. */
static gboolean
is_same (GstSample *a, GstSample *b)
{
  GstBuffer *buffer_a = gst_sample_get_buffer (a), *buffer_b = gst_sample_get_buffer (b);
  GstMapInfo map;
  gboolean is_equal;

  if (!gst_caps_is_equal (gst_sample_get_caps (a), gst_sample_get_caps (b)) ||
      gst_buffer_get_size (buffer_a) != gst_buffer_get_size (buffer_b) ||
      aloqa_screen_turn_get (a) != aloqa_screen_turn_get (b) ||
      !aloqa_screen_pointer_is_same (buffer_a, buffer_b) || !has_same_part (buffer_a, buffer_b))
    return FALSE;
  if (has_same_memory (buffer_a, buffer_b))
    return TRUE;
  if (!gst_buffer_map (buffer_a, &map, GST_MAP_READ))
    return FALSE;
  is_equal = gst_buffer_memcmp (buffer_b, 0, map.data, map.size) == 0;
  gst_buffer_unmap (buffer_a, &map);
  return is_equal;
}

static AloqaScreenMode
choose_mode (AloqaScreenWorker *self, AloqaScreenMode wish)
{
  return wish == ALOQA_SCREEN_AUTO ? self->status.mode : wish;
}

static void
convert (AloqaScreenWorker *self, GstSample *sample, AloqaScreenMode mode)
{
  GstVideoInfo info;
  GstBuffer *converted = aloqa_screen_picture_convert (self->picture, sample, mode, &info);

  if (converted == NULL)
    return;
  gst_clear_buffer (&self->converted);
  self->converted = converted;
  self->info = info;
  self->converted_mode = mode;
  if (self->raw != sample) {
    g_clear_pointer (&self->raw, gst_sample_unref);
    self->raw = gst_sample_ref (sample);
  }
}

static void
push (AloqaScreenWorker *self, AloqaInlet *inlet)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (&self->info);
  GstBuffer *buffer = gst_buffer_copy (self->converted); /* shares the picture, owns its time */

  GST_BUFFER_PTS (buffer) = aloqa_timeline_get_now ();
  aloqa_inlet_push (inlet, buffer, caps);
}

/* Returns: whether a new picture is there to be sent */
static gboolean
look_at_newest (AloqaScreenWorker *self, Turn *turn)
{
  if (turn->newest == NULL || self->raw == NULL || !is_same (turn->newest, self->raw))
    return turn->newest != NULL;

  forget_newest (self, turn->newest);
  return FALSE;
}

static void
send (AloqaScreenWorker *self, Turn *turn, gint64 now_us)
{
  AloqaScreenMode mode = choose_mode (self, turn->wish);
  gboolean has_other_mode = self->raw != NULL && mode != self->converted_mode;
  gboolean has_new = look_at_newest (self, turn);
  guint max_fps = mode == ALOQA_SCREEN_SHARP ? MIN (SHARP_MAX_FPS, self->max_fps) : self->max_fps;
  AloqaScreenBeat beat =
      aloqa_screen_rhythm_next (&self->rhythm, has_new || has_other_mode, max_fps, now_us);

  if (beat == ALOQA_SCREEN_REST)
    return;
  if (beat == ALOQA_SCREEN_SEND) {
    convert (self, has_new ? turn->newest : self->raw, mode);
    if (has_new)
      forget_newest (self, turn->newest);
  }
  if (self->converted == NULL)
    return;
  push (self, turn->inlet);
  mode = aloqa_screen_content_look (&self->content, &self->info, self->converted, now_us);
  self->status.mode = turn->wish == ALOQA_SCREEN_AUTO ? mode : turn->wish;
  self->status.width_px = (guint) self->info.width;
  self->status.height_px = (guint) self->info.height;
}

static void
tick_cb (GstClockTime due, gpointer user_data)
{
  AloqaScreenWorker *self = user_data;
  AloqaScreenStatus before = self->status;
  gint64 now_us = g_get_monotonic_time ();
  Turn turn;

  begin_turn (self, &turn, now_us);
  self->status.is_stalled = turn.inlet != NULL && turn.is_stalled;
  if (turn.inlet != NULL)
    send (self, &turn, now_us);
  end_turn (&turn);
  if (memcmp (&before, &self->status, sizeof before) != 0)
    self->func (&self->status, self->user_data);
}

/**
 * aloqa_screen_worker_new:
 * @max_fps: how often a picture is sent at most
 * @stall_limit_us: how long nothing may come before it is told that the screen is frozen
 *
 * Returns: (transfer full): a worker that waits for pictures
 */
AloqaScreenWorker *
aloqa_screen_worker_new (guint max_fps, gint64 stall_limit_us, AloqaScreenStatusFunc func,
                         gpointer user_data)
{
  AloqaScreenWorker *self = g_new0 (AloqaScreenWorker, 1);

  self->max_fps = max_fps;
  self->stall_limit_us = stall_limit_us;
  self->func = func;
  self->user_data = user_data;
  self->picture = aloqa_screen_picture_new ();
  self->status.mode = ALOQA_SCREEN_SHARP;
  self->running_since_us = g_get_monotonic_time ();
  g_mutex_init (&self->lock);
  self->ticker = aloqa_ticker_start ("screen", max_fps, tick_cb, self);
  return self;
}

/* Its thread has ended when this returns; nothing is to be taken any more. */
void
aloqa_screen_worker_free (AloqaScreenWorker *self)
{
  aloqa_ticker_stop (self->ticker);
  g_clear_pointer (&self->newest, gst_sample_unref);
  g_clear_pointer (&self->inlet, aloqa_inlet_unref);
  g_clear_pointer (&self->raw, gst_sample_unref);
  gst_clear_buffer (&self->converted);
  aloqa_screen_content_clear (&self->content);
  aloqa_screen_picture_free (self->picture);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * aloqa_screen_worker_take:
 * @sample: a picture of the screen, not written to any more
 *
 * Any thread.
 */
void
aloqa_screen_worker_take (AloqaScreenWorker *self, GstSample *sample)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->newest, gst_sample_unref);
  self->newest = gst_sample_ref (sample);
  self->taken_us = g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);
}

/* Whether pictures can come at all. Any thread. */
void
aloqa_screen_worker_set_running (AloqaScreenWorker *self, gboolean is_running)
{
  g_mutex_lock (&self->lock);
  if (self->is_running != is_running)
    self->running_since_us = g_get_monotonic_time ();
  self->is_running = is_running;
  g_mutex_unlock (&self->lock);
}

/* From now on no picture is a fault, since one comes at every beat, changed or not. Any thread. */
void
aloqa_screen_worker_set_steady (AloqaScreenWorker *self)
{
  g_mutex_lock (&self->lock);
  self->is_steady = TRUE;
  g_mutex_unlock (&self->lock);
}

void
aloqa_screen_worker_set_mode (AloqaScreenWorker *self, AloqaScreenMode mode)
{
  g_mutex_lock (&self->lock);
  self->wish = mode;
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_screen_worker_set_inlet:
 * @inlet: (nullable): where the pictures go; a new one gets the last picture with the next repeat
 */
void
aloqa_screen_worker_set_inlet (AloqaScreenWorker *self, AloqaInlet *inlet)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->inlet, aloqa_inlet_unref);
  self->inlet = inlet != NULL ? aloqa_inlet_ref (inlet) : NULL;
  self->running_since_us = g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);
}
