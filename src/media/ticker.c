/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ticker.h"

#include "media/timeline.h"

/* A thread that woke late catches up tick by tick; later than this, it begins anew. */
#define MAX_LATE (200 * GST_MSECOND)

struct _AloqaTicker {
  guint rate_hz;
  AloqaTickerFunc func;
  gpointer user_data;

  GThread *thread;
  GMutex lock; /* guards is_stopped */
  GCond stopped;
  gboolean is_stopped;
};

/* Returns: FALSE when stopped meanwhile */
static gboolean
wait_until (AloqaTicker *self, GstClockTime due)
{
  GstClockTime now = aloqa_timeline_get_now ();
  gint64 end_us = g_get_monotonic_time () + (due > now ? (gint64) ((due - now) / 1000) : 0);
  gboolean goes_on;

  g_mutex_lock (&self->lock);
  while (!self->is_stopped && due > now)
    if (!g_cond_wait_until (&self->stopped, &self->lock, end_us))
      break;
  goes_on = !self->is_stopped;
  g_mutex_unlock (&self->lock);

  return goes_on;
}

static gpointer
tick (gpointer user_data)
{
  AloqaTicker *self = user_data;
  GstClockTime start = aloqa_timeline_get_now ();
  GstClockTime due = start;
  guint64 n_ticks = 0;

  while (wait_until (self, due)) {
    GstClockTime now = aloqa_timeline_get_now ();

    if (now > due + MAX_LATE) {
      start = due = now;
      n_ticks = 0;
    }
    self->func (due, self->user_data);
    due = start + gst_util_uint64_scale (++n_ticks, GST_SECOND, self->rate_hz);
  }

  return NULL;
}

/**
 * aloqa_ticker_start:
 * @name: of the thread, up to 15 bytes
 * @rate_hz: ticks a second
 * @func: called on the ticker's thread, the first time at once
 *
 * Returns: (transfer full): the ticker, for aloqa_ticker_stop()
 */
AloqaTicker *
aloqa_ticker_start (const char *name, guint rate_hz, AloqaTickerFunc func, gpointer user_data)
{
  AloqaTicker *self = g_new0 (AloqaTicker, 1);

  self->rate_hz = rate_hz;
  self->func = func;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->stopped);
  self->thread = g_thread_new (name, tick, self);

  return self;
}

/**
 * aloqa_ticker_stop:
 * @self: (transfer full): a ticker; not to be called from its function
 *
 * Waits for a call that is under way: there is none any more once this returns.
 */
void
aloqa_ticker_stop (AloqaTicker *self)
{
  g_mutex_lock (&self->lock);
  self->is_stopped = TRUE;
  g_cond_signal (&self->stopped);
  g_mutex_unlock (&self->lock);

  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->stopped);
  g_free (self);
}
