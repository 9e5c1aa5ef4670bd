/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-rig.h"

#include "media/media.h"
#include "media/retiring.h"

static AloqaTestSession *session;

static void
error_cb (gpointer object, const GError *error, AloqaDeviceRig *rig)
{
  g_clear_error (&rig->error);
  rig->error = g_error_copy (error);
}

static void
switched_cb (gpointer object, const char *source, AloqaDeviceRig *rig)
{
  g_free (rig->switched);
  rig->switched = g_strdup (source);
}

static void
set_up (AloqaDeviceRig *rig, gconstpointer user_data)
{
  rig->devices = aloqa_devices_dup_shared ();
}

static void
tear_down (AloqaDeviceRig *rig, gconstpointer user_data)
{
  g_clear_pointer (&rig->log, aloqa_feed_log_free);
  g_clear_object (&rig->meter);
  if (rig->video != NULL)
    g_assert_finalize_object (rig->video);
  if (rig->output != NULL)
    g_assert_finalize_object (rig->output);
  if (rig->audio != NULL)
    g_assert_finalize_object (rig->audio);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_assert_finalize_object (rig->devices);
  g_clear_error (&rig->error);
  g_free (rig->switched);
}

/* As aloqa_test_run_with_devices(); @add_tests calls aloqa_device_rig_add_test() for each test. */
int
aloqa_device_rig_main (int argc, char **argv, void (*add_tests) (void))
{
  return aloqa_test_run_with_devices (argc, argv, &session, add_tests);
}

void
aloqa_device_rig_add_test (const char *path,
                           void (*test) (AloqaDeviceRig *rig, gconstpointer user_data))
{
  g_test_add (path, AloqaDeviceRig, NULL, set_up, test, tear_down);
}

AloqaTestSession *
aloqa_device_rig_get_session (void)
{
  return session;
}

/* Returns: (transfer none) (nullable): what the list shows under @id */
AloqaDevice *
aloqa_device_rig_find (AloqaDeviceRig *rig, AloqaDeviceKind kind, const char *id)
{
  GListModel *list = aloqa_devices_get_list (rig->devices, kind);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (AloqaDevice) device = g_list_model_get_item (list, i);

    if (g_str_equal (aloqa_device_get_id (device), id))
      return device;
  }

  return NULL;
}

static gboolean
has_camera (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;

  return aloqa_device_rig_find (rig, ALOQA_DEVICE_CAMERA, rig->wanted) != NULL;
}

static gboolean
lacks_camera (gpointer user_data)
{
  return !has_camera (user_data);
}

/**
 * aloqa_device_rig_add_camera:
 * @size: "640x480"
 * @format: "I420", "YUY2" or "JPEG"
 * @picture: the luma of its grey picture, or the path of its JPEG
 *
 * Plugs in a camera of 30 frames/s with the name "Camera @name", and waits until the list has it.
 *
 * Returns: (transfer none): for aloqa_device_rig_remove_camera()
 */
GSubprocess *
aloqa_device_rig_add_camera (AloqaDeviceRig *rig, const char *name, const char *size,
                             const char *format, const char *picture)
{
  g_autofree char *mode = g_strconcat (size, "@30", NULL);
  g_autofree char *description = g_strdup_printf ("Camera %s", name);
  GSubprocess *camera =
      aloqa_test_session_add_camera (session, name, description, mode, format, picture);

  rig->wanted = name;
  aloqa_test_wait_until (has_camera, rig);
  return camera;
}

/* Unplugs a camera, and waits until the list lacks it. */
void
aloqa_device_rig_remove_camera (AloqaDeviceRig *rig, const char *name, GSubprocess *camera)
{
  aloqa_test_session_end (session, camera);
  rig->wanted = name;
  aloqa_test_wait_until (lacks_camera, rig);
}

/* Starts the video capture, 320 × 240 at 30 frames/s. */
void
aloqa_device_rig_start_video (AloqaDeviceRig *rig, const char *source)
{
  rig->video = aloqa_video_capture_new (320, 240, 30);
  g_clear_pointer (&rig->log, aloqa_feed_log_free);
  rig->log = aloqa_feed_log_new (aloqa_video_capture_get_feed (rig->video));
  g_signal_connect (rig->video, "error", G_CALLBACK (error_cb), rig);
  g_signal_connect (rig->video, "switched", G_CALLBACK (switched_cb), rig);
  g_assert_true (aloqa_video_capture_set_source (rig->video, source, NULL));
  aloqa_video_capture_start (rig->video);
}

/* Starts the audio capture; its meter looks for @tone_hz. */
void
aloqa_device_rig_start_audio (AloqaDeviceRig *rig, const char *source, double tone_hz)
{
  rig->audio = aloqa_audio_capture_new ();
  g_signal_connect (rig->audio, "error", G_CALLBACK (error_cb), rig);
  g_signal_connect (rig->audio, "switched", G_CALLBACK (switched_cb), rig);
  rig->meter = aloqa_audio_meter_new (aloqa_audio_capture_get_feed (rig->audio));
  aloqa_audio_meter_set_tone (rig->meter, tone_hz);
  g_clear_pointer (&rig->log, aloqa_feed_log_free);
  rig->log = aloqa_feed_log_new (aloqa_audio_capture_get_feed (rig->audio));
  g_assert_true (aloqa_audio_capture_set_source (rig->audio, source, NULL));
  aloqa_audio_capture_start (rig->audio);
}

void
aloqa_device_rig_start_output (AloqaDeviceRig *rig, AloqaFeed *feed, const char *sink)
{
  rig->output = aloqa_audio_output_new (feed);
  aloqa_audio_output_set_cancels_echo (rig->output, TRUE);
  g_signal_connect (rig->output, "error", G_CALLBACK (error_cb), rig);
  g_assert_true (aloqa_audio_output_set_sink (rig->output, sink, NULL));
  aloqa_audio_output_start (rig->output);
}

static gboolean
has_switched (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;

  g_assert_no_error (rig->error);
  return g_strcmp0 (rig->switched, rig->wanted) == 0;
}

void
aloqa_device_rig_wait_for_switch (AloqaDeviceRig *rig, const char *source)
{
  rig->wanted = source;
  aloqa_test_wait_until (has_switched, rig);
}

static gboolean
has_error (gpointer user_data)
{
  return ((AloqaDeviceRig *) user_data)->error != NULL;
}

void
aloqa_device_rig_wait_for_error (AloqaDeviceRig *rig)
{
  aloqa_test_wait_until (has_error, rig);
}

static gboolean
hears_tone (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;
  AloqaAudioReport report;

  g_assert_no_error (rig->error);
  aloqa_audio_meter_take_report (rig->meter, &report);
  return report.tone_db > -25;
}

/* Until the audio capture hears the tone that it was started for. */
void
aloqa_device_rig_wait_for_tone (AloqaDeviceRig *rig)
{
  aloqa_test_wait_until (hears_tone, rig);
}
