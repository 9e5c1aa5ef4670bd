/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-capture.h"
#include "media/audio-output.h"
#include "media/devices.h"
#include "media/feed-log.h"
#include "media/media.h"
#include "media/pipeline.h"
#include "media/test-file.h"
#include "media/video-capture.h"

#include "support/desktop-session.h"
#include "support/support.h"

#include <gst/video/video.h>

/*
 * Everything with devices, on a real PipeWire of its own: one speaker, one microphone, and cameras
 * as each test needs them.
 */
static AloqaTestSession *session;

typedef struct {
  AloqaDevices *devices;
  AloqaVideoCapture *video;
  AloqaAudioCapture *audio;
  AloqaAudioOutput *output;
  AloqaFeedLog *log;
  AloqaAudioMeter *meter;
  GError *error;
  const char *wanted; /* of some wait */
  char *switched;
} Fixture;

static void
error_cb (gpointer object, const GError *error, Fixture *f)
{
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

static void
switched_cb (gpointer object, const char *source, Fixture *f)
{
  g_free (f->switched);
  f->switched = g_strdup (source);
}

static void
set_up (Fixture *f, gconstpointer user_data)
{
  f->devices = aloqa_devices_dup_shared ();
}

static void
tear_down (Fixture *f, gconstpointer user_data)
{
  g_clear_pointer (&f->log, aloqa_feed_log_free);
  g_clear_object (&f->meter);
  g_clear_object (&f->video);
  g_clear_object (&f->audio);
  g_clear_object (&f->output);
  aloqa_pipeline_wait_retired ();
  aloqa_test_drain ();
  g_assert_finalize_object (f->devices);
  g_clear_error (&f->error);
  g_free (f->switched);
}

static GSubprocess *
add_camera (const char *name, const char *size, const char *format, const char *picture)
{
  g_auto (GStrv) sides = g_strsplit (size, "x", 2);
  g_autofree char *description = g_strdup_printf ("Camera %s", name);

  return aloqa_test_session_spawn (session, (const char *const[]){ VIRTUAL_CAMERA, name,
                                                                   description, sides[0], sides[1],
                                                                   "30", format, picture, NULL });
}

static AloqaDevice *
find (Fixture *f, AloqaDeviceKind kind, const char *id)
{
  GListModel *list = aloqa_devices_get_list (f->devices, kind);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (AloqaDevice) device = g_list_model_get_item (list, i);

    if (g_str_equal (aloqa_device_get_id (device), id))
      return device;
  }

  return NULL;
}

static gboolean
is_ready (gpointer user_data)
{
  return aloqa_devices_is_ready (((Fixture *) user_data)->devices);
}

static gboolean
has_camera (gpointer user_data)
{
  Fixture *f = user_data;

  return find (f, ALOQA_DEVICE_CAMERA, f->wanted) != NULL;
}

static gboolean
lacks_camera (gpointer user_data)
{
  return !has_camera (user_data);
}

static void
wait_for_camera (Fixture *f, const char *name, AloqaTestCondition condition)
{
  f->wanted = name;
  aloqa_test_wait_until (condition, f);
}

static gboolean
has_error (gpointer user_data)
{
  return ((Fixture *) user_data)->error != NULL;
}

static gboolean
has_switched (gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_no_error (f->error);
  return g_strcmp0 (f->switched, f->wanted) == 0;
}

static void
wait_for_switch (Fixture *f, const char *source)
{
  f->wanted = source;
  aloqa_test_wait_until (has_switched, f);
}

static void
start_video (Fixture *f, const char *source)
{
  f->video = aloqa_video_capture_new (320, 240, 30);
  f->log = aloqa_feed_log_new (aloqa_video_capture_get_feed (f->video));
  g_signal_connect (f->video, "error", G_CALLBACK (error_cb), f);
  g_signal_connect (f->video, "switched", G_CALLBACK (switched_cb), f);
  g_assert_true (aloqa_video_capture_set_source (f->video, source, NULL));
  aloqa_video_capture_start (f->video);
}

static guint8
get_luma (GstSample *sample, guint x, guint y)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  guint8 luma;

  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_cmpint (info.width, ==, 320);
  g_assert_cmpint (info.height, ==, 240);
  g_assert_true (gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  luma = ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (
      &frame, 0))[y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + x];
  gst_video_frame_unmap (&frame);

  return luma;
}

