/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/sdp-local.h"

#include <gst/sdp/sdp.h>
#include <string.h>

/* "a=ssrc:1234 msid:STREAM TRACK" is all that webrtcbin says of the track. */
static char *
find_track_id (const GstSDPMedia *media)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    const char *msid =
        strcmp (attribute->key, "ssrc") == 0 ? strstr (attribute->value, " msid:") : NULL;
    const char *track = msid != NULL ? strchr (msid + 1, ' ') : NULL;

    if (track != NULL)
      return g_strdup (track + 1);
  }
  return NULL;
}

static void
remove_attribute (GstSDPMedia *media, const char *key)
{
  for (guint i = gst_sdp_media_attributes_len (media); i > 0; i--) {
    if (strcmp (gst_sdp_media_get_attribute (media, i - 1)->key, key) == 0)
      gst_sdp_media_remove_attribute (media, i - 1);
  }
}

/* Browsers write "opus", and some that read are particular about it. */
static void
lower_opus (GstSDPMedia *media)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    GstSDPAttribute lowered = { 0 };
    char *name =
        strcmp (attribute->key, "rtpmap") == 0 ? strstr (attribute->value, " OPUS/") : NULL;
    g_autofree char *value = NULL;

    if (name == NULL)
      continue;
    value = g_strdup_printf ("%.*s opus/%s", (int) (name - attribute->value), attribute->value,
                             name + strlen (" OPUS/"));
    gst_sdp_attribute_set (&lowered, "rtpmap", value);
    gst_sdp_media_replace_attribute (media, i, &lowered);
  }
}

static void
finish_media (GstSDPMedia *media, const char *stream_id)
{
  g_autofree char *track_id = find_track_id (media);
  g_autofree char *msid = NULL;

  /* A bundled m-line may be written with a port too; not every reader knows bundle-only. */
  if (gst_sdp_media_get_attribute_val (media, "bundle-only") != NULL) {
    remove_attribute (media, "bundle-only");
    gst_sdp_media_set_port_info (media, 9, 0);
  }
  if (gst_sdp_media_get_attribute_val (media, "rtcp-rsize") == NULL)
    gst_sdp_media_add_attribute (media, "rtcp-rsize", NULL);
  lower_opus (media);
  remove_attribute (media, "framerate");
  remove_attribute (media, "rtcp-mux-only");

  if (track_id != NULL) {
    msid = g_strdup_printf ("%s %s", stream_id, track_id);
    gst_sdp_media_add_attribute (media, "msid", msid);
  }
}

/*
 * The parameters of the codec are said here and not by webrtcbin: it would hold its own packets to
 * them, which carry H.264's real level, and leaves profile-level-id out of an answer.
 */
static void
set_fmtp (GstSDPMedia *media, const AloqaSdpTrack *track)
{
  g_autofree char *prefix = g_strdup_printf ("%d ", track->payload_type);
  g_autofree char *value = g_strconcat (prefix, track->fmtp, NULL);

  for (guint i = gst_sdp_media_attributes_len (media); i > 0; i--) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i - 1);

    if (strcmp (attribute->key, "fmtp") == 0 && g_str_has_prefix (attribute->value, prefix))
      gst_sdp_media_remove_attribute (media, i - 1);
  }
  if (*track->fmtp != '\0')
    gst_sdp_media_add_attribute (media, "fmtp", value);
}

static void
add_candidates (GstSDPMedia *media, GPtrArray *candidates, gboolean is_gathered)
{
  for (guint i = 0; i < candidates->len; i++) {
    const AloqaCandidate *candidate = g_ptr_array_index (candidates, i);

    gst_sdp_media_add_attribute (media, "candidate", candidate->line + strlen ("candidate:"));
  }
  if (is_gathered)
    gst_sdp_media_add_attribute (media, "end-of-candidates", NULL);
}

/* An answer has as many m-lines as its offer, in the same order (RFC 3264, section 6). */
static char *
insert_refused (const char *text, const AloqaSdpRemote *offer)
{
  g_auto (GStrv) sections = g_strsplit (text, "\r\nm=", -1);
  GString *result = g_string_new (sections[0]);
  guint n_used = 1;

  g_string_append (result, "\r\n");
  for (guint i = 0; i < offer->refused->len; i++) {
    const char *refusal = g_ptr_array_index (offer->refused, i);

    if (refusal != NULL) {
      g_string_append (result, refusal);
    } else if (sections[n_used] != NULL) {
      const char *section = sections[n_used++];

      g_string_append_printf (result, "m=%s%s", section,
                              g_str_has_suffix (section, "\r\n") ? "" : "\r\n");
    }
  }
  return g_string_free (result, FALSE);
}

/**
 * aloqa_sdp_local_finish:
 * @text: a description that webrtcbin made
 * @stream_id: of both tracks: a page shows tracks by their stream
 * @audio: what is offered or agreed
 * @video: likewise; without a codec where there is none
 * @candidates: of #AloqaCandidate: those gathered so far
 * @is_gathered: no more of them will follow
 * @offer: (nullable): what is answered, for an answer
 *
 * Returns: (transfer full): the description as the other side is to have it; NULL where @text is
 *   none
 */
char *
aloqa_sdp_local_finish (const char *text, const char *stream_id, const AloqaSdpTrack *audio,
                        const AloqaSdpTrack *video, GPtrArray *candidates, gboolean is_gathered,
                        const AloqaSdpRemote *offer)
{
  g_autoptr (GstSDPMessage) sdp = NULL;
  g_autofree char *finished = NULL;

  if (gst_sdp_message_new_from_text (text, &sdp) != GST_SDP_OK ||
      gst_sdp_message_medias_len (sdp) == 0)
    return NULL;

  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (sdp, i);

    finish_media (media, stream_id);
    set_fmtp (media, strcmp (gst_sdp_media_get_media (media), "video") == 0 ? video : audio);
  }
  add_candidates ((GstSDPMedia *) gst_sdp_message_get_media (sdp, 0), candidates, is_gathered);
  gst_sdp_message_add_attribute (sdp, "msid-semantic", " WMS *");

  finished = gst_sdp_message_as_text (sdp);
  return offer != NULL ? insert_refused (finished, offer) : g_steal_pointer (&finished);
}
