/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-format.h"
#include "media/device-rig.h"
#include "media/echo-reference.h"
#include "media/pipeline.h"
#include "media/retiring.h"
#include "media/test-file.h"
#include "media/timeline.h"
#include "media/tone.h"
#include "media/voice.h"

/* A microphone that hears the speaker, on a real PipeWire. */

/* A test is over by then, so that no sound begins again. */
#define SOUND_SAMPLES (70 * 48000)
/* Within what aloqa_test_wait_until() waits for. */
#define MAX_SECONDS 20

/* Made before anything waits for us: it takes a while. */
static AloqaTestFile *voice_file;
static AloqaTestFile *film_file; /* something louder */

typedef struct {
  const char *speaker;
  AloqaAudioCapture *voice; /* what the far side says */
  GstElement *film;         /* what another program plays, or %NULL */
  GSubprocess *room;        /* from the speaker to the microphone */
  guint n_silent_seconds;   /* of the microphone's */
} Echo;

static AloqaTestFile *
make_sound (const char *name, guint32 seed, double syllables_hz, double level)
{
  g_autofree float *samples = aloqa_test_voice_new (seed, SOUND_SAMPLES, syllables_hz, level);
  AloqaTestFile *file = aloqa_test_file_new (name, NULL);

  aloqa_test_voice_save (samples, SOUND_SAMPLES, aloqa_test_file_get_path (file));
  return file;
}

static AloqaAudioCapture *
start_voice (Echo *echo)
{
  g_autofree char *source = g_strdup_printf ("file:%s", aloqa_test_file_get_path (voice_file));

  echo->voice = aloqa_audio_capture_new ();
  g_assert_true (aloqa_audio_capture_set_source (echo->voice, source, NULL));
  aloqa_audio_capture_start (echo->voice);

  return echo->voice;
}

static void
open_room (Echo *echo)
{
  g_autofree char *heard =
      g_strdup_printf ("stream.capture.sink=true target.object=%s node.name=room", echo->speaker);

  echo->room = aloqa_test_session_spawn (
      aloqa_device_rig_get_session (),
      (const char *const[]){ "pw-loopback", "--channels=1", "--delay=0.02", "--capture-props",
                             heard, "--playback-props", "target.object=mic.in node.name=room.out",
                             NULL });
}

static void
start_echo (AloqaDeviceRig *rig, Echo *echo)
{
  g_autofree char *sink = g_strdup_printf ("speaker:%s", echo->speaker);

  aloqa_device_rig_start_output (rig, aloqa_audio_capture_get_feed (start_voice (echo)), sink);
  open_room (echo);
  aloqa_device_rig_start_audio (rig, "mic", 440);
  aloqa_audio_capture_set_processing (rig->audio, ALOQA_AUDIO_PROCESSING_ECHO_CANCEL |
                                                      ALOQA_AUDIO_PROCESSING_NOISE);
}

static void
stop_echo (AloqaDeviceRig *rig, Echo *echo)
{
  aloqa_test_session_end (aloqa_device_rig_get_session (), echo->room);
  g_clear_object (&rig->output);
  g_assert_finalize_object (echo->voice);
}

/* Why nothing is heard. */
static void
show_links (void)
{
  g_autofree char *links = NULL;

  g_spawn_command_line_sync ("pw-link --links", &links, NULL, NULL, NULL);
  g_test_message ("%s", links);
}

/* PipeWire 1.4.2's pw-loopback crashes now and then, where sound comes before the buffer for the delay is
 * there; and on a busy machine one may carry nothing. */
static void
keep_room_open (Echo *echo, gboolean is_silent)
{
  gboolean has_crashed = g_subprocess_get_identifier (echo->room) == NULL;

  echo->n_silent_seconds = is_silent ? echo->n_silent_seconds + 1 : 0;
  if (!has_crashed && echo->n_silent_seconds < 5)
    return;

  if (!has_crashed)
    show_links ();
  echo->n_silent_seconds = 0;
  aloqa_test_session_end (aloqa_device_rig_get_session (), echo->room);
  open_room (echo);
}

