/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/event-log.h"

/**
 * aloqa_event_log:
 * @event: a word to look for: the field ALOQA_EVENT in the journal
 * @user_id: whose it is: the field ALOQA_USER_ID; 0: nobody's
 * @text: for people
 *
 * Logs what an operator may want to count or find again. On a terminal it is one line.
 */
void
aloqa_event_log (const char *event, gint64 user_id, const char *text)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, user_id);
  g_autofree char *line =
      user_id != 0 ? g_strdup_printf ("%s: user %s", text, id) : g_strdup (text);
  const GLogField fields[] = {
    { "MESSAGE", line, -1 },      { "PRIORITY", "5", -1 },     { "GLIB_DOMAIN", G_LOG_DOMAIN, -1 },
    { "ALOQA_EVENT", event, -1 }, { "ALOQA_USER_ID", id, -1 },
  };

  g_log_structured_array (G_LOG_LEVEL_MESSAGE, fields, G_N_ELEMENTS (fields) - (user_id == 0));
}
