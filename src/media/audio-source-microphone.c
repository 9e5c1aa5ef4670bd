/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-source-microphone.h"

#include "media/audio-chunker.h"
#include "media/audio-format.h"
#include "media/codecs.h"
#include "media/devices.h"
#include "media/echo-canceller.h"
#include "media/pipeline.h"
#include "media/timeline.h"

#include <gst/app/app.h>

struct _AloqaMicrophone {
  AloqaSource parent_instance;

  char *name;
  AloqaAudioProcessing processing;
  AloqaFeed *input_feed;
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

static void
set_if_there (GstElement *element, const char *property, gboolean value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property) != NULL)
    g_object_set (element, property, value, NULL);
}

/* Some of the voice processor's properties are gone in newer versions, which do it by themselves. */
static void
set_processing (AloqaMicrophone *self, GstElement *processor)
{
  g_object_set (processor, "echo-cancel", FALSE, "noise-suppression",
                (self->processing & ALOQA_AUDIO_PROCESSING_NOISE) != 0, "gain-control",
                (self->processing & ALOQA_AUDIO_PROCESSING_GAIN) != 0, NULL);
  set_if_there (processor, "delay-agnostic", TRUE);
  if ((self->processing & ALOQA_AUDIO_PROCESSING_ECHO_CANCEL) != 0)
    aloqa_echo_canceller_attach (processor, aloqa_timeline_get_now);
}

/* What the device gives, while the processor works on it; of its threads. */
typedef struct {
  AloqaFeed *feed;
  GstCaps *caps;
} Tap;

static GstPadProbeReturn
input_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Tap *tap = user_data;
  g_autoptr (GstSample) sample =
      gst_sample_new (GST_PAD_PROBE_INFO_BUFFER (info), tap->caps, NULL, NULL);

  aloqa_feed_push (tap->feed, sample);
  return GST_PAD_PROBE_OK;
}

static void
free_tap (gpointer user_data)
{
  Tap *tap = user_data;

  g_object_unref (tap->feed);
  gst_caps_unref (tap->caps);
  g_free (tap);
}

static void
tap_input (AloqaMicrophone *self, GstElement *source)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  Tap *tap = g_new0 (Tap, 1);

  tap->feed = g_object_ref (self->input_feed);
  tap->caps = gst_caps_from_string (ALOQA_AUDIO_CAPS);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, input_cb, tap, free_tap);
}

/*
 * Where no name was given no device is named either, and the server moves the stream along with its
 * default. Our timestamps are made from the samples (media/audio-chunker.h), so GStreamer need not
 * bend the sound to our clock: its own stamps are for the voice processor only.
 */
static GstElement *
make_pipeline (AloqaMicrophone *self, const char *device_id, GError **error)
{
  gboolean is_processed = self->processing != ALOQA_AUDIO_PROCESSING_NONE;
  g_autofree char *description =
      g_strconcat ("pulsesrc name=source client-name=Aloqa provide-clock=false "
                   "slave-method=re-timestamp buffer-time=400000 latency-time=10000 "
                   "stream-properties=\"props,media.role=phone\" ! " ALOQA_AUDIO_CAPS,
                   is_processed ? " ! webrtcdsp name=processor" : "",
                   " ! appsink name=out sync=false enable-last-sample=false", NULL);
  GstElement *pipeline = aloqa_pipeline_parse (description, error);
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) processor = NULL;

  if (pipeline == NULL)
    return NULL;

  aloqa_timeline_adopt (GST_PIPELINE (pipeline));
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  if (*self->name != '\0')
    g_object_set (source, "device", device_id, NULL);
  processor = gst_bin_get_by_name (GST_BIN (pipeline), "processor");
  if (processor != NULL) {
    set_processing (self, processor);
    tap_input (self, source);
  }

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
  g_object_unref (self->input_feed);

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
 * @input_feed: where what is processed goes before that, too, from the microphone's thread
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_microphone_new (const char *name, AloqaAudioProcessing processing, AloqaFeed *input_feed)
{
  AloqaMicrophone *self = g_object_new (ALOQA_TYPE_MICROPHONE, NULL);
  g_autoptr (GError) error = NULL;

  self->name = g_strdup (name);
  self->input_feed = g_object_ref (input_feed);
  if (processing == ALOQA_AUDIO_PROCESSING_NONE || aloqa_codecs_check_group ("Voice", &error))
    self->processing = processing;
  else
    g_message ("The microphone is taken as it is: %s", error->message);

  return ALOQA_SOURCE (self);
}
