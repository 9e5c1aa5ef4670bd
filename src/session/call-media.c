/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/call-media.h"

#include "media/audio-output.h"
#include "media/source-name.h"

struct _AloqaCallMedia {
  GObject parent_instance;

  AloqaPeer *peer;
  AloqaLocalMedia *local;
  AloqaAudioOutput *output;
  AloqaAudioMeter *meter;
  AloqaVideoProbe *probe;
  AloqaDeviceFollower *speaker; /* where it plays when it does */
  guint echo_delay_ms;
  gboolean is_callee;
  gboolean is_open;
  gboolean is_playing;
  gboolean is_closing;
};

enum {
  OFFER_READY,
  ANSWER_READY,
  ANSWER_APPLIED,
  FAILED,
  CLOSED,
  LOCAL_CANDIDATE,
  CONNECTED,
  SILENT,
  RESUMED,
  DEAD,
  FIRST_AUDIO,
  FIRST_VIDEO_FRAME,
  VIDEO_SIZE,
  DEVICE_NEWS,
  ERROR,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallMedia, aloqa_call_media, G_TYPE_OBJECT)

/* The peer's and the listeners' signals, passed on under the name that the call knows them by. */

static void
forward_cb (AloqaCallMedia *self, guint signal)
{
  if (!self->is_closing)
    g_signal_emit (self, signals[signal], 0);
}

static void
peer_connected_cb (AloqaCallMedia *self)
{
  forward_cb (self, CONNECTED);
}

static void
peer_silent_cb (AloqaCallMedia *self)
{
  forward_cb (self, SILENT);
}

static void
peer_resumed_cb (AloqaCallMedia *self)
{
  forward_cb (self, RESUMED);
}

static void
peer_dead_cb (AloqaCallMedia *self)
{
  forward_cb (self, DEAD);
}

static void
peer_local_candidate_cb (AloqaCallMedia *self, AloqaCandidate *candidate)
{
  if (!self->is_closing)
    g_signal_emit (self, signals[LOCAL_CANDIDATE], 0, candidate);
}

static void
fail (AloqaCallMedia *self, const GError *error)
{
  if (!self->is_closing)
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
first_audio_cb (AloqaCallMedia *self, gint64 t_us)
{
  if (!self->is_closing)
    g_signal_emit (self, signals[FIRST_AUDIO], 0, t_us);
}

static void
first_frame_cb (AloqaCallMedia *self, gint64 t_us)
{
  if (!self->is_closing)
    g_signal_emit (self, signals[FIRST_VIDEO_FRAME], 0, t_us);
}

static void
size_changed_cb (AloqaCallMedia *self, guint width_px, guint height_px)
{
  if (!self->is_closing)
    g_signal_emit (self, signals[VIDEO_SIZE], 0, width_px, height_px);
}

static void
output_error_cb (AloqaCallMedia *self, const GError *error)
{
  if (aloqa_device_follower_note_failure (self->speaker, error))
    g_signal_emit (self, signals[ERROR], 0, "speaker", error);
}

static void
output_opened_cb (AloqaCallMedia *self)
{
  aloqa_device_follower_note_success (self->speaker);
}

static void
content_changed_cb (AloqaCallMedia *self)
{
  aloqa_peer_set_content (self->peer, aloqa_local_media_get_content (self->local));
}

static void
connect_signals (AloqaCallMedia *self)
{
  const struct {
    gpointer object;
    const char *signal;
    GCallback callback;
  } rows[] = {
    { self->peer, "connected", G_CALLBACK (peer_connected_cb) },
    { self->peer, "media-silent", G_CALLBACK (peer_silent_cb) },
    { self->peer, "media-resumed", G_CALLBACK (peer_resumed_cb) },
    { self->peer, "media-dead", G_CALLBACK (peer_dead_cb) },
    { self->peer, "local-candidate", G_CALLBACK (peer_local_candidate_cb) },
    { self->peer, "failed", G_CALLBACK (fail) },
    { self->meter, "first-audio", G_CALLBACK (first_audio_cb) },
    { self->probe, "first-frame", G_CALLBACK (first_frame_cb) },
    { self->probe, "size-changed", G_CALLBACK (size_changed_cb) },
    { self->output, "opened", G_CALLBACK (output_opened_cb) },
    { self->output, "error", G_CALLBACK (output_error_cb) },
    { self->local, "content-changed", G_CALLBACK (content_changed_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (rows[i].object, rows[i].signal, rows[i].callback, self,
                             G_CONNECT_SWAPPED);
}

static void
offer_created_cb (GObject *peer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaCallMedia) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = aloqa_peer_create_offer_finish (ALOQA_PEER (peer), result, &error);

  if (sdp == NULL)
    fail (self, error);
  else if (!self->is_closing)
    g_signal_emit (self, signals[OFFER_READY], 0, sdp);
}

static void
offer_accepted_cb (GObject *peer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaCallMedia) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = aloqa_peer_accept_offer_finish (ALOQA_PEER (peer), result, &error);

  if (sdp == NULL)
    fail (self, error);
  else if (!self->is_closing)
    g_signal_emit (self, signals[ANSWER_READY], 0, sdp);
}

static void
answer_applied_cb (GObject *peer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaCallMedia) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!aloqa_peer_apply_answer_finish (ALOQA_PEER (peer), result, &error))
    fail (self, error);
  else if (!self->is_closing)
    g_signal_emit (self, signals[ANSWER_APPLIED], 0);
}

