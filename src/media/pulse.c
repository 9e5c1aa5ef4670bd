/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pulse.h"

#include "media/audio-format.h"

/**
 * aloqa_pulse_forget:
 * @operation: (nullable) (transfer full): what was asked for; its answer comes nevertheless
 */
void
aloqa_pulse_forget (pa_operation *operation)
{
  if (operation != NULL)
    pa_operation_unref (operation);
}

/**
 * aloqa_pulse_make_stream:
 * @name: what the server calls it
 *
 * To record what is played, in the format of media/audio-format.h. One that has lost what it is for, or
 * has not found it yet, must not get anything else: it would get the microphone.
 *
 * Returns: (transfer full): a stream that is not connected
 */
pa_stream *
aloqa_pulse_make_stream (pa_context *context, const char *name, guint n_channels)
{
  const pa_sample_spec format = { PA_SAMPLE_S16NE, ALOQA_AUDIO_RATE_HZ, (guint8) n_channels };
  pa_proplist *properties = pa_proplist_new ();
  pa_stream *stream;

  pa_proplist_sets (properties, "node.dont-fallback", "true");
  pa_proplist_sets (properties, "node.linger", "true");
  stream = pa_stream_new_with_proplist (context, name, &format, NULL, properties);
  pa_proplist_free (properties);
  return stream;
}
