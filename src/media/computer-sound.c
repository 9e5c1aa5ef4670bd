/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/computer-sound.h"

#include "media/audio-format.h"
#include "media/audio-player.h"
#include "media/echo-line.h"
#include "media/echo-monitor.h"
#include "media/media.h"
#include "media/pulse-connection.h"
#include "media/pulse.h"

#define N_CHANNELS 2
/* The server hands out 20 ms at a time, and is late by as much now and then. */
#define DELAY_MS 60

/* What one program plays. */
typedef struct {
  pa_stream *stream;
  gpointer line;
} Output;

struct _AloqaComputerSound {
  AloqaHop *hop;
  AloqaHopFunc failed;

  /*
   * Changed by the main loop's thread only, and read there without the lock, which is for who fills:
   * the microphone must not wait for the main loop, which may be busy with the server. No other lock
   * is taken under it but an echo line's.
   */
  GMutex outputs_lock;
  GHashTable *outputs; /* index of the server → Output */

  pa_threaded_mainloop *mainloop; /* what follows is of its thread only */
  AloqaPulseConnection *connection;
  AloqaEchoMonitor *monitor;
  gboolean was_ready; /* the connection of now */
  gboolean is_told;   /* that there is no server */
};

static void
free_output (gpointer user_data)
{
  Output *output = user_data;

  pa_stream_set_read_callback (output->stream, NULL, NULL);
  pa_stream_disconnect (output->stream);
  pa_stream_unref (output->stream);
  aloqa_echo_line_free (output->line);
  g_free (output);
}

/* None is freed under the lock. */
static void
remove_output (AloqaComputerSound *self, guint32 index)
{
  gpointer output = NULL;

  g_mutex_lock (&self->outputs_lock);
  g_hash_table_steal_extended (self->outputs, GUINT_TO_POINTER (index), NULL, &output);
  g_mutex_unlock (&self->outputs_lock);
  g_clear_pointer (&output, free_output);
}

static GHashTable *
make_outputs (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, free_output);
}

static void
remove_all_outputs (AloqaComputerSound *self)
{
  g_autoptr (GHashTable) removed = self->outputs;

  g_mutex_lock (&self->outputs_lock);
  self->outputs = make_outputs ();
  g_mutex_unlock (&self->outputs_lock);
}

static void
read_cb (pa_stream *stream, size_t n_bytes, void *user_data)
{
  Output *output = user_data;
  const void *data;

  while (pa_stream_peek (stream, &data, &n_bytes) == 0 && n_bytes > 0) {
    if (data != NULL) /* else a hole */
      aloqa_echo_line_write (output->line, data, n_bytes / (N_CHANNELS * sizeof (gint16)),
                             N_CHANNELS);
    pa_stream_drop (stream);
  }
}

static void
add_output (AloqaComputerSound *self, pa_context *context, guint32 index)
{
  const pa_buffer_attr attributes = { .maxlength = G_MAXUINT32,
                                      .fragsize = ALOQA_AUDIO_BUFFER_BYTES * N_CHANNELS };
  Output *output = g_new0 (Output, 1);

  output->line = aloqa_echo_line_new (NULL, DELAY_MS);
  output->stream = aloqa_pulse_make_stream (context, "Shared sound", N_CHANNELS);
  remove_output (self, index);
  g_mutex_lock (&self->outputs_lock);
  g_hash_table_insert (self->outputs, GUINT_TO_POINTER (index), output);
  g_mutex_unlock (&self->outputs_lock);
  pa_stream_set_monitor_stream (output->stream, index);
  pa_stream_set_read_callback (output->stream, read_cb, output);
  pa_stream_connect_record (output->stream, NULL, &attributes,
                            PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE);
}

static gboolean
is_left_out (const pa_sink_input_info *info)
{
  return info->owner_module != PA_INVALID_INDEX ||
         pa_proplist_contains (info->proplist, "node.link-group") ||
         g_strcmp0 (pa_proplist_gets (info->proplist, PA_PROP_APPLICATION_NAME),
                    ALOQA_AUDIO_PLAYER_CLIENT) == 0;
}

/*
 * A program that has just begun is linked to its speaker a while later. WirePlumber 0.4.13 may fail to do
 * so, for good, where another link of the same program is made at the same time.
 */
static gboolean
plays_somewhere (const pa_sink_input_info *info)
{
  return info->sink != PA_INVALID_INDEX;
}

static void
info_cb (pa_context *context, const pa_sink_input_info *info, int is_last, void *user_data)
{
  AloqaComputerSound *self = user_data;
  const Output *known;

  if (info != NULL)
    aloqa_echo_monitor_look_at (self->monitor, context, info);
  if (info == NULL || is_left_out (info))
    return;
  known = g_hash_table_lookup (self->outputs, GUINT_TO_POINTER (info->index));
  if (known != NULL ? !PA_STREAM_IS_GOOD (pa_stream_get_state (known->stream))
                    : plays_somewhere (info))
    add_output (self, context, info->index);
}

