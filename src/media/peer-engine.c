/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-engine-private.h"

#include <string.h>

#include "media/timeline.h"

AloqaPeerEvent *
aloqa_peer_event_new (AloqaPeerEventType type)
{
  AloqaPeerEvent *event = g_new0 (AloqaPeerEvent, 1);

  event->type = type;
  return event;
}

void
aloqa_peer_event_free (gpointer data)
{
  AloqaPeerEvent *event = data;

  g_free (event->text);
  g_clear_error (&event->error);
  g_free (event);
}

/* Any thread. */
void
aloqa_peer_engine_tell (AloqaPeerEngine *self, AloqaPeerEvent *event)
{
  aloqa_hop_call (self->hop, self->handler, event, aloqa_peer_event_free);
}

void
aloqa_peer_engine_tell_type (AloqaPeerEngine *self, AloqaPeerEventType type)
{
  aloqa_peer_engine_tell (self, aloqa_peer_event_new (type));
}

/* --- What comes in --------------------------------------------------------------------------- */

static void
audio_received_cb (AloqaPeerReceiver *receiver, gboolean is_first, guint width_px, guint height_px,
                   gpointer user_data)
{
  if (is_first)
    aloqa_peer_engine_tell_type (user_data, ALOQA_PEER_EVENT_FIRST_AUDIO);
}

static void
video_received_cb (AloqaPeerReceiver *receiver, gboolean is_first, guint width_px, guint height_px,
                   gpointer user_data)
{
  AloqaPeerEvent *event = aloqa_peer_event_new (ALOQA_PEER_EVENT_VIDEO);

  event->is_first = is_first;
  event->width_px = width_px;
  event->height_px = height_px;
  aloqa_peer_engine_tell (user_data, event);
}

static AloqaPeerReceiver *
find_receiver (AloqaPeerEngine *self, GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = caps != NULL ? gst_caps_get_structure (caps, 0) : NULL;
  const char *media = structure != NULL ? gst_structure_get_string (structure, "media") : NULL;
  const char *name =
      structure != NULL ? gst_structure_get_string (structure, "encoding-name") : NULL;
  AloqaPeerReceiver *receiver =
      g_strcmp0 (media, "audio") == 0 ? self->audio_receiver : self->video_receiver;

  if (receiver == NULL || g_strcmp0 (aloqa_peer_receiver_get_codec (receiver)->rtp_name, name) != 0)
    return NULL;
  return receiver;
}

/* What is none of the call's streams goes nowhere, in peace. */
static void
sink_pad (AloqaPeerEngine *self, GstPad *pad)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) sink_pad = NULL;

  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  sink_pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, sink_pad);
}

static void
pad_added_cb (GstElement *webrtc, GstPad *pad, gpointer user_data)
{
  AloqaPeerEngine *self = user_data;
  AloqaPeerReceiver *receiver;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  receiver = find_receiver (self, pad);
  if (receiver == NULL || !aloqa_peer_receiver_link (receiver, pad))
    sink_pad (self, pad);
}

/* --- What goes out --------------------------------------------------------------------------- */

static void
gate_cb (AloqaPeerGateState state, gpointer user_data)
{
  AloqaPeerEngine *self = user_data;

  switch (state) {
  case ALOQA_PEER_GATE_OPEN:
    /* Here, on the thread of the handshake: the way over the main thread costs milliseconds. */
    if (self->video_sender != NULL)
      aloqa_peer_sender_open (self->video_sender);
    aloqa_peer_sender_open (self->audio_sender);
    aloqa_peer_engine_tell_type (self, ALOQA_PEER_EVENT_SECURE);
    break;
  case ALOQA_PEER_GATE_BROKEN:
    aloqa_peer_engine_tell_type (self, ALOQA_PEER_EVENT_IMPOSTOR);
    break;
  case ALOQA_PEER_GATE_FAILED:
    aloqa_peer_engine_tell_type (self, ALOQA_PEER_EVENT_DTLS_FAILED);
    break;
  case ALOQA_PEER_GATE_SHUT:
    break;
  }
}

/* What of an estimate is not for video: sound with its headers. */
#define AUDIO_KBPS 60
/* A smaller change is not worth an encoder's while. */
#define MIN_CHANGE_PERCENT 3

/* On a streaming thread, ten times a second, or twice without pictures. */
static void
estimated_cb (guint kbps, gpointer user_data)
{
  AloqaPeerEngine *self = user_data;
  guint video_kbps = kbps > AUDIO_KBPS ? kbps - AUDIO_KBPS : 0;
  guint old_kbps = (guint) g_atomic_int_get (&self->target_kbps);
  guint difference_kbps;

  video_kbps = CLAMP (video_kbps, self->min_kbps, (guint) g_atomic_int_get (&self->max_kbps));
  difference_kbps = MAX (video_kbps, old_kbps) - MIN (video_kbps, old_kbps);
  if (self->video_sender == NULL || difference_kbps * 100 < old_kbps * MIN_CHANGE_PERCENT)
    return;
  g_atomic_int_set (&self->target_kbps, (int) video_kbps);
  aloqa_peer_sender_set_bitrate (self->video_sender, video_kbps);
}

