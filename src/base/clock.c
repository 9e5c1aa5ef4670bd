/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <time.h>

G_DEFINE_TYPE (AloqaClock, aloqa_clock, G_TYPE_OBJECT)

static gint64
get_system_now_us (AloqaClock *self)
{
  return aloqa_clock_get_system_us ();
}

static guint
add_system_timer (AloqaClock *self, gint64 delay_us, GSourceOnceFunc callback, gpointer user_data)
{
  /* Rounded up, so that a deadline is never early. */
  gint64 delay_ms = (MAX (delay_us, 0) + 999) / 1000;

  return g_timeout_add_once ((guint) MIN (delay_ms, G_MAXUINT), callback, user_data);
}

static void
remove_system_timer (AloqaClock *self, guint timer_id)
{
  g_source_remove (timer_id);
}

static void
aloqa_clock_class_init (AloqaClockClass *klass)
{
  klass->get_now_us = get_system_now_us;
  klass->add_timer = add_system_timer;
  klass->remove_timer = remove_system_timer;
}

static void
aloqa_clock_init (AloqaClock *self)
{
}

/**
 * aloqa_clock_get_system_us:
 *
 * Returns: microseconds since the machine was started; never goes back. Unlike g_get_monotonic_time()
 *   it counts the time that the machine slept: what was fresh yesterday evening is not this morning.
 */
gint64
aloqa_clock_get_system_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/**
 * aloqa_clock_new:
 *
 * Returns: (transfer full): the system's clock, as aloqa_clock_get_system_us() has it; its timers fire
 *   in the default main context, and stand still while the machine sleeps.
 */
AloqaClock *
aloqa_clock_new (void)
{
  return g_object_new (ALOQA_TYPE_CLOCK, NULL);
}

typedef AloqaClock AloqaAwakeClock;
typedef AloqaClockClass AloqaAwakeClockClass;

static GType aloqa_awake_clock_get_type (void);
G_DEFINE_TYPE (AloqaAwakeClock, aloqa_awake_clock, ALOQA_TYPE_CLOCK)

static gint64
get_awake_now_us (AloqaClock *self)
{
  return g_get_monotonic_time ();
}

static void
aloqa_awake_clock_class_init (AloqaAwakeClockClass *klass)
{
  klass->get_now_us = get_awake_now_us;
}

static void
aloqa_awake_clock_init (AloqaAwakeClock *self)
{
}

/**
 * aloqa_clock_new_awake:
 *
 * Returns: (transfer full): one that stands still while the machine sleeps, as g_get_monotonic_time()
 *   and GStreamer's clock do, whose times may be compared with its own
 */
AloqaClock *
aloqa_clock_new_awake (void)
{
  return g_object_new (aloqa_awake_clock_get_type (), NULL);
}

/**
 * aloqa_clock_get_now_us:
 *
 * Returns: microseconds since an unspecified start; never goes back.
 */
gint64
aloqa_clock_get_now_us (AloqaClock *self)
{
  return ALOQA_CLOCK_GET_CLASS (self)->get_now_us (self);
}

/**
 * aloqa_clock_add_timer:
 * @delay_us: how long from now, in microseconds; negative counts as now
 * @callback: called once
 *
 * Returns: an id for aloqa_clock_clear_timer(), never 0. The id is spent when @callback is called:
 *   the callback sets the variable that holds it to 0.
 */
guint
aloqa_clock_add_timer (AloqaClock *self, gint64 delay_us, GSourceOnceFunc callback,
                       gpointer user_data)
{
  return ALOQA_CLOCK_GET_CLASS (self)->add_timer (self, delay_us, callback, user_data);
}

/**
 * aloqa_clock_clear_timer:
 * @timer_id: (inout): the timer to remove, set to 0; 0 is allowed and does nothing
 */
void
aloqa_clock_clear_timer (AloqaClock *self, guint *timer_id)
{
  guint id = *timer_id;

  *timer_id = 0;
  if (id != 0)
    ALOQA_CLOCK_GET_CLASS (self)->remove_timer (self, id);
}
