/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-capture.h"
#include "media/feed-log.h"
#include "media/media.h"
#include "media/retiring.h"
#include "media/test-file.h"
#include "media/timeline.h"

#include "support/desktop-session.h"
#include "support/media-run.h"
#include "support/support.h"

#include <dlfcn.h>
#include <gst/app/app.h>
#include <string.h>

/* Longer than it takes to begin a file anew. */
#define SLOWNESS_US (50 * 1000)

static gint is_slow; /* atomic */

typedef struct {
  AloqaAudioCapture *capture;
  AloqaFeedLog *log;
  AloqaAudioMeter *meter;
  char *switched;
  GError *error;
} Fixture;

static void
switched_cb (AloqaAudioCapture *capture, const char *source, Fixture *f)
{
  g_free (f->switched);
  f->switched = g_strdup (source);
}

static void
error_cb (AloqaAudioCapture *capture, const GError *error, Fixture *f)
{
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

static void
set_up (Fixture *f, gconstpointer user_data)
{
  f->capture = aloqa_audio_capture_new ();
  f->log = aloqa_feed_log_new (aloqa_audio_capture_get_feed (f->capture));
  f->meter = aloqa_audio_meter_new (aloqa_audio_capture_get_feed (f->capture));
  aloqa_audio_meter_set_tone (f->meter, 440);
  g_signal_connect (f->capture, "switched", G_CALLBACK (switched_cb), f);
  g_signal_connect (f->capture, "error", G_CALLBACK (error_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer user_data)
{
  aloqa_feed_log_free (f->log);
  g_assert_finalize_object (f->meter);
  g_assert_finalize_object (f->capture);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_free (f->switched);
  g_clear_error (&f->error);
}

static void
set_source (Fixture *f, const char *source)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->switched, g_free);
  aloqa_audio_capture_set_source (f->capture, source, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aloqa_audio_capture_get_source (f->capture), ==, source);
}

static gboolean
has_switched (gpointer user_data)
{
  return ((Fixture *) user_data)->switched != NULL;
}

static gboolean
has_error (gpointer user_data)
{
  return ((Fixture *) user_data)->error != NULL;
}

/* What the next @n buffers are like. */
static AloqaAudioReport
measure (Fixture *f, AloqaAudioMeter *meter, guint n)
{
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (meter, &report);
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + n);
  aloqa_audio_meter_take_report (meter, &report);
  return report;
}

static GstClockTime
get_pts (Fixture *f, guint i)
{
  g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (f->log, i);

  return GST_BUFFER_PTS (gst_sample_get_buffer (sample));
}

/* The stamps grow by one buffer each, but where this machine stood still. */
static void
assert_even_time (Fixture *f, guint begin)
{
  for (guint i = begin + 1; i < aloqa_feed_log_get_n (f->log); i++) {
    GstClockTime step = get_pts (f, i) - get_pts (f, i - 1);

    if (step <= 200 * GST_MSECOND)
      g_assert_cmpuint (step, ==, 20 * GST_MSECOND);
  }
}

static void
test_test_tone_is_440_hz_at_minus_18_dbfs (Fixture *f, gconstpointer user_data)
{
  AloqaAudioReport report;

  set_source (f, "test");
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 0);
  aloqa_audio_capture_start (f->capture);
  report = measure (f, f->meter, 20);

  /* The RMS of a sine is 3.01 dB below its amplitude. */
  g_assert_cmpfloat_with_epsilon (report.level_db, -21.01, 0.1);
  g_assert_cmpfloat_with_epsilon (report.tone_db, -21.01, 0.1);
}

static void
test_buffers_are_of_one_opus_frame_in_even_time (Fixture *f, gconstpointer user_data)
{
  set_source (f, "test");
  aloqa_audio_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 10);

  for (guint i = 0; i < 10; i++) {
    g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (f->log, i);
    g_autofree char *caps = gst_caps_to_string (gst_sample_get_caps (sample));

    g_assert_nonnull (strstr (caps, "S16LE"));
    g_assert_nonnull (strstr (caps, "rate=(int)48000"));
    g_assert_nonnull (strstr (caps, "channels=(int)1"));
    g_assert_cmpuint (gst_buffer_get_size (gst_sample_get_buffer (sample)), ==, 48000 / 50 * 2);
    g_assert_cmpuint (get_pts (f, i), <=, aloqa_timeline_get_now ());
  }
  assert_even_time (f, 0);
}

