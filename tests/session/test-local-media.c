/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "media/retiring.h"
#include "session/local-media.h"

#include "support/device-run.h"

/* What one side of a call sends, and says about its devices, on a PipeWire of its own. */

static AloqaTestSession *session;

typedef struct {
  AloqaLocalMedia *local;
  AloqaDevices *devices;
  GSubprocess *camera;
  AloqaFlow flow;
  GString *news;
  gboolean is_sharing;
  GError *error; /* the camera's last one, or the screen's */
} Fixture;

static void
news_cb (Fixture *f, const char *role, int news, const char *name, const char *instead)
{
  g_string_append_printf (f->news, "%s %s %s.", role, aloqa_device_news_to_string (news), name);
}

static void
error_cb (Fixture *f, const char *role, const GError *error)
{
  g_assert_cmpstr (role, ==, f->is_sharing ? "screen" : "camera");
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

static gboolean
is_listed (gpointer user_data)
{
  Fixture *f = user_data;

  return aloqa_devices_is_ready (f->devices) &&
         aloqa_devices_lookup (f->devices, ALOQA_DEVICE_CAMERA, "cam") != NULL;
}

static gboolean
is_unlisted (gpointer user_data)
{
  return !is_listed (user_data);
}

static void
plug_in (Fixture *f)
{
  f->camera = aloqa_test_session_add_camera (session, "cam", "Camera", "160x120@15", "I420", "180");
  aloqa_test_wait_until (is_listed, f);
}

static void
unplug (Fixture *f)
{
  aloqa_test_session_end (session, f->camera);
  aloqa_test_wait_until (is_unlisted, f);
  aloqa_test_drain ();
}

static void
set_video (Fixture *f, gboolean is_on)
{
  f->flow.send_video = is_on;
  aloqa_local_media_set_flow (f->local, &f->flow);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaMediaSettings) settings = aloqa_media_settings_new ();

  g_free (settings->video_source);
  settings->video_source = g_strdup ("camera:cam");
  g_free (settings->audio_source);
  settings->audio_source = g_strdup ("silence");
  f->devices = aloqa_devices_dup_shared ();
  f->news = g_string_new (NULL);
  f->flow = (AloqaFlow){ .has_video = TRUE, .send_audio = TRUE };
  plug_in (f);
  f->local = aloqa_local_media_new (settings);
  g_signal_connect_swapped (f->local, "device-news", G_CALLBACK (news_cb), f);
  g_signal_connect_swapped (f->local, "error", G_CALLBACK (error_cb), f);
  aloqa_local_media_open (f->local);
  set_video (f, FALSE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->local);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_assert_finalize_object (f->devices);
  g_string_free (f->news, TRUE);
  g_clear_error (&f->error);
}

static gboolean
has_error (gpointer user_data)
{
  return ((Fixture *) user_data)->error != NULL;
}

static gboolean
has_news (gpointer user_data)
{
  return ((Fixture *) user_data)->news->len > 0;
}

static gboolean
is_linked (gpointer name)
{
  return aloqa_test_session_count_links (session, name) > 0;
}

/* "They do not see you" is no news for somebody who has switched the camera off. */
static void
test_camera_that_is_off_has_no_news (Fixture *f, gconstpointer data)
{
  unplug (f);
  plug_in (f);
  unplug (f);
  g_assert_cmpstr (f->news->str, ==, "");
  g_assert_no_error (f->error);

  set_video (f, TRUE);
  aloqa_test_wait_until (has_error, f);
  g_assert_error (f->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND);
  plug_in (f);
  aloqa_test_wait_until (has_news, f);
  g_assert_cmpstr (f->news->str, ==, "camera back Camera.");
  aloqa_test_wait_until (is_linked, (gpointer) "cam");
  aloqa_local_media_close (f->local);
  unplug (f);
  g_assert_cmpstr (f->news->str, ==, "camera back Camera.");
}

static gboolean
is_black (gpointer user_data)
{
  return !aloqa_local_media_shows_camera (((Fixture *) user_data)->local);
}

/* What a person does in a call who has no camera: they know. */
static void
test_camera_that_is_not_there_is_told_once (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaMediaSettings) settings = aloqa_media_settings_new ();

  g_free (settings->video_source);
  settings->video_source = g_strdup ("camera:cam");
  g_free (settings->audio_source);
  settings->audio_source = g_strdup ("silence");
  unplug (f);
  set_video (f, TRUE);
  aloqa_test_wait_until (has_error, f);
  g_clear_error (&f->error);
  g_assert_true (is_black (f));

  f->flow.is_muted = TRUE;
  set_video (f, TRUE);
  g_assert_true (is_black (f));
  f->flow.is_held = TRUE;
  set_video (f, FALSE);
  f->flow.is_held = FALSE;
  set_video (f, TRUE);
  g_assert_true (is_black (f));
  aloqa_local_media_apply_settings (f->local, settings);
  g_assert_true (is_black (f));
  aloqa_test_drain ();
  g_assert_no_error (f->error);
  aloqa_local_media_close (f->local);
}

static void
test_what_cannot_be_chosen_changes_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aloqa_local_media_set_video_source (f->local, "window", &error));
  g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME);
  g_clear_error (&error);
  g_assert_false (aloqa_local_media_set_audio_source (f->local, "gramophone", &error));
  g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME);
  g_assert_cmpstr (aloqa_local_media_get_video_source (f->local), ==, "camera:cam");
  g_assert_cmpstr (aloqa_local_media_get_audio_source (f->local), ==, "silence");
  aloqa_local_media_close (f->local);
  unplug (f);
}

/* The other side's next leg has no picture: nothing is shared, and nobody is told that it is. */
static void
test_share_ends_with_the_picture (Fixture *f, gconstpointer data)
{
  AloqaScreenShare *share = aloqa_local_media_get_share (f->local);

  f->is_sharing = TRUE;
  g_assert_true (aloqa_local_media_share_screen (f->local, "", NULL));
  set_video (f, FALSE);
  g_assert_cmpint (aloqa_screen_share_get_state (share), ==, ALOQA_SHARE_ASKING);
  f->flow.has_video = FALSE;
  set_video (f, FALSE);
  g_assert_cmpint (aloqa_screen_share_get_state (share), ==, ALOQA_SHARE_OFF);
  g_assert_error (f->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE);
  aloqa_local_media_close (f->local);
  unplug (f);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/local-media/" name, Fixture, NULL, set_up, func, tear_down)

static void
add_tests (void)
{
  ADD ("camera-that-is-off-has-no-news", test_camera_that_is_off_has_no_news);
  ADD ("camera-that-is-not-there-is-told-once", test_camera_that_is_not_there_is_told_once);
  ADD ("share-ends-with-the-picture", test_share_ends_with_the_picture);
  ADD ("what-cannot-be-chosen-changes-nothing", test_what_cannot_be_chosen_changes_nothing);
}

int
main (int argc, char **argv)
{
  return aloqa_test_run_with_devices (argc, argv, &session, add_tests);
}
