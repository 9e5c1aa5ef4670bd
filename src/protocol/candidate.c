/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/candidate.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (AloqaCandidate, aloqa_candidate, aloqa_candidate_ref, aloqa_candidate_unref)

/* The words of a candidate line, in their order (RFC 8839, section 5.1). */
enum {
  WORD_FOUNDATION,
  WORD_COMPONENT,
  WORD_TRANSPORT,
  WORD_PRIORITY,
  WORD_ADDRESS,
  WORD_PORT,
  WORD_TYP,
  WORD_KIND,
  N_WORDS,
};

static const char *const kind_names[] = {
  [ALOQA_CANDIDATE_HOST] = "host",
  [ALOQA_CANDIDATE_SERVER_REFLEXIVE] = "srflx",
  [ALOQA_CANDIDATE_PEER_REFLEXIVE] = "prflx",
  [ALOQA_CANDIDATE_RELAY] = "relay",
};

static gboolean
refuse (GError **error, const char *reason)
{
  aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE, "candidate", "%s", reason);
  return FALSE;
}

/* A line end or another control character in a candidate would be a line of its own in an SDP. */
static gboolean
is_visible (const char *text, gboolean allow_space)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c) && !(allow_space && *c == ' '))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_ice_chars (const char *text)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && *c != '+' && *c != '/')
      return FALSE;
  }
  return *text != '\0';
}

/*
 * A browser hides its addresses behind such names; any other name would have us ask a DNS server of
 * the sender's choosing.
 */
static gboolean
is_mdns_name (const char *address)
{
  const char *dot = strrchr (address, '.');

  if (dot == NULL || g_ascii_strcasecmp (dot, ".local") != 0)
    return FALSE;
  if (*address == '.' || strstr (address, "..") != NULL)
    return FALSE;
  for (const char *c = address; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr ("-_.", *c) == NULL)
      return FALSE;
  }
  return strlen (address) <= ALOQA_MAX_ADDRESS_CHARS;
}

static gboolean
parse_number (const char *word, guint64 min, guint64 max, guint64 *value)
{
  return g_ascii_isdigit (*word) && g_ascii_string_to_unsigned (word, 10, min, max, value, NULL);
}

static gboolean
parse_transport (AloqaCandidate *self, const char *word)
{
  if (g_ascii_strcasecmp (word, "udp") == 0)
    self->transport = ALOQA_TRANSPORT_UDP;
  else if (g_ascii_strcasecmp (word, "tcp") == 0)
    self->transport = ALOQA_TRANSPORT_TCP;
  else
    return FALSE;
  return TRUE;
}

static gboolean
parse_kind (AloqaCandidate *self, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++) {
    if (strcmp (word, kind_names[i]) == 0) {
      self->kind = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* The zone of an IPv6 address ("%eth0") means nothing on another machine. */
static gboolean
is_address (const char *address)
{
  return (g_hostname_is_ip_address (address) && strchr (address, '%') == NULL) ||
         is_mdns_name (address);
}

/* An active TCP candidate has no port of its own: 9 by RFC 6544, 0 by some. */
static gboolean
parse_address (AloqaCandidate *self, const char *address, const char *port, GError **error)
{
  guint64 value;

  if (!is_address (address))
    return refuse (error, "has an address that is neither IPv4 nor IPv6 nor a .local name");
  if (!parse_number (port, self->transport == ALOQA_TRANSPORT_TCP ? 0 : 1, G_MAXUINT16, &value))
    return refuse (error, "has a port that is not a number from 1 to 65535");

  self->address = g_strdup (address);
  self->port = value;
  return TRUE;
}

static gboolean
parse_words (AloqaCandidate *self, GStrv words, GError **error)
{
  guint64 value;

  if (!is_ice_chars (words[WORD_FOUNDATION]) ||
      strlen (words[WORD_FOUNDATION]) > ALOQA_MAX_FOUNDATION_CHARS)
    return refuse (error, "has a foundation that is not 1 to 32 letters, digits, + or /");
  self->foundation = g_strdup (words[WORD_FOUNDATION]);

  if (!parse_number (words[WORD_COMPONENT], 1, ALOQA_MAX_COMPONENT, &value))
    return refuse (error, "has a component that is not a number from 1 to 256");
  self->component = value;

  if (!parse_transport (self, words[WORD_TRANSPORT]))
    return refuse (error, "has a transport that is neither udp nor tcp");

  if (!parse_number (words[WORD_PRIORITY], 0, G_MAXUINT32, &value))
    return refuse (error, "has a priority that is not a number of 32 bits");
  self->priority = value;

  if (!parse_address (self, words[WORD_ADDRESS], words[WORD_PORT], error))
    return FALSE;
  if (strcmp (words[WORD_TYP], "typ") != 0 || !parse_kind (self, words[WORD_KIND]))
    return refuse (error, "does not say “typ” and host, srflx, prflx or relay");
  return TRUE;
}

static gboolean
parse_line (AloqaCandidate *self, GError **error)
{
  g_auto (GStrv) words = NULL;

  if (!is_visible (self->line, TRUE))
    return refuse (error, "has characters that are not visible ASCII");
  if (!g_str_has_prefix (self->line, "candidate:"))
    return refuse (error, "does not begin with “candidate:”");

  words = g_strsplit (self->line + strlen ("candidate:"), " ", -1);
  if (g_strv_length (words) < N_WORDS)
    return refuse (error, "ends before its type");
  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '\0')
      return refuse (error, "has two spaces in a row");
  }

  return parse_words (self, words, error);
}

