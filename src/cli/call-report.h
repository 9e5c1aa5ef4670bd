/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"

G_BEGIN_DECLS

/* Prints what happens to one call, from the first phase to the end. */
#define ALOQA_TYPE_CALL_REPORT (aloqa_call_report_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallReport, aloqa_call_report, ALOQA, CALL_REPORT, GObject)

AloqaCallReport *
aloqa_call_report_new (AloqaLiveCall *call, const char *protocol, guint stats_interval_ms);

G_END_DECLS
