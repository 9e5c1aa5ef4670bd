/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-private.h"

#include <malloc.h>

#include "media/retiring.h"

/* A pipeline that has not stopped by then hangs; nobody is to wait for it any longer. */
#define MAX_CLOSING_S 5

GQuark
aloqa_peer_error_quark (void)
{
  return g_quark_from_static_string ("aloqa-peer-error-quark");
}

G_DEFINE_FINAL_TYPE (AloqaPeer, aloqa_peer, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

/* A closed peer emits nothing more. */
void
aloqa_peer_emit (AloqaPeer *self, guint signal, ...)
{
  va_list arguments;

  if (self->is_closed)
    return;
  va_start (arguments, signal);
  g_signal_emit_valist (self, signals[signal], 0, arguments);
  va_end (arguments);
}

/**
 * aloqa_peer_fail:
 * @error: (transfer full)
 *
 * Told to whoever waits for an operation, else by the signal; once.
 */
void
aloqa_peer_fail (AloqaPeer *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (self->failure != NULL || self->is_closed) {
    g_error_free (error);
    return;
  }

  g_debug ("peer %p: failed: %s", (void *) self, error->message);
  self->failure = error;
  if (task != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    aloqa_peer_emit (self, SIGNAL_FAILED, error);
}

static void
handle_event (gpointer object, gpointer payload)
{
  AloqaPeer *self = object;

  if (self->engine != NULL && !aloqa_peer_negotiation_handle (self, payload))
    aloqa_peer_monitor_handle (self, payload);
}

gboolean
aloqa_peer_ensure_engine (AloqaPeer *self, GError **error)
{
  if (self->engine == NULL)
    self->engine = aloqa_peer_engine_new (&self->config, self->remote_audio, self->remote_video,
                                          self->hop, handle_event, error);
  if (self->engine == NULL)
    return FALSE;

  aloqa_peer_negotiation_prepare (self);
  return TRUE;
}

/* --- The end --------------------------------------------------------------------------------- */

static void
free_engine_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  aloqa_peer_engine_free (task_data);
  /* Frames and threads by the dozen are gone: what they leave in between is given back. */
  malloc_trim (0);
  aloqa_retiring_end ();
  g_task_return_boolean (task, TRUE);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
destroy_source (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* Whatever happens there, @callback is called within MAX_CLOSING_S. The task of the thread knows
 * nothing of the peer, which is to end on the main thread. */
static void
tear_down (AloqaPeerEngine *engine, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GCancellable) deadline = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (NULL, deadline, callback, user_data);
  GSource *source = g_timeout_source_new_seconds (MAX_CLOSING_S);

  g_source_set_callback (source, cancel_cb, g_object_ref (deadline), g_object_unref);
  g_source_attach (source, NULL);
  /* Goes with the task, so that it does not keep a loop busy for nothing. */
  g_object_set_data_full (G_OBJECT (task), "deadline", source, destroy_source);
  g_task_set_task_data (task, engine, NULL);
  g_task_set_return_on_cancel (task, TRUE);
  aloqa_retiring_begin ();
  g_task_run_in_thread (task, free_engine_thread);
}

/* The last thing that the main thread does with the engine. */
static AloqaPeerEngine *
shut (AloqaPeer *self)
{
  self->is_closed = TRUE;
  aloqa_peer_negotiation_close (self);
  aloqa_peer_monitor_close (self);
  aloqa_peer_candidates_close (self);
  g_clear_object (&self->audio);
  g_clear_object (&self->video);
  if (self->engine != NULL)
    aloqa_peer_engine_detach (self->engine);
  return g_steal_pointer (&self->engine);
}

static void
aloqa_peer_dispose (GObject *object)
{
  AloqaPeer *self = ALOQA_PEER (object);
  AloqaPeerEngine *engine = shut (self);

  if (engine != NULL) {
    g_debug ("peer %p: was not closed before its end", (void *) self);
    tear_down (engine, NULL, NULL);
  }

  G_OBJECT_CLASS (aloqa_peer_parent_class)->dispose (object);
}

static void
aloqa_peer_finalize (GObject *object)
{
  AloqaPeer *self = ALOQA_PEER (object);

  g_clear_pointer (&self->config.ice_servers, g_ptr_array_unref);
  g_clear_object (&self->config.tls_database);
  g_clear_pointer (&self->hop, aloqa_hop_unref);
  g_clear_object (&self->remote_audio);
  g_clear_object (&self->remote_video);
  g_clear_error (&self->failure);
  g_free (self->stream_id);
  g_free (self->local_text);
  g_free (self->local_mid);
  g_ptr_array_unref (self->local_candidates);
  g_ptr_array_unref (self->remote_candidates);
  g_clear_pointer (&self->remote, aloqa_sdp_remote_free);

  G_OBJECT_CLASS (aloqa_peer_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_arguments, GType first, GType second)
{
  return g_signal_new (name, ALOQA_TYPE_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_arguments, first, second);
}

static void
aloqa_peer_class_init (AloqaPeerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aloqa_peer_dispose;
  object_class->finalize = aloqa_peer_finalize;

  signals[SIGNAL_LOCAL_CANDIDATE] =
      new_signal ("local-candidate", 1, ALOQA_TYPE_CANDIDATE, G_TYPE_NONE);
  signals[SIGNAL_GATHERING_COMPLETE] = new_signal ("gathering-complete", 0, 0, 0);
  signals[SIGNAL_CONNECTED] = new_signal ("connected", 0, 0, 0);
  signals[SIGNAL_FIRST_AUDIO] = new_signal ("first-audio", 0, 0, 0);
  signals[SIGNAL_FIRST_VIDEO_FRAME] = new_signal ("first-video-frame", 0, 0, 0);
  signals[SIGNAL_VIDEO_SIZE] = new_signal ("video-size", 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[SIGNAL_MEDIA_SILENT] = new_signal ("media-silent", 0, 0, 0);
  signals[SIGNAL_MEDIA_RESUMED] = new_signal ("media-resumed", 0, 0, 0);
  signals[SIGNAL_MEDIA_DEAD] = new_signal ("media-dead", 0, 0, 0);
  signals[SIGNAL_FAILED] = new_signal ("failed", 1, G_TYPE_ERROR, G_TYPE_NONE);
}

static void
aloqa_peer_init (AloqaPeer *self)
{
  self->hop = aloqa_hop_new (self);
  self->remote_audio = aloqa_feed_new ();
  self->remote_video = aloqa_feed_new ();
  self->stream_id = g_uuid_string_random ();
  self->local_candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_candidate_unref);
  self->remote_candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_candidate_unref);
}

/* --- Public ---------------------------------------------------------------------------------- */

/**
 * aloqa_peer_new:
 * @config: copied
 *
 * Returns: (transfer full): a peer that has done nothing yet
 */
AloqaPeer *
aloqa_peer_new (const AloqaPeerConfig *config)
{
  AloqaPeer *self = g_object_new (ALOQA_TYPE_PEER, NULL);

  self->config = *config;
  self->is_open = config->role == ALOQA_PEER_CALLER;
  if (config->ice_servers != NULL)
    g_ptr_array_ref (config->ice_servers);
  if (config->tls_database != NULL)
    g_object_ref (config->tls_database);
  return self;
}

/**
 * aloqa_peer_prepare:
 *
 * Makes ready whatever can be while it rings: threads, certificate, on the caller's side the offer
 * and its candidates. No packet goes to the other side; STUN and TURN servers are asked. Need not be
 * called, but then it takes its time later.
 */
void
aloqa_peer_prepare (AloqaPeer *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ALOQA_IS_PEER (self));

  if (!self->is_closed && self->failure == NULL && !aloqa_peer_ensure_engine (self, &error))
    aloqa_peer_fail (self, g_steal_pointer (&error));
}

/**
 * aloqa_peer_set_feeds:
 * @audio: (nullable): what to send, or NULL for nothing
 * @video: (nullable): likewise; of no effect in a call without video
 *
 * At any time, as often as wanted.
 */
void
aloqa_peer_set_feeds (AloqaPeer *self, AloqaFeed *audio, AloqaFeed *video)
{
  g_return_if_fail (ALOQA_IS_PEER (self));

  if (self->is_closed)
    return;
  g_set_object (&self->audio, audio);
  g_set_object (&self->video, video);
  if (self->has_tracks)
    aloqa_peer_engine_set_feeds (self->engine, audio, video);
}

/**
 * aloqa_peer_set_content:
 * @content: what the pictures of the feed show from now on
 */
void
aloqa_peer_set_content (AloqaPeer *self, AloqaVideoContent content)
{
  g_return_if_fail (ALOQA_IS_PEER (self));

  self->content = content;
  if (!self->is_closed && self->has_tracks)
    aloqa_peer_engine_set_content (self->engine, content);
}

/**
 * aloqa_peer_get_remote_audio:
 *
 * Returns: (transfer none): the same from the start to the end of the peer
 */
AloqaFeed *
aloqa_peer_get_remote_audio (AloqaPeer *self)
{
  return self->remote_audio;
}

/**
 * aloqa_peer_get_remote_video:
 *
 * Returns: (transfer none): the same from the start to the end of the peer
 */
AloqaFeed *
aloqa_peer_get_remote_video (AloqaPeer *self)
{
  return self->remote_video;
}

/**
 * aloqa_peer_has_video:
 *
 * Returns: whether video was agreed; for a caller without an answer yet, whether it is offered
 */
gboolean
aloqa_peer_has_video (AloqaPeer *self)
{
  return self->video_track.codec != NULL;
}

static void
torn_down_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * aloqa_peer_close_async:
 *
 * Ends the call leg: from here on nothing is sent, received or emitted. The rest, which takes up to
 * some hundred milliseconds, happens on another thread. A second call ends at once.
 */
void
aloqa_peer_close_async (AloqaPeer *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  AloqaPeerEngine *engine;

  g_return_if_fail (ALOQA_IS_PEER (self));

  task = g_task_new (self, NULL, callback, user_data);
  engine = shut (self);
  if (engine == NULL)
    g_task_return_boolean (task, TRUE);
  else
    tear_down (engine, torn_down_cb, g_steal_pointer (&task));
}

/**
 * aloqa_peer_close_finish:
 *
 * Returns: TRUE; or FALSE with G_IO_ERROR_CANCELLED where the pipeline did not stop within 5 s and
 *   was left to itself
 */
gboolean
aloqa_peer_close_finish (AloqaPeer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
