/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-capture.h"
#include "media/audio-output.h"
#include "media/feed-log.h"
#include "media/media.h"
#include "media/retiring.h"
#include "media/test-file.h"

#include "support/desktop-session.h"
#include "support/media-run.h"
#include "support/support.h"

#include <string.h>

typedef struct {
  AloqaAudioCapture *capture;
  AloqaAudioOutput *output;
  AloqaFeedLog *log;
  GError *error;
} Fixture;

static void
error_cb (AloqaAudioOutput *output, const GError *error, Fixture *f)
{
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

static void
set_up (Fixture *f, gconstpointer user_data)
{
  AloqaFeed *feed;

  f->capture = aloqa_audio_capture_new ();
  feed = aloqa_audio_capture_get_feed (f->capture);
  aloqa_audio_capture_set_source (f->capture, "test", NULL);
  f->output = aloqa_audio_output_new (feed);
  g_signal_connect (f->output, "error", G_CALLBACK (error_cb), f);
  f->log = aloqa_feed_log_new (feed);
}

static void
tear_down (Fixture *f, gconstpointer user_data)
{
  g_assert_finalize_object (f->output);
  aloqa_feed_log_free (f->log);
  g_assert_finalize_object (f->capture);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_clear_error (&f->error);
}

static void
set_file (Fixture *f, AloqaTestFile *file)
{
  g_autofree char *sink = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));
  g_autoptr (GError) error = NULL;

  aloqa_audio_output_set_sink (f->output, sink, &error);
  g_assert_no_error (error);
}

static gboolean
has_error (gpointer user_data)
{
  return ((Fixture *) user_data)->error != NULL;
}

static guint32
read_u32 (const char *bytes, gsize offset)
{
  guint32 value;

  memcpy (&value, bytes + offset, sizeof value);
  return GUINT32_FROM_LE (value);
}

/* Checks the header against the file, and returns the number of samples (RIFF WAVE, PCM). */
static gsize
assert_is_complete_wav (AloqaTestFile *file)
{
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  g_assert_true (g_file_get_contents (aloqa_test_file_get_path (file), &bytes, &n_bytes, NULL));
  g_assert_cmpuint (n_bytes, >=, 44);
  g_assert_cmpmem (bytes, 4, "RIFF", 4);
  g_assert_cmpuint (read_u32 (bytes, 4), ==, n_bytes - 8);
  g_assert_cmpmem (bytes + 8, 8, "WAVEfmt ", 8);
  g_assert_cmpuint (read_u32 (bytes, 20), ==, 1 | 1 << 16); /* PCM, mono */
  g_assert_cmpuint (read_u32 (bytes, 24), ==, 48000);
  g_assert_cmpmem (bytes + 36, 4, "data", 4);
  g_assert_cmpuint (read_u32 (bytes, 40), ==, n_bytes - 44);

  return (n_bytes - 44) / 2;
}

static void
test_file_holds_what_was_fed_once_stopped (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new ("out.wav", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstMapInfo map;
  guint n;

  set_file (f, file);
  aloqa_audio_output_start (f->output);
  aloqa_audio_capture_start (f->capture);
  aloqa_feed_log_wait (f->log, 25);
  aloqa_audio_capture_stop (f->capture);
  n = aloqa_feed_log_get_n (f->log);
  aloqa_audio_output_stop (f->output);

  g_assert_no_error (f->error);
  g_assert_cmpuint (assert_is_complete_wav (file), ==, n * 960);
  sample = aloqa_feed_log_dup_sample (f->log, 10);
  g_file_get_contents (aloqa_test_file_get_path (file), &bytes, NULL, NULL);
  gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ);
  g_assert_cmpmem (bytes + 44 + 10 * 1920, 1920, map.data, map.size);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

static void
test_file_that_got_no_sound_is_one_silent_buffer (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new ("empty.wav", NULL);

  set_file (f, file);
  aloqa_audio_output_start (f->output);
  aloqa_audio_output_stop (f->output);
  g_assert_cmpuint (assert_is_complete_wav (file), ==, 960);
}

static void
test_file_is_complete_once_swapped (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) one = aloqa_test_file_new ("one.wav", NULL);
  g_autoptr (AloqaTestFile) two = aloqa_test_file_new ("two.wav", NULL);

  aloqa_audio_capture_start (f->capture);
  set_file (f, one);
  aloqa_audio_output_start (f->output);
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 10);
  set_file (f, two);
  aloqa_feed_log_wait (f->log, aloqa_feed_log_get_n (f->log) + 10);
  g_assert_true (aloqa_audio_output_set_sink (f->output, "null", NULL));

  g_assert_no_error (f->error);
  g_assert_cmpuint (assert_is_complete_wav (one), >, 5 * 960);
  g_assert_cmpuint (assert_is_complete_wav (two), >, 5 * 960);
}