/* The line as it is kept: without "a=" and the white space around it, "" for the end. */
static char *
normalize_line (const char *line)
{
  g_autofree char *copy = g_strstrip (g_strdup (line));
  const char *start = g_str_has_prefix (copy, "a=") ? copy + 2 : copy;

  return g_strdup (strcmp (start, "end-of-candidates") == 0 ? "" : start);
}

static gboolean
check_word (const char *word, gsize max_chars, const char *field, GError **error)
{
  if (word == NULL)
    return TRUE;
  if (strlen (word) > max_chars) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, field,
                              "is over %" G_GSIZE_FORMAT " characters", max_chars);
    return FALSE;
  }
  if (!is_visible (word, FALSE)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE, field,
                              "has characters that are not visible ASCII");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_arguments (const char *line, const char *mid, int m_line_index, const char *username_fragment,
                 GError **error)
{
  if (strlen (line) > ALOQA_MAX_CANDIDATE_BYTES) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "candidate",
                              "is over %d bytes", ALOQA_MAX_CANDIDATE_BYTES);
    return FALSE;
  }
  if (m_line_index < -1 || m_line_index >= ALOQA_MAX_SDP_MEDIA) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE, "sdpMLineIndex",
                              "is not a number from 0 to %d", ALOQA_MAX_SDP_MEDIA - 1);
    return FALSE;
  }
  return check_word (mid, ALOQA_MAX_MID_CHARS, "sdpMid", error) &&
         check_word (username_fragment, ALOQA_MAX_ICE_UFRAG_CHARS, "usernameFragment", error);
}

static char *
dup_unless_empty (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * aloqa_candidate_new:
 * @line: "candidate:…", with or without "a=" before it and white space around it; "" or
 *   "end-of-candidates" for the end
 * @mid: (nullable): the a=mid of its m-line; "" counts as %NULL
 * @m_line_index: its m-line, counted from 0, or -1 where that is not known
 * @username_fragment: (nullable): the ICE ufrag that it belongs to; "" counts as %NULL
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_CANDIDATE or TOO_LARGE, with one of the fields "candidate",
 *   "sdpMid", "sdpMLineIndex" and "usernameFragment"
 *
 * Component 2 and TCP candidates are valid; whether they are of use is for the caller to decide.
 *
 * Returns: (transfer full): a valid candidate, or %NULL
 */
AloqaCandidate *
aloqa_candidate_new (const char *line, const char *mid, int m_line_index,
                     const char *username_fragment, GError **error)
{
  g_autoptr (AloqaCandidate) self = NULL;

  g_return_val_if_fail (line != NULL, NULL);

  if (!check_arguments (line, mid, m_line_index, username_fragment, error))
    return NULL;

  self = g_atomic_rc_box_new0 (AloqaCandidate);
  self->line = normalize_line (line);
  self->mid = dup_unless_empty (mid);
  self->m_line_index = m_line_index;
  self->username_fragment = dup_unless_empty (username_fragment);
  if (!aloqa_candidate_is_end (self) && !parse_line (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

AloqaCandidate *
aloqa_candidate_ref (AloqaCandidate *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AloqaCandidate *self = data;

  g_free (self->line);
  g_free (self->mid);
  g_free (self->username_fragment);
  g_free (self->foundation);
  g_free (self->address);
}

void
aloqa_candidate_unref (AloqaCandidate *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* Whether it says that no more candidates follow for its m-line. */
gboolean
aloqa_candidate_is_end (const AloqaCandidate *self)
{
  return *self->line == '\0';
}

/* Whether its address is a name that only multicast DNS on the sender's own network resolves. */
gboolean
aloqa_candidate_is_mdns (const AloqaCandidate *self)
{
  return self->address != NULL && is_mdns_name (self->address);
}