static void
assert_film_plays (Echo *echo)
{
  g_autoptr (GstBus) bus = echo->film != NULL ? gst_element_get_bus (echo->film) : NULL;
  g_autoptr (GstMessage) message =
      bus != NULL ? gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) : NULL;
  g_autoptr (GError) error = message != NULL ? aloqa_pipeline_dup_error (message, "film") : NULL;

  g_assert_no_error (error);
}

typedef struct {
  AloqaDeviceRig *rig;
  Echo *echo;
  guint n_seconds;
  gboolean is_cancelled;
} Wait;

/* Returns: whether enough is taken out, or it was waited for long enough */
static gboolean
is_measured (gpointer user_data)
{
  Wait *wait = user_data;
  AloqaCaptureLevel level;

  g_assert_no_error (wait->rig->error);
  assert_film_plays (wait->echo);
  if (aloqa_feed_log_get_n (wait->rig->log) < 50)
    return FALSE;

  aloqa_feed_log_clear (wait->rig->log);
  aloqa_audio_capture_take_level (wait->rig->audio, &level);
  wait->n_seconds++;
  g_test_message ("second %u: %.1f dB of %.1f dB", wait->n_seconds, level.input_db - level.voice_db,
                  level.input_db);
  keep_room_open (wait->echo, level.input_db <= -100);
  wait->is_cancelled = level.input_db > -50 && level.input_db - level.voice_db >= 20;
  return wait->is_cancelled || wait->n_seconds % MAX_SECONDS == 0;
}

/* Second by second, as long as it takes: a busy machine has gaps in the sound, after which the
 * canceller begins anew. */
static void
wait_until_cancelled (AloqaDeviceRig *rig, Echo *echo)
{
  Wait wait = { rig, echo, 0, FALSE };

  while (!wait.is_cancelled && wait.n_seconds < 2 * MAX_SECONDS)
    aloqa_test_wait_until (is_measured, &wait);
  g_assert_true (wait.is_cancelled);
}

static void
test_echo_is_cancelled (AloqaDeviceRig *rig, gconstpointer user_data)
{
  static const char *const speakers[] = { "speaker", "headset" };

  for (gsize i = 0; i < G_N_ELEMENTS (speakers); i++) {
    Echo echo = { .speaker = speakers[i] };

    start_echo (rig, &echo);
    wait_until_cancelled (rig, &echo);
    stop_echo (rig, &echo);
    g_clear_object (&rig->audio);
    g_clear_object (&rig->meter);
  }
}

static GstElement *
play_film (void)
{
  g_autofree char *description =
      g_strdup_printf ("filesrc location=%s ! wavparse ! pulsesink client-name=Film "
                       "provide-clock=false device=speaker",
                       aloqa_test_file_get_path (film_file));
  GstElement *film = aloqa_pipeline_parse (description, NULL);

  aloqa_pipeline_play (film);
  return film;
}

static gboolean
hears_whole (gpointer user_data)
{
  gint16 samples[ALOQA_AUDIO_BUFFER_SAMPLES];
  gint64 index;
  guint n_loud = 0;

  if (aloqa_echo_reference_get_kind () != ALOQA_ECHO_REFERENCE_WHOLE ||
      !aloqa_echo_reference_find (ALOQA_ECHO_REFERENCE_WHOLE, aloqa_timeline_get_now (), &index))
    return FALSE;

  aloqa_echo_reference_read (ALOQA_ECHO_REFERENCE_WHOLE, index - 48000 / 10, samples,
                             G_N_ELEMENTS (samples));
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    n_loud += ABS (samples[i]) > 100;
  return n_loud > G_N_ELEMENTS (samples) / 4;
}

/*
 * What is sent along is not to be heard a second time through the microphone, be the other side silent;
 * and the reference goes along with its voice to another speaker, which the film does not play on.
 */