/* What comes from far away may be stereo, and may change. */
static void
test_stereo_is_written_as_mono (Fixture *f, gconstpointer user_data)
{
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new ("stereo.wav", NULL);
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
  g_autoptr (AloqaAudioOutput) output = aloqa_audio_output_new (feed);
  g_autofree char *sink = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));

  g_assert_true (aloqa_audio_output_set_sink (output, sink, NULL));
  aloqa_audio_output_start (output);
  for (guint i = 0; i < 10; i++) {
    guint n_channels = 1 + i % 2;
    g_autoptr (GstCaps) caps = gst_caps_new_simple (
        "audio/x-raw", "format", G_TYPE_STRING, "S16LE", "layout", G_TYPE_STRING, "interleaved",
        "rate", G_TYPE_INT, 48000, "channels", G_TYPE_INT, n_channels, "channel-mask",
        GST_TYPE_BITMASK, n_channels == 2 ? G_GUINT64_CONSTANT (3) : G_GUINT64_CONSTANT (0), NULL);
    g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 1920 * n_channels, NULL);
    g_autoptr (GstSample) sample = NULL;

    gst_buffer_memset (buffer, 0, 0, -1);
    sample = gst_sample_new (buffer, caps, NULL, NULL);
    aloqa_feed_push (feed, sample);
  }
  aloqa_audio_output_stop (output);
  g_assert_cmpuint (assert_is_complete_wav (file), ==, 10 * 960);
}

static void
assert_fails_to_null (Fixture *f, const char *sink, gint code)
{
  g_assert_true (aloqa_audio_output_set_sink (f->output, sink, NULL));
  aloqa_audio_capture_start (f->capture);
  aloqa_audio_output_start (f->output);
  aloqa_test_wait_until (has_error, f);
  g_assert_error (f->error, ALOQA_MEDIA_ERROR, code);
  g_assert_cmpstr (aloqa_audio_output_get_sink (f->output), ==, "null");
}

static void
test_file_that_cannot_be_written_falls_back_to_null (Fixture *f, gconstpointer user_data)
{
  assert_fails_to_null (f, "file:/nowhere/at/all.wav", ALOQA_MEDIA_ERROR_FAILED);
}

static void
test_missing_speaker_falls_back_to_null (Fixture *f, gconstpointer user_data)
{
  assert_fails_to_null (f, "speaker", ALOQA_MEDIA_ERROR_NOT_FOUND);
}

static void
test_unknown_sink_changes_nothing (Fixture *f, gconstpointer user_data)
{
  static const char *const names[] = { "", "nul", "file", "file:", "speakers:x" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (aloqa_audio_output_set_sink (f->output, names[i], &error));
    g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME);
    g_assert_cmpstr (aloqa_audio_output_get_sink (f->output), ==, "null");
  }
}

static void
test_stopped_while_it_looks_for_its_speaker (Fixture *f, gconstpointer user_data)
{
  for (guint i = 0; i < 20; i++) {
    g_assert_true (aloqa_audio_output_set_sink (f->output, "speaker:any", NULL));
    aloqa_audio_output_start (f->output);
    for (guint n = 0; n < i; n++)
      g_main_context_iteration (NULL, FALSE);
    aloqa_audio_output_stop (f->output);
    g_clear_error (&f->error);
    aloqa_test_drain ();
    g_assert_no_error (f->error);
  }
}

#define ADD(name, func)                                                                            \
  g_test_add ("/media/audio-output/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{

  aloqa_test_init (&argc, &argv);
  aloqa_test_hide_daemons ();
  aloqa_media_init (NULL);
  ADD ("file-holds-what-was-fed-once-stopped", test_file_holds_what_was_fed_once_stopped);
  ADD ("file-that-got-no-sound-is-one-silent-buffer",
       test_file_that_got_no_sound_is_one_silent_buffer);
  ADD ("file-is-complete-once-swapped", test_file_is_complete_once_swapped);
  ADD ("stereo-is-written-as-mono", test_stereo_is_written_as_mono);
  ADD ("file-that-cannot-be-written-falls-back-to-null",
       test_file_that_cannot_be_written_falls_back_to_null);
  ADD ("missing-speaker-falls-back-to-null", test_missing_speaker_falls_back_to_null);
  ADD ("unknown-sink-changes-nothing", test_unknown_sink_changes_nothing);
  ADD ("stopped-while-it-looks-for-its-speaker", test_stopped_while_it_looks_for_its_speaker);
  return aloqa_test_run_media ();
}
