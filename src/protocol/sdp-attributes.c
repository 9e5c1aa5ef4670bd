/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sdp-section.h"

#include "protocol/limits.h"

#include <string.h>

static gboolean
read_mid (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  if (strlen (value) > ALOQA_MAX_MID_CHARS)
    return aloqa_sdp_reader_refuse_large (self, "characters in a=mid", ALOQA_MAX_MID_CHARS);
  if (!aloqa_sdp_is_visible (value))
    return aloqa_sdp_reader_refuse (self, "a=mid is no word");
  for (guint i = 0; i < self->sdp->media->len; i++) {
    const AloqaSdpMedia *media = g_ptr_array_index (self->sdp->media, i);

    if (media != section->media && g_strcmp0 (media->mid, value) == 0)
      return aloqa_sdp_reader_refuse (self, "a=mid is that of another m-line");
  }
  aloqa_sdp_set_once (&section->media->mid, value);
  return TRUE;
}

/* webrtcbin cannot use an m-line that has two. */
static gboolean
set_direction (AloqaSdpReader *self, AloqaSdpSection *section, AloqaSdpDirection direction)
{
  if (section->has_direction)
    return aloqa_sdp_reader_refuse (self, "there is a second direction");
  section->media->direction = direction;
  section->has_direction = TRUE;
  return TRUE;
}

static gboolean
read_sendrecv (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  return set_direction (self, section, ALOQA_SDP_SENDRECV);
}

static gboolean
read_sendonly (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  return set_direction (self, section, ALOQA_SDP_SENDONLY);
}

static gboolean
read_recvonly (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  return set_direction (self, section, ALOQA_SDP_RECVONLY);
}

static gboolean
read_inactive (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  return set_direction (self, section, ALOQA_SDP_INACTIVE);
}

/* Bytes of a digest (RFC 8122, section 5), or 0 for one that is not known. */
static gsize
get_digest_bytes (const char *hash)
{
  static const struct {
    const char *name;
    gsize n_bytes;
  } digests[] = { { "sha-1", 20 },   { "sha-224", 28 }, { "sha-256", 32 },
                  { "sha-384", 48 }, { "sha-512", 64 }, { "md5", 16 } };

  for (guint i = 0; i < G_N_ELEMENTS (digests); i++) {
    if (strcmp (hash, digests[i].name) == 0)
      return digests[i].n_bytes;
  }
  return 0;
}

/* Whether @value is @n_bytes pairs of hexadecimal digits, joined by colons. */
static gboolean
is_digest (const char *value, gsize n_bytes)
{
  if (strlen (value) != n_bytes * 3 - 1)
    return FALSE;
  for (gsize i = 0; value[i] != '\0'; i++) {
    if (i % 3 == 2 ? value[i] != ':' : !g_ascii_isxdigit (value[i]))
      return FALSE;
  }
  return TRUE;
}

/* <hash> <value>. One of a hash that is not known is passed over; of several, SHA-256 is best. */
static gboolean
read_fingerprint (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  AloqaSdpMedia *media = section->media;
  g_autofree char *word = aloqa_sdp_take_word (&value);
  g_autofree char *hash = g_ascii_strdown (word, -1);
  gsize n_bytes = get_digest_bytes (hash);

  if (n_bytes == 0)
    return TRUE;
  if (!is_digest (value, n_bytes))
    return aloqa_sdp_reader_refuse (self, "a=fingerprint is not of its hash's length and form");
  if (media->fingerprint_hash != NULL &&
      (strcmp (media->fingerprint_hash, "sha-256") == 0 || strcmp (hash, "sha-256") != 0))
    return TRUE;

  g_free (media->fingerprint_hash);
  g_free (media->fingerprint_value);
  media->fingerprint_hash = g_steal_pointer (&hash);
  media->fingerprint_value = g_ascii_strup (value, -1);
  return TRUE;
}

static gboolean
read_ice_ufrag (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  if (strlen (value) > ALOQA_MAX_ICE_UFRAG_CHARS)
    return aloqa_sdp_reader_refuse_large (self, "characters in a=ice-ufrag",
                                          ALOQA_MAX_ICE_UFRAG_CHARS);
  if (!aloqa_sdp_is_visible (value))
    return aloqa_sdp_reader_refuse (self, "a=ice-ufrag is no word");
  aloqa_sdp_set_once (&section->media->ice_ufrag, value);
  return TRUE;
}

static gboolean
read_ice_pwd (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  if (strlen (value) > ALOQA_MAX_ICE_PWD_CHARS)
    return aloqa_sdp_reader_refuse_large (self, "characters in a=ice-pwd", ALOQA_MAX_ICE_PWD_CHARS);
  if (!aloqa_sdp_is_visible (value))
    return aloqa_sdp_reader_refuse (self, "a=ice-pwd is no word");
  aloqa_sdp_set_once (&section->media->ice_pwd, value);
  return TRUE;
}

