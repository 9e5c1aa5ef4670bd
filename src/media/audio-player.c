/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-player.h"

#include "media/audio-format.h"
#include "media/audio-timing.h"
#include "media/echo-reference.h"
#include "media/pipeline.h"
#include "media/timeline.h"

#include <gst/app/app.h>
#include <gst/audio/audio.h>

/* Writing what is left of a file takes milliseconds; a disk that hangs is not waited for. */
#define FILE_END_LIMIT (2 * GST_SECOND)

/* How far ahead sound is handed to the server: what our threads may be late without a crack. */
#define LATENCY_US "40000"

#define FILE_PIPELINE                                                                              \
  "appsrc name=in format=time is-live=true caps=\"" ALOQA_AUDIO_CAPS "\" ! audioconvert "          \
  "! " ALOQA_AUDIO_CAPS " ! wavenc ! filesink name=out async=false sync=false"

#define SPEAKER_PIPELINE                                                                           \
  "appsrc name=in format=time is-live=true leaky-type=downstream max-bytes=0 max-time=200000000 "  \
  "! pulsesink name=out client-name=" ALOQA_AUDIO_PLAYER_CLIENT " provide-clock=false "            \
  "buffer-time=" LATENCY_US " latency-time=10000"

struct _AloqaAudioPlayer {
  const AloqaAudioPlayerFuncs *funcs;
  gpointer owner;
  char *title; /* "The speaker X" */
  gboolean is_file;
  GstElement *pipeline;
  guint bus_watch_id;
  AloqaFeed *feed;
  guint listener_id;

  /* The feed's thread only, while the listener is there. */
  GstAppSrc *appsrc;
  AloqaAudioTiming timing;
};

/* Frames are stamped anew: a peer's say when they were due out of its jitter buffer. */
static void
buffer_cb (GstSample *sample, gpointer user_data)
{
  AloqaAudioPlayer *self = user_data;
  g_autoptr (GstSample) stamped = NULL;
  g_autoptr (GstBuffer) buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, gst_sample_get_caps (sample)))
    return;

  GST_BUFFER_PTS (buffer) = aloqa_audio_timing_follow (&self->timing, aloqa_timeline_get_now ());
  aloqa_audio_timing_advance (&self->timing, gst_buffer_get_size (buffer) / info.bpf);
  stamped = gst_sample_new (buffer, gst_sample_get_caps (sample), NULL, NULL);
  gst_app_src_push_sample (self->appsrc, stamped);
  aloqa_echo_reference_push_voice (self, stamped);
}

static gboolean
bus_message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  AloqaAudioPlayer *self = user_data;
  g_autoptr (GError) error = NULL;
  GstState state;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STATE_CHANGED &&
      GST_MESSAGE_SRC (message) == GST_OBJECT (self->pipeline)) {
    gst_message_parse_state_changed (message, NULL, &state, NULL);
    if (state == GST_STATE_PLAYING)
      self->funcs->started (self, self->owner);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    error = aloqa_pipeline_dup_error (message, self->title);
    self->is_file = FALSE;                          /* nothing to complete */
    self->funcs->failed (self, error, self->owner); /* may free self, and this watch */
  }

  return G_SOURCE_CONTINUE;
}

/* Returns: (nullable): a player whose pipeline has an appsrc "in" and a sink "out" */
static AloqaAudioPlayer *
make_player (AloqaFeed *feed, const char *description, const char *out_property,
             const char *out_value, GError **error)
{
  GstElement *pipeline = aloqa_pipeline_parse (description, error);
  g_autoptr (GstElement) out = NULL;
  g_autoptr (GstBus) bus = NULL;
  AloqaAudioPlayer *self;

  if (pipeline == NULL)
    return NULL;

  self = g_new0 (AloqaAudioPlayer, 1);
  self->pipeline = pipeline;
  self->feed = g_object_ref (feed);
  aloqa_timeline_adopt (GST_PIPELINE (pipeline));
  out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  if (out_value != NULL)
    g_object_set (out, out_property, out_value, NULL);
  self->appsrc = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (pipeline), "in"));
  bus = gst_element_get_bus (pipeline);
  self->bus_watch_id = gst_bus_add_watch (bus, bus_message_cb, self);
  self->timing.next = GST_CLOCK_TIME_NONE;

  return self;
}

