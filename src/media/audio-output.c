/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-output.h"

#include "media/audio-format.h"
#include "media/audio-timing.h"
#include "media/codecs.h"
#include "media/devices.h"
#include "media/echo-reference.h"
#include "media/media.h"
#include "media/pipeline.h"
#include "media/source-name.h"
#include "media/timeline.h"

#include <gst/app/app.h>
#include <gst/audio/audio.h>

/* Writing what is left of a file takes milliseconds; a disk that hangs is not waited for. */
#define FILE_END_LIMIT (2 * GST_SECOND)

struct _AloqaAudioOutput {
  GObject parent_instance;

  AloqaFeed *feed;
  char *sink;
  gboolean is_started;
  GCancellable *cancellable; /* of the search for the device */

  char *title; /* "The speaker X" */
  GstElement *pipeline;
  guint bus_watch_id;
  gboolean is_file;

  /* The feed's thread only, while the listener is there. */
  guint listener_id;
  GstAppSrc *appsrc;
  AloqaAudioTiming timing;
};

enum { OPENED, ERROR, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaAudioOutput, aloqa_audio_output, G_TYPE_OBJECT)

/* Frames are stamped anew: a peer's say when they were due out of its jitter buffer. */
static void
buffer_cb (GstSample *sample, gpointer user_data)
{
  AloqaAudioOutput *self = user_data;
  g_autoptr (GstSample) stamped = NULL;
  g_autoptr (GstBuffer) buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, gst_sample_get_caps (sample)))
    return;

  GST_BUFFER_PTS (buffer) = aloqa_audio_timing_follow (&self->timing, aloqa_timeline_get_now ());
  aloqa_audio_timing_advance (&self->timing, gst_buffer_get_size (buffer) / info.bpf);
  stamped = gst_sample_new (buffer, gst_sample_get_caps (sample), NULL, NULL);
  gst_app_src_push_sample (self->appsrc, stamped);
  if (!self->is_file)
    aloqa_echo_reference_push (stamped);
}

/* A WAV file with no sound at all would have no valid header. */
static void
push_silence (AloqaAudioOutput *self)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, ALOQA_AUDIO_BUFFER_BYTES, NULL);

  gst_buffer_memset (buffer, 0, 0, ALOQA_AUDIO_BUFFER_BYTES);
  GST_BUFFER_PTS (buffer) = 0;
  gst_app_src_push_buffer (self->appsrc, buffer);
}

static void
complete_file (AloqaAudioOutput *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = NULL;

  if (!GST_CLOCK_TIME_IS_VALID (self->timing.next))
    push_silence (self);
  gst_app_src_end_of_stream (self->appsrc);
  message = gst_bus_timed_pop_filtered (bus, FILE_END_LIMIT, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
}

static void
close_sink (AloqaAudioOutput *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  aloqa_feed_remove_listener (self->feed, &self->listener_id);
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  if (self->pipeline != NULL && self->is_file)
    complete_file (self);
  gst_clear_object (&self->appsrc);
  g_clear_pointer (&self->pipeline, aloqa_pipeline_retire);
  g_clear_pointer (&self->title, g_free);
}

static void
fail (AloqaAudioOutput *self, const GError *error)
{
  self->is_file = FALSE; /* nothing to complete */
  aloqa_audio_output_set_sink (self, "null", NULL);
  g_signal_emit (self, signals[ERROR], 0, error);
}

static gboolean
bus_message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  AloqaAudioOutput *self = user_data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;

  error = aloqa_pipeline_dup_error (message, self->title);
  fail (self, error);
  return G_SOURCE_CONTINUE; /* failing has removed this watch */
}

/* Takes the feed into a pipeline that has an appsrc "in" and a sink "out". */
static void
start_pipeline (AloqaAudioOutput *self, const char *description, const char *out_property,
                const char *out_value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) out = NULL;
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = aloqa_pipeline_parse (description, &error);
  if (self->pipeline == NULL) {
    fail (self, error);
    return;
  }

  aloqa_timeline_adopt (GST_PIPELINE (self->pipeline));
  out = gst_bin_get_by_name (GST_BIN (self->pipeline), "out");
  if (out_value != NULL)
    g_object_set (out, out_property, out_value, NULL);
  self->appsrc = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (self->pipeline), "in"));
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch_id = gst_bus_add_watch (bus, bus_message_cb, self);
  aloqa_pipeline_play (self->pipeline);
  self->timing.next = GST_CLOCK_TIME_NONE;
  self->listener_id = aloqa_feed_add_listener (self->feed, buffer_cb, self);
  g_signal_emit (self, signals[OPENED], 0);
}

static void
open_file (AloqaAudioOutput *self, const char *path)
{
  self->is_file = TRUE;
  self->title = g_strdup_printf ("The file %s", path);
  start_pipeline (self,
                  "appsrc name=in format=time is-live=true caps=\"" ALOQA_AUDIO_CAPS "\" "
                  "! audioconvert ! " ALOQA_AUDIO_CAPS
                  " ! wavenc ! filesink name=out async=false sync=false",
                  "location", path);
}

