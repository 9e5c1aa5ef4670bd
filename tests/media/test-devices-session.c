/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/camera-remote.h"
#include "media/device-rig.h"
#include "media/device-v4l2.h"
#include "media/pipeline.h"
#include "media/retiring.h"
#include "support/camera-door.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* The list of devices, and the daemons behind it. */

static gboolean
is_ready (gpointer user_data)
{
  return aloqa_devices_is_ready (((AloqaDeviceRig *) user_data)->devices);
}

static guint
count_devices (AloqaDeviceRig *rig, AloqaDeviceKind kind)
{
  return g_list_model_get_n_items (aloqa_devices_get_list (rig->devices, kind));
}

/* The kernel's own cameras may come to light while PipeWire is away. */
static gboolean
has_no_devices (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;

  return aloqa_device_rig_find (rig, ALOQA_DEVICE_CAMERA, "cam") == NULL &&
         count_devices (rig, ALOQA_DEVICE_MICROPHONE) == 0 &&
         count_devices (rig, ALOQA_DEVICE_SPEAKER) == 0;
}

static void
test_each_device_is_listed_once_by_its_name (AloqaDeviceRig *rig, gconstpointer user_data)
{
  static const struct {
    AloqaDeviceKind kind;
    const char *id, *name;
  } cases[] = {
    { ALOQA_DEVICE_CAMERA, "cam", "Camera cam" },
    { ALOQA_DEVICE_MICROPHONE, "mic", "Test microphone" },
    { ALOQA_DEVICE_SPEAKER, "speaker", "Test speaker" },
  };
  GSubprocess *camera = aloqa_device_rig_add_camera (rig, "cam", "640x480", "I420", "100");

  aloqa_test_wait_until (is_ready, rig);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    AloqaDevice *device = aloqa_device_rig_find (rig, cases[i].kind, cases[i].id);

    g_assert_cmpuint (count_devices (rig, cases[i].kind), ==, 1); /* no monitor, no loopback */
    g_assert_nonnull (device);
    g_assert_cmpstr (aloqa_device_get_name (device), ==, cases[i].name);
    g_assert_true (aloqa_device_is_default (device));
  }
  aloqa_device_rig_remove_camera (rig, "cam", camera);
}

typedef struct {
  AloqaDeviceRig *rig;
  const char *id;
} Camera;

static gboolean
is_default_camera (gpointer user_data)
{
  const Camera *camera = user_data;
  AloqaDevice *device = aloqa_device_rig_find (camera->rig, ALOQA_DEVICE_CAMERA, camera->id);

  return device != NULL && aloqa_device_is_default (device);
}

static void
test_the_default_is_followed_when_the_session_manager_is_new (AloqaDeviceRig *rig,
                                                              gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  GSubprocess *one = aloqa_device_rig_add_camera (rig, "one", "320x240", "I420", "100");
  GSubprocess *two = aloqa_device_rig_add_camera (rig, "two", "320x240", "I420", "100");

  aloqa_test_session_set_default (session, "video", "one");
  aloqa_test_wait_until (is_default_camera, &(Camera){ rig, "one" });
  aloqa_test_session_restart_manager (session);
  aloqa_test_session_set_default (session, "video", "two");
  aloqa_test_wait_until (is_default_camera, &(Camera){ rig, "two" });
  aloqa_device_rig_remove_camera (rig, "one", one);
  aloqa_device_rig_remove_camera (rig, "two", two);
}

static gboolean
has_fallen_back (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;

  return g_str_equal (aloqa_video_capture_get_source (rig->video), "black") &&
         g_str_equal (aloqa_audio_capture_get_source (rig->audio), "silence") &&
         g_str_equal (aloqa_audio_output_get_sink (rig->output), "null");
}

static gboolean
has_audio_devices (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;

  return aloqa_device_rig_find (rig, ALOQA_DEVICE_MICROPHONE, "mic") != NULL &&
         aloqa_device_rig_find (rig, ALOQA_DEVICE_SPEAKER, "speaker") != NULL;
}