static GstCaps *
make_preferences (const AloqaSdpTrack *track, guint32 ssrc)
{
  const AloqaCodec *codec = track->codec;
  GString *text = g_string_new (NULL);
  GstCaps *caps;

  g_string_printf (text,
                   "application/x-rtp, media=(string)%s, encoding-name=(string)%s, "
                   "clock-rate=(int)%d, payload=(int)%d, ssrc=(uint)%u",
                   codec->kind == ALOQA_SDP_AUDIO ? "audio" : "video", codec->rtp_name,
                   codec->clock_rate_hz, track->payload_type, ssrc);
  if (codec->kind == ALOQA_SDP_AUDIO)
    g_string_append (text, ", encoding-params=(string)2");
  if (track->twcc_extension_id > 0)
    g_string_append_printf (text, ", rtcp-fb-transport-cc=(boolean)true, extmap-%d=(string)\"%s\"",
                            track->twcc_extension_id, ALOQA_TWCC_URI);

  caps = gst_caps_from_string (text->str);
  g_string_free (text, TRUE);
  return caps;
}

/*
 * webrtcbin opens a pad only if it knows its caps by the time of the answer, and never later; an encoder
 * tells them with its first frame, and that may take longer.
 */
static void
announce_caps (GstPad *pad, GstCaps *caps, const char *stream_id)
{
  gst_pad_send_event (pad, gst_event_new_stream_start (stream_id));
  gst_pad_send_event (pad, gst_event_new_caps (caps));
}

/*
 * The pad is asked for without a place among the m-lines: they may be the other way round in an
 * offer. Retransmission is for video alone; with it on audio Chromium refuses the offer.
 */
static gboolean
connect_sender (AloqaPeerEngine *self, AloqaPeerSender *sender, const AloqaSdpTrack *track,
                const char *stream_id)
{
  guint32 ssrc = MAX (g_random_int (), 1);
  g_autoptr (GstCaps) preferences = make_preferences (track, ssrc);
  GstPadTemplate *template = gst_element_get_pad_template (self->webrtc, "sink_%u");
  g_autoptr (GstPad) pad = gst_element_request_pad (self->webrtc, template, NULL, preferences);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  gboolean has_rtx = track->rtx_payload_type >= 0;

  if (pad == NULL)
    return FALSE;
  g_object_set (pad, "msid", stream_id, NULL);
  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "codec-preferences", preferences, "do-nack", has_rtx, NULL);
  announce_caps (pad, preferences, stream_id);
  aloqa_peer_sender_set_payload (sender, track->payload_type, ssrc);
  aloqa_peer_reports_watch (self->reports, ssrc);
  aloqa_peer_playout_set_payload_type (self->playout, track->codec->kind, track->payload_type);
  if (!aloqa_peer_sender_link (sender, pad))
    return FALSE;
  if (track->codec->kind == ALOQA_SDP_AUDIO) {
    g_autoptr (GstPad) source = gst_pad_get_peer (pad);

    aloqa_peer_feedback_watch (self->feedback, source);
  }
  return TRUE;
}

static gboolean
add_track (AloqaPeerEngine *self, const AloqaSdpTrack *track, const char *stream_id, GError **error)
{
  gboolean is_audio = track->codec->kind == ALOQA_SDP_AUDIO;
  AloqaPeerSender **sender = is_audio ? &self->audio_sender : &self->video_sender;
  AloqaPeerReceiver **receiver = is_audio ? &self->audio_receiver : &self->video_receiver;

  *receiver = aloqa_peer_receiver_new (
      GST_BIN (self->pipeline), track->codec, is_audio ? self->remote_audio : self->remote_video,
      is_audio ? audio_received_cb : video_received_cb, self, error);
  if (*receiver == NULL)
    return FALSE;
  aloqa_peer_playout_set_sink (self->playout, track->codec->kind,
                               aloqa_peer_receiver_get_sink (*receiver));
  *sender = aloqa_peer_sender_new (GST_BIN (self->pipeline), track->codec, error);
  if (*sender == NULL)
    return FALSE;
  if (!connect_sender (self, *sender, track, stream_id)) {
    g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_MEDIA,
                 "The %s stream could not be set up", track->codec->name);
    return FALSE;
  }
  return TRUE;
}

/* --- The pipeline ---------------------------------------------------------------------------- */

