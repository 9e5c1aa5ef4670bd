/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/video-source-camera.h"

#include "media/camera-remote.h"
#include "media/device-turn.h"
#include "media/device-v4l2.h"
#include "media/devices.h"
#include "media/media.h"
#include "media/pipeline.h"
#include "media/pipewire-stream.h"
#include "media/timeline.h"
#include "media/video-tail.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gst/app/app.h>
#include <unistd.h>

/* A camera is closed within a second; whoever asked for its picture gives up a little later than this
 * (media/source-switch.c), and would not know why. */
#define TURN_LIMIT_MS 5000

struct _AloqaVideoCamera {
  AloqaSource parent_instance;

  char *name;
  GstVideoInfo info;
  AloqaInlet *inlet;
  GCancellable *cancellable; /* of the search for the device */
  gboolean is_asking;        /* the person, in a sandbox */
  int fd;                    /* a sandbox's connection to PipeWire, not used yet; or -1 */
  AloqaDevices *devices;
  AloqaDevice *device;
  char *title; /* "The camera X" */

  GstElement *pipeline;
  guint bus_watch_id;
  AloqaPipewireStream *stream;
  GstAppSrc *appsrc; /* where the stream's frames go in */
};

G_DEFINE_FINAL_TYPE (AloqaVideoCamera, aloqa_video_camera, ALOQA_TYPE_SOURCE)

/* Cameras that are seen by PipeWire: a decoder behind the frames that our stream copies out. */
#define STREAM_HEAD                                                                                \
  "appsrc name=source format=time is-live=true leaky-type=downstream max-buffers=2 max-bytes=0 "   \
  "! decodebin name=decoder"

/* The same preference as in media/pipewire-format.c. */
#define V4L2_HEAD                                                                                  \
  "v4l2src name=source ! capsfilter "                                                              \
  "caps=\"video/x-raw,width=%d,height=%d,framerate=[%d/1,240/1];"                                  \
  "image/jpeg,width=%d,height=%d,framerate=[%d/1,240/1];video/x-raw;image/jpeg\" "                 \
  "! decodebin name=decoder"

static void
pad_added_cb (GstElement *decoder, GstPad *pad, GstElement *tail)
{
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (tail, "sink");

  if (!gst_pad_is_linked (sink_pad))
    gst_pad_link (pad, sink_pad);
}

static gboolean
bus_message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  AloqaVideoCamera *self = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    aloqa_inlet_fail (self->inlet, aloqa_pipeline_dup_error (message, self->title));

  return G_SOURCE_CONTINUE;
}

/* Returns: (transfer full) (nullable): the element "source" of a pipeline that has been started */
static GstElement *
start_pipeline (AloqaVideoCamera *self, const char *head, const char *device_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) decoder = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstElement *tail;

  self->pipeline = aloqa_pipeline_parse (head, &error);
  if (self->pipeline == NULL) {
    aloqa_inlet_fail (self->inlet, g_steal_pointer (&error));
    return NULL;
  }

  aloqa_timeline_adopt (GST_PIPELINE (self->pipeline));
  tail = aloqa_video_tail_new (&self->info, FALSE, self->inlet);
  gst_bin_add (GST_BIN (self->pipeline), tail);
  decoder = gst_bin_get_by_name (GST_BIN (self->pipeline), "decoder");
  g_signal_connect_object (decoder, "pad-added", G_CALLBACK (pad_added_cb), tail, 0);
  source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  if (device_path != NULL)
    g_object_set (source, "device", device_path, NULL);

  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch_id = gst_bus_add_watch (bus, bus_message_cb, self);
  aloqa_pipeline_play (self->pipeline);

  return g_steal_pointer (&source);
}

static void
stream_frame_cb (GstSample *sample, gpointer user_data)
{
  gst_app_src_push_sample (((AloqaVideoCamera *) user_data)->appsrc, sample);
}

static void
stream_failed_cb (GError *error, gpointer user_data)
{
  AloqaVideoCamera *self = user_data;

  g_prefix_error (&error, "%s: ", self->title);
  aloqa_inlet_fail (self->inlet, error);
}

static const AloqaPipewireStreamFuncs stream_funcs = { stream_frame_cb, stream_failed_cb };

static void
open_stream (AloqaVideoCamera *self)
{
  const AloqaPipewireTarget target = { .name = aloqa_device_get_id (self->device), .fd = self->fd };
  GError *error = NULL;

  self->appsrc = (GstAppSrc *) start_pipeline (self, STREAM_HEAD, NULL);
  if (self->appsrc == NULL)
    return;

  self->stream = aloqa_pipewire_stream_new (&target, &self->info, &stream_funcs, self, &error);
  self->fd = -1; /* taken */
  if (self->stream == NULL)
    stream_failed_cb (error, self);
}

/* GStreamer's own error does not tell a missing permission, or device, from a broken device. */
static gboolean
may_open (AloqaVideoCamera *self, const char *path)
{
  GError *error;

  if (g_access (path, R_OK | W_OK) == 0)
    return TRUE;

  if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
    error =
        g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE, "%s was unplugged", self->title);
  else
    error = g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_DENIED,
                         "%s may not be used: %s; on most systems the group “video” opens %s",
                         self->title, g_strerror (errno), path);
  aloqa_inlet_fail (self->inlet, error);
  return FALSE;
}