static guint8
get_last_luma (Fixture *f, guint x, guint y)
{
  g_autoptr (GstSample) sample =
      aloqa_feed_log_dup_sample (f->log, aloqa_feed_log_get_n (f->log) - 1);

  return get_luma (sample, x, y);
}

static void
test_lists_devices_by_name_without_monitors (Fixture *f, gconstpointer user_data)
{
  GSubprocess *camera = add_camera ("cam", "640x480", "I420", "100");
  AloqaDevice *speaker, *microphone;

  aloqa_test_wait_until (is_ready, f);
  wait_for_camera (f, "cam", has_camera);

  g_assert_cmpstr (aloqa_device_get_name (find (f, ALOQA_DEVICE_CAMERA, "cam")), ==, "Camera cam");
  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++)
    g_assert_cmpuint (g_list_model_get_n_items (aloqa_devices_get_list (f->devices, kind)), ==, 1);
  speaker = find (f, ALOQA_DEVICE_SPEAKER, "speaker");
  microphone = find (f, ALOQA_DEVICE_MICROPHONE, "mic");
  g_assert_cmpstr (aloqa_device_get_name (speaker), ==, "Test speaker");
  g_assert_true (aloqa_device_is_default (speaker));
  g_assert_cmpstr (aloqa_device_get_name (microphone), ==, "Test microphone");
  g_assert_true (aloqa_device_is_default (microphone));

  aloqa_test_session_end (session, camera);
  wait_for_camera (f, "cam", lacks_camera);
}

static void
test_camera_picture_arrives_in_every_format (Fixture *f, gconstpointer user_data)
{
  static const struct {
    const char *size, *format, *picture;
  } cases[] = {
    { "320x240", "I420", "100" },
    { "640x480", "YUY2", "100" },
    { "330x246", "YUY2", "100" },
    { "320x240", "JPEG", NULL },
  };
  g_autoptr (AloqaTestFile) jpeg = aloqa_test_file_new (
      "grey.jpg", "videotestsrc num-buffers=1 pattern=solid-color foreground-color=0xff626262 ! "
                  "video/x-raw,format=I420,width=320,height=240 ! jpegenc");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GSubprocess *camera =
        add_camera ("cam", cases[i].size, cases[i].format,
                    cases[i].picture != NULL ? cases[i].picture : aloqa_test_file_get_path (jpeg));

    wait_for_camera (f, "cam", has_camera);
    start_video (f, "camera:cam");
    aloqa_feed_log_wait (f->log, 5);
    g_assert_no_error (f->error);
    g_assert_cmpint (ABS (get_last_luma (f, 160, 120) - 100), <, 12);
    g_assert_cmpint (ABS (get_last_luma (f, 5, 235) - 100), <, 12);

    g_clear_pointer (&f->log, aloqa_feed_log_free);
    g_clear_object (&f->video);
    aloqa_test_session_end (session, camera);
    wait_for_camera (f, "cam", lacks_camera);
  }
}

static gboolean
is_unlinked (gpointer user_data)
{
  return aloqa_test_session_count_links (session, "cam") == 0;
}

static void
test_camera_is_closed_with_black (Fixture *f, gconstpointer user_data)
{
  GSubprocess *camera = add_camera ("cam", "320x240", "I420", "100");

  wait_for_camera (f, "cam", has_camera);
  g_assert_cmpuint (aloqa_test_session_count_links (session, "cam"), ==, 0);
  start_video (f, "camera");
  wait_for_switch (f, "camera");
  g_assert_cmpuint (aloqa_test_session_count_links (session, "cam"), ==, 1);

  g_assert_true (aloqa_video_capture_set_source (f->video, "black", NULL));
  aloqa_feed_log_clear (f->log);
  aloqa_test_wait_until (is_unlinked, NULL);
  aloqa_feed_log_wait (f->log, 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (f->log, i);

    g_assert_cmpuint (get_luma (sample, 160, 120), ==, 16);
  }

  /* And back. */
  g_assert_true (aloqa_video_capture_set_source (f->video, "camera", NULL));
  wait_for_switch (f, "camera");
  aloqa_video_capture_stop (f->video);
  aloqa_test_wait_until (is_unlinked, NULL);
  aloqa_test_session_end (session, camera);
  wait_for_camera (f, "cam", lacks_camera);
}

