/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-source-microphone.h"

#include "media/audio-chunker.h"
#include "media/audio-format.h"
#include "media/devices.h"
#include "media/pipeline.h"

#include <gst/app/app.h>

struct _AloqaMicrophone {
  AloqaSource parent_instance;

  char *name;
  AloqaAudioProcessing processing;
  AloqaInlet *inlet;
  GCancellable *cancellable; /* of the search for the device */
  char *title;               /* "The microphone X" */
  GstElement *pipeline;
  guint bus_watch_id;
};

G_DEFINE_FINAL_TYPE (AloqaMicrophone, aloqa_microphone, ALOQA_TYPE_SOURCE)

static GstFlowReturn
new_sample_cb (GstAppSink *sink, gpointer user_data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample == NULL)
    return GST_FLOW_EOS;

  aloqa_audio_chunker_add (user_data, gst_sample_get_buffer (sample));
  return GST_FLOW_OK;
}

static gboolean
bus_message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  AloqaMicrophone *self = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    aloqa_inlet_fail (self->inlet, aloqa_pipeline_dup_error (message, self->title));

  return G_SOURCE_CONTINUE;
}

/*
 * Where no name was given no device is named either, and the server moves the stream along with its
 * default. Timestamps are made from the samples (media/audio-chunker.h), so GStreamer need not bend
 * the sound to our clock. Echo cancellation takes what media/audio-output.h plays.
 */
static GstElement *
make_pipeline (AloqaMicrophone *self, const char *device_id, GError **error)
{
  g_autoptr (GString) description =
      g_string_new ("pulsesrc name=source client-name=Aloqa provide-clock=false slave-method=none "
                    "buffer-time=100000 latency-time=10000 "
                    "stream-properties=\"props,media.role=phone\" ! " ALOQA_AUDIO_CAPS);
  g_autoptr (GstElement) source = NULL;
  GstElement *pipeline;

  if (self->processing != ALOQA_AUDIO_PROCESSING_NONE)
    g_string_append_printf (
        description,
        " ! webrtcdsp high-pass-filter=true voice-detection=false delay-agnostic=true "
        "extended-filter=true echo-cancel=%d noise-suppression=%d gain-control=%d "
        "gain-control-mode=adaptive-digital-legacy",
        (self->processing & ALOQA_AUDIO_PROCESSING_ECHO_CANCEL) != 0,
        (self->processing & ALOQA_AUDIO_PROCESSING_NOISE) != 0,
        (self->processing & ALOQA_AUDIO_PROCESSING_GAIN) != 0);
  g_string_append (description, " ! appsink name=out sync=false enable-last-sample=false");

  pipeline = aloqa_pipeline_parse (description->str, error);
  if (pipeline == NULL)
    return NULL;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  if (*self->name != '\0')
    g_object_set (source, "device", device_id, NULL);

  return pipeline;
}

static void
start_pipeline (AloqaMicrophone *self, AloqaDevice *device)
{
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstBus) bus = NULL;

  self->title = g_strdup_printf ("The microphone “%s”", aloqa_device_get_name (device));
  self->pipeline = make_pipeline (self, aloqa_device_get_id (device), &error);
  if (self->pipeline == NULL) {
    aloqa_inlet_fail (self->inlet, g_steal_pointer (&error));
    return;
  }

  sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "out");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks,
                              aloqa_audio_chunker_new (self->inlet), aloqa_audio_chunker_free);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch_id = gst_bus_add_watch (bus, bus_message_cb, self);
  aloqa_pipeline_play (self->pipeline);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaMicrophone) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDevice) device =
      aloqa_devices_find_finish (ALOQA_DEVICES (object), result, &error);

  if (self->inlet == NULL)
    return;
  if (device != NULL)
    start_pipeline (self, device);
  else
    aloqa_inlet_fail (self->inlet, g_steal_pointer (&error));
}

static void
aloqa_microphone_open (AloqaSource *source, AloqaInlet *inlet)
{
  AloqaMicrophone *self = ALOQA_MICROPHONE (source);
  g_autoptr (AloqaDevices) devices = aloqa_devices_dup_shared ();

  self->inlet = aloqa_inlet_ref (inlet);
  self->cancellable = g_cancellable_new ();
  aloqa_devices_find_async (devices, ALOQA_DEVICE_MICROPHONE, self->name, self->cancellable,
                            found_cb, g_object_ref (self));
}

static void
aloqa_microphone_close (AloqaSource *source)
{
  AloqaMicrophone *self = ALOQA_MICROPHONE (source);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  g_clear_pointer (&self->pipeline, aloqa_pipeline_retire);
  g_clear_pointer (&self->inlet, aloqa_inlet_unref);
}

static void
aloqa_microphone_finalize (GObject *object)
{
  AloqaMicrophone *self = ALOQA_MICROPHONE (object);

  g_free (self->name);
  g_free (self->title);

  G_OBJECT_CLASS (aloqa_microphone_parent_class)->finalize (object);
}

static void
aloqa_microphone_class_init (AloqaMicrophoneClass *klass)
{
  AloqaSourceClass *source_class = ALOQA_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_microphone_finalize;
  source_class->open = aloqa_microphone_open;
  source_class->close = aloqa_microphone_close;
}

static void
aloqa_microphone_init (AloqaMicrophone *self)
{
}

/**
 * aloqa_microphone_new:
 * @name: the id, name or a part of the name of a microphone; "" for the default one
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_microphone_new (const char *name, AloqaAudioProcessing processing)
{
  AloqaMicrophone *self = g_object_new (ALOQA_TYPE_MICROPHONE, NULL);

  self->name = g_strdup (name);
  self->processing = processing;

  return ALOQA_SOURCE (self);
}
