/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/x11-stream.h"

#include "media/retiring.h"
#include "media/ticker.h"
#include "media/timeline.h"
#include "media/x11-screen.h"

#include <pthread.h>
#include <signal.h>

/* Between two pictures, of a server that has stood still. */
#define MAX_REST (100 * GST_MSECOND)

struct _AloqaX11Stream {
  AloqaTicker *ticker;

  GMutex lock; /* guards what follows, until the empty line */
  gboolean is_active;
  const AloqaX11StreamFuncs
      *funcs; /* NULL when it is freed: a server that hangs may answer later */
  gpointer user_data;

  /* The ticker's thread only. */
  AloqaX11Screen *screen; /* once it is open */
  GstClockTime rests_until;
  gboolean is_over;
};

/* libxcb writes to what may be closed; not every program has heard of that. */
static void
ignore_broken_pipes (void)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
}

static gboolean
is_active (AloqaX11Stream *self)
{
  gboolean is_active;

  g_mutex_lock (&self->lock);
  is_active = self->is_active;
  g_mutex_unlock (&self->lock);
  return is_active;
}

static void
give (AloqaX11Stream *self, GstSample *sample)
{
  g_mutex_lock (&self->lock);
  if (self->is_active && self->funcs != NULL)
    self->funcs->frame (sample, self->user_data);
  g_mutex_unlock (&self->lock);
}

/* @error: (transfer full) */
static void
fail (AloqaX11Stream *self, GError *error)
{
  self->is_over = TRUE;
  g_prefix_error (&error, "The screen: ");
  g_mutex_lock (&self->lock);
  if (self->funcs != NULL)
    self->funcs->failed (error, self->user_data);
  else
    g_error_free (error);
  g_mutex_unlock (&self->lock);
}

static void
open_screen (AloqaX11Stream *self, GError **error)
{
  ignore_broken_pipes ();
  self->screen = aloqa_x11_screen_open (error);
}

/* A server that has to work for long serves others for as long before the next one. */
static void
take (AloqaX11Stream *self, GstSample **sample, GError **error)
{
  const GstClockTime start = aloqa_timeline_get_now ();
  GstClockTime end;

  if (start < self->rests_until)
    return;
  aloqa_x11_screen_take (self->screen, sample, error);
  end = aloqa_timeline_get_now ();
  self->rests_until = end + MIN (end - start, MAX_REST);
}

static void
tick_cb (GstClockTime due, gpointer user_data)
{
  AloqaX11Stream *self = user_data;
  g_autoptr (GstSample) sample = NULL;
  GError *error = NULL;

  if (self->is_over)
    return;
  if (self->screen == NULL)
    open_screen (self, &error);
  else if (!is_active (self))
    aloqa_x11_screen_check (self->screen, &error);
  else
    take (self, &sample, &error);
  if (error != NULL)
    fail (self, error);
  else if (sample != NULL)
    give (self, sample);
}

/**
 * aloqa_x11_stream_new:
 * @max_fps: how many pictures a second are wanted
 *
 * Of the screen that $DISPLAY names.
 *
 * Returns: (transfer full): a stream that is not active yet
 */
AloqaX11Stream *
aloqa_x11_stream_new (guint max_fps, const AloqaX11StreamFuncs *funcs, gpointer user_data)
{
  AloqaX11Stream *self = g_new0 (AloqaX11Stream, 1);

  g_mutex_init (&self->lock);
  self->funcs = funcs;
  self->user_data = user_data;
  self->ticker = aloqa_ticker_start ("x11-screen", max_fps, tick_cb, self);
  return self;
}

/* Whether it is looked at: no picture is given any more once this returns for FALSE. That the server goes
 * is told in any case. */
void
aloqa_x11_stream_set_active (AloqaX11Stream *self, gboolean is_active)
{
  g_mutex_lock (&self->lock);
  self->is_active = is_active;
  g_mutex_unlock (&self->lock);
}

/* Waits for a server that hangs. */
static void
tear_down (gpointer user_data)
{
  AloqaX11Stream *self = user_data;

  aloqa_ticker_stop (self->ticker);
  g_clear_pointer (&self->screen, aloqa_x11_screen_close);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* None of its functions is called any more when this returns; whether the X server answers, or not. */
void
aloqa_x11_stream_free (AloqaX11Stream *self)
{
  g_mutex_lock (&self->lock);
  self->funcs = NULL;
  self->is_active = FALSE;
  g_mutex_unlock (&self->lock);
  aloqa_retiring_start (tear_down, self);
}
