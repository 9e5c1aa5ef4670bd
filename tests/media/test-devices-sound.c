/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-rig.h"
#include "media/pipeline.h"

/* Microphones and speakers, on a real Pulse server. */

static GstElement *
play (const char *sound, const char *sink)
{
  g_autofree char *description =
      g_strdup_printf ("audiotestsrc is-live=true %s ! "
                       "audio/x-raw,format=F32LE,rate=48000,channels=1 ! "
                       "pulsesink provide-clock=false device=%s",
                       sound, sink);
  GstElement *voice = aloqa_pipeline_parse (description, NULL);

  aloqa_pipeline_play (voice);
  return voice;
}

/* Speaks a tone of 1 kHz into a microphone. */
static GstElement *
speak (const char *sink)
{
  return play ("freq=1000 volume=0.2", sink);
}

static gboolean
is_listed (gpointer user_data)
{
  AloqaDeviceRig *rig = user_data;

  return aloqa_devices_lookup (rig->devices, ALOQA_DEVICE_MICROPHONE, rig->wanted) != NULL;
}

/* One that was just plugged in: a busy sound server takes a while to tell of it. */
static void
wait_for_microphone (AloqaDeviceRig *rig, const char *name)
{
  rig->wanted = name;
  aloqa_test_wait_until (is_listed, rig);
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
    GstElement *voice = speak ("mic.in");

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
is_loud (AloqaFeedLog *log, guint i)
{
  g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (log, i);
  GstMapInfo map;
  gint peak = 0;

  g_assert_true (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
  for (gsize k = 0; k < map.size / sizeof (gint16); k++)
    peak = MAX (peak, ABS (((const gint16 *) map.data)[k]));
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);

  return peak > 500;
}

static GstClockTime
get_pts (AloqaFeedLog *log, guint i)
{
  g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (log, i);

  return GST_BUFFER_PTS (gst_sample_get_buffer (sample));
}

/* By the stamps, from the last loud buffer before it to the first one after it, at its longest. */
static guint
measure_silence_ms (AloqaFeedLog *log)
{
  GstClockTime longest = 0, last = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < aloqa_feed_log_get_n (log); i++) {
    if (!is_loud (log, i))
      continue;
    if (GST_CLOCK_TIME_IS_VALID (last))
      longest = MAX (longest, get_pts (log, i) - last);
    last = get_pts (log, i);
  }

  return longest > 20 * GST_MSECOND ? (guint) ((longest - 20 * GST_MSECOND) / GST_MSECOND) : 0;
}

/* A busy machine has gaps of its own: one change in some must be as it should. */
#define MAX_SILENCE_MS 50
#define MAX_CHANGES 12

static void
test_microphone_changes_without_a_gap (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  GstElement *voice, *other;
  guint silence_ms = G_MAXUINT;

  aloqa_test_session_add_microphone (session, "headset", "Headset");
  wait_for_microphone (rig, "headset");
  voice = speak ("mic.in");
  other = speak ("headset.in");
  aloqa_device_rig_start_audio (rig, "mic:headset", 1000);
  aloqa_device_rig_wait_for_tone (rig);
  for (guint i = 0; silence_ms > MAX_SILENCE_MS; i++) {
    const char *source = i % 2 == 0 ? "mic:mic" : "mic:headset";

    g_assert_cmpuint (i, <, MAX_CHANGES);
    aloqa_feed_log_clear (rig->log);
    aloqa_feed_log_wait (rig->log, 5);
    g_assert_true (aloqa_audio_capture_set_source (rig->audio, source, NULL));
    aloqa_device_rig_wait_for_switch (rig, source);
    aloqa_feed_log_wait (rig->log, aloqa_feed_log_get_n (rig->log) + 15);
    silence_ms = measure_silence_ms (rig->log);
    g_test_message ("to %s: %u ms", source, silence_ms);
  }

  aloqa_pipeline_retire (voice);
  aloqa_pipeline_retire (other);
  aloqa_audio_capture_stop (rig->audio);
  aloqa_test_session_remove_microphone (session, "headset");
}

typedef struct {
  AloqaAudioCapture *capture;
  AloqaFeedLog *log;
} Ear;