static void
peer_closed_cb (GObject *peer, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaCallMedia) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!aloqa_peer_close_finish (ALOQA_PEER (peer), result, &error))
    g_warning ("A call's media did not end in order: %s", error->message);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
apply_speaker (AloqaCallMedia *self)
{
  g_autoptr (GError) error = NULL;
  const char *sink, *playing;

  aloqa_device_follower_set_active (self->speaker,
                                    self->is_playing && self->is_open && !self->is_closing);
  playing = aloqa_audio_output_get_sink (self->output);
  sink = self->is_playing ? aloqa_device_follower_get_source (self->speaker) : "null";
  if (self->is_playing && aloqa_device_follower_is_left_alone (self->speaker) &&
      aloqa_source_name_after (playing, "speaker") != NULL)
    sink = playing; /* goes on while the one that was chosen instead fails */
  if (g_strcmp0 (sink, playing) != 0 && !aloqa_audio_output_set_sink (self->output, sink, &error))
    g_signal_emit (self, signals[ERROR], 0, "speaker", error);
}

static void
speaker_news_cb (AloqaCallMedia *self, int news, const char *name, const char *instead)
{
  g_signal_emit (self, signals[DEVICE_NEWS], 0, "speaker", news, name, instead);
}

static void
aloqa_call_media_finalize (GObject *object)
{
  AloqaCallMedia *self = ALOQA_CALL_MEDIA (object);

  g_clear_object (&self->output);
  g_clear_object (&self->meter);
  g_clear_object (&self->probe);
  g_clear_object (&self->peer);
  g_clear_object (&self->local);
  g_clear_object (&self->speaker);

  G_OBJECT_CLASS (aloqa_call_media_parent_class)->finalize (object);
}

static void
new_signal (guint signal, const char *name, guint n_params, GType first, GType second)
{
  signals[signal] = g_signal_new (name, ALOQA_TYPE_CALL_MEDIA, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, n_params, first, second);
}

