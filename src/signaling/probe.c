/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/probe.h"

/* The registration of a new connection may be lost to the end of the old one, just after. */
#define FIRST_US G_USEC_PER_SEC

/* A web page that calls somebody who went deaf waits for nothing: this is how long at most. */
#define INTERVAL_US (15 * G_USEC_PER_SEC)

/* An echo takes milliseconds; a mobile network that has just woken up takes seconds. */
#define LIMIT_US (5 * G_USEC_PER_SEC)

/* Long enough for a burst of candidates to go out before the one probe that proves them all. */
#define HURRY_US (250 * 1000)

static void
limit_passed_cb (gpointer user_data)
{
  AloqaProbe *self = user_data;

  self->limit_timer = 0;
  aloqa_probe_stop (self);
  self->give_up (self->owner);
}

static void
await_echo (AloqaProbe *self)
{
  self->is_out = TRUE;
  self->limit_timer = aloqa_clock_add_timer (self->clock, LIMIT_US, limit_passed_cb, self);
}

static void
next_due_cb (gpointer user_data)
{
  AloqaProbe *self = user_data;

  self->next_timer = 0;
  await_echo (self);
  self->send (self->owner);
}

static void
schedule (AloqaProbe *self, gint64 delay_us)
{
  aloqa_clock_clear_timer (self->clock, &self->next_timer);
  self->next_us = aloqa_clock_get_now_us (self->clock) + delay_us;
  self->next_timer = aloqa_clock_add_timer (self->clock, delay_us, next_due_cb, self);
}

/**
 * aloqa_probe_start:
 *
 * A connection is there: the first probe goes out in a second.
 */
void
aloqa_probe_start (AloqaProbe *self)
{
  aloqa_probe_stop (self);
  schedule (self, FIRST_US);
}

/**
 * aloqa_probe_stop:
 *
 * The connection is gone.
 */
void
aloqa_probe_stop (AloqaProbe *self)
{
  if (self->clock == NULL)
    return;
  aloqa_clock_clear_timer (self->clock, &self->next_timer);
  aloqa_clock_clear_timer (self->clock, &self->limit_timer);
  self->is_out = FALSE;
}

/**
 * aloqa_probe_hurry:
 *
 * Something depends on the connection: the next probe goes out within a quarter of a second. Does
 * nothing while one is out, or while it is stopped.
 */
void
aloqa_probe_hurry (AloqaProbe *self)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  if (self->next_timer != 0 && self->next_us > now_us + HURRY_US)
    schedule (self, HURRY_US);
}

/**
 * aloqa_probe_note_echo:
 *
 * Returns: whether a probe was out, which this answers
 */
gboolean
aloqa_probe_note_echo (AloqaProbe *self)
{
  if (!self->is_out)
    return FALSE;

  self->is_out = FALSE;
  aloqa_clock_clear_timer (self->clock, &self->limit_timer);
  schedule (self, INTERVAL_US);
  return TRUE;
}

/**
 * aloqa_probe_wait_on:
 *
 * To be called from give_up: the connection is alive by other signs, and the echo may be late. It
 * gets as long again.
 */
void
aloqa_probe_wait_on (AloqaProbe *self)
{
  await_echo (self);
}
