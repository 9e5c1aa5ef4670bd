/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sdp-section.h"

#include "protocol/limits.h"

#include <string.h>

AloqaSdpSection *
aloqa_sdp_section_new (gboolean is_session)
{
  AloqaSdpSection *self = g_new0 (AloqaSdpSection, 1);

  self->media = aloqa_sdp_media_new ();
  self->is_session = is_session;
  self->candidate_lines = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
aloqa_sdp_section_free (AloqaSdpSection *self)
{
  if (self->is_session)
    aloqa_sdp_media_free (self->media);
  g_ptr_array_unref (self->candidate_lines);
  g_free (self);
}

gboolean
aloqa_sdp_reader_refuse (AloqaSdpReader *self, const char *reason)
{
  aloqa_protocol_error_set (self->error, ALOQA_PROTOCOL_ERROR_BAD_SDP, NULL, "line %u: %s",
                            self->line_number, reason);
  return FALSE;
}

gboolean
aloqa_sdp_reader_refuse_large (AloqaSdpReader *self, const char *what, int limit)
{
  aloqa_protocol_error_set (self->error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, NULL,
                            "line %u: there are over %d %s", self->line_number, limit, what);
  return FALSE;
}

/* Takes the next word, up to a space, from @text; "" at the end. */
char *
aloqa_sdp_take_word (const char **text)
{
  const char *start = *text + strspn (*text, " ");
  gsize length = strcspn (start, " ");

  *text = start + length;
  *text += strspn (*text, " ");
  return g_strndup (start, length);
}

gboolean
aloqa_sdp_parse_number (const char *text, guint64 min, guint64 max, guint64 *value)
{
  return g_ascii_isdigit (*text) && g_ascii_string_to_unsigned (text, 10, min, max, value, NULL);
}

/* The first one counts: a repeated attribute changes nothing. */
void
aloqa_sdp_set_once (char **target, const char *value)
{
  if (*target == NULL)
    *target = g_strdup (value);
}

gboolean
aloqa_sdp_is_visible (const char *text)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c))
      return FALSE;
  }
  return *text != '\0';
}
