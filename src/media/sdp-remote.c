/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/sdp-remote.h"

#include <string.h>

#include "media/fingerprint.h"

#define H264_PROFILE "profile-level-id"

/* What is understood of an fmtp. Others do harm (sprop-stereo makes Opus one-way) or nothing. */
static const char *const known_parameters[] = { "minptime",           "useinbandfec",
                                                "profile-id",         H264_PROFILE,
                                                "packetization-mode", "level-asymmetry-allowed" };

/* Feedback that we can give or heed; of the others goog-remb is the one that must not come back. */
static const char *const known_feedback[] = { "nack", "nack pli", "ccm fir", "transport-cc" };

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_BAD_SDP,
               "The other side's session description %s", reason);
  return FALSE;
}

static gboolean
contains (const char *const *words, gsize n_words, const char *word, gsize length)
{
  for (gsize i = 0; i < n_words; i++) {
    if (strlen (words[i]) == length && g_ascii_strncasecmp (words[i], word, length) == 0)
      return TRUE;
  }
  return FALSE;
}

/* --- Understanding --------------------------------------------------------------------------- */

static const AloqaSdpCodec *
find_codec (const AloqaSdpMedia *media, const AloqaCodec *codec)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    const AloqaSdpCodec *offered = g_ptr_array_index (media->codecs, i);

    if (aloqa_codec_accepts (codec, offered))
      return offered;
  }
  return NULL;
}

/* @preferred where it is offered, else the first of ours. */
static const AloqaCodec *
choose_codec (const AloqaSdpMedia *media, const AloqaCodec *preferred)
{
  if (find_codec (media, preferred) != NULL)
    return preferred;

  for (guint i = 0; i < media->codecs->len; i++) {
    const AloqaSdpCodec *offered = g_ptr_array_index (media->codecs, i);
    const AloqaCodec *codec = aloqa_codec_find (media->kind, offered->encoding);

    if (codec != NULL && aloqa_codec_accepts (codec, offered))
      return codec;
  }
  return NULL;
}

static int
get_twcc_id (const AloqaSdpMedia *media, const AloqaSdpCodec *codec)
{
  int id = aloqa_sdp_media_get_extension_id (media, ALOQA_TWCC_URI);

  /* One-byte headers end at 14 (RFC 8285), and GStreamer writes the sequence number in those. */
  if (id < 1 || id > 14 || !g_strv_contains ((const char *const *) codec->feedback, "transport-cc"))
    return 0;
  return id;
}

/* The parameters that are known here without @left_out, "" for none. */
static char *
filter_fmtp (const char *fmtp, const char *left_out)
{
  g_auto (GStrv) parameters = g_strsplit (fmtp != NULL ? fmtp : "", ";", -1);
  GString *result = g_string_new (NULL);

  for (guint i = 0; parameters[i] != NULL; i++) {
    const char *parameter = g_strstrip (parameters[i]);
    gsize length = strcspn (parameter, "=");

    if (contains (known_parameters, G_N_ELEMENTS (known_parameters), parameter, length) &&
        !contains (&left_out, 1, parameter, length))
      g_string_append_printf (result, "%s%s", result->len > 0 ? ";" : "", parameter);
  }
  return g_string_free (result, FALSE);
}

/* @fmtp: (out): gets what the track points to */
static void
fill_track (AloqaSdpTrack *track, char **fmtp, const AloqaSdpMedia *media, const AloqaCodec *codec)
{
  const AloqaSdpCodec *offered = find_codec (media, codec);
  const AloqaSdpCodec *rtx = aloqa_sdp_media_get_rtx (media, offered->payload_type);

  *fmtp = filter_fmtp (offered->fmtp, "");
  track->codec = codec;
  track->payload_type = offered->payload_type;
  track->rtx_payload_type = rtx != NULL && media->kind == ALOQA_SDP_VIDEO ? rtx->payload_type : -1;
  track->twcc_extension_id = get_twcc_id (media, offered);
  track->fmtp = *fmtp;
}

/*
 * The m-line whose transport carries everything: the first that the BUNDLE group names (RFC 8843,
 * section 7.2), or the only one. Two transports are not taken: half of a call could be another's.
 */