static void
turn_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaVideoCamera) self = user_data;
  const char *path = aloqa_device_get_id (self->device);
  gint width = self->info.width, height = self->info.height, min_fps = self->info.fps_n * 3 / 5;
  g_autofree char *head =
      g_strdup_printf (V4L2_HEAD, width, height, min_fps, width, height, min_fps);
  g_autoptr (GstElement) source = NULL;
  GError *error = NULL;

  if (!aloqa_device_turn_wait_finish (result, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_error_free (error);
    else
      aloqa_inlet_fail (self->inlet, error);
  } else if (may_open (self, path)) {
    source = start_pipeline (self, head, path);
  }
}

/* PipeWire does not always tell a stream that its node is gone. */
static void
removed_cb (AloqaDevices *devices, AloqaDevice *device, AloqaVideoCamera *self)
{
  if (device == self->device)
    aloqa_inlet_fail (self->inlet, g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE,
                                                "%s was unplugged", self->title));
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaVideoCamera) self = user_data;
  g_autoptr (GError) error = NULL;
  AloqaDevice *device = aloqa_devices_find_finish (ALOQA_DEVICES (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (device == NULL) {
    aloqa_inlet_fail (self->inlet, g_steal_pointer (&error));
    return;
  }

  self->device = device;
  self->title = g_strdup_printf ("The camera “%s”", aloqa_device_get_name (device));
  g_signal_connect_object (self->devices, "removed", G_CALLBACK (removed_cb), self, 0);
  if (aloqa_device_v4l2_is_one (device))
    aloqa_device_turn_wait_async (aloqa_device_get_id (device), TURN_LIMIT_MS, self->cancellable,
                                  turn_cb, g_object_ref (self));
  else
    open_stream (self);
}

static void
granted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaVideoCamera) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_asking = FALSE;
  if (!aloqa_camera_remote_open_finish (result, &self->fd, &error)) {
    if (self->inlet != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      aloqa_inlet_fail (self->inlet, g_steal_pointer (&error));
    return;
  }
  if (self->inlet == NULL)
    return;

  aloqa_devices_connect_cameras (self->devices);
  aloqa_devices_find_async (self->devices, ALOQA_DEVICE_CAMERA, self->name, self->cancellable,
                            found_cb, g_object_ref (self));
}

static void
aloqa_video_camera_open (AloqaSource *source, AloqaInlet *inlet)
{
  AloqaVideoCamera *self = ALOQA_VIDEO_CAMERA (source);

  self->inlet = aloqa_inlet_ref (inlet);
  self->devices = aloqa_devices_dup_shared ();
  self->cancellable = g_cancellable_new ();
  self->is_asking = TRUE;
  aloqa_camera_remote_open_async (self->cancellable, granted_cb, g_object_ref (self));
}

static void
close_pipeline (AloqaVideoCamera *self)
{
  GstElement *pipeline = g_steal_pointer (&self->pipeline);

  if (pipeline != NULL && aloqa_device_v4l2_is_one (self->device))
    aloqa_device_turn_close (aloqa_device_get_id (self->device), aloqa_pipeline_stop, pipeline);
  else if (pipeline != NULL)
    aloqa_pipeline_retire (pipeline);
}

/* The camera itself first. One of the kernel's goes off a moment later, on another thread. */
static void
aloqa_video_camera_close (AloqaSource *source)
{
  AloqaVideoCamera *self = ALOQA_VIDEO_CAMERA (source);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->devices != NULL)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  g_clear_pointer (&self->stream, aloqa_pipewire_stream_free);
  gst_clear_object (&self->appsrc);
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  close_pipeline (self);
  g_clear_object (&self->devices);
  g_clear_pointer (&self->inlet, aloqa_inlet_unref);
}

static gboolean
aloqa_video_camera_may_be_silent (AloqaSource *source)
{
  return ALOQA_VIDEO_CAMERA (source)->is_asking;
}

/* PipeWire gives one camera to many; the kernel to one. */
static gboolean
aloqa_video_camera_is_in_way_of (AloqaSource *source, AloqaSource *next)
{
  AloqaVideoCamera *self = ALOQA_VIDEO_CAMERA (source);

  return self->device != NULL && aloqa_device_v4l2_is_one (self->device) &&
         ALOQA_IS_VIDEO_CAMERA (next) &&
         aloqa_devices_lookup (self->devices, ALOQA_DEVICE_CAMERA,
                               ALOQA_VIDEO_CAMERA (next)->name) == self->device;
}

static void
aloqa_video_camera_finalize (GObject *object)
{
  AloqaVideoCamera *self = ALOQA_VIDEO_CAMERA (object);

  if (self->fd >= 0)
    close (self->fd);
  g_clear_object (&self->device);
  g_free (self->name);
  g_free (self->title);

  G_OBJECT_CLASS (aloqa_video_camera_parent_class)->finalize (object);
}

static void
aloqa_video_camera_class_init (AloqaVideoCameraClass *klass)
{
  AloqaSourceClass *source_class = ALOQA_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_video_camera_finalize;
  source_class->open = aloqa_video_camera_open;
  source_class->close = aloqa_video_camera_close;
  source_class->may_be_silent = aloqa_video_camera_may_be_silent;
  source_class->is_in_way_of = aloqa_video_camera_is_in_way_of;
}

static void
aloqa_video_camera_init (AloqaVideoCamera *self)
{
  self->fd = -1;
}

/**
 * aloqa_video_camera_new:
 * @name: the id, name or a part of the name of a camera; "" for the default one
 * @info: what its pictures shall become, I420
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_video_camera_new (const char *name, const GstVideoInfo *info)
{
  AloqaVideoCamera *self = g_object_new (ALOQA_TYPE_VIDEO_CAMERA, NULL);

  self->name = g_strdup (name);
  self->info = *info;

  return ALOQA_SOURCE (self);
}
