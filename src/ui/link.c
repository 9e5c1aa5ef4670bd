/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/link.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* Longer than any user name with its escapes. */
#define MAX_LINK_BYTES 1024

/* A user name is one line; a link must not put more than that before the person. */
static gboolean
is_name (const char *text)
{
  if (text == NULL || *text == '\0' || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  }
  return TRUE;
}

static GHashTable *
parse_parameters (const char *text)
{
  g_autoptr (GUri) uri = NULL;

  if (strlen (text) > MAX_LINK_BYTES)
    return NULL;
  uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "aloqa") != 0 ||
      g_strcmp0 (g_uri_get_path (uri), "call") != 0 || g_uri_get_query (uri) == NULL)
    return NULL;
  return g_uri_parse_params (g_uri_get_query (uri), -1, "&", G_URI_PARAMS_NONE, NULL);
}

/**
 * aloqa_link_parse:
 * @text: the whole link, from anybody
 * @error: %G_IO_ERROR_INVALID_ARGUMENT, for the person
 *
 * Returns: (transfer full) (nullable): what the link wants
 */
AloqaLink *
aloqa_link_parse (const char *text, GError **error)
{
  g_autoptr (GHashTable) parameters = parse_parameters (text);
  const char *peer = parameters != NULL ? g_hash_table_lookup (parameters, "peer") : NULL;
  AloqaLink *self;

  if (!is_name (peer)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s",
                 _ ("This link names nobody to call"));
    return NULL;
  }

  self = g_new0 (AloqaLink, 1);
  self->peer = g_strdup (peer);
  self->kind = g_strcmp0 (g_hash_table_lookup (parameters, "kind"), "audio") == 0
                   ? ALOQA_CALL_AUDIO
                   : ALOQA_CALL_VIDEO;
  return self;
}

void
aloqa_link_free (AloqaLink *self)
{
  g_free (self->peer);
  g_free (self);
}
