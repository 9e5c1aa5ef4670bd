/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-source.h"

#include "media/timeline.h"

#include <math.h>
#include <string.h>

#define FPS 30
#define AUDIO_MS 20
#define TONE_HZ 1000

struct _PeerSource {
  GThread *thread;
  gint is_ended; /* these three are atomic */
  gint width_px;
  gint height_px;
  AloqaFeed *audio[2];
  AloqaFeed *video[2];
};

/* A still background with a patch that wanders over it, as somebody before a wall: cheap to make,
 * and neither nothing nor a torture for an encoder. */
static void
draw (guint8 *luma, guint width_px, guint height_px, guint n)
{
  guint size = MIN (width_px, height_px) / 3;
  guint left = (n * 3) % MAX (width_px - size, 1);
  guint top = (n * 2) % MAX (height_px - size, 1);

  for (guint y = 0; y < height_px; y++) {
    for (guint x = 0; x < width_px; x++)
      luma[y * width_px + x] = (guint8) (64 + ((x * 3 + y) / 16) % 64 + ((x ^ y) & 7));
  }
  for (guint y = top; y < MIN (top + size, height_px); y++) {
    for (guint x = left; x < MIN (left + size, width_px); x++)
      luma[y * width_px + x] = (guint8) (128 + (((x - left) * (y - top)) / 64) % 96);
  }
}

static GstSample *
make_picture (guint width_px, guint height_px, guint n)
{
  gsize luma = (gsize) width_px * height_px;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, luma * 3 / 2, NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, (int) width_px, "height",
      G_TYPE_INT, (int) height_px, "framerate", GST_TYPE_FRACTION, FPS, 1, NULL);
  GstMapInfo map;
  GstSample *sample;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  draw (map.data, width_px, height_px, n);
  memset (map.data + luma, 128, luma / 2);
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = aloqa_timeline_get_now ();
  sample = gst_sample_new (buffer, caps, NULL, NULL);
  gst_buffer_unref (buffer);
  return sample;
}

static GstSample *
make_sound (guint n)
{
  guint n_samples = 48000 * AUDIO_MS / 1000;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n_samples * 2, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (
      "audio/x-raw, format=S16LE, rate=48000, channels=1, layout=interleaved");
  GstMapInfo map;
  GstSample *sample;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (guint i = 0; i < n_samples; i++) {
    double t = (double) ((guint64) n * n_samples + i) / 48000;

    ((gint16 *) map.data)[i] = (gint16) (8000 * sin (2 * G_PI * TONE_HZ * t));
  }
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = aloqa_timeline_get_now ();
  GST_BUFFER_DURATION (buffer) = AUDIO_MS * GST_MSECOND;
  sample = gst_sample_new (buffer, caps, NULL, NULL);
  gst_buffer_unref (buffer);
  return sample;
}

static void
push (AloqaFeed *const feeds[2], GstSample *sample)
{
  aloqa_feed_push (feeds[0], sample);
  aloqa_feed_push (feeds[1], sample);
  gst_sample_unref (sample);
}

static gpointer
source_thread (gpointer data)
{
  PeerSource *self = data;
  gint64 start_us = g_get_monotonic_time ();
  guint n_audio = 0;
  guint n_video = 0;

  while (!g_atomic_int_get (&self->is_ended)) {
    gint64 audio_us = start_us + (gint64) n_audio * AUDIO_MS * 1000;
    gint64 video_us = start_us + (gint64) n_video * G_USEC_PER_SEC / FPS;
    gint64 wait_us = MIN (audio_us, video_us) - g_get_monotonic_time ();

    if (wait_us > 0)
      g_usleep ((gulong) wait_us);
    if (audio_us <= video_us)
      push (self->audio, make_sound (n_audio++));
    else
      push (self->video, make_picture ((guint) g_atomic_int_get (&self->width_px),
                                       (guint) g_atomic_int_get (&self->height_px), n_video++));
  }
  return NULL;
}

/* Returns: (transfer full): what pushes into these feeds, which must stay */
PeerSource *
peer_source_start (AloqaFeed *const audio[2], AloqaFeed *const video[2], guint width_px,
                   guint height_px)
{
  PeerSource *self = g_new0 (PeerSource, 1);

  memcpy (self->audio, audio, sizeof self->audio);
  memcpy (self->video, video, sizeof self->video);
  peer_source_set_size (self, width_px, height_px);
  self->thread = g_thread_new ("test-source", source_thread, self);
  return self;
}

void
peer_source_set_size (PeerSource *self, guint width_px, guint height_px)
{
  g_atomic_int_set (&self->width_px, (int) width_px);
  g_atomic_int_set (&self->height_px, (int) height_px);
}

/* @self: (transfer full): nothing is pushed any more when this returns */
void
peer_source_stop (PeerSource *self)
{
  g_atomic_int_set (&self->is_ended, TRUE);
  g_thread_join (self->thread);
  g_free (self);
}