static AloqaAudioPlayer *
start (AloqaAudioPlayer *self, const AloqaAudioPlayerFuncs *funcs, gpointer owner)
{
  self->funcs = funcs;
  self->owner = owner;
  aloqa_pipeline_play (self->pipeline);
  self->listener_id = aloqa_feed_add_listener (self->feed, buffer_cb, self);
  return self;
}

/**
 * aloqa_audio_player_new_file:
 * @path: a new WAV file, complete when the player is freed
 *
 * Returns: (transfer full) (nullable): a player
 */
AloqaAudioPlayer *
aloqa_audio_player_new_file (AloqaFeed *feed, const char *path, const AloqaAudioPlayerFuncs *funcs,
                             gpointer owner, GError **error)
{
  AloqaAudioPlayer *self = make_player (feed, FILE_PIPELINE, "location", path, error);

  if (self == NULL)
    return NULL;
  self->is_file = TRUE;
  self->title = g_strdup_printf ("The file %s", path);
  return start (self, funcs, owner);
}

/**
 * aloqa_audio_player_get_tag:
 *
 * Returns: (transfer none): what ALOQA_AUDIO_PLAYER_VOICE says on this program's streams, and on no
 *   other one's
 */
const char *
aloqa_audio_player_get_tag (void)
{
  static char *tag;

  if (g_once_init_enter (&tag))
    g_once_init_leave (&tag, g_uuid_string_random ());
  return tag;
}

static void
set_properties (AloqaAudioPlayer *self, gboolean is_voice)
{
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (self->pipeline), "out");
  g_autoptr (GstStructure) properties =
      gst_structure_new ("props", "media.role", G_TYPE_STRING, "phone", NULL);

  if (is_voice)
    gst_structure_set (properties, ALOQA_AUDIO_PLAYER_VOICE, G_TYPE_STRING,
                       aloqa_audio_player_get_tag (), NULL);
  g_object_set (out, "stream-properties", properties, NULL);
}

/**
 * aloqa_audio_player_new_speaker:
 * @device_id: (nullable): %NULL lets the server choose, and move the stream along with its default
 * @name: what a person calls it
 * @is_voice: of the other side, of which an echo is taken out
 *
 * Returns: (transfer full) (nullable): a player
 */
AloqaAudioPlayer *
aloqa_audio_player_new_speaker (AloqaFeed *feed, const char *device_id, const char *name,
                                gboolean is_voice, const AloqaAudioPlayerFuncs *funcs,
                                gpointer owner, GError **error)
{
  AloqaAudioPlayer *self = make_player (feed, SPEAKER_PIPELINE, "device", device_id, error);

  if (self == NULL)
    return NULL;
  self->title = g_strdup_printf ("The speaker “%s”", name);
  set_properties (self, is_voice);
  return start (self, funcs, owner);
}

/* A WAV file with no sound at all would have no valid header. */
static void
push_silence (AloqaAudioPlayer *self)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, ALOQA_AUDIO_BUFFER_BYTES, NULL);

  gst_buffer_memset (buffer, 0, 0, ALOQA_AUDIO_BUFFER_BYTES);
  GST_BUFFER_PTS (buffer) = 0;
  gst_app_src_push_buffer (self->appsrc, buffer);
}

static void
complete_file (AloqaAudioPlayer *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = NULL;

  if (!GST_CLOCK_TIME_IS_VALID (self->timing.next))
    push_silence (self);
  gst_app_src_end_of_stream (self->appsrc);
  message = gst_bus_timed_pop_filtered (bus, FILE_END_LIMIT, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
}

/* Silent when this returns; nothing is told any more. */
void
aloqa_audio_player_free (AloqaAudioPlayer *self)
{
  aloqa_feed_remove_listener (self->feed, &self->listener_id);
  aloqa_echo_reference_clear_writer (ALOQA_ECHO_REFERENCE_VOICE, self);
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  if (self->is_file)
    complete_file (self);
  gst_object_unref (self->appsrc);
  aloqa_pipeline_retire (self->pipeline);
  g_object_unref (self->feed);
  g_free (self->title);
  g_free (self);
}
