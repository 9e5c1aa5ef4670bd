/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-stream.h"

#include "media/media.h"
#include "media/pipewire-format.h"
#include "media/pipewire-loop.h"
#include "media/timeline.h"

#include <spa/param/buffers.h>
#include <spa/param/param.h>

/* A frame's own time is believed if it is not older than this, nor of the future. */
#define MAX_AGE (500 * GST_MSECOND)

struct _AloqaPipewireStream {
  const AloqaPipewireStreamFuncs *funcs;
  gpointer user_data;
  GstVideoInfo wanted;

  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_listener;
  struct pw_stream *stream;
  struct spa_hook stream_listener;

  /* The loop's thread only. */
  GstCaps *caps;
  GstVideoInfo info; /* unknown format: JPEG */
  gboolean has_failed;
};

static void
fail (AloqaPipewireStream *self, const char *reason)
{
  if (self->has_failed)
    return;

  self->has_failed = TRUE;
  self->funcs->failed (g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE,
                                    "PipeWire ended the picture: %s", reason),
                       self->user_data);
}

/* Puts the planes where the producer has them: one block of memory, one stride. */
static gboolean
add_layout (AloqaPipewireStream *self, GstBuffer *buffer, gsize size_bytes, gint stride_bytes)
{
  GstVideoInfo info = self->info;

  if (info.finfo->format == GST_VIDEO_FORMAT_UNKNOWN)
    return TRUE;

  if (stride_bytes > info.stride[0]) {
    gsize offset = 0;

    for (guint i = 0; i < info.finfo->n_planes; i++) {
      guint component = i; /* in our formats the first component of a plane has its number */

      info.offset[i] = offset;
      info.stride[i] = (gint) ((gint64) info.stride[i] * stride_bytes / self->info.stride[0]);
      offset += (gsize) info.stride[i] *
                GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (info.finfo, component, info.height);
    }
    info.size = offset;
  }
  if (info.size > size_bytes)
    return FALSE;

  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, info.finfo->format, info.width,
                                  info.height, info.finfo->n_planes, info.offset, info.stride);
  return TRUE;
}

static GstClockTime
get_pts (struct spa_buffer *spa_buffer)
{
  const struct spa_meta_header *header =
      spa_buffer_find_meta_data (spa_buffer, SPA_META_Header, sizeof *header);
  GstClockTime now = aloqa_timeline_get_now ();
  gint64 age;

  if (header == NULL || header->pts <= 0)
    return now;

  age = g_get_monotonic_time () * 1000 - header->pts;
  return age > 0 && age < (gint64) MIN (MAX_AGE, now) ? now - age : now;
}

static gboolean
is_corrupted (struct spa_buffer *spa_buffer)
{
  const struct spa_meta_header *header =
      spa_buffer_find_meta_data (spa_buffer, SPA_META_Header, sizeof *header);

  return (header != NULL && (header->flags & SPA_META_HEADER_FLAG_CORRUPTED) != 0) ||
         (spa_buffer->datas[0].chunk->flags & SPA_CHUNK_FLAG_CORRUPTED) != 0;
}

/* Returns: (transfer full) (nullable): a copy, so that the producer has its memory back at once */
static GstBuffer *
copy_frame (AloqaPipewireStream *self, struct spa_buffer *spa_buffer)
{
  const struct spa_data *data = &spa_buffer->datas[0];
  g_autoptr (GstBuffer) buffer = NULL;
  guint32 offset, size;

  if (spa_buffer->n_datas != 1 || data->data == NULL || data->chunk->size == 0 ||
      is_corrupted (spa_buffer))
    return NULL;

  offset = MIN (data->chunk->offset, data->maxsize);
  size = MIN (data->chunk->size, data->maxsize - offset);
  buffer = gst_buffer_new_memdup ((const guint8 *) data->data + offset, size);
  if (!add_layout (self, buffer, size, data->chunk->stride))
    return NULL;
  GST_BUFFER_PTS (buffer) = get_pts (spa_buffer);

  return g_steal_pointer (&buffer);
}

static void
process_cb (void *user_data)
{
  AloqaPipewireStream *self = user_data;
  struct pw_buffer *newest = NULL, *next;
  g_autoptr (GstBuffer) buffer = NULL;

  while ((next = pw_stream_dequeue_buffer (self->stream)) != NULL) {
    if (newest != NULL)
      pw_stream_queue_buffer (self->stream, newest);
    newest = next;
  }
  if (newest == NULL)
    return;

  if (self->caps != NULL)
    buffer = copy_frame (self, newest->buffer);
  pw_stream_queue_buffer (self->stream, newest);
  if (buffer != NULL) {
    g_autoptr (GstSample) sample = gst_sample_new (buffer, self->caps, NULL, NULL);

    self->funcs->frame (sample, self->user_data);
  }
}

