/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/history-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "ui/when.h"

/* Where the reason says more to the person than the outcome does. */
static const struct {
  const char *reason; /* as AloqaHistoryEntry has it */
  const char *text;
} reasons[] = {
  { "busy", N_ ("Busy") },
  { "offline", N_ ("Not there") },
  { "unknown-user", N_ ("No longer there") },
  { "answered-elsewhere", N_ ("Answered elsewhere") },
  { "rejected-elsewhere", N_ ("Declined elsewhere") },
  { "could-not-connect", N_ ("No connection") },
  { "signalling-lost", N_ ("Server out of reach") },
  { "media-error", N_ ("Camera or sound failed") },
  { "fingerprint-mismatch", N_ ("Not secure, so ended") },
  { "server-refused", N_ ("Refused by the server") },
  { "interrupted", N_ ("Interrupted") },
};

static const char *
describe_reason (AloqaHistoryEntry *entry)
{
  const char *reason = aloqa_history_entry_get_reason (entry);

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++) {
    if (g_str_equal (reason, reasons[i].reason))
      return _ (reasons[i].text);
  }
  return NULL;
}

static const char *
describe_outcome (AloqaHistoryEntry *entry)
{
  gboolean is_incoming = aloqa_history_entry_is_incoming (entry);

  switch (aloqa_history_entry_get_outcome (entry)) {
  case ALOQA_OUTCOME_ANSWERED:
    return is_incoming ? _ ("Incoming") : _ ("Outgoing");
  case ALOQA_OUTCOME_MISSED:
    return _ ("Missed");
  case ALOQA_OUTCOME_DECLINED:
    return _ ("Declined");
  case ALOQA_OUTCOME_CANCELLED:
    return _ ("Cancelled");
  case ALOQA_OUTCOME_NO_ANSWER:
    return _ ("No answer");
  case ALOQA_OUTCOME_FAILED:
    return _ ("Failed");
  case ALOQA_OUTCOME_ONGOING:
  case ALOQA_N_OUTCOMES:
  default:
    return "";
  }
}

/* Returns: (transfer full): how it came out, and how long it was */
char *
aloqa_history_words_describe (AloqaHistoryEntry *entry)
{
  gint64 duration_us = aloqa_history_entry_get_duration_us (entry);
  gboolean is_missed = aloqa_history_entry_get_outcome (entry) == ALOQA_OUTCOME_MISSED;
  const char *text = is_missed ? NULL : describe_reason (entry);
  g_autofree char *duration = NULL;

  if (text == NULL)
    text = describe_outcome (entry);
  if (duration_us < G_USEC_PER_SEC)
    return g_strdup (text);
  duration = aloqa_when_format_duration (duration_us);
  return g_strdup_printf ("%s · %s", text, duration);
}

const char *
aloqa_history_words_get_icon (AloqaHistoryEntry *entry)
{
  if (aloqa_history_entry_get_outcome (entry) == ALOQA_OUTCOME_MISSED)
    return "call-missed-symbolic";
  return aloqa_history_entry_is_incoming (entry) ? "call-incoming-symbolic"
                                                 : "call-outgoing-symbolic";
}