static void
test_shared_sound_is_cancelled (AloqaDeviceRig *rig, gconstpointer user_data)
{
  Echo echo = { .speaker = "speaker" };

  start_echo (rig, &echo);
  aloqa_audio_capture_set_muted (echo.voice, TRUE);
  echo.film = play_film ();
  aloqa_audio_capture_set_computer_sound (rig->audio, TRUE);
  wait_until_cancelled (rig, &echo);
  g_assert_cmpint (aloqa_echo_reference_get_kind (), ==, ALOQA_ECHO_REFERENCE_WHOLE);

  aloqa_audio_capture_set_muted (echo.voice, FALSE);
  g_assert_true (aloqa_audio_output_set_sink (rig->output, "speaker:headset", NULL));
  aloqa_pipeline_retire (g_steal_pointer (&echo.film));
  aloqa_retiring_wait ();
  aloqa_feed_log_clear (rig->log);
  aloqa_feed_log_wait (rig->log, 25); /* half a second: of the film nothing is left */
  aloqa_test_wait_until (hears_whole, NULL);
  aloqa_audio_capture_set_computer_sound (rig->audio, FALSE);
  g_assert_cmpint (aloqa_echo_reference_get_kind (), ==, ALOQA_ECHO_REFERENCE_VOICE);

  stop_echo (rig, &echo);
}

typedef struct {
  AloqaFeedLog *log;
  guint n_wanted;
} Amount;

static gboolean
has_amount (gpointer user_data)
{
  Amount *amount = user_data;

  return aloqa_feed_log_get_n (amount->log) >= amount->n_wanted;
}

static gboolean
is_written (gpointer index)
{
  return aloqa_echo_reference_find (ALOQA_ECHO_REFERENCE_VOICE, aloqa_timeline_get_now (), index);
}

/* A tone is tried and the speaker changed in a call: as many samples as time, and not twice that. */
static void
test_one_at_a_time_is_the_reference (AloqaDeviceRig *rig, gconstpointer user_data)
{
  g_autoptr (AloqaTone) tone = aloqa_tone_new ("speaker:speaker");
  Amount amount = { .n_wanted = 100 };
  Echo echo = { 0 };
  gint64 first, last;
  GstClockTime begin;
  double expected;

  aloqa_echo_reference_acquire ();
  aloqa_tone_start (tone, ALOQA_TONE_RINGBACK);
  aloqa_device_rig_start_output (rig, aloqa_audio_capture_get_feed (start_voice (&echo)),
                                 "speaker:speaker");
  aloqa_test_wait_until (is_written, &first);
  begin = aloqa_timeline_get_now ();
  aloqa_echo_reference_find (ALOQA_ECHO_REFERENCE_VOICE, begin, &first);
  amount.log = aloqa_feed_log_new (aloqa_audio_capture_get_feed (echo.voice));
  g_assert_true (aloqa_audio_output_set_sink (rig->output, "speaker:headset", NULL));
  aloqa_test_wait_until (has_amount, &amount);
  expected = (double) (aloqa_timeline_get_now () - begin) / GST_SECOND * 48000;
  aloqa_echo_reference_find (ALOQA_ECHO_REFERENCE_VOICE, aloqa_timeline_get_now (), &last);
  /* A busy machine may be late with some, but two at a time would be all as many again. */
  g_assert_cmpfloat (ABS ((double) (last - first) - expected), <, 0.3 * expected);

  aloqa_feed_log_free (amount.log);
  g_clear_object (&rig->output);
  g_assert_finalize_object (echo.voice);
  aloqa_echo_reference_release ();
}

static void
add_tests (void)
{
  aloqa_test_session_add_speaker (aloqa_device_rig_get_session (), "headset", "Headset");
  aloqa_device_rig_add_test ("/media/devices-echo/echo-is-cancelled", test_echo_is_cancelled);
  aloqa_device_rig_add_test ("/media/devices-echo/shared-sound-is-cancelled",
                             test_shared_sound_is_cancelled);
  aloqa_device_rig_add_test ("/media/devices-echo/one-at-a-time-is-the-reference",
                             test_one_at_a_time_is_the_reference);
}

int
main (int argc, char **argv)
{
  int status;

  voice_file = make_sound ("voice.wav", 1, 2.3, 16000);
  film_file = make_sound ("film.wav", 5, 1.9, 32000);
  status = aloqa_device_rig_main (argc, argv, add_tests);
  aloqa_test_file_free (voice_file);
  aloqa_test_file_free (film_file);

  return status;
}
