/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-pacer.h"

#include "media/audio-format.h"
#include "media/ticker.h"

struct _AloqaAudioPacer {
  AloqaInlet *inlet;
  AloqaAudioFillFunc fill;
  gpointer user_data;
  GstCaps *caps;
  AloqaTicker *ticker;
};

static void
push_buffer (GstClockTime due, gpointer user_data)
{
  AloqaAudioPacer *self = user_data;
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, ALOQA_AUDIO_BUFFER_BYTES, NULL);
  GstMapInfo map;
  gboolean is_filled;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  is_filled = self->fill ((gint16 *) map.data, self->user_data);
  gst_buffer_unmap (buffer, &map);
  if (!is_filled)
    return;

  /* As if it had been recorded: the buffer ends now. */
  GST_BUFFER_PTS (buffer) =
      due > ALOQA_AUDIO_BUFFER_DURATION ? due - ALOQA_AUDIO_BUFFER_DURATION : 0;
  GST_BUFFER_DURATION (buffer) = ALOQA_AUDIO_BUFFER_DURATION;
  aloqa_inlet_push (self->inlet, g_steal_pointer (&buffer), self->caps);
}

/**
 * aloqa_audio_pacer_start:
 * @fill: called every 20 ms, the first time at once
 *
 * Returns: (transfer full): for aloqa_audio_pacer_stop()
 */
AloqaAudioPacer *
aloqa_audio_pacer_start (AloqaInlet *inlet, AloqaAudioFillFunc fill, gpointer user_data)
{
  AloqaAudioPacer *self = g_new0 (AloqaAudioPacer, 1);

  self->inlet = aloqa_inlet_ref (inlet);
  self->fill = fill;
  self->user_data = user_data;
  self->caps = gst_caps_from_string (ALOQA_AUDIO_CAPS);
  self->ticker = aloqa_ticker_start ("sound", ALOQA_AUDIO_BUFFERS_PER_S, push_buffer, self);

  return self;
}

/**
 * aloqa_audio_pacer_stop:
 * @self: (transfer full): a pacer
 *
 * Nothing is filled or pushed any more when this returns.
 */
void
aloqa_audio_pacer_stop (AloqaAudioPacer *self)
{
  aloqa_ticker_stop (self->ticker);
  aloqa_inlet_unref (self->inlet);
  gst_caps_unref (self->caps);
  g_free (self);
}