static void
test_switch_of_cameras_leaves_no_gap (Fixture *f, gconstpointer user_data)
{
  GSubprocess *one = add_camera ("one", "320x240", "I420", "60");
  GSubprocess *two = add_camera ("two", "640x480", "YUY2", "180");

  wait_for_camera (f, "one", has_camera);
  wait_for_camera (f, "two", has_camera);
  start_video (f, "camera:one");
  wait_for_switch (f, "camera:one");
  aloqa_feed_log_clear (f->log);
  g_assert_true (aloqa_video_capture_set_source (f->video, "camera:Camera two", NULL));
  wait_for_switch (f, "camera:Camera two");
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 5);
  g_assert_cmpuint (get_last_luma (f, 160, 120), >, 150);
  g_assert_cmpuint (aloqa_test_session_count_links (session, "one"), ==, 0);
  g_test_message ("longest gap from camera to camera: %.1f ms",
                  aloqa_feed_log_get_longest_gap_us (f->log) / 1000.0);

  aloqa_video_capture_stop (f->video);
  aloqa_test_session_end (session, one);
  aloqa_test_session_end (session, two);
  wait_for_camera (f, "one", lacks_camera);
  wait_for_camera (f, "two", lacks_camera);
}

static void
test_unplugged_camera_falls_back_to_black (Fixture *f, gconstpointer user_data)
{
  GSubprocess *camera = add_camera ("cam", "320x240", "I420", "100");

  wait_for_camera (f, "cam", has_camera);
  start_video (f, "camera:cam");
  wait_for_switch (f, "camera:cam");
  aloqa_test_session_end (session, camera);
  aloqa_test_wait_until (has_error, f);

  g_assert_error (f->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE);
  g_assert_cmpstr (aloqa_video_capture_get_source (f->video), ==, "black");
  wait_for_camera (f, "cam", lacks_camera);
}

/* Speaks a tone into the microphone, by another program. */
static GSubprocess *
speak (const char *tone_hz)
{
  g_autofree char *tone = g_strconcat ("freq=", tone_hz, NULL);

  return aloqa_test_session_spawn (
      session, (const char *const[]){ "gst-launch-1.0", "-q", "audiotestsrc", "is-live=true", tone,
                                      "volume=0.2", "!", "audio/x-raw,rate=48000,channels=1", "!",
                                      "pulsesink", "device=mic.in", NULL });
}

static gboolean
hears_tone (gpointer user_data)
{
  Fixture *f = user_data;
  AloqaAudioReport report;

  g_assert_no_error (f->error);
  aloqa_audio_meter_take_report (f->meter, &report);
  return report.tone_db > -25;
}

static void
start_audio (Fixture *f, const char *source, double tone_hz)
{
  f->audio = aloqa_audio_capture_new ();
  g_signal_connect (f->audio, "error", G_CALLBACK (error_cb), f);
  g_signal_connect (f->audio, "switched", G_CALLBACK (switched_cb), f);
  f->meter = aloqa_audio_meter_new (aloqa_audio_capture_get_feed (f->audio));
  aloqa_audio_meter_set_tone (f->meter, tone_hz);
  f->log = aloqa_feed_log_new (aloqa_audio_capture_get_feed (f->audio));
  g_assert_true (aloqa_audio_capture_set_source (f->audio, source, NULL));
  aloqa_audio_capture_start (f->audio);
}

static void
assert_even_buffers (AloqaFeedLog *log)
{
  GstClockTime last = 0;

  for (guint i = 0; i < aloqa_feed_log_get_n (log); i++) {
    g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (log, i);
    GstBuffer *buffer = gst_sample_get_buffer (sample);

    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 1920);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), >, last);
    last = GST_BUFFER_PTS (buffer);
  }
}

static void
test_tone_spoken_is_heard (Fixture *f, gconstpointer user_data)
{
  static const char *const sources[] = { "mic", "mic:mic", "mic:test micro" };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++) {
    GSubprocess *voice = speak ("1000");

    start_audio (f, sources[i], 1000);
    aloqa_test_wait_until (hears_tone, f);
    assert_even_buffers (f->log);
    aloqa_test_session_end (session, voice);
    g_clear_pointer (&f->log, aloqa_feed_log_free);
    g_clear_object (&f->meter);
    g_clear_object (&f->audio);
  }
}

