/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-line.h"

#include "media/audio-format.h"

#include <string.h>

/* How far the delay may grow before it is cut back: two clocks never run at the same speed. */
#define MAX_DRIFT_MS 100

typedef struct {
  AloqaFeed *feed; /* or NULL */
  guint listener_id;
  gsize delay; /* this and what follows in samples */
  gsize capacity;

  GMutex lock; /* guards everything below */
  gint16 *ring;
  gsize read_at;
  gsize n_filled;
  gboolean is_playing; /* FALSE while it fills up to the delay */
} Line;

static gsize
get_samples (guint duration_ms)
{
  return (gsize) duration_ms * ALOQA_AUDIO_RATE_HZ / 1000;
}

/* Called with the lock held. What there is no room for pushes out the oldest. */
static void
write_frame (Line *line, const gint16 *frame, guint n_channels)
{
  gint sum = 0;

  for (guint i = 0; i < n_channels; i++)
    sum += frame[i];
  line->ring[(line->read_at + line->n_filled) % line->capacity] =
      (gint16) (sum / (gint) n_channels);
  if (line->n_filled < line->capacity)
    line->n_filled++;
  else
    line->read_at = (line->read_at + 1) % line->capacity;
}

/* @frames: interleaved; any thread */
void
aloqa_echo_line_write (gpointer user_data, const gint16 *frames, gsize n_frames, guint n_channels)
{
  Line *line = user_data;

  g_mutex_lock (&line->lock);
  for (gsize i = 0; i < n_frames; i++)
    write_frame (line, frames + i * n_channels, n_channels);
  g_mutex_unlock (&line->lock);
}

static void
buffer_cb (GstSample *sample, gpointer user_data)
{
  gint n_channels = 0;
  GstMapInfo map;

  gst_structure_get_int (gst_caps_get_structure (gst_sample_get_caps (sample), 0), "channels",
                         &n_channels);
  if (n_channels <= 0 || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return;

  aloqa_echo_line_write (user_data, (const gint16 *) map.data,
                         map.size / sizeof (gint16) / n_channels, n_channels);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

/* Called with the lock held. */
static void
skip (Line *line, gsize n)
{
  line->read_at = (line->read_at + n) % line->capacity;
  line->n_filled -= n;
}

/**
 * aloqa_echo_line_new:
 * @feed: (nullable): whose sound comes again
 * @delay_ms: up to ALOQA_ECHO_LINE_MAX_MS
 *
 * Returns: (transfer full): a line that listens to @feed from now on, and to
 *   aloqa_echo_line_write() alone where there is none
 */
gpointer
aloqa_echo_line_new (AloqaFeed *feed, guint delay_ms)
{
  Line *line = g_new0 (Line, 1);

  line->delay = get_samples (MIN (delay_ms, ALOQA_ECHO_LINE_MAX_MS));
  line->capacity = line->delay + get_samples (1000);
  line->ring = g_new0 (gint16, line->capacity);
  g_mutex_init (&line->lock);
  if (g_set_object (&line->feed, feed))
    line->listener_id = aloqa_feed_add_listener (feed, buffer_cb, line);

  return line;
}

void
aloqa_echo_line_free (gpointer user_data)
{
  Line *line = user_data;

  if (line->feed != NULL)
    aloqa_feed_remove_listener (line->feed, &line->listener_id);
  g_clear_object (&line->feed);
  g_mutex_clear (&line->lock);
  g_free (line->ring);
  g_free (line);
}

/**
 * aloqa_echo_line_fill:
 * @samples: (out): one buffer's worth of media/audio-format.h, taken out of the line; zeros until
 *   the delay has passed, and again after the feed has been still that long
 *
 * Returns: TRUE
 */
gboolean
aloqa_echo_line_fill (gint16 *samples, gpointer user_data)
{
  Line *line = user_data;

  g_mutex_lock (&line->lock);
  if (line->n_filled > line->delay + get_samples (MAX_DRIFT_MS))
    skip (line, line->n_filled - line->delay);
  line->is_playing =
      line->n_filled >= (line->is_playing ? ALOQA_AUDIO_BUFFER_SAMPLES
                                          : MAX (line->delay, ALOQA_AUDIO_BUFFER_SAMPLES));
  for (gsize i = 0; i < ALOQA_AUDIO_BUFFER_SAMPLES; i++)
    samples[i] = line->is_playing ? line->ring[(line->read_at + i) % line->capacity] : 0;
  if (line->is_playing)
    skip (line, ALOQA_AUDIO_BUFFER_SAMPLES);
  g_mutex_unlock (&line->lock);

  return TRUE;
}
