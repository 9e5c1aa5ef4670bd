/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/sdp.h"

#include <string.h>

static void
write_media (GString *text, const AloqaSdpMedia *media)
{
  g_string_append_printf (text, "%d %s %d %d %s %d %s %s %s %s %s %s %s %d %d\n", media->kind,
                          media->protocol, media->port, media->is_bundle_only, media->mid,
                          media->direction, media->fingerprint_hash, media->fingerprint_value,
                          media->ice_ufrag, media->ice_pwd, media->setup, media->stream_id,
                          media->track_id, media->is_rtcp_mux, media->is_end_of_candidates);
  for (guint i = 0; i < media->codecs->len; i++) {
    const AloqaSdpCodec *codec = g_ptr_array_index (media->codecs, i);
    g_autofree char *feedback = g_strjoinv (",", codec->feedback);

    g_assert_cmpint (codec->payload_type, >=, 0);
    g_assert_cmpint (codec->payload_type, <=, 127);
    g_string_append_printf (text, "%d %s %d %d %s %s\n", codec->payload_type, codec->encoding,
                            codec->clock_rate_hz, codec->n_channels, codec->fmtp, feedback);
    if (aloqa_sdp_media_get_rtx (media, codec->payload_type) != NULL)
      g_string_append (text, "rtx\n");
  }
  for (guint i = 0; i < media->extensions->len; i++) {
    const AloqaSdpExtension *extension = g_ptr_array_index (media->extensions, i);

    g_string_append_printf (text, "%d %s %d\n", extension->id, extension->uri,
                            extension->direction);
  }
  for (guint i = 0; i < media->candidates->len; i++) {
    const AloqaCandidate *candidate = g_ptr_array_index (media->candidates, i);

    g_string_append_printf (text, "%s %s %d\n", candidate->line, candidate->mid,
                            candidate->m_line_index);
  }
  for (guint i = 0; i < media->sources->len; i++) {
    const AloqaSdpSource *source = &g_array_index (media->sources, AloqaSdpSource, i);

    g_string_append_printf (text, "%u %u\n", source->ssrc, source->rtx_ssrc);
  }
}

/* All that was read, as text; reads every field. */
static char *
describe (const AloqaSdp *sdp)
{
  GString *text = g_string_new (NULL);
  g_autofree char *bundle = sdp->bundle_mids != NULL ? g_strjoinv (",", sdp->bundle_mids) : NULL;

  g_assert_cmpuint (sdp->media->len, >=, 1);
  g_assert_cmpuint (sdp->media->len, <=, ALOQA_MAX_SDP_MEDIA);
  g_string_append_printf (text, "%s %d\n", bundle, sdp->is_ice_lite);
  for (guint i = 0; i < sdp->media->len; i++)
    write_media (text, g_ptr_array_index (sdp->media, i));
  return g_string_free (text, FALSE);
}

/* A description says the same once its line ends are set right. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSdp) sdp = aloqa_sdp_parse (text, &error);
  g_autofree char *normalized = aloqa_sdp_normalize (text, NULL);
  g_autofree char *said = NULL, *said_again = NULL;
  g_autoptr (AloqaSdp) again = NULL;

  if (sdp == NULL) {
    g_assert_true (error->domain == ALOQA_PROTOCOL_ERROR);
    g_assert_null (normalized);
    return 0;
  }
  g_assert_no_error (error);
  said = describe (sdp);
  if (normalized == NULL)
    return 0; /* the line ends have made it too large */

  g_assert_null (strstr (normalized, "\r\n\r\n"));
  again = aloqa_sdp_parse (normalized, &error);
  g_assert_no_error (error);
  said_again = describe (again);
  g_assert_cmpstr (said, ==, said_again);
  return 0;
}
