/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-stream.h"

#include "media/media.h"
#include "media/pipewire-format.h"
#include "media/pipewire-frame.h"
#include "media/pipewire-loop.h"
#include "media/pipewire-missed.h"
#include "media/pipewire-offer.h"
#include "media/pipewire-pointer.h"
#include "media/pipewire-watch.h"
#include "media/retiring.h"

#include <spa/param/param.h>
#include <unistd.h>

/* While a window changes its size, one that is not drawn to the end may slip through. */
#define MAX_IMPOSSIBLE 3

struct _AloqaPipewireStream {
  const AloqaPipewireStreamFuncs *funcs;
  gpointer user_data;
  GMutex lock;      /* held while one of funcs is called */
  gboolean is_over; /* none is any more */
  GstVideoInfo wanted;

  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  AloqaPipewireWatch *watch;
  struct pw_stream *stream;
  struct spa_hook stream_listener;
  AloqaPipewireMissed *missed; /* these three of a screen, or NULL */
  AloqaPipewireOffer *offer;
  AloqaPipewirePointer *pointer;
  struct spa_source *activation;
  gint is_active; /* atomic: as it is to be from the next activation on */

  /* The loop's thread only. */
  GstCaps *caps;
  GstVideoInfo info; /* unknown format: JPEG */
  GstSample *bare;   /* a screen's last picture, without its pointer, or NULL */
  gboolean is_dmabuf;
  guint n_impossible; /* pictures, one after the other */
  gboolean has_failed;
  gboolean is_streaming;
  gboolean is_running; /* as told last */
};

static void
tell_frame (AloqaPipewireStream *self, GstSample *sample)
{
  g_mutex_lock (&self->lock);
  if (!self->is_over)
    self->funcs->frame (sample, self->user_data);
  g_mutex_unlock (&self->lock);
}

static void
tell_running (AloqaPipewireStream *self, gboolean is_running)
{
  g_mutex_lock (&self->lock);
  if (!self->is_over && self->funcs->running != NULL)
    self->funcs->running (is_running, self->user_data);
  g_mutex_unlock (&self->lock);
}

static void
fail (AloqaPipewireStream *self, AloqaMediaError code, const char *reason)
{
  if (self->has_failed)
    return;

  self->has_failed = TRUE;
  g_mutex_lock (&self->lock);
  if (!self->is_over)
    self->funcs->failed (
        g_error_new (ALOQA_MEDIA_ERROR, code, "PipeWire ended the picture: %s", reason),
        self->user_data);
  g_mutex_unlock (&self->lock);
}

/* Returns: (transfer full) (nullable): a copy of the picture */
static GstSample *
copy_picture (AloqaPipewireStream *self, struct pw_buffer *buffer)
{
  g_autoptr (GError) error = NULL;
  GstSample *sample;

  if (self->caps == NULL || self->has_failed)
    return NULL;

  sample =
      aloqa_pipewire_frame_copy (buffer->buffer, self->caps, &self->info, self->is_dmabuf, &error);
  self->n_impossible = error != NULL ? self->n_impossible + 1 : 0;
  if (self->n_impossible == MAX_IMPOSSIBLE)
    fail (self, ALOQA_MEDIA_ERROR_FAILED, error->message);
  return sample;
}

/* @sample: (transfer full) (nullable): a new picture, or a screen's pointer alone has moved */
static void
show (AloqaPipewireStream *self, GstSample *sample)
{
  g_autoptr (GstSample) shown = sample;

  if (self->pointer != NULL) {
    if (shown != NULL) {
      g_clear_pointer (&self->bare, gst_sample_unref);
      self->bare = g_steal_pointer (&shown);
    }
    if (self->bare != NULL)
      shown = aloqa_pipewire_pointer_add (self->pointer, self->bare);
  }
  if (shown != NULL)
    tell_frame (self, shown);
}

static gboolean
read_pointer (AloqaPipewireStream *self, struct pw_buffer *buffer)
{
  return self->pointer != NULL && aloqa_pipewire_pointer_read (self->pointer, buffer->buffer);
}

static void
missed_cb (struct pw_buffer *buffer, gpointer user_data)
{
  AloqaPipewireStream *self = user_data;

  g_debug ("PipeWire stream: a picture that was not told of");
  read_pointer (self, buffer);
  show (self, copy_picture (self, buffer));
}

static void
process_cb (void *user_data)
{
  AloqaPipewireStream *self = user_data;
  struct pw_buffer *picture = NULL, *next;
  gboolean is_any = FALSE, has_moved = FALSE;
  GstSample *sample = NULL;

  while ((next = pw_stream_dequeue_buffer (self->stream)) != NULL) {
    struct pw_buffer *done = next;

    is_any = TRUE;
    has_moved = read_pointer (self, next) || has_moved;
    /* What tells of the pointer alone does not take the place of a picture before it. */
    if (aloqa_pipewire_frame_has_picture (next->buffer)) {
      done = picture;
      picture = next;
    }
    if (done != NULL)
      pw_stream_queue_buffer (self->stream, done);
  }

  if (is_any && self->missed != NULL)
    aloqa_pipewire_missed_watch (self->missed, FALSE);
  if (picture != NULL) {
    sample = copy_picture (self, picture);
    pw_stream_queue_buffer (self->stream, picture);
  }
  if (sample != NULL || has_moved)
    show (self, sample);
}