static const AloqaSdpMedia *
find_transport (const AloqaSdp *sdp, const AloqaSdpMedia *audio, const AloqaSdpMedia *video,
                GError **error)
{
  const char *const *mids = (const char *const *) sdp->bundle_mids;

  if (audio->mid == NULL || (video != NULL && video->mid == NULL)) {
    refuse (error, "has an m-line without a=mid");
    return NULL;
  }
  if (video == NULL && (mids == NULL || !g_strv_contains (mids, audio->mid)))
    return audio;
  if (mids == NULL || !g_strv_contains (mids, audio->mid) ||
      (video != NULL && !g_strv_contains (mids, video->mid))) {
    refuse (error, "does not bundle audio and video");
    return NULL;
  }
  if (video != NULL && strcmp (audio->mid, video->mid) == 0) {
    refuse (error, "uses one a=mid twice");
    return NULL;
  }

  for (guint i = 0; i < sdp->media->len; i++) {
    const AloqaSdpMedia *media = g_ptr_array_index (sdp->media, i);

    if (g_strcmp0 (media->mid, mids[0]) == 0 && media->port != 0)
      return media;
  }
  refuse (error, "bundles on an m-line that is not there");
  return NULL;
}

static gboolean
check_transport (const AloqaSdpMedia *media, gboolean is_offer, GError **error)
{
  if (media->ice_ufrag == NULL || media->ice_pwd == NULL)
    return refuse (error, "has no a=ice-ufrag or no a=ice-pwd");
  if (media->fingerprint_value == NULL ||
      !aloqa_fingerprint_is_known_hash (media->fingerprint_hash))
    return refuse (error, "has no a=fingerprint with SHA-256, SHA-384 or SHA-512");
  if (!media->is_rtcp_mux && media->kind != ALOQA_SDP_OTHER)
    return refuse (error, "has no a=rtcp-mux");
  if (g_strcmp0 (media->setup, "active") != 0 && g_strcmp0 (media->setup, "passive") != 0 &&
      !(is_offer && g_strcmp0 (media->setup, "actpass") == 0))
    return refuse (error, "has no usable a=setup");
  return TRUE;
}

static gboolean
is_used (const AloqaSdpMedia *media)
{
  return media->port != 0 || media->is_bundle_only;
}

/* --- Writing --------------------------------------------------------------------------------- */

static void
write_codec (GString *text, const AloqaSdpTrack *track, const AloqaSdpMedia *media)
{
  const AloqaSdpCodec *codec = find_codec (media, track->codec);
  /* A baseline decoder takes the constrained baseline that is sent; webrtcbin finds that they are two,
   * and answers without video. */
  g_autofree char *fmtp = filter_fmtp (track->fmtp, H264_PROFILE);

  g_string_append_printf (text, "a=rtpmap:%d %s/%d%s\r\n", track->payload_type,
                          track->codec->rtp_name, codec->clock_rate_hz,
                          media->kind == ALOQA_SDP_AUDIO ? "/2" : "");
  if (*fmtp != '\0')
    g_string_append_printf (text, "a=fmtp:%d %s\r\n", track->payload_type, fmtp);
  for (guint i = 0; codec->feedback[i] != NULL; i++) {
    const char *feedback = codec->feedback[i];

    if (contains (known_feedback, G_N_ELEMENTS (known_feedback), feedback, strlen (feedback)))
      g_string_append_printf (text, "a=rtcp-fb:%d %s\r\n", track->payload_type, feedback);
  }
  if (track->rtx_payload_type >= 0)
    g_string_append_printf (text, "a=rtpmap:%d rtx/%d\r\na=fmtp:%d apt=%d\r\n",
                            track->rtx_payload_type, codec->clock_rate_hz, track->rtx_payload_type,
                            track->payload_type);
  if (track->twcc_extension_id > 0)
    g_string_append_printf (text, "a=extmap:%d " ALOQA_TWCC_URI "\r\n", track->twcc_extension_id);
}

