/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"
#include "session/roster.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_SUMMARY (aloqa_call_summary_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallSummary, aloqa_call_summary, ALOQA, CALL_SUMMARY, GtkWidget)

/*
 * After a call: with whom, why it ended, how long it was, and what can be done now.
 *
 * Signals: call-again (), closed ()
 */
void aloqa_call_summary_show (AloqaCallSummary *self, AloqaLiveCall *call, AloqaRoster *roster,
                              gboolean is_online);
gboolean aloqa_call_summary_needs_reading (AloqaLiveCall *call);

G_END_DECLS
