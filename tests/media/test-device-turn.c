/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-turn.h"
#include "media/media.h"
#include "media/retiring.h"

#include "support/support.h"

/* Longer than a test may take. */
#define LIMIT_MS (3600 * 1000)

/* A device that is closed as slowly as the test likes. */
typedef struct {
  GMutex lock;
  GCond may_close;
  gboolean is_free; /* guarded by the lock */
} SlowDevice;

typedef struct {
  SlowDevice device;
  GString *turns;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_mutex_init (&f->device.lock);
  g_cond_init (&f->device.may_close);
  f->turns = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_mutex_clear (&f->device.lock);
  g_cond_clear (&f->device.may_close);
  g_string_free (f->turns, TRUE);
}

static void
close_slowly (gpointer user_data)
{
  SlowDevice *device = user_data;

  g_mutex_lock (&device->lock);
  while (!device->is_free)
    g_cond_wait (&device->may_close, &device->lock);
  g_mutex_unlock (&device->lock);
}

static void
let_close (Fixture *f)
{
  g_mutex_lock (&f->device.lock);
  f->device.is_free = TRUE;
  g_cond_broadcast (&f->device.may_close);
  g_mutex_unlock (&f->device.lock);
}

static void
turn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  if (aloqa_device_turn_wait_finish (result, &error))
    g_string_append (f->turns, "turn.");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_string_append (f->turns, "cancelled.");
  else if (g_error_matches (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED))
    g_string_append (f->turns, "too late.");
  else
    g_assert_not_reached ();
}

static gboolean
has_turn (gpointer user_data)
{
  return ((Fixture *) user_data)->turns->len > 0;
}

static void
test_free_device_is_had_at_once (Fixture *f, gconstpointer data)
{
  aloqa_device_turn_close ("/dev/video0", close_slowly, &f->device);
  aloqa_device_turn_wait_async ("/dev/video2", LIMIT_MS, NULL, turn_cb, f);
  aloqa_test_wait_until (has_turn, f);
  let_close (f);
}

static void
test_device_that_is_being_closed_is_waited_for (Fixture *f, gconstpointer data)
{
  aloqa_device_turn_close ("/dev/video0", close_slowly, &f->device);
  aloqa_device_turn_close ("/dev/video0", close_slowly, &f->device);
  aloqa_device_turn_wait_async ("/dev/video0", LIMIT_MS, NULL, turn_cb, f);
  aloqa_test_drain ();
  g_assert_cmpstr (f->turns->str, ==, "");
  let_close (f);
  aloqa_test_wait_until (has_turn, f);
  g_assert_cmpstr (f->turns->str, ==, "turn.");
}

static void
test_who_has_gone_away_gets_no_turn (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aloqa_device_turn_close ("/dev/video0", close_slowly, &f->device);
  aloqa_device_turn_wait_async ("/dev/video0", LIMIT_MS, cancellable, turn_cb, f);
  g_cancellable_cancel (cancellable);
  let_close (f);
  aloqa_test_wait_until (has_turn, f);
  g_assert_cmpstr (f->turns->str, ==, "cancelled.");
}

/* However long the kernel takes. */
static void
test_who_goes_away_waits_no_longer (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aloqa_device_turn_close ("/dev/video0", close_slowly, &f->device);
  aloqa_device_turn_wait_async ("/dev/video0", LIMIT_MS, cancellable, turn_cb, f);
  aloqa_test_drain ();
  g_cancellable_cancel (cancellable);
  aloqa_test_wait_until (has_turn, f);
  let_close (f);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_assert_cmpstr (f->turns->str, ==, "cancelled.");
}

static void
test_device_that_hangs_is_given_up (Fixture *f, gconstpointer data)
{
  aloqa_device_turn_close ("/dev/video0", close_slowly, &f->device);
  aloqa_device_turn_wait_async ("/dev/video0", 1, NULL, turn_cb, f);
  aloqa_test_wait_until (has_turn, f);
  let_close (f);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_assert_cmpstr (f->turns->str, ==, "too late.");
}

#define ADD(name, func)                                                                            \
  g_test_add ("/media/device-turn/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("free-device-is-had-at-once", test_free_device_is_had_at_once);
  ADD ("device-that-is-being-closed-is-waited-for", test_device_that_is_being_closed_is_waited_for);
  ADD ("who-has-gone-away-gets-no-turn", test_who_has_gone_away_gets_no_turn);
  ADD ("who-goes-away-waits-no-longer", test_who_goes_away_waits_no_longer);
  ADD ("device-that-hangs-is-given-up", test_device_that_hangs_is_given_up);
  return g_test_run ();
}