/* webrtcbin tells bundled streams apart by these alone. */
static void
write_sources (GString *text, const AloqaSdpMedia *media)
{
  for (guint i = 0; i < media->sources->len; i++) {
    const AloqaSdpSource *source = &g_array_index (media->sources, AloqaSdpSource, i);

    g_string_append_printf (text, "a=ssrc:%u cname:remote\r\n", source->ssrc);
    if (source->rtx_ssrc != 0)
      g_string_append_printf (text, "a=ssrc:%u cname:remote\r\n", source->rtx_ssrc);
  }
}

static void
write_media (GString *text, const AloqaSdpTrack *track, const AloqaSdpMedia *media,
             const AloqaSdpMedia *transport)
{
  static const char *const directions[] = {
    [ALOQA_SDP_INACTIVE] = "inactive",
    [ALOQA_SDP_SENDONLY] = "sendonly",
    [ALOQA_SDP_RECVONLY] = "recvonly",
    [ALOQA_SDP_SENDRECV] = "sendrecv",
  };

  g_string_append_printf (text, "m=%s %d UDP/TLS/RTP/SAVPF %d",
                          media->kind == ALOQA_SDP_AUDIO ? "audio" : "video",
                          track->codec != NULL ? 9 : 0, track->payload_type);
  if (track->codec != NULL && track->rtx_payload_type >= 0)
    g_string_append_printf (text, " %d", track->rtx_payload_type);
  g_string_append_printf (text,
                          "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
                          "a=fingerprint:%s %s\r\na=setup:%s\r\na=mid:%s\r\na=%s\r\n"
                          "a=rtcp-mux\r\na=rtcp-rsize\r\n",
                          transport->ice_ufrag, transport->ice_pwd, transport->fingerprint_hash,
                          transport->fingerprint_value, transport->setup, media->mid,
                          directions[media->direction]);
  if (track->codec != NULL) {
    write_codec (text, track, media);
    write_sources (text, media);
  }
}

static const AloqaSdpTrack *
get_track (const AloqaSdpRemote *self, const AloqaSdpMedia *media)
{
  return media->kind == ALOQA_SDP_AUDIO ? &self->audio : &self->video;
}

static void
write_session (GString *text, const AloqaSdp *sdp, const AloqaSdpRemote *self,
               GPtrArray *kept_media)
{
  g_string_append (text, "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
                         "a=ice-options:trickle\r\n");
  if (sdp->is_ice_lite)
    g_string_append (text, "a=ice-lite\r\n");
  if (!self->is_bundled)
    return;

  g_string_append (text, "a=group:BUNDLE");
  for (guint i = 0; i < kept_media->len; i++) {
    const AloqaSdpMedia *media = g_ptr_array_index (kept_media, i);

    if (get_track (self, media)->codec != NULL)
      g_string_append_printf (text, " %s", media->mid);
  }
  g_string_append (text, "\r\n");
}

/* --- Both ------------------------------------------------------------------------------------ */

/* As an answer is to say it (RFC 9429, section 5.3.1). */
static char *
describe_refused (const AloqaSdpMedia *media)
{
  static const char *const kinds[] = { "audio", "video", "application" };
  const AloqaSdpCodec *codec = media->codecs->len > 0 ? g_ptr_array_index (media->codecs, 0) : NULL;
  g_autofree char *format =
      codec != NULL ? g_strdup_printf ("%d", codec->payload_type) : g_strdup ("webrtc-datachannel");

  return g_strdup_printf ("m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n%s%s%s",
                          kinds[media->kind], media->protocol, format,
                          media->mid != NULL ? "a=mid:" : "", media->mid != NULL ? media->mid : "",
                          media->mid != NULL ? "\r\n" : "");
}

static int
get_index (const AloqaSdp *sdp, const AloqaSdpMedia *media)
{
  guint index = 0;

  return g_ptr_array_find (sdp->media, media, &index) ? (int) index : -1;
}

