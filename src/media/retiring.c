/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/retiring.h"

/* The program's end waits no longer than this. */
#define LIMIT_US (2 * G_USEC_PER_SEC)

typedef struct {
  GDestroyNotify tear_down;
  gpointer object;
} Work;

static GMutex lock; /* guards n_retiring */
static GCond retired;
static guint n_retiring;

static gpointer
run (gpointer user_data)
{
  g_autofree Work *work = user_data;

  work->tear_down (work->object);
  aloqa_retiring_end ();

  return NULL;
}

/**
 * aloqa_retiring_start:
 * @tear_down: called with @object on a thread of its own
 * @object: (transfer full): what nobody else has any more
 */
void
aloqa_retiring_start (GDestroyNotify tear_down, gpointer object)
{
  Work *work = g_new (Work, 1);

  work->tear_down = tear_down;
  work->object = object;
  aloqa_retiring_begin ();
  g_thread_unref (g_thread_new ("retire", run, work));
}

/**
 * aloqa_retiring_begin:
 *
 * Something begins to be torn down on a thread that there is already: aloqa_retiring_wait() waits for it,
 * until aloqa_retiring_end() is called, on any thread.
 */
void
aloqa_retiring_begin (void)
{
  g_mutex_lock (&lock);
  n_retiring++;
  g_mutex_unlock (&lock);
}

void
aloqa_retiring_end (void)
{
  g_mutex_lock (&lock);
  n_retiring--;
  g_cond_broadcast (&retired);
  g_mutex_unlock (&lock);
}

/* Waits until all of it is torn down, but not for what hangs. */
void
aloqa_retiring_wait (void)
{
  gint64 end_us = g_get_monotonic_time () + LIMIT_US;

  g_mutex_lock (&lock);
  while (n_retiring > 0 && g_cond_wait_until (&retired, &lock, end_us))
    continue;
  g_mutex_unlock (&lock);
}
