/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "media/test-file.h"
#include "media/tone.h"

#include "support/desktop-session.h"
#include "support/media-run.h"
#include "support/support.h"

#include <stdlib.h>

typedef struct {
  const char *path;
  gsize n_bytes;
} SizeWait;

static gboolean
has_grown (gpointer user_data)
{
  SizeWait *wait = user_data;
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;

  return g_file_get_contents (wait->path, &bytes, &n_bytes, NULL) && n_bytes >= wait->n_bytes;
}

static gint
get_peak (const gint16 *samples, gsize n)
{
  gint peak = 0;

  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, abs (samples[i]));
  return peak;
}

/* Records the first half second of it. Returns: (transfer full): the file, 44 bytes of header first */
static char *
record (AloqaToneKind kind, AloqaRing ring, double volume)
{
  g_autoptr (AloqaTestFile) file = aloqa_test_file_new ("tone.wav", NULL);
  g_autofree char *sink = g_strdup_printf ("file:%s", aloqa_test_file_get_path (file));
  g_autoptr (AloqaTone) tone = aloqa_tone_new (sink);
  char *bytes = NULL;

  aloqa_tone_set_ring (tone, ring, volume);
  aloqa_tone_start (tone, kind);
  aloqa_test_wait_until (has_grown, &(SizeWait){ aloqa_test_file_get_path (file), 44 + 48000 });
  aloqa_tone_stop (tone);
  g_assert_true (g_file_get_contents (aloqa_test_file_get_path (file), &bytes, NULL, NULL));
  return bytes;
}

static void
assert_soft (const char *bytes)
{
  const gint16 *samples = (const gint16 *) (bytes + 44);

  g_assert_cmpint (get_peak (samples, 24000), >, 1000);
  g_assert_cmpint (get_peak (samples, 24000), <, 16384); /* -6 dBFS */
  g_assert_cmpint (get_peak (samples, 24), <, 500);      /* no click */
}

static void
test_tones_are_soft_and_begin_at_once (void)
{
  g_autofree char *ringback = record (ALOQA_TONE_RINGBACK, ALOQA_RING_CHIME, 0);

  assert_soft (ringback);
  for (AloqaRing ring = 0; ring < ALOQA_N_RINGS; ring++) {
    g_autofree char *bytes = record (ALOQA_TONE_RING, ring, 1);

    assert_soft (bytes);
  }
}

static void
test_rings_are_as_loud_as_wished (void)
{
  g_autofree char *loud = record (ALOQA_TONE_RING, ALOQA_RING_BELL, 1);
  g_autofree char *soft = record (ALOQA_TONE_RING, ALOQA_RING_BELL, 0.25);
  g_autofree char *silent = record (ALOQA_TONE_RING, ALOQA_RING_BELL, 0);
  gint peak = get_peak ((const gint16 *) (loud + 44), 24000);

  g_assert_cmpint (abs (4 * get_peak ((const gint16 *) (soft + 44), 24000) - peak), <, 8);
  g_assert_cmpint (get_peak ((const gint16 *) (silent + 44), 24000), ==, 0);
}

static void
test_stopped_twice_or_started_anew (void)
{
  g_autoptr (AloqaTone) tone = aloqa_tone_new ("null");

  aloqa_tone_stop (tone);
  aloqa_tone_start (tone, ALOQA_TONE_RING);
  aloqa_tone_start (tone, ALOQA_TONE_RINGBACK);
  aloqa_tone_stop (tone);
  aloqa_tone_stop (tone);
  aloqa_tone_start (tone, ALOQA_TONE_RING);
}

static guint n_reports;

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  n_reports++;
}

static gboolean
has_reported (gpointer user_data)
{
  return n_reports > 0;
}

static void
test_missing_speaker_is_told_once (void)
{
  g_autoptr (AloqaTone) tone = aloqa_tone_new ("speaker");
  guint handler = g_log_set_handler ("aloqa-media", G_LOG_LEVEL_MESSAGE, log_cb, NULL);

  aloqa_tone_start (tone, ALOQA_TONE_RING);
  aloqa_test_wait_until (has_reported, NULL);
  for (guint i = 0; i < 3; i++) {
    aloqa_tone_stop (tone);
    aloqa_tone_start (tone, ALOQA_TONE_RING);
    aloqa_test_drain ();
  }
  g_assert_cmpuint (n_reports, ==, 1);
  g_log_remove_handler ("aloqa-media", handler);
}

static void
failed_cb (guint *n_failures)
{
  (*n_failures)++;
}

static gboolean
has_failed_twice (gpointer n_failures)
{
  return *(guint *) n_failures == 2;
}

static gboolean
has_failed (gpointer n_failures)
{
  return *(guint *) n_failures == 1;
}

/* Whoever follows the speakers knows when it is worth it. */
static void
test_failure_is_told_and_tried_again_on_demand (void)
{
  g_autoptr (AloqaTone) tone = aloqa_tone_new ("speaker");
  guint n_failures = 0;

  g_signal_connect_swapped (tone, "failed", G_CALLBACK (failed_cb), &n_failures);
  aloqa_tone_start (tone, ALOQA_TONE_RING);
  aloqa_test_wait_until (has_failed, &n_failures);
  aloqa_tone_set_sink (tone, "speaker");
  aloqa_test_wait_until (has_failed_twice, &n_failures);
  aloqa_tone_stop (tone);
  aloqa_tone_set_sink (tone, "speaker");
  aloqa_test_drain ();
  g_assert_cmpuint (n_failures, ==, 2);
}

int
main (int argc, char **argv)
{

  aloqa_test_init (&argc, &argv);
  aloqa_test_hide_daemons ();
  aloqa_media_init (NULL);
  g_test_add_func ("/media/tone/tones-are-soft-and-begin-at-once",
                   test_tones_are_soft_and_begin_at_once);
  g_test_add_func ("/media/tone/rings-are-as-loud-as-wished", test_rings_are_as_loud_as_wished);
  g_test_add_func ("/media/tone/stopped-twice-or-started-anew", test_stopped_twice_or_started_anew);
  g_test_add_func ("/media/tone/missing-speaker-is-told-once", test_missing_speaker_is_told_once);
  g_test_add_func ("/media/tone/failure-is-told-and-tried-again-on-demand",
                   test_failure_is_told_and_tried_again_on_demand);
  return aloqa_test_run_media ();
}