/* Sorts the m-lines into those that webrtcbin is to see and those that it is not. */
static GPtrArray *
sort_media (AloqaSdpRemote *self, const AloqaSdp *sdp, const AloqaSdpMedia *audio,
            const AloqaSdpMedia *video)
{
  GPtrArray *kept_media = g_ptr_array_new ();

  self->refused = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < sdp->media->len; i++) {
    AloqaSdpMedia *media = g_ptr_array_index (sdp->media, i);
    gboolean is_kept = media == audio || media == video;

    if (is_kept)
      g_ptr_array_add (kept_media, media);
    g_ptr_array_add (self->refused, is_kept ? NULL : describe_refused (media));
  }
  return kept_media;
}

static void
fill_transport (AloqaSdpRemote *self, const AloqaSdp *sdp, const AloqaSdpMedia *transport)
{
  self->fingerprint_hash = g_strdup (transport->fingerprint_hash);
  self->fingerprint_value = g_strdup (transport->fingerprint_value);
  self->ice_ufrag = g_strdup (transport->ice_ufrag);
  self->transport_mid = g_strdup (transport->mid);
  self->transport_index = get_index (sdp, transport);
  self->candidates = g_ptr_array_ref (transport->candidates);
}

/* @video: kept in the text, though refused where its track has no codec; or NULL */
static gboolean
fill (AloqaSdpRemote *self, const AloqaSdp *sdp, const AloqaSdpMedia *audio,
      const AloqaSdpMedia *video, gboolean is_offer, GError **error)
{
  const AloqaSdpMedia *used_video = self->video.codec != NULL ? video : NULL;
  const AloqaSdpMedia *transport = find_transport (sdp, audio, used_video, error);
  g_autoptr (GPtrArray) kept_media = NULL;
  GString *text;

  if (transport == NULL || !check_transport (transport, is_offer, error))
    return FALSE;

  self->is_bundled = sdp->bundle_mids != NULL &&
                     g_strv_contains ((const char *const *) sdp->bundle_mids, audio->mid);
  fill_transport (self, sdp, transport);
  kept_media = sort_media (self, sdp, audio, video);
  text = g_string_new (NULL);
  write_session (text, sdp, self, kept_media);
  for (guint i = 0; i < kept_media->len; i++) {
    const AloqaSdpMedia *media = g_ptr_array_index (kept_media, i);

    write_media (text, get_track (self, media), media, transport);
  }
  self->text = g_string_free (text, FALSE);
  return TRUE;
}

/* One error domain for whoever asked for a call. */
static AloqaSdp *
parse (const char *text, GError **error)
{
  g_autoptr (GError) fault = NULL;
  AloqaSdp *sdp = aloqa_sdp_parse (text, &fault);

  if (sdp == NULL)
    g_set_error_literal (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_BAD_SDP, fault->message);
  return sdp;
}

/**
 * aloqa_sdp_remote_new_offer:
 * @text: what the other side offers, of any shape
 * @preferred_video: the codec to take where several are offered
 *
 * Video in no codec of ours is left out; sound in none is an error.
 *
 * Returns: (transfer full): the offer, fit for webrtcbin; or NULL with ALOQA_PEER_ERROR_BAD_SDP or
 *   ALOQA_PEER_ERROR_NO_CODEC
 */