static gboolean
read_setup (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  static const char *const roles[] = { "actpass", "active", "passive", "holdconn", NULL };

  if (!g_strv_contains (roles, value))
    return aloqa_sdp_reader_refuse (self, "a=setup is not actpass, active, passive or holdconn");
  aloqa_sdp_set_once (&section->media->setup, value);
  return TRUE;
}

/* <stream> [<track>] (RFC 8830, section 2); "-" for a track without a stream. */
static gboolean
read_msid (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_autofree char *stream_id = aloqa_sdp_take_word (&value);
  g_autofree char *track_id = aloqa_sdp_take_word (&value);

  if (*stream_id != '\0' && strcmp (stream_id, "-") != 0)
    aloqa_sdp_set_once (&section->media->stream_id, stream_id);
  if (*track_id != '\0')
    aloqa_sdp_set_once (&section->media->track_id, track_id);
  return TRUE;
}

static gboolean
read_rtcp_mux (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  section->media->is_rtcp_mux = TRUE;
  return TRUE;
}

static gboolean
read_bundle_only (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  section->media->is_bundle_only = TRUE;
  return TRUE;
}

static gboolean
read_end_of_candidates (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  section->media->is_end_of_candidates = TRUE;
  return TRUE;
}

static gboolean
read_candidate (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  if (section->candidate_lines->len == ALOQA_MAX_SDP_CANDIDATES)
    return aloqa_sdp_reader_refuse_large (self, "a=candidate lines of one m-line",
                                          ALOQA_MAX_SDP_CANDIDATES);
  g_ptr_array_add (section->candidate_lines, g_strconcat ("candidate:", value, NULL));
  return TRUE;
}

static gboolean
read_group (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);

  if (self->sdp->bundle_mids == NULL && g_strcmp0 (words[0], "BUNDLE") == 0)
    self->sdp->bundle_mids = g_strdupv (words + 1);
  return TRUE;
}

static gboolean
read_ice_lite (AloqaSdpReader *self, AloqaSdpSection *section, const char *value)
{
  self->sdp->is_ice_lite = TRUE;
  return TRUE;
}

enum {
  IN_SESSION = 1 << 0,
  IN_MEDIA = 1 << 1,
  IN_BOTH = IN_SESSION | IN_MEDIA,
};

/* The attributes that matter here, and where each may stand; elsewhere it is passed over. */
static const struct {
  const char *name;
  guint where;
  AloqaSdpAttributeFunc read;
} attributes[] = {
  { "mid", IN_MEDIA, read_mid },
  { "sendrecv", IN_BOTH, read_sendrecv },
  { "sendonly", IN_BOTH, read_sendonly },
  { "recvonly", IN_BOTH, read_recvonly },
  { "inactive", IN_BOTH, read_inactive },
  { "rtpmap", IN_MEDIA, aloqa_sdp_read_rtpmap },
  { "fmtp", IN_MEDIA, aloqa_sdp_read_fmtp },
  { "rtcp-fb", IN_MEDIA, aloqa_sdp_read_rtcp_fb },
  { "extmap", IN_BOTH, aloqa_sdp_read_extmap },
  { "fingerprint", IN_BOTH, read_fingerprint },
  { "ice-ufrag", IN_BOTH, read_ice_ufrag },
  { "ice-pwd", IN_BOTH, read_ice_pwd },
  { "setup", IN_BOTH, read_setup },
  { "msid", IN_MEDIA, read_msid },
  { "rtcp-mux", IN_MEDIA, read_rtcp_mux },
  { "bundle-only", IN_MEDIA, read_bundle_only },
  { "candidate", IN_MEDIA, read_candidate },
  { "end-of-candidates", IN_BOTH, read_end_of_candidates },
  { "ssrc", IN_MEDIA, aloqa_sdp_read_ssrc },
  { "ssrc-group", IN_MEDIA, aloqa_sdp_read_ssrc_group },
  { "group", IN_SESSION, read_group },
  { "ice-lite", IN_SESSION, read_ice_lite },
};

/**
 * aloqa_sdp_reader_read_attribute:
 * @attribute: a line without "a="
 *
 * Takes over what @attribute says; one that is not known says nothing.
 */
gboolean
aloqa_sdp_reader_read_attribute (AloqaSdpReader *self, AloqaSdpSection *section,
                                 const char *attribute)
{
  guint where = section->is_session ? IN_SESSION : IN_MEDIA;
  gsize n_name = strcspn (attribute, ":");
  const char *value = attribute[n_name] == ':' ? attribute + n_name + 1 : "";

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++) {
    if (strlen (attributes[i].name) == n_name &&
        strncmp (attributes[i].name, attribute, n_name) == 0)
      return (attributes[i].where & where) == 0 || attributes[i].read (self, section, value);
  }
  return TRUE;
}
