/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-reference.h"

#include "media/audio-format.h"

/* A power of two, and longer than what is promised, so that a reader and a writer do not meet. */
#define RING_SAMPLES (1 << 17)
G_STATIC_ASSERT (RING_SAMPLES / (ALOQA_AUDIO_RATE_HZ / 1000) > ALOQA_ECHO_REFERENCE_MAX_MS);

/* The whole is used once there is as much of it as is looked back to begin with. */
#define MIN_WHOLE_SAMPLES (ALOQA_AUDIO_RATE_HZ / 5)

/* Between buffers that follow each other the stamps differ by less (media/audio-timing.h). */
#define MAX_SLIP (20 * GST_MSECOND)

typedef struct {
  gint16 *ring; /* or NULL */
  gint64 n_written;
  GstClockTime end; /* when the sample after the last one would be played */
} Track;

static GMutex lock; /* guards everything below */
static guint n_users;
static gconstpointer writers[ALOQA_ECHO_REFERENCE_N_KINDS]; /* or NULL; only compared */
static Track tracks[ALOQA_ECHO_REFERENCE_N_KINDS];

static void
clear_track (Track *track, gboolean is_used)
{
  g_free (track->ring);
  *track =
      (Track){ .ring = is_used ? g_new0 (gint16, RING_SAMPLES) : NULL, .end = GST_CLOCK_TIME_NONE };
}

static void
clear_tracks (gboolean is_used)
{
  for (guint i = 0; i < G_N_ELEMENTS (tracks); i++)
    clear_track (&tracks[i], is_used);
}

/**
 * aloqa_echo_reference_acquire:
 *
 * Keeps what is played from now on, until released.
 */
void
aloqa_echo_reference_acquire (void)
{
  g_mutex_lock (&lock);
  if (n_users++ == 0)
    clear_tracks (TRUE);
  g_mutex_unlock (&lock);
}

void
aloqa_echo_reference_release (void)
{
  g_mutex_lock (&lock);
  if (--n_users == 0)
    clear_tracks (FALSE);
  g_mutex_unlock (&lock);
}

/* @writer is the one that writes from now on. What another one wrote of the whole is forgotten, as it
 * was another speaker's. */
void
aloqa_echo_reference_set_writer (AloqaEchoReferenceKind kind, gconstpointer writer)
{
  g_mutex_lock (&lock);
  if (kind == ALOQA_ECHO_REFERENCE_WHOLE && writers[kind] != writer)
    clear_track (&tracks[kind], n_users > 0);
  writers[kind] = writer;
  g_mutex_unlock (&lock);
}

/* Nobody writes any more; does nothing where another one does by now. */
void
aloqa_echo_reference_clear_writer (AloqaEchoReferenceKind kind, gconstpointer writer)
{
  g_mutex_lock (&lock);
  if (writers[kind] == writer)
    writers[kind] = NULL;
  g_mutex_unlock (&lock);
}

/* Returns: what is to be used now: the whole where there is some of it */
AloqaEchoReferenceKind
aloqa_echo_reference_get_kind (void)
{
  gboolean is_whole;

  g_mutex_lock (&lock);
  is_whole = writers[ALOQA_ECHO_REFERENCE_WHOLE] != NULL &&
             tracks[ALOQA_ECHO_REFERENCE_WHOLE].n_written >= MIN_WHOLE_SAMPLES;
  g_mutex_unlock (&lock);
  return is_whole ? ALOQA_ECHO_REFERENCE_WHOLE : ALOQA_ECHO_REFERENCE_VOICE;
}

static void
write_sample (Track *track, gint16 value)
{
  track->ring[track->n_written++ & (RING_SAMPLES - 1)] = value;
}