AloqaSdpRemote *
aloqa_sdp_remote_new_offer (const char *text, const AloqaCodec *preferred_video, GError **error)
{
  g_autoptr (AloqaSdp) sdp = parse (text, error);
  g_autoptr (AloqaSdpRemote) self = NULL;
  const AloqaSdpMedia *audio;
  const AloqaSdpMedia *video;
  const AloqaCodec *video_codec = NULL;

  if (sdp == NULL)
    return NULL;
  audio = aloqa_sdp_get_media (sdp, ALOQA_SDP_AUDIO);
  video = aloqa_sdp_get_media (sdp, ALOQA_SDP_VIDEO);
  if (audio == NULL || !is_used (audio)) {
    refuse (error, "has no sound in it");
    return NULL;
  }
  if (find_codec (audio, aloqa_codec_get_audio ()) == NULL) {
    g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_NO_CODEC,
                 "The other side does not speak Opus, the only sound format for calls here");
    return NULL;
  }
  if (video != NULL && is_used (video))
    video_codec = choose_codec (video, preferred_video);

  self = g_new0 (AloqaSdpRemote, 1);
  fill_track (&self->audio, &self->audio_fmtp, audio, aloqa_codec_get_audio ());
  if (video_codec != NULL)
    fill_track (&self->video, &self->video_fmtp, video, video_codec);
  if (!fill (self, sdp, audio, video_codec != NULL ? video : NULL, TRUE, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* A track of our offer as the answer took it; one that it refused keeps its payload type alone. */
static gboolean
answer_track (AloqaSdpTrack *track, char **fmtp, const AloqaSdpMedia *media,
              const AloqaSdpTrack *offered, GError **error)
{
  const AloqaSdpCodec *codec = find_codec (media, offered->codec);

  track->payload_type = offered->payload_type;
  track->rtx_payload_type = -1;
  if (!is_used (media))
    return TRUE;
  if (codec == NULL || codec->payload_type != offered->payload_type) {
    g_set_error (error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_NO_CODEC,
                 "The other side does not speak %s as it was offered", offered->codec->name);
    return FALSE;
  }
  fill_track (track, fmtp, media, offered->codec);
  return TRUE;
}

/**
 * aloqa_sdp_remote_new_answer:
 * @text: what the other side answers, of any shape
 * @audio: what was offered
 * @video: likewise, without a codec where none was
 *
 * Returns: (transfer full): the answer, fit for webrtcbin, its video without a codec where the other
 *   side refused it; or NULL with ALOQA_PEER_ERROR_BAD_SDP or ALOQA_PEER_ERROR_NO_CODEC
 */
AloqaSdpRemote *
aloqa_sdp_remote_new_answer (const char *text, const AloqaSdpTrack *audio,
                             const AloqaSdpTrack *video, GError **error)
{
  g_autoptr (AloqaSdp) sdp = parse (text, error);
  g_autoptr (AloqaSdpRemote) self = NULL;
  const AloqaSdpMedia *audio_media;
  const AloqaSdpMedia *video_media = NULL;
  guint n_offered = video->codec != NULL ? 2 : 1;

  if (sdp == NULL)
    return NULL;
  audio_media = g_ptr_array_index (sdp->media, 0);
  if (n_offered == 2 && sdp->media->len == 2)
    video_media = g_ptr_array_index (sdp->media, 1);
  if (sdp->media->len != n_offered || audio_media->kind != ALOQA_SDP_AUDIO ||
      !is_used (audio_media) || (video_media != NULL && video_media->kind != ALOQA_SDP_VIDEO)) {
    refuse (error, "does not answer what was offered");
    return NULL;
  }

  self = g_new0 (AloqaSdpRemote, 1);
  if (!answer_track (&self->audio, &self->audio_fmtp, audio_media, audio, error) ||
      (video_media != NULL &&
       !answer_track (&self->video, &self->video_fmtp, video_media, video, error)) ||
      !fill (self, sdp, audio_media, video_media, FALSE, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
aloqa_sdp_remote_free (AloqaSdpRemote *self)
{
  g_free (self->text);
  g_free (self->audio_fmtp);
  g_free (self->video_fmtp);
  g_free (self->fingerprint_hash);
  g_free (self->fingerprint_value);
  g_free (self->ice_ufrag);
  g_free (self->transport_mid);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_pointer (&self->refused, g_ptr_array_unref);
  g_free (self);
}

/**
 * aloqa_sdp_remote_is_for_transport:
 *
 * Returns: whether @candidate is for the transport that is used, and of this description: candidates
 *   for m-lines that were bundled away, or of another call, are not
 */
gboolean
aloqa_sdp_remote_is_for_transport (const AloqaSdpRemote *self, const AloqaCandidate *candidate)
{
  if (candidate->username_fragment != NULL &&
      strcmp (candidate->username_fragment, self->ice_ufrag) != 0)
    return FALSE;
  if (candidate->mid != NULL)
    return strcmp (candidate->mid, self->transport_mid) == 0;
  return candidate->m_line_index < 0 || candidate->m_line_index == self->transport_index;
}
