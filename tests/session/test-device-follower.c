/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "session/device-follower.h"

#include "fakes/fake-clock.h"
#include "support/device-run.h"

/* What one role uses, on a PipeWire of its own and by a clock of its own. */

static AloqaTestSession *session;

typedef struct {
  AloqaClock *clock;
  AloqaDevices *devices;
  AloqaDeviceFollower *follower;
  GString *news;
  guint n_changes;
} Fixture;

static void
changed_cb (Fixture *f)
{
  f->n_changes++;
}

static void
news_cb (Fixture *f, int news, const char *name, const char *instead)
{
  g_string_append_printf (f->news, "%s %s, now %s.", aloqa_device_news_to_string (news), name,
                          instead != NULL ? instead : "none");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = aloqa_fake_clock_new ();
  f->devices = aloqa_devices_dup_shared ();
  f->news = g_string_new (NULL);
  f->follower = aloqa_device_follower_new_with_clock (ALOQA_DEVICE_MICROPHONE, "silence", f->clock);
  g_signal_connect_swapped (f->follower, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect_swapped (f->follower, "news", G_CALLBACK (news_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->follower);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (f->clock)), ==, 0);
  aloqa_test_drain ();
  g_assert_finalize_object (f->devices);
  g_assert_finalize_object (f->clock);
  g_string_free (f->news, TRUE);
}

static AloqaDevice *
find (Fixture *f, const char *name)
{
  return aloqa_devices_lookup (f->devices, ALOQA_DEVICE_MICROPHONE, name);
}

static gboolean
has_microphone (gpointer user_data)
{
  Fixture *f = user_data;

  return aloqa_devices_is_ready (f->devices) && find (f, "mic") != NULL;
}

static void
activate (Fixture *f)
{
  aloqa_test_wait_until (has_microphone, f);
  aloqa_device_follower_set_active (f->follower, TRUE);
}

static void
advance (Fixture *f, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (f->clock), duration_ms);
}

/* Returns: whether it is worth telling */
static gboolean
fail (Fixture *f, AloqaMediaError code)
{
  g_autoptr (GError) error = g_error_new (ALOQA_MEDIA_ERROR, code, "It failed");

  return aloqa_device_follower_note_failure (f->follower, error);
}

static void
assert_source (Fixture *f, const char *source)
{
  g_assert_cmpstr (aloqa_device_follower_get_source (f->follower), ==, source);
}

/* @n times it fails, is tried again, and begins to play. */
static void
recover (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint n_before = f->n_changes;

    fail (f, ALOQA_MEDIA_ERROR_FAILED);
    g_assert_false (aloqa_device_follower_has_given_up (f->follower));
    assert_source (f, "silence");
    advance (f, 2000);
    g_assert_cmpuint (f->n_changes, ==, n_before + 1);
    assert_source (f, "mic");
    aloqa_device_follower_note_success (f->follower);
  }
}

static void
assert_is_final (Fixture *f)
{
  guint n_before = f->n_changes;

  fail (f, ALOQA_MEDIA_ERROR_FAILED);
  advance (f, 600000);
  g_assert_cmpuint (f->n_changes, ==, n_before);
  aloqa_device_follower_note_success (f->follower); /* what plays in its stead does */
  g_assert_true (aloqa_device_follower_has_given_up (f->follower));
  assert_source (f, "silence");
}

static void
test_what_fails_at_once_is_given_up (Fixture *f, gconstpointer data)
{
  activate (f);
  recover (f, 3);
  assert_is_final (f);
  aloqa_device_follower_forget_failures (f->follower);
  g_assert_false (aloqa_device_follower_has_given_up (f->follower));
  recover (f, 3);
  assert_is_final (f);
}

static void
test_what_has_worked_long_is_not_given_up (Fixture *f, gconstpointer data)
{
  activate (f);
  for (guint i = 0; i < 10; i++) {
    recover (f, 3);
    advance (f, 60000);
  }
  recover (f, 3);
  assert_is_final (f);
}