static void
test_muted_is_zeros_in_the_same_rhythm_and_still_metered (Fixture *f, gconstpointer user_data)
{
  AloqaAudioReport sent, made;

  set_source (f, "test");
  aloqa_audio_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 5);
  aloqa_audio_capture_set_muted (f->capture, TRUE);
  g_assert_true (aloqa_audio_capture_is_muted (f->capture));
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 2);

  aloqa_audio_meter_take_report (aloqa_audio_capture_get_meter (f->capture), &made);
  sent = measure (f, f->meter, 10);
  aloqa_audio_meter_take_report (aloqa_audio_capture_get_meter (f->capture), &made);
  g_assert_cmpfloat (sent.level_db, ==, ALOQA_AUDIO_METER_FLOOR_DB);
  g_assert_cmpfloat_with_epsilon (made.level_db, -21.01, 0.1);
  assert_even_time (f, 0);

  aloqa_audio_capture_set_muted (f->capture, FALSE);
  measure (f, f->meter, 8); /* a block of the meter that began muted */
  sent = measure (f, f->meter, 20);
  g_assert_cmpfloat_with_epsilon (sent.tone_db, -21.01, 0.1);
}

static void
test_silence_is_zeros_and_none_is_nothing (Fixture *f, gconstpointer user_data)
{
  AloqaAudioReport report;

  set_source (f, "silence");
  aloqa_audio_capture_start (f->capture);
  report = measure (f, f->meter, 5);
  g_assert_cmpfloat (report.level_db, ==, ALOQA_AUDIO_METER_FLOOR_DB);

  set_source (f, "none");
  g_assert_cmpstr (f->switched, ==, "none");
  aloqa_feed_log_clear (f->log);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_feed_log_get_n (f->log), ==, 0);
}

static void
test_file_is_heard_looped_in_the_same_rhythm (Fixture *f, gconstpointer user_data)
{
  /* 0.4 s, of another rate, stereo, beside a picture. */
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new (
      "tone.mkv", "audiotestsrc num-buffers=20 samplesperbuffer=882 freq=440 volume=0.5 ! "
                  "audio/x-raw,rate=44100,channels=2 ! vorbisenc ! matroskamux name=mux "
                  "videotestsrc num-buffers=12 ! vp8enc ! mux. mux.");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));
  AloqaAudioReport report;

  set_source (f, source);
  aloqa_audio_capture_start (f->capture);
  report = measure (f, f->meter, 75);

  g_assert_no_error (f->error);
  g_assert_cmpstr (f->switched, ==, source);
  g_assert_cmpfloat (report.tone_db, >, -16); /* -9 dB without the seams of the loop */
  assert_even_time (f, 0);
  aloqa_audio_capture_stop (f->capture);
}

/* A busy machine: the thread that takes sound out of a file does not get to run for a while. */
GstSample *
gst_app_sink_try_pull_sample (GstAppSink *sink, GstClockTime timeout)
{
  GstSample *(*real) (GstAppSink *, GstClockTime) =
      dlsym (RTLD_NEXT, "gst_app_sink_try_pull_sample");
  GstSample *sample = real (sink, timeout);

  if (sample != NULL && g_atomic_int_get (&is_slow))
    g_usleep (SLOWNESS_US);
  return sample;
}

/* What it has taken is still in its hands when the file begins anew. */
static void
test_file_is_looped_on_a_busy_machine (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file =
      aloqa_test_file_new ("tone.wav", "audiotestsrc num-buffers=10 samplesperbuffer=960 ! "
                                       "audio/x-raw,rate=48000,channels=1 ! wavenc");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));

  g_atomic_int_set (&is_slow, TRUE);
  set_source (f, source);
  aloqa_audio_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 40);
  g_atomic_int_set (&is_slow, FALSE);
  g_assert_no_error (f->error);
  aloqa_audio_capture_stop (f->capture);
}

static gboolean
is_silent (AloqaFeedLog *log, guint i)
{
  static const guint8 zeros[1920];
  g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (log, i);

  return gst_buffer_memcmp (gst_sample_get_buffer (sample), 0, zeros, sizeof zeros) == 0;
}

static void
test_echo_comes_after_its_delay (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaAudioCapture) voice = aloqa_audio_capture_new ();
  g_autoptr (AloqaFeedLog) voice_log = aloqa_feed_log_new (aloqa_audio_capture_get_feed (voice));
  guint begin = 0;
  AloqaAudioReport report;

  aloqa_audio_capture_set_source (voice, "test", NULL);
  aloqa_audio_capture_set_echo_source (f->capture, aloqa_audio_capture_get_feed (voice), 200);
  g_assert_cmpstr (aloqa_audio_capture_get_source (f->capture), ==, "echo");
  aloqa_audio_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 3);
  aloqa_audio_capture_start (voice);
  aloqa_feed_log_wait (f->log, 40);
  report = measure (f, f->meter, 20);
  g_assert_cmpfloat_with_epsilon (report.tone_db, -21.01, 0.1);

  /* Not before there was the delay's worth of sound to give again. */
  while (is_silent (f->log, begin))
    begin++;
  g_assert_cmpint (aloqa_feed_log_get_time_us (f->log, begin), >=,
                   aloqa_feed_log_get_time_us (voice_log, 200 / 20 - 1));
  aloqa_audio_capture_stop (f->capture);
}

