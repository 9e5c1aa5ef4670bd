/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sdp-section.h"

#include "protocol/limits.h"

#include <string.h>

static AloqaSdpCodec *
find_codec (AloqaSdpSection *section, const char *payload_type)
{
  guint64 value;

  if (!aloqa_sdp_parse_number (payload_type, 0, 127, &value))
    return NULL;
  for (guint i = 0; i < section->media->codecs->len; i++) {
    AloqaSdpCodec *codec = g_ptr_array_index (section->media->codecs, i);

    if ((guint64) codec->payload_type == value)
      return codec;
  }
  return NULL;
}

/* <payload type> <encoding>/<clock rate>[/<channels>] (RFC 8866, section 6.6). */
gboolean
aloqa_sdp_read_rtpmap (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_autofree char *payload_type = aloqa_sdp_take_word (&value);
  g_auto (GStrv) parts = g_strsplit (value, "/", 4);
  AloqaSdpCodec *codec = find_codec (section, payload_type);
  guint64 clock_rate_hz, n_channels = 1;

  if (codec == NULL)
    return TRUE;
  if (g_strv_length (parts) < 2 || !aloqa_sdp_is_visible (parts[0]) ||
      !aloqa_sdp_parse_number (parts[1], 1, G_MAXINT, &clock_rate_hz))
    return aloqa_sdp_reader_refuse (self, "a=rtpmap has no encoding and clock rate");
  if (parts[2] != NULL && !aloqa_sdp_parse_number (parts[2], 1, 255, &n_channels))
    return aloqa_sdp_reader_refuse (self, "a=rtpmap has no number of channels from 1 to 255");

  g_free (codec->encoding);
  codec->encoding = g_strdup (parts[0]);
  codec->clock_rate_hz = clock_rate_hz;
  codec->n_channels = n_channels;
  return TRUE;
}

gboolean
aloqa_sdp_read_fmtp (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_autofree char *payload_type = aloqa_sdp_take_word (&value);
  AloqaSdpCodec *codec = find_codec (section, payload_type);

  if (codec != NULL && *value != '\0')
    aloqa_sdp_set_once (&codec->fmtp, value);
  return TRUE;
}

static gboolean
append_feedback (AloqaSdpReader *self, AloqaSdpCodec *codec, const char *value)
{
  guint n = g_strv_length (codec->feedback);

  if (g_strv_contains ((const char *const *) codec->feedback, value))
    return TRUE;
  if (n == ALOQA_MAX_SDP_FEEDBACK)
    return aloqa_sdp_reader_refuse_large (self, "a=rtcp-fb lines of one payload type",
                                          ALOQA_MAX_SDP_FEEDBACK);
  codec->feedback = g_renew (char *, codec->feedback, n + 2);
  codec->feedback[n] = g_strdup (value);
  codec->feedback[n + 1] = NULL;
  return TRUE;
}