static void
tell_error (AloqaPeerEngine *self, GstMessage *message)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *details = NULL;
  GstElementFactory *factory =
      GST_IS_ELEMENT (GST_MESSAGE_SRC (message))
          ? gst_element_get_factory (GST_ELEMENT (GST_MESSAGE_SRC (message)))
          : NULL;
  const char *name = factory != NULL ? GST_OBJECT_NAME (factory) : "pipeline";
  AloqaPeerEvent *event;

  gst_message_parse_error (message, &cause, &details);
  g_debug ("engine %p: error of %s: %s (%s)", (void *) self, name, cause->message, details);
  /* The handshake's errors come through the gate. */
  if (g_str_has_prefix (name, "dtls"))
    return;

  event = aloqa_peer_event_new (ALOQA_PEER_EVENT_ERROR);
  event->error = g_error_new (ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_MEDIA,
                              "The media stream broke down (%s: %s)", name, cause->message);
  aloqa_peer_engine_tell (self, event);
}

static gboolean
bus_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    tell_error (user_data, message);
  return G_SOURCE_CONTINUE;
}

static gboolean
build (AloqaPeerEngine *self, const AloqaPeerConfig *config, GError **error)
{
  g_autoptr (GstBus) bus = NULL;

  self->webrtc = aloqa_codec_make_element ("webrtcbin", error);
  if (self->webrtc == NULL)
    return FALSE;
  gst_object_ref_sink (self->webrtc);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  aloqa_timeline_adopt (GST_PIPELINE (self->pipeline));
  self->playout = aloqa_peer_playout_new (GST_PIPELINE (self->pipeline));
  gst_bin_add (GST_BIN (self->pipeline), self->webrtc);
  g_object_set (self->webrtc, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, NULL);
  aloqa_peer_engine_set_up_ice (self, config);
  aloqa_peer_engine_watch_elements (self);
  g_signal_connect (self->webrtc, "pad-added", G_CALLBACK (pad_added_cb), self);

  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch_id = gst_bus_add_watch (bus, bus_cb, self);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_MISSING,
                 "webrtcbin does not start: install GStreamer's nice, dtls and srtp plugins");
    return FALSE;
  }
  return TRUE;
}

/**
 * aloqa_peer_engine_new:
 * @remote_audio: where received sound goes
 * @remote_video: where received pictures go
 * @hop: to whom @handler belongs
 * @handler: called on the main thread with an #AloqaPeerEvent
 *
 * Returns: (transfer full): a running engine without tracks, or NULL with ALOQA_PEER_ERROR_MISSING
 */