/* A second program, or the preview of a moment ago, has it still. */
static void
test_what_is_busy_is_tried_again (Fixture *f, gconstpointer data)
{
  activate (f);
  g_assert_true (fail (f, ALOQA_MEDIA_ERROR_BUSY));
  advance (f, 500);
  g_assert_cmpuint (f->n_changes, ==, 1);
  g_assert_false (fail (f, ALOQA_MEDIA_ERROR_BUSY));
  advance (f, 1000);
  g_assert_cmpuint (f->n_changes, ==, 2);
  g_assert_true (fail (f, ALOQA_MEDIA_ERROR_MISSING_PART));
  g_assert_true (aloqa_device_follower_has_given_up (f->follower));
  advance (f, 600000);
  g_assert_cmpuint (f->n_changes, ==, 2);
}

/* That it is gone for good is told, too. */
static void
test_what_breaks_after_it_worked_is_told (Fixture *f, gconstpointer data)
{
  activate (f);
  g_assert_true (fail (f, ALOQA_MEDIA_ERROR_FAILED));
  aloqa_device_follower_note_success (f->follower); /* the silence meanwhile does not count */
  advance (f, 500);
  g_assert_false (fail (f, ALOQA_MEDIA_ERROR_FAILED));
  advance (f, 1000);
  aloqa_device_follower_note_success (f->follower);
  g_assert_true (fail (f, ALOQA_MEDIA_ERROR_FAILED));
  advance (f, 2000);
  aloqa_device_follower_note_success (f->follower);
  g_assert_true (fail (f, ALOQA_MEDIA_ERROR_FAILED));
  g_assert_true (aloqa_device_follower_has_given_up (f->follower));
}

static AloqaDeviceFollower *
new_camera (Fixture *f)
{
  AloqaDeviceFollower *camera =
      aloqa_device_follower_new_with_clock (ALOQA_DEVICE_CAMERA, "black", f->clock);

  g_signal_connect_swapped (camera, "news", G_CALLBACK (news_cb), f);
  return camera;
}

static gboolean
is_ready (gpointer user_data)
{
  return aloqa_devices_is_ready (((Fixture *) user_data)->devices);
}

/* A computer without a camera: nothing is opened again to find that out once more. */
static void
test_what_is_not_there_is_left_alone (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaDeviceFollower) camera = new_camera (f);
  g_autoptr (GError) error =
      g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND, "There is no camera");

  aloqa_test_wait_until (is_ready, f);
  aloqa_device_follower_set_active (camera, TRUE);
  g_assert_cmpstr (aloqa_device_follower_get_source (camera), ==, "camera");
  g_assert_true (aloqa_device_follower_note_failure (camera, error));
  g_assert_cmpstr (aloqa_device_follower_get_source (camera), ==, "black");

  aloqa_device_follower_set_active (camera, FALSE); /* on hold */
  aloqa_device_follower_set_active (camera, TRUE);
  g_assert_cmpstr (aloqa_device_follower_get_source (camera), ==, "black");
  aloqa_device_follower_set_chosen (camera, "camera"); /* some other setting was changed */
  g_assert_cmpstr (aloqa_device_follower_get_source (camera), ==, "black");
  aloqa_device_follower_forget_failures (camera); /* by hand */
  g_assert_cmpstr (aloqa_device_follower_get_source (camera), ==, "camera");
  g_assert_true (aloqa_device_follower_note_failure (camera, error));
  aloqa_device_follower_set_chosen (camera, "camera:other");
  g_assert_cmpstr (aloqa_device_follower_get_source (camera), ==, "camera:other");
  g_assert_cmpstr (f->news->str, ==, "");
}

static gboolean
has_camera (gpointer user_data)
{
  return aloqa_devices_lookup (((Fixture *) user_data)->devices, ALOQA_DEVICE_CAMERA, "") != NULL;
}

static gboolean
has_no_camera (gpointer user_data)
{
  return !has_camera (user_data);
}

