/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/local-media.h"

#include "media/media.h"
#include "media/source-name.h"
#include "media/video-capture.h"

struct _AloqaLocalMedia {
  GObject parent_instance;

  AloqaAudioCapture *audio;
  AloqaVideoCapture *video;
  AloqaDeviceFollower *microphone; /* what runs also depends on the flags below */
  AloqaDeviceFollower *camera;

  gboolean is_open;
  AloqaFlow flow;
  AloqaScreenShare *share;
  AloqaVideoContent content;
  AloqaFeed *echo_feed; /* or NULL: sent back instead of the source */
  guint echo_delay_ms;
};

enum { DEVICE_CHANGED, DEVICE_NEWS, CONTENT_CHANGED, ERROR, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaLocalMedia, aloqa_local_media, G_TYPE_OBJECT)

/* The screen is shown whether the camera is on or off. */
static gboolean
shows_screen (AloqaLocalMedia *self)
{
  return self->is_open && self->flow.has_video && !self->flow.is_held &&
         aloqa_screen_share_get_state (self->share) == ALOQA_SHARE_ON;
}

/* Whether it is the camera that they see: of another one there is no news. */
static gboolean
shows_camera (AloqaLocalMedia *self)
{
  return self->is_open && self->flow.has_video && self->flow.send_video && !shows_screen (self);
}

static const char *
choose_video (AloqaLocalMedia *self)
{
  if (!self->is_open || !self->flow.has_video)
    return "none";
  if (shows_screen (self))
    return "screen";
  return self->flow.send_video ? aloqa_device_follower_get_source (self->camera) : "black";
}

static void
update_content (AloqaLocalMedia *self)
{
  AloqaVideoContent content = ALOQA_VIDEO_CONTENT_CAMERA;

  if (shows_screen (self))
    content = aloqa_screen_share_get_shown_mode (self->share) == ALOQA_SCREEN_SMOOTH
                  ? ALOQA_VIDEO_CONTENT_FILM
                  : ALOQA_VIDEO_CONTENT_TEXT;
  if (content == self->content)
    return;
  self->content = content;
  g_signal_emit (self, signals[CONTENT_CHANGED], 0);
}

static gboolean
apply_video (AloqaLocalMedia *self, GError **error)
{
  const char *source;

  aloqa_device_follower_set_active (self->camera, shows_camera (self));
  source = choose_video (self);

  update_content (self);
  if (g_str_equal (source, "screen"))
    aloqa_video_capture_set_screen (self->video, aloqa_screen_share_get_screen (self->share));
  if (g_strcmp0 (source, aloqa_video_capture_get_source (self->video)) == 0)
    return TRUE;
  return aloqa_video_capture_set_source (self->video, source, error);
}

static gboolean
shares_sound (AloqaLocalMedia *self)
{
  return self->is_open && !self->flow.is_held &&
         aloqa_screen_share_get_state (self->share) == ALOQA_SHARE_ON &&
         aloqa_screen_share_get_has_sound (self->share);
}

static gboolean
apply_audio (AloqaLocalMedia *self, GError **error)
{
  const char *source, *playing;

  aloqa_audio_capture_set_computer_sound (self->audio, shares_sound (self));
  aloqa_device_follower_set_active (self->microphone, self->is_open);
  source = aloqa_device_follower_get_source (self->microphone);
  playing = aloqa_audio_capture_get_source (self->audio);
  if (!self->is_open)
    source = "none";
  else if (self->flow.is_held || (shares_sound (self) && g_str_equal (source, "none")))
    source = "silence"; /* "none" has no buffers that the computer's sound could be mixed into */
  else if (self->echo_feed != NULL)
    source = "echo";
  else if (aloqa_device_follower_is_left_alone (self->microphone) &&
           aloqa_source_name_after (playing, "mic") != NULL)
    source = playing; /* goes on while the one that was chosen instead fails */

  if (g_strcmp0 (source, playing) == 0)
    return TRUE;
  if (g_str_equal (source, "echo")) {
    aloqa_audio_capture_set_echo_source (self->audio, self->echo_feed, self->echo_delay_ms);
    return TRUE;
  }
  return aloqa_audio_capture_set_source (self->audio, source, error);
}