static void
test_tone_played_is_heard (Fixture *f, gconstpointer user_data)
{
  static const char *const sinks[] = { "speaker", "speaker:speaker", "speaker:Test" };
  g_autoptr (AloqaAudioCapture) tone = aloqa_audio_capture_new ();
  AloqaAudioReport report;

  g_assert_true (aloqa_audio_capture_set_source (tone, "test", NULL));
  aloqa_audio_capture_start (tone);
  start_audio (f, "mic:speaker.monitor", 440);
  f->output = aloqa_audio_output_new (aloqa_audio_capture_get_feed (tone));
  g_signal_connect (f->output, "error", G_CALLBACK (error_cb), f);
  aloqa_audio_output_start (f->output);

  for (gsize i = 0; i < G_N_ELEMENTS (sinks); i++) {
    g_assert_true (aloqa_audio_output_set_sink (f->output, sinks[i], NULL));
    aloqa_test_wait_until (hears_tone, f);
  }

  /* One second of it, whole: cracks and gaps would spread its power over the other tones. */
  aloqa_feed_log_clear (f->log);
  aloqa_audio_meter_take_report (f->meter, &report);
  aloqa_feed_log_wait (f->log, 50);
  aloqa_audio_meter_take_report (f->meter, &report);
  g_test_message ("level %.2f dB, of it 440 Hz %.2f dB", report.level_db, report.tone_db);
  g_assert_cmpfloat (report.tone_db, >, -20);
  g_assert_cmpfloat (report.level_db - report.tone_db, <, 1);
}

static gboolean
has_audio_switched (gpointer user_data)
{
  return ((Fixture *) user_data)->switched != NULL;
}

static void
test_processing_is_switched_while_it_runs (Fixture *f, gconstpointer user_data)
{
  static const AloqaAudioProcessing settings[] = {
    ALOQA_AUDIO_PROCESSING_ECHO_CANCEL | ALOQA_AUDIO_PROCESSING_GAIN,
    ALOQA_AUDIO_PROCESSING_NONE,
    ALOQA_AUDIO_PROCESSING_ECHO_CANCEL,
  };
  GSubprocess *voice = speak ("1000");

  start_audio (f, "mic", 1000);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    aloqa_test_wait_until (hears_tone, f);
    g_clear_pointer (&f->switched, g_free);
    aloqa_audio_capture_set_processing (f->audio, settings[i]);
    aloqa_test_wait_until (has_audio_switched, f);
  }
  aloqa_test_wait_until (hears_tone, f);
  g_test_message ("longest gap over three changes: %.1f ms",
                  aloqa_feed_log_get_longest_gap_us (f->log) / 1000.0);
  aloqa_test_session_end (session, voice);
}

/* The server moves what plays on a vanished speaker to the one that is left. */
static void
test_vanished_speaker_is_survived (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaAudioCapture) tone = aloqa_audio_capture_new ();
  AloqaAudioReport report;

  aloqa_test_session_add_speaker (session, "second", "Second");
  g_assert_true (aloqa_audio_capture_set_source (tone, "test", NULL));
  aloqa_audio_capture_start (tone);
  start_audio (f, "mic:second.monitor", 440);
  f->output = aloqa_audio_output_new (aloqa_audio_capture_get_feed (tone));
  g_signal_connect (f->output, "error", G_CALLBACK (error_cb), f);
  g_assert_true (aloqa_audio_output_set_sink (f->output, "speaker:second", NULL));
  aloqa_audio_output_start (f->output);
  aloqa_test_wait_until (hears_tone, f);

  g_assert_true (aloqa_audio_capture_set_source (f->audio, "mic:speaker.monitor", NULL));
  f->wanted = "mic:speaker.monitor";
  aloqa_test_wait_until (has_switched, f);
  aloqa_audio_meter_take_report (f->meter, &report);
  aloqa_test_session_remove_node (session, "second");
  aloqa_test_wait_until (hears_tone, f);
  g_assert_cmpstr (aloqa_audio_output_get_sink (f->output), ==, "speaker:second");
}

