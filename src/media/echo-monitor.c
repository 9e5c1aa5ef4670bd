/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-monitor.h"

#include "media/audio-format.h"
#include "media/audio-player.h"
#include "media/audio-timing.h"
#include "media/echo-reference.h"
#include "media/pulse.h"
#include "media/timeline.h"

/* From one speaker to another there are two for a moment, by the server's numbers. */
typedef struct {
  guint32 index;
  guint32 sink;
} Voice;

struct _AloqaEchoMonitor {
  GArray *voices; /* of Voice, the newest last */
  guint32 sink;   /* where that plays, or none */
  pa_stream *stream;
  AloqaAudioTiming timing;
};

AloqaEchoMonitor *
aloqa_echo_monitor_new (void)
{
  AloqaEchoMonitor *self = g_new0 (AloqaEchoMonitor, 1);

  self->voices = g_array_new (FALSE, FALSE, sizeof (Voice));
  self->sink = PA_INVALID_INDEX;
  return self;
}

static void
close_stream (AloqaEchoMonitor *self)
{
  aloqa_echo_reference_clear_writer (ALOQA_ECHO_REFERENCE_WHOLE, self);
  if (self->stream == NULL)
    return;

  pa_stream_set_read_callback (self->stream, NULL, NULL);
  pa_stream_set_state_callback (self->stream, NULL, NULL);
  pa_stream_disconnect (self->stream);
  g_clear_pointer (&self->stream, pa_stream_unref);
}

/* The voice is the reference again. To be called, too, before the context is dropped. */
void
aloqa_echo_monitor_stop (AloqaEchoMonitor *self)
{
  close_stream (self);
  g_array_set_size (self->voices, 0);
  self->sink = PA_INVALID_INDEX;
}

void
aloqa_echo_monitor_free (AloqaEchoMonitor *self)
{
  aloqa_echo_monitor_stop (self);
  g_array_unref (self->voices);
  g_free (self);
}

/* What arrives now has just been played to its end. */
static void
write_samples (AloqaEchoMonitor *self, const gint16 *samples, gsize n_samples)
{
  GstClockTime now = aloqa_timeline_get_now ();
  GstClockTime duration = gst_util_uint64_scale (n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
  GstClockTime begin =
      aloqa_audio_timing_follow (&self->timing, now > duration ? now - duration : 0);

  aloqa_echo_reference_push_whole (self, begin, samples, n_samples);
  aloqa_audio_timing_advance (&self->timing, n_samples);
}

/* Not before the first sample comes is the voice alone let go. */
static void
read_cb (pa_stream *stream, size_t n_bytes, void *user_data)
{
  AloqaEchoMonitor *self = user_data;
  const void *data;

  while (pa_stream_peek (stream, &data, &n_bytes) == 0 && n_bytes > 0) {
    g_autofree gint16 *hole = data == NULL ? g_malloc0 (n_bytes) : NULL;

    aloqa_echo_reference_set_writer (ALOQA_ECHO_REFERENCE_WHOLE, self);
    write_samples (self, data != NULL ? data : hole, n_bytes / sizeof (gint16));
    pa_stream_drop (stream);
  }
}

static void
state_cb (pa_stream *stream, void *user_data)
{
  if (!PA_STREAM_IS_GOOD (pa_stream_get_state (stream)))
    aloqa_echo_reference_clear_writer (ALOQA_ECHO_REFERENCE_WHOLE, user_data);
}

static void
open_stream (AloqaEchoMonitor *self, pa_context *context, const char *source)
{
  const pa_buffer_attr attributes = { .maxlength = G_MAXUINT32,
                                      .fragsize = ALOQA_AUDIO_BUFFER_BYTES / 2 };

  self->timing.next = GST_CLOCK_TIME_NONE;
  self->stream = aloqa_pulse_make_stream (context, "Echo reference", 1);
  pa_stream_set_read_callback (self->stream, read_cb, self);
  pa_stream_set_state_callback (self->stream, state_cb, self);
  pa_stream_connect_record (self->stream, source, &attributes,
                            PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE);
}

static void
sink_cb (pa_context *context, const pa_sink_info *info, int is_last, void *user_data)
{
  AloqaEchoMonitor *self = user_data;

  if (info == NULL || info->index != self->sink || info->monitor_source_name == NULL)
    return;

  close_stream (self);
  open_stream (self, context, info->monitor_source_name);
}

static gboolean
is_voice (const pa_sink_input_info *info)
{
  return g_strcmp0 (pa_proplist_gets (info->proplist, ALOQA_AUDIO_PLAYER_VOICE),
                    aloqa_audio_player_get_tag ()) == 0;
}

static gboolean
is_open (AloqaEchoMonitor *self)
{
  return self->stream != NULL && PA_STREAM_IS_GOOD (pa_stream_get_state (self->stream));
}

/* A voice that has just begun plays nowhere yet. */
static void
follow (AloqaEchoMonitor *self, pa_context *context)
{
  guint32 sink = PA_INVALID_INDEX;

  for (guint i = 0; i < self->voices->len; i++) {
    const Voice *voice = &g_array_index (self->voices, Voice, i);

    sink = voice->sink != PA_INVALID_INDEX ? voice->sink : sink;
  }
  if (self->sink == sink && (is_open (self) || sink == PA_INVALID_INDEX))
    return;

  self->sink = sink;
  if (sink != PA_INVALID_INDEX)
    aloqa_pulse_forget (pa_context_get_sink_info_by_index (context, sink, sink_cb, self));
  else
    close_stream (self);
}

static Voice *
find_voice (AloqaEchoMonitor *self, guint32 index)
{
  for (guint i = 0; i < self->voices->len; i++) {
    Voice *voice = &g_array_index (self->voices, Voice, i);

    if (voice->index == index)
      return voice;
  }

  return NULL;
}

/**
 * aloqa_echo_monitor_look_at:
 * @info: what a program plays, new or changed, ours or another
 */
void
aloqa_echo_monitor_look_at (AloqaEchoMonitor *self, pa_context *context,
                            const pa_sink_input_info *info)
{
  const Voice voice = { info->index, info->sink };
  Voice *known = find_voice (self, info->index);

  if (!is_voice (info))
    return;

  if (known != NULL)
    *known = voice;
  else
    g_array_append_val (self->voices, voice);
  follow (self, context);
}

/* @index: of what is not played any more */
void
aloqa_echo_monitor_forget (AloqaEchoMonitor *self, pa_context *context, guint32 index)
{
  Voice *known = find_voice (self, index);

  if (known == NULL)
    return;

  g_array_remove_index (self->voices, (guint) (known - (Voice *) self->voices->data));
  follow (self, context);
}
