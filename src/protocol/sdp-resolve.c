/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sdp-section.h"

static void
inherit_string (char **target, const char *source)
{
  if (*target == NULL)
    *target = g_strdup (source);
}

/* What describes the transport: an m-line's own, or that of what it belongs to. */
static void
inherit_transport (AloqaSdpMedia *media, const AloqaSdpMedia *from)
{
  if (media->fingerprint_hash == NULL) {
    inherit_string (&media->fingerprint_hash, from->fingerprint_hash);
    inherit_string (&media->fingerprint_value, from->fingerprint_value);
  }
  if (media->ice_ufrag == NULL && media->ice_pwd == NULL) {
    inherit_string (&media->ice_ufrag, from->ice_ufrag);
    inherit_string (&media->ice_pwd, from->ice_pwd);
  }
  inherit_string (&media->setup, from->setup);
}

static gboolean
has_extension (const AloqaSdpMedia *media, int id)
{
  for (guint i = 0; i < media->extensions->len; i++) {
    if (((AloqaSdpExtension *) g_ptr_array_index (media->extensions, i))->id == id)
      return TRUE;
  }
  return FALSE;
}

static void
inherit_session (AloqaSdpSection *section, const AloqaSdpSection *session)
{
  AloqaSdpMedia *media = section->media;

  inherit_transport (media, session->media);
  if (!section->has_direction && session->has_direction)
    media->direction = session->media->direction;
  if (session->media->is_end_of_candidates)
    media->is_end_of_candidates = TRUE;
  for (guint i = 0; i < session->media->extensions->len; i++) {
    const AloqaSdpExtension *extension = g_ptr_array_index (session->media->extensions, i);

    if (!has_extension (media, extension->id))
      g_ptr_array_add (media->extensions, aloqa_sdp_extension_new (extension->id, extension->uri,
                                                                   extension->direction));
  }
}

/*
 * Under BUNDLE the transport may be described at the group's first m-line alone (RFC 9143, section
 * 7.1.3).
 */
static void
inherit_bundle (AloqaSdp *sdp)
{
  const AloqaSdpMedia *first = NULL;

  for (guint i = 0; i < sdp->media->len && sdp->bundle_mids != NULL; i++) {
    AloqaSdpMedia *media = g_ptr_array_index (sdp->media, i);

    if (media->mid == NULL || !g_strv_contains ((const char *const *) sdp->bundle_mids, media->mid))
      continue;
    if (first == NULL)
      first = media;
    else
      inherit_transport (media, first);
  }
}

/* A candidate of a kind that is not known here is no reason to refuse the others. */
static void
make_candidates (AloqaSdpSection *section, int m_line_index)
{
  AloqaSdpMedia *media = section->media;

  for (guint i = 0; i < section->candidate_lines->len; i++) {
    AloqaCandidate *candidate =
        aloqa_candidate_new (g_ptr_array_index (section->candidate_lines, i), media->mid,
                             m_line_index, media->ice_ufrag, NULL);

    if (candidate != NULL)
      g_ptr_array_add (media->candidates, candidate);
  }
}

static gboolean
is_rtx_source (const AloqaSdpMedia *media, guint32 ssrc)
{
  for (guint i = 0; i < media->sources->len; i++) {
    const AloqaSdpSource *source = &g_array_index (media->sources, AloqaSdpSource, i);

    if (source->ssrc != ssrc && source->rtx_ssrc == ssrc)
      return TRUE;
  }
  return FALSE;
}

static void
drop_rtx_sources (AloqaSdpMedia *media)
{
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (AloqaSdpSource));

  for (guint i = 0; i < media->sources->len; i++) {
    AloqaSdpSource source = g_array_index (media->sources, AloqaSdpSource, i);

    if (!is_rtx_source (media, source.ssrc))
      g_array_append_val (kept, source);
  }
  g_array_set_size (media->sources, 0);
  g_array_append_vals (media->sources, kept->data, kept->len);
}

/**
 * aloqa_sdp_resolve:
 * @sdp: with every m-line as it was read
 * @sections: (element-type AloqaSdpSection): the session's, then one for each m-line
 *
 * Gives each m-line what it does not say itself, and what could be made only once all is read.
 */
void
aloqa_sdp_resolve (AloqaSdp *sdp, GPtrArray *sections)
{
  for (guint i = 1; i < sections->len; i++)
    inherit_session (g_ptr_array_index (sections, i), g_ptr_array_index (sections, 0));
  inherit_bundle (sdp);
  for (guint i = 1; i < sections->len; i++) {
    AloqaSdpSection *section = g_ptr_array_index (sections, i);

    make_candidates (section, i - 1);
    drop_rtx_sources (section->media);
  }
}