/* All that is open falls back and goes on; the devices come back with the daemons. */
static void
test_crashed_daemons_are_survived (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  GSubprocess *camera = aloqa_device_rig_add_camera (rig, "cam", "320x240", "I420", "100");

  aloqa_device_rig_start_video (rig, "camera:cam");
  aloqa_device_rig_wait_for_switch (rig, "camera:cam");
  aloqa_device_rig_start_audio (rig, "mic", 1000);
  aloqa_device_rig_wait_for_switch (rig, "mic");
  aloqa_device_rig_start_output (rig, aloqa_audio_capture_get_feed (rig->audio), "speaker");
  aloqa_feed_log_wait (rig->log, aloqa_feed_log_get_n (rig->log) + 10);

  aloqa_test_session_stop_daemons (session);
  aloqa_test_wait_until (has_fallen_back, rig);
  aloqa_test_wait_until (has_no_devices, rig);
  aloqa_feed_log_clear (rig->log);
  aloqa_feed_log_wait (rig->log, 5);

  aloqa_test_session_start_daemons (session);
  aloqa_test_session_add_speaker (session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (session, "mic", "Test microphone");
  aloqa_test_wait_until (has_audio_devices, rig);
  camera = aloqa_device_rig_add_camera (rig, "cam", "320x240", "I420", "100");
  g_clear_error (&rig->error);
  g_assert_true (aloqa_audio_capture_set_source (rig->audio, "mic", NULL));
  aloqa_device_rig_wait_for_switch (rig, "mic");
  g_assert_true (aloqa_video_capture_set_source (rig->video, "camera", NULL));
  aloqa_device_rig_wait_for_switch (rig, "camera");
  aloqa_video_capture_stop (rig->video);
  aloqa_device_rig_remove_camera (rig, "cam", camera);
}

/* A program that plays something: a tone of 600 Hz. */
static GstElement *
play_film (void)
{
  GstElement *film = aloqa_pipeline_parse (
      "audiotestsrc is-live=true freq=600 volume=0.3 ! "
      "audio/x-raw,rate=48000,channels=1 ! pulsesink provide-clock=false device=speaker",
      NULL);

  aloqa_pipeline_play (film);
  return film;
}

static void
count_error_cb (AloqaAudioCapture *capture, const GError *error, guint *n_errors)
{
  g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND);
  (*n_errors)++;
}

static gboolean
is_counted (gpointer n_errors)
{
  return *(guint *) n_errors > 0;
}