static void
test_what_is_plugged_in_while_nobody_follows_is_used (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaDeviceFollower) camera = new_camera (f);
  g_autoptr (GError) error =
      g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND, "There is no camera");
  GSubprocess *plugged;

  aloqa_test_wait_until (is_ready, f);
  aloqa_device_follower_set_active (camera, TRUE);
  aloqa_device_follower_note_failure (camera, error);
  aloqa_device_follower_set_active (camera, FALSE);
  plugged = aloqa_test_session_add_camera (session, "cam", "Camera", "160x120@15", "I420", "180");
  aloqa_test_wait_until (has_camera, f);
  aloqa_device_follower_set_active (camera, TRUE);
  g_assert_cmpstr (aloqa_device_follower_get_source (camera), ==, "camera");

  aloqa_device_follower_set_active (camera, FALSE);
  aloqa_test_session_end (session, plugged);
  aloqa_test_wait_until (has_no_camera, f);
}

static gboolean
has_headset (gpointer user_data)
{
  return g_strcmp0 (aloqa_device_follower_get_source (((Fixture *) user_data)->follower),
                    "mic:headset") == 0;
}

static gboolean
lacks_headset (gpointer user_data)
{
  return !has_headset (user_data);
}

static gboolean
has_headset_beside_default (gpointer user_data)
{
  Fixture *f = user_data;

  return find (f, "headset") != NULL && find (f, "") == find (f, "mic");
}

static gboolean
is_unlisted (gpointer user_data)
{
  return find (user_data, "headset") == NULL;
}

static void
choose_headset (Fixture *f)
{
  aloqa_test_session_add_microphone (session, "headset", "Headset");
  aloqa_test_session_set_default (session, "audio", "mic");
  aloqa_test_wait_until (has_headset_beside_default, f);
  aloqa_device_follower_set_chosen (f->follower, "mic:headset");
  activate (f);
}

static void
give_up_headset (Fixture *f)
{
  assert_source (f, "mic:headset");
  for (guint i = 0; i < 3; i++) {
    fail (f, ALOQA_MEDIA_ERROR_BUSY);
    assert_source (f, "mic"); /* until it is tried again */
    advance (f, 2000);
    assert_source (f, "mic:headset");
  }
  g_assert_cmpstr (f->news->str, ==, "");
  fail (f, ALOQA_MEDIA_ERROR_BUSY);
  g_assert_cmpstr (f->news->str, ==, "broken Headset, now Test microphone.");
  assert_source (f, "mic");
  g_assert_true (aloqa_device_follower_has_given_up (f->follower));
  g_string_truncate (f->news, 0);
}

/* Listed, and held by another program: they are heard by the default one. */
static void
test_what_is_of_no_use_is_replaced_by_the_default (Fixture *f, gconstpointer data)
{
  guint n_before;

  choose_headset (f);
  give_up_headset (f);
  g_assert_cmpuint (f->n_changes, ==, 4);

  n_before = f->n_changes;
  fail (f, ALOQA_MEDIA_ERROR_FAILED); /* the default's own, which has its own tries */
  assert_source (f, "silence");
  advance (f, 500);
  g_assert_cmpuint (f->n_changes, ==, n_before + 1);
  assert_source (f, "mic");

  aloqa_device_follower_forget_failures (f->follower); /* chosen once more */
  give_up_headset (f);
  aloqa_test_session_remove_microphone (session, "headset");
  aloqa_test_wait_until (is_unlisted, f);
  g_assert_cmpstr (f->news->str, ==, "");
  aloqa_test_session_add_microphone (session, "headset", "Headset");
  aloqa_test_wait_until (has_headset, f);
  g_assert_cmpstr (f->news->str, ==, "back Headset, now none.");
  aloqa_test_session_remove_microphone (session, "headset");
  aloqa_test_wait_until (lacks_headset, f);
}

static gboolean
is_default (gpointer user_data)
{
  Fixture *f = user_data;
  AloqaDevice *device = find (f, "third");

  return device != NULL && aloqa_device_is_default (device);
}

static gboolean
has_news (gpointer user_data)
{
  return ((Fixture *) user_data)->news->len > 0;
}

