/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/file-player.h"

#include "media/media.h"
#include "media/pipeline.h"

#include <gio/gio.h>

/* A still picture, or a click of sound, ends as soon as it began: so often is it begun again. */
#define MIN_LOOP_MS 200

/* Counted: the pipeline's threads hold it until they are gone, which may be after the stop. */
struct _AloqaFilePlayer {
  char *title; /* "The file X" */
  char *media_type;
  GstElement *tail;
  AloqaInlet *inlet;
  GMutex lock; /* held by who takes from the tail, and while it is flushed */

  /* Main thread only. */
  GstElement *pipeline;
  guint bus_watch_id;
  guint rewind_id;
  gint64 begun_us;
};

static void
begin_anew (AloqaFilePlayer *self)
{
  if (gst_element_seek_simple (self->pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0))
    return;

  /* Not every format can go back; every file can be opened again. */
  gst_element_set_state (self->pipeline, GST_STATE_READY);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
rewind_cb (gpointer user_data)
{
  AloqaFilePlayer *self = user_data;

  self->rewind_id = 0;
  self->begun_us = g_get_monotonic_time ();
  g_mutex_lock (&self->lock);
  begin_anew (self);
  g_mutex_unlock (&self->lock);
}

static void
schedule_rewind (AloqaFilePlayer *self)
{
  gint64 played_ms = (g_get_monotonic_time () - self->begun_us) / 1000;

  if (self->rewind_id == 0)
    self->rewind_id = g_timeout_add_once (MAX (MIN_LOOP_MS - played_ms, 0), rewind_cb, self);
}

static gboolean
bus_message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  AloqaFilePlayer *self = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_EOS:
    schedule_rewind (self);
    break;
  case GST_MESSAGE_ERROR:
    aloqa_inlet_fail (self->inlet, aloqa_pipeline_dup_error (message, self->title));
    break;
  default:
    break;
  }

  return G_SOURCE_CONTINUE;
}

/* Of what a demuxer finds, only our kind is decoded. */
static gboolean
autoplug_continue_cb (GstElement *decoder, GstPad *pad, GstCaps *caps, gpointer user_data)
{
  AloqaFilePlayer *self = user_data;
  const char *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  g_autoptr (GstElement) parent = gst_pad_get_parent_element (pad);
  GstElementFactory *factory = parent != NULL ? gst_element_get_factory (parent) : NULL;

  if (factory == NULL ||
      !gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DEMUXER))
    return TRUE;
  return g_str_has_prefix (name, self->media_type);
}

static void
pad_added_cb (GstElement *decoder, GstPad *pad, gpointer user_data)
{
  AloqaFilePlayer *self = user_data;
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (self->tail, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const char *name;

  if (caps == NULL || gst_pad_is_linked (sink_pad))
    return;

  name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  if (g_str_has_prefix (name, self->media_type) && g_str_has_suffix (name, "/x-raw"))
    gst_pad_link (pad, sink_pad);
}

static void
no_more_pads_cb (GstElement *decoder, gpointer user_data)
{
  AloqaFilePlayer *self = user_data;
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (self->tail, "sink");

  if (!gst_pad_is_linked (sink_pad))
    aloqa_inlet_fail (self->inlet,
                      g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                                   "%s has no %s that can be played here", self->title,
                                   g_str_equal (self->media_type, "audio") ? "sound" : "picture"));
}

static void
clear_player (gpointer user_data)
{
  AloqaFilePlayer *self = user_data;

  g_free (self->title);
  g_free (self->media_type);
  aloqa_inlet_unref (self->inlet);
  g_mutex_clear (&self->lock);
}

static void
release_player (gpointer user_data, GClosure *closure)
{
  g_atomic_rc_box_release_full (user_data, clear_player);
}

static void
connect (AloqaFilePlayer *self, GstElement *decoder, const char *signal, GCallback callback)
{
  g_signal_connect_data (decoder, signal, callback, g_atomic_rc_box_acquire (self), release_player,
                         0);
}

/**
 * aloqa_file_player_new:
 * @path: of a file
 * @media_type: "audio" or "video"
 * @tail: (transfer floating): a bin with a pad "sink" that takes raw audio or video of any format
 * @inlet: is told when the file cannot be played
 *
 * Returns: (transfer full): a player that has not been started
 */
AloqaFilePlayer *
aloqa_file_player_new (const char *path, const char *media_type, GstElement *tail,
                       AloqaInlet *inlet)
{
  AloqaFilePlayer *self = g_atomic_rc_box_new0 (AloqaFilePlayer);
  GstElement *decoder = gst_element_factory_make ("uridecodebin", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  g_autoptr (GstBus) bus = NULL;

  self->title = g_strdup_printf ("The file %s", path);
  self->media_type = g_strdup (media_type);
  self->inlet = aloqa_inlet_ref (inlet);
  g_mutex_init (&self->lock);
  self->tail = tail;
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add_many (GST_BIN (self->pipeline), decoder, tail, NULL);

  g_object_set (decoder, "uri", uri, NULL);
  connect (self, decoder, "autoplug-continue", G_CALLBACK (autoplug_continue_cb));
  connect (self, decoder, "pad-added", G_CALLBACK (pad_added_cb));
  connect (self, decoder, "no-more-pads", G_CALLBACK (no_more_pads_cb));

  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch_id = gst_bus_add_watch (bus, bus_message_cb, self);

  return self;
}

void
aloqa_file_player_play (AloqaFilePlayer *self)
{
  self->begun_us = g_get_monotonic_time ();
  aloqa_pipeline_play (self->pipeline);
}

/**
 * aloqa_file_player_try_pull_buffer:
 * @sink: in the tail
 *
 * To be used on a thread that is not the pipeline's. An appsink writes to the sample that it gave last
 * when it is flushed (seen in 1.22), so that none may be held then.
 *
 * Returns: (transfer full) (nullable): what has come, if anything has
 */
GstBuffer *
aloqa_file_player_try_pull_buffer (AloqaFilePlayer *self, GstAppSink *sink)
{
  GstBuffer *buffer = NULL;
  GstSample *sample;

  g_mutex_lock (&self->lock);
  sample = gst_app_sink_try_pull_sample (sink, 0);
  if (sample != NULL)
    buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  g_clear_pointer (&sample, gst_sample_unref);
  g_mutex_unlock (&self->lock);

  return buffer;
}

/**
 * aloqa_file_player_stop:
 * @self: (transfer full): a player
 *
 * Ends the playing, on another thread.
 */
void
aloqa_file_player_stop (AloqaFilePlayer *self)
{
  g_clear_handle_id (&self->rewind_id, g_source_remove);
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  aloqa_pipeline_retire (g_steal_pointer (&self->pipeline));
  release_player (self, NULL);
}
