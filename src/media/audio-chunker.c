/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-chunker.h"

#include "media/audio-format.h"
#include "media/audio-timing.h"
#include "media/timeline.h"

#include <gst/base/gstadapter.h>

struct _AloqaAudioChunker {
  AloqaInlet *inlet;
  GstCaps *caps;
  GstAdapter *adapter;
  AloqaAudioTiming timing;
};

/**
 * aloqa_audio_chunker_new:
 * @inlet: where the buffers go
 *
 * Returns: (transfer full): a chunker, for one thread at a time
 */
AloqaAudioChunker *
aloqa_audio_chunker_new (AloqaInlet *inlet)
{
  AloqaAudioChunker *self = g_new0 (AloqaAudioChunker, 1);

  self->inlet = aloqa_inlet_ref (inlet);
  self->caps = gst_caps_from_string (ALOQA_AUDIO_CAPS);
  self->adapter = gst_adapter_new ();
  self->timing.next = GST_CLOCK_TIME_NONE;

  return self;
}

/**
 * aloqa_audio_chunker_add:
 * @piece: (transfer none): sound that ends now
 */
void
aloqa_audio_chunker_add (AloqaAudioChunker *self, GstBuffer *piece)
{
  gsize n_samples = gst_adapter_available (self->adapter) / sizeof (gint16);
  GstClockTime now = aloqa_timeline_get_now (), backlog;

  n_samples += gst_buffer_get_size (piece) / sizeof (gint16);
  backlog = gst_util_uint64_scale (n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
  aloqa_audio_timing_follow (&self->timing, now > backlog ? now - backlog : 0);
  gst_adapter_push (self->adapter, gst_buffer_ref (piece));

  while (gst_adapter_available (self->adapter) >= ALOQA_AUDIO_BUFFER_BYTES) {
    g_autoptr (GstBuffer) taken = gst_adapter_take_buffer (self->adapter, ALOQA_AUDIO_BUFFER_BYTES);
    GstBuffer *buffer = gst_buffer_new ();

    gst_buffer_copy_into (buffer, taken, GST_BUFFER_COPY_MEMORY, 0, -1);
    GST_BUFFER_PTS (buffer) = self->timing.next;
    GST_BUFFER_DURATION (buffer) = ALOQA_AUDIO_BUFFER_DURATION;
    aloqa_inlet_push (self->inlet, buffer, self->caps);
    aloqa_audio_timing_advance (&self->timing, ALOQA_AUDIO_BUFFER_SAMPLES);
  }
}

void
aloqa_audio_chunker_free (gpointer user_data)
{
  AloqaAudioChunker *self = user_data;

  aloqa_inlet_unref (self->inlet);
  gst_caps_unref (self->caps);
  g_object_unref (self->adapter);
  g_free (self);
}