static gboolean
has_default (gpointer user_data)
{
  Fixture *f = user_data;

  return find (f, "third") == NULL &&
         aloqa_devices_has_default (f->devices, ALOQA_DEVICE_MICROPHONE);
}

/* The server tells a moment later which of the others it takes, and not the first of the list. */
static void
test_lost_default_is_replaced_by_the_next_default (Fixture *f, gconstpointer data)
{
  g_autofree char *news = NULL;

  aloqa_test_session_add_microphone (session, "second", "Second");
  aloqa_test_session_set_default (session, "audio", "second");
  aloqa_test_session_add_microphone (session, "third", "Third");
  aloqa_test_session_set_default (session, "audio", "third");
  aloqa_test_wait_until (is_default, f);
  activate (f);
  g_assert_cmpstr (aloqa_device_follower_get_source (f->follower), ==, "mic");

  aloqa_test_session_remove_microphone (session, "third");
  aloqa_test_wait_until (has_default, f);
  aloqa_test_wait_until (has_news, f);
  news = g_strdup_printf ("lost Third, now %s.", aloqa_device_get_name (find (f, "")));
  g_assert_cmpstr (f->news->str, ==, news);
  g_assert_cmpstr (aloqa_device_get_id (find (f, "")), !=, "mic");
  aloqa_test_session_remove_microphone (session, "second");
}

static gboolean
has_no_default (gpointer user_data)
{
  Fixture *f = user_data;

  return find (f, "headset") != NULL &&
         !aloqa_devices_has_default (f->devices, ALOQA_DEVICE_MICROPHONE);
}

/* As one that changes its profile: it is back before anybody has been told that it is lost. */
static void
test_headset_that_returns_at_once_has_no_news (Fixture *f, gconstpointer data)
{
  aloqa_test_session_add_microphone (session, "headset", "Headset");
  aloqa_test_session_set_default (session, "audio", "speaker"); /* what it plays: no microphone */
  aloqa_test_wait_until (has_no_default, f);
  aloqa_device_follower_set_chosen (f->follower, "mic:headset");
  activate (f);
  g_assert_true (has_headset (f));

  aloqa_test_session_remove_microphone (session, "headset");
  aloqa_test_wait_until (lacks_headset, f);
  aloqa_test_session_add_microphone (session, "headset", "Headset");
  aloqa_test_wait_until (has_headset, f);
  advance (f, 600000);
  g_assert_cmpuint (f->n_changes, ==, 2);
  g_assert_cmpstr (f->news->str, ==, "");
  aloqa_test_session_remove_microphone (session, "headset");
  aloqa_test_session_set_default (session, "audio", "mic");
  aloqa_test_wait_until (has_default, f);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/device-follower/" name, Fixture, NULL, set_up, func, tear_down)

static void
add_tests (void)
{
  ADD ("what-fails-at-once-is-given-up", test_what_fails_at_once_is_given_up);
  ADD ("what-has-worked-long-is-not-given-up", test_what_has_worked_long_is_not_given_up);
  ADD ("what-is-busy-is-tried-again", test_what_is_busy_is_tried_again);
  ADD ("what-breaks-after-it-worked-is-told", test_what_breaks_after_it_worked_is_told);
  ADD ("what-is-not-there-is-left-alone", test_what_is_not_there_is_left_alone);
  ADD ("what-is-plugged-in-while-nobody-follows-is-used",
       test_what_is_plugged_in_while_nobody_follows_is_used);
  ADD ("what-is-of-no-use-is-replaced-by-the-default",
       test_what_is_of_no_use_is_replaced_by_the_default);
  ADD ("headset-that-returns-at-once-has-no-news", test_headset_that_returns_at_once_has_no_news);
  ADD ("lost-default-is-replaced-by-the-next-default",
       test_lost_default_is_replaced_by_the_next_default);
}

int
main (int argc, char **argv)
{
  return aloqa_test_run_with_devices (argc, argv, &session, add_tests);
}
