/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-format.h"
#include "media/echo-line.h"
#include "media/media.h"

#include "support/support.h"

#define N ALOQA_AUDIO_BUFFER_SAMPLES

/* One buffer that is @value on the left and @other on the right, if there is one. */
static void
push (AloqaFeed *feed, guint n_channels, gint16 value, gint16 other)
{
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT,
                           48000, "channels", G_TYPE_INT, n_channels, NULL);
  gint16 *samples = g_new (gint16, N * n_channels);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped (samples, N * n_channels * 2);
  g_autoptr (GstSample) sample = gst_sample_new (buffer, caps, NULL, NULL);

  for (guint i = 0; i < N * n_channels; i++)
    samples[i] = i % n_channels == 0 ? value : other;
  aloqa_feed_push (feed, sample);
}

/* The value of the next buffer, which is one throughout. */
static gint16
take (gpointer line)
{
  gint16 samples[N];

  g_assert_true (aloqa_echo_line_fill (samples, line));
  for (guint i = 1; i < N; i++)
    g_assert_cmpint (samples[i], ==, samples[0]);
  return samples[0];
}

static void
test_comes_again_after_the_delay (void)
{
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
  gpointer line = aloqa_echo_line_new (feed, 60);

  g_assert_cmpint (take (line), ==, 0);
  for (gint i = 1; i <= 10; i++) {
    push (feed, 1, i, 0);
    g_assert_cmpint (take (line), ==, i < 3 ? 0 : i - 2); /* with three, the delay is full */
  }
  aloqa_echo_line_free (line);
}

static void
test_stereo_is_mixed (void)
{
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
  gpointer line = aloqa_echo_line_new (feed, 0);

  push (feed, 2, 3000, -1000);
  g_assert_cmpint (take (line), ==, 1000);
  push (feed, 1, -32768, 0);
  g_assert_cmpint (take (line), ==, -32768);
  aloqa_echo_line_free (line);
}

static void
test_delay_is_kept_through_pauses_and_drift (void)
{
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
  gpointer line = aloqa_echo_line_new (feed, 40);

  push (feed, 1, 1, 0);
  push (feed, 1, 2, 0);
  g_assert_cmpint (take (line), ==, 1);
  g_assert_cmpint (take (line), ==, 2);
  g_assert_cmpint (take (line), ==, 0); /* nothing came: zeros until the delay is full again */
  push (feed, 1, 3, 0);
  g_assert_cmpint (take (line), ==, 0);
  push (feed, 1, 4, 0);
  g_assert_cmpint (take (line), ==, 3);

  /* Far too much came: what is left is the delay. */
  for (gint i = 5; i <= 100; i++)
    push (feed, 1, i, 0);
  g_assert_cmpint (take (line), ==, 99);
  g_assert_cmpint (take (line), ==, 100);
  aloqa_echo_line_free (line);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/echo-line/comes-again-after-the-delay",
                   test_comes_again_after_the_delay);
  g_test_add_func ("/media/echo-line/stereo-is-mixed", test_stereo_is_mixed);
  g_test_add_func ("/media/echo-line/delay-is-kept-through-pauses-and-drift",
                   test_delay_is_kept_through_pauses_and_drift);
  return g_test_run ();
}