/* What the computer plays is sent again by itself, and it is told once that it is not. */
static void
test_shared_sound_survives_crashed_daemons (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  GstElement *film;
  guint n_errors = 0;

  aloqa_device_rig_start_audio (rig, "silence", 600);
  g_signal_connect (rig->audio, "sound-error", G_CALLBACK (count_error_cb), &n_errors);
  aloqa_audio_capture_set_computer_sound (rig->audio, TRUE);
  film = play_film ();
  aloqa_device_rig_wait_for_tone (rig);
  g_assert_cmpuint (n_errors, ==, 0);

  aloqa_pipeline_retire (film);
  aloqa_retiring_wait ();
  aloqa_test_session_stop_daemons (session);
  aloqa_test_wait_until (is_counted, &n_errors);

  aloqa_test_session_start_daemons (session);
  aloqa_test_session_add_speaker (session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (session, "mic", "Test microphone");
  film = play_film ();
  aloqa_device_rig_wait_for_tone (rig);
  g_assert_cmpuint (n_errors, ==, 1);
  aloqa_pipeline_retire (film);
}

static gboolean
is_silent (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (rig->meter, &report);
  return report.tone_db < -60;
}

/* Programs that begin while they are listened to already. */
static void
test_shared_sound_is_heard_here_too (AloqaDeviceRig *rig, gconstpointer user_data)
{
  g_autoptr (AloqaAudioCapture) shared = aloqa_audio_capture_new ();

  aloqa_device_rig_start_audio (rig, "mic:speaker.monitor", 600);
  g_assert_true (aloqa_audio_capture_set_source (shared, "silence", NULL));
  aloqa_audio_capture_start (shared);
  aloqa_audio_capture_set_computer_sound (shared, TRUE);
  for (guint i = 0; i < 3; i++) {
    GstElement *film = play_film ();

    aloqa_device_rig_wait_for_tone (rig);
    aloqa_pipeline_retire (film);
    aloqa_retiring_wait ();
    aloqa_test_wait_until (is_silent, rig);
  }
}

static gboolean
lacks_camera (gpointer user_data)
{
  return aloqa_device_rig_find (user_data, ALOQA_DEVICE_CAMERA, "cam") == NULL;
}

/* No computer has so many. */
#define NODE "video4242"

/* Returns: (transfer full): a folder of sysfs with one camera */
static char *
make_kernel_camera (void)
{
  char *folder = g_dir_make_tmp ("aloqa-v4l2-XXXXXX", NULL);
  g_autofree char *camera = g_build_filename (folder, NODE, NULL);
  g_autofree char *index = g_build_filename (camera, "index", NULL);
  g_autofree char *name = g_build_filename (camera, "name", NULL);

  g_assert_cmpint (g_mkdir (camera, 0700), ==, 0);
  g_assert_true (g_file_set_contents (index, "0\n", -1, NULL));
  g_assert_true (g_file_set_contents (name, "Kernel's camera\n", -1, NULL));
  return folder;
}

static void
remove_kernel_camera (const char *folder)
{
  static const char *const parts[] = { NODE "/index", NODE "/name", NODE, "" };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *path = g_build_filename (folder, parts[i], NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
}

static gboolean
has_kernel_camera (gpointer user_data)
{
  return aloqa_device_rig_find (user_data, ALOQA_DEVICE_CAMERA, "/dev/" NODE) != NULL;
}

/* The camera of a call is not taken past PipeWire, and given back a second later. */
static void
test_kernels_camera_waits_for_a_restart (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  g_autofree char *folder = make_kernel_camera ();
  GSubprocess *camera;

  aloqa_devices_set_v4l2_class_folder (folder);
  aloqa_test_wait_until (has_kernel_camera, rig); /* PipeWire has none */
  camera = aloqa_device_rig_add_camera (rig, "cam", "320x240", "I420", "100");
  g_assert_false (has_kernel_camera (rig));

  aloqa_test_session_stop_daemons (session);
  aloqa_test_wait_until (lacks_camera, rig);
  g_assert_false (has_kernel_camera (rig));

  aloqa_test_session_start_daemons (session);
  aloqa_test_session_end (session, camera);
  aloqa_test_session_add_speaker (session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (session, "mic", "Test microphone");
  aloqa_devices_set_v4l2_class_folder (ALOQA_DEVICE_V4L2_CLASS_FOLDER);
  remove_kernel_camera (folder);
}

static void
count_removed_cb (AloqaDevices *devices, AloqaDevice *device, guint *n_removed)
{
  *n_removed += aloqa_device_v4l2_is_one (device);
}

/* Sound comes from PipeWire, and the camera past it, as where its session manager lists none. */
static void
test_kernels_camera_stays_through_a_restart (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  g_autofree char *folder = make_kernel_camera ();
  guint n_removed = 0;
  gulong handler_id;

  aloqa_devices_set_v4l2_class_folder (folder);
  aloqa_test_wait_until (has_kernel_camera, rig);
  aloqa_test_wait_until (has_audio_devices, rig);
  handler_id =
      g_signal_connect (rig->devices, "removed", G_CALLBACK (count_removed_cb), &n_removed);

  aloqa_test_session_stop_daemons (session);
  aloqa_test_wait_until (has_no_devices, rig);
  g_assert_true (has_kernel_camera (rig));
  aloqa_test_session_start_daemons (session);
  aloqa_test_session_add_speaker (session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (session, "mic", "Test microphone");
  aloqa_test_wait_until (has_audio_devices, rig);
  g_assert_true (has_kernel_camera (rig));
  g_assert_cmpuint (n_removed, ==, 0);

  g_signal_handler_disconnect (rig->devices, handler_id);
  aloqa_devices_set_v4l2_class_folder (ALOQA_DEVICE_V4L2_CLASS_FOLDER);
  remove_kernel_camera (folder);
}

static gboolean
is_list_ready (gpointer devices)
{
  return aloqa_devices_is_ready (devices);
}

static gboolean
has_node (gpointer devices)
{
  return aloqa_devices_lookup (devices, ALOQA_DEVICE_CAMERA, "/dev/" NODE) != NULL;
}

static gboolean
has_no_node (gpointer devices)
{
  return !has_node (devices);
}

/* Where PipeWire lists none: the kernel tells only of the node. */
static void
test_kernels_camera_is_plugged_in_and_out (AloqaDeviceRig *rig, gconstpointer user_data)
{
  g_autofree char *node_folder = g_dir_make_tmp ("aloqa-dev-XXXXXX", NULL);
  g_autofree char *node = g_build_filename (node_folder, NODE, NULL);
  g_autofree char *folder = NULL;
  AloqaDevices *devices;

  aloqa_devices_set_v4l2_node_folder (node_folder);
  devices = aloqa_devices_new ();
  aloqa_test_wait_until (is_list_ready, devices);
  g_assert_false (has_node (devices));

  folder = make_kernel_camera ();
  aloqa_devices_set_v4l2_class_folder (folder);
  g_assert_true (g_file_set_contents (node, "", 0, NULL));
  aloqa_test_wait_until (has_node, devices);

  aloqa_devices_set_v4l2_class_folder (ALOQA_DEVICE_V4L2_CLASS_FOLDER);
  g_assert_cmpint (g_remove (node), ==, 0);
  aloqa_test_wait_until (has_no_node, devices);

  aloqa_devices_set_v4l2_node_folder (ALOQA_DEVICE_V4L2_NODE_FOLDER);
  remove_kernel_camera (folder);
  g_assert_cmpint (g_remove (node_folder), ==, 0);
  aloqa_test_drain ();
  g_assert_finalize_object (devices);
}

/* It is listed for a moment longer; nobody is to ask for a permission. */
static void
test_kernels_camera_that_is_gone_is_told_as_that (AloqaDeviceRig *rig, gconstpointer user_data)
{
  g_autofree char *folder = make_kernel_camera ();

  aloqa_devices_set_v4l2_class_folder (folder);
  aloqa_test_wait_until (has_kernel_camera, rig);
  aloqa_device_rig_start_video (rig, "camera:/dev/" NODE);
  aloqa_device_rig_wait_for_error (rig);
  g_assert_error (rig->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE);
  aloqa_devices_set_v4l2_class_folder (ALOQA_DEVICE_V4L2_CLASS_FOLDER);
  remove_kernel_camera (folder);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  int fd;

  g_assert_true (aloqa_camera_remote_open_finish (result, &fd, NULL));
  close (fd);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static gboolean
has_default_camera (gpointer devices)
{
  return aloqa_devices_lookup (devices, ALOQA_DEVICE_CAMERA, "") != NULL;
}

/* The portal may be just as new as the PipeWire behind it. */
static void
test_list_behind_a_door_is_tried_again (AloqaDeviceRig *rig, gconstpointer user_data)
{
  GSubprocess *camera = aloqa_device_rig_add_camera (rig, "cam", "320x240", "I420", "100");
  g_autoptr (AloqaDevices) devices = NULL;
  gboolean is_open = FALSE;

  aloqa_test_camera_door_use (ALOQA_TEST_DOOR_OPENS);
  aloqa_camera_remote_open_async (NULL, opened_cb, &is_open);
  aloqa_test_wait_until (is_true, &is_open);
  aloqa_test_camera_door_answer_first (2, ALOQA_TEST_DOOR_FAILS);
  devices = aloqa_devices_new ();
  aloqa_test_wait_until (has_default_camera, devices);
  g_assert_cmpuint (aloqa_test_camera_door_get_n_asked (), ==, 4);
  aloqa_test_camera_door_remove ();
  aloqa_device_rig_remove_camera (rig, "cam", camera);
}

static void
add_tests (void)
{
  aloqa_device_rig_add_test ("/media/devices-session/each-device-is-listed-once-by-its-name",
                             test_each_device_is_listed_once_by_its_name);
  aloqa_device_rig_add_test ("/media/devices-session/crashed-daemons-are-survived",
                             test_crashed_daemons_are_survived);
  aloqa_device_rig_add_test (
      "/media/devices-session/the-default-is-followed-when-the-session-manager-is-new",
      test_the_default_is_followed_when_the_session_manager_is_new);
  aloqa_device_rig_add_test ("/media/devices-session/kernels-camera-waits-for-a-restart",
                             test_kernels_camera_waits_for_a_restart);
  aloqa_device_rig_add_test ("/media/devices-session/kernels-camera-stays-through-a-restart",
                             test_kernels_camera_stays_through_a_restart);
  aloqa_device_rig_add_test ("/media/devices-session/kernels-camera-is-plugged-in-and-out",
                             test_kernels_camera_is_plugged_in_and_out);
  aloqa_device_rig_add_test ("/media/devices-session/kernels-camera-that-is-gone-is-told-as-that",
                             test_kernels_camera_that_is_gone_is_told_as_that);
  aloqa_device_rig_add_test ("/media/devices-session/list-behind-a-door-is-tried-again",
                             test_list_behind_a_door_is_tried_again);
  aloqa_device_rig_add_test ("/media/devices-session/shared-sound-is-heard-here-too",
                             test_shared_sound_is_heard_here_too);
  aloqa_device_rig_add_test ("/media/devices-session/shared-sound-survives-crashed-daemons",
                             test_shared_sound_survives_crashed_daemons);
}

int
main (int argc, char **argv)
{
  return aloqa_device_rig_main (argc, argv, add_tests);
}
