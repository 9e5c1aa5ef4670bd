/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"
#include "ui/call-hint.h"
#include "ui/call-quality.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_MONITOR (aloqa_call_monitor_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallMonitor, aloqa_call_monitor, ALOQA, CALL_MONITOR, GObject)

/*
 * Looks at a running call ten times a second: levels, the quality, and what the person should be told.
 *
 * Properties, with notify: quality (int, an AloqaQuality), hint (int, an AloqaCallHint).
 * Signal: level (double level_db)  how loud the other side is
 */
AloqaCallMonitor *aloqa_call_monitor_new (AloqaLiveCall *call, AloqaLocalMedia *local);
AloqaQuality aloqa_call_monitor_get_quality (AloqaCallMonitor *self);
AloqaCallHint aloqa_call_monitor_get_hint (AloqaCallMonitor *self);
void aloqa_call_monitor_set_expects_picture (AloqaCallMonitor *self, gboolean expects_picture);

G_END_DECLS
