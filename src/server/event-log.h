/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What an operator may want to count or find again: fields of the journal beside a line for people.
 * What is not known stays 0 or NULL. Never what a client has written but for the id of a call, which
 * has a form that holds nothing else (ALOQA_MAX_CALL_ID_CHARS): no name, no address, no token.
 */
typedef struct {
  const char *name; /* a word to look for: ALOQA_EVENT */
  const char *text; /* for people */
  gint64 user_id;   /* ALOQA_USER_ID */
  gint64 peer_id;   /* ALOQA_PEER_ID */
  const char *call_id;
  const char *reason; /* ALOQA_REASON */
  gint64 took_us;     /* ALOQA_DURATION_MS */
} AloqaEvent;

void aloqa_event_log (const AloqaEvent *event);
void aloqa_event_log_refusal (const char *reason, gint64 user_id);

G_END_DECLS