static void
param_changed_cb (void *user_data, uint32_t id, const struct spa_pod *param)
{
  AloqaPipewireStream *self = user_data;
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[2];

  if (id != SPA_PARAM_Format || param == NULL)
    return;

  gst_clear_caps (&self->caps);
  self->caps = aloqa_pipewire_format_parse (param, &self->info);
  if (self->caps == NULL) {
    fail (self, "its format is none that was asked for");
    return;
  }

  params[0] = spa_pod_builder_add_object (
      &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
      SPA_POD_CHOICE_RANGE_Int (4, 2, 16), SPA_PARAM_BUFFERS_blocks, SPA_POD_Int (1),
      SPA_PARAM_BUFFERS_dataType,
      SPA_POD_CHOICE_FLAGS_Int (1 << SPA_DATA_MemPtr | 1 << SPA_DATA_MemFd));
  params[1] = spa_pod_builder_add_object (&builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                          SPA_PARAM_META_type, SPA_POD_Id (SPA_META_Header),
                                          SPA_PARAM_META_size,
                                          SPA_POD_Int (sizeof (struct spa_meta_header)));
  pw_stream_update_params (self->stream, params, G_N_ELEMENTS (params));
}

static void
state_changed_cb (void *user_data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *error)
{
  AloqaPipewireStream *self = user_data;

  g_debug ("PipeWire stream: %s → %s", pw_stream_state_as_string (old),
           pw_stream_state_as_string (state));
  if (state == PW_STREAM_STATE_ERROR)
    fail (self, error != NULL ? error : "no reason given");
  else if (state == PW_STREAM_STATE_UNCONNECTED)
    fail (self, "its node is gone");
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = state_changed_cb,
  .param_changed = param_changed_cb,
  .process = process_cb,
};

static void
core_error_cb (void *user_data, uint32_t id, int seq, int result, const char *message)
{
  AloqaPipewireStream *self = user_data;

  if (id == PW_ID_CORE)
    fail (self, message);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .error = core_error_cb,
};

/* Called with the loop locked. */
static gboolean
connect_stream (AloqaPipewireStream *self, const char *node_name)
{
  guint8 memory[8192];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[ALOQA_PIPEWIRE_MAX_FORMATS];
  guint n_params = aloqa_pipewire_format_build (&builder, &self->wanted, params);

  if (self->context != NULL) /* it is where PipeWire's own files are installed */
    self->core = pw_context_connect (self->context, NULL, 0);
  if (self->core == NULL)
    return FALSE;

  pw_core_add_listener (self->core, &self->core_listener, &core_events, self);
  self->stream = pw_stream_new (
      self->core, "Aloqa",
      pw_properties_new (PW_KEY_MEDIA_TYPE, "Video", PW_KEY_MEDIA_CATEGORY, "Capture",
                         PW_KEY_MEDIA_ROLE, "Camera", PW_KEY_TARGET_OBJECT, node_name, NULL));
  pw_stream_add_listener (self->stream, &self->stream_listener, &stream_events, self);

  return pw_stream_connect (self->stream, PW_DIRECTION_INPUT, PW_ID_ANY,
                            PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                                PW_STREAM_FLAG_DONT_RECONNECT,
                            params, n_params) >= 0;
}

/**
 * aloqa_pipewire_stream_new:
 * @node_name: of a node that is known to exist
 * @wanted: the size and rate that fit best; the node may have others
 * @funcs: (transfer none): must stay
 * @error: ALOQA_MEDIA_ERROR_FAILED: there is no daemon
 *
 * Returns: (transfer full): a stream whose frames begin to come
 */
AloqaPipewireStream *
aloqa_pipewire_stream_new (const char *node_name, const GstVideoInfo *wanted,
                           const AloqaPipewireStreamFuncs *funcs, gpointer user_data,
                           GError **error)
{
  g_autoptr (AloqaPipewireStream) self = g_new0 (AloqaPipewireStream, 1);
  gboolean is_connected;

  aloqa_pipewire_init ();
  self->funcs = funcs;
  self->user_data = user_data;
  self->wanted = *wanted;
  gst_video_info_init (&self->info);
  self->loop = pw_thread_loop_new ("camera", NULL);
  self->context = pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0);

  pw_thread_loop_lock (self->loop);
  pw_thread_loop_start (self->loop);
  is_connected = connect_stream (self, node_name);
  pw_thread_loop_unlock (self->loop);
  if (is_connected)
    return g_steal_pointer (&self);

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
               "PipeWire cannot be reached: is it running?");
  return NULL;
}

/**
 * aloqa_pipewire_stream_free:
 * @self: (transfer full): a stream
 *
 * Closes the node: no callback runs any more when this returns.
 */
void
aloqa_pipewire_stream_free (AloqaPipewireStream *self)
{
  pw_thread_loop_stop (self->loop);
  if (self->stream != NULL) {
    spa_hook_remove (&self->stream_listener);
    pw_stream_destroy (self->stream);
  }
  if (self->core != NULL) {
    spa_hook_remove (&self->core_listener);
    pw_core_disconnect (self->core);
  }
  g_clear_pointer (&self->context, pw_context_destroy);
  pw_thread_loop_destroy (self->loop);
  gst_clear_caps (&self->caps);
  g_free (self);
}