static void
param_changed_cb (void *user_data, uint32_t id, const struct spa_pod *param)
{
  AloqaPipewireStream *self = user_data;
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[ALOQA_PIPEWIRE_FRAME_N_PARAMS];

  if (id != SPA_PARAM_Format || param == NULL)
    return;

  gst_clear_caps (&self->caps);
  g_clear_pointer (&self->bare, gst_sample_unref); /* where its pointer is says nothing now */
  self->caps = aloqa_pipewire_format_parse (param, &self->info);
  if (self->caps == NULL) {
    /* PipeWire lets a size pass of which only one side is too large. */
    fail (self, self->offer != NULL ? ALOQA_MEDIA_ERROR_UNREADABLE : ALOQA_MEDIA_ERROR_FAILED,
          "its format is none that was asked for");
    return;
  }

  self->is_dmabuf = aloqa_pipewire_format_is_dmabuf (param);
  g_debug ("PipeWire stream: %s memory", self->is_dmabuf ? "a device's" : "shared");
  aloqa_pipewire_frame_build (&builder, self->is_dmabuf, params);
  pw_stream_update_params (self->stream, params, G_N_ELEMENTS (params));
}

static void
update_running (AloqaPipewireStream *self, gboolean is_answering)
{
  gboolean is_running = self->is_streaming && is_answering;

  if (self->is_running == is_running)
    return;
  self->is_running = is_running;
  tell_running (self, is_running);
}

static void
state_changed_cb (void *user_data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *error)
{
  AloqaPipewireStream *self = user_data;

  g_debug ("PipeWire stream: %s → %s", pw_stream_state_as_string (old),
           pw_stream_state_as_string (state));
  if (state == PW_STREAM_STATE_ERROR)
    fail (self, ALOQA_MEDIA_ERROR_GONE, error != NULL ? error : "no reason given");
  else if (state == PW_STREAM_STATE_UNCONNECTED)
    fail (self, ALOQA_MEDIA_ERROR_GONE, "its node is gone");
  self->is_streaming = state == PW_STREAM_STATE_STREAMING;
  if (self->missed != NULL)
    aloqa_pipewire_missed_watch (self->missed, self->is_streaming);
  update_running (self, TRUE);
}

static void
add_buffer_cb (void *user_data, struct pw_buffer *buffer)
{
  AloqaPipewireStream *self = user_data;

  if (self->missed != NULL)
    aloqa_pipewire_missed_add_buffer (self->missed, buffer);
}

static void
remove_buffer_cb (void *user_data, struct pw_buffer *buffer)
{
  AloqaPipewireStream *self = user_data;

  if (self->missed != NULL)
    aloqa_pipewire_missed_remove_buffer (self->missed, buffer);
}

static const struct pw_stream_events stream_events = {
  .version = PW_VERSION_STREAM_EVENTS,
  .state_changed = state_changed_cb,
  .param_changed = param_changed_cb,
  .add_buffer = add_buffer_cb,
  .remove_buffer = remove_buffer_cb,
  .process = process_cb,
};

static void
gone_cb (const char *reason, gpointer user_data)
{
  fail (user_data, ALOQA_MEDIA_ERROR_GONE, reason);
}

static void
answering_cb (gboolean is_answering, gpointer user_data)
{
  update_running (user_data, is_answering);
}

static const AloqaPipewireWatchFuncs watch_funcs = { gone_cb, answering_cb };

static void
refused_cb (gpointer user_data)
{
  AloqaPipewireStream *self = user_data;

  if (self->caps == NULL) /* else the two have agreed all the same */
    fail (self, ALOQA_MEDIA_ERROR_UNREADABLE, "it has no format and memory that can be read here");
}

static void
activation_cb (void *user_data, uint64_t count)
{
  AloqaPipewireStream *self = user_data;

  pw_stream_set_active (self->stream, g_atomic_int_get (&self->is_active));
}

/* Takes the descriptor of @target. */
static struct pw_core *
connect_core (AloqaPipewireStream *self, const AloqaPipewireTarget *target)
{
  /* The context is missing where PipeWire's own files are not installed. */
  if (self->context != NULL)
    return target->fd >= 0 ? pw_context_connect_fd (self->context, target->fd, NULL, 0)
                           : pw_context_connect (self->context, NULL, 0);
  if (target->fd >= 0)
    close (target->fd);
  return NULL;
}

