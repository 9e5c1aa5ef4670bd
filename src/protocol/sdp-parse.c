/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sdp.h"

#include "protocol/limits.h"
#include "protocol/sdp-section.h"

#include <string.h>

/* Payload types that need no a=rtpmap (RFC 3551, section 6) and that somebody still speaks. */
static const struct {
  int payload_type;
  const char *encoding;
  int clock_rate_hz;
} static_codecs[] = {
  { 0, "PCMU", 8000 }, { 8, "PCMA", 8000 }, { 9, "G722", 8000 }, { 13, "CN", 8000 }
};

/* Cuts @text, which it changes, into lines; empty ones go. A line is NULL-terminated in place. */
static GPtrArray *
split_lines (char *text)
{
  GPtrArray *lines = g_ptr_array_new ();
  char *line = text;

  while (line != NULL) {
    char *end = strchr (line, '\n');
    char *next = end != NULL ? end + 1 : NULL;

    if (end == NULL)
      end = line + strlen (line);
    if (end > line && end[-1] == '\r')
      end--;
    *end = '\0';
    g_ptr_array_add (lines, line);
    line = next;
  }
  return lines;
}

static gboolean
check_line (AloqaSdpReader *self, const char *line)
{
  if (strlen (line) > ALOQA_MAX_SDP_LINE_BYTES)
    return aloqa_sdp_reader_refuse_large (self, "bytes in a line", ALOQA_MAX_SDP_LINE_BYTES);
  if (!g_ascii_islower (line[0]) || line[1] != '=')
    return aloqa_sdp_reader_refuse (self, "does not begin with a letter and “=”");
  for (const char *c = line; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c) && *c != '\t')
      return aloqa_sdp_reader_refuse (self, "has a control character");
  }
  return TRUE;
}

static AloqaSdpKind
get_kind (const char *word)
{
  if (strcmp (word, "audio") == 0)
    return ALOQA_SDP_AUDIO;
  return strcmp (word, "video") == 0 ? ALOQA_SDP_VIDEO : ALOQA_SDP_OTHER;
}

static gboolean
has_codec (const AloqaSdpMedia *media, int payload_type)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    if (((AloqaSdpCodec *) g_ptr_array_index (media->codecs, i))->payload_type == payload_type)
      return TRUE;
  }
  return FALSE;
}

static void
add_codec (AloqaSdpMedia *media, int payload_type)
{
  AloqaSdpCodec *codec = aloqa_sdp_codec_new (payload_type);

  for (guint i = 0; i < G_N_ELEMENTS (static_codecs); i++) {
    if (static_codecs[i].payload_type == payload_type) {
      g_free (codec->encoding);
      codec->encoding = g_strdup (static_codecs[i].encoding);
      codec->clock_rate_hz = static_codecs[i].clock_rate_hz;
    }
  }
  g_ptr_array_add (media->codecs, codec);
}

static gboolean
read_payload_types (AloqaSdpReader *self, AloqaSdpMedia *media, GStrv words)
{
  for (guint i = 0; words[i] != NULL; i++) {
    guint64 value;

    if (!g_ascii_isdigit (*words[i]) ||
        !g_ascii_string_to_unsigned (words[i], 10, 0, 127, &value, NULL))
      return aloqa_sdp_reader_refuse (self, "m= has a payload type that is not 0 to 127");
    if (!has_codec (media, value))
      add_codec (media, value);
  }
  return TRUE;
}

/* m=<media> <port>[/<ports>] <protocol> <format> … (RFC 8866, section 5.14). */
static gboolean
read_m_line (AloqaSdpReader *self, AloqaSdpMedia *media, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  guint64 port;

  if (g_strv_length (words) < 4)
    return aloqa_sdp_reader_refuse (self, "m= has no media, port, protocol and format");
  words[1][strcspn (words[1], "/")] = '\0';
  if (!g_ascii_isdigit (*words[1]) ||
      !g_ascii_string_to_unsigned (words[1], 10, 0, G_MAXUINT16, &port, NULL))
    return aloqa_sdp_reader_refuse (self, "m= has a port that is not 0 to 65535");

  media->kind = get_kind (words[0]);
  media->port = port;
  media->protocol = g_strdup (words[2]);
  return media->kind == ALOQA_SDP_OTHER || read_payload_types (self, media, words + 3);
}

static AloqaSdpSection *
begin_media (AloqaSdpReader *self, GPtrArray *sections, const char *value)
{
  AloqaSdpSection *section;

  if (sections->len > ALOQA_MAX_SDP_MEDIA) {
    aloqa_sdp_reader_refuse_large (self, "m= lines", ALOQA_MAX_SDP_MEDIA);
    return NULL;
  }
  section = aloqa_sdp_section_new (FALSE);
  g_ptr_array_add (sections, section);
  g_ptr_array_add (self->sdp->media, section->media);
  return read_m_line (self, section->media, value) ? section : NULL;
}

