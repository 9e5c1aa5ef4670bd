/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-format.h"
#include "media/audio-mix.h"

#include "support/support.h"

#include <math.h>

#define N ALOQA_AUDIO_BUFFER_SAMPLES
#define N_BUFFERS 200

static void
draw_tone (gint16 *samples, double tone_hz, double amplitude, guint n_buffer)
{
  for (guint i = 0; i < N; i++)
    samples[i] = (gint16) lrint (
        amplitude * sin (2 * G_PI * tone_hz * (n_buffer * N + i) / ALOQA_AUDIO_RATE_HZ));
}

/* The amplitude of a tone in one buffer, of which it fills whole periods. */
static double
measure_tone (const gint16 *samples, double tone_hz)
{
  double re = 0, im = 0;

  for (guint i = 0; i < N; i++) {
    re += samples[i] * cos (2 * G_PI * tone_hz * i / ALOQA_AUDIO_RATE_HZ);
    im += samples[i] * sin (2 * G_PI * tone_hz * i / ALOQA_AUDIO_RATE_HZ);
  }
  return 2 * hypot (re, im) / N;
}

static void
test_both_are_heard (void)
{
  static const struct {
    const char *name;
    double voice, played;                   /* amplitudes */
    double expected_voice, expected_played; /* after some seconds */
  } cases[] = {
    { "quiet film", 2000, 1000, 2000, 1000 },
    { "loud film", 2000, 32000, 2000, 4634 }, /* -20 dBFS */
    { "film alone", 0, 4000, 0, 4000 },
    { "voice alone", 30000, 0, 30000, 0 },
  };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    AloqaAudioMix mix = { 0 };
    gint16 voice[N], played[N];

    g_test_message ("%s", cases[c].name);
    for (guint i = 0; i < N_BUFFERS; i++) {
      draw_tone (voice, 400, cases[c].voice, i);
      draw_tone (played, 1000, cases[c].played, i);
      aloqa_audio_mix_add (&mix, voice, played);
      g_assert_cmpfloat (measure_tone (voice, 1000), <, 1.01 * cases[c].expected_played + 1);
    }
    g_assert_cmpfloat (ABS (measure_tone (voice, 400) - cases[c].expected_voice), <,
                       0.01 * cases[c].expected_voice + 1);
    g_assert_cmpfloat (ABS (measure_tone (voice, 1000) - cases[c].expected_played), <,
                       0.01 * cases[c].expected_played + 1);
  }
}

static void
test_quiet_after_loud_comes_back (void)
{
  AloqaAudioMix mix = { 0 };
  gint16 voice[N], played[N];

  for (guint i = 0; i < 2 * N_BUFFERS; i++) {
    draw_tone (voice, 400, 0, i);
    draw_tone (played, 1000, i < N_BUFFERS ? 32000 : 1000, i);
    aloqa_audio_mix_add (&mix, voice, played);
  }
  g_assert_cmpfloat (ABS (measure_tone (voice, 1000) - 1000), <, 20);
}

/* Two that are loud are cut off at the top, and not turned upside down. */
static void
test_too_loud_is_cut_off (void)
{
  AloqaAudioMix mix = { .gain = 1 };
  gint16 voice[N], played[N];

  for (guint i = 0; i < N; i++) {
    voice[i] = i % 2 == 0 ? 32000 : -32000;
    played[i] = i % 2 == 0 ? 3000 : -3000;
  }
  aloqa_audio_mix_add (&mix, voice, played);
  for (guint i = 0; i < N; i++)
    g_assert_cmpint (voice[i], ==, i % 2 == 0 ? G_MAXINT16 : G_MININT16);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/media/audio-mix/both-are-heard", test_both_are_heard);
  g_test_add_func ("/media/audio-mix/quiet-after-loud-comes-back",
                   test_quiet_after_loud_comes_back);
  g_test_add_func ("/media/audio-mix/too-loud-is-cut-off", test_too_loud_is_cut_off);
  return g_test_run ();
}
