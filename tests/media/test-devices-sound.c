/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-rig.h"
#include "media/pipeline.h"

/* Microphones and speakers, on a real Pulse server. */

/* Speaks a tone of 1 kHz into the microphone. */
static GstElement *
speak (void)
{
  GstElement *voice = aloqa_pipeline_parse (
      "audiotestsrc is-live=true freq=1000 volume=0.2 ! audio/x-raw,rate=48000,channels=1 ! "
      "pulsesink device=mic.in",
      NULL);

  aloqa_pipeline_play (voice);
  return voice;
}

/* A capture that plays the test tone of 440 Hz. */
static AloqaAudioCapture *
start_tone (void)
{
  AloqaAudioCapture *tone = aloqa_audio_capture_new ();

  g_assert_true (aloqa_audio_capture_set_source (tone, "test", NULL));
  aloqa_audio_capture_start (tone);
  return tone;
}

static void
assert_even_buffers (AloqaFeedLog *log)
{
  GstClockTime last = 0;

  for (guint i = 0; i < aloqa_feed_log_get_n (log); i++) {
    g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (log, i);
    GstBuffer *buffer = gst_sample_get_buffer (sample);

    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 48000 / 50 * 2);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), >, last);
    last = GST_BUFFER_PTS (buffer);
  }
}

static void
test_tone_spoken_is_heard (AloqaDeviceRig *rig, gconstpointer user_data)
{
  static const char *const sources[] = { "mic", "mic:mic", "mic:test micro" };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++) {
    GstElement *voice = speak ();

    aloqa_device_rig_start_audio (rig, sources[i], 1000);
    aloqa_device_rig_wait_for_tone (rig);
    assert_even_buffers (rig->log);
    aloqa_pipeline_retire (voice);
    g_clear_object (&rig->meter);
    g_clear_object (&rig->audio);
  }
}

/* Cracks and gaps would spread the tone's power over other tones; a busy machine may have some. */
static gboolean
hears_whole_second (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;
  AloqaAudioReport report;

  g_assert_no_error (rig->error);
  if (aloqa_feed_log_get_n (rig->log) < 50)
    return FALSE;

  aloqa_audio_meter_take_report (rig->meter, &report);
  aloqa_feed_log_clear (rig->log);
  g_test_message ("level %.2f dB, of it 440 Hz %.2f dB", report.level_db, report.tone_db);
  return report.tone_db > -22 && report.level_db - report.tone_db < 0.1;
}

static void
test_tone_played_is_heard_whole (AloqaDeviceRig *rig, gconstpointer user_data)
{
  static const char *const sinks[] = { "speaker", "speaker:speaker", "speaker:Test" };
  g_autoptr (AloqaAudioCapture) tone = start_tone ();

  aloqa_device_rig_start_audio (rig, "mic:speaker.monitor", 440);
  aloqa_device_rig_start_output (rig, aloqa_audio_capture_get_feed (tone), "null");
  for (gsize i = 0; i < G_N_ELEMENTS (sinks); i++) {
    g_assert_true (aloqa_audio_output_set_sink (rig->output, sinks[i], NULL));
    aloqa_device_rig_wait_for_tone (rig);
  }

  aloqa_test_wait_until (hears_whole_second, rig);
}

static gboolean
has_switched (gpointer user_data)
{
  return ((AloqaDeviceRig *) user_data)->switched != NULL;
}

static void
test_processing_is_switched_while_it_runs (AloqaDeviceRig *rig, gconstpointer user_data)
{
  static const AloqaAudioProcessing settings[] = {
    ALOQA_AUDIO_PROCESSING_ECHO_CANCEL | ALOQA_AUDIO_PROCESSING_GAIN,
    ALOQA_AUDIO_PROCESSING_NONE,
    ALOQA_AUDIO_PROCESSING_ECHO_CANCEL,
  };
  GstElement *voice = speak ();

  aloqa_device_rig_start_audio (rig, "mic", 1000);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    aloqa_device_rig_wait_for_tone (rig);
    g_clear_pointer (&rig->switched, g_free);
    aloqa_audio_capture_set_processing (rig->audio, settings[i]);
    aloqa_test_wait_until (has_switched, rig);
  }
  aloqa_device_rig_wait_for_tone (rig);
  g_test_message ("longest gap over three changes: %.1f ms",
                  aloqa_feed_log_get_longest_gap_us (rig->log) / 1000.0);
  aloqa_pipeline_retire (voice);
}

/* The server moves what plays on a vanished speaker to the one that is left. */
static void
test_vanished_speaker_is_survived (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  g_autoptr (AloqaAudioCapture) tone = start_tone ();
  AloqaAudioReport report;

  aloqa_test_session_add_speaker (session, "second", "Second");
  aloqa_device_rig_start_audio (rig, "mic:second.monitor", 440);
  aloqa_device_rig_start_output (rig, aloqa_audio_capture_get_feed (tone), "speaker:second");
  aloqa_device_rig_wait_for_tone (rig);

  g_assert_true (aloqa_audio_capture_set_source (rig->audio, "mic:speaker.monitor", NULL));
  aloqa_device_rig_wait_for_switch (rig, "mic:speaker.monitor");
  aloqa_audio_meter_take_report (rig->meter, &report);
  aloqa_test_session_remove_node (session, "second");
  aloqa_device_rig_wait_for_tone (rig);
  g_assert_cmpstr (aloqa_audio_output_get_sink (rig->output), ==, "speaker:second");
}

static void
add_tests (void)
{
  aloqa_device_rig_add_test ("/media/devices-sound/tone-spoken-is-heard",
                             test_tone_spoken_is_heard);
  aloqa_device_rig_add_test ("/media/devices-sound/tone-played-is-heard-whole",
                             test_tone_played_is_heard_whole);
  aloqa_device_rig_add_test ("/media/devices-sound/processing-is-switched-while-it-runs",
                             test_processing_is_switched_while_it_runs);
  aloqa_device_rig_add_test ("/media/devices-sound/vanished-speaker-is-survived",
                             test_vanished_speaker_is_survived);
}

int
main (int argc, char **argv)
{
  return aloqa_device_rig_main (argc, argv, add_tests);
}
