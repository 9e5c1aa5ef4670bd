/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/voice.h"

#include "media/audio-format.h"

#include <math.h>
#include <string.h>

typedef struct {
  char riff[4];
  guint32 n_riff_bytes;
  char wave[4], format[4];
  guint32 n_format_bytes;
  guint16 kind, n_channels;
  guint32 rate_hz, bytes_per_s;
  guint16 n_frame_bytes, n_sample_bits;
  char data[4];
  guint32 n_data_bytes;
} WavHeader;
G_STATIC_ASSERT (sizeof (WavHeader) == 44);

/**
 * aloqa_test_voice_new:
 * @level: on the scale of 16-bit samples; 16000 is about -25 dBFS
 *
 * Returns: (transfer full): the same for the same arguments
 */
float *
aloqa_test_voice_new (guint32 seed, gsize n_samples, double syllables_hz, double level)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  float *voice = g_new (float, n_samples);
  double fast = 0, slow = 0;

  for (gsize i = 0; i < n_samples; i++) {
    double phase = 2 * G_PI * syllables_hz * i / ALOQA_AUDIO_RATE_HZ;
    double syllable = MAX (0, sin (phase)), other = MAX (0, sin (phase * 1.618 + 1));

    fast += 0.25 * (g_rand_double_range (rand, -1, 1) - fast);
    slow += 0.02 * (fast - slow);
    voice[i] = (float) ((fast - slow) * (pow (syllable, 2) + 0.5 * pow (other, 2)) * level);
  }

  return voice;
}

/* As a WAV file, which GStreamer loops. */
void
aloqa_test_voice_save (const float *voice, gsize n_samples, const char *path)
{
  const guint32 n_bytes = (guint32) (n_samples * sizeof (gint16));
  const WavHeader header = {
    "RIFF",
    GUINT32_TO_LE (n_bytes + 36),
    "WAVE",
    "fmt ",
    GUINT32_TO_LE (16),
    GUINT16_TO_LE (1),
    GUINT16_TO_LE (1),
    GUINT32_TO_LE (ALOQA_AUDIO_RATE_HZ),
    GUINT32_TO_LE (2 * ALOQA_AUDIO_RATE_HZ),
    GUINT16_TO_LE (2),
    GUINT16_TO_LE (16),
    "data",
    GUINT32_TO_LE (n_bytes),
  };
  g_autofree char *file = g_malloc (sizeof header + n_bytes);
  g_autoptr (GError) error = NULL;

  memcpy (file, &header, sizeof header);
  for (gsize i = 0; i < n_samples; i++) {
    gint16 value = GINT16_TO_LE ((gint16) CLAMP (voice[i], -32768, 32767));

    memcpy (file + sizeof header + i * sizeof value, &value, sizeof value);
  }
  g_file_set_contents (path, file, (gssize) (sizeof header + n_bytes), &error);
  g_assert_no_error (error);
}