static void
ear_open (Ear *ear, const char *source)
{
  ear->capture = aloqa_audio_capture_new ();
  ear->log = aloqa_feed_log_new (aloqa_audio_capture_get_feed (ear->capture));
  g_assert_true (aloqa_audio_capture_set_source (ear->capture, source, NULL));
  aloqa_audio_capture_start (ear->capture);
  aloqa_feed_log_wait (ear->log, 1);
}

static void
ear_close (Ear *ear)
{
  aloqa_feed_log_free (ear->log);
  g_assert_finalize_object (ear->capture);
}

/* Returns: when it was loud for the first or the last time; 0 if never */
static GstClockTime
find_loud (Ear *ear, gboolean wants_last)
{
  GstClockTime found = 0;

  for (guint i = 0; i < aloqa_feed_log_get_n (ear->log); i++) {
    if (is_loud (ear->log, i) && (wants_last || found == 0))
      found = get_pts (ear->log, i);
  }

  return found;
}

static gboolean
has_fallen_silent (gpointer user_data)
{
  Ear *ear = user_data;
  guint n = aloqa_feed_log_get_n (ear->log);

  return n > 5 && !is_loud (ear->log, n - 1) && find_loud (ear, TRUE) > 0;
}

static gboolean
is_heard (gpointer user_data)
{
  return find_loud (user_data, FALSE) > 0;
}