/* The session's lines come in this order (RFC 8866, section 5); "hello" ends here. */
static gboolean
check_start (AloqaSdpReader *self, const char *line, guint n_seen)
{
  if (n_seen == 0 && strcmp (line, "v=0") != 0)
    return aloqa_sdp_reader_refuse (self, "is not “v=0”");
  if (n_seen == 1 && line[0] != 'o')
    return aloqa_sdp_reader_refuse (self, "is not the o= line");
  if (n_seen == 2 && line[0] != 's')
    return aloqa_sdp_reader_refuse (self, "is not the s= line");
  return TRUE;
}

static gboolean
read_lines (AloqaSdpReader *self, GPtrArray *lines, GPtrArray *sections)
{
  AloqaSdpSection *section = g_ptr_array_index (sections, 0);
  guint n_seen = 0;

  for (guint i = 0; i < lines->len; i++) {
    const char *line = g_ptr_array_index (lines, i);

    self->line_number = i + 1;
    if (*line == '\0')
      continue;
    if (n_seen == ALOQA_MAX_SDP_LINES)
      return aloqa_sdp_reader_refuse_large (self, "lines", ALOQA_MAX_SDP_LINES);
    if (!check_line (self, line) || !check_start (self, line, n_seen++))
      return FALSE;
    if (line[0] == 'm') {
      section = begin_media (self, sections, line + 2);
      if (section == NULL)
        return FALSE;
    } else if (line[0] == 'a' && !aloqa_sdp_reader_read_attribute (self, section, line + 2)) {
      return FALSE;
    }
  }
  return sections->len > 1 || aloqa_sdp_reader_refuse (self, "the end comes before any m= line");
}

static AloqaSdp *
parse_lines (GPtrArray *lines, GError **error)
{
  g_autoptr (AloqaSdp) sdp = g_new0 (AloqaSdp, 1);
  g_autoptr (GPtrArray) sections =
      g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_sdp_section_free);
  AloqaSdpReader reader = { .sdp = sdp, .error = error };

  sdp->media = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_sdp_media_free);
  g_ptr_array_add (sections, aloqa_sdp_section_new (TRUE));
  if (!read_lines (&reader, lines, sections))
    return NULL;

  aloqa_sdp_resolve (sdp, sections);
  return g_steal_pointer (&sdp);
}

static gboolean
check_text (const char *text, GError **error)
{
  if (strlen (text) > ALOQA_MAX_SDP_BYTES) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, NULL,
                              "The session description is over %d bytes", ALOQA_MAX_SDP_BYTES);
    return FALSE;
  }
  if (!g_utf8_validate (text, -1, NULL)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_SDP, NULL,
                              "The session description is not valid UTF-8");
    return FALSE;
  }
  return TRUE;
}

/**
 * aloqa_sdp_parse:
 * @text: a session description; lines may end in CRLF or LF, empty ones are skipped
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_SDP or TOO_LARGE; the message says which line, from 1, and why
 *
 * Takes the attributes of an m-line in any order. What the session says holds for every m-line that
 * does not say otherwise, and the transport of the first m-line in the BUNDLE group for the others
 * of it. Lines that do not matter to a call are only checked for their form.
 *
 * Returns: (transfer full): the description, with at least one m-line, or %NULL
 */
AloqaSdp *
aloqa_sdp_parse (const char *text, GError **error)
{
  g_autofree char *copy = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  if (!check_text (text, error))
    return NULL;
  copy = g_strdup (text);
  lines = split_lines (copy);
  return parse_lines (lines, error);
}

/**
 * aloqa_sdp_normalize:
 * @text: as for aloqa_sdp_parse()
 * @error: as for aloqa_sdp_parse()
 *
 * Returns: (transfer full): the same description, with each line ended by CRLF and no empty one, or
 *   %NULL where @text does not parse
 */
char *
aloqa_sdp_normalize (const char *text, GError **error)
{
  g_autoptr (AloqaSdp) sdp = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GString) normalized = NULL;

  if (!check_text (text, error))
    return NULL;
  copy = g_strdup (text);
  lines = split_lines (copy);
  sdp = parse_lines (lines, error);
  if (sdp == NULL)
    return NULL;

  normalized = g_string_new (NULL);
  for (guint i = 0; i < lines->len; i++) {
    const char *line = g_ptr_array_index (lines, i);

    if (*line != '\0')
      g_string_append_printf (normalized, "%s\r\n", line);
  }
  /* The line ends may have made it longer. */
  if (!check_text (normalized->str, error))
    return NULL;
  return g_string_free (g_steal_pointer (&normalized), FALSE);
}