static void
report_error (AloqaLocalMedia *self, const char *role, const GError *error)
{
  g_signal_emit (self, signals[ERROR], 0, role, error);
}

static void
apply (AloqaLocalMedia *self)
{
  g_autoptr (GError) video_error = NULL, audio_error = NULL;

  if (!apply_video (self, &video_error))
    report_error (self, "camera", video_error);
  if (!apply_audio (self, &audio_error))
    report_error (self, "mic", audio_error);
}

static void
news_cb (AloqaDeviceFollower *follower, int news, const char *name, const char *instead,
         AloqaLocalMedia *self)
{
  g_signal_emit (self, signals[DEVICE_NEWS], 0, follower == self->camera ? "camera" : "mic", news,
                 name, instead);
}

static void
video_switched_cb (AloqaLocalMedia *self, const char *source)
{
  if (g_strcmp0 (source, aloqa_device_follower_get_source (self->camera)) != 0)
    return;
  aloqa_device_follower_note_success (self->camera);
  g_signal_emit (self, signals[DEVICE_CHANGED], 0, "camera", source);
}

static void
audio_switched_cb (AloqaLocalMedia *self, const char *source)
{
  if (g_strcmp0 (source, aloqa_device_follower_get_source (self->microphone)) != 0)
    return;
  aloqa_device_follower_note_success (self->microphone);
  g_signal_emit (self, signals[DEVICE_CHANGED], 0, "mic", source);
}

static void
video_error_cb (AloqaLocalMedia *self, const GError *error)
{
  if (aloqa_device_follower_note_failure (self->camera, error))
    report_error (self, "camera", error);
}

/* The camera gives way to the screen, or comes back. */
static void
share_changed_cb (AloqaLocalMedia *self)
{
  apply (self);
  if (aloqa_screen_share_get_state (self->share) == ALOQA_SHARE_OFF)
    aloqa_video_capture_set_screen (self->video, NULL);
}

static void
share_failed_cb (AloqaLocalMedia *self, const GError *error)
{
  report_error (self, "screen", error);
}

static void
audio_error_cb (AloqaLocalMedia *self, const GError *error)
{
  if (aloqa_device_follower_note_failure (self->microphone, error))
    report_error (self, "mic", error);
}

static void
sound_error_cb (AloqaLocalMedia *self, const GError *error)
{
  report_error (self, "sound", error);
}

static void
aloqa_local_media_dispose (GObject *object)
{
  AloqaLocalMedia *self = ALOQA_LOCAL_MEDIA (object);

  aloqa_local_media_close (self);

  G_OBJECT_CLASS (aloqa_local_media_parent_class)->dispose (object);
}

static void
aloqa_local_media_finalize (GObject *object)
{
  AloqaLocalMedia *self = ALOQA_LOCAL_MEDIA (object);

  g_object_unref (self->share);
  g_object_unref (self->audio);
  g_object_unref (self->video);
  g_object_unref (self->microphone);
  g_object_unref (self->camera);

  G_OBJECT_CLASS (aloqa_local_media_parent_class)->finalize (object);
}