static void
test_echo_of_nothing_is_refused (Fixture *f, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aloqa_audio_capture_set_source (f->capture, "echo", &error));
  g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME);
}

static void
assert_fails_to_silence (Fixture *f, const char *source, gint code, const char *words)
{
  AloqaAudioReport report;

  aloqa_audio_capture_start (f->capture);
  set_source (f, source);
  aloqa_test_wait_until (has_error, f);

  g_assert_error (f->error, ALOQA_MEDIA_ERROR, code);
  g_assert_nonnull (strstr (f->error->message, words));
  g_assert_cmpstr (aloqa_audio_capture_get_source (f->capture), ==, "silence");
  report = measure (f, f->meter, 3);
  g_assert_cmpuint (report.n_buffers, >=, 3);
}

static void
test_missing_file_falls_back_to_silence (Fixture *f, gconstpointer user_data)
{
  assert_fails_to_silence (f, "file:/nowhere.ogg", ALOQA_MEDIA_ERROR_NOT_FOUND, "/nowhere.ogg");
}

static void
test_file_without_sound_falls_back_to_silence (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file =
      aloqa_test_file_new ("mute.mkv", "videotestsrc num-buffers=5 ! vp8enc ! matroskamux");
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));

  assert_fails_to_silence (f, source, ALOQA_MEDIA_ERROR_FAILED, "no sound");
}

static void
test_missing_microphone_falls_back_to_silence (Fixture *f, gconstpointer user_data)
{
  assert_fails_to_silence (f, "mic", ALOQA_MEDIA_ERROR_NOT_FOUND, "no microphone");
}

static void
test_missing_sound_server_is_told (Fixture *f, gconstpointer user_data)
{
  g_signal_connect (f->capture, "sound-error", G_CALLBACK (error_cb), f);
  set_source (f, "silence");
  aloqa_audio_capture_start (f->capture);
  aloqa_audio_capture_set_computer_sound (f->capture, TRUE);
  aloqa_test_wait_until (has_error, f);

  g_assert_error (f->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND);
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 3);
}

static void
test_unknown_source_changes_nothing (Fixture *f, gconstpointer user_data)
{
  static const char *const names[] = { "", "clock", "file:", "microphone", "feed" };

  set_source (f, "test");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (aloqa_audio_capture_set_source (f->capture, names[i], &error));
    g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME);
    g_assert_cmpstr (aloqa_audio_capture_get_source (f->capture), ==, "test");
  }
}

static void
test_quick_swaps_leave_nothing_behind (Fixture *f, gconstpointer user_data)
{
  static const char *const sources[] = { "test", "file:/nowhere", "silence", "mic:none",
                                         "none", "test",          "mic" };

  aloqa_audio_capture_start (f->capture);
  for (guint round = 0; round < 25; round++) {
    for (gsize i = 0; i < G_N_ELEMENTS (sources); i++) {
      set_source (f, sources[i]);
      if ((round + i) % 3 == 0)
        aloqa_test_drain ();
    }
  }
  set_source (f, "test");
  aloqa_test_wait_until (has_switched, f);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/media/audio-capture/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{

  aloqa_test_init (&argc, &argv);
  aloqa_test_hide_daemons ();
  aloqa_media_init (NULL);
  ADD ("test-tone-is-440-hz-at-minus-18-dbfs", test_test_tone_is_440_hz_at_minus_18_dbfs);
  ADD ("buffers-are-of-one-opus-frame-in-even-time",
       test_buffers_are_of_one_opus_frame_in_even_time);
  ADD ("muted-is-zeros-in-the-same-rhythm-and-still-metered",
       test_muted_is_zeros_in_the_same_rhythm_and_still_metered);
  ADD ("silence-is-zeros-and-none-is-nothing", test_silence_is_zeros_and_none_is_nothing);
  ADD ("file-is-heard-looped-in-the-same-rhythm", test_file_is_heard_looped_in_the_same_rhythm);
  ADD ("file-is-looped-on-a-busy-machine", test_file_is_looped_on_a_busy_machine);
  ADD ("echo-comes-after-its-delay", test_echo_comes_after_its_delay);
  ADD ("echo-of-nothing-is-refused", test_echo_of_nothing_is_refused);
  ADD ("missing-file-falls-back-to-silence", test_missing_file_falls_back_to_silence);
  ADD ("file-without-sound-falls-back-to-silence", test_file_without_sound_falls_back_to_silence);
  ADD ("missing-microphone-falls-back-to-silence", test_missing_microphone_falls_back_to_silence);
  ADD ("missing-sound-server-is-told", test_missing_sound_server_is_told);
  ADD ("unknown-source-changes-nothing", test_unknown_source_changes_nothing);
  ADD ("quick-swaps-leave-nothing-behind", test_quick_swaps_leave_nothing_behind);
  return aloqa_test_run_media ();
}