/* <payload type or *> <what> (RFC 4585, section 4.2). */
gboolean
aloqa_sdp_read_rtcp_fb (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_autofree char *payload_type = aloqa_sdp_take_word (&value);
  gboolean is_for_all = strcmp (payload_type, "*") == 0;
  AloqaSdpCodec *only = is_for_all ? NULL : find_codec (section, payload_type);

  if (*value == '\0')
    return aloqa_sdp_reader_refuse (self, "a=rtcp-fb says nothing");
  for (guint i = 0; i < section->media->codecs->len; i++) {
    AloqaSdpCodec *codec = g_ptr_array_index (section->media->codecs, i);

    if ((is_for_all || codec == only) && !append_feedback (self, codec, value))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_extension_id (const char *word, int *id, AloqaSdpDirection *direction)
{
  static const char *const names[] = {
    [ALOQA_SDP_INACTIVE] = "inactive",
    [ALOQA_SDP_SENDONLY] = "sendonly",
    [ALOQA_SDP_RECVONLY] = "recvonly",
    [ALOQA_SDP_SENDRECV] = "sendrecv",
  };
  g_auto (GStrv) parts = g_strsplit (word, "/", 2);
  guint64 value;

  /* Ids over 255 stand for "chosen by the answerer" (RFC 8285, section 7). Nobody sends them. */
  if (parts[0] == NULL || !aloqa_sdp_parse_number (parts[0], 1, 255, &value))
    return FALSE;
  *id = value;
  *direction = ALOQA_SDP_SENDRECV;
  if (parts[1] == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strcmp (parts[1], names[i]) == 0) {
      *direction = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* <id>[/<direction>] <URI> [attributes] (RFC 8285, section 7). */
gboolean
aloqa_sdp_read_extmap (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_autofree char *id_word = aloqa_sdp_take_word (&value);
  g_autofree char *uri = aloqa_sdp_take_word (&value);
  GPtrArray *extensions = section->media->extensions;
  AloqaSdpDirection direction;
  int id;

  if (!parse_extension_id (id_word, &id, &direction))
    return aloqa_sdp_reader_refuse (self, "a=extmap has no id from 1 to 255 and valid direction");
  if (!aloqa_sdp_is_visible (uri))
    return aloqa_sdp_reader_refuse (self, "a=extmap has no URI");
  if (extensions->len == ALOQA_MAX_SDP_EXTENSIONS)
    return aloqa_sdp_reader_refuse_large (self, "a=extmap lines of one m-line",
                                          ALOQA_MAX_SDP_EXTENSIONS);
  for (guint i = 0; i < extensions->len; i++) {
    if (((AloqaSdpExtension *) g_ptr_array_index (extensions, i))->id == id)
      return aloqa_sdp_reader_refuse (self, "a=extmap repeats an id");
  }

  g_ptr_array_add (extensions, aloqa_sdp_extension_new (id, uri, direction));
  return TRUE;
}

static AloqaSdpSource *
find_source (AloqaSdpMedia *media, guint32 ssrc)
{
  for (guint i = 0; i < media->sources->len; i++) {
    AloqaSdpSource *source = &g_array_index (media->sources, AloqaSdpSource, i);

    if (source->ssrc == ssrc)
      return source;
  }
  return NULL;
}

static AloqaSdpSource *
ensure_source (AloqaSdpReader *self, AloqaSdpMedia *media, guint32 ssrc)
{
  AloqaSdpSource source = { .ssrc = ssrc };
  AloqaSdpSource *found = find_source (media, ssrc);

  if (found != NULL)
    return found;
  if (media->sources->len == ALOQA_MAX_SDP_SSRCS) {
    aloqa_sdp_reader_refuse_large (self, "sources of one m-line", ALOQA_MAX_SDP_SSRCS);
    return NULL;
  }
  g_array_append_val (media->sources, source);
  return &g_array_index (media->sources, AloqaSdpSource, media->sources->len - 1);
}

/* <ssrc> <attribute> (RFC 5576, section 4.1). */
gboolean
aloqa_sdp_read_ssrc (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_autofree char *word = aloqa_sdp_take_word (&value);
  guint64 ssrc;

  if (!aloqa_sdp_parse_number (word, 0, G_MAXUINT32, &ssrc))
    return aloqa_sdp_reader_refuse (self, "a=ssrc has no number of 32 bits");
  return ensure_source (self, section->media, ssrc) != NULL;
}

/* FID <ssrc> <ssrc of its retransmissions> (RFC 5576, section 4.2; RFC 4588, section 8.3). */
gboolean
aloqa_sdp_read_ssrc_group (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_autofree char *semantics = aloqa_sdp_take_word (&value);
  g_autofree char *first = aloqa_sdp_take_word (&value);
  g_autofree char *second = aloqa_sdp_take_word (&value);
  AloqaSdpSource *source;
  guint64 ssrc, rtx_ssrc;

  if (strcmp (semantics, "FID") != 0)
    return TRUE;
  if (!aloqa_sdp_parse_number (first, 0, G_MAXUINT32, &ssrc) ||
      !aloqa_sdp_parse_number (second, 0, G_MAXUINT32, &rtx_ssrc))
    return aloqa_sdp_reader_refuse (self, "a=ssrc-group:FID has no two numbers of 32 bits");
  source = ensure_source (self, section->media, ssrc);
  if (source == NULL)
    return FALSE;
  source->rtx_ssrc = rtx_ssrc;
  return TRUE;
}