static gboolean
has_fallen_back (gpointer user_data)
{
  Fixture *f = user_data;

  return g_str_equal (aloqa_video_capture_get_source (f->video), "black") &&
         g_str_equal (aloqa_audio_capture_get_source (f->audio), "silence") &&
         g_str_equal (aloqa_audio_output_get_sink (f->output), "null");
}

static gboolean
has_no_devices (gpointer user_data)
{
  Fixture *f = user_data;
  guint n = 0;

  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++)
    n += g_list_model_get_n_items (aloqa_devices_get_list (f->devices, kind));
  return n == 0;
}

static gboolean
has_audio_devices (gpointer user_data)
{
  Fixture *f = user_data;

  return find (f, ALOQA_DEVICE_MICROPHONE, "mic") != NULL &&
         find (f, ALOQA_DEVICE_SPEAKER, "speaker") != NULL;
}

/* All that is open falls back and goes on; the devices come back with the daemons. */
static void
test_crashed_daemons_are_survived (Fixture *f, gconstpointer user_data)
{
  add_camera ("cam", "320x240", "I420", "100");
  wait_for_camera (f, "cam", has_camera);
  start_video (f, "camera:cam");
  wait_for_switch (f, "camera:cam");
  g_clear_pointer (&f->log, aloqa_feed_log_free);
  start_audio (f, "mic", 1000);
  wait_for_switch (f, "mic");
  f->output = aloqa_audio_output_new (aloqa_audio_capture_get_feed (f->audio));
  g_signal_connect (f->output, "error", G_CALLBACK (error_cb), f);
  g_assert_true (aloqa_audio_output_set_sink (f->output, "speaker", NULL));
  aloqa_audio_output_start (f->output);
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 10);

  aloqa_test_session_stop_daemons (session);
  aloqa_test_wait_until (has_fallen_back, f);
  aloqa_test_wait_until (has_no_devices, f);
  aloqa_feed_log_clear (f->log);
  aloqa_feed_log_wait (f->log, 5);

  aloqa_test_session_start_daemons (session);
  aloqa_test_session_add_speaker (session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (session, "mic", "Test microphone");
  aloqa_test_wait_until (has_audio_devices, f);
  add_camera ("cam", "320x240", "I420", "100");
  wait_for_camera (f, "cam", has_camera);
  g_clear_error (&f->error);
  g_assert_true (aloqa_audio_capture_set_source (f->audio, "mic", NULL));
  wait_for_switch (f, "mic");
  g_assert_true (aloqa_video_capture_set_source (f->video, "camera", NULL));
  wait_for_switch (f, "camera");
}

int
main (int argc, char **argv)
{
  g_autofree char *reason = NULL;
  int status;

  aloqa_test_init (&argc, &argv);
  session = aloqa_test_session_start (&reason);
  if (session == NULL) {
    g_print ("1..0 # SKIP %s\n", reason);
    return 77;
  }
  aloqa_test_session_add_speaker (session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (session, "mic", "Test microphone");
  aloqa_media_init (NULL);

#define ADD(name, func) g_test_add ("/media/devices/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("lists-devices-by-name-without-monitors", test_lists_devices_by_name_without_monitors);
  ADD ("camera-picture-arrives-in-every-format", test_camera_picture_arrives_in_every_format);
  ADD ("camera-is-closed-with-black", test_camera_is_closed_with_black);
  ADD ("switch-of-cameras-leaves-no-gap", test_switch_of_cameras_leaves_no_gap);
  ADD ("unplugged-camera-falls-back-to-black", test_unplugged_camera_falls_back_to_black);
  ADD ("tone-spoken-is-heard", test_tone_spoken_is_heard);
  ADD ("tone-played-is-heard", test_tone_played_is_heard);
  ADD ("processing-is-switched-while-it-runs", test_processing_is_switched_while_it_runs);
  ADD ("vanished-speaker-is-survived", test_vanished_speaker_is_survived);
  ADD ("crashed-daemons-are-survived", test_crashed_daemons_are_survived); /* last */
  status = g_test_run ();
  aloqa_media_finish ();
  aloqa_test_session_stop (session);
  return status;
}
