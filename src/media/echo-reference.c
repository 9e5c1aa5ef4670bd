/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-reference.h"

#include "media/audio-format.h"

/* A power of two, and longer than what is promised, so that a reader and a writer do not meet. */
#define RING_SAMPLES (1 << 17)
G_STATIC_ASSERT (RING_SAMPLES / (ALOQA_AUDIO_RATE_HZ / 1000) > ALOQA_ECHO_REFERENCE_MAX_MS);

/* Between buffers that follow each other the stamps differ by less (media/audio-timing.h). */
#define MAX_SLIP (20 * GST_MSECOND)

static GMutex lock; /* guards everything below */
static guint n_users;
static gconstpointer writer_now; /* only compared */
static gint16 *ring;
static gint64 n_written;
static GstClockTime end; /* when the sample after the last one would be played */

/**
 * aloqa_echo_reference_acquire:
 *
 * Keeps what is played from now on, until released.
 */
void
aloqa_echo_reference_acquire (void)
{
  g_mutex_lock (&lock);
  if (n_users++ == 0) {
    ring = g_new0 (gint16, RING_SAMPLES);
    n_written = 0;
    end = GST_CLOCK_TIME_NONE;
  }
  g_mutex_unlock (&lock);
}

void
aloqa_echo_reference_release (void)
{
  g_mutex_lock (&lock);
  if (--n_users == 0)
    g_clear_pointer (&ring, g_free);
  g_mutex_unlock (&lock);
}

void
aloqa_echo_reference_set_writer (gconstpointer writer)
{
  g_mutex_lock (&lock);
  writer_now = writer;
  g_mutex_unlock (&lock);
}

/* Does nothing where there is another one by now. */
void
aloqa_echo_reference_clear_writer (gconstpointer writer)
{
  g_mutex_lock (&lock);
  if (writer_now == writer)
    writer_now = NULL;
  g_mutex_unlock (&lock);
}

static void
write_sample (gint16 value)
{
  ring[n_written++ & (RING_SAMPLES - 1)] = value;
}

/* Called with the lock held: where nothing was played, there was silence. */
static void
write_pause (GstClockTime pause)
{
  guint64 n = gst_util_uint64_scale (pause, ALOQA_AUDIO_RATE_HZ, GST_SECOND);

  for (guint64 i = 0; i < MIN (n, RING_SAMPLES); i++)
    write_sample (0);
}

/* Called with the lock held. */
static void
write_frames (const gint16 *frames, gsize n_frames, gint n_channels)
{
  for (gsize i = 0; i < n_frames; i++) {
    gint sum = 0;

    for (gint k = 0; k < n_channels; k++)
      sum += frames[i * n_channels + k];
    write_sample ((gint16) (sum / n_channels));
  }
}

/**
 * aloqa_echo_reference_push:
 * @sample: what a speaker was given to play, of media/feed.h, stamped by media/timeline.h
 *
 * Any thread. Kept where @writer is the one.
 */
void
aloqa_echo_reference_push (gconstpointer writer, GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstClockTime begin = GST_BUFFER_PTS (buffer);
  gint n_channels = 0;
  GstMapInfo map;

  gst_structure_get_int (gst_caps_get_structure (gst_sample_get_caps (sample), 0), "channels",
                         &n_channels);
  if (n_channels <= 0 || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;

  g_mutex_lock (&lock);
  if (ring != NULL && writer == writer_now) {
    gsize n_frames = map.size / sizeof (gint16) / n_channels;

    if (GST_CLOCK_TIME_IS_VALID (end) && begin > end + MAX_SLIP)
      write_pause (begin - end);
    write_frames ((const gint16 *) map.data, n_frames, n_channels);
    end = begin + gst_util_uint64_scale (n_frames, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
  }
  g_mutex_unlock (&lock);
  gst_buffer_unmap (buffer, &map);
}

/**
 * aloqa_echo_reference_find:
 * @index: (out): the sample that was given to the speaker at @time; it need not be there yet
 *
 * Returns: FALSE where nothing was played so far
 */
gboolean
aloqa_echo_reference_find (GstClockTime time, gint64 *index)
{
  gboolean has_any;

  g_mutex_lock (&lock);
  has_any = ring != NULL && GST_CLOCK_TIME_IS_VALID (end);
  if (has_any)
    *index = time >= end
                 ? n_written +
                       (gint64) gst_util_uint64_scale (time - end, ALOQA_AUDIO_RATE_HZ, GST_SECOND)
                 : n_written -
                       (gint64) gst_util_uint64_scale (end - time, ALOQA_AUDIO_RATE_HZ, GST_SECOND);
  g_mutex_unlock (&lock);

  return has_any;
}

/**
 * aloqa_echo_reference_read:
 * @samples: (out): zeros where nothing was played, or it is forgotten
 */
void
aloqa_echo_reference_read (gint64 index, gint16 *samples, gsize n_samples)
{
  g_mutex_lock (&lock);
  for (gsize i = 0; i < n_samples; i++, index++) {
    gboolean is_there =
        ring != NULL && index >= 0 && index < n_written && index >= n_written - RING_SAMPLES;

    samples[i] = is_there ? ring[index & (RING_SAMPLES - 1)] : 0;
  }
  g_mutex_unlock (&lock);
}
