/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sdp.h"

#include "protocol/sdp-section.h"

#include <string.h>

static void
free_codec (gpointer data)
{
  AloqaSdpCodec *self = data;

  g_free (self->encoding);
  g_free (self->fmtp);
  g_strfreev (self->feedback);
  g_free (self);
}

static void
free_extension (gpointer data)
{
  AloqaSdpExtension *self = data;

  g_free (self->uri);
  g_free (self);
}

AloqaSdpCodec *
aloqa_sdp_codec_new (int payload_type)
{
  AloqaSdpCodec *self = g_new0 (AloqaSdpCodec, 1);

  self->payload_type = payload_type;
  self->encoding = g_strdup ("");
  self->n_channels = 1;
  self->feedback = g_new0 (char *, 1);
  return self;
}

AloqaSdpExtension *
aloqa_sdp_extension_new (int id, const char *uri, AloqaSdpDirection direction)
{
  AloqaSdpExtension *self = g_new0 (AloqaSdpExtension, 1);

  self->id = id;
  self->uri = g_strdup (uri);
  self->direction = direction;
  return self;
}

AloqaSdpMedia *
aloqa_sdp_media_new (void)
{
  AloqaSdpMedia *self = g_new0 (AloqaSdpMedia, 1);

  self->direction = ALOQA_SDP_SENDRECV;
  self->codecs = g_ptr_array_new_with_free_func (free_codec);
  self->extensions = g_ptr_array_new_with_free_func (free_extension);
  self->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_candidate_unref);
  self->sources = g_array_new (FALSE, FALSE, sizeof (AloqaSdpSource));
  return self;
}

void
aloqa_sdp_media_free (AloqaSdpMedia *self)
{
  g_free (self->protocol);
  g_free (self->mid);
  g_ptr_array_unref (self->codecs);
  g_ptr_array_unref (self->extensions);
  g_free (self->fingerprint_hash);
  g_free (self->fingerprint_value);
  g_free (self->ice_ufrag);
  g_free (self->ice_pwd);
  g_free (self->setup);
  g_free (self->stream_id);
  g_free (self->track_id);
  g_ptr_array_unref (self->candidates);
  g_array_unref (self->sources);
  g_free (self);
}

void
aloqa_sdp_free (AloqaSdp *self)
{
  g_ptr_array_unref (self->media);
  g_strfreev (self->bundle_mids);
  g_free (self);
}

/**
 * aloqa_sdp_get_media:
 *
 * Returns: (transfer none) (nullable): the first m-line of this kind, refused or not
 */
const AloqaSdpMedia *
aloqa_sdp_get_media (const AloqaSdp *self, AloqaSdpKind kind)
{
  for (guint i = 0; i < self->media->len; i++) {
    const AloqaSdpMedia *media = g_ptr_array_index (self->media, i);

    if (media->kind == kind)
      return media;
  }
  return NULL;
}

/**
 * aloqa_sdp_media_get_codec:
 * @encoding: in upper or lower case
 *
 * Returns: (transfer none) (nullable): the first codec of this name
 */
const AloqaSdpCodec *
aloqa_sdp_media_get_codec (const AloqaSdpMedia *self, const char *encoding)
{
  for (guint i = 0; i < self->codecs->len; i++) {
    const AloqaSdpCodec *codec = g_ptr_array_index (self->codecs, i);

    if (g_ascii_strcasecmp (codec->encoding, encoding) == 0)
      return codec;
  }
  return NULL;
}

/* The payload type that an RTX codec repeats ("apt=96", RFC 4588, section 8.6), or -1. */
static int
get_associated_payload_type (const AloqaSdpCodec *codec)
{
  g_auto (GStrv) parameters = NULL;

  if (codec->fmtp == NULL)
    return -1;
  parameters = g_strsplit (codec->fmtp, ";", -1);
  for (guint i = 0; parameters[i] != NULL; i++) {
    const char *parameter = g_strstrip (parameters[i]);
    guint64 value;

    if (g_str_has_prefix (parameter, "apt=") &&
        g_ascii_string_to_unsigned (parameter + strlen ("apt="), 10, 0, 127, &value, NULL))
      return value;
  }
  return -1;
}

/**
 * aloqa_sdp_media_get_rtx:
 * @payload_type: of a codec
 *
 * Returns: (transfer none) (nullable): the codec that carries its retransmissions
 */
const AloqaSdpCodec *
aloqa_sdp_media_get_rtx (const AloqaSdpMedia *self, int payload_type)
{
  for (guint i = 0; i < self->codecs->len; i++) {
    const AloqaSdpCodec *codec = g_ptr_array_index (self->codecs, i);

    if (g_ascii_strcasecmp (codec->encoding, "rtx") == 0 &&
        get_associated_payload_type (codec) == payload_type)
      return codec;
  }
  return NULL;
}

/* Returns: the id of the header extension @uri, or 0 where it is not there. */
int
aloqa_sdp_media_get_extension_id (const AloqaSdpMedia *self, const char *uri)
{
  for (guint i = 0; i < self->extensions->len; i++) {
    const AloqaSdpExtension *extension = g_ptr_array_index (self->extensions, i);

    if (strcmp (extension->uri, uri) == 0)
      return extension->id;
  }
  return 0;
}