/* Each speaker is heard by itself: the one that is left falls silent after the next one has begun. */
static void
test_speaker_changes_without_a_gap (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  g_autoptr (AloqaAudioCapture) tone = start_tone ();
  Ear ears[2];
  gint64 silence_ms = G_MAXINT64;

  aloqa_test_session_add_speaker (session, "second", "Second");
  wait_for_microphone (rig, "second.monitor");
  aloqa_device_rig_start_output (rig, aloqa_audio_capture_get_feed (tone), "speaker:speaker");
  ear_open (&ears[0], "mic:speaker.monitor");
  ear_open (&ears[1], "mic:second.monitor");
  for (guint i = 0; silence_ms > MAX_SILENCE_MS; i++) {
    Ear *left = &ears[i % 2], *next = &ears[(i + 1) % 2];

    g_assert_cmpuint (i, <, MAX_CHANGES);
    aloqa_test_wait_until (is_heard, left);
    aloqa_feed_log_clear (left->log);
    aloqa_feed_log_clear (next->log);
    aloqa_test_wait_until (is_heard, left);
    g_assert_true (aloqa_audio_output_set_sink (
        rig->output, i % 2 == 0 ? "speaker:second" : "speaker:speaker", NULL));
    aloqa_test_wait_until (is_heard, next);
    aloqa_test_wait_until (has_fallen_silent, left);
    silence_ms =
        GST_CLOCK_DIFF (find_loud (left, TRUE) + 20 * GST_MSECOND, find_loud (next, FALSE)) /
        (gint64) GST_MSECOND;
    g_test_message ("change %u: %" G_GINT64_FORMAT " ms", i, silence_ms);
  }

  ear_close (&ears[0]);
  ear_close (&ears[1]);
  g_clear_object (&rig->output);
  aloqa_test_session_remove_node (session, "second");
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
  GstElement *voice = speak ("mic.in");

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

/* Returns: whether a second has been measured */
static gboolean
take_second (AloqaDeviceRig *rig, AloqaCaptureLevel *level)
{
  g_assert_no_error (rig->error);
  if (aloqa_feed_log_get_n (rig->log) < 50)
    return FALSE;

  aloqa_feed_log_clear (rig->log);
  aloqa_audio_capture_take_level (rig->audio, level);
  g_test_message ("input %.1f dB, of it is left %.1f dB", level->input_db, level->voice_db);
  return TRUE;
}

static gboolean
hears_suppressed_hiss (gpointer rig)
{
  AloqaCaptureLevel level;

  return take_second (rig, &level) && ABS (level.input_db + 90) < 2 &&
         level.voice_db < level.input_db - 5;
}

static gboolean
hears_nothing (gpointer rig)
{
  AloqaCaptureLevel level;

  return take_second (rig, &level) && level.input_db <= ALOQA_AUDIO_METER_FLOOR_DB;
}

/* Noise suppression leaves nothing of a quiet room; that the microphone lives is seen before it. */
static void
test_quiet_room_is_told_from_dead_microphone (AloqaDeviceRig *rig, gconstpointer user_data)
{
  GstElement *hiss = play ("wave=white-noise volume=0.000055", "mic.in");

  aloqa_device_rig_start_audio (rig, "mic", 440);
  aloqa_audio_capture_set_processing (rig->audio, ALOQA_AUDIO_PROCESSING_ECHO_CANCEL |
                                                      ALOQA_AUDIO_PROCESSING_NOISE);
  aloqa_test_wait_until (hears_suppressed_hiss, rig);
  aloqa_pipeline_retire (hiss);
  aloqa_test_wait_until (hears_nothing, rig);
}

/* The server moves what plays on a vanished speaker to the one that is left. */
static void
test_vanished_speaker_is_survived (AloqaDeviceRig *rig, gconstpointer user_data)
{
  AloqaTestSession *session = aloqa_device_rig_get_session ();
  g_autoptr (AloqaAudioCapture) tone = start_tone ();
  AloqaAudioReport report;

  aloqa_test_session_add_speaker (session, "second", "Second");
  wait_for_microphone (rig, "second.monitor");
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

static gboolean
has_error (gpointer user_data)
{
  return ((AloqaDeviceRig *) user_data)->error != NULL;
}

static void
test_microphone_goes_on_where_the_next_one_is_missing (AloqaDeviceRig *rig, gconstpointer user_data)
{
  GstElement *voice = speak ("mic.in");

  aloqa_device_rig_start_audio (rig, "mic:mic", 1000);
  aloqa_device_rig_wait_for_tone (rig);
  g_assert_true (aloqa_audio_capture_set_source (rig->audio, "mic:other", NULL));
  aloqa_test_wait_until (has_error, rig);
  g_clear_error (&rig->error);
  g_assert_cmpstr (aloqa_audio_capture_get_source (rig->audio), ==, "mic:mic");
  aloqa_device_rig_wait_for_tone (rig);

  /* Whoever leaves it for something else is not heard by it any more. */
  g_assert_true (aloqa_audio_capture_set_source (rig->audio, "file:/nowhere/at/all", NULL));
  aloqa_test_wait_until (has_error, rig);
  g_assert_cmpstr (aloqa_audio_capture_get_source (rig->audio), ==, "silence");
  aloqa_pipeline_retire (voice);
}

static void
test_speaker_goes_on_where_the_next_one_is_missing (AloqaDeviceRig *rig, gconstpointer user_data)
{
  g_autoptr (AloqaAudioCapture) tone = start_tone ();

  aloqa_device_rig_start_audio (rig, "mic:speaker.monitor", 440);
  aloqa_device_rig_start_output (rig, aloqa_audio_capture_get_feed (tone), "speaker:speaker");
  aloqa_device_rig_wait_for_tone (rig);
  for (guint i = 0; i < 2; i++) {
    g_assert_true (aloqa_audio_output_set_sink (rig->output, "speaker:other", NULL));
    aloqa_test_wait_until (has_error, rig);
    g_clear_error (&rig->error);
    g_assert_cmpstr (aloqa_audio_output_get_sink (rig->output), ==, "speaker:speaker");
    aloqa_device_rig_wait_for_tone (rig);
  }
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
  aloqa_device_rig_add_test ("/media/devices-sound/quiet-room-is-told-from-dead-microphone",
                             test_quiet_room_is_told_from_dead_microphone);
  aloqa_device_rig_add_test ("/media/devices-sound/microphone-changes-without-a-gap",
                             test_microphone_changes_without_a_gap);
  aloqa_device_rig_add_test ("/media/devices-sound/speaker-changes-without-a-gap",
                             test_speaker_changes_without_a_gap);
  aloqa_device_rig_add_test ("/media/devices-sound/vanished-speaker-is-survived",
                             test_vanished_speaker_is_survived);
  aloqa_device_rig_add_test (
      "/media/devices-sound/microphone-goes-on-where-the-next-one-is-missing",
      test_microphone_goes_on_where_the_next_one_is_missing);
  aloqa_device_rig_add_test ("/media/devices-sound/speaker-goes-on-where-the-next-one-is-missing",
                             test_speaker_goes_on_where_the_next_one_is_missing);
}

int
main (int argc, char **argv)
{
  return aloqa_device_rig_main (argc, argv, add_tests);
}