static void
aloqa_local_media_class_init (AloqaLocalMediaClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_local_media_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_local_media_finalize;

  signals[DEVICE_CHANGED] =
      g_signal_new ("device-changed", ALOQA_TYPE_LOCAL_MEDIA, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[DEVICE_NEWS] =
      g_signal_new ("device-news", ALOQA_TYPE_LOCAL_MEDIA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
  signals[CONTENT_CHANGED] = g_signal_new ("content-changed", ALOQA_TYPE_LOCAL_MEDIA,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ERROR] = g_signal_new ("error", ALOQA_TYPE_LOCAL_MEDIA, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
}

static void
aloqa_local_media_init (AloqaLocalMedia *self)
{
}

static void
follow (AloqaLocalMedia *self, AloqaDeviceFollower *follower)
{
  g_signal_connect_object (follower, "changed", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (follower, "news", G_CALLBACK (news_cb), self, 0);
}

/**
 * aloqa_local_media_new:
 * @settings: what to begin with; copied
 *
 * Returns: (transfer full): the local media, with nothing open
 */
AloqaLocalMedia *
aloqa_local_media_new (const AloqaMediaSettings *settings)
{
  AloqaLocalMedia *self = g_object_new (ALOQA_TYPE_LOCAL_MEDIA, NULL);

  self->audio = aloqa_audio_capture_new ();
  self->video = aloqa_video_capture_new (settings->width_px, settings->height_px, settings->fps);
  self->microphone = aloqa_device_follower_new (ALOQA_DEVICE_MICROPHONE, "silence");
  aloqa_device_follower_set_chosen (self->microphone, settings->audio_source);
  self->camera = aloqa_device_follower_new (ALOQA_DEVICE_CAMERA, "black");
  aloqa_device_follower_set_chosen (self->camera, settings->video_source);
  self->share = aloqa_screen_share_new (settings->fps);
  aloqa_audio_capture_set_processing (self->audio, settings->processing);

  g_signal_connect_object (self->video, "switched", G_CALLBACK (video_switched_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->audio, "switched", G_CALLBACK (audio_switched_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->share, "changed", G_CALLBACK (share_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->share, "failed", G_CALLBACK (share_failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->video, "error", G_CALLBACK (video_error_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->audio, "error", G_CALLBACK (audio_error_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->audio, "sound-error", G_CALLBACK (sound_error_cb), self,
                           G_CONNECT_SWAPPED);
  follow (self, self->camera);
  follow (self, self->microphone);
  return self;
}

/* Returns: (transfer none) */
AloqaFeed *
aloqa_local_media_get_audio_feed (AloqaLocalMedia *self)
{
  return aloqa_audio_capture_get_feed (self->audio);
}

/* Returns: (transfer none) */
AloqaFeed *
aloqa_local_media_get_video_feed (AloqaLocalMedia *self)
{
  return aloqa_video_capture_get_feed (self->video);
}

/* Opens the chosen devices, as far as the flow allows that is set from now on. */
void
aloqa_local_media_open (AloqaLocalMedia *self)
{
  self->is_open = TRUE;
  self->flow = (AloqaFlow){ .send_audio = TRUE };
  apply (self);
  aloqa_audio_capture_start (self->audio);
  aloqa_video_capture_start (self->video);
}

/* Closes every device; the sources stay chosen. */
void
aloqa_local_media_close (AloqaLocalMedia *self)
{
  if (!self->is_open)
    return;

  self->is_open = FALSE;
  aloqa_screen_share_stop (self->share);
  g_clear_object (&self->echo_feed);
  apply (self);
  aloqa_device_follower_forget_failures (self->camera);
  aloqa_device_follower_forget_failures (self->microphone);
  aloqa_audio_capture_stop (self->audio);
  aloqa_video_capture_stop (self->video);
}

/* The other side may take the picture out of the call. */
static void
end_share_without_video (AloqaLocalMedia *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->is_open || self->flow.has_video)
    return;
  error = g_error_new (
      ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE,
      "The sharing of the screen has ended: there is no picture in this call any more");
  aloqa_screen_share_fail (self->share, error);
}

/**
 * aloqa_local_media_set_flow:
 * @flow: what is to be sent: without video the camera is closed and black sent, on hold both
 *   devices are closed; muted only sends zeros, so that the level still shows
 */
void
aloqa_local_media_set_flow (AloqaLocalMedia *self, const AloqaFlow *flow)
{
  /* Switched on by hand; the end of a hold is not. */
  if (flow->send_video && !self->flow.send_video && !self->flow.is_held)
    aloqa_device_follower_forget_failures (self->camera);
  self->flow = *flow;
  aloqa_audio_capture_set_muted (self->audio, flow->is_muted);
  end_share_without_video (self);
  if (self->is_open)
    apply (self);
}

/**
 * aloqa_local_media_set_video_source:
 * @source: as media/video-capture.h names it
 * @error: #AloqaMediaError
 *
 * Returns: whether there can be such a source; it is used now or when it is wanted next
 */
gboolean
aloqa_local_media_set_video_source (AloqaLocalMedia *self, const char *source, GError **error)
{
  if (!aloqa_video_capture_knows_source (self->video, source, error))
    return FALSE;

  aloqa_device_follower_forget_failures (self->camera);
  aloqa_device_follower_set_chosen (self->camera, source);
  return apply_video (self, error);
}

/* The same for sound, as media/audio-capture.h names it. */
gboolean
aloqa_local_media_set_audio_source (AloqaLocalMedia *self, const char *source, GError **error)
{
  if (!aloqa_audio_capture_knows_source (self->audio, source, error))
    return FALSE;

  aloqa_device_follower_forget_failures (self->microphone);
  aloqa_device_follower_set_chosen (self->microphone, source);
  return apply_audio (self, error);
}

/**
 * aloqa_local_media_apply_settings:
 * @settings: what the person chose by now; of it the sources and the processing are used, at once
 *   where they are open. What cannot be opened is told by the signal "error".
 */
void
aloqa_local_media_apply_settings (AloqaLocalMedia *self, const AloqaMediaSettings *settings)
{
  aloqa_audio_capture_set_processing (self->audio, settings->processing);
  aloqa_device_follower_set_chosen (self->camera, settings->video_source);
  aloqa_device_follower_set_chosen (self->microphone, settings->audio_source);
  apply (self);
}

/* Returns: (transfer none): the source that is chosen, in use or not */
const char *
aloqa_local_media_get_video_source (AloqaLocalMedia *self)
{
  return aloqa_device_follower_get_chosen (self->camera);
}

/* Returns: (transfer none): likewise for sound */
const char *
aloqa_local_media_get_audio_source (AloqaLocalMedia *self)
{
  return aloqa_device_follower_get_chosen (self->microphone);
}

/* Returns: whether this one of ours is there and not used until it is chosen once more */
gboolean
aloqa_local_media_has_given_up (AloqaLocalMedia *self, AloqaDeviceKind kind)
{
  return aloqa_device_follower_has_given_up (kind == ALOQA_DEVICE_CAMERA ? self->camera
                                                                         : self->microphone);
}

/**
 * aloqa_local_media_set_echo:
 * @feed: (nullable): the sound to send back, instead of the chosen source; %NULL to end that
 */
void
aloqa_local_media_set_echo (AloqaLocalMedia *self, AloqaFeed *feed, guint delay_ms)
{
  g_set_object (&self->echo_feed, feed);
  self->echo_delay_ms = delay_ms;
  apply (self);
}

/**
 * aloqa_local_media_share_screen:
 * @parent_window: as aloqa_screen_share_start() takes it
 * @error: ALOQA_MEDIA_ERROR_FAILED: there is no picture in this call, nor can there be
 *
 * Asks the person which screen or window to show instead of the camera.
 */
gboolean
aloqa_local_media_share_screen (AloqaLocalMedia *self, const char *parent_window, GError **error)
{
  if (!self->is_open || !self->flow.has_video) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "A screen can be shared in a video call only");
    return FALSE;
  }

  aloqa_screen_share_start (self->share, parent_window);
  return TRUE;
}

/* Returns: what our pictures show just now */
AloqaVideoContent
aloqa_local_media_get_content (AloqaLocalMedia *self)
{
  return self->content;
}

/* Returns: (transfer none): what is or was shared last; to be watched and stopped */
AloqaScreenShare *
aloqa_local_media_get_share (AloqaLocalMedia *self)
{
  return self->share;
}

/* Whether a source of sound is in use; else silence is sent, though nobody chose that. */
gboolean
aloqa_local_media_has_microphone (AloqaLocalMedia *self)
{
  return !g_str_equal (aloqa_audio_capture_get_source (self->audio), "silence") ||
         g_str_equal (aloqa_device_follower_get_chosen (self->microphone), "silence");
}

/* Whether a camera is in use: not one that is off, gives way to the screen or is not there. */
gboolean
aloqa_local_media_shows_camera (AloqaLocalMedia *self)
{
  return shows_camera (self) &&
         !g_str_equal (aloqa_video_capture_get_source (self->video), "black");
}

/* How loud the microphone has been since this was asked before, muted or not. */
void
aloqa_local_media_take_level (AloqaLocalMedia *self, AloqaCaptureLevel *level)
{
  aloqa_audio_capture_take_level (self->audio, level);
}
