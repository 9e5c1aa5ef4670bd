/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-clock.h"

typedef struct {
  guint id;
  gint64 due_us;
  GSourceOnceFunc callback;
  gpointer user_data;
} Timer;

struct _AloqaFakeClock {
  AloqaClock parent_instance;

  gint64 now_us;
  guint last_id;
  GArray *timers; /* by due time, then by id */
};

G_DEFINE_FINAL_TYPE (AloqaFakeClock, aloqa_fake_clock, ALOQA_TYPE_CLOCK)

static gint64
get_now_us (AloqaClock *clock)
{
  return ALOQA_FAKE_CLOCK (clock)->now_us;
}

static guint
add_timer (AloqaClock *clock, gint64 delay_us, GSourceOnceFunc callback, gpointer user_data)
{
  AloqaFakeClock *self = ALOQA_FAKE_CLOCK (clock);
  Timer timer = { ++self->last_id, self->now_us + MAX (delay_us, 0), callback, user_data };
  guint i = self->timers->len;

  while (i > 0 && g_array_index (self->timers, Timer, i - 1).due_us > timer.due_us)
    i--;
  g_array_insert_val (self->timers, i, timer);

  return timer.id;
}

static void
remove_timer (AloqaClock *clock, guint timer_id)
{
  AloqaFakeClock *self = ALOQA_FAKE_CLOCK (clock);

  for (guint i = 0; i < self->timers->len; i++) {
    if (g_array_index (self->timers, Timer, i).id == timer_id) {
      g_array_remove_index (self->timers, i);
      return;
    }
  }
  g_error ("timer %u is not running", timer_id);
}

static void
aloqa_fake_clock_finalize (GObject *object)
{
  g_array_unref (ALOQA_FAKE_CLOCK (object)->timers);

  G_OBJECT_CLASS (aloqa_fake_clock_parent_class)->finalize (object);
}

static void
aloqa_fake_clock_class_init (AloqaFakeClockClass *klass)
{
  AloqaClockClass *clock_class = ALOQA_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_fake_clock_finalize;
  clock_class->get_now_us = get_now_us;
  clock_class->add_timer = add_timer;
  clock_class->remove_timer = remove_timer;
}

static void
aloqa_fake_clock_init (AloqaFakeClock *self)
{
  self->now_us = G_USEC_PER_SEC;
  self->timers = g_array_new (FALSE, FALSE, sizeof (Timer));
}

AloqaClock *
aloqa_fake_clock_new (void)
{
  return g_object_new (ALOQA_TYPE_FAKE_CLOCK, NULL);
}

/* Moves time on, firing each timer that falls due, at its own time. */
void
aloqa_fake_clock_advance_ms (AloqaFakeClock *self, gint64 duration_ms)
{
  gint64 end_us = self->now_us + duration_ms * 1000;

  while (self->timers->len > 0 && g_array_index (self->timers, Timer, 0).due_us <= end_us) {
    Timer timer = g_array_index (self->timers, Timer, 0);

    g_array_remove_index (self->timers, 0);
    self->now_us = MAX (self->now_us, timer.due_us);
    timer.callback (timer.user_data);
  }
  self->now_us = end_us;
}

/* Moves time on as where the program was stopped: what falls due meanwhile is late, and fires when
 * time is advanced again. */
void
aloqa_fake_clock_stand_still_ms (AloqaFakeClock *self, gint64 duration_ms)
{
  self->now_us += duration_ms * 1000;
}

/* How long until the next timer falls due, in ms rounded up, or -1 where none is running. */
gint64
aloqa_fake_clock_get_next_ms (AloqaFakeClock *self)
{
  if (self->timers->len == 0)
    return -1;
  return (g_array_index (self->timers, Timer, 0).due_us - self->now_us + 999) / 1000;
}

guint
aloqa_fake_clock_get_n_timers (AloqaFakeClock *self)
{
  return self->timers->len;
}