/* A camera is found by its name, a screen by its number. */
static gboolean
connect_node (AloqaPipewireStream *self, const AloqaPipewireTarget *target)
{
  guint8 memory[8192];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[ALOQA_PIPEWIRE_MAX_FORMATS];
  enum pw_stream_flags flags =
      PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_DONT_RECONNECT;
  guint n_params;

  if (target->name != NULL) {
    n_params = aloqa_pipewire_format_build (&builder, &self->wanted, params);
    return pw_stream_connect (self->stream, PW_DIRECTION_INPUT, PW_ID_ANY, flags, params,
                              n_params) >= 0;
  }

  n_params = aloqa_pipewire_format_build_screen (&builder, (guint) self->wanted.fps_n, params);
  if (pw_stream_connect (self->stream, PW_DIRECTION_INPUT, target->node_id,
                         flags | PW_STREAM_FLAG_INACTIVE, params, n_params) < 0)
    return FALSE;
  self->pointer = aloqa_pipewire_pointer_new ();
  self->missed =
      aloqa_pipewire_missed_new (pw_thread_loop_get_loop (self->loop), self->core, missed_cb, self);
  self->offer = aloqa_pipewire_offer_new (self->core, target->node_id, (guint) self->wanted.fps_n,
                                          refused_cb, self);
  return TRUE;
}

/* Called with the loop locked. */
static gboolean
connect_stream (AloqaPipewireStream *self, const AloqaPipewireTarget *target)
{
  gboolean is_camera = target->name != NULL;

  self->core = connect_core (self, target);
  if (self->core == NULL)
    return FALSE;

  self->watch =
      aloqa_pipewire_watch_new (pw_thread_loop_get_loop (self->loop), self->core,
                                is_camera ? PW_ID_ANY : target->node_id, &watch_funcs, self);
  /* Where the target is not there (yet) it is waited for: newer session managers would take any camera
   * instead, even for a screen. */
  self->stream = pw_stream_new (
      self->core, "Aloqa",
      pw_properties_new (PW_KEY_MEDIA_TYPE, "Video", PW_KEY_MEDIA_CATEGORY, "Capture",
                         PW_KEY_MEDIA_ROLE, is_camera ? "Camera" : "Screen", "node.dont-fallback",
                         "true", "node.linger", "true", is_camera ? PW_KEY_TARGET_OBJECT : NULL,
                         target->name, NULL));
  pw_stream_add_listener (self->stream, &self->stream_listener, &stream_events, self);
  return connect_node (self, target);
}

/**
 * aloqa_pipewire_stream_new:
 * @target: which node
 * @wanted: the size and rate that fit best; the node may have others. Of a screen the rate counts,
 *   as the highest
 * @funcs: (transfer none): must stay
 * @error: ALOQA_MEDIA_ERROR_FAILED: there is no daemon
 *
 * Returns: (transfer full): a stream whose frames begin to come; a screen's once it is set active
 */
AloqaPipewireStream *
aloqa_pipewire_stream_new (const AloqaPipewireTarget *target, const GstVideoInfo *wanted,
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
  g_mutex_init (&self->lock);
  self->loop = pw_thread_loop_new ("pictures", NULL);
  self->activation = pw_loop_add_event (pw_thread_loop_get_loop (self->loop), activation_cb, self);
  self->context = pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0);

  pw_thread_loop_lock (self->loop);
  pw_thread_loop_start (self->loop);
  is_connected = connect_stream (self, target);
  pw_thread_loop_unlock (self->loop);
  if (is_connected)
    return g_steal_pointer (&self);

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
               "PipeWire cannot be reached: is it running?");
  return NULL;
}

/**
 * aloqa_pipewire_stream_set_active:
 *
 * Main thread. The node of a stream that is not active rests, and gives nothing. Does not wait for a
 * picture that is being copied.
 */
void
aloqa_pipewire_stream_set_active (AloqaPipewireStream *self, gboolean is_active)
{
  g_atomic_int_set (&self->is_active, is_active);
  pw_loop_signal_event (pw_thread_loop_get_loop (self->loop), self->activation);
}

/* Waits for a picture that is being copied: as long as the device likes whose memory it lies in. */
static void
tear_down (gpointer stream)
{
  AloqaPipewireStream *self = stream;

  pw_thread_loop_stop (self->loop);
  pw_loop_destroy_source (pw_thread_loop_get_loop (self->loop), self->activation);
  g_clear_pointer (&self->missed, aloqa_pipewire_missed_free);
  g_clear_pointer (&self->offer, aloqa_pipewire_offer_free);
  if (self->stream != NULL) {
    spa_hook_remove (&self->stream_listener);
    pw_stream_destroy (self->stream);
  }
  g_clear_pointer (&self->watch, aloqa_pipewire_watch_free);
  g_clear_pointer (&self->core, pw_core_disconnect);
  g_clear_pointer (&self->context, aloqa_pipewire_context_free);
  pw_thread_loop_destroy (self->loop);
  g_clear_pointer (&self->pointer, aloqa_pipewire_pointer_free);
  g_clear_pointer (&self->bare, gst_sample_unref);
  gst_clear_caps (&self->caps);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * aloqa_pipewire_stream_free:
 * @self: (transfer full): a stream
 *
 * No callback runs any more when this returns; the node is closed as media/retiring.h does.
 */
void
aloqa_pipewire_stream_free (AloqaPipewireStream *self)
{
  g_mutex_lock (&self->lock);
  self->is_over = TRUE;
  g_mutex_unlock (&self->lock);

  aloqa_retiring_start (tear_down, self);
}