static void
open_speaker (AloqaAudioOutput *self, AloqaDevice *device)
{
  /* Without a name the server chooses, and moves the stream along with its default. */
  gboolean has_name = *aloqa_source_name_after (self->sink, "speaker") != '\0';

  self->is_file = FALSE;
  self->title = g_strdup_printf ("The speaker “%s”", aloqa_device_get_name (device));
  start_pipeline (self,
                  "appsrc name=in format=time is-live=true leaky-type=downstream max-bytes=0 "
                  "max-time=200000000 ! pulsesink name=out client-name=Aloqa provide-clock=false "
                  "buffer-time=" ALOQA_AUDIO_OUTPUT_LATENCY_US " latency-time=10000 "
                  "stream-properties=\"props,media.role=phone\"",
                  "device", has_name ? aloqa_device_get_id (device) : NULL);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaAudioOutput) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDevice) device =
      aloqa_devices_find_finish (ALOQA_DEVICES (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (device != NULL)
    open_speaker (self, device);
  else
    fail (self, error);
}

static void
open_sink (AloqaAudioOutput *self)
{
  const char *name;

  if ((name = aloqa_source_name_after (self->sink, "file")) != NULL) {
    open_file (self, name);
  } else if ((name = aloqa_source_name_after (self->sink, "speaker")) != NULL) {
    g_autoptr (AloqaDevices) devices = aloqa_devices_dup_shared ();

    self->cancellable = g_cancellable_new ();
    aloqa_devices_find_async (devices, ALOQA_DEVICE_SPEAKER, name, self->cancellable, found_cb,
                              g_object_ref (self));
  }
}

static gboolean
check_sink (const char *sink, GError **error)
{
  const char *path = aloqa_source_name_after (sink, "file");

  if (g_str_equal (sink, "null"))
    return TRUE;
  if (aloqa_source_name_after (sink, "speaker") != NULL)
    return aloqa_codecs_check_group ("Sound", error);
  if (path != NULL && *path != '\0')
    return aloqa_codecs_check_group ("Files", error);

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME,
               "“%s” is no audio sink; it is one of null, speaker[:NAME], file:PATH", sink);
  return FALSE;
}

static void
aloqa_audio_output_dispose (GObject *object)
{
  AloqaAudioOutput *self = ALOQA_AUDIO_OUTPUT (object);

  if (self->feed != NULL)
    close_sink (self);
  g_clear_object (&self->feed);
  g_clear_pointer (&self->sink, g_free);

  G_OBJECT_CLASS (aloqa_audio_output_parent_class)->dispose (object);
}

static void
aloqa_audio_output_class_init (AloqaAudioOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_audio_output_dispose;
  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[ERROR] = g_signal_new ("error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_audio_output_init (AloqaAudioOutput *self)
{
  self->sink = g_strdup ("null");
}

/**
 * aloqa_audio_output_new:
 * @feed: what to play
 *
 * Returns: (transfer full): an output that has not been started, with the sink `null`
 */
AloqaAudioOutput *
aloqa_audio_output_new (AloqaFeed *feed)
{
  AloqaAudioOutput *self = g_object_new (ALOQA_TYPE_AUDIO_OUTPUT, NULL);

  self->feed = g_object_ref (feed);
  return self;
}

/**
 * aloqa_audio_output_set_sink:
 * @sink: see the type
 * @error: ALOQA_MEDIA_ERROR_BAD_NAME, ALOQA_MEDIA_ERROR_MISSING_PART; what goes wrong later is told
 *   by the signal "error"
 *
 * Before aloqa_audio_output_start() nothing is opened.
 *
 * Returns: FALSE with @error and nothing changed where there is no such sink
 */
gboolean
aloqa_audio_output_set_sink (AloqaAudioOutput *self, const char *sink, GError **error)
{
  g_autofree char *copy = g_strdup (sink);

  if (!check_sink (sink, error))
    return FALSE;

  close_sink (self);
  g_free (self->sink);
  self->sink = g_steal_pointer (&copy);
  if (self->is_started)
    open_sink (self);

  return TRUE;
}

/**
 * aloqa_audio_output_get_sink:
 *
 * Returns: (transfer none): the sink that was set last, "null" after an error
 */
const char *
aloqa_audio_output_get_sink (AloqaAudioOutput *self)
{
  return self->sink;
}

/**
 * aloqa_audio_output_start:
 *
 * Opens the sink. Again does nothing.
 */
void
aloqa_audio_output_start (AloqaAudioOutput *self)
{
  if (self->is_started)
    return;

  self->is_started = TRUE;
  open_sink (self);
}

/**
 * aloqa_audio_output_stop:
 *
 * Silent at once, and keeps the sink's name for another start. A file is complete when this
 * returns.
 */
void
aloqa_audio_output_stop (AloqaAudioOutput *self)
{
  self->is_started = FALSE;
  close_sink (self);
}
