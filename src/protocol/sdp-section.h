/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/error.h"
#include "protocol/sdp.h"

G_BEGIN_DECLS

/* Inside the SDP parser only: what it works with while it reads. */

/*
 * The session's part of a description, or one m-line's. The session's is kept as if it were an
 * m-line's: what it says holds for every one that does not say otherwise.
 */
typedef struct {
  AloqaSdpMedia *media; /* an m-line's belongs to the description, the session's to this */
  gboolean is_session;
  gboolean has_direction;
  GPtrArray *candidate_lines; /* of char *: they need the mid, which may follow them */
} AloqaSdpSection;

typedef struct {
  AloqaSdp *sdp;
  guint line_number; /* from 1 */
  GError **error;
} AloqaSdpReader;

/* Reads the value of one attribute: what follows "a=name:", or "" where there is no colon. */
typedef gboolean (*AloqaSdpAttributeFunc) (AloqaSdpReader *self, AloqaSdpSection *section,
                                           const char *value);

AloqaSdpMedia *aloqa_sdp_media_new (void);
void aloqa_sdp_media_free (AloqaSdpMedia *self);
AloqaSdpCodec *aloqa_sdp_codec_new (int payload_type);
AloqaSdpExtension *aloqa_sdp_extension_new (int id, const char *uri, AloqaSdpDirection direction);
AloqaSdpSection *aloqa_sdp_section_new (gboolean is_session);
void aloqa_sdp_section_free (AloqaSdpSection *self);

gboolean aloqa_sdp_reader_refuse (AloqaSdpReader *self, const char *reason);
gboolean aloqa_sdp_reader_refuse_large (AloqaSdpReader *self, const char *what, int limit);
gboolean aloqa_sdp_reader_read_attribute (AloqaSdpReader *self, AloqaSdpSection *section,
                                          const char *attribute);

void aloqa_sdp_resolve (AloqaSdp *sdp, GPtrArray *sections);

char *aloqa_sdp_take_word (const char **text);
gboolean aloqa_sdp_parse_number (const char *text, guint64 min, guint64 max, guint64 *value);
gboolean aloqa_sdp_is_visible (const char *text);
void aloqa_sdp_set_once (char **target, const char *value);

/* Payload types, header extensions and sources. */
gboolean aloqa_sdp_read_rtpmap (AloqaSdpReader *self, AloqaSdpSection *section, const char *value);
gboolean aloqa_sdp_read_fmtp (AloqaSdpReader *self, AloqaSdpSection *section, const char *value);
gboolean aloqa_sdp_read_rtcp_fb (AloqaSdpReader *self, AloqaSdpSection *section, const char *value);
gboolean aloqa_sdp_read_extmap (AloqaSdpReader *self, AloqaSdpSection *section, const char *value);
gboolean aloqa_sdp_read_ssrc (AloqaSdpReader *self, AloqaSdpSection *section, const char *value);
gboolean
aloqa_sdp_read_ssrc_group (AloqaSdpReader *self, AloqaSdpSection *section, const char *value);

G_END_DECLS