/* Where no voice was played, there was silence. */
static void
write_pause (Track *track, GstClockTime begin)
{
  gboolean is_pause = GST_CLOCK_TIME_IS_VALID (track->end) && begin > track->end + MAX_SLIP;
  guint64 n =
      is_pause ? gst_util_uint64_scale (begin - track->end, ALOQA_AUDIO_RATE_HZ, GST_SECOND) : 0;

  for (guint64 i = 0; i < MIN (n, RING_SAMPLES); i++)
    write_sample (track, 0);
}

static void
write_frames (Track *track, GstClockTime begin, const gint16 *frames, gsize n_frames,
              gint n_channels)
{
  for (gsize i = 0; i < n_frames; i++) {
    gint sum = 0;

    for (gint k = 0; k < n_channels; k++)
      sum += frames[i * n_channels + k];
    write_sample (track, (gint16) (sum / n_channels));
  }
  track->end = begin + gst_util_uint64_scale (n_frames, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
}

/**
 * aloqa_echo_reference_push_whole:
 * @begin: when the first of @samples was played, by media/timeline.h
 * @samples: mono, of media/audio-format.h's rate, and right after the last ones: a speaker has no
 *   pauses, there is only what is told late
 *
 * Any thread. Kept where @writer is the one.
 */
void
aloqa_echo_reference_push_whole (gconstpointer writer, GstClockTime begin, const gint16 *samples,
                                 gsize n_samples)
{
  g_mutex_lock (&lock);
  if (n_users > 0 && writer == writers[ALOQA_ECHO_REFERENCE_WHOLE])
    write_frames (&tracks[ALOQA_ECHO_REFERENCE_WHOLE], begin, samples, n_samples, 1);
  g_mutex_unlock (&lock);
}

/**
 * aloqa_echo_reference_push_voice:
 * @sample: what a speaker was given to play, of media/feed.h, stamped by media/timeline.h
 *
 * Any thread. Kept where @writer is the one.
 */
void
aloqa_echo_reference_push_voice (gconstpointer writer, GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  Track *track = &tracks[ALOQA_ECHO_REFERENCE_VOICE];
  gint n_channels = 0;
  GstMapInfo map;

  gst_structure_get_int (gst_caps_get_structure (gst_sample_get_caps (sample), 0), "channels",
                         &n_channels);
  if (n_channels <= 0 || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;

  g_mutex_lock (&lock);
  if (n_users > 0 && writer == writers[ALOQA_ECHO_REFERENCE_VOICE]) {
    write_pause (track, GST_BUFFER_PTS (buffer));
    write_frames (track, GST_BUFFER_PTS (buffer), (const gint16 *) map.data,
                  map.size / sizeof (gint16) / n_channels, n_channels);
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
aloqa_echo_reference_find (AloqaEchoReferenceKind kind, GstClockTime time, gint64 *index)
{
  const Track *track = &tracks[kind];
  gboolean has_any;

  g_mutex_lock (&lock);
  has_any = track->ring != NULL && GST_CLOCK_TIME_IS_VALID (track->end);
  if (has_any)
    *index = time >= track->end
                 ? track->n_written + (gint64) gst_util_uint64_scale (
                                          time - track->end, ALOQA_AUDIO_RATE_HZ, GST_SECOND)
                 : track->n_written - (gint64) gst_util_uint64_scale (
                                          track->end - time, ALOQA_AUDIO_RATE_HZ, GST_SECOND);
  g_mutex_unlock (&lock);

  return has_any;
}

/**
 * aloqa_echo_reference_read:
 * @samples: (out): zeros where nothing was played, or it is forgotten
 */
void
aloqa_echo_reference_read (AloqaEchoReferenceKind kind, gint64 index, gint16 *samples,
                           gsize n_samples)
{
  const Track *track = &tracks[kind];

  g_mutex_lock (&lock);
  for (gsize i = 0; i < n_samples; i++, index++) {
    gboolean is_there = track->ring != NULL && index >= 0 && index < track->n_written &&
                        index >= track->n_written - RING_SAMPLES;

    samples[i] = is_there ? track->ring[index & (RING_SAMPLES - 1)] : 0;
  }
  g_mutex_unlock (&lock);
}