static void
aloqa_call_media_class_init (AloqaCallMediaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_call_media_finalize;

  new_signal (OFFER_READY, "offer-ready", 1, G_TYPE_STRING, 0);
  new_signal (ANSWER_READY, "answer-ready", 1, G_TYPE_STRING, 0);
  new_signal (ANSWER_APPLIED, "answer-applied", 0, 0, 0);
  new_signal (FAILED, "failed", 1, G_TYPE_ERROR, 0);
  new_signal (CLOSED, "closed", 0, 0, 0);
  new_signal (LOCAL_CANDIDATE, "local-candidate", 1, ALOQA_TYPE_CANDIDATE, 0);
  new_signal (CONNECTED, "connected", 0, 0, 0);
  new_signal (SILENT, "silent", 0, 0, 0);
  new_signal (RESUMED, "resumed", 0, 0, 0);
  new_signal (DEAD, "dead", 0, 0, 0);
  new_signal (FIRST_AUDIO, "first-audio", 1, G_TYPE_INT64, 0);
  new_signal (FIRST_VIDEO_FRAME, "first-video-frame", 1, G_TYPE_INT64, 0);
  new_signal (VIDEO_SIZE, "video-size", 2, G_TYPE_UINT, G_TYPE_UINT);
  new_signal (ERROR, "error", 2, G_TYPE_STRING, G_TYPE_ERROR);
  signals[DEVICE_NEWS] =
      g_signal_new ("device-news", ALOQA_TYPE_CALL_MEDIA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
}

static void
aloqa_call_media_init (AloqaCallMedia *self)
{
}

/**
 * aloqa_call_media_new:
 * @local: what is sent, once opened
 * @config: how to reach the other side; its codec and bitrates are taken from @settings
 *
 * Returns: (transfer full): a call's media; call aloqa_call_media_close() before the last reference
 *   goes
 */
AloqaCallMedia *
aloqa_call_media_new (const AloqaMediaSettings *settings, AloqaLocalMedia *local,
                      const AloqaPeerConfig *config)
{
  AloqaCallMedia *self = g_object_new (ALOQA_TYPE_CALL_MEDIA, NULL);

  self->is_callee = config->role == ALOQA_PEER_CALLEE;
  self->peer = aloqa_peer_new (config);
  self->local = g_object_ref (local);
  self->speaker = aloqa_device_follower_new (ALOQA_DEVICE_SPEAKER, "null");
  aloqa_device_follower_set_chosen (self->speaker, settings->audio_sink);
  self->echo_delay_ms = settings->echo_delay_ms;
  self->meter = aloqa_audio_meter_new (aloqa_peer_get_remote_audio (self->peer));
  self->probe = aloqa_video_probe_new (aloqa_peer_get_remote_video (self->peer));
  self->output = aloqa_audio_output_new (aloqa_peer_get_remote_audio (self->peer));
  aloqa_audio_output_set_cancels_echo (self->output, TRUE);
  connect_signals (self);
  g_signal_connect_object (self->speaker, "changed", G_CALLBACK (apply_speaker), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->speaker, "news", G_CALLBACK (speaker_news_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/* Makes all ready that the other side cannot see: no packet, no device. */
void
aloqa_call_media_prepare (AloqaCallMedia *self)
{
  aloqa_peer_prepare (self->peer);
}

/* The person wants this call: sound and picture may flow both ways from here on. */
void
aloqa_call_media_open (AloqaCallMedia *self)
{
  if (self->is_open || self->is_closing)
    return;

  self->is_open = TRUE;
  aloqa_peer_set_feeds (self->peer, aloqa_local_media_get_audio_feed (self->local),
                        aloqa_local_media_get_video_feed (self->local));
  content_changed_cb (self);
  if (self->echo_delay_ms > 0)
    aloqa_local_media_set_echo (self->local, aloqa_peer_get_remote_audio (self->peer),
                                self->echo_delay_ms);
  apply_speaker (self);
  aloqa_audio_output_start (self->output);
  if (self->is_callee)
    aloqa_peer_open (self->peer);
}

void
aloqa_call_media_create_offer (AloqaCallMedia *self)
{
  aloqa_peer_create_offer_async (self->peer, NULL, offer_created_cb, g_object_ref (self));
}

void
aloqa_call_media_accept_offer (AloqaCallMedia *self, const char *sdp)
{
  aloqa_peer_accept_offer_async (self->peer, sdp, NULL, offer_accepted_cb, g_object_ref (self));
}

void
aloqa_call_media_apply_answer (AloqaCallMedia *self, const char *sdp)
{
  aloqa_peer_apply_answer_async (self->peer, sdp, NULL, answer_applied_cb, g_object_ref (self));
}

void
aloqa_call_media_add_candidate (AloqaCallMedia *self, AloqaCandidate *candidate)
{
  aloqa_peer_add_candidate (self->peer, candidate);
}

/* Whether the other side is heard: not on hold, and not while another leg is in use. */
void
aloqa_call_media_set_playing (AloqaCallMedia *self, gboolean is_playing)
{
  self->is_playing = is_playing;
  apply_speaker (self);
}

/**
 * aloqa_call_media_set_speaker:
 * @sink: as media/audio-output.h names it
 * @error: #AloqaMediaError
 *
 * Returns: whether it can play there; the sink before is kept otherwise
 */
gboolean
aloqa_call_media_set_speaker (AloqaCallMedia *self, const char *sink, GError **error)
{
  if (self->is_playing && !aloqa_audio_output_set_sink (self->output, sink, error))
    return FALSE;

  aloqa_device_follower_forget_failures (self->speaker);
  aloqa_device_follower_set_chosen (self->speaker, sink);
  return TRUE;
}

/* Returns: whether the speaker is there and not used until it is chosen once more */
gboolean
aloqa_call_media_has_given_up (AloqaCallMedia *self)
{
  return aloqa_device_follower_has_given_up (self->speaker);
}

/* Returns: (transfer none): where it plays, as it was set last */
const char *
aloqa_call_media_get_speaker (AloqaCallMedia *self)
{
  return aloqa_device_follower_get_chosen (self->speaker);
}

/* Whether pictures are part of this call, as far as is known yet. */
gboolean
aloqa_call_media_has_video (AloqaCallMedia *self)
{
  return aloqa_peer_has_video (self->peer);
}

void
aloqa_call_media_take_stats (AloqaCallMedia *self, AloqaCallStats *stats)
{
  aloqa_peer_get_stats (self->peer, &stats->peer);
  aloqa_video_probe_take_report (self->probe, &stats->video);
  aloqa_audio_meter_take_report (self->meter, &stats->audio);
}

static void
snapshot_saved_cb (GObject *probe, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (aloqa_video_probe_save_snapshot_finish (ALOQA_VIDEO_PROBE (probe), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * aloqa_call_media_save_snapshot_async:
 * @path: a PNG file, replaced
 *
 * Saves the next picture of the other side. Fails as aloqa_video_probe_save_snapshot_async() does.
 */
void
aloqa_call_media_save_snapshot_async (AloqaCallMedia *self, const char *path,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  aloqa_video_probe_save_snapshot_async (self->probe, path, NULL, snapshot_saved_cb,
                                         g_task_new (self, NULL, callback, user_data));
}

gboolean
aloqa_call_media_save_snapshot_finish (AloqaCallMedia *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Returns: (transfer none): the other side's pictures, for whoever shows them */
AloqaFeed *
aloqa_call_media_get_remote_video (AloqaCallMedia *self)
{
  return aloqa_peer_get_remote_video (self->peer);
}

/* Returns: (transfer none): the other side's sound, for whoever shows its level */
AloqaFeed *
aloqa_call_media_get_remote_audio (AloqaCallMedia *self)
{
  return aloqa_peer_get_remote_audio (self->peer);
}

/**
 * aloqa_call_media_close:
 *
 * Ends all of it; "closed" follows, and nothing else. May be called at any step, and twice.
 */
void
aloqa_call_media_close (AloqaCallMedia *self)
{
  if (self->is_closing)
    return;

  self->is_closing = TRUE;
  aloqa_device_follower_set_active (self->speaker, FALSE);
  aloqa_audio_output_stop (self->output);
  aloqa_peer_close_async (self->peer, peer_closed_cb, g_object_ref (self));
}