static void
event_cb (pa_context *context, pa_subscription_event_type_t event, uint32_t index, void *user_data)
{
  AloqaComputerSound *self = user_data;

  if ((event & PA_SUBSCRIPTION_EVENT_TYPE_MASK) == PA_SUBSCRIPTION_EVENT_REMOVE) {
    remove_output (self, index);
    aloqa_echo_monitor_forget (self->monitor, context, index);
  } else {
    aloqa_pulse_forget (pa_context_get_sink_input_info (context, index, info_cb, self));
  }
}

static void
ready_cb (pa_context *context, gpointer user_data)
{
  AloqaComputerSound *self = user_data;

  self->was_ready = TRUE;
  self->is_told = FALSE;
  pa_context_set_subscribe_callback (context, event_cb, self);
  aloqa_pulse_forget (pa_context_subscribe (context, PA_SUBSCRIPTION_MASK_SINK_INPUT, NULL, NULL));
  aloqa_pulse_forget (pa_context_get_sink_input_info_list (context, info_cb, self));
}

/* A server that is only started anew is there at the first try. */
static void
lost_cb (pa_context *context, gpointer user_data)
{
  AloqaComputerSound *self = user_data;

  if (self->was_ready || self->is_told)
    return;

  self->is_told = TRUE;
  aloqa_hop_call (self->hop, self->failed,
                  g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND,
                               "What this computer plays is not shared until its sound server "
                               "answers again (%s)",
                               pa_strerror (pa_context_errno (context))),
                  (GDestroyNotify) g_error_free);
}

static void
again_cb (gpointer user_data)
{
  AloqaComputerSound *self = user_data;

  remove_all_outputs (self);
  aloqa_echo_monitor_stop (self->monitor);
  self->was_ready = FALSE;
}

static const AloqaPulseConnectionFuncs connection_funcs = { ready_cb, lost_cb, again_cb };

/**
 * aloqa_computer_sound_new:
 * @hop: (transfer full): whose object is told
 * @failed: called with a #GError, ALOQA_MEDIA_ERROR_NOT_FOUND, when there is no sound server, once
 *   until there was one again
 *
 * Returns: (transfer full): what is played from now on; silent while there is no sound server
 */
AloqaComputerSound *
aloqa_computer_sound_new (AloqaHop *hop, AloqaHopFunc failed)
{
  AloqaComputerSound *self = g_new0 (AloqaComputerSound, 1);

  self->hop = hop;
  self->failed = failed;
  g_mutex_init (&self->outputs_lock);
  self->outputs = make_outputs ();
  self->monitor = aloqa_echo_monitor_new ();
  self->mainloop = pa_threaded_mainloop_new ();
  self->connection =
      aloqa_pulse_connection_new (pa_threaded_mainloop_get_api (self->mainloop),
                                  ALOQA_AUDIO_PLAYER_CLIENT, &connection_funcs, self);
  pa_threaded_mainloop_start (self->mainloop);
  return self;
}

/**
 * aloqa_computer_sound_fill:
 * @samples: (out): the next buffer's worth of media/audio-format.h
 *
 * Any thread; to be called in the rhythm in which buffers are sent.
 */
void
aloqa_computer_sound_fill (AloqaComputerSound *self, gint16 *samples)
{
  gint sum[ALOQA_AUDIO_BUFFER_SAMPLES] = { 0 };
  GHashTableIter iter;
  gpointer output;

  g_mutex_lock (&self->outputs_lock);
  g_hash_table_iter_init (&iter, self->outputs);
  while (g_hash_table_iter_next (&iter, NULL, &output)) {
    aloqa_echo_line_fill (samples, ((Output *) output)->line);
    for (guint i = 0; i < ALOQA_AUDIO_BUFFER_SAMPLES; i++)
      sum[i] += samples[i];
  }
  g_mutex_unlock (&self->outputs_lock);
  for (guint i = 0; i < ALOQA_AUDIO_BUFFER_SAMPLES; i++)
    samples[i] = (gint16) CLAMP (sum[i], G_MININT16, G_MAXINT16);
}

/* Nothing is listened to any more when this returns. */
void
aloqa_computer_sound_free (AloqaComputerSound *self)
{
  pa_threaded_mainloop_stop (self->mainloop);
  g_hash_table_unref (self->outputs);
  aloqa_echo_monitor_free (self->monitor);
  aloqa_pulse_connection_free (self->connection);
  pa_threaded_mainloop_free (self->mainloop);
  g_mutex_clear (&self->outputs_lock);
  aloqa_hop_unref (self->hop);
  g_free (self);
}