AloqaPeerEngine *
aloqa_peer_engine_new (const AloqaPeerConfig *config, AloqaFeed *remote_audio,
                       AloqaFeed *remote_video, AloqaHop *hop, AloqaHopFunc handler, GError **error)
{
  g_autoptr (AloqaPeerEngine) self = g_new0 (AloqaPeerEngine, 1);
  g_autoptr (AloqaClock) clock = aloqa_clock_new_awake ();

  self->hop = aloqa_hop_ref (hop);
  self->handler = handler;
  self->negotiation_lock = aloqa_negotiation_lock_new ();
  self->remote_audio = g_object_ref (remote_audio);
  self->remote_video = g_object_ref (remote_video);
  self->tunnels = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_turn_tls_free);
  self->gate = aloqa_peer_gate_new (gate_cb, self);
  self->reports = aloqa_peer_reports_new ();
  self->min_kbps = config->min_kbps;
  self->camera_max_kbps = MAX (config->max_kbps, config->min_kbps);
  self->screen_max_kbps = MAX (config->max_screen_kbps, config->min_kbps);
  self->max_kbps = (int) self->camera_max_kbps;
  self->target_kbps = (int) CLAMP (config->initial_kbps, self->min_kbps, self->camera_max_kbps);
  self->feedback = aloqa_peer_feedback_new (
      clock, (guint) self->target_kbps + AUDIO_KBPS, self->min_kbps + AUDIO_KBPS,
      MAX (self->camera_max_kbps, self->screen_max_kbps) + AUDIO_KBPS, estimated_cb, self);
  if (!build (self, config, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * aloqa_peer_engine_detach:
 *
 * Nothing goes in any more, and nothing of the bus is heard: to be called on the main thread before
 * aloqa_peer_engine_free() on another.
 */
void
aloqa_peer_engine_detach (AloqaPeerEngine *self)
{
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  if (self->audio_sender != NULL)
    aloqa_peer_sender_set_feed (self->audio_sender, NULL);
  if (self->video_sender != NULL)
    aloqa_peer_sender_set_feed (self->video_sender, NULL);
}

/**
 * aloqa_peer_engine_free:
 *
 * Stops all of its threads first, which may take a while: to be called on a thread that may wait.
 */
void
aloqa_peer_engine_free (AloqaPeerEngine *self)
{
  aloqa_peer_engine_detach (self);
  if (self->pipeline != NULL) {
    aloqa_peer_engine_end_negotiation (self);
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  }
  gst_clear_object (&self->rtpbin);
  gst_clear_object (&self->webrtc);
  gst_clear_object (&self->pipeline);
  g_clear_pointer (&self->audio_sender, aloqa_peer_sender_free);
  g_clear_pointer (&self->video_sender, aloqa_peer_sender_free);
  g_clear_pointer (&self->audio_receiver, aloqa_peer_receiver_free);
  g_clear_pointer (&self->video_receiver, aloqa_peer_receiver_free);
  g_clear_pointer (&self->tunnels, g_ptr_array_unref);
  g_clear_pointer (&self->gate, aloqa_peer_gate_free);
  g_clear_pointer (&self->playout, aloqa_peer_playout_free);
  g_clear_pointer (&self->reports, aloqa_peer_reports_free);
  g_clear_pointer (&self->feedback, aloqa_peer_feedback_free);
  g_clear_object (&self->remote_audio);
  g_clear_object (&self->remote_video);
  g_clear_pointer (&self->negotiation_lock, aloqa_negotiation_lock_unref);
  aloqa_hop_unref (self->hop);
  g_free (self);
}

/**
 * aloqa_peer_engine_add_tracks:
 * @audio: what is to be offered, or was
 * @video: likewise; without a codec there is none
 * @stream_id: of both
 */
gboolean
aloqa_peer_engine_add_tracks (AloqaPeerEngine *self, const AloqaSdpTrack *audio,
                              const AloqaSdpTrack *video, const char *stream_id, GError **error)
{
  if (!add_track (self, audio, stream_id, error) ||
      (video->codec != NULL && !add_track (self, video, stream_id, error)))
    return FALSE;
  if (self->video_sender != NULL)
    aloqa_peer_sender_set_bitrate (self->video_sender, (guint) self->target_kbps);
  return TRUE;
}

void
aloqa_peer_engine_expect (AloqaPeerEngine *self, const char *hash, const char *value)
{
  aloqa_peer_gate_expect (self->gate, hash, value);
}

/**
 * aloqa_peer_engine_set_feeds:
 * @audio: (nullable): what to send
 * @video: (nullable): likewise
 *
 * The tracks are there.
 */
void
aloqa_peer_engine_set_feeds (AloqaPeerEngine *self, AloqaFeed *audio, AloqaFeed *video)
{
  aloqa_peer_sender_set_feed (self->audio_sender, audio);
  if (self->video_sender != NULL)
    aloqa_peer_sender_set_feed (self->video_sender, video);
}

/* The tracks are there. What the new limit comes to is told by the next feedback. */
void
aloqa_peer_engine_set_content (AloqaPeerEngine *self, AloqaVideoContent content)
{
  gboolean is_camera = content == ALOQA_VIDEO_CONTENT_CAMERA;

  if (self->video_sender == NULL)
    return;
  g_atomic_int_set (&self->max_kbps,
                    (int) (is_camera ? self->camera_max_kbps : self->screen_max_kbps));
  aloqa_peer_sender_set_content (self->video_sender, content);
}

guint64
aloqa_peer_engine_get_bytes_in (AloqaPeerEngine *self)
{
  return aloqa_peer_gate_get_bytes_in (self->gate);
}

/* The tracks are there. */
void
aloqa_peer_engine_set_loss (AloqaPeerEngine *self, double audio_percent)
{
  aloqa_peer_sender_set_loss (self->audio_sender, (guint) (audio_percent + 0.5));
}

/* Of sound: one packet in fifty. For fewer it is not worth it that every frame takes longer. */
#define STRAY_LOSSES 10
#define STRAY_PERIOD_US (10 * G_USEC_PER_SEC)

/* The count begins again after a silence, or with a new stream. */
static gboolean
is_losing_sound (AloqaPeerEngine *self, gint64 n_lost, gint64 now_us)
{
  if (n_lost < self->sound_lost || now_us - self->sound_lost_us > STRAY_PERIOD_US) {
    self->sound_lost = n_lost;
    self->sound_lost_us = now_us;
  }
  return n_lost - self->sound_lost > STRAY_LOSSES;
}

void
aloqa_peer_engine_update_playout (AloqaPeerEngine *self, double resend_ms,
                                  const AloqaPeerStats *stats, gint64 now_us)
{
  if (!self->is_sound_repaired && is_losing_sound (self, stats->audio.packets_lost_in, now_us)) {
    self->is_sound_repaired = TRUE;
    aloqa_peer_playout_set_repair_ms (self->playout, ALOQA_PEER_RECEIVER_REPAIR_MS);
    aloqa_peer_receiver_repair (self->audio_receiver);
  }
  aloqa_peer_playout_update (self->playout, resend_ms, stats->video.packets_lost_in, now_us);
}
